"""Decisions about duplicates over HTTP, for whoever bears the desk's token: same or not, undone, taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Path, Request, Response

from chm_node.shell.problems_http import HttpProblem
from harvester.centre import Centre
from harvester.desk.duplicates_openapi import DECISION, DESK, JSON, SPLIT, writing
from harvester.desk.token import require_desk
from harvester.duplicates import Settled, decide_pair, split_thing, undo_judgement
from harvester.operating_errors import BadRequest

MAX_BODY_BYTES = 65_536
_LARGEST_ID = 2**63 - 1


async def read_body(request: Request) -> bytes:
    """Give the body as bytes, no more than MAX_BODY_BYTES; the rest of an endpoint then runs in a thread."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise HttpProblem("BODY_TOO_LARGE")
    return bytes(body)


Body = Annotated[bytes, Depends(read_body)]


def add_deciding(centre: Centre, router: APIRouter) -> None:
    """Add the routes that change what is one thing."""
    token = centre.settings.desk_token

    @router.post("/duplicates/decisions", status_code=201, summary="Decide on a pair", **writing(DECISION, 201))
    def decide(request: Request, body: Body) -> Response:
        require_desk(request, token)
        said = _read(body)
        settled = decide_pair(
            centre,
            _text(said, "a", needed=True),
            _text(said, "b", needed=True),
            _text(said, "verdict", needed=True),
            by=_text(said, "by") or DESK,
            note=_text(said, "note"),
            relation=_text(said, "relation"),
        )
        return _settled(settled, 201)

    @router.delete("/duplicates/decisions/{judgement}", summary="Take a decision back", **writing(None, 200))
    def undo(
        request: Request, judgement: Annotated[int, Path(ge=1, le=_LARGEST_ID)], by: str = DESK, why: str = ""
    ) -> Response:
        require_desk(request, token)
        said = {"by": by, "why": why}
        by, why = _text(said, "by") or DESK, _text(said, "why")
        return _settled(undo_judgement(centre, judgement, by=by, why=why), 200)

    @router.post("/duplicates/splits", status_code=201, summary="Take a thing apart", **writing(SPLIT, 201))
    def split(request: Request, body: Body) -> Response:
        require_desk(request, token)
        said = _read(body)
        parts = said.get("records") or []
        if not isinstance(parts, list) or not all(isinstance(each, str) and "\0" not in each for each in parts):
            raise BadRequest(reason="records must be a list of texts, each the name of a record of the thing.")
        by = _text(said, "by") or DESK
        return _settled(
            split_thing(centre, _text(said, "id", needed=True), parts, by=by, note=_text(said, "note")), 201
        )


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest(reason='The body is no JSON. Send an object such as {"a": …, "b": …}.') from None
    if not isinstance(said, dict):
        raise BadRequest(reason="The body must be a JSON object.")
    return said


def _text(said: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    value = said.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise BadRequest(reason=f"{name} must be a text{', and is needed' if needed else ' where it is given'}.")
    if "\0" in value:
        raise BadRequest(reason=f"{name} holds a character that is none (U+0000). Leave it out.")
    return value


def _settled(settled: Settled, status: int) -> Response:
    return Response(
        orjson.dumps(settled.as_dict()), status_code=status, media_type=JSON, headers={"Cache-Control": "no-store"}
    )
