"""The queue of runs, which is rows in the database: what waits, who may take it up, and what a dead worker left."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, Select, and_, delete, exists, insert, or_, select, update

from harvester.counts import OUTCOMES, Counts
from harvester.operating_errors import HostTaken, SourceLocked
from harvester.proof import deferrals
from harvester.protocols.pages import Window
from harvester.records.ledger import parse_problems
from harvester.registry import get_source
from harvester.running import deaths, hosts, leases, progress
from harvester.running.hours import opens_at
from harvester.running.orders import LATER, Order, dump_order, parse_order
from harvester.running.run_states import FAILED, QUEUED, RUNNING, STALLED, move
from harvester.running.snapshots import dump_snapshot, parse_snapshot
from harvester.sources import Source
from harvester.tables import host, run, source
from vocabularies.problems import Problem

LONG_RUN_S = 6 * 3600
"""A run that has worked so long in all its turns lets every other go first."""
_RESUMED = ("harvest", "replay")
_DUE = "{}"
_DIED = "The worker stopped reporting; what it had saved is kept, and the run goes on from there."


@dataclass(frozen=True, slots=True)
class Taken:
    """A run somebody has taken up: its source as it was when the run began, what was asked, and how far it has come.

    ``is_read`` says that an earlier turn read the list to its end and only its conclusion is left;
    ``watches`` is for the work on its records.
    """

    run_id: int
    turn: int
    source: Source
    order: Order
    lease: leases.Lease
    host: str
    delay_s: float
    window: Window
    counts: Counts
    remarks: tuple[Problem, ...]
    stages: Mapping[str, float]
    began_at: datetime
    is_read: bool
    watches: bool
    died_at: int | None
    """How many records were read where the run's worker died before this turn."""
    goes_back: bool
    """Whether it goes back to the queue where its worker is told to stop: not what a person began and waits for."""


def enqueue(connection: Connection, source_id: str, order: Order, *, now: datetime, later: bool = False) -> int:
    """Put a run of a source into the queue and give its id; the one that waits already is that run.

    An order that differs from the waiting one's takes its place.
    """
    asked = dump_order(order, later=later)
    waiting = _find_waiting(connection, source_id)
    if waiting is not None:
        if parse_order(waiting["asked"]) == order:
            connection.execute(update(run).where(run.c.id == waiting["id"]).values(asked=asked))
            return int(waiting["id"])
        told = {"reason": progress.REPLACED.reason, "reason_code": progress.REPLACED.reason_code, "finished_at": now}
        move(connection, run.c.id == waiting["id"], STALLED, **told)
    of = get_source(connection, source_id)
    opens = opens_at(of.hours, now)
    reason = f"Harvested only at {of.hours}." if opens > now else ""
    return _add(connection, of, order, now=now, asked=asked, not_before_at=opens, reason=reason)


def _add(connection: Connection, of: Source, order: Order, *, now: datetime, **more: Any) -> int:
    row = progress.new_row(of.id, kind="replay" if order.replay else "harvest", now=now)
    row |= {"queued_at": now, "asked": dump_order(order), "settings": dump_snapshot(of)}
    row |= {"host": "" if order.replay else hosts.host_of(of.url), **more}
    run_id: int = connection.execute(insert(run), row).inserted_primary_key[0]  # type: ignore[index]
    return run_id


def _find_waiting(connection: Connection, source_id: str) -> RowMapping | None:
    query = select(run).where(run.c.source_id == source_id, run.c.state == QUEUED)
    return connection.execute(query).mappings().first()


def enqueue_due(connection: Connection, now: datetime) -> list[str]:
    """Put every source that is due, not paused and has no run into the queue, the longest due first."""
    has_run = exists().where(run.c.source_id == source.c.id, run.c.state.in_((QUEUED, RUNNING)))
    due = select(source.c.id).where(source.c.paused.is_(False), source.c.next_due_at <= now, ~has_run)
    # of several schedulers one at a time
    due = due.order_by(source.c.next_due_at, source.c.id).with_for_update(skip_locked=True)
    added = list(connection.execute(due).scalars())
    for source_id in added:
        enqueue(connection, source_id, Order(), now=now)
    return added


