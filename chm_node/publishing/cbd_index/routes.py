"""The address of the CBD index's select: GET, and POST of the same parameters as JSON or a form; it only reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from chm_node.publishing.cbd_index.grammar import ALLOWED, NotUnderstood
from chm_node.publishing.cbd_index.select import PARAMETERS, Given, answer, read_select
from chm_node.publishing.oai_pmh.requests import parse_pairs
from chm_node.publishing.service import Publishing

PATHS = ("/api/v2013/index/select", "/api/v2013/index")
MAX_BODY_BYTES = 65_536
_JSON = "application/json"
_MANY = frozenset({"fq", "fl", "facet.field", "facet.pivot", "group.field"})
_NUMBERS = frozenset({"start", "rows", "facet.mincount", "facet.limit", "group.limit", "hl.snippets"})


def _now() -> datetime:
    return datetime.now(UTC)


def cbd_index_router(publishing: Publishing, *, clock: Callable[[], datetime] = _now) -> APIRouter:
    """Give the route of the select, under both addresses its clients use."""
    router = APIRouter(tags=["CBD index"])

    def respond(given: Given) -> Response:
        begun = time.perf_counter()
        try:
            body = answer(publishing, read_select(given, clock()))
        except NotUnderstood as wrong:
            return _refusal(given, str(wrong))
        body["responseHeader"]["QTime"] = round(1000 * (time.perf_counter() - begun))
        return Response(orjson.dumps(body), media_type=_JSON, headers={"Cache-Control": "no-cache"})

    described = [
        {"name": name, "in": "query", "description": text, "schema": _schema(name)} for name, text in PARAMETERS.items()
    ]
    for path in PATHS:
        shown = path == PATHS[0]
        summary = "Search as the CBD's own index is searched"
        extra = {"parameters": described, "responses": {"400": {"description": "What is wrong and what is allowed"}}}

        @router.get(path, response_class=Response, summary=summary, openapi_extra=extra, include_in_schema=shown)
        def select(request: Request) -> Response:
            return respond(_grouped(request.query_params.multi_items()))

        @router.post(path, response_class=Response, include_in_schema=False)
        async def posted(request: Request) -> Response:
            try:
                given = _parse_body(request.headers.get("content-type", ""), await _body(request))
            except NotUnderstood as wrong:
                return _refusal({}, str(wrong))
            query = _grouped(request.query_params.multi_items())
            return await run_in_threadpool(respond, {**query, **given})

    return router


def _schema(name: str) -> dict[str, Any]:
    if name in _MANY:
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "integer" if name in _NUMBERS else "string"}


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise NotUnderstood(f"The request is longer than {MAX_BODY_BYTES} bytes.")
    return body


def _parse_body(content_type: str, body: bytes) -> dict[str, list[str]]:
    if content_type.split(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        pairs = parse_pairs(body)
        if pairs is None:
            raise NotUnderstood("The form cannot be read as UTF-8 text.")
        return _grouped(pairs)
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotUnderstood("The body must be a JSON object of parameters, or a form.") from None
    if not isinstance(given, dict):
        raise NotUnderstood("The body must be a JSON object of parameters.")
    return {str(name): _values(name, value) for name, value in given.items() if value is not None}


def _values(name: str, value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str | int | bool) for each in values):
        raise NotUnderstood(f"{str(name)[:80]} must be a text, a number or a list of them.")
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]


def _refusal(given: Mapping[str, Any], what: str) -> Response:
    """Give the error as that index writes one, with what would have been allowed."""
    echoed = {name: values for name, values in given.items() if name in PARAMETERS}
    body = {
        "responseHeader": {"status": 400, "QTime": 0, "params": echoed},
        "error": {"msg": f"{what} {ALLOWED}", "code": 400},
    }
    return Response(orjson.dumps(body), status_code=400, media_type=_JSON)
