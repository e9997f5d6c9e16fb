"""A host is asked by one run at a time, as slowly as it wants, and left alone for a while where it never answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import select

from chm_node.publishing import sql
from harvester import tables
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.operating_errors import HostTaken
from harvester.running import hosts, queueing
from harvester.running.orders import Order
from harvester.running.pace import Pace
from harvester.running.queueing import Taken
from harvester.runs import run_many, run_source
from harvester.telling import reports
from harvester.testing import Recorded, serve_recorded


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def neighbours(federation: Federation, *names: str) -> None:
    """Add sources of one host, ready in the queue in their order."""
    for name in names:
        node = federation.add(f"shared.example/{name}", id=name, url=f"http://shared.example/{name}")
        federation.nodes[f"http://shared.example/{name}"] = node
        node.put(a_record(name, "a", f"Of {name}"))


def take(federation: Federation) -> Taken | None:
    with sql.write(federation.centre.engine) as connection:
        queueing.enqueue_due(connection, federation.clock())
        return queueing.take_next(connection, federation.clock())


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://Library.example/oai", "library.example:443"),
        ("http://library.example", "library.example:80"),
        ("http://library.example:8080/a", "library.example:8080"),
    ],
)
def test_a_host_is_named_by_its_port_too(url: str, name: str) -> None:
    assert hosts.host_of(url) == name


def test_two_sources_of_one_host_never_run_side_by_side(federation: Federation) -> None:
    neighbours(federation, "a", "b")
    federation.add("ke").put(a_record("ke", "a"))
    taken = [take(federation), take(federation), take(federation)]
    assert [each and each.source.id for each in taken] == ["a", "ke", None]
    with pytest.raises(HostTaken, match=r"shared\.example"):
        run_source(federation.centre, "b")
    with sql.read(federation.centre.engine) as connection:
        assert reports.get_node(connection, "b", federation.clock())["state"] == "queued"


def test_named_sources_of_one_host_run_one_after_the_other(federation: Federation) -> None:
    neighbours(federation, "a", "b", "c")
    states = {report.source: report.state for report in run_many(federation.centre, ["a", "b", "c"], workers=3)}
    assert states == {"a": "done", "b": "done", "c": "done"}


def test_a_host_whose_worker_died_is_free_again(federation: Federation) -> None:
    neighbours(federation, "a", "b")
    assert take(federation) is not None
    federation.clock.forward(minutes=6)
    with sql.write(federation.centre.engine) as connection:
        queueing.recover(connection, federation.clock())
    assert take(federation) is not None
    assert sorted(row.state for row in federation.rows(select(tables.run))) == ["queued", "running"]


def test_a_host_without_answer_is_left_alone_for_an_hour_then_tried_by_one_run_then_twice_as_long(
    federation: Federation,
) -> None:
    neighbours(federation, "a", "b")
    for node in federation.nodes.values():
        node.fails_after = 0
    for _ in range(4):
        run_source(federation.centre, "a")
    assert host(federation).open_until is None
    run_source(federation.centre, "b")
    assert host(federation).open_until == federation.clock() + timedelta(hours=1)
    federation.clock.forward(minutes=59)
    assert take(federation) is None
    with sql.read(federation.centre.engine) as connection:
        node = reports.get_node(connection, "b", federation.clock())
    assert node["state"] == "waiting"
    assert "shared.example:80" in node["last_error"]
    federation.clock.forward(minutes=2)
    probe = take(federation)
    assert probe is not None
    assert take(federation) is None
    federation.clock.forward(hours=1)  # the probe's worker died
    run_source(federation.centre, probe.source.id)
    assert host(federation).open_until == federation.clock() + timedelta(hours=2)
    for node in federation.nodes.values():
        node.fails_after = None
    run_source(federation.centre, probe.source.id)
    assert (host(federation).failures, host(federation).open_until) == (0, None)


def host(federation: Federation) -> tables.host:  # type: ignore[valid-type]
    [row] = federation.rows(select(tables.host))
    return row


def test_too_many_requests_halve_the_pace_for_all_and_quiet_runs_bring_it_back(federation: Federation) -> None:
    neighbours(federation, "a")
    run_source(federation.centre, "a")
    for seen, delay_s in (
        (hosts.Contact(True, 0.5, slowed=True), 0.5),
        (hosts.Contact(True, 1.0, slowed=True), 1.0),
        (hosts.Contact(True, 1.0), 0.5),
        (hosts.Contact(False, 0.5), 0.5),
        (hosts.Contact(True, 0.06), 0.0),
    ):
        with sql.write(federation.centre.engine) as connection:
            hosts.note(connection, "shared.example:80", seen, now=federation.clock())
            assert hosts.delay_of(connection, "shared.example:80") == delay_s


def test_a_fetcher_keeps_the_pace_of_its_host_and_learns_it_from_429() -> None:
    busy = Recorded(b"", 429, {"Retry-After": "0"})
    with serve_recorded({"/": [busy, b"ok"]}) as server, HttpFetcher(FetchSettings(allow_loopback=True)) as fetcher:
        fetcher.pace = Pace()
        assert fetcher.get(f"{server.url}/").require_ok().elapsed_s < 0.5
        assert (fetcher.pace.delay_s, fetcher.pace.slowed) == (0.5, True)
        for _ in range(9):
            fetcher.pace.slow_down()
        assert fetcher.pace.delay_s == 60


def test_a_replay_asks_no_host(federation: Federation) -> None:
    neighbours(federation, "a", "b")
    run_source(federation.centre, "b")
    assert take(federation) is not None
    assert run_source(federation.centre, "b", Order(replay=True)).state == "done"
