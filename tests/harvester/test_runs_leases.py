"""One worker a source at a time; what a dead or broken run had saved stays, and the next run goes on from there."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import select, update

from chm_node.publishing import sql
from harvester import tables
from harvester.errors import SourceBusy
from harvester.operating_errors import LeaseLost, SourceLocked
from harvester.running import leases, queueing
from harvester.runs import run_many, run_source
from harvester.telling import reports


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def fill(federation: Federation, node: str, number: int, page_size: int = 2) -> None:
    fake = federation.add(node, page_size=page_size)
    for each in range(number):
        fake.put(a_record(node, f"r{each}", f"Record {each} of {node}"))


def test_of_many_workers_one_gets_the_source(federation: Federation) -> None:
    fill(federation, "ke", 1)
    got: list[str] = []

    def try_it() -> None:
        try:
            with sql.write(federation.centre.engine) as connection:
                got.append(leases.claim(connection, "ke", now=federation.clock()).token)
        except SourceLocked:
            pass

    workers = [threading.Thread(target=try_it) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(got) == 1
    with pytest.raises(SourceLocked):
        run_source(federation.centre, "ke")


def test_a_source_that_breaks_off_keeps_its_pages_and_goes_on_where_it_stopped(federation: Federation) -> None:
    fill(federation, "ke", 6)
    node = federation.nodes["http://ke.example"]
    node.fails_after = 2
    broken = run_source(federation.centre, "ke")
    assert (broken.state, broken.reason_code, broken.counts.created) == ("failed", "SOURCE_UNREACHABLE", 4)
    assert len(federation.published()) == 4
    node.fails_after, node.asked = None, []
    assert run_source(federation.centre, "ke").counts.created == 2
    assert node.asked[0] == "4"
    assert len(federation.published()) == 6


def test_a_failed_source_is_tried_again_soon_then_less_often_and_a_good_one_at_its_interval(
    federation: Federation,
) -> None:
    fill(federation, "ke", 1)
    node = federation.nodes["http://ke.example"]
    node.fails_after = 0
    waits = []
    for _ in range(3):
        run_source(federation.centre, "ke")
        waits.append(due_in(federation).total_seconds())
    assert waits == [300, 600, 1200]
    node.fails_after = None
    run_source(federation.centre, "ke")
    assert due_in(federation) == timedelta(days=1)


def test_a_busy_source_is_left_alone_as_long_as_it_asks_but_no_longer_than_a_day(federation: Federation) -> None:
    fill(federation, "ke", 1)
    node = federation.nodes["http://ke.example"]
    for asked_s, waited_s in ((7_200, 7_200), (10**9, 86_400), (10, 10)):

        def busy(seconds: float = asked_s) -> None:
            raise SourceBusy(url="http://ke.example", status=503, retry_after_s=seconds)

        node.on_page = busy
        report = run_source(federation.centre, "ke")
        assert (report.state, report.reason_code) == ("queued", "SOURCE_BUSY")
        [run] = federation.rows(select(tables.run))
        assert (run.not_before_at - federation.clock()).total_seconds() == waited_s
        assert due(federation) == []
    [source] = federation.rows(select(tables.source))
    assert (source.failures, source.lease_token) == (0, None)


def test_a_source_that_is_busy_for_three_days_has_failed(federation: Federation) -> None:
    fill(federation, "ke", 1)

    def busy() -> None:
        raise SourceBusy(url="http://ke.example", status=503, retry_after_s=86_400)

    federation.nodes["http://ke.example"].on_page = busy
    states = []
    for _ in range(4):
        states.append(run_source(federation.centre, "ke").state)
        federation.clock.forward(days=1)
    assert states == ["queued", "queued", "queued", "failed"]


def due(federation: Federation) -> list[str]:
    with sql.write(federation.centre.engine) as connection:
        return queueing.enqueue_due(connection, federation.clock())


def due_in(federation: Federation) -> timedelta:
    [row] = federation.rows(select(tables.source.c.next_due_at))
    due: timedelta = row.next_due_at - federation.clock()
    return due


def test_a_failing_source_stops_no_other(federation: Federation) -> None:
    fill(federation, "good", 3)
    fill(federation, "bad", 3)
    federation.nodes["http://bad.example"].fails_after = 0
    states = {report.source: report.state for report in run_many(federation.centre, ["bad", "good"], workers=2)}
    assert states == {"bad": "failed", "good": "done"}


def test_a_run_whose_lease_was_taken_over_writes_nothing_more(federation: Federation) -> None:
    fill(federation, "ke", 4)
    node = federation.nodes["http://ke.example"]
    asked = 0

    def take_over() -> None:
        nonlocal asked
        asked += 1
        if asked == 2:
            with sql.write(federation.centre.engine) as connection:
                connection.execute(update(tables.source).values(lease_token="another"))

    node.on_page = take_over
    report = run_source(federation.centre, "ke")
    assert (report.state, report.reason_code, report.counts.created) == ("failed", "LEASE_LOST", 2)
    assert len(federation.published()) == 2
    with sql.write(federation.centre.engine) as connection, pytest.raises(LeaseLost):
        leases.renew(connection, leases.Lease("ke", "mine", "me"), now=federation.clock())


def test_a_run_that_stopped_reporting_is_called_stalled_and_is_gone_on_with(federation: Federation) -> None:
    fill(federation, "ke", 4)
    with sql.write(federation.centre.engine) as connection:
        lease = leases.claim(connection, "ke", now=federation.clock())
        from harvester.protocols.pages import Window
        from harvester.running import progress

        progress.begin(connection, lease, kind="harvest", window=Window(), now=federation.clock())
    with pytest.raises(SourceLocked):
        run_source(federation.centre, "ke")
    federation.clock.forward(minutes=6)
    with sql.read(federation.centre.engine) as connection:
        assert [row["state"] for row in reports.list_runs(connection, federation.clock())] == ["stalled"]
    assert run_source(federation.centre, "ke").state == "done"
    assert [row.state for row in federation.rows(select(tables.run).order_by(tables.run.c.id))] == ["done"]


def test_the_heartbeat_keeps_the_lease_of_a_slow_source(federation: Federation) -> None:
    fill(federation, "ke", 1)
    with sql.write(federation.centre.engine) as connection:
        lease = leases.claim(connection, "ke", now=federation.clock())
    federation.clock.forward(minutes=4)
    with leases.heartbeat(federation.centre.engine, lease, 1, federation.clock, every_s=0.01):
        deadline = time.monotonic() + 10
        while lease_left(federation) < timedelta(minutes=5) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert lease_left(federation) == timedelta(minutes=5)


def lease_left(federation: Federation) -> timedelta:
    [row] = federation.rows(select(tables.source.c.lease_until))
    left: timedelta = row.lease_until - federation.clock()
    return left


@pytest.mark.parametrize(
    "owner",
    [
        leases.this_process(),
        f"elsewhere:{2**22 + 1}",
        f"{socket.gethostname()}:{2**22 + 1}@17",
        f"{socket.gethostname()}:1",
        "somebody",
    ],
    ids=["alive", "another machine", "another container", "not numbered here", "no process"],
)
def test_nobody_is_called_dead_who_may_be_alive(owner: str) -> None:
    assert not leases.has_died(owner)
    if owner == leases.this_process():
        assert leases.has_died(owner.replace(f":{os.getpid()}", f":{2**22 + 1}"))


def test_due_is_what_is_not_paused_not_taken_and_whose_time_has_come(federation: Federation) -> None:
    for node in ("due", "paused", "later", "taken"):
        fill(federation, node, 1)
        federation.clock.forward(seconds=1)
    with sql.write(federation.centre.engine) as connection:
        table = tables.source
        connection.execute(update(table).where(table.c.id == "paused").values(paused=True))
        later = federation.clock() + timedelta(hours=1)
        connection.execute(update(table).where(table.c.id == "later").values(next_due_at=later))
        leases.claim(connection, "taken", now=federation.clock())
        queueing.enqueue_due(connection, federation.clock())
        taken = queueing.take_next(connection, federation.clock())
        assert taken is not None
        assert taken.source.id == "due"
        assert queueing.take_next(connection, federation.clock()) is None


def test_what_another_worker_just_did_is_not_done_again(federation: Federation) -> None:
    fill(federation, "ke", 1)
    with sql.write(federation.centre.engine) as connection:
        queueing.enqueue_due(connection, federation.clock())
        connection.execute(update(tables.source).values(next_due_at=federation.clock() + timedelta(days=1)))
        assert queueing.take_next(connection, federation.clock()) is None
    assert federation.rows(select(tables.run)) == []


def test_a_killed_process_leaves_whole_pages_and_the_next_one_finishes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    federation = next(new_federation(url, tmp_path))
    fill(federation, "ke", 40, page_size=2)
    here = Path(__file__).parent
    script = f"""
