"""Catalogue services that go wrong: the records that can be read arrive, and nothing is removed for want of them."""

from __future__ import annotations

import pytest

from harvester.hostile.csw_service import arguments
from tests.hostile.conftest import Play
from tests.hostile.stage import Stage


def assert_complete(stage: Stage, records: int = 25) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done", records, 0)
    assert len(stage.published()) == records


def assert_nothing_removed(stage: Stage, records: int) -> str:
    """The second harvest removes nothing, whatever it is called; give its reason."""
    stage.harvest()
    before = stage.published()
    assert len(before) == records
    report = stage.harvest()
    assert report.counts.deleted == 0
    assert stage.published() == before
    return report.reason_code


def assert_kept(stage: Stage, reason_code: str) -> None:
    """The second harvest fails: what was there stays, and the window stays."""
    stage.harvest()
    before, place = stage.published(), stage.place()
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", reason_code)
    assert (stage.published(), stage.place()) == (before, place)
    assert before


def places(stage: Stage) -> list[str]:
    """The positions records were asked for from, in order."""
    asked = [arguments(call) for call in stage.server.requests]
    return [query["startposition"] for query in asked if query.get("request") == "GetRecords"]


@pytest.mark.parametrize(
    "next_record", ["past-the-end", "far-away", "is-zero", "is-itself", "goes-back", "is-no-number"]
)
def test_a_list_is_read_by_its_own_count_whatever_next_record_says(play: Play, next_record: str) -> None:
    stage = play(f"csw-next-{next_record}")
    assert_complete(stage)
    assert places(stage) == ["1", "11", "21"]


def test_an_absurd_count_is_told_and_costs_no_record(play: Play) -> None:
    stage = play("csw-count-absurd")
    report = stage.harvest()
    assert (report.counts.created, report.reason_code) == (25, "LIST_INCOMPLETE")
    assert report.state != "done"


def test_a_count_that_changes_ends_all_the_same(play: Play) -> None:
    stage = play("csw-count-changes")
    stage.harvest()
    assert len(stage.published()) == 25
    assert len(stage.server.requests) < 10


def test_a_list_that_shrinks_while_it_is_read_loses_nothing(play: Play) -> None:
    stage = play("csw-shrinks-while-read")
    assert_complete_after_shrinking(stage)


def assert_complete_after_shrinking(stage: Stage) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", 25)
    assert "Reef map 11" in stage.titles(), "the record that moved before the second page"


def test_a_service_that_gives_ten_at_a_time_is_read_ten_at_a_time(play: Play) -> None:
    stage = play("csw-ten-at-a-time")
    assert_complete(stage)
    assert places(stage) == ["1", "11", "21"]


@pytest.mark.parametrize(("name", "records"), [("csw-start-ignored", 10), ("csw-endless-empty-pages", 0)])
def test_a_list_that_does_not_go_on_ends_the_run(play: Play, name: str, records: int) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "LIST_LOOPS")
    assert (len(stage.published()), stage.place()[0]) == (records, None)
    assert len(stage.server.requests) < 7


def test_a_record_left_out_costs_no_other_and_is_told(play: Play) -> None:
    stage = play("csw-leaves-a-record-out")
    report = stage.harvest()
    assert (report.counts.created, report.reason_code) == (24, "LIST_INCOMPLETE")
    assert "24 of 25" in report.reason


def test_a_record_that_breaks_its_page_is_found_out_and_costs_no_other(play: Play) -> None:
    stage = play("csw-poisoned-record")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (24, 1)
    assert "Reef map 13" not in stage.titles()
    [problem] = stage.problems("RECORD_UNREACHABLE")
    assert "place 13" in problem.value
    assert stage.place()[0] is None, "the window stays where the record can still be found"


def test_a_service_that_is_down_keeps_the_page_before_and_the_place(play: Play) -> None:
    stage = play("csw-always-down")
    first = stage.harvest()
    assert (first.state, first.counts.created) == ("failed", 10)
    since, cursor = stage.place()
    assert since is None
    assert cursor is not None
    assert stage.harvest().counts.read == 0
    assert places(stage).count("1") == 1


def test_a_page_cut_short_is_asked_for_again(play: Play) -> None:
    assert_complete(play("csw-cut-short-once"))


def test_records_that_come_again_are_there_once(play: Play) -> None:
    stage = play("csw-repeats-across-pages")
    report = stage.harvest()
    assert (report.state, report.counts.created, len(stage.published())) == ("done", 25, 25)


def test_an_empty_list_removes_nothing(play: Play) -> None:
    assert_nothing_removed(play("csw-empty-later"), 25)


def test_a_list_that_ends_early_removes_nothing_and_is_told(play: Play) -> None:
    assert assert_nothing_removed(play("csw-truncated-later"), 25) == "LIST_INCOMPLETE"


@pytest.mark.parametrize(
    ("name", "reason_code"),
    [
        ("csw-login-page", "WRONG_ANSWER"),
        ("csw-other-document", "WRONG_ANSWER"),
        ("csw-exception", "PROTOCOL_FAULT"),
    ],
)
def test_another_answer_is_no_empty_list(play: Play, name: str, reason_code: str) -> None:
    assert_kept(play(name), reason_code)


def test_a_document_type_is_refused(play: Play) -> None:
    stage = play("csw-doctype")
    report = stage.harvest()
    assert (report.state, report.reason_code, stage.published()) == ("failed", "ANSWER_FORBIDDEN", {})


def test_a_record_that_cannot_be_cut_out_costs_no_other(play: Play) -> None:
    stage = play("csw-broken-records")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 2, 2)
    assert stage.titles() == ["Reef map 1", "Reef map 2"]


def test_a_record_without_title_is_refused_and_costs_no_other(play: Play) -> None:
    stage = play("csw-no-title")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.refused) == ("done-with-errors", 2, 1)
    assert len(stage.problems("TITLE_MISSING")) == 1


def test_an_internal_address_is_never_asked(play: Play) -> None:
    assert_complete(play("csw-internal-address"), 5)


def test_a_service_that_lists_no_schema_is_asked_for_the_richest(play: Play) -> None:
    assert_complete(play("csw-no-schemas"), 5)


def test_a_schema_that_is_refused_gives_way_to_dublin_core(play: Play) -> None:
    stage = play("csw-only-dublin-core")
    assert_complete(stage, 5)
    first = len(places(stage))
    assert stage.harvest().state == "done"
    assert (first, len(places(stage))) == (3, 4), "the second harvest asks in the way that worked, at once"


def test_a_constraint_that_is_refused_gives_way_to_the_whole_list(play: Play) -> None:
    stage = play("csw-window-refused")
    assert_complete(stage, 5)
    again = stage.harvest()
    assert (again.state, again.counts.unchanged) == ("done", 5)
    stage.harvest()
    assert len([call for call in stage.server.requests if "constraint" in arguments(call)]) == 1, (
        "asked once, remembered"
    )
