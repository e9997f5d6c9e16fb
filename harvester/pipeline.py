"""The way of a record from a source's page into the index. Composes; every step lives in a module of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from harvester import index
from harvester.counts import Counts
from harvester.database import lock_index
from harvester.proof import deferrals
from harvester.protocols.pages import Page
from harvester.raw import RawRecord
from harvester.records import debts, flapping, ledger
from harvester.records.isolation import attempt, is_storable, to_failed, to_storable
from harvester.records.outcomes import Entry, Finding, decide, languages_of, owner_of
from harvester.records.understanding import context_of, understand_all
from harvester.resolution import waiting
from harvester.resolution.clusters import Member, Origin
from harvester.resolution.resolver import Resolution, resolve
from harvester.running import leases, progress
from harvester.work import Work
from vocabularies.problems import Problem, problem

log = logging.getLogger(__name__)


def take_page(work: Work, page: Page, fetched_at: datetime | None = None) -> Counts:
    """Take a page of raw records to the index and give what became of them; a replay says when they were fetched.

    It is one transaction: bytes, versions, keys, outcomes, index, counts and the cursor. So a page that is interrupted
    leaves nothing, and is counted once.
    """
    taken_at = fetched_at or work.clock()
    batches = list(_without_repeats(page.records)) or [[]]
    if len(batches) == 1:
        return _take_batch(work, batches[0], page, taken_at)
    total = Counts()
    with work.transactions.joined() as transactions:
        inside = replace(work, transactions=transactions)
        for number, batch in enumerate(batches, 1):
            total.take(_take_batch(inside, batch, page if number == len(batches) else None, taken_at))
    return total


def take_again(work: Work, raws: Sequence[RawRecord]) -> Counts:
    """Take stored records through once more and carry out what was put off for them; one transaction."""
    return _take_batch(work, raws, None, work.clock())


@dataclass(frozen=True, slots=True)
class _Part:
    """What one transaction takes: records understood, those whose bytes are the same, and how their page ends."""

    findings: Sequence[Finding]
    same: Sequence[RawRecord]
    lost: Sequence[Problem]
    ends: Page | None


def _take_batch(work: Work, batch: Sequence[RawRecord], ends: Page | None, taken_at: datetime) -> Counts:
    watch = work.watch
    kept = [raw for raw in batch if is_storable(raw.identifier)]
    unkept = [_unkept(raw.identifier, "ID_SYNTAX") for raw in batch if not is_storable(raw.identifier)]
    with watch.stage("compare"):
        fresh, same = _changed(work, kept)
    findings = understand_all(fresh, context_of(work.source, taken_at, work.site), watch)
    if not (work.applies or work.stored):
        with watch.stage("observe"):
            work.observed.note(findings)
    return _commit_apart(work, _Part(findings, same, [*unkept, *(ends.problems if ends else ())], ends), taken_at)


def _commit_apart(work: Work, part: _Part, taken_at: datetime) -> Counts:
    """Commit a part; where it cannot be, its halves, until the record that is in the way is alone."""
    findings = part.findings
    work.watch.at = ""
    done = attempt(lambda: _commit(work, part, taken_at))
    if isinstance(done, Counts):
        return done
    if not findings:
        raise done.error
    if len(findings) > 1:
        middle = len(findings) // 2
        with work.transactions.joined() as transactions:
            inside = replace(work, transactions=transactions)
            total = _commit_apart(inside, _Part(findings[:middle], (), (), None), taken_at)
            total.take(_commit_apart(inside, replace(part, findings=findings[middle:]), taken_at))
        return total
    [finding] = findings
    stage = work.watch.at
    log.error("%s of %s of %s failed", stage, finding.raw.identifier, work.source.id, exc_info=done.error)
    if finding.outcome == "failed":  # even to say so failed: what is told names the record and nothing else of it
        lost = _unkept(finding.raw.identifier, "SAVE_FAILED")
        return _commit_apart(work, replace(part, findings=(), lost=[*part.lost, lost]), taken_at)
    return _commit_apart(work, replace(part, findings=[to_failed(finding, stage)]), taken_at)


def _unkept(identifier: str, code: str) -> Problem:
    return replace(problem(code, "", to_storable(identifier)), record_id=identifier)


def _commit(work: Work, part: _Part, taken_at: datetime) -> Counts:
    now, watch = work.clock(), work.watch
    turns: Mapping[str, ledger.Turn] = {}
    entries: Sequence[Entry] = ()
    size = len(part.findings) + len(part.same)
    counts = Counts(read=size, unchanged=len(part.same))
    with watch.stage("commit"), work.transactions.write() as connection:
        leases.renew(connection, work.lease, now=now)
        if part.findings or part.lost:
            with watch.stage("save"):
                entries, turns = _decide(connection, work, part.findings)
            resolution = _resolve_and_publish(connection, work, entries, taken_at)
            with watch.stage("save"):
                _save(connection, work, entries, (resolution, turns), taken_at=taken_at)
                _save_lost(connection, work, part.lost, now)
        _count(counts, entries, part.lost)
        _keep_owing(connection, work, part, entries)
        superseded = _keep_waiting(connection, work, part.same, entries)
        counted_before = size if work.settles else superseded
        counts.add("read", -counted_before)
        counts.add("held", -counted_before)
        progress.advance(connection, work, counts, part.ends, now=now)
    flapping.note_turns(work.observed, turns)
    return counts


def _decide(
    connection: Connection, work: Work, findings: Sequence[Finding]
) -> tuple[list[Entry], Mapping[str, ledger.Turn]]:
    held = ledger.find_held(connection, work.source.id, [finding.raw.identifier for finding in findings])
    known = [finding.raw for finding in findings if finding.raw.identifier in held]
    copies = _find_copies(connection, work, findings)
    entries = [
        decide(
            finding,
            held.get(finding.raw.identifier),
            again=work.replays,
            may_wait=work.may_put_off,
            has_copies=finding.raw.identifier in copies,
        )
        for finding in findings
    ]
    return entries, flapping.find_turns(connection, work.source.id, known)


def _find_copies(connection: Connection, work: Work, findings: Sequence[Finding]) -> set[str]:
    """Give the deletions that would take away what other sources hold, where this one may speak for the records."""
    gone = [finding.raw.identifier for finding in findings if finding.raw.deleted]
    if not (gone and work.source.namespace and work.may_put_off):
        return set()
    return ledger.find_held_elsewhere(connection, work.source.id, gone)


def _keep_owing(connection: Connection, work: Work, part: _Part, entries: Sequence[Entry]) -> None:
    """Take down what stages owe to records, and strike it where the records got through."""
    source_id, run_id, now = work.source.id, work.run_id, work.clock()
    if entries:
        debts.settle(connection, source_id, entries, run_id=run_id, now=now)
    if part.lost:
        debts.owe_fetch(connection, source_id, part.lost, run_id=run_id, now=now)
    if part.same and debts.owes_any(connection, source_id, debts.FETCH):
        debts.strike(connection, source_id, [raw.identifier for raw in part.same], stage=debts.FETCH)


def _keep_waiting(connection: Connection, work: Work, same: Sequence[RawRecord], entries: Sequence[Entry]) -> int:
    """Put the grave changes of a batch off, and forget what waited for records that came again or were dealt with.

    Gives how many records this run had counted as held, and of which it now has a later word.
    """
    put_off = {entry.identifier: entry.put_off for entry in entries if entry.put_off}
    source_id = work.source.id
    if work.applies:
        done = [*(raw.identifier for raw in same), *(entry.identifier for entry in entries)]
        deferrals.take_back(connection, source_id, done)
        return 0
    superseded = 0
    if work.watches or work.observed.puts_off:
        came = [entry.identifier for entry in entries if entry.identifier not in put_off]
        superseded = deferrals.take_back(connection, source_id, came, run_id=work.run_id)
        live = [raw.identifier for raw in same if not raw.deleted]
        deferrals.take_back(connection, source_id, live, deferrals.ABSENT)
    if put_off:
        work.observed.puts_off = True
        deferrals.put_off(connection, source_id, put_off, run_id=work.run_id, now=work.clock())
    return superseded


def _without_repeats(raws: Iterable[RawRecord]) -> Iterator[list[RawRecord]]:
    """Split a page where an identifier comes again, so that the later one is seen as a change of the earlier."""
    batch: dict[str, RawRecord] = {}
    for raw in raws:
        if raw.identifier in batch:
            yield list(batch.values())
            batch = {}
        batch[raw.identifier] = raw
    if batch:
        yield list(batch.values())


def _changed(work: Work, batch: Sequence[RawRecord]) -> tuple[list[RawRecord], list[RawRecord]]:
    """Give the records to take, and those whose bytes are the same."""
    if work.whole:
        return list(batch), []
    with work.transactions.read() as connection:
        held = ledger.find_digests(connection, work.source.id, [raw.identifier for raw in batch])
    fresh: list[RawRecord] = []
    same: list[RawRecord] = []
    for raw in batch:
        alike = held.get(raw.identifier) == (raw.sha256, raw.deleted, raw.format)
        (same if alike else fresh).append(raw)
    return fresh, same


def _member(origin: Origin, entry: Entry, taken_at: datetime) -> Member:
    finding = entry.finding
    assert finding.record is not None, "only an accepted record arrives"
    member = Member(origin, entry.identifier, finding.record, finding.keys, taken_at, entry.local_id)
    return replace(member, fingerprint=finding.fingerprint, native=finding.native)


def _resolve_and_publish(
    connection: Connection, work: Work, entries: Sequence[Entry], taken_at: datetime
) -> Resolution:
    with work.watch.stage("resolve"):
        lock_index(connection)
        origin = work.origin
        incoming = [_member(origin, entry, taken_at) for entry in entries if entry.arrives]
        gone = [((work.source.id, entry.identifier), entry.local_id) for entry in entries if entry.is_news_of_absence]
        if not incoming and not gone:
            return Resolution({})
        resolution = resolve(connection, incoming, gone, mint=work.mint)
        ledger.move_members(connection, resolution.moved)
        places = [*(member.place for member in incoming), *(place for place, local_id in gone if local_id)]
        waiting.enqueue(connection, places, now=work.clock())
    with work.watch.stage("index"):
        index.publish_resolution(connection, resolution, site=work.site, now=work.clock())
    return resolution


def _save(
    connection: Connection,
    work: Work,
    entries: Sequence[Entry],
    found: tuple[Resolution, Mapping[str, ledger.Turn]],
    *,
    taken_at: datetime,
) -> None:
    source_id, now = work.source.id, work.clock()
    resolution, turns = found
    named = resolution.homes()
    if not (work.replays or work.stored):
        raws = [entry.finding.raw for entry in entries]
        ledger.save_raw(connection, source_id, raws, turns, run_id=work.run_id, fetched_at=taken_at)
    told = [entry for entry in entries if entry.outcome not in ("unchanged", "held") or entry.arrives]
    rows, outcomes = [], []
    for entry in told:
        local_id = named.get((source_id, entry.identifier), entry.local_id)
        row = {
            "source_id": source_id,
            "identifier": entry.identifier,
            "state": entry.state,
            "code": entry.code,
            "problems": entry.problems,
            "run_id": work.run_id,
        }
        if entry.outcome != "unchanged":
            outcomes.append(_outcome(work, entry, local_id, now))
        if entry.arrives and entry.finding.record is not None:
            row |= {"record": entry.finding.native, "fingerprint": entry.finding.fingerprint}
            row |= {"accepted_at": taken_at, "local_id": local_id}
            row |= {"owner": owner_of(entry.finding.record), "languages": languages_of(entry.finding.record)}
            if entry.local_id is None:
                first_at, own_id = resolution.inherited.get((source_id, entry.identifier), (taken_at, None))
                row |= {"first_at": first_at, "own_id": own_id}
        elif entry.leaves or entry.outcome == "deleted":
            row |= {"record": None, "fingerprint": None}
        rows.append(row)
    ledger.save_records(connection, rows)
    ledger.save_keys(
        connection,
        source_id,
        {entry.identifier: entry.finding.keys for entry in told if entry.arrives},
        had_keys=[entry.identifier for entry in told if entry.local_id and entry.arrives],
    )
    ledger.save_outcomes(connection, outcomes)


def _outcome(work: Work, entry: Entry, local_id: str | None, now: datetime) -> dict[str, object]:
    return {
        "run_id": work.run_id,
        "source_id": work.source.id,
        "identifier": entry.identifier,
        "outcome": entry.outcome,
        "code": entry.code,
        "problems": entry.problems,
        "local_id": local_id,
        "happened_at": now,
    }


def _save_lost(connection: Connection, work: Work, lost: Sequence[Problem], now: datetime) -> None:
    rows = [
        {
            "run_id": work.run_id,
            "source_id": work.source.id,
            "identifier": to_storable(found.record_id or ""),
            "outcome": "failed",
            "code": found.code,
            "problems": ledger.dump_problems((found,)),
            "local_id": None,
            "happened_at": now,
        }
        for found in lost
    ]
    ledger.save_outcomes(connection, rows)


def _count(counts: Counts, entries: Sequence[Entry], lost: Sequence[Problem]) -> None:
    for entry in entries:
        counts.add(entry.outcome)
        if entry.state == "accepted" and entry.finding.problems and not entry.put_off:
            counts.add("warned")
    counts.read += len(lost)
    counts.add("failed", len(lost))
    counts.check()
