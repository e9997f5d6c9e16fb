"""The end of a run: what its lists prove, whether its changes are plausible, and so how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection, select

from harvester.centre import Centre
from harvester.counts import Counts
from harvester.errors import SourceError
from harvester.fetch import Fetcher
from harvester.pipeline import take_page
from harvester.proof import audit, deferrals
from harvester.proof.carrying_out import carry_out
from harvester.proof.deferrals import ABSENT, COPY, LANGUAGES, OWNER, REMOVALS
from harvester.proof.evidence import Listing, is_implausible, reason_to_hold
from harvester.proof.holding import close_emptied, find_open, hold_back
from harvester.protocols import PROTOCOLS
from harvester.protocols.pages import Named
from harvester.records import flapping
from harvester.records.drift import note_drift
from harvester.records.ledger import chunks
from harvester.records.quirks import keep_quirks
from harvester.records.reconciliation import AUDITED, note_listing
from harvester.records.retrying import let_go, take_up
from harvester.resolution.twins import find_twin_source
from harvester.running import leases, progress
from harvester.running.progress import Ending
from harvester.tables import source
from harvester.work import Work
from vocabularies.problems import Problem

_WHAT = (
    ("REMOVALS", REMOVALS, "{n} of {live} records would be removed: {why}"),
    ("COPIES", (COPY,), "{n} records that other sources hold would be withdrawn at its word, beside {live} own: {why}"),
    ("OWNERS", (OWNER,), "{n} of {live} records would change their owner: {why}"),
    ("LANGUAGES", (LANGUAGES,), "{n} of {live} records would lose a language: {why}"),
)
_DECIDE = "Look at them with chm-harvester hold show {run}, then release or discard."


@dataclass(slots=True)
class Seen:
    """What a run saw of its source: the list it read, what was odd about it, and whether it may ask for more."""

    listing: Listing
    remarks: list[Problem]
    looked_at_all: bool


def conclude(centre: Centre, work: Work, counts: Counts, seen: Seen) -> Ending:
    """Judge a run whose list was read to its end, carry out what nobody need decide, and say how it ended."""
    counts.take(carry_out(work, deferrals.released(work.source.id)))
    counts.take(take_up(centre, work, fetches=seen.looked_at_all))
    doubt = _take_evidence(centre, work, counts, seen) if work.keeps_place else ""
    held = _judge(work, counts, doubt)
    for _, reasons, _ in _WHAT:
        counts.take(carry_out(work, deferrals.unjudged(work.source.id, reasons)))
    _observe(work, seen)
    return held or progress.ended(counts, seen.remarks)


def _observe(work: Work, seen: Seen) -> None:
    """Add to the remarks what changed in the source though nobody said so, and what goes back and forth."""
    with work.transactions.write() as connection:
        leases.renew(connection, work.lease, now=work.clock())
        seen.remarks += _twin(connection, work.source.id)
        seen.remarks += note_drift(connection, work.source.id, work.run_id, work.observed)
        seen.remarks += flapping.remarks_of_records(work.observed)
        seen.remarks += flapping.remarks_of_source(connection, work.source.id, work.run_id)
    work.observed.remarks = seen.remarks


def _twin(connection: Connection, source_id: str) -> list[Problem]:
    """Say after the first harvest of a source that another one holds its records already."""
    first = select(source.c.last_success_at.is_(None)).where(source.c.id == source_id)
    twin = find_twin_source(connection, source_id) if connection.execute(first).scalar() else None
    if twin is None:
        return []
    words = f"{round(100 * twin[1])} % of its records are held from {twin[0]} already; where both are one, remove one"
    return [Problem("SOURCE_TWICE", "warning", value=words)]


def _judge(work: Work, counts: Counts, doubt: str) -> Ending | None:
    """Let a person decide where the run would change too much at once, or where one is to decide already."""
    with work.transactions.write() as connection:
        leases.renew(connection, work.lease, now=work.clock())
        waiting = deferrals.count_unjudged(connection, work.source.id)
        live = deferrals.count_live(connection, work.source.id) - counts.created
        if not waiting:
            close_emptied(connection, work.source.id, [code for code, _, _ in _WHAT], now=work.clock())
        open_now = find_open(connection, work.source.id)
        is_open, ending = open_now is not None, None
        for code, reasons, words in _WHAT:
            number = sum(waiting.get(reason, 0) for reason in reasons)
            if COPY in reasons:
                why = reason_to_hold(number, live + counts.created + number, removes=False)
            else:
                why = _reason_to_hold(connection, work, number, live, removes=reasons is REMOVALS)
            why = why or (doubt if ABSENT in reasons else "")
            if number and (why or is_open):
                why = why or "a decision on the source is still open"
                text = f"{words.format(n=number, live=live, why=why)}. {_DECIDE.format(run=work.run_id)}"
                hold_id = hold_back(connection, work, reasons, code=code, text=text)
                ending = ending or Ending("held", text, code, hold_id=hold_id)
                is_open = True
        if doubt and ending is None and open_now is not None:  # all it misses waits already
            ending = Ending("held", open_now["reason"], open_now["code"], hold_id=open_now["id"])
        return ending


def _reason_to_hold(connection: Connection, work: Work, changes: int, live: int, *, removes: bool) -> str:
    why = reason_to_hold(changes, live, removes=removes)
    if why or not (removes and changes):
        return why
    lately = deferrals.count_removed(connection, work.source.id, since=work.clock() - deferrals.LATELY)
    why = reason_to_hold(changes + lately, live + lately)
    return f"with the {lately} removed in the last {deferrals.LATELY.days} days, {why}" if why else ""


def _take_evidence(centre: Centre, work: Work, counts: Counts, seen: Seen) -> str:
    """Use what the run's list proves, or where that is due what an audit does; give why a person should decide."""
    note_listing(work.observed, seen.listing)
    if seen.listing.whole and not seen.listing.fault():
        return _take_absences(work, counts, seen.listing)
    if not seen.looked_at_all:
        return ""
    with work.transactions.write() as connection:
        is_due = audit.is_due(connection, work.source.id, work.clock())
    return _audit(centre, work, counts, seen) if is_due else ""


