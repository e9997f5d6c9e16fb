"""Runs: one source taken to the index under a lease, in one turn or several, and many of them side by side."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

from chm_node.publishing import sql
from harvester.centre import Centre
from harvester.counts import Counts, Stopwatch
from harvester.database import AWAY, Kept, Transactions, named_failures, to_failure, trial
from harvester.errors import HarvesterError, NeedsPerson, SourceBusy
from harvester.operating_errors import DatabaseUnreachable, Interrupted, SourceLocked
from harvester.pipeline import take_page
from harvester.proof.conclusion import Seen, conclude
from harvester.proof.holding import hold_for_person
from harvester.proof.shadow import to_difference
from harvester.records import reconciliation
from harvester.registry import get_source
from harvester.running import deaths, hosts, leases, progress, run_states
from harvester.running.orders import LATER, Order, Report
from harvester.running.progress import LONGEST_WAIT_S, Ending
from harvester.running.queueing import Taken, take_now
from harvester.running.reading import Reading
from harvester.tables import run as run_table
from harvester.work import Work

__all__ = ["OnPage", "Order", "Report", "abandon", "run_many", "run_source", "take_turn"]

log = logging.getLogger(__name__)
_AS_USUAL = Order()
OnPage = Callable[[str, Counts, int | None], None]
Over = Callable[[], Ending | None]
"""Says after each page how a turn ends, where it has lasted long enough."""
LONGEST_BUSY = timedelta(days=3)
"""A source that has put a run off for so long has failed."""
_AFTER_DATABASE_S = 30
_BUSY = "SOURCE_BUSY"
_NO_ANSWER = frozenset({"SOURCE_UNREACHABLE", "SOURCE_TOO_SLOW"})
DATABASE_FAILURES = frozenset({"DATABASE_UNREACHABLE", "DISK_FULL"})
"""Reason codes of a run that goes on though it is reported as failed: nobody could be sure to store that."""
_SAY_NOTHING_OF_HOST = DATABASE_FAILURES | {"INTERRUPTED", "LEASE_LOST", "UNEXPECTED"}


def run_source(centre: Centre, source_id: str, order: Order = _AS_USUAL, on_page: OnPage | None = None) -> Report:
    """Run one source to its end, whatever else waits, and report.

    SourceLocked where another worker is at it or its host, DatabaseUnreachable where nothing could be begun; every
    other failure is in the report.
    """
    if order.is_trial:
        return _try_out(centre, source_id, order, on_page)
    with named_failures(), sql.write(centre.engine) as connection:
        taken = take_now(connection, source_id, order, now=centre.clock())
    return take_turn(centre, Reading(centre, taken), on_page=on_page)


def _try_out(centre: Centre, source_id: str, order: Order, on_page: OnPage | None) -> Report:
    # the pages first, the transaction then: a dry run must not hold the one write lock while it waits for the network
    began = centre.clock()
    with named_failures(), trial(centre.engine) as transactions, transactions.write() as connection:
        taken = take_now(connection, source_id, order, now=began)
    reading = Reading(centre, taken, ahead=True)
    with named_failures(), trial(centre.engine) as transactions:
        with transactions.write() as connection:
            reading.taken = take_now(connection, source_id, order, now=centre.clock())
        report = take_turn(centre, reading, on_page=on_page, transactions=transactions)
        if order.shadow:
            with transactions.read() as inside, sql.read(centre.engine) as live:
                report = replace(report, difference=to_difference(inside, live, source_id))
    state = "failed" if report.state == run_states.QUEUED else report.state
    return replace(report, run=None, state=state, duration_s=(centre.clock() - began).total_seconds())


def run_many(
    centre: Centre,
    source_ids: Sequence[str],
    order: Order = _AS_USUAL,
    *,
    workers: int = 8,
    on_page: OnPage | None = None,
) -> Iterator[Report]:
    """Run sources side by side, those of one host one after the other, and give each report as it is ready.

    One that fails stops no other.
    """
    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="run")

    def begin(line: list[str]) -> Future[Report]:
        return pool.submit(run_source, centre, line[0], order, on_page)

    try:
        jobs = {begin(line): line for line in _by_host(centre, source_ids, order)}
        while jobs:
            for job in wait(jobs, return_when=FIRST_COMPLETED).done:
                line = jobs.pop(job)
                done = line.pop(0)
                if line:
                    jobs[begin(line)] = line
                yield _settled(job.result, done)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _by_host(centre: Centre, source_ids: Sequence[str], order: Order) -> list[list[str]]:
    lines: dict[str, list[str]] = {}
    with named_failures(), sql.read(centre.engine) as connection:
        for source_id in source_ids:
            of = get_source(connection, source_id)
            lines.setdefault(source_id if order.replay else hosts.host_of(of.url), []).append(source_id)
    return list(lines.values())


def _settled(result: Callable[[], Report], source_id: str) -> Report:
    try:
        return result()
    except SourceLocked as error:
        return Report(source_id, None, "locked", Counts(), 0.0, f"{error.message} {error.remedy}", error.code)
    except DatabaseUnreachable as error:
        return Report(source_id, None, "failed", Counts(), 0.0, f"{error.message} {error.remedy}", error.code)


def abandon(centre: Centre, *, all_go_back: bool = False) -> None:
    """End the runs of this process in the database, whatever their threads still wait for: they write nothing more.

    What a person had left in the queue goes back there; ``all_go_back`` says that the other runs do so too.
    """
    now = centre.clock()
    ending = _failure(Interrupted(), now, now)
    told = {"reason": ending.reason, "reason_code": ending.reason_code}
    own, was_left = run_table.c.owner == leases.this_process(), run_table.c.asked.contains(f'"{LATER}"')
    goes_back = own if all_go_back else own & was_left
    with named_failures(), sql.write(centre.engine) as connection:
        run_states.move(connection, goes_back, run_states.QUEUED, **told, queued_at=now)
        run_states.move(connection, own, ending.state, **told, finished_at=now)
        leases.release_all(connection)
        hosts.free_forgotten(connection)


def take_turn(
    centre: Centre,
    reading: Reading,
    *,
    on_page: OnPage | None = None,
    over: Over = lambda: None,
    transactions: Transactions | None = None,
) -> Report:
    """Work on a run that was taken up until its list ends, it fails or its turn is ``over``, and report; never raises.

    With state ``queued`` in the report the run goes on later. Only where the database failed is the state ``failed``
    though the run will go on: nobody could be sure to store that.
    """
    taken, kept = reading.taken, transactions or Kept(centre.engine)
    work, began = replace(_work_of(centre, taken, kept), observed=reading.observed), centre.clock()
    counts = replace(taken.counts)

    def forget_place() -> None:
        with kept.write() as connection:
            progress.drop_cursor(connection, taken.lease, now=work.clock())

    reading.forget_place = forget_place
    if taken.died_at is not None:
        reading.in_hand = deaths.watch(kept, taken.run_id, lambda: counts.read == taken.died_at)
    beats = leases.heartbeat(centre.engine, taken.lease, taken.run_id, centre.clock)
    with beats if transactions is None else nullcontext():
        try:
            ending = _take_pages(work, reading, counts, on_page=on_page, over=over) or _conclude(work, reading, counts)
        except NeedsPerson as error:
            ending = _ask_person(work, error)
        except Interrupted as error:
            ending = _failure(error, taken.began_at, work.clock())
            ending = replace(ending, state=run_states.QUEUED if taken.goes_back else ending.state)
        except HarvesterError as error:
            ending = _failure(error, taken.began_at, work.clock())
        except AWAY as error:
            ending = _failure(to_failure(error), taken.began_at, work.clock())
        except Exception as error:  # the one place around one run: the other sources go on
            log.exception("run %s of %s failed", taken.run_id, taken.source.id)
            words = f"A fault of this program ended the run ({type(error).__name__}); the log says more."
            ending = Ending("failed", words, "UNEXPECTED")
    if ending.state != run_states.QUEUED:
        reading.close()
    ending = _finish(work, reading, ending)
    state = "failed" if ending.reason_code in DATABASE_FAILURES else ending.state
    spent_s, stages = (centre.clock() - began).total_seconds(), tuple(work.watch.seconds.items())
    return Report(taken.source.id, taken.run_id, state, counts, spent_s, ending.reason, ending.reason_code, stages)


def _work_of(centre: Centre, taken: Taken, transactions: Transactions) -> Work:
    return Work(
        taken.source,
        taken.run_id,
        taken.lease,
        centre.site,
        transactions,
        centre.clock,
        Stopwatch(dict(taken.stages)),
        whole=taken.order.full or taken.order.replay,
        keeps_place=taken.order.keeps_place,
        replays=taken.order.replay,
        watches=taken.watches,
        turn=taken.turn,
    )


def _take_pages(work: Work, reading: Reading, counts: Counts, *, on_page: OnPage | None, over: Over) -> Ending | None:
    """Take the rest of the list; give how the turn ends where it does before the list."""
    while True:
        with work.watch.stage("fetch"):
            answer = reading.next_group()
        reading.in_hand(True)
        if answer is None:
            return None
        page, fetched_at = answer
        counts.take(take_page(work, page, fetched_at))
        if on_page is not None:
            on_page(work.source.id, counts, page.total)
        if page.cursor is not None and (ending := over()):
            return ending


def _conclude(work: Work, reading: Reading, counts: Counts) -> Ending:
    seen = Seen(reading.listing, reading.remarks, looked_at_all=reading.taken.order.looks_at_all)
    return conclude(reading.centre, work, counts, seen)


def _ask_person(work: Work, error: NeedsPerson) -> Ending:
    try:
        return hold_for_person(work, error)
    except AWAY as away:
        return _failure(to_failure(away), work.clock(), work.clock())


def _failure(error: HarvesterError, began_at: datetime, now: datetime) -> Ending:
    reason = " ".join(part for part in (error.message, error.remedy) if part)
    if isinstance(error, SourceBusy) and now - began_at < LONGEST_BUSY:
        return Ending(run_states.QUEUED, reason, error.code, min(error.retry_after_s, LONGEST_WAIT_S))
    if isinstance(error, DatabaseUnreachable):
        return Ending(run_states.QUEUED, reason, error.code, _AFTER_DATABASE_S)
    return Ending("failed", reason, error.code)


def _finish(work: Work, reading: Reading, ending: Ending) -> Ending:
    """Store how the run or its turn ended, and give that; where the database cannot, the failure to."""
    now, taken = work.clock(), reading.taken
    wait_until = now + timedelta(seconds=ending.wait_s) if ending.reason_code == _BUSY else None
    answered = ending.reason_code not in _NO_ANSWER
    seen = hosts.Contact(answered, reading.pace.delay_s, reading.pace.slowed, wait_until)
    try:
        with work.transactions.write() as connection:
            if taken.host and ending.reason_code not in _SAY_NOTHING_OF_HOST:
                hosts.note(connection, taken.host, seen, now=now)
            if ending.state != run_states.QUEUED:
                reconciliation.keep(connection, work)
            return progress.finish(connection, work, ending, now=now)
    except AWAY as error:
        log.error("the end of run %s of %s could not be stored: %s", taken.run_id, taken.source.id, error)
        return _failure(to_failure(error), now, now)
