"""Asking a source for the names of all it has: what it lists and we lack, and when to ask again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from harvester.fetch import Fetcher
from harvester.proof.evidence import Listing
from harvester.protocols import PROTOCOLS
from harvester.protocols.oai_windows import parse_instant
from harvester.protocols.pages import Named
from harvester.records import debts, ledger
from harvester.running import leases
from harvester.tables import raw_record, source
from harvester.work import Work
from vocabularies.problems import Problem

FIRST_WAIT = timedelta(days=1)
LONGEST_WAIT = timedelta(days=91)
LONGEST_WAIT_WITHOUT_TOMBSTONES = timedelta(days=7)
MOST_FETCHED = 200
LATENESS = "lateness_s"
"""The quirk that says how long after its datestamp a record of the source can appear."""
LARGEST_LATENESS_S = 7 * 86_400


@dataclass(slots=True)
class Audit:
    """What an audit saw: the list, how many records we lack or hold in an older version, and some of their names.

    ``lacking`` leaves out what is owed already: that is asked for when its time comes.
    """

    listing: Listing
    lacking: list[Named] = field(default_factory=list)
    missing: int = 0
    outdated: int = 0


def audit(fetcher: Fetcher, work: Work) -> Audit | None:
    """Compare the names a source lists with what is stored; None where the source cannot be asked for names alone."""
    identifiers = PROTOCOLS[work.source.protocol].identifiers
    if identifiers is None:
        return None
    seen = Audit(Listing())
    for roll in identifiers(fetcher, work.source):
        seen.listing.add_roll(roll)
        with work.transactions.read() as connection:
            never_came = _compare(connection, work.source.id, roll.named, seen)
        if never_came:
            _owe(work, never_came)
    if seen.outdated * 2 > len(seen.listing):  # its lists of names and of records bear different dates
        seen.outdated = 0
        seen.lacking = [named for named in seen.lacking if named.datestamp is None]
    return seen


def _owe(work: Work, identifiers: Sequence[str]) -> None:
    """Take down records that never came: more than are fetched now are asked for in later runs, and all are named."""
    why = Problem("RECORDS_MISSED", "error", value="the source names it and it never came")
    with work.transactions.write() as connection:
        leases.renew(connection, work.lease, now=work.clock())
        lost = [replace(why, record_id=identifier) for identifier in identifiers]
        debts.owe_fetch(connection, work.source.id, lost, run_id=work.run_id, now=work.clock())


def _compare(connection: Connection, source_id: str, named: Sequence[Named], seen: Audit) -> list[str]:
    """Take note of what of an answer is lacking, and give the records of which nothing was stored or is owed yet."""
    never_came: list[str] = []
    stored: dict[str, tuple[str | None, bool]] = {}
    for chunk in ledger.chunks([each.identifier for each in named]):
        columns = (raw_record.c.identifier, raw_record.c.datestamp, raw_record.c.deleted)
        query = select(*columns).where(raw_record.c.source_id == source_id, raw_record.c.identifier.in_(chunk))
        stored |= {row.identifier: (row.datestamp, row.deleted) for row in connection.execute(query)}
    unseen = [each.identifier for each in named if each.identifier not in stored]
    owed = debts.find_owed(connection, source_id, unseen, debts.FETCH)
    for each in named:
        held = stored.get(each.identifier)
        if each.deleted or (held is not None and not _is_newer(each.datestamp, held[0]) and not held[1]):
            continue
        seen.missing += held is None or held[1]
        seen.outdated += held is not None and not held[1]
        if each.identifier in owed:
            continue
        if held is None:
            never_came.append(each.identifier)
        if len(seen.lacking) < MOST_FETCHED:
            seen.lacking.append(each)
    return never_came


def _is_newer(named: str | None, held: str | None) -> bool:
    listed, stored = parse_instant(named), parse_instant(held)
    return listed is not None and stored is not None and listed > stored


def lateness_of(connection: Connection, source_id: str, lacking: Sequence[Named]) -> int | None:
    """Give by how many seconds the last windows came too late for these records; None where they did not."""
    row = connection.execute(select(source.c.since).where(source.c.id == source_id)).one()
    since = parse_instant(row.since)
    stamps = [at for each in lacking if (at := parse_instant(each.datestamp)) is not None]
    late = [since - at for at in stamps if since is not None and at < since]
    plausible = [wait for wait in late if wait.total_seconds() <= LARGEST_LATENESS_S]
    return int(max(plausible).total_seconds()) + 60 if plausible else None


def is_due(connection: Connection, source_id: str, now: datetime) -> bool:
    """Tell whether a source's names are to be asked for; a new source's are a day after its first run."""
    row = connection.execute(select(source.c.audit_due_at).where(source.c.id == source_id)).one()
    if row.audit_due_at is None:
        plan(connection, source_id, FIRST_WAIT, now=now)
        return False
    return bool(row.audit_due_at <= now)


def plan_next(connection: Connection, source_id: str, *, clean: bool, tracks_deletions: bool, now: datetime) -> None:
    """Say when to ask again: a day after something was found, else after twice the time, at most a quarter or a week.

    The week is for sources that do not report deletions for ever (OAI-PMH 2.0 §2.5.1).
    """
    row = connection.execute(select(source.c.audit_wait_s).where(source.c.id == source_id)).one()
    longest = LONGEST_WAIT if tracks_deletions else LONGEST_WAIT_WITHOUT_TOMBSTONES
    before = timedelta(seconds=row.audit_wait_s or FIRST_WAIT.total_seconds())
    plan(connection, source_id, min(2 * before, longest) if clean else FIRST_WAIT, now=now)


def plan(connection: Connection, source_id: str, wait: timedelta, *, now: datetime) -> None:
    """Plan the next audit of a source."""
    values = {"audit_wait_s": int(wait.total_seconds()), "audit_due_at": now + wait}
    connection.execute(update(source).where(source.c.id == source_id).values(values))
