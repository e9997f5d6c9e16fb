"""Everything resolved anew comes to what matching record by record comes to, and takes its place without a gap."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from fake_node import Federation, new_federation
from sqlalchemy import Connection, func, select

from chm_node.publishing import sql
from harvester.index import resettle
from harvester.resolution.batch import reading
from harvester.resolution.batch.rebuild import rebuild, settle, swap
from harvester.resolution.graph.exchange import find_all, to_row
from harvester.resolution.graph.judgements import Judgement, Place, is_derived, judge
from harvester.resolution.graph.policy import Policy, keep_policy
from harvester.resolution.matching import bearers, blocking, stored_forms
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.matching.stage import match, next_places
from harvester.resolution.waiting import enqueue
from harvester.runs import run_source
from harvester.tables import resolution_state, source_record
from harvester.telling.diagnosis import diagnose
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


def unsettled(connection: Connection) -> int:
    """Give how many parts of a swap are still to be settled."""
    query = select(func.count()).where(resolution_state.c.key.startswith("settle:"))
    return int(connection.execute(query).scalar_one())


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
        assert unsettled(connection) > 0
    settle(engine, settler(federation))
    assert {places for places in things(federation) if len(places) > 1} == wanted
    with sql.read(engine) as connection:
        assert unsettled(connection) == 0


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


def upgrade_rules(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have other rules make keys from now on, as an update of this software may."""
    make = blocking.hashes_of
    monkeypatch.setattr(bearers, "hashes_of", lambda form, grams_of: [key ^ 1 for key in make(form, grams_of)])
    for module in (stored_forms, reading):
        monkeypatch.setattr(module, "VERSION", "9.9")


def all_keys(federation: Federation) -> set[tuple[int, ...]]:
    with sql.read(federation.centre.engine) as connection:
        query = "SELECT key, bearer FROM blocking_key UNION SELECT key, bearer FROM recent_key"
        return {tuple(row) for row in connection.exec_driver_sql(query)}


def test_after_an_update_of_the_rules_doctor_asks_for_a_rebuild_and_that_makes_every_key_anew(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    match_one_by_one(federation)
    before, kept, told = things(federation), all_keys(federation), said(federation)
    assert [each.level for each in diagnose(federation.centre) if each.check == "duplicates"] == ["ok"]
    upgrade_rules(federation, monkeypatch)
    [finding] = [each for each in diagnose(federation.centre) if each.check == "duplicates"]
    assert finding.level == "warning" and "240 records" in finding.message and "dupes rebuild" in finding.fix
    rebuild_all(federation)
    assert all_keys(federation) == {(key ^ 1, bearer) for key, bearer in kept}
    assert (things(federation), said(federation)) == (before, told)
    assert [each.level for each in diagnose(federation.centre) if each.check == "duplicates"] == ["ok"]


def test_a_record_whose_keys_other_rules_made_is_compared_all_the_same_and_bears_all_the_new_ones(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    match_one_by_one(federation)
    before, kept, told = things(federation), all_keys(federation), said(federation)
    monkeypatch.setattr(stored_forms, "VERSION", "9.1")  # folded otherwise, found by the same keys
    with sql.write(federation.centre.engine) as connection:
        some = places_of(connection)[:40]
        enqueue(connection, some, now=federation.clock())
    match_one_by_one(federation)
    assert (things(federation), said(federation), all_keys(federation)) == (before, told, kept)
    with sql.read(federation.centre.engine) as connection:
        assert stored_forms.count_outdated(connection) == 200


def test_what_came_while_everything_was_resolved_anew_keeps_what_was_found_of_it(federation: Federation) -> None:
    match_one_by_one(federation)
    engine = federation.centre.engine
    shadow, difference = rebuild(engine, federation.centre.settings.home, MODEL, processes=1)
    twin = next(iter(sorted(place for place in places_of_all(federation) if place[0] == "s0")))
    with sql.read(engine) as connection:
        told = connection.execute(
            select(STORED.record).where(STORED.source_id == twin[0], STORED.identifier == twin[1])
        ).scalar_one()
    record = orjson.loads(told)
    node = federation.add("late", rank=9)
    node.put_json("urn:chm:late:twin", {**record, "id": "urn:chm:late:twin", "provenance": []})
    assert run_source(federation.centre, "late").state == "done"
    match_one_by_one(federation)
    before, found = things(federation), said(federation)
    assert any("urn:chm:late:twin" in each for each in found)
    swap(engine, shadow, difference, now=federation.clock(), told=str)
    settle(engine, settler(federation))
    assert (things(federation), said(federation)) == (before, found)


def places_of_all(federation: Federation) -> list[Place]:
    with sql.read(federation.centre.engine) as connection:
        return places_of(connection)


@pytest.mark.parametrize("is_known", [False, True])
def test_a_record_that_cannot_be_folded_costs_no_rebuild(
    federation: Federation, caplog: pytest.LogCaptureFixture, is_known: bool
) -> None:
    if is_known:
        match_one_by_one(federation)
    with sql.write(federation.centre.engine) as connection:
        place = places_of(connection)[7]
        at = (source_record.c.source_id == place[0]) & (source_record.c.identifier == place[1])
        connection.execute(source_record.update().where(at).values(record=b'{"title": 7}', fingerprint="f" * 64))
    rebuild_all(federation)
    assert f"Keeping the form of {place[1]} of {place[0]} failed" in caplog.text
    assert f"Folding a record of {place[0]} failed" in caplog.text
    assert frozenset({place}) in things(federation)
    assert len(places_of_all(federation)) == sum(map(len, things(federation)))
