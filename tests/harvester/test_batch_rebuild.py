"""Everything resolved anew comes to what matching record by record comes to, and takes its place without a gap."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, new_federation
from sqlalchemy import Connection, select

from chm_node.publishing import sql
from harvester.index import resettle
from harvester.resolution.batch.rebuild import count_queued, rebuild, settle, swap
from harvester.resolution.graph.exchange import find_all, to_row
from harvester.resolution.graph.judgements import Judgement, Place, judge
from harvester.resolution.graph.policy import Policy, keep_policy
from harvester.resolution.graph.verdicts import is_derived
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.matching.stage import match, next_places
from harvester.resolution.waiting import enqueue
from harvester.runs import run_source
from harvester.tables import source_record
from tests.bench.generated import SOURCES, iter_records

MODEL = load_model()
POLICY = Policy(automatic=True, threshold=0.9, model_version=MODEL.version)
STORED = source_record.c


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    for each in new_federation(database_url, tmp_path):
        harvest(each, 240)
        yield each


def harvest(federation: Federation, count: int) -> None:
    nodes = {f"s{number}": federation.add(f"s{number}", rank=1 + number) for number in range(SOURCES)}
    for source, record in iter_records(count, seed=3):
        nodes[source].put_json(record["id"], record)
    for source in nodes:
        assert run_source(federation.centre, source).state == "done"
    with sql.write(federation.centre.engine) as connection:
        keep_policy(connection, POLICY)
        enqueue(connection, places_of(connection), now=federation.clock())


def places_of(connection: Connection) -> list[Place]:
    query = select(STORED.source_id, STORED.identifier).where(STORED.record.is_not(None))
    return [(row.source_id, row.identifier) for row in connection.execute(query)]


def settler(federation: Federation) -> Callable[[Connection, Collection[Place]], Any]:
    centre = federation.centre
    return lambda connection, places: resettle(connection, places, site=centre.site, now=centre.clock())


def match_one_by_one(federation: Federation, size: int = 17) -> None:
    while True:
        with sql.write(federation.centre.engine) as connection:
            places = next_places(connection, size)
            if not places:
                return
            found = match(connection, places, model=MODEL, policy=POLICY, now=federation.clock())
            settler(federation)(connection, found.touched)


def rebuild_all(federation: Federation) -> None:
    engine = federation.centre.engine
    shadow, difference = rebuild(engine, federation.centre.settings.home, MODEL, processes=1)
    swap(engine, shadow, difference, now=federation.clock(), told=str)
    settle(engine, settler(federation))


def things(federation: Federation) -> set[frozenset[Place]]:
    homes: dict[str, set[Place]] = {}
    query = select(STORED.source_id, STORED.identifier, STORED.local_id).where(STORED.record.is_not(None))
    for row in federation.rows(query):
        homes.setdefault(row.local_id, set()).add((row.source_id, row.identifier))
    return {frozenset(places) for places in homes.values()}


def said(federation: Federation) -> list[str]:
    with sql.read(federation.centre.engine) as connection:
        rows = [to_row(each) for each in find_all(connection, people_only=False) if not is_derived(each)]
    return sorted(str({name: value for name, value in row.items() if name != "made_at"}) for row in rows)


def difference_of(federation: Federation) -> tuple[int, int, int, int, int]:
    _, found = rebuild(federation.centre.engine, federation.centre.settings.home, MODEL, processes=1)
    return found.merged, found.split, found.moved, found.added, found.ended


def test_matching_one_by_one_leaves_a_rebuild_nothing_to_do(federation: Federation) -> None:
    match_one_by_one(federation)
    assert sum(len(places) > 1 for places in things(federation)) > 15
    assert difference_of(federation) == (0, 0, 0, 0, 0)


def test_a_rebuild_comes_to_what_matching_one_by_one_comes_to(federation: Federation, tmp_path: Path) -> None:
    before = things(federation)
    merged, *_, added, ended = difference_of(federation)
    assert things(federation) == before, "a look changes nothing"
    assert merged > 15
    assert added > 15
    assert ended == 0
    rebuild_all(federation)
    assert difference_of(federation) == (0, 0, 0, 0, 0)
    other = next(new_federation(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other"))
    harvest(other, 240)
    match_one_by_one(other)
    assert things(federation) == things(other)
    assert said(federation) == said(other)
    with sql.read(federation.centre.engine) as connection:
        assert next_places(connection) == [], "what was resolved need not be matched again"


def test_other_weights_take_things_apart_and_people_are_obeyed(federation: Federation) -> None:
    certain = {places for places in things(federation) if len(places) > 1}
    rebuild_all(federation)
    joined = sorted(sorted(places) for places in things(federation) - certain if len(places) == 2)
    kept = joined[0]
    with sql.write(federation.centre.engine) as connection:
        judge(connection, [Judgement(kept[0], kept[1], "same", "person", "amina")], now=federation.clock())
        keep_policy(connection, Policy())
    merged, split, moved, added, ended = difference_of(federation)
    assert (merged, ended) == (0, 0)
    assert split >= len(joined) - 1
    assert moved >= split
    assert added > 0
    rebuild_all(federation)
    assert {places for places in things(federation) if len(places) > 1} == certain | {frozenset(kept)}


def test_a_swap_that_is_interrupted_goes_on_where_it_stood(federation: Federation) -> None:
    engine = federation.centre.engine
    shadow, difference = rebuild(engine, federation.centre.settings.home, MODEL, processes=1)
    swap(engine, shadow, difference, now=federation.clock(), told=str)
    wanted = {frozenset(shadow.records[number].place for number in thing) for thing in shadow.things()}

    def break_down(connection: Connection, places: Collection[Place]) -> None:
        settler(federation)(connection, places)
        raise KeyboardInterrupt

    before = things(federation)
    with pytest.raises(KeyboardInterrupt):
        settle(engine, break_down)
    assert things(federation) == before
    with sql.read(engine) as connection:
        assert count_queued(connection) > 0
    settle(engine, settler(federation))
    assert {places for places in things(federation) if len(places) > 1} == wanted
    with sql.read(engine) as connection:
        assert count_queued(connection) == 0


@pytest.mark.parametrize("moment", ["swapping", "settling"])
def test_a_rebuild_that_is_killed_loses_nothing(sqlite_url: str, tmp_path: Path, moment: str) -> None:
    federation = next(new_federation(sqlite_url, tmp_path))
    harvest(federation, 120)
    before = things(federation), said(federation)
    stage = Path(__file__).with_name("rebuild_stage.py")
    command = [sys.executable, str(stage), sqlite_url, str(federation.centre.settings.home), moment]
    root = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(command, env=root, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert things(federation) == before[0], "a reader sees what was"
    if moment == "swapping":
        assert said(federation) == before[1]
        rebuild_all(federation)
    else:
        settle(federation.centre.engine, settler(federation))
    assert difference_of(federation) == (0, 0, 0, 0, 0)
    assert len({places for places in things(federation) if len(places) > 1}) > 5


def test_a_record_that_changes_under_a_rebuild_keeps_what_is_said_of_it(federation: Federation) -> None:
    engine = federation.centre.engine
    shadow, difference = rebuild(engine, federation.centre.settings.home, MODEL, processes=1)
    source, identifier = shadow.records[next(iter(shadow.things()))[0]].place
    _, record = next(each for each in iter_records(240, seed=3) if each[1]["id"] == identifier)
    federation.nodes[f"http://{source}.example"].put_json(identifier, record | {"title": {"en": "Quite another thing"}})
    assert run_source(federation.centre, source).state == "done"
    swap(engine, shadow, difference, now=federation.clock(), told=str)
    settle(engine, settler(federation))
    with sql.read(engine) as connection:
        about = [each for each in find_all(connection, people_only=False) if (source, identifier) in each.pair]
    assert [each for each in about if not is_derived(each)] == []
