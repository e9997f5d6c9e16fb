"""What changes in a source though nobody said so: fields that empty, words that are in no vocabulary any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from harvester.records.observations import Observations
from harvester.tables import coverage
from vocabularies.problems import Problem

FEWEST = 20
"""So many understood records make a run one to compare."""
RUNS_COMPARED = 5
RUNS_KEPT = 20
EXPECTED = 10
"""So many records have to be expected to have a field before its absence says anything."""
JUMP_SHARE = 0.2
UNKNOWN = "unknown:"
"""Before a field's name: records that hold a value of the field outside its vocabulary."""
_LONGEST_MEASURE = 63


class Share(NamedTuple):
    """How many of a run's understood records a measure counted."""

    having: int
    of: int

    @property
    def part(self) -> float:
        """The share as a number from 0 to 1."""
        return self.having / self.of if self.of else 0.0


def note_drift(connection: Connection, source_id: str, run_id: int, observed: Observations) -> list[Problem]:
    """Keep what the run's records have and give what changed against the last runs; nothing where it saw too few."""
    if observed.understood < FEWEST:
        return []
    before = _before(connection, source_id, run_id)
    now = _measures(observed)
    rows = [
        {"source_id": source_id, "run_id": run_id, "measure": measure, "having": share.having, "of": share.of}
        for measure, share in now.items()
    ]
    mine = coverage.c.source_id == source_id
    old = before[RUNS_KEPT - 1][0] if len(before) >= RUNS_KEPT else 0
    connection.execute(delete(coverage).where(mine, (coverage.c.run_id == run_id) | (coverage.c.run_id < old)))
    connection.execute(insert(coverage), rows)
    return list(_alarms(now, [shares for _, shares in before[:RUNS_COMPARED]]))


def find_coverage(connection: Connection, source_id: str, run_id: int) -> dict[str, Share]:
    """Give what a run's records had, by measure; empty where the run saw too few."""
    mine = (coverage.c.source_id == source_id) & (coverage.c.run_id == run_id)
    query = select(coverage.c.measure, coverage.c.having, coverage.c.of).where(mine).order_by(coverage.c.measure)
    return {row.measure: Share(row.having, row.of) for row in connection.execute(query)}


def _measures(observed: Observations) -> dict[str, Share]:
    shares = {name: Share(number, observed.understood) for name, number in observed.having.items()}
    for name, number in observed.unknown.items():
        shares[(UNKNOWN + name)[:_LONGEST_MEASURE]] = Share(number, observed.understood)
    return shares


def _before(connection: Connection, source_id: str, run_id: int) -> list[tuple[int, dict[str, Share]]]:
    mine = (coverage.c.source_id == source_id) & (coverage.c.run_id < run_id)
    numbers = select(coverage.c.run_id).where(mine).distinct().order_by(coverage.c.run_id.desc()).limit(RUNS_KEPT)
    latest = list(connection.execute(numbers).scalars())
    return [(number, find_coverage(connection, source_id, number)) for number in latest]


def _alarms(now: Mapping[str, Share], before: Sequence[Mapping[str, Share]]) -> Iterator[Problem]:
    if not before:
        return
    for measure, share in now.items():
        nothing = Share(0, share.of)
        mean = sum(shares.get(measure, nothing).part for shares in before) / len(before)
        name = measure.removeprefix(UNKNOWN)
        words = f"of {share.of} records, {share.part:.0%} now and {mean:.0%} in the last {len(before)} runs"
        if measure.startswith(UNKNOWN):
            if share.part > JUMP_SHARE and share.part > 2 * mean:
                text = f"records with terms of “{name}” that no vocabulary has: {words}"
                yield Problem("TERMS_UNKNOWN_JUMPED", "warning", path=f"/{name}", value=text)
        elif share.part < mean / 2 and mean * share.of >= EXPECTED:
            text = f"records that have a {name}: {words}"
            yield Problem("FIELD_COVERAGE_FELL", "warning", path=f"/{name}", value=text)
