"""What ties two things without making them one stands in both published records, and follows the things."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
from fake_node import FakeNode, Federation, a_record, copy_of, harvest, new_federation
from sqlalchemy import select

from chm_node.publishing.sql import read, write
from harvester import index
from harvester.database import lock_index
from harvester.errors import JudgementContradicts, JudgementNotUndone
from harvester.matching_queue import follow
from harvester.resolution.batch.rebuild import rebuild
from harvester.resolution.graph.decisions import decide, undo
from harvester.resolution.graph.judgements import Judgement, Place, find_live, judge
from harvester.resolution.matching.scoring import load_model
from harvester.resolution.ties import MOST, Tie, ties_of
from harvester.tables import publication, source_record
from vocabularies.record import Record, SourceId

NAMES = ("one", "two", "three", "four")


def place(name: str) -> Place:
    return name, f"urn:chm:{name}:x"


ONE, TWO, THREE, FOUR = map(place, NAMES)


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


@pytest.fixture
def four(federation: Federation) -> Federation:
    for name in NAMES:
        node = federation.add(name)
        node.put(a_record(name, "x", f"Guide {name}"))
        node.put(a_record(name, "z", f"More of {name}"))
        federation.clock.forward(hours=1)
        harvest(federation, name)
    return federation


def say(federation: Federation, a: Place, b: Place, verdict: Any = "different", relation: str = "") -> list[int]:
    federation.clock.forward(minutes=1)
    with write(federation.centre.engine) as connection:
        now = federation.clock()
        done = decide(connection, a, b, verdict, by="ana", now=now, relation=relation)
        index.resettle(connection, done.places, site=federation.centre.site, now=now)
    return list(done.judgements)


def take_back(federation: Federation, numbers: Sequence[int]) -> None:
    federation.clock.forward(minutes=1)
    with write(federation.centre.engine) as connection:
        for number in numbers:
            done = undo(connection, number, by="ben", now=federation.clock())
            index.resettle(connection, done.places, site=federation.centre.site, now=federation.clock())


def homes(federation: Federation) -> dict[Place, str]:
    rows = federation.rows(
        select(source_record.c.source_id, source_record.c.identifier, source_record.c.local_id).where(
            source_record.c.record.is_not(None)
        )
    )
    return {(row.source_id, row.identifier): row.local_id for row in rows}


def told(federation: Federation) -> set[tuple[Place, str, Place]]:
    """Give the published relations between things, each thing named by the first of its records."""
    name_of: dict[str, Place] = {}
    order = {name: at for at, name in enumerate(NAMES)}
    for where, local_id in sorted(homes(federation).items(), key=lambda each: (order.get(each[0][0], 0), each[0])):
        name_of.setdefault(local_id, where)
    found = set()
    for local_id, record in federation.published().items():
        for relation in record.get("relations", ()):
            node, _, target = relation["target"].removeprefix("urn:chm:").partition(":")
            if relation["type"] != "sameAs" and node == federation.centre.site.node_id:
                assert target in federation.published(), "a relation leads to what is shown"
                found.add((name_of[local_id], relation["type"], name_of[target]))
    return found


def sequences(federation: Federation) -> dict[str, int]:
    return {row.local_id: row.sequence for row in federation.rows(select(publication.item))}


def test_what_a_person_ties_is_told_by_both_records_and_gone_when_it_is_taken_back(four: Federation) -> None:
    before, stood = four.published(), sequences(four)
    made = say(four, TWO, ONE, "different", "version_of") + say(four, THREE, ONE, "different", "part_of")
    made += say(four, ONE, FOUR, "same", "translation_of")
    assert told(four) == {
        (TWO, "isVersionOf", ONE), (ONE, "hasVersion", TWO), (THREE, "isPartOf", ONE), (ONE, "hasPart", THREE),
        (ONE, "translates", FOUR), (FOUR, "hasTranslation", ONE),
    }  # fmt: skip
    assert len(four.published()) == 8, "nothing is joined by it"
    now = sequences(four)
    assert sum(now[local_id] > stood[local_id] for local_id in now) == 4
    take_back(four, made)
    assert told(four) == set()
    assert four.published() == before


def test_a_relation_follows_the_thing_at_its_other_end_when_that_is_joined_and_parted(four: Federation) -> None:
    say(four, FOUR, THREE, "different", "part_of")
    before = four.published()
    made = say(four, TWO, THREE, "same")
    assert told(four) == {(FOUR, "isPartOf", TWO), (TWO, "hasPart", FOUR)}
    made += say(four, ONE, TWO, "same")
    assert told(four) == {(FOUR, "isPartOf", ONE), (ONE, "hasPart", FOUR)}
    take_back(four, made)
    assert four.published() == before


def test_a_relation_goes_with_a_record_that_is_deleted_and_returns_with_it(four: Federation) -> None:
    say(four, TWO, ONE, "different", "version_of")
    both = told(four)
    published = four.published()
    four.nodes["http://two.example"].delete(TWO[1])
    harvest(four, "two")
    assert told(four) == set()
    assert TWO not in homes(four)
    four.nodes["http://two.example"].put(a_record("two", "x", "Guide two"))
    harvest(four, "two")
    assert told(four) == both
    assert {local_id: record["title"] for local_id, record in four.published().items()} == {
        local_id: record["title"] for local_id, record in published.items()
    }


def test_a_part_of_a_joined_thing_loses_its_relation_with_the_record_it_was_said_of(four: Federation) -> None:
    say(four, ONE, TWO, "same")
    say(four, THREE, TWO, "different", "version_of")
    assert told(four) == {(THREE, "isVersionOf", ONE), (ONE, "hasVersion", THREE)}
    four.nodes["http://two.example"].delete(TWO[1])
    harvest(four, "two")
    assert told(four) == set()
    four.nodes["http://two.example"].put(a_record("two", "x", "Guide two"))
    harvest(four, "two")
    assert told(four) == {(THREE, "isVersionOf", ONE), (ONE, "hasVersion", THREE)}


def test_only_what_is_tied_is_published_again_and_a_changed_text_moves_nobody_else(four: Federation) -> None:
    say(four, TWO, ONE, "different", "version_of")
    stood, where = sequences(four), homes(four)
    four.nodes["http://one.example"].put(a_record("one", "x", "Guide one, again"))
    harvest(four, "one", "two", "three", "four")
    now = sequences(four)
    assert {local_id for local_id in now if now[local_id] != stood[local_id]} == {where[ONE]}
    with write(four.centre.engine) as connection:
        index.resettle(connection, [ONE, TWO, THREE], site=four.centre.site, now=four.clock())
    assert sequences(four) == now, "settling again changes nothing"


def test_the_word_that_counts_first_is_told_and_a_model_ties_nothing(four: Federation) -> None:
    def settle(*said: Judgement) -> set[tuple[Place, str, Place]]:
        four.clock.forward(minutes=1)
        with write(four.centre.engine) as connection:
            lock_index(connection)
            judge(connection, said, now=four.clock())
            index.resettle(connection, {p for each in said for p in each.pair}, site=four.centre.site, now=four.clock())
        return told(four)

    assert settle(Judgement(ONE, TWO, "unsure", "model", "model", relation="translation_of")) == set()
    assert settle(Judgement(ONE, TWO, "different", "rule", "r", relation="version_of")) == {
        (ONE, "isVersionOf", TWO), (TWO, "hasVersion", ONE),
    }  # fmt: skip
    assert settle(Judgement(ONE, TWO, "unsure", "person", "ana")) == set(), "a person is not sure of it"
    assert settle(Judgement(ONE, TWO, "different", "person", "ana", relation="has_part")) == {
        (ONE, "hasPart", TWO), (TWO, "isPartOf", ONE),
    }  # fmt: skip


def test_versions_and_addenda_are_tied_by_their_identifiers_as_they_come_and_so_they_are_by_a_rebuild(
    federation: Federation, tmp_path: Path
) -> None:
    def works(name: str, *ids: tuple[str, str]) -> None:
        node = federation.add(name)
        for number, (scheme, value) in enumerate(ids):
            title = "Monitoring mangrove restoration in small islands"
            identifiers = [{"scheme": scheme, "value": value}]
            node.put(a_record(name, f"{number}", title, source_ids=identifiers))

    works("pool", ("doi", "10.6084/m9.figshare.12.v1"), ("doi", "10.6084/m9.figshare.12.v2"))
    works("desk", ("doi", "10.6084/m9.figshare.12"), ("un-symbol", "CBD/COP/15/L.25"))
    works("docs", ("un-symbol", "CBD/COP/15/L.25/Add.1"))
    harvest(federation, "pool", "desk", "docs")
    follow(federation.centre)
    where = {
        name: [place for place in sorted(homes(federation)) if place[0] == name] for name in ("pool", "desk", "docs")
    }
    (v1, v2), (work, document), (addendum,) = where["pool"], where["desk"], where["docs"]
    kinds = {(here, kind, there) for here, kind, there in told(federation) if not kind.startswith("has")}
    assert kinds == {
        (v2, "isVersionOf", v1), (v2, "isVersionOf", work), (v1, "isVersionOf", work),
        (addendum, "isPartOf", document),
    }  # fmt: skip
    assert len(told(federation)) == 8, "and the same read from the other ends"
    _, difference = rebuild(federation.centre.engine, tmp_path, load_model(), processes=1)
    assert (difference.added, difference.ended, difference.touched) == (0, 0, ())
    federation.nodes["http://desk.example"].put(a_record("desk", "0", "Another thing"))
    harvest(federation, "desk")
    follow(federation.centre)
    assert {each for each in told(federation) if "Version" in each[1]} == {
        (v2, "isVersionOf", v1), (v1, "hasVersion", v2),
    }  # fmt: skip


def test_what_is_said_both_ways_is_not_told_and_a_long_series_does_not_list_its_parts() -> None:
    one, two, three = ("a", "1"), ("b", "1"), ("b", "2")
    version = Judgement(one, two, "different", "rule", "r", relation="version_of")
    back = Judgement(one, three, "different", "rule", "r", relation="has_version")
    home_of = {one: "A", two: "B", three: "B"}
    assert ties_of({one}, [version], home_of, "A") == (Tie("isVersionOf", "B"),)
    assert ties_of({one, two}, [version], {one: "A", two: "A"}, "A") == (), "a thing is no version of itself"
    assert ties_of({one}, [version, back], home_of, "A") == ()
    parts = [Judgement(("p", str(n)), one, "different", "rule", "r", relation="part_of") for n in range(MOST + 1)]
    home_of |= {("p", str(n)): f"P{n}" for n in range(MOST + 1)}
    assert ties_of({one}, parts, home_of, "A") == ()
    assert len(ties_of({one}, parts[1:], home_of, "A")) == MOST
    assert ties_of({("p", "0")}, parts, home_of, "P0") == (Tie("isPartOf", "A"),)


SHARED = [{"scheme": "doi", "value": "10.5555/shared"}]
"""Joins the first two sources' records by a certain key."""
HISTORY: tuple[Judgement, ...] = (
    Judgement(THREE, TWO, "different", "rule", "edition", relation="version_of"),
    Judgement(FOUR, ONE, "different", "person", "ana", relation="part_of"),
    Judgement(FOUR, THREE, "same", "person", "ana", relation="translation_of"),
    Judgement(FOUR, TWO, "different", "rule", "document-symbol", relation="version_of"),
    Judgement(THREE, ("four", "urn:chm:four:y"), "same", "person", "ana"),
    Judgement(("three", "urn:chm:three:y"), ("four", "urn:chm:four:y"), "different", "rule", "r", relation="has_part"),
)


