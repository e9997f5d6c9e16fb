"""A source over HTTP, a centre on a database, and workers that are processes of their own and die by SIGKILL."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import orjson
from sqlalchemy import select

import migrations
from chm_node.publishing import sql
from harvester import tables
from harvester.centre import Centre
from harvester.configs import OaiPmhConfig
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.hostile.repository import Item, Repository, an_item
from harvester.hostile.scenario import OAI_PMH, Call, Play, Reply, Scenario
from harvester.hostile.server import HostileServer
from harvester.index import open_catalogue
from harvester.registry import add_source
from harvester.schedule import Worker
from harvester.settings import Settings
from harvester.sources import Source

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
PAGE_SIZE = 4
LONGER_THAN_ANY_LIFE_S = 0.4
FETCHING = FetchSettings(allow_loopback=True)


def stamp(day: int) -> str:
    """Give the datestamp of what changed before the harvest of a day."""
    return (START + timedelta(days=day, hours=-1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def shelf(day: int, size: int) -> list[Item]:
    """Give what the source holds on a day: more each day, some of it changed, withdrawn, come back, or listed twice."""
    items = []
    for number in range(size + 10 * day):
        since = max(0, -(-(number + 1 - size) // 10))
        title, at, deleted = f"Wetland survey {number}", since, False
        for later in range(since + 1, day + 1):
            if number % 7 == later:
                title, at = f"Wetland survey {number}, edition {later}", later
            if number % 29 == later:
                deleted, at = True, later
            elif deleted and number % 2:
                deleted, at = False, later
        items.append(an_item(number, title, datestamp=stamp(at), deleted=deleted))
        if number % 11 == 0 and not deleted:  # the same again, in the page or in another one
            items.append(items[-1])
        if number % 23 == 0 and not deleted:
            items.insert(max(0, len(items) - 6), an_item(number, "An older title", datestamp=stamp(at)))
    return items


@dataclass
class Pace:
    """How far the source lets itself be read: page by page as the kills go on. Kept in a file, for other processes."""

    path: Path
    day: int = 0
    opened: float = 1.0

    def tell(self, day: int, opened: float) -> None:
        """Let the share ``opened`` of a day's list be read at once, the rest hardly."""
        partial = self.path.with_suffix(".new")
        partial.write_text(f"{day} {opened}")
        partial.replace(self.path)

    def read(self) -> tuple[int, float]:
        """Give the day and the share."""
        day, opened = self.path.read_text().split()
        return int(day), float(opened)


def source_of(pace: Pace, size: int) -> Callable[[], Play]:
    """Make an OAI-PMH repository that changes by the day."""
    days = [Repository(shelf(day, size), page_size=PAGE_SIZE, at=f"{START + timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}")
            for day in range(4)]  # fmt: skip

    def play(call: Call) -> Reply:
        day, opened = pace.read()
        token = call.query.get("resumptionToken", "0").partition("|")[0]
        listed = max(1, sum(item.datestamp >= stamp(day) for item in days[day].items) if day else len(days[day].items))
        if opened < 1 and token.isdecimal() and int(token) > opened * listed:
            time.sleep(LONGER_THAN_ANY_LIFE_S)
        return days[day](call)

    return lambda: play


@contextmanager
def serving(pace: Pace, size: int) -> Iterator[str]:
    """Serve the source in a process of its own, so that this one has no threads when it forks; give its address."""
    server = HostileServer({"lib": Scenario((), OAI_PMH, "", "", source_of(pace, size))})
    child = fork(server.serve)
    try:
        yield server.source_url("lib")
    finally:
        end(child)
        server.close()


def fork(do: Callable[[], object]) -> int:
    """Do something in a child process for ever, and give its number."""
    child = os.fork()
    if child == 0:
        _live(do)
    return child


def _live(do: Callable[[], object]) -> NoReturn:
    try:
        do()
    finally:
        os._exit(1)


