"""The JSON API for readers: lists, single records, search; it writes nothing."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query, Request, Response

from chm_node.publishing.catalogue import Item
from chm_node.publishing.field_labels import FACET_LABELS
from chm_node.publishing.filters import (
    MAX_PAGE_SIZE,
    can_go_on,
    dump_list_cursor,
    parse_list_cursor,
    read_list_query,
    set_specs,
)
from chm_node.publishing.localised import to_json
from chm_node.publishing.redirected import redirected
from chm_node.publishing.search.engine import FACETS, FacetCount, dump_cursor
from chm_node.publishing.service import Publishing
from chm_node.publishing.shown import facet_label
from chm_node.publishing.withdrawn import withdrawn_problem
from chm_node.shell.conditional import cached, is_unchanged, not_modified
from chm_node.shell.languages import choose_language
from chm_node.shell.problems_http import HttpProblem
from vocabularies.formats.native import parse_native
from vocabularies.text import normalise_language

_JSON = "application/json"
_RESULT_FIELDS = (
    "type", "subtype", "title", "summary", "languages", "publisher", "government", "countryRegions", "subjects",
    "gbfTargets", "dates", "license",
)  # fmt: skip
_LANGUAGE_TAG = r"^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?$"
Names = Annotated[list[str], Query()]
Fields = Annotated[str, Query(description="Properties to keep, separated by commas; the id always stays")]
Language = Annotated[
    str,
    Query(alias="lang", pattern=_LANGUAGE_TAG, description="Give every text in this language, or the best there is"),
]


def _reader(fields: str, lang: str) -> tuple[frozenset[str], str | None]:
    language = normalise_language(lang) if lang else None
    return frozenset(name.strip() for name in fields.split(",") if name.strip()), language


def _for_reader(native: bytes, fields: frozenset[str], language: str | None) -> bytes:
    if not fields and language is None:
        return native
    record = parse_native(native).record
    return orjson.dumps(to_json(record, fields=fields, language=language)) if record else native


def _page(
    publishing: Publishing, specs: tuple[str, ...], after: int, limit: int
) -> tuple[list[tuple[Item, bytes]], int | None]:
    """Give up to ``limit`` live records that are in every set, and the sequence to go on after, None at the end."""
    found: list[tuple[Item, bytes]] = []
    wanted = set(specs)
    while True:
        window = publishing.catalogue.window("native", specs[0] if specs else None, after=after, limit=limit + 1)
        for item, native in window:
            if native is not None and wanted.issubset(item.sets):
                if len(found) == limit:
                    return found, found[-1][0].sequence
                found.append((item, native))
        if len(window) <= limit:
            return found, None
        after = window[-1][0].sequence


def _api_records(publishing: Publishing, router: APIRouter) -> None:
    secret = publishing.site.token_secret

    @router.get("/api/v1/records", response_class=Response, summary="Every record, in the order of publication")
    def records(
        request: Request,
        type: Names = [],  # noqa: B006 - the parameter's public name; FastAPI copies defaults
        country: Names = [],  # noqa: B006
        target: Names = [],  # noqa: B006
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE)] = 100,
        cursor: str = "",
        fields: Fields = "",
        lang: Language = "",
    ) -> Response:
        modified_at = publishing.catalogue.modified_at()
        etag = publishing.list_tag(publishing.catalogue.last_sequence(), request.url.query)
        if is_unchanged(request, etag, modified_at):
            return not_modified(etag, {})
        specs, (kept, language) = set_specs(type, country, target), _reader(fields, lang)
        purpose = "records " + " ".join(specs)
        found, next_after = _page(publishing, specs, parse_list_cursor(cursor, secret, purpose), limit)
        headers, following = {}, None
        if next_after is not None:
            given = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
            query = urlencode([*given, ("cursor", dump_list_cursor(next_after, secret, purpose))])
            following = publishing.url(f"/api/v1/records?{query}")
            headers["Link"] = f'<{following}>; rel="next"'
        bodies = b",".join(_for_reader(native, kept, language) for _, native in found)
        body = b'{"results":[' + bodies + b'],"next":' + orjson.dumps(following) + b"}"
        return cached(request, body, _JSON, etag=etag, modified_at=modified_at, headers=headers)

    @router.get("/api/v1/records/{local_id}", response_class=Response, summary="One record")
    def record(request: Request, local_id: str, fields: Fields = "", lang: Language = "") -> Response:
        item = publishing.catalogue.get_item(local_id) or publishing.catalogue.find_by_record_id(local_id)
        native = publishing.catalogue.rendition(item.local_id, "native") if item else None
        if item is None:
            raise HttpProblem("RECORD_NOT_FOUND")
        if native is None:
            if found := redirected(publishing, request, item, "/api/v1/records/{}"):
                return found
            raise withdrawn_problem(item)
        kept, language = _reader(fields, lang)
        links = {"Link": f'<{publishing.url(f"/records/{item.local_id}")}>; rel="alternate"; type="text/html"'}
        body = _for_reader(native, kept, language)
        return cached(request, body, _JSON, modified_at=item.datestamp, headers=links)


def _facet(publishing: Publishing, name: str, counts: tuple[FacetCount, ...], language: str) -> list[dict[str, Any]]:
    return [
        {
            "value": entry.value,
            "label": publishing.name_of_node(entry.value, language)
            if name == "node"
            else facet_label(name, entry.value, language),
            "count": entry.count,
        }
        for entry in counts
    ]


def _api_search(publishing: Publishing, router: APIRouter) -> None:
    described = [
        {"name": name, "in": "query", "description": label, "schema": {"type": "array", "items": {"type": "string"}}}
        for name, label in FACET_LABELS.items()
    ]

    @router.get(
        "/api/v1/search",
        response_class=Response,
        summary="Search with facets",
        openapi_extra={"parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}, *described]},
    )
    def search(
        request: Request,
        limit: Annotated[int, Query(ge=0, le=MAX_PAGE_SIZE)] = 20,
        cursor: str = "",
        fields: Fields = "",
        lang: Language = "",
    ) -> Response:
        query = read_list_query(request)
        answer = publishing.search.search(query.to_request(limit))
        kept, language = _reader(fields, lang)
        results = []
        for hit in answer.hits:
            if found := publishing.find_record(hit.local_id):
                shown = to_json(found, fields=kept or _RESULT_FIELDS, language=language)
                url = publishing.url(f"/records/{hit.local_id}")
                results.append({**shown, "localId": hit.local_id, "url": url, "score": hit.score})
        following = None
        if limit and can_go_on(answer.next_offset):
            given = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
            following = f"/api/v1/search?{urlencode([*given, ('cursor', dump_cursor(answer.next_offset or 0))])}"
            following = publishing.url(following)
        page_language = choose_language(request)
        facets = {name: _facet(publishing, name, answer.facets.get(name, ()), page_language) for name in FACETS}
        body = orjson.dumps({"total": answer.total, "facets": facets, "results": results, "next": following})
        headers = {"Vary": "Accept-Language, Cookie"} | ({"Link": f'<{following}>; rel="next"'} if following else {})
        return cached(request, body, _JSON, headers=headers)


def api_router(publishing: Publishing) -> APIRouter:
    """Give the routes of the JSON API."""
    router = APIRouter(tags=["Records"])
    _api_records(publishing, router)
    _api_search(publishing, router)
    return router
