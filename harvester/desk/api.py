"""Nodes, runs and receipts as JSON; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from chm_node.publishing import sql
from chm_node.shell.conditional import cached
from chm_node.shell.languages import choose_language
from chm_node.shell.problems_http import HttpProblem
from harvester.centre import Centre
from harvester.operating_errors import UnknownRun, UnknownSource
from harvester.proof.holding import find_waiting
from harvester.records.reconciliation import list_missing
from harvester.registry import get_source
from harvester.telling import reports

_VARY = {"Vary": "Accept-Language, Cookie"}
Limit = Annotated[int, Query(ge=1, le=1_000)]


def desk_api_router(centre: Centre) -> APIRouter:
    """Give the routes below /api/v1 that a centre adds to those of a node."""
    router = APIRouter(tags=["Harvests"])
    _nodes(centre, router)
    _runs(centre, router)
    return router


def _missing_lines(centre: Centre, node_id: str) -> Iterator[bytes]:
    with sql.read(centre.engine) as connection:
        for row in list_missing(connection, node_id):
            yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _json(request: Request, value: Any, following: str | None = None) -> Response:
    headers = _VARY | ({"Link": f'<{following}>; rel="next"'} if following else {})
    return cached(request, orjson.dumps(value), "application/json", headers=headers)


def _nodes(centre: Centre, router: APIRouter) -> None:
    @router.get("/api/v1/nodes", response_class=Response, summary="Every source and how it is doing")
    def nodes(request: Request) -> Response:
        with sql.read(centre.engine) as connection:
            return _json(request, {"results": reports.list_nodes(connection, centre.clock())})

    @router.get("/api/v1/nodes/{node_id}", response_class=Response, summary="One source")
    def node(request: Request, node_id: str) -> Response:
        with sql.read(centre.engine) as connection:
            try:
                return _json(request, reports.get_node(connection, node_id, centre.clock()))
            except UnknownSource:
                raise HttpProblem("NOT_FOUND") from None

    @router.get(
        "/api/v1/nodes/{node_id}/missing",
        response_class=Response,
        summary="Every record the index does not show as the source has it, a line each",
    )
    def missing(node_id: str) -> Response:
        with sql.read(centre.engine) as connection:
            try:
                get_source(connection, node_id)
            except UnknownSource:
                raise HttpProblem("NOT_FOUND") from None
        return StreamingResponse(_missing_lines(centre, node_id), media_type="application/x-ndjson")

    @router.get("/api/v1/nodes/{node_id}/receipts", response_class=Response, summary="What became of each record")
    def receipts(
        request: Request,
        node_id: str,
        since: Annotated[
            int, Query(ge=0, le=reports.LARGEST_ID, description="The token the last answer gave as next_since")
        ] = 0,
        limit: Limit = 500,
    ) -> Response:
        with sql.read(centre.engine) as connection:
            try:
                reports.get_node(connection, node_id, centre.clock())
            except UnknownSource:
                raise HttpProblem("NOT_FOUND") from None
            found, reached = reports.list_receipts(
                connection,
                node_id,
                base_url=centre.site.base_url,
                since=since,
                limit=limit,
                language=choose_language(request),
            )
        following = None
        if len(found) == limit:
            query = urlencode({"since": reached, "limit": limit})
            following = f"{centre.site.base_url}/api/v1/nodes/{node_id}/receipts?{query}"
        return _json(request, {"results": found, "next_since": reached, "next": following}, following)


def _runs(centre: Centre, router: APIRouter) -> None:
    @router.get("/api/v1/runs", response_class=Response, summary="The latest runs")
    def runs(request: Request, node: str | None = None, limit: Limit = 50) -> Response:
        with sql.read(centre.engine) as connection:
            return _json(request, {"results": reports.list_runs(connection, centre.clock(), node, limit)})

    @router.get("/api/v1/runs/{run_id}", response_class=Response, summary="One run")
    def run(request: Request, run_id: int) -> Response:
        with sql.read(centre.engine) as connection:
            try:
                found = reports.get_run(connection, run_id, centre.clock())
            except UnknownRun:
                raise HttpProblem("NOT_FOUND") from None
            codes = reports.count_codes(connection, run_id)
            return _json(request, found | {"codes": codes, "hold": find_waiting(connection, run_id)})

    @router.get("/api/v1/runs/{run_id}/errors", response_class=Response, summary="Every problem a run met")
    def errors(
        request: Request, run_id: int, after: Annotated[int, Query(ge=0, le=reports.LARGEST_ID)] = 0, limit: Limit = 500
    ) -> Response:
        language = choose_language(request)
        with sql.read(centre.engine) as connection:
            try:
                reports.get_run(connection, run_id, centre.clock())
            except UnknownRun:
                raise HttpProblem("NOT_FOUND") from None
            page = reports.problems_of_run(connection, run_id, language=language, after=after, limit=limit)
            found = list(page)
        reached = found[-1]["outcome_id"] if found else after
        following = None
        if len({row["outcome_id"] for row in found}) == limit:
            query = urlencode({"after": reached, "limit": limit})
            following = f"{centre.site.base_url}/api/v1/runs/{run_id}/errors?{query}"
        return _json(request, {"results": found, "next": following}, following)
