"""Matching record by record: what it keeps is what comparing everybody with everybody who shares a key would keep."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Connection, Engine, delete, insert

import migrations
from chm_node.publishing import sql
from harvester.resolution.forms.form import Form
from harvester.resolution.forms.reading import read_form
from harvester.resolution.graph.judgements import Place, find_live
from harvester.resolution.graph.policy import Policy
from harvester.resolution.matching.blocking import MAX_BEARERS, hashes_of, most_bearers
from harvester.resolution.matching.ruling import judge_pair
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.matching.stage import match, next_places
from harvester.resolution.waiting import enqueue
from harvester.tables import source_record

AT = datetime(2026, 5, 1, tzinfo=UTC)
SET = Path(__file__).parents[1] / "identity" / "labelled" / "records.jsonl"
JOINING = Policy(automatic=True, threshold=0.97, model_version=load_model().version)


@dataclass
class Stored:
    """A database records are put into, matched in, and taken from."""

    engine: Engine

    def put(self, records: dict[Place, bytes]) -> None:
        with sql.write(self.engine) as connection:
            self._drop(connection, records)
            rows = [
                {
                    "source_id": place[0],
                    "identifier": place[1],
                    "state": "accepted",
                    "code": "",
                    "problems": "[]",
                    "record": payload,
                    "fingerprint": str(hash(payload)),
                    "run_id": 1,
                }
                for place, payload in records.items()
            ]
            connection.execute(insert(source_record), rows)
            enqueue(connection, records, now=AT)

    def take_away(self, places: Sequence[Place]) -> None:
        with sql.write(self.engine) as connection:
            self._drop(connection, places)
            enqueue(connection, places, now=AT)

    def _drop(self, connection: Connection, places: object) -> None:
        for source_id, identifier in places:  # type: ignore[attr-defined]
            stored = source_record.c
            connection.execute(
                delete(source_record).where(stored.source_id == source_id, stored.identifier == identifier)
            )

    def match(self, batch: int = 50) -> None:
        for _ in range(1_000):
            with sql.write(self.engine) as connection:
                places = next_places(connection, batch)
                if not places:
                    return
                match(connection, places, model=load_model(), policy=JOINING, now=AT)
        raise AssertionError("the queue never ends")

    def kept(self, places: Sequence[Place]) -> set[tuple[object, ...]]:
        with sql.read(self.engine) as connection:
            return {
                (each.pair, each.verdict, each.by_kind, each.by, each.relation, each.probability, each.note)
                for each in find_live(connection, places)
            }


@pytest.fixture
def stored(database_url: str) -> Iterator[Stored]:
    engine = sql.make_engine(database_url)
    migrations.upgrade(engine, "harvester")
    yield Stored(engine)
    engine.dispose()


def some_records(count: int) -> dict[Place, bytes]:
    lines = [orjson.loads(line) for line in SET.read_bytes().splitlines()]
    return {(row["source"], row["place"]): orjson.dumps(row["record"]) for row in lines[:count]}


def expected(records: dict[Place, bytes]) -> set[tuple[object, ...]]:
    """Compare everybody with everybody who shares a key that is not too common."""
    forms: dict[Place, Form] = {place: read_form(payload) for place, payload in records.items()}
    bearers: dict[int, list[Place]] = defaultdict(list)
    for place, form in forms.items():
        for key in set(hashes_of(form)):
            bearers[key].append(place)
    pairs = {
        pair
        for key, places in bearers.items()
        if 1 < len(places) <= most_bearers(key)
        for pair in combinations(sorted(places), 2)
    }
    found = (judge_pair((a, forms[a]), (b, forms[b]), load_model(), JOINING) for a, b in pairs)
    return {
        (each.pair, each.verdict, each.by_kind, each.by, each.relation, each.probability, each.note)
        for each in found
        if each is not None
    }


@pytest.mark.parametrize(("seed", "batch"), [(1, 7), (2, 50)])
def test_order_of_arrival_and_size_of_batches_change_nothing(stored: Stored, seed: int, batch: int) -> None:
    records = some_records(220)
    places = list(records)
    random.Random(seed).shuffle(places)
    for start in range(0, len(places), 40):
        stored.put({place: records[place] for place in places[start : start + 40]})
        stored.match(batch)
    kept = stored.kept(places)
    assert kept == expected(records)
    assert {each[1] for each in kept} == {"same", "unsure"}


def test_what_changes_leaves_and_comes_back_is_judged_by_what_it_says_now(stored: Stored) -> None:
    records = some_records(120)
    stored.put(records)
    stored.match()
    some = sorted(place for pair, *_ in expected(records) for place in pair)[:6]  # type: ignore[attr-defined]
    other = dict.fromkeys(some[:2], records[some[0]])
    stored.put(other)
    stored.take_away(some[3:])
    stored.match(3)
    living = {place: payload for place, payload in (records | other).items() if place not in some[3:]}
    assert stored.kept(list(records)) == expected(living)
    stored.put({place: records[place] for place in set(some)})
    stored.match()
    assert stored.kept(list(records)) == expected(records)


def crowd(count: int) -> dict[Place, bytes]:
    title = "Restoration of mangrove forests after cyclones"
    return {
        (f"node{number}", "1"): orjson.dumps(
            {"id": f"urn:chm:node{number}:1", "type": "resource", "title": {"en": title}}
        )
        for number in range(count)
    }


def test_a_title_of_very_many_brings_nobody_together_whoever_came_first_and_does_again_when_they_leave(
    stored: Stored,
) -> None:
    crowded = crowd(MAX_BEARERS + 4)
    places = sorted(crowded)
    few = {place: crowded[place] for place in places[:8]}
    stored.put(few)
    stored.match()
    assert stored.kept(places) == expected(few) != set()
    stored.put({place: crowded[place] for place in places[8:]})
    stored.match(9)
    assert stored.kept(places) == expected(crowded) == set()
    stored.take_away(places[20:])
    stored.match(5)
    assert stored.kept(places) == expected({place: crowded[place] for place in places[:20]}) != set()
