"""Changes put off until their run is judged as a whole, and absences counted until they are proof; rows only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from chm_node.publishing.sql import upsert
from harvester.records.ledger import chunks
from harvester.tables import absence, deferral, hold, outcome, run, source_record

TOMBSTONE, ABSENT, REFUSED, OWNER, LANGUAGES = "tombstone", "absent", "refused", "owner", "languages"
COPY = "copy"
"""The source withdraws a record it never sent, and other sources still hold."""
REMOVALS = (TOMBSTONE, ABSENT, REFUSED)
PROOFS = 2
"""So many complete lists have to miss a record before it is gone."""
LATELY = timedelta(days=7)
"""The removals of so long are judged together: a few a run empty a source as well as all at once."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """A change that waits: the record's identifier, why it waits, and the run that found it."""

    identifier: str
    reason: str
    run_id: int


def has_any(connection: Connection, source_id: str) -> bool:
    """Tell whether anything of a source waits or was missed."""
    return any(
        connection.execute(select(table.c.identifier).where(table.c.source_id == source_id).limit(1)).first()
        for table in (deferral, absence)
    )


def put_off(connection: Connection, source_id: str, reasons: Mapping[str, str], *, run_id: int, now: datetime) -> None:
    """Put changes off, by identifier and reason, until the run that found them is judged."""
    rows = [
        {"source_id": source_id, "identifier": identifier, "reason": reason, "run_id": run_id, "hold_id": None}
        for identifier, reason in reasons.items()
    ]
    upsert(connection, deferral, [row | {"found_at": now} for row in rows], key=("source_id", "identifier"))


def take_back(
    connection: Connection, source_id: str, identifiers: Sequence[str], *reasons: str, run_id: int = 0
) -> int:
    """Forget what waits and was missed of these records, of all reasons unless some are named: they came again.

    Gives how many of the changes the run with this id had put off itself.
    """
    own = 0
    for chunk in chunks(identifiers):
        mine = (deferral.c.source_id == source_id) & deferral.c.identifier.in_(chunk)
        if reasons:
            mine &= deferral.c.reason.in_(reasons)
        own += connection.execute(delete(deferral).where(mine, deferral.c.run_id == run_id)).rowcount
        connection.execute(delete(deferral).where(mine))
        missed = (absence.c.source_id == source_id) & absence.c.identifier.in_(chunk)
        connection.execute(delete(absence).where(missed))
    return own


def find_waiting(connection: Connection, source_id: str, identifiers: Sequence[str]) -> set[str]:
    """Give those of the identifiers whose change waits, or whose removal a person has discarded."""
    found: set[str] = set()
    waits = or_(deferral.c.reason.in_((TOMBSTONE, ABSENT)), _undecided(source_id))
    for chunk in chunks(identifiers):
        mine = (deferral.c.source_id == source_id) & deferral.c.identifier.in_(chunk)
        found.update(connection.execute(select(deferral.c.identifier).where(mine, waits)).scalars())
    return found


def count_unjudged(connection: Connection, source_id: str) -> dict[str, int]:
    """Give how many changes of a source wait without a hold, by reason."""
    query = select(deferral.c.reason, func.count()).where(_unjudged(source_id)).group_by(deferral.c.reason)
    return {row[0]: row[1] for row in connection.execute(query)}


def list_some(connection: Connection, wanted: ColumnElement[bool], *, after: str, limit: int) -> list[Deferred]:
    """Give waiting changes in the order of their identifiers, from behind one on."""
    query = select(deferral).where(wanted, deferral.c.identifier > after).order_by(deferral.c.identifier).limit(limit)
    return [Deferred(row.identifier, row.reason, row.run_id) for row in connection.execute(query)]


def unjudged(source_id: str, reasons: Iterable[str]) -> ColumnElement[bool]:
    """Give the condition for changes of a source that wait for these reasons and not for a person."""
    return _unjudged(source_id) & deferral.c.reason.in_(tuple(reasons))


def of_hold(hold_id: int) -> ColumnElement[bool]:
    """Give the condition for changes that wait for a person's decision."""
    return deferral.c.hold_id == hold_id


def hold_unjudged(connection: Connection, source_id: str, reasons: Iterable[str], hold_id: int) -> int:
    """Let a person decide on what waits for these reasons; give how many changes that are."""
    statement = update(deferral).where(unjudged(source_id, reasons)).values(hold_id=hold_id)
    return connection.execute(statement).rowcount


def forget_absent(connection: Connection, source_id: str, hold_id: int) -> None:
    """Count the absences under a hold from the start: the records are there as long as nothing proves otherwise.

    What else was discarded stays put off, so that a replay does not bring it; the source's next word takes its place.
    """
    waiting = of_hold(hold_id) & (deferral.c.reason == ABSENT)
    again = select(deferral.c.identifier).where(waiting)
    connection.execute(delete(absence).where(absence.c.source_id == source_id, absence.c.identifier.in_(again)))
    connection.execute(delete(deferral).where(waiting))


