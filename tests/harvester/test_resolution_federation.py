"""What several sources say of one thing becomes one record, and comes apart when they no longer agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, a_record, new_federation

from chm_node.publishing.record_view import RecordView
from chm_node.publishing.shown import Place
from harvester.index import open_catalogue
from harvester.removal import remove_source
from harvester.runs import run_source
from vocabularies.formats.native import parse_native

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
    others = [one, two]
    for fake in others:  # a source that loses its last record would be held
        fake.put(a_record(fake.node, "other", f"Other of {fake.node}"))
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    two.put(a_record("two", "b", "Guide of two", source_ids=DOI))
    published = harvest(federation, "one", "two")
    [local_id] = [key for key, record in published.items() if record["title"]["en"] == "Guide"]
    one.delete("urn:chm:one:a")
    assert harvest(federation, "one")[local_id]["title"] == {"en": "Guide of two"}
    two.delete("urn:chm:two:b")
    assert len(harvest(federation, "two")) == len(others)
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    assert harvest(federation, "one")[local_id]["title"] == {"en": "Guide"}


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


def test_a_merged_record_names_each_link_once_and_how_each_language_came_about(federation: Federation) -> None:
    one, two = federation.add("one", rank=1), federation.add("two", rank=2)
    page = {"rel": "landing", "url": "https://guides.example/mangrove"}
    same_page = {"rel": "landing", "url": "http://www.guides.example/mangrove/", "name": {"en": "Web site"}}
    french = {"language": "fr", "kind": "official"}
    spanish = {"language": "es", "kind": "machine"}
    one.put(a_record("one", "a", {"en": "Guide", "fr": "Guide (fr)"}, links=[page], translation=[french]))
    two.put(
        a_record(
            "two",
            "b",
            {"es": "Guía", "fr": "Autre"},
            links=[same_page],
            translation=[spanish, {"language": "fr", "kind": "machine"}],
        )
    )
    [merged] = harvest(federation, "one", "two").values()
    assert [link["url"] for link in merged["links"]] == ["https://guides.example/mangrove"]
    assert merged["translation"] == [french, spanish]


def test_a_member_is_found_by_its_own_id_and_its_page_is_named(federation: Federation) -> None:
    federation.add("one").put(a_record("one", "a", "Guide"))
    [(local_id, record)] = harvest(federation, "one").items()
    catalogue = open_catalogue(federation.centre.engine, federation.centre.site)
    item = catalogue.find_by_record_id("urn:chm:one:a")
    assert item is not None
    assert item.local_id == local_id
    assert catalogue.find_by_record_id("urn:chm:one:none") is None
    assert record["provenance"][0]["originalUrl"] == "http://one.example/records/a"


def test_a_second_source_of_the_very_same_record_is_named_in_the_index(federation: Federation) -> None:
    for node in ("one", "two"):
        federation.add(node).put(a_record("one", "a", "Guide"))
    [(_, first)] = harvest(federation, "one").items()
    [(_, both)] = harvest(federation, "two").items()
    assert [entry["source"] for entry in first["provenance"]] == ["one"]
    assert sorted(entry["source"] for entry in both["provenance"]) == ["one", "two"]


def test_a_copy_that_names_the_record_it_was_made_from_is_one_with_it(federation: Federation) -> None:
    federation.add("one").put(a_record("one", "a", "Guide"))
    origin = [{"scheme": "chm", "value": "urn:chm:one:a"}]
    federation.add("two").put(a_record("two", "b", "Guide", source_ids=origin))
    assert len(harvest(federation, "one", "two")) == 1


def test_the_page_of_a_merged_record_is_no_neighbour_of_itself(federation: Federation) -> None:
    federation.add("one").put(a_record("one", "a", "Guide"))
    federation.add("two").put(a_record("two", "b", "Other", relations=[{"type": "related", "target": "urn:chm:one:a"}]))
    local_ids = {record["title"]["en"]: local_id for local_id, record in harvest(federation, "one", "two").items()}
    catalogue = open_catalogue(federation.centre.engine, federation.centre.site)

    def find_page(target: str) -> Place | None:
        item = catalogue.find_by_record_id(target)
        return Place(f"/records/{item.local_id}", item.title) if item else None

    def view(title: str) -> RecordView:
        record = parse_native(catalogue.rendition(local_ids[title], "native") or b"").record
        assert record is not None
        return RecordView(record, "en", find_page=find_page)

    assert view("Guide").relations() == []
    [row] = view("Other").relations()
    assert [shown.href for shown in row.values] == [f"/records/{local_ids['Guide']}"]
