"""Runs that wait for a person: held with a reason and what would change, then released or discarded, exactly once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, func, insert, literal, or_, select, update

from harvester.errors import NeedsPerson, RepositoryReplaced
from harvester.operating_errors import HoldDecided, UnknownHold
from harvester.proof import deferrals
from harvester.records.quirks import IDENTITY, keep_quirks
from harvester.registry import forget_namespace
from harvester.running import run_states
from harvester.running.progress import Ending
from harvester.tables import deferral, hold, outcome, run, source, source_record
from harvester.work import Work

SAMPLES = 20
RELEASED, DISCARDED = "released", "discarded"
_REPLACED = RepositoryReplaced(url="", before="", now="").code


@dataclass(frozen=True, slots=True)
class Held:
    """A hold as its readers see it; ``difference`` counts the waiting changes by reason and shows some of them."""

    id: int
    run: int
    source: str
    code: str
    reason: str
    difference: Mapping[str, Any]
    opened_at: datetime
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None


def hold_back(connection: Connection, work: Work, reasons: Sequence[str], *, code: str, text: str) -> int:
    """Let a person decide on what waits for these reasons, and give the number of the hold.

    A source has one open hold: what a later run finds joins it. Each record's waiting is an outcome its owner sees.
    """
    open_now = find_open(connection, work.source.id, locked=True)
    hold_id = open_now["id"] if open_now else _open(connection, work, code, text)
    waiting = deferrals.unjudged(work.source.id, reasons)
    told = select(
        literal(work.run_id), deferral.c.source_id, deferral.c.identifier, literal("held"), literal(code),
        literal("[]"), literal(work.clock(), outcome.c.happened_at.type),
    ).where(waiting)  # fmt: skip
    names = ["run_id", "source_id", "identifier", "outcome", "code", "problems", "happened_at"]
    connection.execute(insert(outcome).from_select(names, told))
    deferrals.hold_unjudged(connection, work.source.id, reasons, hold_id)
    difference = orjson.dumps(_difference(connection, work.source.id, hold_id)).decode()
    connection.execute(update(hold).where(hold.c.id == hold_id).values(difference=difference))
    return hold_id


def hold_for_person(work: Work, error: NeedsPerson) -> Ending:
    """End a run as held because its source is not what it was; nothing was read and nothing changes."""
    text = " ".join(part for part in (error.message, error.remedy) if part)
    with work.transactions.write() as connection:
        open_now = find_open(connection, work.source.id)
        hold_id = open_now["id"] if open_now else _open(connection, work, error.code, text)
    return Ending("held", text, error.code, hold_id=hold_id)


def find_open(connection: Connection, source_id: str, *, locked: bool = False) -> RowMapping | None:
    """Give the hold of a source that waits for a decision; ``locked``, nobody decides on it meanwhile."""
    query = select(hold).where(hold.c.source_id == source_id, hold.c.decision.is_(None)).order_by(hold.c.id)
    query = query.with_for_update() if locked else query
    return connection.execute(query.limit(1)).mappings().first()


def list_open(connection: Connection) -> list[Held]:
    """Give every hold that waits for a decision, the oldest first."""
    query = select(hold).where(hold.c.decision.is_(None)).order_by(hold.c.id)
    return [_to_held(row) for row in connection.execute(query).mappings()]


def get_hold(connection: Connection, run_id: int) -> Held:
    """Give the hold a run waits or waited in; UnknownHold where it is none."""
    joined = select(run.c.hold_id).where(run.c.id == run_id).scalar_subquery()
    query = select(hold).where(or_(hold.c.run_id == run_id, hold.c.id == joined)).order_by(hold.c.id.desc())
    row = connection.execute(query.limit(1)).mappings().first()
    if row is None:
        raise UnknownHold(run=run_id)
    return _to_held(row)


def find_waiting(connection: Connection, run_id: int, *, limit: int = SAMPLES) -> dict[str, Any] | None:
    """Give for readers what waits or waited because of a run: why, how much, some of the records, the decision."""
    try:
        held = get_hold(connection, run_id)
    except UnknownHold:
        return None
    numbers = {name: number for name, number in held.difference.items() if isinstance(number, int) and name != "live"}
    return {
        "run": held.run,
        "code": held.code,
        "reason": held.reason,
        "waiting": sum(numbers.values()),
        "by_reason": numbers,
        "opened_at": held.opened_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "decision": held.decision,
        "decided_at": held.decided_at.strftime("%Y-%m-%dT%H:%M:%SZ") if held.decided_at else None,
        "records": list(list_waiting(connection, held.id, limit=limit)) if held.decision is None else [],
    }


def decide(connection: Connection, held: Held, decision: str, *, by: str, now: datetime) -> None:
    """Store a person's decision once; HoldDecided where there is one already."""
    values = {"decision": decision, "decided_at": now, "decided_by": by}
    undecided = (hold.c.id == held.id) & hold.c.decision.is_(None)
    if connection.execute(update(hold).where(undecided).values(values)).rowcount != 1:
        raise HoldDecided(run=held.run, decision=held.decision or "decided")
    if held.code == _REPLACED and decision == RELEASED:
        _take_for_new(connection, held.source, now=now)
    if decision == DISCARDED:
        deferrals.forget_absent(connection, held.source, held.id)
    waiting = (run.c.hold_id == held.id) & (run.c.state == run_states.HELD)
    partly = (run.c.refused + run.c.failed) > 0
    reason = run.c.reason + f" {decision.capitalize()} by {by}."
    for which, state in ((waiting & partly, run_states.DONE_WITH_ERRORS), (waiting, run_states.DONE)):
        run_states.move(connection, which, state, reason=reason)


