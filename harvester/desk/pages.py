"""The pages of the secretariat: how the nodes are doing, what ran, what became of every record. They change nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from chm_node.publishing import sql
from chm_node.shell.languages import choose_language
from chm_node.shell.pages import Pages
from chm_node.shell.problems_http import HttpProblem
from harvester.centre import Centre
from harvester.desk.cells import ERROR_COLUMNS, MISSING_COLUMNS, safe_cell
from harvester.desk.words import STATE_MARKS, state_words
from harvester.operating_errors import UnknownRun, UnknownSource
from harvester.proof.holding import find_waiting
from harvester.records.reconciliation import list_missing
from harvester.registry import get_source
from harvester.telling import reports

PROBLEMS_SHOWN = 200


def desk_router(centre: Centre, pages: Pages) -> APIRouter:
    """Give the routes of the pages."""
    router = APIRouter(include_in_schema=False)
    _nodes(centre, pages, router)
    _runs(centre, pages, router)
    return router


def _nodes(centre: Centre, pages: Pages, router: APIRouter) -> None:
    @router.get("/nodes")
    def nodes(request: Request) -> Response:
        with sql.read(centre.engine) as connection:
            found = reports.list_nodes(connection, centre.clock())
        return pages.page(request, "nodes.html", nodes=found, marks=STATE_MARKS, words=_words(request))

    @router.get("/nodes/{node_id}")
    def node(request: Request, node_id: str) -> Response:
        language = choose_language(request)
        with sql.read(centre.engine) as connection:
            try:
                found = reports.get_node(connection, node_id, centre.clock())
            except UnknownSource:
                raise HttpProblem("NOT_FOUND") from None
            runs = reports.list_runs(connection, centre.clock(), node_id, 30)
            standing = reports.problems_of_source(connection, node_id, language=language)
            problems = list(islice(standing, PROBLEMS_SHOWN))
        shown: dict[str, Any] = {
            "node": found,
            "runs": runs,
            "problems": problems,
            "marks": STATE_MARKS,
            "words": _words(request),
        }
        return pages.page(request, "node.html", **shown)

    @router.get("/nodes/{node_id}/missing.csv")
    def missing_csv(node_id: str) -> Response:
        with sql.read(centre.engine) as connection:
            try:
                get_source(connection, node_id)
            except UnknownSource:
                raise HttpProblem("NOT_FOUND") from None
        headers = {"Content-Disposition": f'attachment; filename="{node_id}-missing.csv"'}
        lines = _missing_lines(centre, node_id)
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _runs(centre: Centre, pages: Pages, router: APIRouter) -> None:
    @router.get("/runs")
    def runs(request: Request) -> Response:
        with sql.read(centre.engine) as connection:
            found = reports.list_runs(connection, centre.clock(), None, 100)
        return pages.page(request, "runs.html", runs=found, marks=STATE_MARKS, words=_words(request))

    @router.get("/runs/{run_id}")
    def run(request: Request, run_id: int, after: Annotated[int, Query(ge=0, le=reports.LARGEST_ID)] = 0) -> Response:
        language = choose_language(request)
        with sql.read(centre.engine) as connection:
            try:
                found = reports.get_run(connection, run_id, centre.clock())
            except UnknownRun:
                raise HttpProblem("NOT_FOUND") from None
            codes = reports.count_codes(connection, run_id)
            page = reports.problems_of_run(connection, run_id, language=language, after=after, limit=PROBLEMS_SHOWN)
            problems = list(page)
            waits = find_waiting(connection, run_id)
        more = len({row["outcome_id"] for row in problems}) == PROBLEMS_SHOWN
        following = f"?after={problems[-1]['outcome_id']}" if more else ""
        shown: dict[str, Any] = {"run": found, "codes": codes, "problems": problems, "following": following}
        shown["hold"] = waits
        return pages.page(request, "run.html", **shown, marks=STATE_MARKS, words=_words(request))

    @router.get("/runs/{run_id}/problems.csv")
    def problems_csv(request: Request, run_id: int) -> Response:
        with sql.read(centre.engine) as connection:
            try:
                reports.get_run(connection, run_id, centre.clock())
            except UnknownRun:
                raise HttpProblem("NOT_FOUND") from None
        headers = {"Content-Disposition": f'attachment; filename="run-{run_id}-problems.csv"'}
        lines = _csv_lines(centre, run_id, choose_language(request))
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _words(request: Request) -> dict[str, str]:
    return state_words(choose_language(request))


def _csv_lines(centre: Centre, run_id: int, language: str) -> Iterator[str]:
    with sql.read(centre.engine) as connection:
        yield from _written(ERROR_COLUMNS, reports.problems_of_run(connection, run_id, language=language))


def _missing_lines(centre: Centre, node_id: str) -> Iterator[str]:
    with sql.read(centre.engine) as connection:
        yield from _written(MISSING_COLUMNS, list_missing(connection, node_id))


def _written(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.DictWriter(line, columns, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: safe_cell(value) for name, value in row.items()})
        yield line.getvalue()
        line.seek(0)
        line.truncate()
    yield line.getvalue()
