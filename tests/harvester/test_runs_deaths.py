"""A record that kills its worker every time is left alone after the third; nobody else is blamed for a death."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from crash_stage import START, CrashStage, Pace, end, fork, serving
from poisons import writable
from sqlalchemy import select

from chm_node.publishing import sql
from harvester import tables
from harvester.crosswalks import CROSSWALKS, Context
from harvester.raw import RawRecord
from harvester.running import queueing
from harvester.telling import reports
from vocabularies.formats.native import Parsed

SIZE = 24
DEADLY = b"Wetland survey 13<"
"""In the fourth page."""


@contextmanager
def stage(url: str, home: Path) -> Iterator[CrashStage]:
    pace = Pace(home / "pace")
    pace.tell(0, 1.0)
    with serving(pace, SIZE) as address:
        crash = CrashStage(url, home, pace)
        crash.set_up(address)
        yield crash


class DeadlyCrosswalk:
    """A crosswalk whose process is killed by one record, as by the kernel where memory runs out."""

    def __init__(self) -> None:
        self._real = CROSSWALKS["oai_dc"]

    def __call__(self, raw: RawRecord, context: Context) -> Parsed:
        if DEADLY in raw.payload:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._real(raw, context)


def die(crash: CrashStage, *, deadly: bool = True, within_s: float = 20) -> bool:
    """Let a worker work until it is killed; False where it is still there after that time, and then killed by us."""

    def work() -> None:
        if deadly:
            writable(CROSSWALKS)["oai_dc"] = DeadlyCrosswalk()
        crash.work()

    child, deadline = fork(work), time.monotonic() + within_s
    while time.monotonic() < deadline:
        number, status = os.waitpid(child, os.WNOHANG)
        if number:
            return os.WTERMSIG(status) == signal.SIGKILL
        time.sleep(0.01)
    end(child)
    return False


def die_until_left_alone(crash: CrashStage) -> int:
    """Have workers killed, ten seconds apart, until their run has ended; give how many."""
    for death in range(8):  # each comes nearer to the page, as it begins with a small group of pages
        assert die(crash)
        recover(crash, 10 * death)
        if crash.rows(select(tables.run.c.state)) != [("queued",)]:
            return death + 1
    raise AssertionError(crash.progress())


def recover(crash: CrashStage, after_s: float) -> None:
    engine = sql.make_engine(crash.url)
    with sql.write(engine) as connection:
        queueing.recover(connection, START + timedelta(seconds=after_s))
    engine.dispose()


def wait_until(done: Callable[[], bool], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_record_that_kills_its_worker_ends_its_run_after_three_and_is_tried_again_later(
    database_url: str, tmp_path: Path
) -> None:
    with stage(database_url, tmp_path) as crash:
        deaths = die_until_left_alone(crash)
        [run] = crash.rows(select(tables.run))
        assert (run.state, run.reason_code, run.turns) == ("failed", "WORKER_DIES", deaths)
        assert run.read == 16, "the pages before it, and nothing of its own"
        assert f"after {run.read} records" in run.reason
        ended_at = run.finished_at
        [source] = crash.rows(select(tables.source))
        assert source.cursor == run.cursor is not None
        assert (source.failures, source.last_run_id, source.lease_token) == (1, run.id, None)
        assert source.next_due_at == ended_at + timedelta(minutes=5)
        assert crash.rows(select(tables.host.c.run_id)) == [(None,)]
        assert not die(crash, within_s=1.5), "the source waits now"
        engine = sql.make_engine(database_url)
        with sql.read(engine) as connection:
            assert reports.get_node(connection, "lib", START)["state"] == "failing"
        engine.dispose()
        crash.day = 1  # with the record mended, or the memory there
        crash.pace.tell(0, 1.0)
        crash.work_to_the_end()
        assert len(crash.rows(select(tables.source_record.c.identifier))) == SIZE
        [_, later] = crash.rows(select(tables.run).order_by(tables.run.c.id))
        assert (later.state, later.began_at_cursor) == ("done", run.cursor)


def test_deaths_in_a_moment_are_one_mishap(sqlite_url: str, tmp_path: Path) -> None:
    with stage(sqlite_url, tmp_path) as crash:
        for _ in range(6):
            assert die(crash)
            recover(crash, 0)
        assert crash.rows(select(tables.run.c.state)) == [("queued",)]
        crash.work_to_the_end()
        [run] = crash.rows(select(tables.run))
        assert (run.state, run.read) == ("done", run.created + run.unchanged + run.updated)


def test_whoever_only_waits_for_its_source_when_its_worker_dies_is_not_to_blame(
    sqlite_url: str, tmp_path: Path
) -> None:
    with stage(sqlite_url, tmp_path) as crash:
        crash.pace.tell(0, 0.3)  # pages after the first third come only after longer than any worker lives
        for death in range(5):
            assert not die(crash, deadly=False, within_s=0.35)
            recover(crash, 10 * death)
        assert crash.rows(select(tables.run.c.state)) == [("queued",)]


def test_a_death_further_on_is_counted_anew(sqlite_url: str, tmp_path: Path) -> None:
    with stage(sqlite_url, tmp_path) as crash:
        while [row.times for row in crash.rows(select(tables.run_death))] != [2]:
            assert die(crash)
            recover(crash, 10)
        engine = sql.make_engine(sqlite_url)
        with sql.write(engine) as connection:  # as where a worker came a page further and was killed there
            connection.execute(tables.run.update().values(state="running", owner="gone", read=tables.run.c.read + 4))
        engine.dispose()
        recover(crash, 60)
        assert [row.times for row in crash.rows(select(tables.run_death))] == [1]
        assert crash.rows(select(tables.run.c.state)) == [("queued",)]
