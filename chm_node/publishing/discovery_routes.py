"""How programs find their way: descriptor, sitemap, robots, OpenSearch, schemas; and the pages that explain the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import Formatter
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import orjson
from fastapi import APIRouter, FastAPI, Request, Response

from chm_node.publishing.descriptor import descriptor
from chm_node.publishing.service import Publishing
from chm_node.shell.conditional import cached
from chm_node.shell.http_problems import HTTP_PROBLEMS
from chm_node.shell.languages import choose_language, translations
from chm_node.shell.problems_http import BLANKS
from chm_node.shell.terminal import ChmError
from vocabularies.formats.chm_schema import chm_xsd
from vocabularies.formats.rdf_schema import RDF_XSD
from vocabularies.problems import PROBLEMS, Problem, fix, message
from vocabularies.schema import record_schema

_OPEN_SEARCH = "application/opensearchdescription+xml"
_LONGEST_SHORT_NAME = 16


def discovery_router(publishing: Publishing) -> APIRouter:
    """Give the routes for programs that do not know the service yet."""
    router = APIRouter()

    @router.get(
        "/.well-known/chm-node.json",
        response_class=Response,
        summary="Who this is and what it offers",
        tags=["Discovery"],
    )
    def well_known(request: Request) -> Response:
        return cached(request, orjson.dumps(descriptor(publishing), option=orjson.OPT_INDENT_2), "application/json")

    @router.get("/robots.txt", response_class=Response, include_in_schema=False)
    def robots(request: Request) -> Response:
        lines = (
            "User-agent: *",
            "Disallow: /api/",
            "Disallow: /*cursor=",
            f"Sitemap: {publishing.url('/sitemap.xml')}",
            "",
        )
        return cached(request, "\n".join(lines).encode(), "text/plain")

    @router.get("/opensearch.xml", response_class=Response, include_in_schema=False)
    def open_search(request: Request) -> Response:
        return cached(request, _open_search(publishing).encode(), _OPEN_SEARCH)

    @router.get("/schemas/record.json", response_class=Response, summary="JSON Schema of a record", tags=["Discovery"])
    def json_schema(request: Request) -> Response:
        return cached(request, orjson.dumps(record_schema(), option=orjson.OPT_INDENT_2), "application/schema+json")

    @router.get("/schemas/chm.xsd", response_class=Response, summary="XML Schema of a record", tags=["Discovery"])
    def xml_schema(request: Request) -> Response:
        return cached(request, chm_xsd(), "application/xml")

    @router.get("/schemas/dcat_ap.xsd", response_class=Response, summary="XML Schema of RDF", tags=["Discovery"])
    def rdf_schema(request: Request) -> Response:
        return cached(request, RDF_XSD, "application/xml")

    return router


def _open_search(publishing: Publishing) -> str:
    name = next(iter(publishing.site.name.values()), publishing.site.node_id)
    search, feed = publishing.url("/records?q={searchTerms}"), publishing.url("/api/v1/search?q={searchTerms}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        f"<ShortName>{escape(name[:_LONGEST_SHORT_NAME])}</ShortName><Description>{escape(name)}</Description>"
        f'<Url type="text/html" template={quoteattr(search)}/><Url type="application/json" template={quoteattr(feed)}/>'
        "<InputEncoding>UTF-8</InputEncoding></OpenSearchDescription>\n"
    )


def documentation_router(
    publishing: Publishing, app: FastAPI, errors: Sequence[tuple[type[ChmError], int]] = ()
) -> APIRouter:
    """Give the pages that explain the API and the problems, those of the app's own errors too."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs", response_class=Response)
    def docs(request: Request) -> Response:
        return publishing.pages.page(
            request, "docs.html", groups=_operations(app.openapi()), endpoints=descriptor(publishing)["endpoints"]
        )

    @router.get("/problems", response_class=Response)
    def problems(request: Request) -> Response:
        language = choose_language(request)
        texts = translations(language)
        http = [
            (code, rule.status, texts.gettext(rule.title) % BLANKS, texts.gettext(rule.fix) % BLANKS)
            for code, rule in HTTP_PROBLEMS.items()
        ]
        own = [(error.code, status, error.message, error.remedy) for error, status in _without_details(errors)]
        bare = ((code, Problem(code, rule.severity)) for code, rule in PROBLEMS.items())
        data = [
            (code, found.severity, message(found, language).removesuffix(fix(found, language)), fix(found, language))
            for code, found in bare
        ]
        return publishing.pages.page(request, "problems.html", http=http, own=own, data=data)

    return router


def _without_details(errors: Sequence[tuple[type[ChmError], int]]) -> Iterator[tuple[ChmError, int]]:
    """Give each error as it reads where nothing is known of the case."""
    for kind, status in errors:
        names = {name for text in (kind.__doc__ or "", kind.fix) for _, name, _, _ in Formatter().parse(text) if name}
        yield kind(**dict.fromkeys(names, "…")), status


def _operations(openapi: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            entry = {
                "method": method.upper(),
                "path": path,
                "summary": operation.get("summary", ""),
                "parameters": [
                    {"name": parameter["name"], "description": parameter.get("description", "")}
                    for parameter in operation.get("parameters", ())
                ],
            }
            groups.setdefault((operation.get("tags") or ["Other"])[0], []).append(entry)
    return groups