def arrivals() -> dict[Place, Record]:
    records = {
        place(name): a_record(name, "x", f"Guide {name}", gbf_targets=[f"GBF-TARGET-0{at}"])
        for at, name in enumerate(NAMES, 1)
    }
    records |= {(name, f"urn:chm:{name}:y"): a_record(name, "y", f"Annex {name}") for name in ("three", "four")}
    for where in (ONE, TWO):
        records[where] = records[where].with_(source_ids=tuple(SourceId(**each) for each in SHARED))
    return records


def fill(node: FakeNode, name: str) -> None:
    """Give a node so many other records that a few that go are no reason to stop."""
    for number in range(8):
        node.put(a_record(name, f"z{number}", f"More of {name}, {number}"))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("relations")
    for federation in new_federation(f"sqlite:///{home / 'empty.db'}", home):
        for rank, name in enumerate(NAMES, 1):
            fill(federation.add(name, rank=rank), name)
            harvest(federation, name)
    return home / "empty.db"


@contextmanager
def a_federation(empty: Path) -> Iterator[Federation]:
    with copy_of(empty, NAMES) as federation:
        for name in NAMES:
            fill(federation.nodes[f"http://{name}.example"], name)
        yield federation


def live_through(federation: Federation, moments: Sequence[Place | Judgement]) -> None:
    """Let records come, come again or go (each second time they are met), and judgements be made."""
    records = arrivals()
    for moment in moments:
        federation.clock.forward(minutes=1)
        if isinstance(moment, Judgement):
            with write(federation.centre.engine) as connection:
                judge(connection, [moment], now=federation.clock())
                index.resettle(connection, moment.pair, site=federation.centre.site, now=federation.clock())
            continue
        node = federation.nodes[f"http://{moment[0]}.example"]
        if moment in homes(federation):
            node.delete(moment[1])
        else:
            node.put(records[moment])
        harvest(federation, moment[0])


