"""``/data.json``: every dataset in one file, as portals of the DCAT-US family read it; written while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from chm_node.publishing.service import Publishing
from chm_node.shell.conditional import REVALIDATE, is_unchanged, not_modified
from vocabularies.formats.data_json import Desk, dump_data_json, to_entry
from vocabularies.formats.native import parse_native

_AT_ONCE = 200
_DATASETS = "type:dataset"


def data_json_router(publishing: Publishing) -> APIRouter:
    """Give the route of the file."""
    router = APIRouter(tags=["DCAT"])

    @router.get("/data.json", response_class=Response, summary="Every dataset as data.json (DCAT-US 1.1)")
    def data_json(request: Request) -> Response:
        etag = publishing.list_tag(publishing.catalogue.last_sequence(), "data.json")
        if is_unchanged(request, etag, publishing.catalogue.modified_at()):
            return not_modified(etag, {})
        pieces = dump_data_json(_entries(publishing), publishing.url("/data.json"))
        headers = {"ETag": etag, "Cache-Control": REVALIDATE}
        return StreamingResponse(pieces, media_type="application/json", headers=headers)

    return router


def _entries(publishing: Publishing) -> Iterator[dict[str, Any]]:
    site = publishing.site
    desk = Desk((site.name.best() or ("", site.node_id))[1], site.admin_email)
    after = 0
    while window := publishing.catalogue.window("native", _DATASETS, after=after, limit=_AT_ONCE):
        for item, native in window:
            record = parse_native(native).record if native is not None else None
            if record is not None:
                yield to_entry(record, site.address(item.local_id), desk)
        after = window[-1][0].sequence