def _audit(centre: Centre, work: Work, counts: Counts, seen: Seen) -> str:
    doubt = ""
    with centre.new_fetcher() as fetcher:
        try:
            found = audit.audit(fetcher, work)
            if found is None:
                return ""
            came = _fetch_lacking(fetcher, work, counts, found)
        except SourceError as error:
            remark = Problem("AUDIT_FAILED", "note", value=f"the list of all names could not be read ({error.message})")
            seen.remarks.append(remark)
            with work.transactions.write() as connection:
                audit.plan(connection, work.source.id, audit.FIRST_WAIT, now=work.clock())
            return ""
    _tell_lacking(work, found, came, seen)
    note_listing(work.observed, found.listing, basis=AUDITED)
    fault = found.listing.fault()
    if fault:
        seen.remarks.append(Problem("AUDIT_INCOMPLETE", "note", value=f"the list of all names proves nothing: {fault}"))
    else:
        doubt = _take_absences(work, counts, found.listing)
    clean = not (came or fault or doubt or _misses_any(work))
    with work.transactions.write() as connection:
        tracks = seen.listing.tracks_deletions
        audit.plan_next(connection, work.source.id, clean=clean, tracks_deletions=tracks, now=work.clock())
    return doubt


def _fetch_lacking(fetcher: Fetcher, work: Work, counts: Counts, found: audit.Audit) -> list[Named]:
    """Fetch what a list of names has and we lack, and give what came of it; what never came is owed besides."""
    fetch_one = PROTOCOLS[work.source.protocol].fetch_one
    if fetch_one is None:
        return found.lacking
    came: list[Named] = []
    for named in found.lacking:
        try:
            page = replace(fetch_one(fetcher, work.source, named.identifier), remarks=(), learnt={})
        except SourceError as error:
            if error.temporary:  # the source is not well: the others are for another run
                break
            continue
        counts.take(take_page(replace(work, keeps_place=False), page))
        if page.records:
            came.append(named)
    return came


def _tell_lacking(work: Work, found: audit.Audit, came: Sequence[Named], seen: Seen) -> None:
    if not found.missing + found.outdated:
        return
    words = f"the source names {found.missing} records that never came and {found.outdated} that are newer there"
    more = "" if len(came) == found.missing + found.outdated else f"; {len(came)} could be fetched now"
    seen.remarks.append(Problem("RECORDS_MISSED", "note", value=words + (more or "; they were fetched now")))
    with work.transactions.write() as connection:
        late_s = audit.lateness_of(connection, work.source.id, came)
        if late_s is not None:  # behind a window that reaches back by what is known already
            late_s = min(late_s + int(work.source.quirks.get(audit.LATENESS, "0")), audit.LARGEST_LATENESS_S)
            keep_quirks(connection, work.source.id, {audit.LATENESS: str(late_s)}, now=work.clock())


def _misses_any(work: Work) -> bool:
    with work.transactions.read() as connection:
        return deferrals.has_any(connection, work.source.id)


def _take_absences(work: Work, counts: Counts, listing: Listing) -> str:
    """Count what a whole list misses, put off the removal of what is proven gone; give why a person should decide."""
    source_id, now = work.source.id, work.clock()
    with work.transactions.write() as connection:
        leases.renew(connection, work.lease, now=now)
        live = deferrals.count_live(connection, source_id)
        missing = list(listing.missing_of(deferrals.live_identifiers(connection, source_id)))
        doubtful = bool(missing) and is_implausible(len(listing), live)
        for chunk in chunks(missing):
            deferrals.note_missed(connection, source_id, chunk, now=now)
        deferrals.clear_found(connection, source_id, now=now)
        grace = timedelta(seconds=work.source.grace_s)
        gone = missing if doubtful else deferrals.find_proven(connection, source_id, now=now, grace=grace)
        added = _put_off_absent(work, connection, gone)
        progress.advance(connection, work, added, None, now=now)
    counts.take(added)
    if doubtful:
        return f"the list names {len(listing)} records where {live} are held"
    counts.take(let_go(work, listing))
    return ""


def _put_off_absent(work: Work, connection: Connection, gone: Sequence[str]) -> Counts:
    waiting = deferrals.find_waiting(connection, work.source.id, gone)
    new = [identifier for identifier in gone if identifier not in waiting]
    for chunk in chunks(new):
        reasons = dict.fromkeys(chunk, ABSENT)
        deferrals.put_off(connection, work.source.id, reasons, run_id=work.run_id, now=work.clock())
    return Counts(read=len(new), held=len(new))
