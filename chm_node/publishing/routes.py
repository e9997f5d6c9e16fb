"""Everything a service publishes, put into its app: one read side for nodes and harvesters alike."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy.exc import OperationalError

from chm_node.publishing.api_routes import api_router
from chm_node.publishing.catalogue import Catalogue
from chm_node.publishing.cbd_index.routes import cbd_index_router
from chm_node.publishing.changes_routes import changes_router
from chm_node.publishing.data_json_routes import data_json_router
from chm_node.publishing.dcat_routes import dcat_router
from chm_node.publishing.discovery_routes import discovery_router, documentation_router
from chm_node.publishing.feeds_routes import feeds_router
from chm_node.publishing.health import health_router
from chm_node.publishing.informea.routes import informea_router
from chm_node.publishing.list_routes import list_router
from chm_node.publishing.oai_pmh.routes import oai_router
from chm_node.publishing.records_routes import records_router
from chm_node.publishing.search.engine import IndexBusy
from chm_node.publishing.service import TEMPLATES, Publishing, software_version
from chm_node.publishing.site import Site
from chm_node.publishing.sitemap_routes import sitemap_router
from chm_node.publishing.table_routes import table_router
from chm_node.publishing.vocabulary_routes import vocabulary_router
from chm_node.shell.assets import asset_router
from chm_node.shell.headers import add_header_middleware
from chm_node.shell.languages import Domain
from chm_node.shell.pages import PUBLISHED_NAVIGATION, Look, NavigationLink, Pages
from chm_node.shell.problems_http import ProblemHandlers
from chm_node.shell.terminal import ChmError
from vocabularies.text import LangText

__all__ = ["Catalogue", "NavigationLink", "Publishing", "add_publishing", "new_app", "pages_for", "publishing_router"]


_BUSY = (OperationalError, IndexBusy)


def publishing_router(publishing: Publishing) -> APIRouter:
    """Give every route of the read side except the pages made from the app's own API description."""
    router = APIRouter()
    for made in (
        list_router(publishing),
        records_router(publishing),
        api_router(publishing),
        changes_router(publishing),
        oai_router(publishing.catalogue),
        dcat_router(publishing),
        data_json_router(publishing),
        table_router(publishing),
        feeds_router(publishing),
        informea_router(publishing),
        cbd_index_router(publishing),
        vocabulary_router(publishing),
        sitemap_router(publishing),
        discovery_router(publishing),
        health_router(publishing),
        asset_router(publishing.pages.assets),
    ):
        router.include_router(made)
    return router


def pages_for(
    site: Site,
    *,
    navigation: tuple[NavigationLink, ...] = (),
    note: LangText | None = None,
    look: Look | None = None,
    domains: tuple[Domain, ...] = (),
) -> Pages:
    """Give the pages of a site: its name and contact in the frame, further entries after the shared navigation.

    ``look`` brings further template and static directories; ``domains`` the messages of its labels and templates.
    """
    given = look or Look(site.name, site.base_url)
    return Pages(
        Look(
            site.name,
            site.base_url,
            contact=site.admin_email,
            note=note or given.note,
            navigation=(*PUBLISHED_NAVIGATION, *navigation),
            templates=(*given.templates, TEMPLATES),
            domains=(*domains, *given.domains),
            statics=given.statics,
        )
    )


def new_app(title: str) -> FastAPI:
    """Give an app without FastAPI's own documentation pages, which load scripts from elsewhere, and slash redirects.

    Those name the host the client sent, not the public address; ``add_publishing`` has its own.
    """
    return FastAPI(
        title=title,
        version=software_version(),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )


def _slash_router(publishing: Publishing) -> APIRouter:
    """Give the route that sends an address with a slash too many to the one without, on the public address."""
    router = APIRouter(include_in_schema=False)

    @router.get("/{path:path}/", response_class=Response)
    def without_slash(request: Request, path: str) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return Response(status_code=308, headers={"Location": publishing.url("/" + quote(path.strip("/")) + query)})

    return router


def add_publishing(
    app: FastAPI, publishing: Publishing, *, statuses: Mapping[type[ChmError], int] | None = None
) -> None:
    """Put the read side into an app: routes, header middleware and one answer for every error.

    ``statuses`` is the HTTP status of each of the app's own errors. Add the app's other routers before.
    """
    site, pages = publishing.site, publishing.pages
    app.include_router(publishing_router(publishing))
    app.include_router(documentation_router(publishing, app, tuple((statuses or {}).items())))
    app.include_router(_slash_router(publishing))
    ProblemHandlers(site.base_url, statuses=statuses, page=pages.problem_page).add_to(app, busy=_BUSY)
    add_header_middleware(app, https=site.base_url.startswith("https:"))
