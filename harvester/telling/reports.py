"""What there is to tell of sources, runs and records, as plain rows; commands, pages and API read these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Select, exists, func, select

from harvester.operating_errors import UnknownRun, UnknownSource
from harvester.proof.deferrals import count_live
from harvester.records.ledger import parse_problems
from harvester.records.reconciliation import balance
from harvester.running import node_states
from harvester.running.leases import has_died
from harvester.running.progress import STALLED_AFTER
from harvester.tables import outcome, run, source, source_record
from vocabularies.problems import Problem, as_dict

RUN_NUMBERS = ("read", "created", "updated", "unchanged", "deleted", "refused", "failed", "held", "warned")
LARGEST_ID = 2**31 - 1
"""What every database takes for an id."""
_LOCAL_PART = re.compile(r"[^\s@\"'<>:;,()\[\]]+(?=@[\w-]+\.)")
Row = dict[str, Any]


def list_nodes(connection: Connection, now: datetime) -> list[Row]:
    """Give every source with its state, its numbers and its last run, those that fail first."""
    rows = [_node(connection, row, now) for row in _sources(connection, select(source))]
    return sorted(rows, key=lambda node: (node_states.ORDER[node["state"]], node["id"]))


def get_node(connection: Connection, source_id: str, now: datetime) -> Row:
    """Give one source as ``list_nodes`` does, and how it and the index stand to each other now.

    ``in_index`` counts the things of the index its records make up, alone or with others'. UnknownSource where there is
    none.
    """
    rows = _sources(connection, select(source).where(source.c.id == source_id))
    if not rows:
        raise UnknownSource(source=source_id)
    shown = (source_record.c.source_id == source_id) & source_record.c.record.is_not(None)
    things = connection.execute(select(func.count(source_record.c.local_id.distinct())).where(shown)).scalar() or 0
    books = balance(connection, source_id).as_dict()
    return _node(connection, rows[0], now) | {"in_index": things, "reconciliation": books}


def _sources(connection: Connection, query: Select[Any]) -> list[Mapping[Any, Any]]:
    return list(connection.execute(query.order_by(source.c.id)).mappings())


def _node(connection: Connection, row: Mapping[Any, Any], now: datetime) -> Row:
    counted = (
        select(source_record.c.state, func.count())
        .where(source_record.c.source_id == row["id"])
        .group_by(source_record.c.state)
    )
    records = {found.state: found[1] for found in connection.execute(counted)}
    last = connection.execute(select(run).where(run.c.source_id == row["id"]).order_by(run.c.id.desc()).limit(1))
    last_run = next((to_run(found, now) for found in last.mappings()), None)
    state, reason = node_states.state_of(connection, row, last_run, now)
    return {
        "id": row["id"],
        "name": row["name"],
        "url": row["url"],
        "protocol": row["protocol"],
        "country": row["country"],
        "state": state,
        "every_s": row["every_s"],
        "rank": row["rank"],
        "failures": row["failures"],
        "last_success_at": _text(row["last_success_at"]),
        "next_due_at": _text(row["next_due_at"]),
        "records": count_live(connection, row["id"]),
        "refused": records.get("refused", 0),
        "failed": records.get("failed", 0),
        "deleted": records.get("deleted", 0),
        "last_run": last_run,
        "last_error": reason,
    }


def list_runs(connection: Connection, now: datetime, source_id: str | None = None, limit: int = 50) -> list[Row]:
    """Give the latest runs, the newest first."""
    query = select(run).order_by(run.c.id.desc()).limit(limit)
    if source_id is not None:
        query = query.where(run.c.source_id == source_id)
    return [to_run(row, now) for row in connection.execute(query).mappings()]


def get_run(connection: Connection, run_id: int, now: datetime) -> Row:
    """Give a run; UnknownRun where there is none."""
    known = select(run).where(run.c.id == run_id)
    row = connection.execute(known).mappings().first() if 0 < run_id <= LARGEST_ID else None
    if row is None:
        raise UnknownRun(run=run_id)
    return to_run(row, now)


def to_run(row: Mapping[Any, Any], now: datetime) -> Row:
    """Give a stored run for readers; a running one that no longer reports, or whose process died, is called stalled."""
    silent = now - row["heartbeat_at"] > STALLED_AFTER or has_died(row["owner"])
    stalled, queued = row["state"] == "running" and silent, row["state"] == "queued"
    ended = row["finished_at"] or (row["heartbeat_at"] if stalled else now)
    return {
        "run": row["id"],
        "source": row["source_id"],
        "kind": row["kind"],
        "state": "stalled" if stalled else row["state"],
        "reason": row["reason"],
        "reason_code": row["reason_code"],
        "started_at": _text(row["started_at"]),
        "finished_at": _text(row["finished_at"]),
        "heartbeat_at": _text(row["heartbeat_at"]),
        "not_before_at": _text(row["not_before_at"]) if queued else None,
        "turns": row["turns"],
        "duration_s": round(row["worked_s"] if queued else (ended - row["started_at"]).total_seconds(), 3),
        **{name: row[name] for name in RUN_NUMBERS},
        "pages": row["pages"],
        "expected": row["expected"],
        "since": row["since"],
        "first_response_date": row["first_response_date"],
        "stages": orjson.loads(row["stages"]),
        "code_version": row["code_version"],
        "reconciliation": orjson.loads(row["reconciliation"]) or None,
    }


def count_codes(connection: Connection, run_id: int) -> list[Row]:
    """Give how many records of a run were refused or failed by code, the most frequent first."""
    columns = (outcome.c.outcome, outcome.c.code, func.count().label("records"))
    told = outcome.c.outcome.in_(("refused", "failed"))
    query = select(*columns).where(outcome.c.run_id == run_id, outcome.c.code != "", told)
    query = query.group_by(outcome.c.outcome, outcome.c.code).order_by(func.count().desc(), outcome.c.code)
    return [{"outcome": row[0], "code": row[1], "records": row[2]} for row in connection.execute(query)]


def problems_of_run(
    connection: Connection, run_id: int, *, language: str = "en", after: int = 0, limit: int | None = None
) -> Iterator[Row]:
    """Give the problems of a run's records, one row a problem, in the order the records came."""
    query = select(outcome).where(outcome.c.run_id == run_id, outcome.c.problems != "[]", outcome.c.id > after)
    for row in connection.execute(_streamed(query.order_by(outcome.c.id).limit(limit))).mappings():
        yield from _problem_rows(row, row["outcome"], language)


