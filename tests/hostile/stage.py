"""A real centre that harvests one hostile source over HTTP, and what there is to see of it afterwards."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from chm_node.publishing.sql import make_engine, read, write
from harvester.centre import Centre
from harvester.fetch import DEFAULT_LIMITS, FetchSettings, HttpFetcher, Response
from harvester.hostile import SCENARIOS, HostileServer, Scenario, serve_hostile
from harvester.hostile.scenario import Call
from harvester.network.machine import Machine
from harvester.network.response_body import Limits
from harvester.registry import add_source
from harvester.runs import Order, Report, run_source
from harvester.settings import Settings
from harvester.sources import Source, config_from_settings
from harvester.tables import outcome, source
from vocabularies.problems import Problem

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECRET = "key-of-these-tests-only"
_MACHINE = Machine(secrets={"KEY": SECRET})
_PATIENT = FetchSettings(allow_loopback=True, back_off_s=0.02, machine=_MACHINE)
_HASTY = replace(_PATIENT, read_timeout_s=0.7)
_DEADLINE_S = 1.5
_ENDLESS = ("-silent", "-dripping", "-dripping-head")
"""Ends the names of scenarios whose provider never ends; with the others a busy machine may take its time."""
_AS_USUAL = Order()


class _Hasty(HttpFetcher):
    """The real door to the network; only its time is shorter, so that a test does not take two minutes."""

    def get(self, url: str, *, limits: Limits = DEFAULT_LIMITS, **options: Any) -> Response:
        return super().get(url, limits=replace(limits, deadline_s=_DEADLINE_S), **options)


@dataclass
class Stage:
    """One scenario, a centre and the source that describes it; every ``harvest`` is a day after the last."""

    name: str
    server: HostileServer
    centre: Centre
    reports: list[Report] = field(default_factory=list)
    _now: list[datetime] = field(default_factory=lambda: [START])

    @property
    def scenario(self) -> Scenario:
        return SCENARIOS[self.name]

    def harvest(self, order: Order = _AS_USUAL) -> Report:
        """Run the source and give the report; its numbers are checked to add up."""
        report = self.harvest_neighbour(self.name, order)
        self.reports.append(report)
        return report

    def harvest_neighbour(self, name: str, order: Order = _AS_USUAL) -> Report:
        """Run another source of the centre."""
        report = run_source(self.centre, name, order)
        report.counts.check()
        self._now[0] += timedelta(days=1)
        return report

    def place(self) -> tuple[str | None, str | None]:
        """Where the next run begins: the window's start, and the cursor inside an interrupted list."""
        [row] = self.rows(select(source.c.since, source.c.cursor).where(source.c.id == self.name))
        return row.since, row.cursor

    def titles(self) -> list[str]:
        """The titles in the index."""
        return sorted(next(iter(record["title"].values())) for record in self.published().values())

    def published(self) -> dict[str, dict[str, Any]]:
        """What the index holds, by canonical id."""
        from harvester.index import open_catalogue

        changes = open_catalogue(self.centre.engine, self.centre.site).changes(0, 100_000)
        return {change.local_id: orjson.loads(change.native) for change in changes if change.native}

    def problems(self, code: str = "") -> list[Problem]:
        """What was told of single records, in order."""
        told = self.rows(select(outcome.c.problems).order_by(outcome.c.id))
        found = [Problem(**entry) for row in told for entry in orjson.loads(row.problems)]
        return [problem for problem in found if code in ("", problem.code)]

    def asked(self, **wanted: str) -> list[Call]:
        """The requests so far that hold these arguments."""
        return [call for call in self.server.requests if wanted.items() <= call.query.items()]

    def rows(self, statement: Any) -> list[Any]:
        """Ask the database."""
        with read(self.centre.engine) as connection:
            return list(connection.execute(statement))

    def observed(self) -> str:
        """What happened, run by run, in words that are the same whenever it happens again."""
        return "; ".join([*(_told(report, self._codes(report)) for report in self.reports), self._index()])

    def _codes(self, report: Report) -> list[str]:
        rows = self.rows(select(outcome.c.code, outcome.c.outcome).where(outcome.c.run_id == report.run))
        return [row.code for row in rows if row.outcome in ("refused", "failed")]

    def _index(self) -> str:
        return f"{len(self.published())} in the index"


def _told(report: Report, codes: list[str]) -> str:
    numbers = report.counts.as_dict()
    named = ", ".join(
        f"{number} {name}" for name, number in numbers.items() if number and name not in ("read", "warned")
    )
    why = "".join(f" {code} ×{number}" for code, number in sorted(Counter(codes).items()))
    state = f"{report.state} ({report.reason_code})" if report.reason_code else report.state
    return f"{state}: {named or 'no record'}{f' [{why.strip()}]' if why else ''}"


def _add(centre: Centre, name: str, url: str, scenario: Scenario) -> None:
    config = config_from_settings(scenario.protocol, scenario.settings)
    with write(centre.engine) as connection:
        add_source(connection, Source(name, name.upper(), url, scenario.protocol, config), now=centre.clock())


def _fetcher(name: str) -> HttpFetcher:
    return _Hasty(_HASTY) if name.endswith(_ENDLESS) else HttpFetcher(_PATIENT)


@contextmanager
def play(name: str, database: Path, home: Path, neighbours: Mapping[str, Scenario]) -> Iterator[Stage]:
    """Serve a scenario and its neighbours, and open a centre that knows them all, on a copy of an empty database."""
    url = f"sqlite:///{shutil.copy(database, home / f'{name}.sqlite')}"
    engine = make_engine(url)
    settings = Settings(home=home, database_url=url, token_secret="ab" * 32, centre_id="hub")
    scenarios, now = {name: SCENARIOS[name], **neighbours}, [START]
    with serve_hostile(scenarios) as server:
        centre = Centre(settings, engine, settings.site(), lambda: _fetcher(name), lambda: now[0])
        for each, scenario in scenarios.items():
            _add(centre, each, server.source_url(each), scenario)
        try:
            yield Stage(name, server, centre, _now=now)
        finally:
            engine.dispose()
