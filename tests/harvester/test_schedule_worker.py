"""The scheduler is a clock: it starts what is due, once, however many of it there are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import func, select

from harvester import tables
from harvester.runs import Report
from harvester.schedule import Worker, work_until


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def test_two_workers_share_the_sources_and_run_each_once(federation: Federation) -> None:
    for number in range(6):
        federation.add(f"n{number}").put(a_record(f"n{number}", "a", f"Of node {number}"))
    reports: list[Report] = []
    workers = [Worker(federation.centre, workers=3, on_report=reports.append) for _ in range(2)]
    for worker in workers:
        worker.tick()
        worker.tick()
    deadline = time.monotonic() + 30
    while len(reports) < 6 and time.monotonic() < deadline:
        time.sleep(0.02)
    for worker in workers:
        worker.stop()
    assert sorted(report.source for report in reports) == [f"n{number}" for number in range(6)]
    assert federation.rows(select(func.count()).select_from(tables.run))[0][0] == 6


def test_work_harvests_what_is_due_and_ends_when_told(federation: Federation) -> None:
    federation.add("ke").put(a_record("ke", "a"))
    stop, reports = Event(), list[Report]()

    def on_report(report: Report) -> None:
        reports.append(report)
        stop.set()

    working = Thread(
        target=work_until, args=(federation.centre, stop), kwargs={"workers": 2, "tick_s": 1, "on_report": on_report}
    )
    working.start()
    working.join(timeout=30)
    assert not working.is_alive()
    assert [report.state for report in reports] == ["done"]
    assert len(federation.published()) == 1
