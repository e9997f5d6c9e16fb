"""Every record of every run has one outcome, and a second harvest of the same writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import func, select

from harvester import tables
from harvester.runs import Order, Report, run_source


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def counts(report: Report) -> dict[str, int]:
    return {name: number for name, number in report.counts.as_dict().items() if number}


def test_a_first_harvest_creates_and_a_second_one_writes_no_record(federation: Federation) -> None:
    node = federation.add("ke", page_size=2)
    for number in range(5):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    first = run_source(federation.centre, "ke")
    assert (first.state, counts(first)) == ("done", {"read": 5, "created": 5})
    before = everything(federation)
    second = run_source(federation.centre, "ke", Order(full=False, since="0"))
    assert (second.state, counts(second)) == ("done", {"read": 5, "unchanged": 5})
    assert everything(federation) == before


def everything(federation: Federation) -> dict[str, list[object]]:
    kept = ("raw_record", "source_record", "identity_key", "outcome", "item", "change", "rendition", "clock")
    return {name: sorted(map(tuple, federation.rows(select(tables.metadata.tables[name]))), key=str) for name in kept}


def test_a_change_and_a_deletion_reach_the_index_and_a_return_gets_the_old_id(federation: Federation) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a"))
    node.put(a_record("ke", "b", "Seed bank"))
    run_source(federation.centre, "ke")
    ids = {record["title"]["en"]: local_id for local_id, record in federation.published().items()}
    node.put(a_record("ke", "a", "Mangrove nursery, enlarged"))
    node.delete("urn:chm:ke:b")
    report = run_source(federation.centre, "ke")
    assert counts(report) == {"read": 2, "updated": 1, "deleted": 1}
    assert {local_id: record["title"]["en"] for local_id, record in federation.published().items()} == {
        ids["Mangrove nursery"]: "Mangrove nursery, enlarged"
    }
    node.put(a_record("ke", "b", "Seed bank"))
    assert counts(run_source(federation.centre, "ke")) == {"read": 1, "created": 1}
    assert ids["Seed bank"] in federation.published()


def test_a_deletion_that_is_known_is_unchanged_however_it_is_read_again(federation: Federation) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a"))
    node.put(a_record("ke", "b", "Seed bank"))
    run_source(federation.centre, "ke")
    node.delete("urn:chm:ke:b")
    node.delete("urn:chm:ke:never-seen")
    assert counts(run_source(federation.centre, "ke")) == {"read": 2, "deleted": 2}
    before = federation.published()
    for order in (Order(full=True), Order(replay=True), Order(since="0")):
        assert counts(run_source(federation.centre, "ke", order)) == {"read": 3, "unchanged": 3}
    assert federation.published() == before
    node.put(a_record("ke", "b", "Seed bank"))
    assert counts(run_source(federation.centre, "ke", Order(full=True))) == {"read": 3, "created": 1, "unchanged": 2}


def test_a_refused_record_is_kept_and_told_and_its_last_good_version_stays(federation: Federation) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a"))
    run_source(federation.centre, "ke")
    published = federation.published()
    node.put_json("urn:chm:ke:a", {"id": "urn:chm:ke:a", "type": "spaceship", "title": {"en": "?"}})
    report = run_source(federation.centre, "ke")
    assert (report.state, counts(report)) == ("done-with-errors", {"read": 1, "refused": 1})
    [outcome] = federation.rows(select(tables.outcome).where(tables.outcome.c.outcome == "refused"))
    assert (outcome.identifier, outcome.code) == ("urn:chm:ke:a", "TYPE_UNKNOWN")
    assert "spaceship" in outcome.problems
    [raw] = federation.rows(select(tables.raw_record))
    assert b"spaceship" in raw.payload
    assert federation.published() == published


def test_what_cannot_even_be_cut_out_is_read_and_failed(federation: Federation) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a"))
    node.changes["urn:chm:ke:broken"] = b"17"
    node.order.append("urn:chm:ke:broken")
    report = run_source(federation.centre, "ke")
    assert counts(report) == {"read": 2, "created": 1, "failed": 1}
    [outcome] = federation.rows(select(tables.outcome).where(tables.outcome.c.outcome == "failed"))
    assert outcome.identifier == "urn:chm:ke:broken"


def test_an_identifier_twice_on_a_page_is_a_creation_and_a_change(federation: Federation) -> None:
    from harvester.pipeline import _without_repeats
    from harvester.raw import new_raw

    first, again, other = (new_raw(name, b"{}", format="native") for name in ("a", "a", "b"))
    assert list(_without_repeats([first, other, again])) == [[first, other], [again]]


def test_the_numbers_of_a_run_add_up_in_the_database_too(federation: Federation) -> None:
    node = federation.add("ke", page_size=3)
    for number in range(7):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    node.put_json("urn:chm:ke:x", {"type": "project", "title": {}})
    run_source(federation.centre, "ke")
    node.delete("urn:chm:ke:r3")
    run_source(federation.centre, "ke", Order(since="0"))
    runs = federation.rows(select(tables.run).order_by(tables.run.c.id))
    assert [(row.read, row.created, row.unchanged, row.deleted, row.refused) for row in runs] == [
        (8, 7, 0, 0, 1),
        (8, 0, 7, 1, 0),
    ]
    for row in runs:
        told = federation.rows(select(func.count()).where(tables.outcome.c.run_id == row.id))[0][0]
        assert told == row.read - row.unchanged


def test_a_dry_run_says_what_a_real_one_does_and_keeps_nothing(federation: Federation) -> None:
    node = federation.add("ke", page_size=2)
    for number in range(3):
        node.put(a_record("ke", f"r{number}", "Same page", links=[{"url": "https://a.example/p", "rel": "landing"}]))
    node.put_json("urn:chm:ke:x", {"type": "project", "title": {}})
    before = everything(federation)
    dry = run_source(federation.centre, "ke", Order(dry=True))
    assert everything(federation) == before
    assert federation.rows(select(tables.run)) == []
    real = run_source(federation.centre, "ke")
    assert (dry.state, counts(dry)) == (real.state, counts(real))
    assert dry.run is None


def test_a_dry_run_ends_as_a_real_one_where_the_source_breaks_off_or_only_its_head_is_wanted(
    federation: Federation,
) -> None:
    node = federation.add("ke", page_size=2)
    for number in range(6):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    assert counts(run_source(federation.centre, "ke", Order(dry=True, limit=3))) == {"read": 3, "created": 3}
    assert len(node.asked) == 2
    node.fails_after, node.asked = 2, []
    dry = run_source(federation.centre, "ke", Order(dry=True))
    node.asked = []
    real = run_source(federation.centre, "ke")
    assert (dry.state, dry.reason, counts(dry)) == (real.state, real.reason, counts(real))
    assert counts(real) == {"read": 4, "created": 4}


def test_a_replay_needs_no_network_and_changes_nothing_by_itself(federation: Federation) -> None:
    node = federation.add("ke", page_size=2)
    for number in range(5):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    run_source(federation.centre, "ke")
    asked, published = len(node.asked), federation.published()
    federation.clock.forward(days=1)
    report = run_source(federation.centre, "ke", Order(replay=True))
    assert counts(report) == {"read": 5, "unchanged": 5}
    assert (len(node.asked), federation.published()) == (asked, published)


def test_a_beginning_that_is_named_skips_nothing_for_the_next_run(federation: Federation) -> None:
    node = federation.add("ke", page_size=2)
    for number in range(5):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    assert counts(run_source(federation.centre, "ke", Order(since="3"))) == {"read": 2, "created": 2}
    assert counts(run_source(federation.centre, "ke")) == {"read": 5, "created": 3, "unchanged": 2}


def test_a_limit_looks_at_the_head_of_the_list_and_does_not_move_on(federation: Federation) -> None:
    node = federation.add("ke", page_size=2)
    for number in range(5):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    assert counts(run_source(federation.centre, "ke", Order(limit=3))) == {"read": 3, "created": 3}
    assert counts(run_source(federation.centre, "ke")) == {"read": 5, "created": 2, "unchanged": 3}
