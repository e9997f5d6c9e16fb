"""The row of a run and the source's place in its list: begun, advanced with each page, finished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, update

from harvester.counts import OUTCOMES, Counts
from harvester.operating_errors import Interrupted
from harvester.protocols.pages import Page, Window
from harvester.records.ledger import dump_problems, parse_problems
from harvester.records.quirks import keep_quirks
from harvester.registry import learn_namespace
from harvester.running import hosts, leases, run_states
from harvester.running.hours import next_due
from harvester.sources import Source
from harvester.tables import run, source
from harvester.work import Work
from vocabularies.problems import Problem

STALLED_AFTER = leases.LEASE
RETRY_AFTER_S = 300
LONGEST_WAIT_S = 86_400
REMARKS_TOLD = 3
REMARKS_KEPT = 50
_COUNTED = ("read", *OUTCOMES, "warned")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended, or ``queued`` where only its turn did, with the reason in words and as a code."""

    state: str
    reason: str = ""
    reason_code: str = ""
    wait_s: float = 0
    """How long the source asks to be left alone, or the run waits in the queue."""
    hold_id: int | None = None
    """The hold that waits for a person, where one does."""


REPLACED = Ending(
    run_states.STALLED, "Another run was asked for before this one was done; what it had saved is kept.", "REPLACED"
)


def ended(counts: Counts, remarks: Sequence[Problem]) -> Ending:
    """Say how a list that was read to its end went; what was odd about the list itself is the reason."""
    grave = [remark for remark in remarks if remark.severity != "note"]
    state = "done-with-errors" if counts.refused or counts.failed or grave else "done"
    texts = list(dict.fromkeys(remark.value for remark in (*reversed(grave), *remarks)))
    more = f"; and {len(texts) - REMARKS_TOLD} more remarks" if len(texts) > REMARKS_TOLD else ""
    reason = f"About the list: {'; '.join(texts[:REMARKS_TOLD])}{more}." if texts else ""
    return Ending(state, reason, grave[-1].code if grave else "")


@cache
def code_version() -> str:
    """Give the version of this program, which a run keeps."""
    try:
        return version("chm-federation")
    except PackageNotFoundError:
        return "unpackaged"


def begin(connection: Connection, lease: leases.Lease, *, kind: str, window: Window, now: datetime) -> int:
    """Store a run that is at work at once, not out of the queue, and give its id."""
    row = new_row(lease.source_id, kind=kind, now=now)
    row |= {"state": run_states.RUNNING, "owner": lease.owner, "since": window.since, "began_at_cursor": window.cursor}
    run_id: int = connection.execute(insert(run), row).inserted_primary_key[0]  # type: ignore[index]
    return run_id


def new_row(source_id: str, *, kind: str, now: datetime) -> dict[str, Any]:
    """Give the row of a run that has done nothing yet and waits in the queue."""
    return {
        "source_id": source_id,
        "kind": kind,
        "state": run_states.QUEUED,
        "reason": "",
        "reason_code": "",
        "owner": "",
        "started_at": now,
        "heartbeat_at": now,
        "pages": 0,
        "stages": "{}",
        "code_version": code_version(),
        **dict.fromkeys(_COUNTED, 0),
    }


def advance(connection: Connection, work: Work, counts: Counts, ends: Page | None, *, now: datetime) -> None:
    """Add a batch's counts to the run; where it ends a page, keep the place to go on from."""
    values: dict[str, Any] = {name: run.c[name] + number for name, number in counts.as_dict().items() if number}
    values |= {"heartbeat_at": now, "stages": _stages(work), "worked_s": sum(work.watch.seconds.values())}
    if ends is not None:
        if ends.remarks:
            values["remarks"] = _remarks(connection, work.run_id, ends.remarks)
        values |= {"pages": run.c.pages + ends.answers, "cursor": ends.cursor}
        if ends.total is not None:
            values["expected"] = ends.total
        connection.execute(
            update(run)
            .where(run.c.id == work.run_id, run.c.first_response_date.is_(None))
            .values(first_response_date=ends.response_date)
        )
        if work.keeps_place:
            _keep_place(connection, work.source, ends)
        keep_quirks(connection, work.source.id, ends.learnt, now=now)
        learn_namespace(connection, work.source, ends.learnt, now=now)
    connection.execute(update(run).where(run.c.id == work.run_id).values(values))


def _stages(work: Work) -> str:
    return orjson.dumps({name: round(seconds, 4) for name, seconds in work.watch.seconds.items()}).decode()


