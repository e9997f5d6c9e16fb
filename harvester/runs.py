"""Runs: one source taken to the index under a lease, many side by side, and whatever is due started."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from chm_node.publishing import sql
from harvester import deferrals, leases, progress
from harvester.centre import Centre
from harvester.conclusion import Seen, conclude
from harvester.counts import Counts, Stopwatch
from harvester.database import Kept, Transactions, trial
from harvester.errors import CursorExpired, HarvesterError, NeedsPerson, SourceBusy
from harvester.evidence import Listing
from harvester.grouping import Retrieved, fetched, grouped, limited
from harvester.holding import hold_for_person
from harvester.operating_errors import Interrupted, SourceLocked
from harvester.pipeline import take_page
from harvester.progress import Ending
from harvester.protocols import PROTOCOLS
from harvester.protocols.pages import Window
from harvester.registry import get_source
from harvester.replay import stored_pages
from harvester.shadow import Difference, to_difference
from harvester.sources import Source
from harvester.tables import run as run_table
from harvester.tables import source as source_table
from harvester.work import Work
from vocabularies.problems import Problem

log = logging.getLogger(__name__)
OnPage = Callable[[str, Counts, int | None], None]


@dataclass(frozen=True, slots=True)
class Order:
    """How to run a source. ``since`` and ``full`` set the window, ``limit`` stops after so many records.

    ``replay`` takes the stored bytes instead of the network; ``dry`` keeps nothing of what it did, ``shadow`` neither
    and tells what would change in the index.
    """

    full: bool = False
    since: str | None = None
    limit: int | None = None
    dry: bool = False
    shadow: bool = False
    replay: bool = False
    only_if_due: bool = False

    @property
    def keeps_place(self) -> bool:
        """Whether the next run goes on from here: not after a look at a part of the list, nor where a person began."""
        return self.limit is None and self.since is None and not self.replay

    @property
    def looks_at_all(self) -> bool:
        """Whether a run may ask the source more than was asked for: what it names beside what we hold."""
        return self.keeps_place and not self.is_trial

    @property
    def is_trial(self) -> bool:
        """Whether nothing of the run is kept."""
        return self.dry or self.shadow


@dataclass(frozen=True, slots=True)
class Report:
    """How a run of a source ended; ``run`` is None where none was kept."""

    source: str
    run: int | None
    state: str
    counts: Counts
    duration_s: float
    reason: str = ""
    reason_code: str = ""
    stages: tuple[tuple[str, float], ...] = ()
    difference: Difference | None = None

    def as_dict(self) -> dict[str, object]:
        """Give the object ``run --json`` prints."""
        numbers = self.counts.as_dict()
        warned = numbers.pop("warned")
        return {
            "source": self.source,
            "run": self.run,
            "state": self.state,
            **numbers,
            "warned": warned,
            "duration_s": round(self.duration_s, 3),
            "reason": self.reason,
            "reason_code": self.reason_code,
            **({"difference": self.difference.as_dict()} if self.difference else {}),
        }


def run_source(centre: Centre, source_id: str, order: Order = Order(), on_page: OnPage | None = None) -> Report:
    """Run one source and report; SourceLocked where another worker is at it, every other failure is in the report."""
    with sql.read(centre.engine) as connection:
        source = get_source(connection, source_id)
        window = _window(connection, source, order)
    if not order.is_trial:
        return _run(centre, Kept(centre.engine), _Run(source, order, window, on_page))
    # the pages first, the transaction then: a dry run must not hold the one write lock while it waits for the network
    began = centre.clock()
    run = _Run(source, order, window, on_page)
    pages = fetched(limited(_restarting(centre, run, lambda: None), order.limit))
    with trial(centre.engine) as transactions:
        report = _run(centre, transactions, replace(run, pages=pages))
        if order.shadow:
            with transactions.read() as inside, sql.read(centre.engine) as live:
                report = replace(report, difference=to_difference(inside, live, source_id))
    return replace(report, run=None, duration_s=(centre.clock() - began).total_seconds())


def run_many(
    centre: Centre,
    source_ids: Sequence[str],
    order: Order = Order(),
    *,
    workers: int = 8,
    on_page: OnPage | None = None,
) -> Iterator[Report]:
    """Run sources side by side, a thread each, and give each report as it is ready; one that fails stops no other."""
    from concurrent.futures import as_completed

    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="run")
    jobs = {pool.submit(run_source, centre, source_id, order, on_page): source_id for source_id in source_ids}
    try:
        for job in as_completed(jobs):
            yield _settled(job.result, jobs[job])
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def abandon(centre: Centre) -> None:
    """End the runs of this process in the database, whatever their threads still wait for: they write nothing more."""
    reason = _failure(Interrupted())
    ended = {"state": "failed", "reason": reason.reason, "reason_code": reason.reason_code}
    with sql.write(centre.engine) as connection:
        connection.execute(
            update(run_table)
            .where(run_table.c.owner == leases.this_process(), run_table.c.state == "running")
            .values(ended | {"finished_at": centre.clock()})
        )
        leases.release_all(connection)


def _settled(result: Callable[[], Report], source_id: str) -> Report:
    try:
        return result()
    except SourceLocked as error:
        return Report(source_id, None, "locked", Counts(), 0.0, str(error), error.code)


def find_due(connection: Connection, now: datetime) -> list[str]:
    """Give the sources whose time has come and that no living worker holds, the longest due first."""
    table = source_table.c
    query = select(table.id, table.lease_until, table.lease_owner)
    due = query.where(table.paused.is_(False), table.next_due_at <= now).order_by(table.next_due_at, table.id)
    free = (
        row
        for row in connection.execute(due)
        if not row.lease_until or row.lease_until < now or leases.has_died(row.lease_owner)
    )
    return [row.id for row in free]


def start_due(centre: Centre, start: Callable[[str], object]) -> list[str]:
    """Start every source that is due and give their ids; what ``start`` does with one is the caller's affair."""
    with sql.read(centre.engine) as connection:
        due = find_due(connection, centre.clock())
    for source_id in due:
        start(source_id)
    return due