import sys, time
sys.path[:0] = [{str(here)!r}, {str(here.parent.parent)!r}]
from pathlib import Path
import test_runs_leases as t
from fake_node import FakeNode, a_record, new_federation
from harvester.runs import run_source
federation = next(new_federation({url!r}, Path({str(tmp_path)!r})))
node = federation.nodes["http://ke.example"] = FakeNode("ke")
for each in range(40):
    node.put(a_record("ke", f"r{{each}}", f"Record {{each}} of ke"))
node.on_page = lambda: (print("page", flush=True), time.sleep(0.05))
run_source(federation.centre, "ke")
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert process.stdout is not None
    for _ in range(4):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    process.stdout.close()
    kept = len(federation.published())
    assert 0 < kept < 40
    assert kept % 2 == 0
    with sql.read(federation.centre.engine) as connection:
        assert reports.get_node(connection, "ke", federation.clock())["last_run"]["state"] == "stalled"
    # nobody has to wait for the lease of a process that is known to be dead
    report = run_source(federation.centre, "ke")
    assert report.counts.created == 40
    [run] = federation.rows(select(tables.run))
    assert (run.state, run.created, run.turns) == ("done", 40, 2)
    assert len(federation.published()) == 40


@pytest.mark.parametrize(
    ("arguments", "number", "code", "state"),
    [
        (["run", "slow"], signal.SIGINT, 130, "failed"),
        (["work"], signal.SIGTERM, 0, "queued"),
        (["work"], signal.SIGINT, 0, "queued"),
    ],
    ids=["run", "work ended", "work interrupted"],
)
def test_a_signal_ends_a_command_within_two_seconds_though_the_source_hangs_and_frees_it(
    tmp_path: Path, arguments: list[str], number: signal.Signals, code: int, state: str
) -> None:
    url = f"sqlite:///{tmp_path / 'harvester.sqlite'}"
    federation = next(new_federation(url, tmp_path))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        federation.add("slow")
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with sql.write(federation.centre.engine) as connection:
            connection.execute(update(tables.source).values(url=address))
        script = f"from harvester.cli import main; main([*{arguments!r}, '--json', '--home', {str(tmp_path)!r}])"
        environment = {**os.environ, "CHM_ALLOW_LOOPBACK": "1", "PYTHONPATH": str(Path(__file__).parents[2])}
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment)
        hanging, _ = silent.accept()
        began = time.monotonic()
        process.send_signal(number)
        out, _ = process.communicate(timeout=30)
        hanging.close()
    assert (process.returncode, time.monotonic() - began < 2.5) == (code, True), out
    [run] = federation.rows(select(tables.run))
    assert (run.state, run.reason_code) == (state, "INTERRUPTED")
    [source] = federation.rows(select(tables.source))
    assert source.lease_token is None
    assert source.failures == 0
