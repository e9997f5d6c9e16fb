"""The OAI-PMH address: GET and POST to the provider, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from chm_node.publishing.catalogue import Catalogue
from chm_node.publishing.oai_pmh.provider import Provider
from chm_node.publishing.oai_pmh.requests import OaiError, OaiRequest, parse_pairs, read_request

MAX_BODY_BYTES = 65_536
_FORM = "application/x-www-form-urlencoded"
_HEADERS = {"Cache-Control": "no-store"}


def _now() -> datetime:
    return datetime.now(UTC)


def oai_router(catalogue: Catalogue, *, clock: Callable[[], datetime] = _now) -> APIRouter:
    """Give the router with ``/oai`` (§3.1: GET and form POST answer alike; every answer is 200 text/xml)."""
    router = APIRouter(tags=["OAI-PMH"])
    provider = Provider(catalogue)

    @router.api_route("/oai", methods=["GET", "HEAD", "POST"], response_class=Response, include_in_schema=False)
    async def oai(request: Request) -> Response:
        pairs = parse_pairs(request.scope["query_string"])
        if request.method == "POST":
            read = await _read_form(request, pairs)
        else:
            read = read_request(pairs)
        body = await run_in_threadpool(provider.answer, read, clock())
        return Response(body, media_type="text/xml; charset=utf-8", headers=_HEADERS)

    return router


async def _read_form(request: Request, query: list[tuple[str, str]] | None) -> OaiRequest:
    """Read a POST; arguments may stand in the form only, but those of the query are not dropped silently."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _FORM:
        return OaiRequest("", {}, (OaiError("badArgument", f"A POST must send its arguments as {_FORM}."),))
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return OaiRequest("", {}, (OaiError("badArgument", "The request is longer than 64 KiB."),))
    form = parse_pairs(body)
    return read_request(None if form is None or query is None else [*query, *form])