def recover(connection: Connection, now: datetime, *, left: Collection[int] = ()) -> None:
    """Put the runs of dead workers back into the queue, and those that this process has ``left`` without a word.

    What cannot be gone on with is stalled.
    """
    query = select(run, source.c.lease_owner, source.c.lease_token, source.c.lease_until)
    query = query.join(source, source.c.id == run.c.source_id)
    for row in connection.execute(query.where(run.c.state == RUNNING)).mappings().all():
        if row["id"] not in left and _is_at_work(row, now):
            continue
        if row["owner"] == row["lease_owner"]:
            leases.release(connection, leases.Lease(row["source_id"], row["lease_token"], row["owner"]))
        if row["id"] not in left and deaths.note_death(connection, row, now=now):
            _give_up(connection, row, now=now)
        else:
            _put_back(connection, row, now=now)
        hosts.give_back(connection, row["id"])
    hosts.free_forgotten(connection)


def _put_back(connection: Connection, row: RowMapping, *, now: datetime) -> None:
    told = {"reason": _DIED, "reason_code": "STALLED"}
    mine = (run.c.id == row["id"]) & (run.c.owner == row["owner"]) & (run.c.state == RUNNING)
    goes_on = {"queued_at": now, "not_before_at": None}
    if row["kind"] not in _RESUMED or not move(connection, mine, QUEUED, **told, **goes_on):
        move(connection, mine, STALLED, **told, finished_at=now)


def _give_up(connection: Connection, row: RowMapping, *, now: datetime) -> None:
    """End a run that kills its workers as failed; the place in the list stays, and the source waits as after that."""
    told = {"reason": deaths.reason(row["read"]), "reason_code": deaths.CODE, "finished_at": now}
    mine = (run.c.id == row["id"]) & (run.c.owner == row["owner"])
    if move(connection, mine, FAILED, **told):
        current = get_source(connection, row["source_id"])
        order, before = parse_order(row["asked"]), parse_snapshot(row["settings"], current)
        counts_for_source = order.keeps_place and before.generation == current.generation
        progress.note_failure(connection, row["id"], current.id, delays=counts_for_source, now=now)


def _is_at_work(row: RowMapping, now: datetime) -> bool:
    owner: str = row["owner"]
    return owner == row["lease_owner"] and row["lease_until"] >= now and not leases.has_died(owner)


def take_next(connection: Connection, now: datetime) -> Taken | None:
    """Take up the run that has waited longest and may go on now; None where there is none.

    PostgreSQL lets other workers take others meanwhile; on SQLite a writer is alone.
    """
    passed: list[int] = []
    while True:
        query = _ready(now).where(run.c.id.not_in(passed)).limit(1).with_for_update(of=run, skip_locked=True)
        row = connection.execute(query).mappings().first()
        if row is None:
            return None
        passed.append(row["id"])
        taken = _take(connection, row, now)
        if taken is not None:
            return taken


def others_wait(connection: Connection, taken: Taken, now: datetime) -> bool:
    """Tell whether another run could go on in a run's place."""
    return connection.execute(_ready(now, but=taken.host).limit(1)).first() is not None


def has_ready(connection: Connection, now: datetime) -> bool:
    """Tell whether a run could be taken up now."""
    return connection.execute(_ready(now).limit(1)).first() is not None


def _ready(now: datetime, *, but: str = "") -> Select[Any]:
    query = select(run, source.c.next_due_at).join(source, source.c.id == run.c.source_id)
    query = query.outerjoin(host, host.c.name == run.c.host)
    its_time = or_(run.c.not_before_at.is_(None), run.c.not_before_at <= now)
    wanted = or_(source.c.paused.is_(False), run.c.asked != _DUE)
    ready = and_(run.c.state == QUEUED, its_time, wanted, leases.is_free(now), hosts.is_free(now, but=but))
    return query.where(ready).order_by(run.c.worked_s >= LONG_RUN_S, run.c.queued_at, run.c.turns, run.c.id)


