"""The web app of a node: wiring only."""

from __future__ import annotations

from fastapi import FastAPI

from chm_node import tables
from chm_node.authoring.api import authoring_router
from chm_node.authoring.body_limit import BodyLimit
from chm_node.database import Node, open_node
from chm_node.errors import STATUS
from chm_node.publishing.catalogue import SqlCatalogue
from chm_node.publishing.renditions import render_missing
from chm_node.publishing.routes import Publishing, add_publishing, new_app, pages_for
from chm_node.publishing.search.live import LiveSearch, open_engine
from chm_node.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """Make the app of the node these settings name; NotInitialised or DatabaseOutdated where there is none to serve."""
    return app_for(open_node(settings))


def app_for(node: Node) -> FastAPI:
    """Make the app of a node that is open."""
    settings = node.settings
    catalogue = SqlCatalogue(node.engine, tables.publication, node.site)
    search = LiveSearch(catalogue, open_engine(settings.search_directory, settings.node_id))
    app = new_app(settings.name or settings.node_id)
    app.include_router(authoring_router(node))
    add_publishing(app, Publishing(catalogue, search, pages_for(node.site)), statuses=STATUS)
    app.add_middleware(BodyLimit)
    return app


def fill_renditions(node: Node) -> None:
    """Make the bytes anew that a changed public address, or a new version of a format, has left behind."""
    while render_missing(node.engine, tables.publication, node.site):
        pass