def published(federation: Federation) -> dict[frozenset[Place], dict[str, Any]]:
    """Give what is published by the records each thing is made of, without what differs from time to time."""
    things: dict[str, set[Place]] = {}
    for where, local_id in homes(federation).items():
        things.setdefault(local_id, set()).add(where)
    found = {}
    for local_id, record in federation.published().items():
        text = orjson.dumps({name: value for name, value in record.items() if name != "provenance"}).decode()
        for other, members in things.items():
            text = text.replace(f"urn:chm:hub:{other}", str(sorted(members)))
        found[frozenset(things[local_id])] = orjson.loads(text)
        assert "urn:chm:hub:" not in text, "every id it names is that of a thing that is shown"
        found[frozenset(things[local_id])]["relations"] = sorted(
            (each["type"], each["target"]) for each in found[frozenset(things[local_id])].get("relations", ())
        )
    return found


@pytest.mark.parametrize("seed", range(6))
def test_no_order_of_arrival_of_records_and_relations_changes_what_is_published(empty: Path, seed: int) -> None:
    chance = random.Random(seed)
    plain: list[Place | Judgement] = [*arrivals(), *HISTORY]
    shuffled = [*plain, *(again for where in chance.sample(list(arrivals()), 3) for again in (where, where))]
    chance.shuffle(shuffled)
    found = []
    for moments in (plain, shuffled):
        with a_federation(empty) as federation:
            live_through(federation, moments)
            found.append(published(federation))
            before = sequences(federation)
            with write(federation.centre.engine) as connection:
                index.resettle(connection, arrivals(), site=federation.centre.site, now=federation.clock())
            assert sequences(federation) == before, "what is published is what would be published anew"
    assert found[0] == found[1]
    relations = {kind for record in found[0].values() for kind, _ in record["relations"]}
    assert relations == {"hasPart", "hasTranslation", "hasVersion", "isPartOf", "isVersionOf", "sameAs", "translates"}


@pytest.mark.parametrize("seed", range(4))
def test_what_was_joined_and_parted_again_is_published_as_it_was_relations_too(empty: Path, seed: int) -> None:
    chance = random.Random(seed)
    with a_federation(empty) as federation:
        live_through(federation, [*arrivals(), *HISTORY])
        before, told_before = federation.published(), told(federation)
        made: list[int] = []
        for a, b in chance.sample(list(itertools.combinations(arrivals(), 2)), 5):
            verdict, relation = chance.choice([("same", ""), ("same", ""), ("different", "part_of"), ("different", "")])
            with suppress(JudgementContradicts):
                made += say(federation, a, b, verdict, relation)
        chance.shuffle(made)
        assert made
        for number in made:
            with suppress(JudgementNotUndone, JudgementContradicts):
                take_back(federation, [number])
        with read(federation.centre.engine) as connection:
            left = [each for each in find_live(connection, arrivals()) if each.id in made]
        assert not left
        assert told(federation) == told_before
        assert federation.published() == before