def released(source_id: str) -> ColumnElement[bool]:
    """Give the condition for changes of a source that a person has released."""
    holds = select(hold.c.id).where(hold.c.source_id == source_id, hold.c.decision == "released")
    return (deferral.c.source_id == source_id) & deferral.c.hold_id.in_(holds)


def count_released(connection: Connection, source_id: str) -> int:
    """Give how many changes of a source a person has released and nobody has carried out."""
    return connection.execute(select(func.count()).select_from(deferral).where(released(source_id))).scalar() or 0


def live_identifiers(connection: Connection, source_id: str) -> Iterator[str]:
    """Give the identifiers of the source's records that the index shows, without holding them all at once."""
    table = source_record.c
    query = select(table.identifier).where(table.source_id == source_id, table.record.is_not(None))
    # of the statement: a connection would keep the option, and later ones would go by a cursor of the server
    yield from connection.execute(query.execution_options(yield_per=5_000)).scalars()


def count_live(connection: Connection, source_id: str) -> int:
    """Give how many records of the source the index shows."""
    table = source_record.c
    # what is accepted is shown: counted in an index, without a look at the records themselves
    accepted = table.state == "accepted"
    earlier = table.state.in_(("refused", "failed")) & table.record.is_not(None)
    counts = (select(func.count()).where(table.source_id == source_id, wanted) for wanted in (accepted, earlier))
    return sum(connection.execute(query).scalar() or 0 for query in counts)


def note_missed(connection: Connection, source_id: str, identifiers: Sequence[str], *, now: datetime) -> None:
    """Count that a complete list misses these records."""
    known: dict[str, tuple[datetime, int]] = {}
    for chunk in chunks(identifiers):
        query = select(absence).where(absence.c.source_id == source_id, absence.c.identifier.in_(chunk))
        known |= {row.identifier: (row.first_missed_at, row.times) for row in connection.execute(query)}
    rows = []
    for identifier in identifiers:
        first, times = known.get(identifier, (now, 0))
        row = {"source_id": source_id, "identifier": identifier, "first_missed_at": first}
        rows.append(row | {"last_missed_at": now, "times": times + 1})
    upsert(connection, absence, rows, key=("source_id", "identifier"))


def clear_found(connection: Connection, source_id: str, *, now: datetime) -> None:
    """Forget the absences a complete list at this time did not confirm, and what waits because of them."""
    found = (absence.c.source_id == source_id) & (absence.c.last_missed_at < now)
    again = select(absence.c.identifier).where(found)
    waiting = (deferral.c.source_id == source_id) & (deferral.c.reason == ABSENT)
    connection.execute(delete(deferral).where(waiting, deferral.c.identifier.in_(again)))
    connection.execute(delete(absence).where(found))


def find_proven(connection: Connection, source_id: str, *, now: datetime, grace: timedelta) -> list[str]:
    """Give records that enough complete lists missed for long enough and whose removal does not wait yet."""
    waiting = select(deferral.c.identifier).where(deferral.c.source_id == source_id, _undecided(source_id))
    query = select(absence.c.identifier).where(
        absence.c.source_id == source_id,
        absence.c.times >= PROOFS,
        absence.c.first_missed_at <= now - grace,
        absence.c.identifier.not_in(waiting),
    )
    return list(connection.execute(query).scalars())


def count_removed(connection: Connection, source_id: str, *, since: datetime) -> int:
    """Give how many records of a source runs have removed since then, or since a person last decided on it.

    Only what is gone now counts, and each record once; what a person released does not.
    """
    decided = select(func.max(hold.c.decided_at)).where(hold.c.source_id == source_id)
    since = max(since, connection.execute(decided).scalar() or since)
    runs = select(run.c.id).where(
        run.c.source_id == source_id, run.c.kind != "release", run.c.deleted > 0, run.c.heartbeat_at >= since
    )
    gone = (source_record.c.source_id == source_id) & (source_record.c.identifier == outcome.c.identifier)
    query = select(func.count(outcome.c.identifier.distinct())).join(source_record, gone)
    shown_once = (
        (outcome.c.outcome == "deleted") & outcome.c.local_id.is_not(None) & (source_record.c.state == "deleted")
    )
    wanted = outcome.c.run_id.in_(runs) & (outcome.c.happened_at >= since) & shown_once
    return connection.execute(query.where(wanted)).scalar() or 0


def holds_any(connection: Connection, hold_id: int) -> bool:
    """Tell whether anything waits for a decision."""
    return connection.execute(select(deferral.c.identifier).where(of_hold(hold_id)).limit(1)).first() is not None


def _undecided(source_id: str) -> ColumnElement[bool]:
    discarded = select(hold.c.id).where(hold.c.source_id == source_id, hold.c.decision == "discarded")
    return or_(deferral.c.hold_id.is_(None), deferral.c.hold_id.not_in(discarded))


def _unjudged(source_id: str) -> ColumnElement[bool]:
    return (deferral.c.source_id == source_id) & deferral.c.hold_id.is_(None)
