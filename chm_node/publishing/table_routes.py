"""The results of any search as a table: CSV and XLSX, in the columns an import takes."""

from __future__ import annotations

import io
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from chm_node.publishing.field_labels import FACET_LABELS
from chm_node.publishing.filters import ListQuery, read_list_query
from chm_node.publishing.search.engine import MAX_OFFSET
from chm_node.publishing.service import Publishing
from chm_node.publishing.spreadsheet import MEDIA_TYPE, dump_xlsx
from chm_node.shell.conditional import cached, is_unchanged, not_modified
from chm_node.shell.problems_http import HttpProblem
from vocabularies.formats.tabular import dump_csv
from vocabularies.record import Record

_CSV = "text/csv; charset=utf-8"


def table_router(publishing: Publishing) -> APIRouter:
    """Give the routes of both tables, which take the parameters of the search."""
    router = APIRouter(tags=["Records"])
    described = [
        {"name": name, "in": "query", "description": label, "schema": {"type": "array", "items": {"type": "string"}}}
        for name, label in FACET_LABELS.items()
    ]
    extra = {"parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}, *described]}

    @router.get(
        "/api/v1/search.csv", response_class=Response, summary="The results of a search as CSV", openapi_extra=extra
    )
    def as_csv(request: Request) -> Response:
        return _answer(publishing, request, "csv")

    @router.get(
        "/api/v1/search.xlsx", response_class=Response, summary="The results of a search as XLSX", openapi_extra=extra
    )
    def as_xlsx(request: Request) -> Response:
        return _answer(publishing, request, "xlsx")

    return router


def _answer(publishing: Publishing, request: Request, suffix: str) -> Response:
    query = replace(read_list_query(request), offset=0)
    etag = publishing.list_tag(publishing.catalogue.last_sequence(), f"{suffix} {query.parameters()}")
    headers = {"Content-Disposition": f'attachment; filename="records.{suffix}"'}
    if is_unchanged(request, etag):
        return not_modified(etag, headers)
    records = _records(publishing, query)
    if suffix == "csv":
        return cached(request, b"".join(dump_csv(records, excel=True)), _CSV, etag=etag, headers=headers)
    file = io.BytesIO()
    dump_xlsx(records, file)
    return cached(request, file.getvalue(), MEDIA_TYPE, etag=etag, headers=headers)


def _records(publishing: Publishing, query: ListQuery) -> list[Record]:
    """Give every record of a search; SEARCH_TOO_DEEP where they are more than a search shows."""
    answer = publishing.search.search(query.to_request(MAX_OFFSET))
    if answer.total > MAX_OFFSET:
        raise HttpProblem("SEARCH_TOO_DEEP")
    found = (publishing.find_record(hit.local_id) for hit in answer.hits)
    return [record for record in found if record is not None]