@dataclass(frozen=True, slots=True)
class _Run:
    source: Source
    order: Order
    window: Window
    on_page: OnPage | None = None
    pages: Iterable[Retrieved] | None = None
    remarks: list[Problem] = field(default_factory=list)
    listing: Listing = field(default_factory=Listing)


def _window(connection: Connection, source: Source, order: Order) -> Window:
    if order.full:
        return Window()
    if order.since is not None:
        return Window(since=order.since)
    table = source_table.c
    row = connection.execute(select(table.since, table.cursor).where(table.id == source.id)).one()
    return Window(since=row.since, cursor=row.cursor)


def _run(centre: Centre, transactions: Transactions, run: _Run) -> Report:
    began, watch, counts = centre.clock(), Stopwatch(), Counts()
    kind = "replay" if run.order.replay else "harvest"
    with transactions.write() as connection:
        lease = leases.claim(connection, run.source.id, now=began, only_if_due=run.order.only_if_due)
        run_id = progress.begin(connection, lease, kind=kind, window=run.window, now=began)
        watches = deferrals.has_any(connection, run.source.id)
    work = Work(
        run.source,
        run_id,
        lease,
        centre.site,
        transactions,
        centre.clock,
        watch,
        whole=run.order.full or run.order.replay,
        keeps_place=run.order.keeps_place,
        replays=run.order.replay,
        watches=watches,
    )
    beating = isinstance(transactions, Kept)
    beats = leases.heartbeat(centre.engine, lease, run_id, centre.clock) if beating else nullcontext()
    with beats:
        try:
            _take_pages(centre, work, run, counts)
            ending = conclude(
                centre, work, counts, Seen(run.listing, run.remarks, looked_at_all=run.order.looks_at_all)
            )
        except NeedsPerson as error:
            ending = hold_for_person(work, error)
        except HarvesterError as error:
            ending = _failure(error)
        except Exception as error:  # the one place around one run: the other sources go on
            log.exception("run %s of %s failed", run_id, run.source.id)
            ending = Ending("failed", f"Unexpected: {type(error).__name__}: {error}", "UNEXPECTED")
    _finish(work, ending)
    return _report(run.source.id, run_id, ending, (counts, watch, began, centre.clock()))


def _failure(error: HarvesterError) -> Ending:
    reason = " ".join(part for part in (error.message, error.remedy) if part)
    return Ending("failed", reason, error.code, error.retry_after_s if isinstance(error, SourceBusy) else 0)


def _finish(work: Work, ending: Ending) -> None:
    with work.transactions.write() as connection:
        progress.finish(connection, work, ending, now=work.clock())


def _report(
    source_id: str, run_id: int | None, ending: Ending, spent: tuple[Counts, Stopwatch, datetime, datetime]
) -> Report:
    counts, watch, began, ended = spent
    duration_s = (ended - began).total_seconds()
    stages = tuple(watch.seconds.items())
    return Report(source_id, run_id, ending.state, counts, duration_s, ending.reason, ending.reason_code, stages)


def _take_pages(centre: Centre, work: Work, run: _Run, counts: Counts) -> None:
    def forget_place() -> None:
        with work.transactions.write() as connection:
            progress.drop_cursor(connection, work.lease, now=work.clock())

    pages = _restarting(centre, run, forget_place) if run.pages is None else run.pages
    wanted = limited(_noting(run, _until_stopped(centre, pages)), run.order.limit)
    # what is stored comes in large pages, each of another time
    groups = wanted if run.order.replay else grouped(wanted)
    while True:
        with work.watch.stage("fetch"):
            answer = next(groups, None)
        if answer is None:
            return
        page, fetched_at = answer
        counts.take(take_page(work, page, fetched_at))
        if run.on_page is not None:
            run.on_page(work.source.id, counts, page.total)


def _until_stopped(centre: Centre, pages: Iterable[Retrieved]) -> Iterator[Retrieved]:
    retrieved = iter(pages)
    while True:
        if centre.stop.is_set():
            raise Interrupted
        answer = next(retrieved, None)
        if answer is None:
            return
        yield answer


def _noting(run: _Run, pages: Iterable[Retrieved]) -> Iterator[Retrieved]:
    for page, fetched_at in pages:
        run.remarks.extend(page.remarks)
        run.listing.add_page(page)
        yield page, fetched_at


def _restarting(centre: Centre, run: _Run, forget_place: Callable[[], None]) -> Iterator[Retrieved]:
    """Give the pages; where the source forgot the place we stopped at, start the list again, at last from its head."""
    wider = [Window(since=run.window.since)] if run.window.cursor else []
    for window in (run.window, *wider):
        try:
            yield from _pages(centre, run.source, window, run.order)
            return
        except CursorExpired:
            forget_place()
    yield from _pages(centre, run.source, Window(), run.order)


def _pages(centre: Centre, source: Source, window: Window, order: Order) -> Iterator[Retrieved]:
    if order.replay:
        yield from stored_pages(centre.engine, source.id)
    else:
        with centre.new_fetcher() as fetcher:
            for page in PROTOCOLS[source.protocol].pages(fetcher, source, window):
                yield page, None
