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

from harvester import leases
from harvester.counts import OUTCOMES, Counts
from harvester.operating_errors import Interrupted
from harvester.protocols.pages import Page, Window
from harvester.quirks import keep_quirks
from harvester.sources import Source
from harvester.tables import run, source
from harvester.work import Work
from vocabularies.problems import Problem

STALLED_AFTER = leases.LEASE
RETRY_AFTER_S = 300
LONGEST_WAIT_S = 86_400
REMARKS_TOLD = 3
_COUNTED = ("read", *OUTCOMES, "warned")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: ``done``, ``done-with-errors`` or ``failed`` with the reason in words and as a code."""

    state: str
    reason: str = ""
    reason_code: str = ""
    wait_s: float = 0
    """How long the source asks to be left alone."""
    hold_id: int | None = None
    """The hold that waits for a person, where one does."""


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
    """Store a new running run and give its id; runs of the source that stopped reporting are marked stalled."""
    reason = "The worker stopped reporting; what it had saved was kept and the next run went on from there."
    connection.execute(
        update(run)
        .where(run.c.source_id == lease.source_id, run.c.state == "running")
        .values(state="stalled", reason=reason, reason_code="STALLED", finished_at=now)
    )
    row: dict[str, Any] = {
        "source_id": lease.source_id,
        "kind": kind,
        "state": "running",
        "reason": "",
        "reason_code": "",
        "owner": lease.owner,
        "started_at": now,
        "heartbeat_at": now,
        "since": window.since,
        "began_at_cursor": window.cursor,
        "pages": 0,
        "stages": "{}",
        "code_version": code_version(),
        **dict.fromkeys(_COUNTED, 0),
    }
    run_id: int = connection.execute(insert(run), row).inserted_primary_key[0]  # type: ignore[index]
    return run_id


def advance(connection: Connection, work: Work, counts: Counts, ends: Page | None, *, now: datetime) -> None:
    """Add a batch's counts to the run; where it ends a page, keep the place to go on from."""
    values: dict[str, Any] = {name: run.c[name] + number for name, number in counts.as_dict().items() if number}
    values |= {"heartbeat_at": now, "stages": _stages(work)}
    if ends is not None:
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
    connection.execute(update(run).where(run.c.id == work.run_id).values(values))


def _stages(work: Work) -> str:
    return orjson.dumps({name: round(seconds, 4) for name, seconds in work.watch.seconds.items()}).decode()


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


def finish(connection: Connection, work: Work, ending: Ending, *, now: datetime) -> None:
    """Close the run, say when the source is due again and give the lease back.

    A failed source is tried again after five minutes, then ten, twenty, … up to its own interval; never sooner than it
    asked for, where that is a day or less.
    """
    own = connection.execute(select(source.c.lease_token).where(source.c.id == work.source.id)).scalar()
    connection.execute(
        update(run)
        .where(run.c.id == work.run_id, run.c.state == "running")
        .values(
            state=ending.state,
            reason=ending.reason,
            reason_code=ending.reason_code,
            finished_at=now,
            heartbeat_at=now,
            stages=_stages(work),
            hold_id=ending.hold_id,
        )
    )
    if own != work.lease.token:
        return
    values: dict[str, Any] = {"last_run_id": work.run_id}
    if work.keeps_place:
        failures = connection.execute(select(source.c.failures).where(source.c.id == work.source.id)).scalar() or 0
        if ending.reason_code == Interrupted().code:
            values["next_due_at"] = now
        elif ending.state == "failed":
            wait_s: float = min(RETRY_AFTER_S * 2 ** min(failures, 12), work.source.every_s)
            wait_s = max(wait_s, min(ending.wait_s, LONGEST_WAIT_S))
            values |= {"failures": failures + 1, "next_due_at": now + timedelta(seconds=wait_s)}
        else:
            due_at = now + timedelta(seconds=work.source.every_s)
            values |= {"failures": 0, "next_due_at": due_at, "last_success_at": now}
    connection.execute(update(source).where(source.c.id == work.source.id).values(values))
    leases.release(connection, work.lease)