def end(child: int) -> None:
    """Kill a child and wait until it is gone."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@dataclass
class CrashStage:
    """A centre whose workers are child processes. Nothing of the database is open in this process when one is made."""

    url: str
    home: Path
    pace: Pace
    day: int = 0
    kills: int = 0
    seen: list[str] = field(default_factory=list)
    statements: dict[Any, Any] = field(default_factory=dict)
    """SQL that was compiled once; a child that lives for a tenth of a second has no time for it."""

    def set_up(self, address: str) -> None:
        """Make the database with its one source."""
        engine = sql.make_engine(self.url)
        migrations.upgrade(engine, "harvester")
        with sql.write(engine) as connection:
            config = OaiPmhConfig(metadata_prefix="oai_dc")
            add_source(connection, Source("lib", "Library", address, "oai_pmh", config), now=START)
        engine.dispose()
        HttpFetcher(FETCHING).close()  # certificates are read once, before the first child

    def work(self, until: Callable[[], bool] = lambda: False) -> None:
        """Work as ``chm-harvester work`` does, in this process."""
        now = START + timedelta(days=self.day)
        settings = Settings(home=self.home, database_url=self.url, token_secret="ab" * 32, centre_id="hub")
        engine = sql.make_engine(self.url).execution_options(compiled_cache=self.statements)
        centre = Centre(settings, engine, settings.site(), lambda: HttpFetcher(FETCHING), lambda: now)
        worker = Worker(centre, workers=1)
        worker.tick()
        while not until():
            time.sleep(0.2)
            worker.tick()
        worker.stop()
        engine.dispose()

    def kill_a_worker_after(self, life_s: float) -> None:
        """Let a worker live so long."""
        child = fork(self.work)
        time.sleep(life_s)
        end(child)
        self.kills += 1

    def work_to_the_end(self, within_s: float = 60) -> None:
        """Work here until the day's run is done."""
        deadline = time.monotonic() + within_s
        self.work(until=lambda: self.is_done() or time.monotonic() > deadline)
        assert self.is_done(), self.progress()

    def progress(self) -> str:
        """Say how far the runs have come, and how often they were taken up."""
        run = tables.run.c
        rows = self.rows(select(run.state, run.read, run.pages, run.turns).order_by(run.id))
        return "; ".join(f"{row.state} {row.read} read, {row.pages} pages, {row.turns} turns" for row in rows)

    def is_done(self) -> bool:
        """Whether the run of this day has ended."""
        runs = self.rows(select(tables.run.c.state).order_by(tables.run.c.id))
        return len(runs) > self.day and runs[self.day].state not in ("queued", "running")

    def rows(self, statement: Any) -> list[Any]:
        """Ask the database, and let it go again."""
        engine = sql.make_engine(self.url)
        try:
            with sql.read(engine) as connection:
                return list(connection.execute(statement))
        finally:
            engine.dispose()

    def books(self) -> dict[str, Any]:
        """Give everything that must not depend on how often the workers died.

        Global ids are given by the record they are of, and runs by their place: PostgreSQL gives no number twice, also
        where the transaction it was for died.
        """
        record, run, source = tables.source_record.c, tables.run.c, tables.source.c
        ids = {row.local_id: row.identifier for row in self.rows(select(record.local_id, record.identifier))}
        numbers = ("read", "created", "updated", "unchanged", "deleted", "refused", "failed", "held", "warned")
        outcome, raw = tables.outcome.c, tables.raw_record.c
        runs = {row.id: place for place, row in enumerate(self.rows(select(run.id).order_by(run.id)), 1)}
        return {
            "index": self._published(ids),
            "sequence": [tuple(row) for row in self.rows(select(tables.publication.clock.c.sequence))],
            "records": sorted(
                map(tuple, self.rows(select(record.identifier, record.state, record.code, record.fingerprint)))
            ),
            "ids": sorted(ids.values(), key=str),
            "raw": sorted(
                (row.identifier, row.sha256, row.deleted, runs[row.run_id])
                for row in self.rows(select(raw.identifier, raw.sha256, raw.deleted, raw.run_id))
            ),
            "outcomes": sorted(
                (runs[row.run_id], row.identifier, row.outcome, row.code)
                for row in self.rows(select(outcome.run_id, outcome.identifier, outcome.outcome, outcome.code))
            ),
            "keys": sorted(map(tuple, self.rows(select(tables.identity_key)))),
            "runs": list(
                map(tuple, self.rows(select(run.kind, run.state, *(run[name] for name in numbers)).order_by(run.id)))
            ),
            "place": list(
                map(tuple, self.rows(select(source.since, source.cursor, source.pending_since, source.failures)))
            ),
            "leases": list(map(tuple, self.rows(select(source.lease_token)))) + list(
                map(tuple, self.rows(select(tables.host.c.run_id, tables.host.c.failures)))
            ),
            "waiting": self.rows(select(tables.deferral)) + self.rows(select(tables.hold)),
        }  # fmt: skip

    def _published(self, ids: dict[str, str]) -> dict[str, Any]:
        engine = sql.make_engine(self.url)
        settings = Settings(home=self.home, database_url=self.url, token_secret="ab" * 32, centre_id="hub")
        changes = open_catalogue(engine, settings.site()).changes(0, 100_000)
        shown = {
            ids[change.local_id]: change.native and orjson.loads(change.native) | {"id": ids[change.local_id]}
            for change in changes
        }
        engine.dispose()
        return shown
