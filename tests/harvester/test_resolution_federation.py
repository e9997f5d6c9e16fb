"""What several sources say of one thing becomes one record, and comes apart when they no longer agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, a_record, new_federation

from harvester.removal import remove_source
from harvester.runs import run_source

DOI = [{"scheme": "doi", "value": "10.5555/mangrove"}]


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def harvest(federation: Federation, *nodes: str) -> dict[str, dict[str, Any]]:
    for node in nodes:
        assert run_source(federation.centre, node).state == "done"
    return federation.published()


def test_two_sources_one_thing_and_back(federation: Federation) -> None:
    one, two = federation.add("one", rank=1), federation.add("two", rank=2)
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    two.put(a_record("two", "b", "Guide to mangroves", source_ids=DOI, summary={"fr": "Le guide."}))
    [(local_id, merged)] = harvest(federation, "one", "two").items()
    assert merged["title"] == {"en": "Guide"}
    assert set(merged["summary"]) == {"en", "fr"}
    assert [entry["source"] for entry in merged["provenance"]] == ["one", "two"]
    two.put(a_record("two", "b", "Guide to mangroves", source_ids=[{"scheme": "doi", "value": "10.5555/other"}]))
    published = harvest(federation, "two")
    assert sorted(record["title"]["en"] for record in published.values()) == ["Guide", "Guide to mangroves"]
    assert published[local_id]["title"]["en"] == "Guide"
    assert [entry["source"] for entry in published[local_id]["provenance"]] == ["one"]


def test_the_index_is_the_same_in_whatever_order_sources_are_harvested(federation: Federation, tmp_path: Path) -> None:
    seen = []
    for number, order in enumerate((("one", "two", "three"), ("three", "two", "one"))):
        again = next(new_federation(f"sqlite:///{tmp_path / f'order{number}.db'}", tmp_path))
        for rank, node in enumerate(("one", "two", "three"), 1):
            again.add(node, rank=rank)
        links = [{"url": "https://guides.example/mangrove", "rel": "landing"}]
        again.nodes["http://one.example"].put(a_record("one", "a", "Guide", source_ids=DOI))
        again.nodes["http://two.example"].put(a_record("two", "b", "Guide 2", links=links))
        again.nodes["http://three.example"].put(a_record("three", "c", "Guide 3", source_ids=DOI, links=links))
        [(local_id, merged)] = harvest(again, *order).items()
        text = str(merged).replace(local_id, "ID")
        seen.append(text)
    assert seen[0] == seen[1]


def test_a_thing_stays_while_one_source_still_has_it(federation: Federation) -> None:
    one, two = federation.add("one", rank=1), federation.add("two", rank=2)
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    two.put(a_record("two", "b", "Guide of two", source_ids=DOI))
    [local_id] = harvest(federation, "one", "two")
    one.delete("urn:chm:one:a")
    published = harvest(federation, "one")
    assert published[local_id]["title"] == {"en": "Guide of two"}
    two.delete("urn:chm:two:b")
    assert harvest(federation, "two") == {}
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    assert list(harvest(federation, "one")) == [local_id]


def test_two_things_that_turn_out_to_be_one_are_joined_and_the_other_id_withdrawn(federation: Federation) -> None:
    one, two = federation.add("one", rank=1), federation.add("two", rank=2)
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    two.put(a_record("two", "b", "Guide of two"))
    before = set(harvest(federation, "one", "two"))
    assert len(before) == 2
    two.put(a_record("two", "b", "Guide of two", source_ids=DOI))
    [local_id] = harvest(federation, "two")
    assert local_id in before


def test_removing_a_source_takes_only_what_it_alone_described(federation: Federation) -> None:
    one, two = federation.add("one", rank=1), federation.add("two", rank=2)
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    one.put(a_record("one", "only", "Only here"))
    two.put(a_record("two", "b", "Guide of two", source_ids=DOI))
    harvest(federation, "one", "two")
    assert remove_source(federation.centre, "one") == 2
    [record] = federation.published().values()
    assert record["title"] == {"en": "Guide of two"}
    assert [entry["source"] for entry in record["provenance"]] == ["two"]


def test_a_thing_twice_on_one_page_of_one_source_stays_two_things(federation: Federation) -> None:
    one = federation.add("one")
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    one.put(a_record("one", "b", "Guide again", source_ids=DOI))
    assert len(harvest(federation, "one")) == 2
