"""The web app of a centre: wiring only."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from chm_node.publishing import sql
from chm_node.publishing.routes import NavigationLink, Publishing, add_publishing, new_app, pages_for
from chm_node.shell.languages import N_
from chm_node.shell.pages import Look
from harvester.centre import Centre
from harvester.desk.addresses import DESK_DOMAIN, TEMPLATES
from harvester.desk.api import desk_api_router
from harvester.desk.duplicates_api import duplicates_router
from harvester.desk.metrics import metrics_of
from harvester.desk.pages import desk_router
from harvester.desk.provenance import field_maps_of, field_sources_of, provenance_router
from harvester.index import open_catalogue, open_search
from harvester.opening import check_ready
from harvester.registry import list_sources
from harvester.settings import Settings

NAVIGATION = (NavigationLink("/nodes", N_("Nodes")), NavigationLink("/runs", N_("Harvests")))


def create_app(settings: Settings) -> FastAPI:
    """Make the app of the centre these settings name; NotInitialised or DatabaseBehind where there is none to serve."""
    return app_for(check_ready(settings))


def app_for(centre: Centre) -> FastAPI:
    """Make the app of a centre that is open."""
    settings = centre.settings
    catalogue = open_catalogue(centre.engine, centre.site)
    look = Look(centre.site.name, centre.site.base_url, templates=(TEMPLATES,), domains=(DESK_DOMAIN,))
    pages = pages_for(centre.site, navigation=NAVIGATION, look=look)
    publishing = Publishing(
        catalogue,
        open_search(catalogue, settings),
        pages,
        node_name=_node_name(centre),
        metrics=lambda: metrics_of(centre),
        field_maps=lambda local_id, record: field_maps_of(centre, local_id, record),
        field_sources=lambda local_id, record: field_sources_of(centre, local_id, record),
    )
    app = new_app(settings.name)
    app.include_router(desk_api_router(centre))
    app.include_router(provenance_router(centre, publishing))
    app.include_router(duplicates_router(centre))
    app.include_router(desk_router(centre, pages))
    add_publishing(app, publishing)
    return app


def _node_name(centre: Centre) -> Callable[[str, str], str | None]:
    def name(node: str, _language: str) -> str | None:
        with sql.read(centre.engine) as connection:
            return next((source.name for source in list_sources(connection) if source.id == node), None)

    return name