def _take(connection: Connection, row: RowMapping, now: datetime) -> Taken | None:
    current = get_source(connection, row["source_id"])
    opens = opens_at(current.hours, now)
    if opens > now:
        values = {"not_before_at": opens, "reason": f"Harvested only at {current.hours}.", "reason_code": "HOURS"}
        connection.execute(update(run).where(run.c.id == row["id"]).values(values))
        return None
    if _was_only_due(row) and row["next_due_at"] > now:  # somebody did it meanwhile
        connection.execute(delete(run).where(run.c.id == row["id"]))
        return None
    try:
        lease = leases.claim(connection, current.id, now=now)
    except SourceLocked:
        return None
    try:
        return replace(_begin(connection, row, current, lease, now=now), goes_back=True)
    except HostTaken:
        leases.release(connection, lease)
        return None


def take_now(connection: Connection, source_id: str, order: Order, *, now: datetime) -> Taken:
    """Take up a run of a source at once, whatever its time: the one that waits for the same, or a new one.

    A run that waits for something else goes on waiting. SourceLocked where another worker is at the source, HostTaken
    where one is at its host.
    """
    recover(connection, now)
    current = get_source(connection, source_id)
    lease = leases.claim(connection, source_id, now=now)
    waiting = _find_waiting(connection, source_id)
    if waiting is not None and parse_order(waiting["asked"]) == order:
        run_id = int(waiting["id"])
    else:
        if waiting is not None and order.keeps_place and _was_only_due(waiting):  # this run does it
            connection.execute(delete(run).where(run.c.id == waiting["id"]))
        run_id = _add(connection, current, order, now=now, state=RUNNING)
    row = connection.execute(select(run).where(run.c.id == run_id)).mappings().one()
    return _begin(connection, row, current, lease, now=now)


def _was_only_due(row: RowMapping) -> bool:
    return not row["turns"] and row["asked"] == _DUE


def _begin(connection: Connection, row: RowMapping, current: Source, lease: leases.Lease, *, now: datetime) -> Taken:
    order, first = parse_order(row["asked"]), not row["turns"]
    before = current if first else parse_snapshot(row["settings"], current)
    # edited since: what is left of another list is no use, it is read from its head
    anew = first or order.replay or before.generation != current.generation
    of = current if anew else before
    window = _window(connection, of, order) if anew else Window(since=row["since"], cursor=row["cursor"])
    asks = "" if order.replay else hosts.host_of(of.url)
    if asks and not hosts.take(connection, asks, row["id"]):
        raise HostTaken(host=asks, source=of.id)
    counts = Counts() if order.replay else Counts(**{name: row[name] for name in ("read", *OUTCOMES, "warned")})
    values: dict[str, Any] = {"owner": lease.owner, "heartbeat_at": now, "turns": row["turns"] + 1, "host": asks}
    values |= {
        "not_before_at": None,
        "reason": "",
        "reason_code": "",
        "settings": dump_snapshot(of),
        **counts.as_dict(),
    }
    if first:
        values["started_at"] = now
    if anew and not order.replay:
        deaths.forget(connection, row["id"])
    if anew:
        values |= {"since": window.since, "began_at_cursor": window.cursor, "cursor": None, "pages": 0}
    if row["state"] == QUEUED:
        move(connection, run.c.id == row["id"], RUNNING, **values)
    else:
        connection.execute(update(run).where(run.c.id == row["id"]).values(values))
    return Taken(
        run_id=row["id"],
        turn=row["turns"] + 1,
        source=of,
        order=order,
        lease=lease,
        host=asks,
        delay_s=hosts.delay_of(connection, asks),
        window=window,
        counts=counts,
        remarks=parse_problems(row["remarks"]),
        stages=orjson.loads(row["stages"]),
        began_at=now if first else row["started_at"],
        is_read=not anew and _is_read(row, order),
        watches=deferrals.has_any(connection, of.id),
        died_at=deaths.find_place(connection, row["id"]),
        goes_back=LATER in orjson.loads(row["asked"]),
    )


def _is_read(row: RowMapping, order: Order) -> bool:
    if order.limit is not None and row["read"] >= order.limit:
        return True
    return bool(row["pages"]) and row["cursor"] is None


def _window(connection: Connection, of: Source, order: Order) -> Window:
    if order.full:
        return Window()
    if order.since is not None:
        return Window(since=order.since)
    held = connection.execute(select(source.c.since, source.c.cursor).where(source.c.id == of.id)).one()
    return Window(since=held.since, cursor=held.cursor)