def _take_for_new(connection: Connection, source_id: str, *, now: datetime) -> None:
    """Let a source be another repository: read from its beginning, and speaking for the name it will give itself."""
    keep_quirks(connection, source_id, {IDENTITY: ""}, now=now)
    forget_namespace(connection, source_id, now=now)
    head = {"since": None, "cursor": None, "pending_since": None}
    connection.execute(update(source).where(source.c.id == source_id).values(**head, next_due_at=now))


def close_emptied(connection: Connection, source_id: str, codes: Sequence[str], *, now: datetime) -> None:
    """Close the open decision of these codes where nothing waits for it any more: the source took all of it back."""
    row = find_open(connection, source_id)
    if row is not None and row["code"] in codes and not deferrals.holds_any(connection, row["id"]):
        decide(connection, _to_held(row), DISCARDED, by="the source, which has taken it all back", now=now)


def _open(connection: Connection, work: Work, code: str, text: str) -> int:
    row = {"source_id": work.source.id, "run_id": work.run_id, "code": code, "reason": text, "difference": "{}"}
    statement = insert(hold).values(**row, opened_at=work.clock())
    number: int = connection.execute(statement).inserted_primary_key[0]  # type: ignore[index]
    return number


def _difference(connection: Connection, source_id: str, hold_id: int) -> dict[str, Any]:
    counted = select(deferral.c.reason, func.count()).where(deferrals.of_hold(hold_id)).group_by(deferral.c.reason)
    numbers = {row[0]: row[1] for row in connection.execute(counted)}
    live = deferrals.count_live(connection, source_id)
    return {**numbers, "live": live, "samples": list(list_waiting(connection, hold_id, limit=SAMPLES))}


def list_waiting(connection: Connection, hold_id: int, *, after: str = "", limit: int) -> Iterator[dict[str, str]]:
    """Give records whose change waits under a hold: identifier, why it waits, and the title the index shows."""
    query = (
        select(deferral.c.identifier, deferral.c.reason, source_record.c.record, source_record.c.local_id)
        .outerjoin(
            source_record,
            (source_record.c.source_id == deferral.c.source_id) & (source_record.c.identifier == deferral.c.identifier),
        )
        .where(deferrals.of_hold(hold_id), deferral.c.identifier > after)
        .order_by(deferral.c.identifier)
        .limit(limit)
    )
    for row in connection.execute(query):
        title = _title(row.record) if row.record else ""
        yield {"identifier": row.identifier, "reason": row.reason, "title": title, "local_id": row.local_id or ""}


def _title(native: bytes) -> str:
    titles = orjson.loads(native).get("title") or {}
    return str(titles.get("en") or next(iter(titles.values()), ""))


def _to_held(row: RowMapping) -> Held:
    return Held(
        id=row["id"],
        run=row["run_id"],
        source=row["source_id"],
        code=row["code"],
        reason=row["reason"],
        difference=orjson.loads(row["difference"]),
        opened_at=row["opened_at"],
        decision=row["decision"],
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
    )
