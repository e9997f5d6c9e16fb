"""The change feed: what was published, changed or withdrawn after a point, as NDJSON; it only reads the change log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response

from chm_node.publishing.catalogue import Change
from chm_node.publishing.filters import dump_place, parse_place
from chm_node.publishing.service import Publishing
from chm_node.shell.conditional import cached, content_tag
from chm_node.shell.problems_http import HttpProblem

NEXT_SINCE = "CHM-Next-Since"
MEDIA_TYPE = "application/x-ndjson"
_PURPOSE = "since"
_DEFAULT, _MOST = 1_000, 5_000


def dump_since(sequence: int, secret: bytes) -> str:
    """Give the since token of a place in the change log."""
    return dump_place(sequence, secret, _PURPOSE)


def parse_since(since: str | None, secret: bytes, last: int) -> int:
    """Give the sequence to go on after: a token as it was given out, or a bare number as of old; 0 without one.

    SINCE_UNKNOWN for any other text, SINCE_GONE for a point this change log never reached.
    """
    if not since:
        return 0
    bare = since.isascii() and since.isdigit() and len(since) <= 18
    sequence = int(since) if bare else parse_place(since, secret, _PURPOSE)
    if sequence is None:
        raise HttpProblem("SINCE_UNKNOWN")
    if sequence > last:
        raise HttpProblem("SINCE_GONE")
    return sequence


def to_lines(changes: Iterable[Change]) -> bytes:
    """Give a JSON line a change: ``seq``, ``op``, ``id``, ``datestamp``; of an upsert also ``etag`` and ``record``."""
    return b"".join(_line(change) for change in changes)


def _line(change: Change) -> bytes:
    head = {
        "seq": change.sequence,
        "op": change.op,
        "id": change.record_id,
        "localId": change.local_id,
        "type": change.type,
        "datestamp": change.datestamp.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if change.native is None:
        return orjson.dumps(head) + b"\n"
    head["etag"] = hashlib.sha256(change.native).hexdigest()
    return orjson.dumps(head)[:-1] + b',"record":' + change.native + b"}\n"


def changes_router(publishing: Publishing) -> APIRouter:
    """Give the route of the change feed."""
    router = APIRouter(tags=["Records"])
    catalogue, secret = publishing.catalogue, publishing.site.token_secret

    @router.get("/api/v1/changes", response_class=Response, summary="What changed since a point: upserts and deletions")
    def changes(
        request: Request,
        since: Annotated[str | None, Query(description="The last CHM-Next-Since header; everything without it")] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = _DEFAULT,
    ) -> Response:
        last = catalogue.last_sequence()
        after = parse_since(since, secret, last)
        found = catalogue.changes(after, limit)
        reached = found[-1].sequence if found else max(after, last)
        token = dump_since(reached, secret)
        headers = {NEXT_SINCE: token}
        if len(found) == limit:
            headers["Link"] = f'<{publishing.url(f"/api/v1/changes?since={token}&limit={limit}")}>; rel="next"'
        modified_at = found[-1].datestamp if found else catalogue.modified_at()
        body = to_lines(found)
        etag = content_tag(token, body)
        return cached(request, body, MEDIA_TYPE, etag=etag, modified_at=modified_at, headers=headers)

    return router
