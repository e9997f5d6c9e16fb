"""The clock of ``work``: looks every so often at what is due. It decides nothing: due times and leases are rows."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event, Lock

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]

from harvester.centre import Centre, utc_now
from harvester.operating_errors import SourceLocked
from harvester.runs import Order, Report, abandon, run_source, start_due

log = logging.getLogger(__name__)
GRACE_S = 1.0
OnReport = Callable[[Report], None]


class Worker:
    """Runs what is due, each source at most once at a time, so many side by side."""

    def __init__(self, centre: Centre, *, workers: int, on_report: OnReport | None = None) -> None:
        """Prepare the threads; nothing runs before ``tick``."""
        self._centre = centre
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="run")
        self._busy: dict[str, Future[None]] = {}
        self._lock = Lock()
        self._on_report = on_report

    def tick(self) -> list[str]:
        """Start what is due and not yet started by this process; give every source that was due."""
        return start_due(self._centre, self._start)

    def stop(self) -> bool:
        """Let runs that have begun end after the page in hand, start no other; tell whether all ended.

        A run that still waits for its source after a second is ended in the database; its thread writes nothing more.
        """
        self._centre.stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            jobs = [job for job in self._busy.values() if not job.cancelled()]
        if not wait(jobs, timeout=GRACE_S).not_done:
            return True
        abandon(self._centre)
        return False

    def _start(self, source_id: str) -> None:
        with self._lock:
            job = self._busy.get(source_id)
            if job is None or job.done():
                self._busy[source_id] = self._pool.submit(self._run, source_id)

    def _run(self, source_id: str) -> None:
        try:
            report = run_source(self._centre, source_id, Order(only_if_due=True))
        except SourceLocked:  # another worker was quicker: that is how several workers share the work
            return
        if self._on_report is not None:
            self._on_report(report)


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
    clock.add_job(worker.tick, "interval", seconds=tick_s, id="start-due", next_run_time=utc_now())
    clock.start()
    try:
        stop.wait()
    finally:
        clock.shutdown(wait=True)
        ended = worker.stop()
    return ended


def _tell(event: JobExecutionEvent) -> None:
    log.error("looking for due sources failed: %s", event.exception or "the clock missed its time")
