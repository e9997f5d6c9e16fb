"""Large sources take turns with small ones, over real loopback HTTP; a run is one row however many turns it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

import migrations
from chm_node.publishing import sql
from harvester import tables
from harvester.centre import Centre
from harvester.configs import OaiPmhConfig
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.hostile import Scenario, serve_hostile
from harvester.hostile.repository import Repository, some_items
from harvester.hostile.scenario import OAI_PMH, Call, Reply
from harvester.registry import add_source, change_source, get_source
from harvester.running import queueing, run_states
from harvester.running.orders import Order, Report
from harvester.running.progress import Ending
from harvester.running.reading import Reading
from harvester.runs import run_source, take_turn
from harvester.schedule import Worker
from harvester.settings import Settings
from harvester.sources import Source
from harvester.testing import Recorded

OVER = Ending(run_states.QUEUED, "its turn is over", "TURN_OVER")


@dataclass
class Site:
    """A centre, and repositories that each have a host of their own."""

    centre: Centre
    stack: ExitStack
    now: list[datetime]
    shelves: dict[str, Repository] = field(default_factory=dict)

    def add(self, name: str, records: int, *, slow_s: float = 0, play: Callable[[Call], Reply] | None = None) -> None:
        """Add a repository of so many records, ten a page, and the source that describes it."""
        shelf = self.shelves[name] = Repository(some_items(records), at="2026-05-01T12:00:00Z")

        def answer(call: Call) -> Reply:
            time.sleep(slow_s if call.query.get("verb") == "ListRecords" else 0)
            return play(call) if play else shelf(call)

        server = self.stack.enter_context(serve_hostile({name: Scenario((), OAI_PMH, "", "", lambda: answer)}))
        config = OaiPmhConfig(metadata_prefix="oai_dc")
        with sql.write(self.centre.engine) as connection:
            new = Source(name, name.upper(), server.source_url(name), "oai_pmh", config)
            add_source(connection, new, now=self.centre.clock())

    def take(self) -> queueing.Taken:
        """Take up what waits longest."""
        with sql.write(self.centre.engine) as connection:
            queueing.recover(connection, self.centre.clock())
            queueing.enqueue_due(connection, self.centre.clock())
            taken = queueing.take_next(connection, self.centre.clock())
        assert taken is not None
        return taken

    def rows(self, statement: Any) -> list[Any]:
        """Ask the database."""
        with sql.read(self.centre.engine) as connection:
            return list(connection.execute(statement))


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    engine = sql.make_engine(database_url)
    migrations.upgrade(engine, "harvester")
    settings = Settings(home=tmp_path, database_url=database_url, token_secret="ab" * 32, centre_id="hub")
    now = [datetime(2026, 5, 1, 12, tzinfo=UTC)]
    fetching = FetchSettings(allow_loopback=True, back_off_s=0.01)
    centre = Centre(settings, engine, settings.site(), lambda: HttpFetcher(fetching), lambda: now[0])
    with ExitStack() as stack:
        yield Site(centre, stack, now)
    engine.dispose()


def wait_for(worker: Worker, reports: list[Report], done: int, within_s: float = 40) -> None:
    deadline = time.monotonic() + within_s
    while sum(report.state == "done" for report in reports) < done:
        assert time.monotonic() < deadline, reports
        time.sleep(0.02)
        worker.look()
    worker.stop()


def wait_until(done: Callable[[], bool], within_s: float = 20) -> None:
    deadline = time.monotonic() + within_s
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_small_sources_are_not_starved_by_a_large_one(site: Site) -> None:
    site.add("large", 400, slow_s=0.01)
    for number in range(4):
        site.now[0] += timedelta(seconds=1)
        site.add(f"small{number}", 3)
    reports: list[Report] = []
    worker = Worker(site.centre, workers=1, on_report=reports.append, turn_s=0.05)
    worker.tick()
    wait_for(worker, reports, done=5)
    done = [report.source for report in reports if report.state == "done"]
    assert done[-1] == "large"
    assert reports[0].source == "large"
    assert (reports[0].state, reports[0].reason_code) == ("queued", "TURN_OVER")
    runs = site.rows(select(tables.run).order_by(tables.run.c.id))
    assert [(run.source_id, run.created) for run in runs] == [
        ("large", 400), *((f"small{number}", 3) for number in range(4)),
    ]  # fmt: skip
    assert runs[0].turns > 1
    assert runs[0].worked_s > 0


def test_a_list_read_in_turns_by_one_process_proves_what_is_gone(site: Site) -> None:
    site.add("large", 60)
    run_source(site.centre, "large")
    site.shelves["large"].items = some_items(59)
    site.add("small", 1)
    with sql.write(site.centre.engine) as connection:
        queueing.enqueue(connection, "large", Order(full=True), now=site.centre.clock(), later=True)
    reports: list[Report] = []
    worker = Worker(site.centre, workers=1, on_report=reports.append, turn_s=0)
    worker.tick()
    wait_for(worker, reports, done=2)
    assert [report.state for report in reports if report.source == "large"] == ["queued", "done"]
    assert [row.identifier for row in site.rows(select(tables.absence))] == ["oai:library.example:60"]


def test_a_list_that_another_worker_went_on_with_proves_nothing(site: Site) -> None:
    site.add("large", 60)
    run_source(site.centre, "large")
    site.shelves["large"].items = some_items(59)
    with sql.write(site.centre.engine) as connection:
        queueing.enqueue(connection, "large", Order(full=True), now=site.centre.clock(), later=True)
    first = take_turn(site.centre, Reading(site.centre, site.take()), over=lambda: OVER)
    assert (first.state, 0 < first.counts.read < 59) == ("queued", True)
    second = take_turn(site.centre, Reading(site.centre, site.take()))
    assert (second.state, second.counts.read, second.counts.unchanged) == ("done", 59, 59)
    assert site.rows(select(tables.absence)) == []
    [_, run] = site.rows(select(tables.run).order_by(tables.run.c.id))
    assert (run.read, run.turns) == (59, 2)


def test_what_was_odd_about_a_list_is_told_whoever_ends_it(site: Site) -> None:
    shelf = Repository(some_items(30), at="2026-05-01T12:00:00Z")

    def odd_first_page(call: Call) -> Reply:
        reply = shelf(call)
        first = call.query.get("verb") == "ListRecords" and "resumptionToken" not in call.query
        return Recorded(reply.body.replace(b"survey 3", b"survey \x01"), 200, reply.headers) if first else reply

    site.add("odd", 0, play=odd_first_page)
    take_turn(site.centre, Reading(site.centre, site.take()), over=lambda: OVER)
    report = take_turn(site.centre, Reading(site.centre, site.take()))
    assert (report.state, report.counts.read) == ("done", 30)
    assert "characters that XML forbids" in report.reason


def test_a_run_that_has_worked_for_six_hours_lets_every_other_go_first(site: Site) -> None:
    site.add("long", 30)
    site.now[0] += timedelta(seconds=1)
    site.add("new", 1)
    assert site.take().source.id == "long"
    with sql.write(site.centre.engine) as connection:
        connection.execute(update(tables.run).where(tables.run.c.source_id == "long").values(worked_s=6 * 3600))
    site.now[0] += timedelta(minutes=6)
    assert [site.take().source.id, site.take().source.id] == ["new", "long"]


def test_a_limit_counts_over_turns(site: Site) -> None:
    site.add("large", 60)
    with sql.write(site.centre.engine) as connection:
        queueing.enqueue(connection, "large", Order(limit=25), now=site.centre.clock(), later=True)
    take_turn(site.centre, Reading(site.centre, site.take()), over=lambda: OVER)
    report = take_turn(site.centre, Reading(site.centre, site.take()))
    assert (report.state, report.counts.read) == ("done", 25)


def test_a_run_goes_on_with_the_source_it_began_with_and_an_edited_one_is_read_anew(site: Site) -> None:
    site.add("lib", 60)
    asked = site.take()
    seen: list[int] = []

    def edit() -> Ending | None:
        if not seen:
            with sql.write(site.centre.engine) as connection:
                now = get_source(connection, "lib")
                moved = Source("lib", "Renamed", now.url, "oai_pmh", OaiPmhConfig("oai_dc", language="fr"))
                change_source(connection, moved, now=site.centre.clock())
        seen.append(1)
        return None

    report = take_turn(site.centre, Reading(site.centre, asked), over=edit)
    assert (report.state, report.counts.read) == ("done", 60)
    [source] = site.rows(select(tables.source))
    assert (source.name, source.since, source.cursor, source.pending_since) == ("Renamed", None, None, None)
    assert source.next_due_at == site.centre.clock()
    again = site.take()
    assert (again.source.generation, again.source.default_language, again.window.since) == (1, "fr", None)


def test_a_run_between_two_turns_begins_anew_where_its_source_was_edited(site: Site) -> None:
    site.add("lib", 60)
    take_turn(site.centre, Reading(site.centre, site.take()), over=lambda: OVER)
    with sql.write(site.centre.engine) as connection:
        old = get_source(connection, "lib")
        edited = Source("lib", "Lib", old.url, "oai_pmh", OaiPmhConfig("oai_dc", overlap_s=7))
        change_source(connection, edited, now=site.centre.clock())
    taken = site.take()
    assert (taken.source.config, taken.window.cursor) == (OaiPmhConfig("oai_dc", overlap_s=7), None)
    report = take_turn(site.centre, Reading(site.centre, taken))
    assert (report.state, report.counts.created) == ("done", 60)


def test_what_a_person_leaves_in_the_queue_is_taken_up_though_it_is_not_due(site: Site) -> None:
    site.add("lib", 3)
    run_source(site.centre, "lib")
    with sql.write(site.centre.engine) as connection:
        connection.execute(update(tables.source).values(paused=True))
        order = Order(full=True)
        run_id = queueing.enqueue(connection, "lib", order, now=site.centre.clock(), later=True)
        assert queueing.enqueue(connection, "lib", order, now=site.centre.clock(), later=True) == run_id
        assert queueing.enqueue(connection, "lib", Order(limit=1), now=site.centre.clock(), later=True) != run_id
    taken = site.take()
    assert (taken.order, taken.source.id) == (Order(limit=1), "lib")
    replaced = site.rows(select(tables.run.c.state).where(tables.run.c.id == run_id))
    assert replaced == [("stalled",)]


def test_night_hours_end_a_turn_and_the_next_night_goes_on(site: Site) -> None:
    site.now[0] = datetime(2026, 5, 1, 20, tzinfo=UTC)
    site.add("lib", 40, slow_s=0.3)
    with sql.write(site.centre.engine) as connection:
        connection.execute(update(tables.source).values(hours="22:00-06:00 Africa/Nairobi"))

    def dawn() -> None:
        site.now[0] = datetime(2026, 5, 2, 3, 1, tzinfo=UTC)

    reports: list[Report] = []
    worker = Worker(site.centre, workers=1, on_report=reports.append)
    worker.tick()
    wait_until(lambda: site.rows(select(tables.run.c.read))[0].read > 0)
    dawn()
    wait_until(lambda: bool(reports))
    worker.stop()
    assert (reports[0].state, reports[0].reason_code) == ("queued", "HOURS")
    [run] = site.rows(select(tables.run))
    assert run.not_before_at == datetime(2026, 5, 2, 19, tzinfo=UTC)
    site.now[0] = run.not_before_at
    site.centre.stop.clear()
    report = take_turn(site.centre, Reading(site.centre, site.take()))
    assert (report.state, report.counts.created) == ("done", 40)
