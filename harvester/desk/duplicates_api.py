"""Duplicates as JSON: what waits, why, the history of a record, and decisions for whoever bears the desk's token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.security import HTTPBearer

from chm_node.publishing import sql
from chm_node.shell.conditional import cached
from chm_node.shell.problems_http import HttpProblem
from harvester.centre import Centre
from harvester.desk.token import bears_token, require_desk
from harvester.duplicates import Settled, decide_pair, split_thing, undo_judgement
from harvester.operating_errors import BadRequest, NoSuchThing
from harvester.resolution.graph.exchange import RELATIONS
from harvester.resolution.graph.review import count_waiting, find_waiting
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.references import get_place, get_thing
from harvester.telling.chronicles import chronicle_document, chronicle_of
from harvester.telling.pairs import account_document, account_of, tell_waiting

MAX_BODY_BYTES = 65_536
DESK = "desk"
_FURTHEST = 2_000
_LARGEST_ID = 2**63 - 1
_HEADERS = {"Vary": "Authorization"}
_JSON = "application/json"
_TEXT = {"type": "string"}
_NAMED = {"type": "string", "description": "SOURCE/IDENTIFIER, a record's URI, or the id of a thing"}
_BY = {"type": "string", "description": "Who decides", "default": DESK}
_DECISION = {
    "type": "object",
    "required": ["a", "b", "verdict"],
    "properties": {
        "a": _NAMED,
        "b": _NAMED,
        "verdict": {"type": "string", "enum": ["same", "different", "unsure"]},
        "relation": {"type": "string", "enum": list(RELATIONS), "default": ""},
        "note": _TEXT,
        "by": _BY,
    },
}
_SPLIT = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": _NAMED, "records": {"type": "array", "items": _NAMED}, "note": _TEXT, "by": _BY},
}
_SETTLED = {
    "type": "object",
    "properties": {
        "judgements": {"type": "array", "items": {"type": "integer"}},
        "things": {"type": "array", "items": _TEXT},
        "records": {"type": "array", "items": {"type": "object"}},
    },
}
_BEARER = HTTPBearer(scheme_name=DESK, description="The desk's token (CHM_DESK_TOKEN)", auto_error=False)
_REFUSALS = {
    400: "The body cannot be read.",
    401: "The desk's token is missing or wrong.",
    403: "No token is set for the desk.",
    404: "There is no such record or judgement.",
    409: "People said otherwise of other pairs, or several records are meant.",
    413: "The body is too large.",
    422: "It cannot be done as asked.",
}


async def read_body(request: Request) -> bytes:
    """Give the body as bytes, no more than MAX_BODY_BYTES; the rest of an endpoint then runs in a thread."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY_BYTES:
            raise HttpProblem("BODY_TOO_LARGE")
    return bytes(body)


Body = Annotated[bytes, Depends(read_body)]
Named = Annotated[str, Query(min_length=1, max_length=2_000, description=_NAMED["description"])]


def duplicates_router(centre: Centre) -> APIRouter:
    """Give the routes about duplicates below /api/v1."""
    router = APIRouter(prefix="/api/v1", tags=["Duplicates"])
    _reading(centre, router)
    _writing(centre, router)
    return router