def _remarks(connection: Connection, run_id: int, new: Sequence[Problem]) -> str:
    held = parse_problems(connection.execute(select(run.c.remarks).where(run.c.id == run_id)).scalar_one())
    every = {(remark.code, remark.value): remark for remark in (*held, *new)}.values()
    return dump_problems(sorted(every, key=lambda remark: remark.severity == "note")[:REMARKS_KEPT])


def _keep_place(connection: Connection, of: Source, page: Page) -> None:
    """Keep where to go on, unless the source was edited since this run began: its list is read anew then."""
    table = source.c
    if page.cursor is not None:
        place: dict[str, Any] = {"cursor": page.cursor}
        if page.next_since is not None:
            place["pending_since"] = page.next_since
    else:
        held = connection.execute(select(table.pending_since, table.since).where(table.id == of.id)).one()
        since = page.next_since or held.pending_since or held.since
        place = {"cursor": None, "pending_since": None, "since": since}
    unedited = (table.id == of.id) & (table.generation == of.generation)
    connection.execute(update(source).where(unedited).values(place))


def drop_cursor(connection: Connection, lease: leases.Lease, *, now: datetime) -> None:
    """Forget the place inside a list the source no longer knows; the list starts again."""
    leases.renew(connection, lease, now=now)
    connection.execute(update(source).where(source.c.id == lease.source_id).values(cursor=None, pending_since=None))


def finish(connection: Connection, work: Work, ending: Ending, *, now: datetime) -> Ending:
    """Close the run or its turn, say when the source is due again and give lease and host back; give how it ended.

    A failed source is tried again after five minutes, then ten, twenty, … up to its own interval. Where the run goes
    back to the queue, the source's times stay as they are; where another one waits there by now, that goes on in its
    place. A run that another worker has taken over is left to it.
    """
    held = _find_times(connection, work.source.id)
    own = (run.c.id == work.run_id) & (run.c.turns == work.turn)
    values: dict[str, Any] = {"reason": ending.reason, "reason_code": ending.reason_code, "heartbeat_at": now}
    values |= {"stages": _stages(work), "worked_s": sum(work.watch.seconds.values()), "hold_id": ending.hold_id}
    waits = ending.state == run_states.QUEUED
    not_before_at = now + timedelta(seconds=ending.wait_s) if ending.wait_s else None
    ends = {"queued_at": now, "not_before_at": not_before_at} if waits else {"finished_at": now}
    moved = run_states.move(connection, own, ending.state, **values, **ends)
    if waits and not moved:
        values |= {"reason": REPLACED.reason, "reason_code": REPLACED.reason_code, "finished_at": now}
        at_work = run.c.state == run_states.RUNNING  # not one that was given back while its thread still waited
        moved = run_states.move(connection, own & at_work, REPLACED.state, **values)
        ending = REPLACED if moved else ending
    if moved:
        hosts.give_back(connection, work.run_id)
    if held is None or held.lease_token != work.lease.token:
        return ending
    times: dict[str, Any] = {} if waits else {"last_run_id": work.run_id}
    if work.keeps_place and not waits and held.generation == work.source.generation:
        times |= _times(held, ending, now=now)
    if times:
        connection.execute(update(source).where(source.c.id == work.source.id).values(times))
    leases.release(connection, work.lease)
    return ending


def note_failure(connection: Connection, run_id: int, source_id: str, *, delays: bool, now: datetime) -> None:
    """Say of a source that a run of it failed whose worker is no more; where it ``delays``, when it is due again."""
    held = _find_times(connection, source_id)
    if held is not None:
        times = {"last_run_id": run_id} | (_times(held, Ending(run_states.FAILED), now=now) if delays else {})
        connection.execute(update(source).where(source.c.id == source_id).values(times))


def _find_times(connection: Connection, source_id: str) -> Any:
    columns = (source.c.lease_token, source.c.generation, source.c.failures, source.c.hours, source.c.every_s)
    return connection.execute(select(*columns).where(source.c.id == source_id)).first()


def _times(held: Any, ending: Ending, *, now: datetime) -> dict[str, Any]:
    if ending.reason_code == Interrupted().code:
        return {"next_due_at": now}
    if ending.state == "failed":
        wait_s = min(RETRY_AFTER_S * 2 ** min(held.failures, 12), held.every_s)
        return {"failures": held.failures + 1, "next_due_at": now + timedelta(seconds=wait_s)}
    due_at = next_due(held.hours or "", held.every_s, now)
    return {"failures": 0, "next_due_at": due_at, "last_success_at": now}