def problems_of_source(connection: Connection, source_id: str, *, language: str = "en") -> Iterator[Row]:
    """Give the problems that stand now: of records refused or failed, and of what the last run could not cut out."""
    stands = source_record.c.state.in_(("refused", "failed"))
    query = select(source_record).where(source_record.c.source_id == source_id, stands)
    for row in connection.execute(_streamed(query.order_by(source_record.c.identifier))).mappings():
        yield from _problem_rows(row, row["state"], language)
    known = exists().where(
        source_record.c.source_id == outcome.c.source_id, source_record.c.identifier == outcome.c.identifier
    )
    last = select(func.max(run.c.id)).where(run.c.source_id == source_id).scalar_subquery()
    lost = select(outcome).where(outcome.c.run_id == last, outcome.c.outcome == "failed", ~known)
    for row in connection.execute(_streamed(lost.order_by(outcome.c.id))).mappings():
        yield from _problem_rows(row, "failed", language)


def _streamed(query: Select[Any]) -> Select[Any]:
    """Give the query with its rows read a thousand at a time, in every database."""
    return query.execution_options(yield_per=1_000)


def _problem_rows(row: Mapping[Any, Any], became: str, language: str) -> Iterator[Row]:
    place = {"source": row["source_id"], "run": row["run_id"], "identifier": row["identifier"], "outcome": became}
    for found in _discreet(row["problems"]):
        yield place | {"outcome_id": row.get("id")} | as_dict(found, language)


def _discreet(problems: str) -> Iterator[Problem]:
    """Give stored problems as anybody may read them: of an e-mail address inside a value only the domain is left."""
    for found in parse_problems(problems):
        yield replace(found, value=_LOCAL_PART.sub("…", found.value)) if "@" in found.value else found


def list_receipts(
    connection: Connection, source_id: str, *, base_url: str, since: int = 0, limit: int = 500, language: str = "en"
) -> tuple[list[Row], int]:
    """Give what became of a source's records after the token ``since``, oldest first, and the next token.

    A record that came unchanged has no new receipt: the last one still holds.
    """
    query = (
        select(outcome, source_record.c.record.is_not(None).label("visible"))
        .outerjoin(
            source_record,
            (source_record.c.source_id == outcome.c.source_id) & (source_record.c.identifier == outcome.c.identifier),
        )
        .where(outcome.c.source_id == source_id, outcome.c.id > since)
        .order_by(outcome.c.id)
        .limit(limit)
    )
    rows = list(connection.execute(query).mappings())
    receipts = [
        {
            "receipt": row["id"],
            "identifier": row["identifier"],
            "outcome": row["outcome"],
            "code": row["code"],
            "at": _text(row["happened_at"]),
            "run": row["run_id"],
            "visible": bool(row["visible"]),
            "record": f"{base_url}/records/{row['local_id']}" if row["visible"] and row["local_id"] else None,
            "last_accepted_stays": row["outcome"] in ("refused", "failed") and bool(row["visible"]),
            "problems": [as_dict(found, language) for found in _discreet(row["problems"])],
        }
        for row in rows
    ]
    return receipts, rows[-1]["id"] if rows else since


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")
