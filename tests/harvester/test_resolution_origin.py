"""A source changes and deletes records of its own origin only, in whatever order and rank sources come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fake_node import FakeNode, Federation, a_record, new_federation
from sqlalchemy import select

from chm_node.publishing.sql import write
from harvester.index import open_catalogue
from harvester.registry import change_source, free_namespace, get_source
from harvester.removal import remove_source
from harvester.runs import Order, Report, run_source
from harvester.tables import outcome, source_record
from vocabularies.record import Record, new_record

DOI = [{"scheme": "doi", "value": "10.5555/mangrove"}]
AT = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Federation]:
    """A centre on SQLite alone, where the database makes no difference."""
    yield from new_federation(f"sqlite:///{tmp_path / 'small.sqlite'}", tmp_path)


def add(federation: Federation, *nodes: str, **more: Any) -> list[FakeNode]:
    """Add nodes that speak for themselves; each has a record of its own, so that none is ever emptied."""
    added = [federation.add(node, **({"namespace": node} | more)) for node in nodes]
    for fake in added:
        fake.put(a_record(fake.node, "always", f"Always at {fake.node}"))
    return added


def harvest(federation: Federation, *nodes: str) -> dict[str, dict[str, Any]]:
    for node in nodes:
        assert run_source(federation.centre, node).state in ("done", "done-with-errors")
    return shown(federation)


def shown(federation: Federation) -> dict[str, dict[str, Any]]:
    published = federation.published()
    return {key: record for key, record in published.items() if not record["title"]["en"].startswith("Always")}


def taken(centre: str, local: str, original: str, title: str = "Mangrove nursery", **more: Any) -> Record:
    """Make the record a centre publishes of one it harvested."""
    entry = {"source": "there", "original_id": original, "harvested_at": AT, "protocol": "native"}
    same = [{"type": "sameAs", "target": original}]
    return a_record(centre, local, title, **({"provenance": [entry], "relations": same} | more))


@pytest.mark.parametrize("order", [("br", "ke"), ("ke", "br")])
@pytest.mark.parametrize("as_what", ["project", "event", "of another government"])
def test_a_record_under_anothers_id_changes_nothing_of_it(small: Federation, order: Any, as_what: str) -> None:
    [br] = add(small, "br", rank=90)
    [ke] = add(small, "ke", rank=1)
    br.put(a_record("br", "1", "Nursery of Brazil", government="BR"))
    forged: dict[str, Any] = {"title": {"en": "Renamed", "fr": "Renommé"}, "dates": {"modified": "2031-01-01"}}
    forged |= {"summary": {"fr": "Rien"}, "government": "KE" if as_what.startswith("of") else "BR"}
    forged |= {"languages": ["en", "fr"], "publisher": {"node": "ke"}, "id": "urn:chm:br:1"}
    forged |= {"links": [{"url": "https://strangers.example/"}]}
    ke.put(new_record("event" if as_what == "event" else "project", **forged))
    [(local_id, record)] = harvest(small, *order).items()
    assert (record["title"], record["type"]) == ({"en": "Nursery of Brazil"}, "project")
    assert "fr" not in record["summary"] and "links" not in record
    assert [entry["source"] for entry in record["provenance"]] == ["br"]
    found = open_catalogue(small.centre.engine, small.centre.site).find_by_record_id("urn:chm:br:1")
    assert found is not None and found.local_id == local_id


def test_the_deletion_of_a_copy_never_removes_the_owners_record(small: Federation) -> None:
    br, ke = add(small, "br", "ke")
    br.put(a_record("br", "1", "Nursery of Brazil"))
    ke.put(a_record("br", "1", "Nursery of Brazil"))
    before = harvest(small, "ke", "br")
    ke.delete("urn:chm:br:1")
    assert harvest(small, "ke") == before


def test_a_copy_cannot_tie_two_owners_records_together(small: Federation) -> None:
    br, ke, hub2 = add(small, "br", "ke", "hub2")
    br.put(a_record("br", "1", "Nursery of Brazil"))
    ke.put(a_record("ke", "1", "Nursery of Kenya"))
    both = [{"source": x, "original_id": f"urn:chm:{x}:1", "harvested_at": AT} for x in ("br", "ke")]
    hub2.put(taken("hub2", "x", "urn:chm:br:1", "Both of them", provenance=both))
    published = harvest(small, "hub2", "br", "ke")
    assert sorted(record["title"]["en"] for record in published.values()) == ["Nursery of Brazil", "Nursery of Kenya"]


def test_without_the_owners_source_a_copy_stands_for_the_record(small: Federation) -> None:
    one, two = add(small, "one", "two")
    one.put(taken("one", "a", "urn:chm:zz:1", "Nursery"))
    two.put(taken("two", "b", "urn:chm:zz:1", {"en": "Nursery", "fr": "Pépinière"}))  # type: ignore[arg-type]
    [record] = harvest(small, "one", "two").values()
    assert set(record["title"]) == {"en", "fr"}
    one.delete("urn:chm:one:a")
    [record] = harvest(small, "one").values()
    two.delete("urn:chm:two:b")
    assert harvest(small, "two") == {}


def test_what_its_owner_deleted_is_not_kept_alive_by_copies_and_comes_back_as_it_was(federation: Federation) -> None:
    ke, hub2 = add(federation, "ke", "hub2")
    ke.put(a_record("ke", "a", "Guide"))
    hub2.put(taken("hub2", "x", "urn:chm:ke:a", "Guide"))
    [local_id] = harvest(federation, "hub2", "ke")
    ke.delete("urn:chm:ke:a")
    assert harvest(federation, "ke") == {}
    hub2.put(taken("hub2", "x", "urn:chm:ke:a", "Guide, seen again"))
    hub2.put(taken("hub2", "y", "urn:chm:ke:a", "Guide, and once more"))
    assert harvest(federation, "hub2") == {}, "a copy that comes later revives nothing"
    ke.put(a_record("ke", "a", "Guide, second edition"))
    [(again, record)] = harvest(federation, "ke").items()
    assert (again, record["title"]["en"]) == (local_id, "Guide, second edition")


def test_an_owners_deletion_of_a_record_we_had_from_others_only_is_heard(small: Federation) -> None:
    ke, hub2 = add(small, "ke", "hub2")
    hub2.put(taken("hub2", "x", "urn:chm:ke:a", "Guide"))
    assert len(harvest(small, "hub2")) == 1
    hub2.delete("urn:chm:ke:a")
    assert len(harvest(small, "hub2")) == 1, "another cannot delete it"
    ke.delete("urn:chm:ke:a")
    assert harvest(small, "ke") == {}


def test_a_source_at_another_address_keeps_its_records(small: Federation) -> None:
    [ke] = add(small, "ke")
    ke.put(a_record("ke", "a", "Guide"))
    before = harvest(small, "ke")
    small.nodes["http://moved.example"] = ke
    with write(small.centre.engine) as connection:
        moved = replace(get_source(connection, "ke"), url="http://moved.example")
        change_source(connection, moved, now=small.clock())
    report = run_source(small.centre, "ke")
    assert (report.counts.unchanged, report.counts.read) == (2, 2)
    assert shown(small) == before


def test_a_copy_lives_while_one_of_its_originals_does(small: Federation) -> None:
    ke, hub2 = add(small, "ke", "hub2")
    ke.put(a_record("ke", "a", "Guide"))
    entries = [{"source": x, "original_id": f"urn:chm:{x}:a", "harvested_at": AT} for x in ("ke", "elsewhere")]
    hub2.put(taken("hub2", "x", "urn:chm:ke:a", "Guide of both", provenance=entries))
    harvest(small, "ke", "hub2")
    ke.delete("urn:chm:ke:a")
    assert [record["title"]["en"] for record in harvest(small, "ke").values()] == ["Guide of both"]


def test_copies_come_to_light_when_the_owners_source_is_removed(federation: Federation) -> None:
    ke, hub2 = add(federation, "ke", "hub2")
    for local in ("a", "b"):
        ke.put(a_record("ke", local, f"Guide {local}"))
        hub2.put(taken("hub2", f"x{local}", f"urn:chm:ke:{local}", f"Guide {local} by way of hub2"))
    before = harvest(federation, "ke", "hub2")
    ke.delete("urn:chm:ke:b")
    harvest(federation, "ke")
    assert remove_source(federation.centre, "ke") == 2, "what was shown, not what had been deleted"
    titles = {local_id: record["title"]["en"] for local_id, record in shown(federation).items()}
    assert sorted(titles.values()) == ["Guide a by way of hub2", "Guide b by way of hub2"]
    assert titles.keys() == before.keys()


def test_a_record_made_from_anothers_by_hand_is_no_copy_and_does_not_lead(small: Federation) -> None:
    [br] = add(small, "br", rank=90)
    [ke] = add(small, "ke", rank=1)
    br.put(a_record("br", "1", "Nursery of Brazil"))
    by_hand = [{"source": "ke", "original_id": "urn:chm:br:1"}]
    ke.put(a_record("ke", "9", {"en": "Nursery", "fr": "Pépinière"}, provenance=by_hand))
    [record] = harvest(small, "ke", "br").values()
    assert record["title"] == {"en": "Nursery of Brazil", "fr": "Pépinière"}
    br.delete("urn:chm:br:1")
    [record] = harvest(small, "br").values()
    assert record["title"]["en"] == "Nursery"


@pytest.mark.parametrize("name", ["TODO", "à remplir", "A REMPLIR", "N/A", "待定", "tbd"])
def test_an_identifier_nobody_filled_in_joins_nothing(small: Federation, name: str) -> None:
    for node, fake in zip(("one", "two"), add(small, "one", "two"), strict=True):
        ids = [{"scheme": scheme, "value": name} for scheme in ("informea", "cbd-unique")]
        fake.put(a_record(node, "a", f"Report of {node}", source_ids=ids))
    assert len(harvest(small, "one", "two")) == 2


def test_what_one_source_deleted_and_another_brings_later_gets_its_old_id(federation: Federation) -> None:
    one, two = add(federation, "one", "two")
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    [local_id] = harvest(federation, "one", "two")
    one.delete("urn:chm:one:a")
    assert harvest(federation, "one") == {}
    two.put(a_record("two", "b", "Guide of two", source_ids=DOI))
    assert list(harvest(federation, "two")) == [local_id]
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    assert list(harvest(federation, "one")) == [local_id]


def test_an_id_in_use_is_not_given_again(small: Federation) -> None:
    one, two = add(small, "one", "two")
    one.put(a_record("one", "a", "Guide", source_ids=DOI))
    two.put(
        a_record("two", "b", "Guide of two", source_ids=DOI, links=[{"url": "https://b.example/b", "rel": "landing"}])
    )
    [local_id] = harvest(small, "one", "two")
    two.put(a_record("two", "b", "Guide of two", links=[{"url": "https://b.example/b", "rel": "landing"}]))
    ids = harvest(small, "two")
    assert len(ids) == 2 and local_id in ids
    one.delete("urn:chm:one:a")
    assert len(harvest(small, "one")) == 1


def refusals(federation: Federation, report: Report) -> list[str]:
    return [
        row.code for row in federation.rows(select(outcome.c.code).where(outcome.c.run_id == report.run)) if row.code
    ]


def test_our_own_record_that_comes_back_is_refused_and_kept_no_longer(small: Federation) -> None:
    [hub2] = add(small, "hub2")
    hub2.put(taken("hub2", "x", "urn:chm:zz:1", "Guide"))
    assert len(harvest(small, "hub2")) == 1
    back = [
        {"source": "zz", "original_id": "urn:chm:zz:1", "harvested_at": AT},
        {"source": "hub", "original_id": "urn:chm:hub:77", "harvested_at": AT, "hops": 2},
    ]
    hub2.put(taken("hub2", "x", "urn:chm:zz:1", "Guide", provenance=back))
    hub2.put(a_record("hub", "78", "Ours, unchanged"))
    report = run_source(small.centre, "hub2")
    assert (report.counts.refused, refusals(small, report)) == (2, ["OWN_RECORD", "OWN_RECORD"])
    assert shown(small) == {}, "two centres must not keep a record alive for each other"


def test_a_record_passes_through_two_centres_and_not_through_three(small: Federation) -> None:
    [far] = add(small, "far")
    way = [{"source": "ke", "original_id": "urn:chm:ke:a", "harvested_at": AT}]
    merged = [*way, {"source": "ug", "original_id": "urn:chm:ug:b", "harvested_at": AT}]
    far.put(taken("far", "1", "urn:chm:ke:a", "Through one", provenance=way))
    far.put(taken("far", "2", "urn:chm:ug:b", "Merged at one", provenance=merged))
    longer = [*way, {"source": "mid", "original_id": "urn:chm:mid:1", "harvested_at": AT, "hops": 2}]
    far.put(taken("far", "3", "urn:chm:ke:c", "Through two", provenance=longer))
    report = run_source(small.centre, "far")
    assert refusals(small, report) == ["HOPS_TOO_MANY"]
    published = {record["title"]["en"]: record for record in shown(small).values()}
    assert set(published) == {"Through one", "Merged at one"}
    assert published["Through one"]["provenance"][-1]["hops"] == 2


def test_a_new_rank_shows_after_a_replay(small: Federation) -> None:
    [one] = add(small, "one", rank=10)
    [two] = add(small, "two", rank=20)
    one.put(a_record("one", "a", "Title of one", source_ids=DOI))
    two.put(a_record("two", "b", "Title of two", source_ids=DOI))
    [(local_id, _)] = harvest(small, "one", "two").items()
    with write(small.centre.engine) as connection:
        change_source(connection, replace(get_source(connection, "two"), rank=1), now=small.clock())
    run_source(small.centre, "two", Order(replay=True))
    assert shown(small)[local_id]["title"]["en"] == "Title of two"


def test_records_named_anew_by_their_source_keep_their_global_ids(federation: Federation) -> None:
    [ke] = add(federation, "ke")
    for number in range(3):
        ke.put(a_record("ke", f"n{number}", f"Guide {number}"))
    ke.put(a_record("ke", "doi", "Guide with DOI", source_ids=DOI))
    before = {record["title"]["en"]: local_id for local_id, record in harvest(federation, "ke").items()}
    for number in range(3):
        ke.put(a_record("kenya", f"other-{number}", f"Guide {number}"))
    ke.put(a_record("kenya", "doi", "Guide with DOI, revised", source_ids=DOI))
    ke.put(a_record("kenya", "new", "A new one"))
    report = run_source(federation.centre, "ke")
    assert report.counts.deleted == 0
    after = {record["title"]["en"].removesuffix(", revised"): key for key, record in shown(federation).items()}
    assert after.pop("A new one") not in before.values()
    assert after == before
    old = select(source_record.c.code).where(source_record.c.identifier == "urn:chm:ke:n0")
    assert [row.code for row in federation.rows(old)] == ["MOVED"]
    run_source(federation.centre, "ke", Order(replay=True))
    again = {record["title"]["en"].removesuffix(", revised"): key for key, record in shown(federation).items()}
    assert before.items() <= again.items() and len(again) == 5


def test_two_like_records_of_one_namespace_are_not_taken_for_one_renamed(small: Federation) -> None:
    [ke] = add(small, "ke")
    ke.put(a_record("ke", "a", "Annual report"))
    harvest(small, "ke")
    ke.put(a_record("ke", "b", "Annual report"))
    assert len(harvest(small, "ke")) == 2


def test_a_collection_that_takes_another_repository_in_was_not_renamed(small: Federation) -> None:
    [mine] = add(small, "mine")
    for number in range(3):
        mine.put(a_record("x", str(number), f"Report {number}"))
    assert len(harvest(small, "mine")) == 3
    mine.put(a_record("y", "a", "Report 0"))
    for number in range(3, 6):
        mine.put(a_record("y", str(number), f"Report {number}"))
    assert len(harvest(small, "mine")) == 7, "most of what is new replaces nothing"
    mine.put(a_record("y", "b", "Report 1"))
    assert len(harvest(small, "mine")) == 8, "nor is the repository new any more"


def test_one_list_of_several_repositories_is_taken_as_it_is(small: Federation) -> None:
    [mine] = add(small, "mine", page_size=2)
    for node in ("x", "y"):
        for number in range(4):
            mine.put(a_record(node, str(number), f"Report {number}"))
    assert len(harvest(small, "mine")) == 8


def test_a_namespace_belongs_to_the_source_that_had_it_first(small: Federation) -> None:
    add(small, "ke")
    with write(small.centre.engine) as connection:
        assert free_namespace(connection, "native", "ke") == ""
        assert free_namespace(connection, "native", "ug") == "ug"
        assert free_namespace(connection, "oai_pmh", "Repo.UG.example") == "repo.ug.example"
        assert free_namespace(connection, "oai_pmh", "https://repo.ug.example/oai") == ""
        assert free_namespace(connection, "ckan", "ug") == ""
