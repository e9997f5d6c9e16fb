"""A full disk and a database that goes away are told as what they are; the run goes on later and nothing is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import Engine, event, select

from chm_node.publishing import sql
from chm_node.shell.terminal import run_cli
from harvester import tables
from harvester.cli import app
from harvester.commands.opening import exit_of
from harvester.operating_errors import DatabaseUnreachable, DiskFull
from harvester.running.orders import Report
from harvester.runs import run_source
from harvester.schedule import Worker


@pytest.fixture
def small(sqlite_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(sqlite_url, tmp_path)


@pytest.fixture
def served(pg_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(pg_url, tmp_path)


def fill(federation: Federation, number: int) -> None:
    fake = federation.add("ke", page_size=5)
    for each in range(number):
        fake.put(a_record("ke", f"r{each}", f"Record {each}", summary={"en": f"{each} " + "mangrove " * 300}))


def let_grow(federation: Federation, pages: int | None) -> None:
    """Let the database file grow by so many pages, or as it likes; the limit is each connection's own."""
    engine = federation.centre.engine
    engine.dispose()
    with sql.read(engine) as connection:
        held = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit = 2**30 if pages is None else held + pages
    _set_limit(engine, limit)


def _set_limit(engine: Engine, limit: int) -> None:
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _record: raw.execute(f"PRAGMA max_page_count={limit}").close())


def test_a_full_disk_ends_the_turn_and_the_run_goes_on_where_there_is_room(small: Federation) -> None:
    fill(small, 60)
    let_grow(small, 60)
    report = run_source(small.centre, "ke")
    assert (report.state, report.reason_code) == ("failed", "DISK_FULL")
    assert "Make room" in report.reason
    assert exit_of([report.as_dict()]) == 1
    kept = len(small.published())
    assert 0 < kept < 60
    let_grow(small, None)
    small.clock.forward(minutes=6)
    again = run_source(small.centre, "ke")
    assert (again.state, again.run, again.counts.created) == ("done", report.run, 60)
    assert len(small.published()) == 60
    outcomes = [row.identifier for row in small.rows(select(tables.outcome.c.identifier))]
    assert len(outcomes) == len(set(outcomes)) == 60


def test_a_run_that_cannot_even_begin_says_why(small: Federation) -> None:
    fill(small, 1)
    run_source(small.centre, "ke")
    let_grow(small, 0)
    with pytest.raises(DiskFull, match="full"):  # the rows of runs fill what room is left in the pages there are
        for _ in range(500):
            assert run_source(small.centre, "ke").reason_code in ("", "DISK_FULL")


class Away:
    """Lets nobody in to a PostgreSQL database for a while, and ends whoever is in."""

    def __init__(self, url: str) -> None:
        address, _, query = url.replace("+psycopg", "").partition("?")
        server, self._name = address.rsplit("/", 1)
        self._server = f"{server}/postgres?{query}"

    def begin(self) -> None:
        self._execute(f"alter database {self._name} allow_connections false")
        self._execute(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{self._name}'")

    def end(self) -> None:
        self._execute(f"alter database {self._name} allow_connections true")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.mark.postgres
def test_work_survives_a_database_that_goes_away_and_goes_on_when_it_is_back(served: Federation, pg_url: str) -> None:
    fill(served, 60)
    node, away, reports = served.nodes["http://ke.example"], Away(pg_url), list[Report]()
    worker = Worker(served.centre, workers=1, on_report=reports.append)

    def go_away() -> None:
        if len(node.asked) == 5:
            away.begin()

    node.on_page = go_away
    worker.tick()
    wait_until(lambda: bool(reports))
    assert (reports[0].state, reports[0].reason_code) == ("failed", "DATABASE_UNREACHABLE")
    assert worker.tick() == []
    worker.look()
    away.end()
    saved = served.rows(select(tables.run))
    assert [(run.state, 0 < run.created < 60) for run in saved] == [("running", True)]
    served.clock.forward(seconds=31)
    worker.tick()
    wait_until(lambda: len(reports) == 2)
    worker.stop()
    assert (reports[1].state, reports[1].run, reports[1].counts.created) == ("done", reports[0].run, 60)
    assert len(served.published()) == 60
    [source] = served.rows(select(tables.source))
    assert (source.failures, source.lease_token) == (0, None)


@pytest.mark.postgres
def test_a_run_that_finds_no_database_says_so(served: Federation, pg_url: str) -> None:
    fill(served, 1)
    away = Away(pg_url)
    away.begin()
    with pytest.raises(DatabaseUnreachable):
        run_source(served.centre, "ke")
    away.end()
    assert run_source(served.centre, "ke").state == "done"


@pytest.mark.postgres
def test_the_command_ends_with_a_message_and_code_1(
    served: Federation, pg_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHM_DATABASE_URL", pg_url)
    away = Away(pg_url)
    away.begin()
    code = run_cli(app, ["run", "--all", "--json", "--home", str(tmp_path)], name="chm-harvester")
    away.end()
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (code, told["error"]["code"]) == (1, "DATABASE_UNREACHABLE")


def wait_until(done: Callable[[], bool], within_s: float = 40) -> None:
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)
