"""A source that tells things several times is seen to, everywhere alike, and only where it is clear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_node import FakeNode, Federation, a_record, new_federation
from sqlalchemy import select

from chm_node.publishing.sql import read, write
from harvester import index
from harvester.resolution.batch.edges import Edge, repeating_of
from harvester.resolution.graph import judgements as graph
from harvester.resolution.graph.judgements import Judgement, Place
from harvester.resolution.repeating import (
    LEAST,
    find_repeating,
    keep_repeating,
    kept_repeating,
    repeating_in,
)
from harvester.runs import run_source
from harvester.tables import source_record

TITLE = {"en": "Restoring seagrass meadows along the coast of Zanzibar"}


def likely(a: Place, b: Place, probability: float = 0.995, note: str = "") -> Judgement:
    return Judgement(a, b, "unsure", "model", "model", probability=probability, note=note)


def twice_told(number: int, **said: object) -> list[Judgement]:
    items = [("library", str(each)) for each in range(number)]
    return [likely(item, ("deposits", f"{item[1]}.{copy}"), **said) for item in items for copy in "ab"]  # type: ignore[arg-type]


def test_a_source_with_several_records_of_many_things_repeats_itself_and_the_other_does_not() -> None:
    assert repeating_in(twice_told(LEAST)) == {"deposits"}


def test_a_few_do_not_show_it_nor_do_few_of_many() -> None:
    assert repeating_in(twice_told(LEAST - 1)) == frozenset()
    many = [likely(("library", f"x{at}"), ("deposits", f"x{at}")) for at in range(20 * LEAST)]
    assert repeating_in([*twice_told(LEAST), *many]) == frozenset()


def test_pairs_that_are_left_to_a_person_or_less_than_sure_show_nothing() -> None:
    assert repeating_in(twice_told(LEAST, note="the titles differ in a word")) == frozenset()
    assert repeating_in(twice_told(LEAST, probability=0.98)) == frozenset()


def test_pairs_inside_a_source_show_nothing_of_it() -> None:
    assert (
        find_repeating(((f"{at}", "s"), (f"{at}.{copy}", "s")) for at in range(LEAST) for copy in "ab") == frozenset()
    )


def test_a_batch_sees_the_same_by_numbers() -> None:
    said = twice_told(LEAST)
    places = sorted({place for each in said for place in each.pair})
    edges = [
        Edge(places.index(each.a), places.index(each.b), "unsure", "model", "model", "", each.probability, "")
        for each in said
    ]
    assert repeating_of(edges, places.__getitem__) == repeating_in(said)


@pytest.fixture
def federation(tmp_path: Path) -> Iterator[Federation]:
    for federation in new_federation(f"sqlite:///{tmp_path / 'centre.db'}", tmp_path):
        for source in ("library", "deposits"):
            federation.nodes[f"http://{source}.example"] = FakeNode(source)
            federation.add(source)
        yield federation


def test_what_was_learnt_counts_for_what_arrives_until_it_is_learnt_anew(federation: Federation) -> None:
    library, deposits = (federation.nodes[f"http://{name}.example"] for name in ("library", "deposits"))
    library.put(a_record("library", "x", title=TITLE))
    for name in ("a", "b"):
        deposits.put(a_record("deposits", name, title=TITLE))
    for source in ("library", "deposits"):
        assert run_source(federation.centre, source).state == "done"
    item, *copies = ("library", "urn:chm:library:x"), *(("deposits", f"urn:chm:deposits:{name}") for name in "ab")
    said = [Judgement(item, each, "same", "model", "model", probability=0.995) for each in copies]

    def things(sources: frozenset[str]) -> int:
        with write(federation.centre.engine) as connection:
            now = federation.clock()
            graph.judge(connection, said, now=now)
            keep_repeating(connection, sources)
            assert kept_repeating(connection) == sources
            index.resettle(connection, [item, *copies], site=federation.centre.site, now=now)
        with read(federation.centre.engine) as connection:
            return len(set(connection.execute(select(source_record.c.local_id)).scalars()))

    assert things(frozenset()) == 2
    assert things(frozenset({"deposits"})) == 1
    assert things(frozenset()) == 2
