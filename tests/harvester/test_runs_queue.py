"""What waits is taken up once, by whoever is free, and everybody can see what a source waits for."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import select, update

from chm_node.publishing import sql
from harvester import tables
from harvester.errors import BlockedByRobots, SourceRefused
from harvester.removal import remove_source
from harvester.running import queueing
from harvester.running.orders import Order, Report, dump_order, parse_order
from harvester.running.progress import Ending
from harvester.running.reading import Reading
from harvester.runs import abandon, run_source, take_turn
from harvester.schedule import Worker
from harvester.telling import reports

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def state(federation: Federation, source_id: str) -> tuple[str, str]:
    with sql.read(federation.centre.engine) as connection:
        node = reports.get_node(connection, source_id, federation.clock())
    return node["state"], node["last_error"]


def test_many_workers_do_everything_once_and_ask_no_host_twice_at_a_time(federation: Federation) -> None:
    lock, now_at, most = Lock(), Counter[str](), Counter[str]()
    for number in range(12):
        name, on = f"n{number}", f"host{number % 4}"
        fake = federation.add(name, url=f"http://{on}.example/{name}/")
        federation.nodes[f"http://{on}.example/{name}/"] = federation.nodes.pop(f"http://{name}.example")
        fake.put(a_record(name, "a", f"Of {name}"))

        def asked(on: str = on) -> None:
            with lock:
                now_at[on] += 1
                most[on] = max(most[on], now_at[on])
            time.sleep(0.03)
            with lock:
                now_at[on] -= 1

        fake.on_page = asked
    done: list[Report] = []
    workers = [Worker(federation.centre, workers=3, on_report=done.append) for _ in range(3)]
    for worker in workers:
        worker.tick()
    deadline = time.monotonic() + 40
    while len(done) < 12 and time.monotonic() < deadline:
        time.sleep(0.02)
        for worker in workers:
            worker.look()
    for worker in workers:
        worker.stop()
    assert sorted(report.source for report in done) == sorted(f"n{number}" for number in range(12))
    assert {report.state for report in done} == {"done"}
    assert set(most.values()) == {1}
    assert len(federation.rows(select(tables.run))) == 12
    assert {row.run_id for row in federation.rows(select(tables.host.c.run_id))} == {None}


def test_an_order_comes_out_of_the_queue_as_it_went_in() -> None:
    for order in (
        Order(),
        Order(full=True),
        Order(since="2026-01-01", limit=7),
        Order(replay=True, record="urn:chm:a:b"),
    ):
        assert parse_order(dump_order(order, later=True)) == order
    assert dump_order(Order()) == "{}"


@pytest.mark.parametrize("status", [401, 403, 451])
def test_a_source_that_keeps_us_out_is_blocked(federation: Federation, status: int) -> None:
    def refuse() -> None:
        raise SourceRefused(url="http://ke.example", status=status)

    federation.add("ke").on_page = refuse
    assert run_source(federation.centre, "ke").state == "failed"
    assert state(federation, "ke")[0] == "blocked"
    assert str(status) in state(federation, "ke")[1]


def test_robots_that_keep_us_out_block_and_a_lost_page_only_fails(federation: Federation) -> None:
    def forbid() -> None:
        raise BlockedByRobots(url="http://ke.example", robots="http://ke.example/robots.txt", agent="chm-harvester")

    def lose() -> None:
        raise SourceRefused(url="http://ke.example", status=404)

    node = federation.add("ke")
    for happens, called in ((forbid, "blocked"), (lose, "failing"), (None, "live")):
        node.on_page = happens
        run_source(federation.centre, "ke")
        assert state(federation, "ke")[0] == called


def test_a_source_says_that_it_is_queued_and_for_which_hour_it_waits(federation: Federation) -> None:
    federation.add("ke").put(a_record("ke", "a"))
    assert state(federation, "ke") == ("new", "")
    with sql.write(federation.centre.engine) as connection:
        queueing.enqueue_due(connection, federation.clock())
    assert state(federation, "ke") == ("queued", "")
    with sql.write(federation.centre.engine) as connection:
        connection.execute(update(tables.source).values(hours="22:00-06:00 Africa/Nairobi"))
        assert queueing.take_next(connection, federation.clock()) is None
    waits, reason = state(federation, "ke")
    assert waits == "waiting"
    assert "2026-05-01 19:00 UTC" in reason


def test_what_is_run_at_once_leaves_another_order_in_the_queue(federation: Federation) -> None:
    node = federation.add("ke")
    for number in range(3):
        node.put(a_record("ke", f"r{number}"))
    with sql.write(federation.centre.engine) as connection:
        queueing.enqueue(connection, "ke", Order(full=True), now=federation.clock(), later=True)
    assert run_source(federation.centre, "ke", Order(limit=1)).counts.read == 1
    assert run_source(federation.centre, "ke", Order(replay=True)).state == "done"
    with sql.write(federation.centre.engine) as connection:
        taken = queueing.take_next(connection, federation.clock())
    assert taken is not None
    assert taken.order == Order(full=True)


def test_a_run_at_once_is_the_one_that_was_due(federation: Federation) -> None:
    federation.add("ke").put(a_record("ke", "a"))
    for order in (Order(), Order(full=True)):
        with sql.write(federation.centre.engine) as connection:
            connection.execute(update(tables.source).values(next_due_at=federation.clock()))
            assert queueing.enqueue_due(connection, federation.clock()) == ["ke"]
        assert run_source(federation.centre, "ke", order).state == "done"
    assert [row.state for row in federation.rows(select(tables.run))] == ["done", "done"]


def test_a_removed_source_leaves_nothing_in_the_queue(federation: Federation) -> None:
    federation.add("ke").put(a_record("ke", "a"))
    run_source(federation.centre, "ke")
    with sql.write(federation.centre.engine) as connection:
        queueing.enqueue(connection, "ke", Order(full=True), now=federation.clock(), later=True)
    remove_source(federation.centre, "ke")
    with sql.write(federation.centre.engine) as connection:
        assert queueing.take_next(connection, federation.clock()) is None
    assert federation.published() == {}


@pytest.mark.parametrize(("of_work", "due"), [(True, "queued"), (False, "failed")])
def test_what_waited_goes_back_to_the_queue_where_work_must_stop_and_only_what_was_left_elsewhere(
    federation: Federation, *, of_work: bool, due: str
) -> None:
    for name in ("left", "due"):
        federation.add(name).put(a_record(name, "a"))
    with sql.write(federation.centre.engine) as connection:
        queueing.enqueue(connection, "left", Order(full=True), now=federation.clock(), later=True)
        queueing.enqueue_due(connection, federation.clock())
        assert [queueing.take_next(connection, federation.clock()) is None for _ in range(3)] == [False, False, True]
    abandon(federation.centre, all_go_back=of_work)
    assert dict(map(tuple, federation.rows(select(tables.run.c.source_id, tables.run.c.state)))) == {
        "left": "queued",
        "due": due,
    }
    assert {row.lease_token for row in federation.rows(select(tables.source))} == {None}


@pytest.mark.parametrize("by_work", [True, False])
def test_a_due_run_that_is_stopped_goes_on_as_the_same_run_and_its_source_has_not_failed(
    federation: Federation, *, by_work: bool
) -> None:
    node = federation.add("ke", page_size=2)
    for number in range(6):
        node.put(a_record("ke", f"r{number}"))
    node.on_page = lambda: federation.centre.stop.set() if len(federation.published()) == 2 else None
    if by_work:
        with sql.write(federation.centre.engine) as connection:
            queueing.enqueue_due(connection, federation.clock())
            taken = queueing.take_next(connection, federation.clock())
        assert taken is not None
        report = take_turn(federation.centre, Reading(federation.centre, taken))
    else:
        report = run_source(federation.centre, "ke")
    assert (report.state, report.reason_code) == ("queued" if by_work else "failed", "INTERRUPTED")
    assert (state(federation, "ke")[0] == "queued") == by_work
    federation.centre.stop.clear()
    node.on_page = None
    assert run_source(federation.centre, "ke").state == "done"
    assert len(federation.published()) == 6
    runs = federation.rows(select(tables.run.c.state, tables.run.c.read).order_by(tables.run.c.id))
    assert [run.state for run in runs] == (["done"] if by_work else ["failed", "done"])
    assert sum(run.read for run in runs) == 6, "nothing is read twice"
    assert federation.rows(select(tables.source.c.failures)) == [(0,)]


def test_a_run_that_must_wait_leaves_its_place_to_one_that_was_asked_for_meanwhile(federation: Federation) -> None:
    node = federation.add("ke", page_size=2)
    for number in range(6):
        node.put(a_record("ke", f"r{number}"))
    with sql.write(federation.centre.engine) as connection:
        queueing.enqueue_due(connection, federation.clock())
        taken = queueing.take_next(connection, federation.clock())
        asked = queueing.enqueue(connection, "ke", Order(full=True), now=federation.clock(), later=True)
    assert taken is not None
    over = Ending("queued", "its turn is over", "TURN_OVER")
    report = take_turn(federation.centre, Reading(federation.centre, taken), over=lambda: over)
    assert (report.state, report.reason_code) == ("stalled", "REPLACED")
    assert dict(map(tuple, federation.rows(select(tables.run.c.id, tables.run.c.state)))) == {
        taken.run_id: "stalled",
        asked: "queued",
    }
    assert run_source(federation.centre, "ke", Order(full=True)).state == "done"
    assert len(federation.published()) == 6


def test_the_command_leaves_a_run_in_the_queue_and_says_which(home: Path, command: Command) -> None:
    command("init", "--defaults")
    for made in new_federation(f"sqlite:///{home / 'harvester.sqlite'}", home):
        made.add("ke").put(a_record("ke", "a"))
        code, out = command("run", "ke", "--later", "--full", "--json")
        assert (code, json.loads(out)) == (0, {"source": "ke", "run": 1, "state": "queued"})
        assert command("run", "ke", "--later", "-n")[0] == 2
        [run] = made.rows(select(tables.run))
        assert (run.state, parse_order(run.asked)) == ("queued", Order(full=True))
        assert json.loads(command("status", "--json")[1])[0]["state"] == "queued"


def test_a_run_that_waits_for_its_hosts_pause_says_that_and_not_why_it_stopped_before(federation: Federation) -> None:
    federation.add("ke").put(a_record("ke", "a"))
    with sql.write(federation.centre.engine) as connection:
        queueing.enqueue_due(connection, federation.clock())
        connection.execute(update(tables.run).values(reason="The run was interrupted."))
        until = federation.clock().replace(hour=23)
        of = connection.execute(select(tables.run.c.host)).scalar_one()
        row = {"name": of, "delay_s": 0.0, "failures": 0, "not_before_at": until}
        connection.execute(tables.host.delete())
        connection.execute(tables.host.insert().values(row))
    waits, reason = state(federation, "ke")
    assert waits == "waiting"
    assert reason.startswith("Its host asked for a pause. It goes on at")