def _reading(centre: Centre, router: APIRouter) -> None:
    token = centre.settings.desk_token

    @router.get("/duplicates", response_class=Response, summary="Pairs that wait for a person, most worthwhile first")
    def queue(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=200)] = 20,
        cursor: Annotated[
            int, Query(ge=0, le=_FURTHEST, description="Where the last page ended, as next gives it")
        ] = 0,
        likely: Annotated[
            float | None, Query(ge=0, le=1, description="Pairs from this probability on, drawn by lot")
        ] = None,
    ) -> Response:
        with sql.read(centre.engine) as connection:
            found = find_waiting(connection, limit=cursor + limit + 1, likely=likely)
            rows = tell_waiting(connection, found[cursor : cursor + limit])
            waiting = count_waiting(connection)
        following = None
        if len(found) > cursor + limit and cursor + limit <= _FURTHEST:
            query = {"limit": limit, "cursor": cursor + limit} | ({} if likely is None else {"likely": likely})
            following = f"{centre.site.base_url}/api/v1/duplicates?{urlencode(query)}"
        return _answer(request, {"waiting": waiting, "results": rows, "next": following})

    @router.get(
        "/duplicates/explain",
        response_class=Response,
        responses=_refused(400, 404, 409),
        summary="Why two records are one thing or not",
    )
    def explain(request: Request, a: Named, b: Named) -> Response:
        with sql.read(centre.engine) as connection:
            one, other = (get_place(connection, text, centre.site.node_id) for text in (a, b))
            if one == other:
                raise BadRequest(reason=f"“{a}” and “{b}” are one record: {'/'.join(one)}. Name two.")
            account = account_of(connection, one, other, load_model())
        return _answer(request, account_document(account, named=bears_token(request, token)))

    @router.get(
        "/records/{local_id}/history",
        response_class=Response,
        responses=_refused(404),
        summary="What a record is made of, which source each field is from, and why its records are one",
    )
    def history(request: Request, local_id: str) -> Response:
        with sql.read(centre.engine) as connection:
            try:
                thing = get_thing(connection, local_id, centre.site.node_id)
            except NoSuchThing:
                raise HttpProblem("RECORD_NOT_FOUND") from None
            document = chronicle_document(chronicle_of(connection, thing), named=bears_token(request, token))
        return _answer(request, {"asked": local_id} | document)


def _writing(centre: Centre, router: APIRouter) -> None:
    token = centre.settings.desk_token

    @router.post("/duplicates/decisions", status_code=201, summary="Decide on a pair", **_described(_DECISION, 201))
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

    @router.delete("/duplicates/decisions/{judgement}", summary="Take a decision back", **_described(None, 200))
    def undo(
        request: Request, judgement: Annotated[int, Path(ge=1, le=_LARGEST_ID)], by: str = DESK, why: str = ""
    ) -> Response:
        require_desk(request, token)
        said = {"by": by, "why": why}
        by, why = _text(said, "by") or DESK, _text(said, "why")
        return _settled(undo_judgement(centre, judgement, by=by, why=why), 200)

    @router.post("/duplicates/splits", status_code=201, summary="Take a thing apart", **_described(_SPLIT, 201))
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


def _refused(*codes: int) -> dict[int | str, dict[str, Any]]:
    content = {"application/problem+json": {"schema": {"type": "object"}}}
    return {code: {"description": _REFUSALS[code], "content": content} for code in codes}


def _described(body: Mapping[str, Any] | None, status: int) -> dict[str, Any]:
    """Give how a route that writes is described: its body, its answer, its refusals, and that it needs the token."""
    refusals = {str(code): refusal for code, refusal in _refused(*_REFUSALS).items()}
    answer = {str(status): {"description": "What it came to", "content": {_JSON: {"schema": _SETTLED}}}}
    extra: dict[str, Any] = {"responses": answer | refusals}
    if body is not None:
        extra["requestBody"] = {"required": True, "content": {_JSON: {"schema": body}}}
    return {"response_class": Response, "openapi_extra": extra, "dependencies": [Depends(_BEARER)]}


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
        raise BadRequest(reason=f"{name} must be a text{'' if needed else ' where it is given'}.")
    if "\0" in value:
        raise BadRequest(reason=f"{name} holds a character that is none (U+0000). Leave it out.")
    return value


def _answer(request: Request, value: Any) -> Response:
    return cached(request, orjson.dumps(value, default=str), _JSON, headers=_HEADERS)


def _settled(settled: Settled, status: int) -> Response:
    return Response(
        orjson.dumps(settled.as_dict()), status_code=status, media_type=_JSON, headers={"Cache-Control": "no-store"}
    )
