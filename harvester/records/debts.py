"""What a stage could not do for a record, kept until it is done: one row a record. Rows only; nothing is tried here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, delete, or_, select

from chm_node.publishing.sql import upsert
from harvester.records.isolation import to_storable
from harvester.records.ledger import chunks
from harvester.records.outcomes import Entry
from harvester.running.progress import code_version
from harvester.tables import debt, deferral, source_record
from vocabularies.problems import Problem

FETCH = "fetch"
STAGES = (FETCH, "crosswalk", "validate", "resolve", "index", "save")
FIRST_WAIT = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=7)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When a refused record is tried again by itself: its owner mends it, or our rules change."""
_STAGE_OF = {
    "VALIDATE_FAILED": "validate",
    "RESOLVE_FAILED": "resolve",
    "INDEX_FAILED": "index",
    "SAVE_FAILED": "save",
}
_ROOT = Path(__file__).parent.parent
_ROOMS = ("harvester", "vocabularies", "chm_node")


@dataclass(frozen=True, slots=True)
class Debt:
    """One record's debt; ``tries`` counts how often the stage failed at it."""

    identifier: str
    stage: str
    code: str
    value: str
    since_at: datetime
    tries: int


@cache
def program() -> str:
    """Give what tells this program from others: its version and a digest of its code and rules."""
    digest = sha256()
    for room in _ROOMS:
        for path in sorted((_ROOT / room).rglob("*")):
            if path.suffix in (".py", ".ttl"):
                digest.update(path.read_bytes())
    return f"{code_version()[:23]}+{digest.hexdigest()[:16]}"


def stage_of(entry: Entry) -> str:
    """Give the stage a refused or failed record got stuck in."""
    if entry.outcome == "refused":
        return "crosswalk" if entry.finding.record is None else "validate"
    return _STAGE_OF.get(entry.code, "crosswalk")


def settle(connection: Connection, source_id: str, entries: Sequence[Entry], *, run_id: int, now: datetime) -> None:
    """Take down the debts of records that got stuck, and strike those of records that got through."""
    stuck = [entry for entry in entries if entry.outcome in ("refused", "failed")]
    known = _known(connection, source_id, [entry.identifier for entry in entries])
    through = known.keys() - {entry.identifier for entry in stuck}
    strike(connection, source_id, sorted(through))
    rows = []
    for entry in stuck:
        found = entry.finding.problems[0] if entry.finding.problems else None
        new = Debt(entry.identifier, stage_of(entry), entry.code, found.value if found else "", now, 0)
        rows.append(_row(source_id, new, known.get(entry.identifier), run_id=run_id, now=now))
        if entry.outcome == "refused":
            rows[-1]["next_try_at"] = NEVER
    upsert(connection, debt, rows, key=("source_id", "identifier"))


def owe_fetch(connection: Connection, source_id: str, lost: Iterable[Problem], *, run_id: int, now: datetime) -> None:
    """Take down the records that could not even be cut out of an answer, or not be kept under their identifier."""
    named = {to_storable(found.record_id): found for found in lost if found.record_id}
    known = _known(connection, source_id, list(named))
    rows = []
    for identifier, found in named.items():
        kept = identifier == found.record_id
        new = Debt(identifier, FETCH if kept else "save", found.code, found.value.replace("\0", "�"), now, 0)
        rows.append(_row(source_id, new, known.get(identifier), run_id=run_id, now=now))
        if not kept:
            rows[-1]["next_try_at"] = NEVER
    upsert(connection, debt, rows, key=("source_id", "identifier"))


def _row(source_id: str, new: Debt, old: Debt | None, *, run_id: int, now: datetime) -> dict[str, object]:
    tries = old.tries + 1 if old else 1
    wait = min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)
    return {
        "source_id": source_id,
        "identifier": new.identifier,
        "stage": new.stage,
        "code": new.code,
        "value": new.value.encode("utf-8", "replace").decode()[:500],
        "run_id": run_id,
        "since_at": old.since_at if old else now,
        "tries": tries,
        "next_try_at": now + wait,
        "code_version": program(),
    }


def _known(connection: Connection, source_id: str, identifiers: Sequence[str]) -> dict[str, Debt]:
    if not connection.execute(select(debt.c.identifier).where(debt.c.source_id == source_id).limit(1)).first():
        return {}
    found: dict[str, Debt] = {}
    for chunk in chunks(identifiers):
        mine = (debt.c.source_id == source_id) & debt.c.identifier.in_(chunk)
        found |= {each.identifier: each for each in _debts(connection, mine)}
    return found


def _debts(connection: Connection, wanted: ColumnElement[bool], limit: int | None = None) -> Iterator[Debt]:
    columns = (debt.c.identifier, debt.c.stage, debt.c.code, debt.c.value, debt.c.since_at, debt.c.tries)
    query = select(*columns).where(wanted).order_by(debt.c.identifier).limit(limit)
    return (Debt(*row) for row in connection.execute(query))


def strike(connection: Connection, source_id: str, identifiers: Sequence[str], *, stage: str = "") -> None:
    """Forget the debts of these records, of one stage only where it is named."""
    for chunk in chunks(identifiers):
        mine = (debt.c.source_id == source_id) & debt.c.identifier.in_(chunk)
        connection.execute(delete(debt).where(mine & (debt.c.stage == stage) if stage else mine))


def owes_any(connection: Connection, source_id: str, stage: str) -> bool:
    """Tell whether any record of a source is stuck in a stage."""
    wanted = (debt.c.source_id == source_id) & (debt.c.stage == stage)
    return connection.execute(select(debt.c.identifier).where(wanted).limit(1)).first() is not None


def find_owed(connection: Connection, source_id: str, identifiers: Sequence[str], stage: str) -> set[str]:
    """Give which of these records are stuck in a stage."""
    return {owed.identifier for owed in _known(connection, source_id, identifiers).values() if owed.stage == stage}


def find_due(
    connection: Connection, source_id: str, now: datetime, *, fetches: bool, after: str = "", limit: int
) -> list[Debt]:
    """Give debts to be tried now, in the order of identifiers from behind one on; never what waits to be judged.

    Those whose time has come, and those another program took down: its rules or its faults may be other ones.
    """
    waiting = select(deferral.c.identifier).where(deferral.c.source_id == source_id)
    of_stage = debt.c.stage == FETCH if fetches else debt.c.stage != FETCH
    is_due = or_(debt.c.next_try_at <= now, debt.c.code_version != program())
    wanted = (debt.c.source_id == source_id) & of_stage & is_due
    return list(_debts(connection, wanted & (debt.c.identifier > after) & debt.c.identifier.not_in(waiting), limit))


def put_off(connection: Connection, source_id: str, tried: Sequence[Debt], *, run_id: int, now: datetime) -> None:
    """Plan the next try of debts that could not be tried."""
    rows = [_row(source_id, each, each, run_id=run_id, now=now) for each in tried]
    upsert(connection, debt, rows, key=("source_id", "identifier"))


def list_stuck(connection: Connection, source_id: str, *, before_run: int) -> list[str]:
    """Give the records that got stuck before a run and that the index shows in no version."""
    shown = select(source_record.c.identifier).where(
        source_record.c.source_id == source_id, source_record.c.record.is_not(None)
    )
    wanted = (debt.c.source_id == source_id) & (debt.c.run_id < before_run) & debt.c.identifier.not_in(shown)
    return list(connection.execute(select(debt.c.identifier).where(wanted).order_by(debt.c.identifier)).scalars())
