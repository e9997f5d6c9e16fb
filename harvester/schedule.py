"""The clock of ``work``: looks every so often at what is due and at the queue. Who may run when is decided by rows."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event, Lock
from time import monotonic

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]

from chm_node.publishing import sql
from harvester.centre import Centre, utc_now
from harvester.database import named_failures
from harvester.matching_queue import follow_quietly
from harvester.operating_errors import DatabaseUnreachable
from harvester.running import queueing, run_states
from harvester.running.hours import parse_hours
from harvester.running.orders import Report
from harvester.running.progress import Ending
from harvester.running.queueing import Taken
from harvester.running.reading import Reading
from harvester.runs import DATABASE_FAILURES, abandon, take_turn
from harvester.telling.notices import tell

log = logging.getLogger(__name__)
GRACE_S = 1.0
TURN_S = 60.0
"""So long a run may go on while others wait."""
LOOK_S = 2
"""So often the queue is looked at: what somebody asks for is taken up within that."""
_ASK_EVERY_S = 0.5
MOST_PARKED = 32
OnReport = Callable[[Report], None]


class Worker:
    """Takes up what waits in the queue, so many runs side by side, each for a turn while others wait.

    What a run holds in memory of its list is kept between its turns, for the case that this process goes on with it.
    """

    def __init__(
        self, centre: Centre, *, workers: int, on_report: OnReport | None = None, turn_s: float = TURN_S
    ) -> None:
        """Prepare the threads; nothing runs before ``tick``."""
        self._centre = centre
        self._workers = workers
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="run")
        self._jobs: set[Future[None]] = set()
        self._left: set[int] = set()
        self._parked: dict[int, Reading] = {}
        self._lock = Lock()
        self._on_report = on_report
        self._turn_s = turn_s

    def tick(self) -> list[str]:
        """Put what is due into the queue and have it taken up; give the sources that were due.

        Runs that dead workers left, or this one where its database failed, go back to the queue first.
        """
        self._tell_people()  # first: what waits in the queue says nothing of how it went
        try:
            with self._lock:
                left = frozenset(self._left)
            with named_failures(), sql.write(self._centre.engine) as connection:
                now = self._centre.clock()
                queueing.recover(connection, now, left=left)
                due = queueing.enqueue_due(connection, now)
            with self._lock:
                self._left -= left
        except DatabaseUnreachable as error:
            log.error("%s Work goes on when it answers. %s", error.message, error.remedy)
            return []
        self._call_one()
        return due

    def _tell_people(self) -> None:
        """Write to people what broke or is well again since they were last told."""
        try:
            with named_failures():
                tell(self._centre)
        except (DatabaseUnreachable, OSError) as error:  # a full or missing outbox stops no harvest
            log.error("nobody could be told how the sources are: %s", error)

    def look(self) -> None:
        """Have taken up what is in the queue."""
        try:
            with named_failures(), sql.read(self._centre.engine) as connection:
                waits = queueing.has_ready(connection, self._centre.clock())
        except DatabaseUnreachable:  # the next tick says so
            return
        if waits:
            self._call_one()

    def stop(self) -> bool:
        """Let runs that have begun end after the page in hand, start no other; tell whether all ended.

        A run that still waits for its source after a second is ended in the database; its thread writes nothing more.
        """
        self._centre.stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            jobs = [job for job in self._jobs if not job.cancelled()]
            parked, self._parked = list(self._parked.values()), {}
        for reading in parked:
            reading.close()
        if not wait(jobs, timeout=GRACE_S).not_done:
            return True
        try:
            abandon(self._centre, all_go_back=True)
        except DatabaseUnreachable as error:
            log.error("%s The next worker finds what was running.", error.message)
        return False

    def _call_one(self) -> None:
        with self._lock:
            self._jobs = {job for job in self._jobs if not job.done()}
            if len(self._jobs) < self._workers and not self._centre.stop.is_set():
                self._jobs.add(self._pool.submit(self._drain))

    def _drain(self) -> None:
        """Take up one run after the other until none can be; each calls another thread, so that all come to work."""
        while not self._centre.stop.is_set():
            taken = self._take()
            if taken is None:
                return
            self._call_one()
            report = self._work(taken)
            if self._on_report is not None:
                self._on_report(report)

    def _take(self) -> Taken | None:
        try:
            with named_failures(), sql.write(self._centre.engine) as connection:
                return queueing.take_next(connection, self._centre.clock())
        except DatabaseUnreachable:  # the next tick says so
            return None

    def _work(self, taken: Taken) -> Report:
        with self._lock:
            reading = self._parked.pop(taken.run_id, None)
        if reading is not None and _goes_on(reading.taken, taken):
            reading.taken = taken
        else:
            if reading is not None:
                reading.close()
            reading = Reading(self._centre, taken)
        report = take_turn(self._centre, reading, over=self._turn_of(taken))
        if report.reason_code in DATABASE_FAILURES:
            with self._lock:
                self._left.add(taken.run_id)
        if report.reason_code == _TURN_OVER.reason_code:
            with self._lock:
                if len(self._parked) < MOST_PARKED and not self._centre.stop.is_set():
                    self._parked[taken.run_id] = reading
                    return report
        reading.close()
        return report

    def _turn_of(self, taken: Taken) -> Callable[[], Ending | None]:
        began, asked = monotonic(), [0.0]
        hours = parse_hours(taken.source.hours)
        closes = hours.around(self._centre.clock())[1] if hours else None

        def over() -> Ending | None:
            now = self._centre.clock()
            if closes is not None and hours is not None and now >= closes:
                wait_s = (hours.around(now)[0] - now).total_seconds()
                return Ending(run_states.QUEUED, f"Harvested only at {taken.source.hours}.", "HOURS", max(wait_s, 0))
            spent_s = monotonic() - began
            if spent_s >= queueing.LONG_RUN_S:
                return _TURN_OVER
            if spent_s < self._turn_s or spent_s < asked[0]:
                return None
            asked[0] = spent_s + _ASK_EVERY_S
            with sql.read(self._centre.engine) as connection:
                return _TURN_OVER if queueing.others_wait(connection, taken, now) else None

        return over


_TURN_OVER = Ending(run_states.QUEUED, "Its turn is over while others wait; it goes on after them.", "TURN_OVER")


def _goes_on(before: Taken, now: Taken) -> bool:
    """Tell whether nobody else has worked on a run since, and its source is the same."""
    return now.turn == before.turn + 1 and now.source.generation == before.source.generation


def work_until(centre: Centre, stop: Event, *, workers: int, tick_s: int, on_report: OnReport | None = None) -> bool:
    """Run what is due, at once and then every ``tick_s`` seconds, until ``stop`` is set; runs end their page.

    Tell whether every thread ended; one that still waits for its source would keep the process for as long.
    """
    worker = Worker(centre, workers=workers, on_report=on_report)
    # late is better than never: APScheduler would drop a job that starts a second late
    clock = BackgroundScheduler(
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}, timezone="UTC"
    )
    clock.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    # the machine's time, as the clock goes by it: from a time long past it would first make up for every tick missed
    clock.add_job(worker.tick, "interval", seconds=tick_s, id="queue-due", next_run_time=utc_now())
    clock.add_job(worker.look, "interval", seconds=min(tick_s, LOOK_S), id="look-at-queue")
    clock.add_job(follow_quietly, "interval", args=[centre], seconds=min(tick_s, LOOK_S), id="match")
    clock.start()
    try:
        stop.wait()
    finally:
        centre.stop.set()  # matching, a job of the clock, ends after the batch in hand
        clock.shutdown(wait=True)
        ended = worker.stop()
    return ended


def _tell(event: JobExecutionEvent) -> None:
    what = "matching records" if event.job_id == "match" else "looking for due sources"
    log.error("%s failed: %s", what, event.exception or "the clock missed its time")
