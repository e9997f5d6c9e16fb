"""Whether the service lives, whether it can answer, and its numbers for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

import orjson
from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from chm_node.publishing.search.engine import IndexBusy, SearchRequest
from chm_node.publishing.service import Publishing, software_version
from chm_node.shell.terminal import ChmError
from vocabularies.concepts import load_scheme

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
_NO_STORE = {"Cache-Control": "no-store"}


def health_router(publishing: Publishing) -> APIRouter:
    """Give /healthz (the process), /readyz (what it needs) and /metrics."""
    router = APIRouter(tags=["Health"])

    @router.get("/healthz", response_class=Response, summary="The process answers")
    def healthz() -> Response:
        body = orjson.dumps({"status": "ok", "version": software_version()})
        return Response(body, media_type="application/json", headers=_NO_STORE)

    @router.get("/readyz", response_class=Response, summary="Database, search and vocabularies answer")
    def readyz() -> Response:
        failures = {name: wrong for name, check in _checks(publishing) if (wrong := check()) is not None}
        checks = {name: failures.get(name, "ok") for name, _ in _checks(publishing)}
        body = orjson.dumps({"status": "failing" if failures else "ok", "checks": checks})
        return Response(body, 503 if failures else 200, media_type="application/json", headers=_NO_STORE)

    @router.get("/metrics", response_class=Response, summary="Numbers for Prometheus")
    def metrics() -> Response:
        body = "\n".join([*_lines(publishing), *publishing.metrics(), ""])
        return Response(body, media_type=_PROMETHEUS, headers=_NO_STORE)

    return router


def _checks(publishing: Publishing) -> Iterator[tuple[str, Callable[[], str | None]]]:
    yield "database", lambda: _database(publishing)
    yield "search", lambda: _search(publishing)
    yield "vocabularies", _vocabularies
    yield from publishing.checks.items()


def _database(publishing: Publishing) -> str | None:
    try:
        publishing.catalogue.last_sequence()
    except (SQLAlchemyError, ChmError) as error:
        return f"the database does not answer ({type(error).__name__})"
    return None


def _search(publishing: Publishing) -> str | None:
    try:
        publishing.search.search(SearchRequest(limit=0, with_facets=False))
    except (SQLAlchemyError, ChmError, IndexBusy, OSError) as error:
        return f"the search does not answer ({type(error).__name__})"
    return None


def _vocabularies() -> str | None:
    with suppress(KeyError, ValueError, OSError):
        if load_scheme("record-types").concepts:
            return None
    return "the vocabularies cannot be read"


def gauge(name: str, text: str, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    """Give the lines of one gauge; a sample is its labels as ``{type="event"}`` or nothing, and its value."""
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        yield f"{name}{labels} {value:g}" if value % 1 else f"{name}{labels} {int(value)}"


def _lines(publishing: Publishing) -> Iterator[str]:
    catalogue = publishing.catalogue
    counted = publishing.search.search(SearchRequest(limit=0))
    by_type = [(f'{{type="{entry.value}"}}', float(entry.count)) for entry in counted.facets.get("type", ())]
    version = [(f'{{version="{software_version()}",node="{publishing.site.node_id}"}}', 1.0)]
    changed_at = catalogue.modified_at().timestamp()
    yield from gauge("chm_build", "The software that answers.", version)
    yield from gauge("chm_records", "Published records by type.", by_type)
    yield from gauge("chm_items", "Items ever published, withdrawn ones included.", [("", float(catalogue.count()))])
    yield from gauge("chm_change_sequence", "Sequence of the last change.", [("", float(catalogue.last_sequence()))])
    yield from gauge("chm_last_change_timestamp_seconds", "When anything last changed.", [("", changed_at)])
