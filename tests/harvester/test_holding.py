"""Nothing is removed but on evidence: what a run may do by itself, what waits for a person, and what that brings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_node import FakeNode, Federation, a_record, new_federation
from sqlalchemy import select

from chm_node.publishing.sql import write
from harvester.operating_errors import HoldDecided, UnknownHold
from harvester.proof import deferrals, holding
from harvester.proof.decisions import discard, release
from harvester.proof.evidence import is_implausible, reason_to_hold
from harvester.runs import Order, Report, run_source
from harvester.tables import deferral, outcome, run
from harvester.tables import hold as hold_table


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def a_node_with(federation: Federation, count: int) -> FakeNode:
    node = federation.add("ke", page_size=7)
    for number in range(count):
        node.put(a_record("ke", f"r{number:02}", f"Nursery {number}"))
    assert run_source(federation.centre, "ke").state == "done"
    return node


def numbers(report: Report) -> dict[str, int]:
    return {name: number for name, number in report.counts.as_dict().items() if number}


@pytest.mark.parametrize(
    ("removed", "live", "asks"),
    [(0, 20, False), (5, 20, False), (6, 20, True), (5, 12, False), (5, 10, True), (2, 4, True), (1, 2, False),
     (1, 1, True), (3, 0, False), (200, 1000, False), (201, 1000, True)],
)  # fmt: skip
def test_a_person_is_asked_where_more_than_five_and_a_fifth_or_half_or_all_would_go(
    removed: int, live: int, asks: bool
) -> None:
    assert bool(reason_to_hold(removed, live)) == asks


def test_a_whole_list_is_no_proof_by_itself_where_it_names_half_of_what_is_held() -> None:
    assert is_implausible(5, 10)
    assert not is_implausible(6, 10)
    assert not is_implausible(0, 0)


def test_a_few_tombstones_are_carried_out_in_their_run(federation: Federation) -> None:
    node = a_node_with(federation, 20)
    for number in range(4):
        node.delete(f"urn:chm:ke:r{number:02}")
    report = run_source(federation.centre, "ke")
    assert (report.state, numbers(report)) == ("done", {"read": 4, "deleted": 4})
    assert len(federation.published()) == 16
    assert federation.rows(select(deferral)) == []


def test_many_tombstones_are_held_while_changes_arrive_and_a_release_removes_them_once(federation: Federation) -> None:
    node = a_node_with(federation, 20)
    node.put(a_record("ke", "r19", "Nursery 19, enlarged"))
    for number in range(8):
        node.delete(f"urn:chm:ke:r{number:02}")
    report = run_source(federation.centre, "ke")
    assert (report.state, report.reason_code) == ("held", "REMOVALS")
    assert "8 of 20 records would be removed: that is 40 % of the source" in report.reason
    assert numbers(report) == {"read": 9, "updated": 1, "held": 8}
    assert len(federation.published()) == 20
    assert "Nursery 19, enlarged" in {record["title"]["en"] for record in federation.published().values()}
    assert report.run is not None
    done = release(federation.centre, report.run, by="Amina")
    assert numbers(Report("ke", done.run, "", done.counts, 0)) == {"read": 8, "deleted": 8}
    assert len(federation.published()) == 12
    with pytest.raises(HoldDecided):
        release(federation.centre, report.run, by="Amina")
    with pytest.raises(HoldDecided):
        discard(federation.centre, report.run, by="Amina")
    [state] = federation.rows(select(run.c.state, run.c.reason).where(run.c.id == report.run))
    assert state.state == "done" and "Released by Amina" in state.reason
    told = federation.rows(select(outcome.c.outcome).where(outcome.c.identifier == "urn:chm:ke:r00"))
    assert [row.outcome for row in told] == ["created", "held", "deleted"]


def test_what_is_discarded_stays_also_through_a_replay_until_the_source_says_something_new(
    federation: Federation,
) -> None:
    node = a_node_with(federation, 10)
    for number in range(8):
        node.delete(f"urn:chm:ke:r{number:02}")
    held = run_source(federation.centre, "ke").run
    assert held is not None
    discard(federation.centre, held, by="Amina")
    assert run_source(federation.centre, "ke", Order(replay=True)).state == "done"
    assert len(federation.published()) == 10
    node.put(a_record("ke", "r00", "Nursery 0, anew"))
    assert numbers(run_source(federation.centre, "ke")) == {"read": 1, "updated": 1}
    node.delete("urn:chm:ke:r00")
    assert numbers(run_source(federation.centre, "ke")) == {"read": 1, "deleted": 1}
    assert len(federation.published()) == 9


def test_a_record_that_comes_back_before_the_decision_is_not_removed_by_it(federation: Federation) -> None:
    node = a_node_with(federation, 10)
    for number in range(8):
        node.delete(f"urn:chm:ke:r{number:02}")
    held = run_source(federation.centre, "ke").run
    assert held is not None
    node.put(a_record("ke", "r03", "Nursery 3, anew"))
    run_source(federation.centre, "ke")
    release(federation.centre, held, by="Amina")
    assert sorted(record["title"]["en"] for record in federation.published().values()) == [
        "Nursery 3, anew", "Nursery 8", "Nursery 9",
    ]  # fmt: skip


def test_what_a_later_run_finds_joins_the_open_decision(federation: Federation) -> None:
    node = a_node_with(federation, 20)
    for number in range(8):
        node.delete(f"urn:chm:ke:r{number:02}")
    first = run_source(federation.centre, "ke")
    node.delete("urn:chm:ke:r10")
    second = run_source(federation.centre, "ke")
    assert (first.state, second.state) == ("held", "held")
    assert "still open" in second.reason
    assert len(federation.rows(select(hold_table))) == 1
    assert second.run is not None
    assert release(federation.centre, second.run, by="Amina").counts.deleted == 9
    assert {row.state for row in federation.rows(select(run.c.state))} == {"done"}


def test_languages_lost_in_many_records_wait_and_a_few_do_not(federation: Federation) -> None:
    node = federation.add("ke")
    for number in range(20):
        node.put(a_record("ke", f"r{number}", {"en": f"Nursery {number}", "fr": "Pépinière"}))
    run_source(federation.centre, "ke")
    node.put(a_record("ke", "r0", "Nursery zero"))
    assert numbers(run_source(federation.centre, "ke")) == {"read": 1, "updated": 1}
    for number in range(1, 11):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    report = run_source(federation.centre, "ke")
    assert (report.state, report.reason_code, report.counts.held) == ("held", "LANGUAGES", 10)
    assert sum("fr" in record["title"] for record in federation.published().values()) == 19
    assert report.run is not None
    release(federation.centre, report.run, by="Amina")
    assert sum("fr" in record["title"] for record in federation.published().values()) == 9


def test_a_first_harvest_is_never_held_and_a_run_that_is_not_held_cannot_be_decided(federation: Federation) -> None:
    node = federation.add("ke")
    for number in range(9):
        node.delete(f"urn:chm:ke:r{number}")
    report = run_source(federation.centre, "ke")
    assert (report.state, report.counts.deleted) == ("done", 9)
    assert report.run is not None
    with pytest.raises(UnknownHold):
        release(federation.centre, report.run, by="Amina")


def test_a_dry_run_says_held_and_keeps_nothing(federation: Federation) -> None:
    node = a_node_with(federation, 10)
    for number in range(8):
        node.delete(f"urn:chm:ke:r{number:02}")
    report = run_source(federation.centre, "ke", Order(dry=True))
    assert (report.state, report.counts.held) == ("held", 8)
    assert federation.rows(select(hold_table)) == federation.rows(select(deferral)) == []


def test_a_release_that_was_stopped_is_finished_by_the_next_run(federation: Federation) -> None:
    node = a_node_with(federation, 10)
    for number in range(8):
        node.delete(f"urn:chm:ke:r{number:02}")
    held = run_source(federation.centre, "ke").run
    assert held is not None
    with write(
        federation.centre.engine
    ) as connection:  # as if the process had died between the decision and its first batch
        holding.decide(
            connection, holding.get_hold(connection, held), "released", by="Amina", now=federation.centre.clock()
        )
        assert deferrals.count_released(connection, "ke") == 8
    assert run_source(federation.centre, "ke").counts.deleted == 8
    assert len(federation.published()) == 2
