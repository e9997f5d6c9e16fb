"""How a source is doing, in one word and the reason: what its runs, its holds and its host say together. Reads only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from harvester.running.run_states import QUEUED, RUNNING
from harvester.tables import hold, host, run

ORDER: Mapping[str, int] = {
    state: at
    for at, state in enumerate(
        ("failing", "blocked", "held", "late", "waiting", "running", "queued", "new", "live", "paused")
    )
}
"""The states, those that need somebody first."""
_BLOCKED_STATUS = re.compile(r"HTTP status (401|403|451)\b")
_BLOCKED_CODES = frozenset({"BLOCKED_BY_ROBOTS"})


def state_of(
    connection: Connection, row: Mapping[Any, Any], last_run: Mapping[str, Any] | None, now: datetime
) -> tuple[str, str]:
    """Give the state of a source and the reason where it is not as it should be; ``last_run`` as readers see it."""
    state = last_run["state"] if last_run else ""
    if state == RUNNING:
        return "running", ""
    trouble = _trouble_of(connection, row["id"], row["failures"])
    if row["paused"]:
        return "paused", trouble[1]
    waits = _wait_of(connection, row["id"], now) if state == QUEUED else ""
    if trouble[0] and not (waits and trouble[0] == "failing"):
        return trouble
    if waits:
        return "waiting", waits
    if trouble[0]:
        return trouble
    if state == QUEUED:
        return "queued", ""
    if last_run is None:
        return "new", ""
    succeeded = row["last_success_at"]
    late = succeeded is None or now - succeeded > timedelta(seconds=2 * row["every_s"])
    return ("late" if late else "live"), (last_run["reason"] if state == "stalled" else "")


def _trouble_of(connection: Connection, source_id: str, failures: int) -> tuple[str, str]:
    waiting = select(hold.c.reason).where(hold.c.source_id == source_id, hold.c.decision.is_(None)).order_by(hold.c.id)
    held: str | None = connection.execute(waiting.limit(1)).scalar()
    if held is not None:
        return "held", held
    ended = select(run.c.state, run.c.reason, run.c.reason_code).where(run.c.source_id == source_id)
    ended = ended.where(run.c.state.not_in((QUEUED, RUNNING))).order_by(run.c.id.desc()).limit(1)
    last = connection.execute(ended).first()
    reason: str = last.reason if last is not None and last.state == "failed" else ""
    if not failures:
        return "", ""
    if last is not None and (last.reason_code in _BLOCKED_CODES or _BLOCKED_STATUS.search(reason)):
        return "blocked", reason
    return "failing", reason


def _wait_of(connection: Connection, source_id: str, now: datetime) -> str:
    """Say what a queued run waits for, beside its turn; empty where for nothing."""
    columns = (run.c.reason, run.c.not_before_at, host.c.name, host.c.open_until, host.c.failures)
    rests = host.c.not_before_at.label("rests_until")
    query = select(*columns, rests).outerjoin(host, host.c.name == run.c.host)
    row = connection.execute(query.where(run.c.source_id == source_id, run.c.state == QUEUED)).first()
    if row is None:
        return ""
    if row.open_until is not None and row.open_until > now:
        told = f"Host {row.name} did not answer {row.failures} runs in a row"
        return f"{told}; it is left alone until {row.open_until:%Y-%m-%d %H:%M} UTC."
    until = max((at for at in (row.not_before_at, row.rests_until) if at is not None), default=now)
    if until <= now:
        return ""
    own = row.not_before_at is not None and row.not_before_at >= until
    return f"{(row.reason if own else '') or 'Its host asked for a pause.'} It goes on at {until:%Y-%m-%d %H:%M} UTC."
