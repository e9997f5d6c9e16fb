"""One record: its page, and its other formats by suffix or by the Accept header."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from chm_node.publishing.catalogue import Item
from chm_node.publishing.record_documents import RECORD_FORMATS, RecordFormat
from chm_node.publishing.record_view import RecordView
from chm_node.publishing.redirected import redirected
from chm_node.publishing.service import Publishing
from chm_node.publishing.shown import to_shown
from chm_node.publishing.withdrawn import withdrawn_problem
from chm_node.shell.conditional import cached
from chm_node.shell.dates import format_date
from chm_node.shell.languages import choose_language
from chm_node.shell.markup import script_json
from chm_node.shell.negotiate import choose_media_type
from chm_node.shell.problems_http import HttpProblem, wants_page

_HTML = "text/html"
_OFFERED = (_HTML, *(media_type for entry in RECORD_FORMATS for media_type in entry.media_types))
_BY_SUFFIX: Mapping[str, RecordFormat] = {entry.suffix: entry for entry in RECORD_FORMATS}
_BY_MEDIA_TYPE = {media_type: entry for entry in RECORD_FORMATS for media_type in entry.media_types}


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another format of the record, at an address of its own."""

    path: str
    media_type: str
    label: str


def alternates(local_id: str) -> list[Alternate]:
    """Give every other format of a record."""
    return [
        Alternate(f"/records/{local_id}{entry.suffix}", entry.media_types[0], entry.label) for entry in RECORD_FORMATS
    ]


def records_router(publishing: Publishing) -> APIRouter:
    """Give the route of single records: HTML, JSON, JSON-LD, Turtle, RDF/XML and Dublin Core."""
    router = APIRouter(tags=["Pages"])
    answer = _answerer(publishing)

    @router.get("/records/{name}", response_class=Response, summary="One record, in the format the client prefers")
    def record(request: Request, name: str) -> Response:
        item = publishing.catalogue.get_item(name)
        if item is not None:
            return answer(request, item, None)
        for suffix, entry in _BY_SUFFIX.items():
            if name.endswith(suffix) and (item := publishing.catalogue.get_item(name.removesuffix(suffix))):
                return answer(request, item, entry)
        raise HttpProblem("RECORD_NOT_FOUND")

    return router


def _answerer(publishing: Publishing) -> Callable[[Request, Item, RecordFormat | None], Response]:
    def answer(request: Request, item: Item, wanted: RecordFormat | None) -> Response:
        if item.deleted:
            path = f"/records/{{}}{wanted.suffix if wanted else ''}"
            return redirected(publishing, request, item, path) or _withdrawn(publishing, request, item)
        headers = {"Link": _links(publishing, item), **({} if wanted else {"Vary": "Accept"})}
        if wanted is None:
            media_type = choose_media_type(request.headers.get("accept"), _OFFERED)
            if media_type is None:
                raise HttpProblem("NOT_ACCEPTABLE", headers={"Vary": "Accept"}, offered=", ".join(_OFFERED))
            if media_type == _HTML:
                return _page(publishing, request, item, headers)
            wanted = _BY_MEDIA_TYPE[media_type]
            headers["Content-Location"] = publishing.url(f"/records/{item.local_id}{wanted.suffix}")
        body = publishing.catalogue.rendition(item.local_id, wanted.format)
        if body is None:
            raise HttpProblem("RECORD_NOT_FOUND")
        document = wanted.document(body)
        return cached(request, document, wanted.media_types[0], modified_at=item.datestamp, headers=headers)

    return answer


def _links(publishing: Publishing, item: Item) -> str:
    """Give the Link header: the record's own address and every other format (RFC 8288)."""
    page = publishing.url(f"/records/{item.local_id}")
    others = (
        f'<{publishing.url(other.path)}>; rel="alternate"; type="{other.media_type}"'
        for other in alternates(item.local_id)
    )
    return ", ".join([f'<{page}>; rel="canonical"', *others])


def _page(publishing: Publishing, request: Request, item: Item, headers: dict[str, str]) -> Response:
    record = publishing.find_record(item.local_id)
    if record is None:
        raise HttpProblem("RECORD_NOT_FOUND")
    language = choose_language(request)
    publisher = publishing.name_of_node(record.publisher.node, language)
    taken = publishing.field_sources(item.local_id, record)
    names = {node: publishing.name_of_source(record, node, language) for node in sorted(set(taken.values()))}
    sources = {path: names[node] for path, node in taken.items()} if len(names) > 1 else {}
    view = RecordView(record, language, find_page=publishing.find_page, publisher=publisher, sources=sources)
    return publishing.pages.page(
        request,
        "record.html",
        headers=headers | {"Vary": "Accept, Accept-Language, Cookie"},
        item=item,
        record=record,
        view=view,
        json_ld=script_json(publishing.catalogue.rendition(item.local_id, "schema_org") or b"{}"),
        alternates=alternates(item.local_id),
        field_maps=publishing.field_maps(item.local_id, record),
        name_of_source=lambda node: publishing.name_of_source(record, node, language),
    )


def _withdrawn(publishing: Publishing, request: Request, item: Item) -> Response:
    if not wants_page(request):
        raise withdrawn_problem(item)
    language = choose_language(request)
    return publishing.pages.page(
        request,
        "withdrawn.html",
        status=410,
        headers={"Vary": "Accept, Accept-Language, Cookie", "Cache-Control": "no-cache"},
        title=to_shown(item.title, language),
        reason=to_shown(item.reason, language),
        date=format_date(item.datestamp.strftime("%Y-%m-%d"), language),
        item=item,
    )
