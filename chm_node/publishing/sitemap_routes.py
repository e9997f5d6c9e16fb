"""The sitemap: every record page with the instant of its last change; an index above 10,000 of them."""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response

from chm_node.publishing.catalogue import PageEnd
from chm_node.publishing.service import Publishing
from chm_node.shell.conditional import cached, is_unchanged, not_modified
from chm_node.shell.problems_http import HttpProblem

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML = "application/xml"


def sitemap_router(publishing: Publishing, *, size: int = 10_000) -> APIRouter:
    """Give the routes of the sitemap; ``size`` is the number of addresses in one file, at most 50,000."""
    router = APIRouter(include_in_schema=False)
    catalogue = publishing.catalogue

    @router.get("/sitemap.xml", response_class=Response)
    def sitemap(request: Request) -> Response:
        modified_at = catalogue.modified_at()
        etag = publishing.list_tag(catalogue.last_sequence(), "")
        if is_unchanged(request, etag, modified_at):
            return not_modified(etag, {})
        ends = catalogue.page_ends(size)
        body = _index(publishing, ends) if len(ends) > 1 else _urls(publishing, 0, size)
        return cached(request, body, _XML, etag=etag, modified_at=modified_at)

    @router.get("/sitemap-{number}.xml", response_class=Response)
    def part(request: Request, number: int) -> Response:
        ends = catalogue.page_ends(size)
        if not 1 <= number <= len(ends):
            raise HttpProblem("NOT_FOUND")
        body = _urls(publishing, ends[number - 2].sequence if number > 1 else 0, size)
        return cached(request, body, _XML, modified_at=catalogue.modified_at())

    return router


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _urls(publishing: Publishing, after: int, size: int) -> bytes:
    rows = (
        f"<url><loc>{escape(publishing.url(f'/records/{item.local_id}'))}</loc>"
        f"<lastmod>{_stamp(item.datestamp)}</lastmod></url>\n"
        for item in publishing.catalogue.list_items(after=after, limit=size)
    )
    return _document("urlset", "".join(rows))


def _index(publishing: Publishing, ends: list[PageEnd]) -> bytes:
    rows = (
        f"<sitemap><loc>{escape(publishing.url(f'/sitemap-{number}.xml'))}</loc><lastmod>{_stamp(end.datestamp)}</lastmod></sitemap>\n"
        for number, end in enumerate(ends, 1)
    )
    return _document("sitemapindex", "".join(rows))


def _document(root: str, rows: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{rows}</{root}>\n'.encode()
