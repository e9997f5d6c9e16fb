"""CBD clearing-houses that go wrong: the records that can be read arrive, and what is not public stays out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from harvester.tables import raw_record
from tests.hostile.conftest import Play
from tests.hostile.stage import Stage


def assert_complete(stage: Stage, records: int) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done", records, 0)
    assert len(stage.published()) == records


def assert_nothing_removed(stage: Stage, records: int) -> str:
    """The second harvest removes nothing and moves nowhere; give its reason."""
    stage.harvest()
    before, place = stage.published(), stage.place()
    assert len(before) == records
    report = stage.harvest()
    assert report.counts.deleted == 0
    assert (stage.published(), stage.place()) == (before, place)
    return report.reason_code


def test_an_index_that_shrinks_while_it_is_read_loses_nothing(play: Play) -> None:
    stage = play("cbd-shrinks-while-read")
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", 25)
    assert "Mangrove guide 11" in stage.titles(), "the entry that moved before the second page"


def test_a_count_that_flickers_ends_all_the_same(play: Play) -> None:
    stage = play("cbd-count-flickers")
    stage.harvest()
    assert len(stage.published()) == 25
    assert len(stage.server.requests) < 20


def test_an_absurd_count_divides_nothing_for_ever_and_costs_no_record(play: Play) -> None:
    stage = play("cbd-count-absurd")
    report = stage.harvest()
    assert (report.counts.created, report.reason_code) == (25, "LIST_INCOMPLETE")
    assert report.state != "done"
    assert len(stage.server.requests) < 12


def test_an_index_that_does_not_go_on_ends_the_run(play: Play) -> None:
    stage = play("cbd-start-ignored")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "LIST_LOOPS")
    assert len(stage.published()) == 10
    assert len(stage.server.requests) < 9


def test_an_index_that_gives_ten_at_a_time_is_read_ten_at_a_time(play: Play) -> None:
    assert_complete(play("cbd-rows-capped"), 25)


def test_a_large_index_is_read_by_spans_of_time_and_is_whole_all_the_same(play: Play) -> None:
    stage = play("cbd-large-index")
    assert_complete(stage, 65)
    lists = [call for call in stage.asked(start="0") if call.query["rows"] == "10"]
    assert len(lists) > 6
    assert "(*:* NOT updatedDate_dt:*)" in {call.query["fq"] for call in lists}
    again = stage.harvest()
    assert (again.state, again.counts.unchanged) == ("done", 5), "the dated ones lie before the window"


def test_an_entry_that_breaks_its_page_is_left_out_alone(play: Play) -> None:
    stage = play("cbd-poisoned-entry")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (24, 1)
    assert "place 13 of the list" in stage.problems("RECORD_UNREACHABLE")[0].value
    assert stage.place() == (None, None), "the next run asks for everything again"


def test_a_page_that_breaks_off_is_asked_for_again(play: Play) -> None:
    assert_complete(play("cbd-cut-short-once"), 25)


@pytest.mark.parametrize("name", ["cbd-web-page", "cbd-other-json"])
def test_another_kind_of_answer_is_no_empty_index(play: Play, name: str) -> None:
    assert assert_nothing_removed(play(name), 3) == "WRONG_ANSWER"


def test_an_error_of_the_index_is_told_in_its_own_words(play: Play) -> None:
    stage = play("cbd-error-object")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "PROTOCOL_FAULT")
    assert "no field name specified" in report.reason


def test_an_index_that_is_suddenly_empty_removes_nothing(play: Play) -> None:
    stage = play("cbd-empty-later")
    stage.harvest()
    report = stage.harvest()
    assert (report.counts.deleted, len(stage.published())) == (0, 25)


def test_a_list_that_ends_early_removes_nothing(play: Play) -> None:
    stage = play("cbd-truncated-later")
    stage.harvest()
    report = stage.harvest()
    assert (report.counts.deleted, len(stage.published()), report.reason_code) == (0, 25, "LIST_INCOMPLETE")


def test_a_record_that_is_withdrawn_without_a_word_leaves_the_index(play: Play) -> None:
    stage = play("cbd-withdrawn-silently")
    assert_complete(stage, 12)
    reports = [stage.harvest() for _ in range(4)]
    assert sum(report.counts.deleted for report in reports) == 1
    assert len(stage.published()) == 11
    assert "Mangrove guide 4" not in stage.titles()


def test_a_record_with_several_entries_is_there_once_in_its_latest_revision(play: Play) -> None:
    stage = play("cbd-entries-twice")
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", 12)
    records = stage.published().values()
    assert {(record["revision"], record["title"]["en"][:8]) for record in records} == {(2, "Mangrove")}
    again = stage.harvest()
    assert (again.counts.updated, again.counts.deleted, len(stage.published())) == (0, 0, 12)


def test_entries_that_cannot_be_named_are_told_and_cost_nothing_else(play: Play) -> None:
    stage = play("cbd-broken-entry")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (3, 2), "the one with too long a name has a number"
    assert [problem.code for problem in stage.problems("ID_SYNTAX")] == ["ID_SYNTAX"] * 2


def test_values_of_other_kinds_break_no_run(play: Play) -> None:
    stage = play("cbd-wrong-types")
    report = stage.harvest()
    assert report.counts.read == 4
    assert (report.counts.created, report.counts.failed) == (4, 0)


def test_what_is_not_public_is_not_published(play: Play) -> None:
    stage = play("cbd-not-public")
    stage.harvest()
    assert sorted(record["sourceIds"][0]["value"][-1] for record in stage.published().values()) == ["1", "5"]
    kept = {row.identifier[-1]: row.payload for row in stage.rows(select(raw_record)) if row.payload}
    assert sorted(kept) == ["1", "5"]


def test_an_index_without_states_is_asked_without_them(play: Play) -> None:
    assert_complete(play("cbd-no-state"), 3)


@pytest.mark.parametrize("name", ["cbd-window-ignored", "cbd-window-refused"])
def test_a_window_that_is_not_taken_costs_nothing(play: Play, name: str) -> None:
    stage = play(name)
    assert_complete(stage, 5)
    for _ in range(2):
        report = stage.harvest()
        assert (report.state, report.counts.deleted, report.counts.failed) == ("done", 0, 0)
    assert len(stage.published()) == 5


def test_a_document_that_fails_costs_no_other_and_is_tried_again(play: Play) -> None:
    stage = play("cbd-document-fails")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (4, 1)
    assert "its document cannot be read" in stage.problems("RECORD_UNREACHABLE")[0].value
    before = len([call for call in stage.server.requests if call.path.endswith("0003")])
    stage.harvest()
    assert len([call for call in stage.server.requests if call.path.endswith("0003")]) > before


def test_a_clearing_house_without_documents_stops_the_run(play: Play) -> None:
    stage = play("cbd-documents-down")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "SOURCE_UNREACHABLE")
    assert len([call for call in stage.server.requests if "/documents/" in call.path]) < 6


def test_what_is_confidential_is_neither_published_nor_kept_whole(play: Play) -> None:
    stage = play("cbd-confidential-document")
    stage.harvest()
    records = {record["sourceIds"][0]["value"][-1]: record for record in stage.published().values()}
    assert sorted(records) == ["1", "3"]
    assert records["3"]["access"]["confidential"] == ["subjectMatter"]
    assert "root" not in str(records["3"])
    payloads = b"".join(row.payload or b"" for row in stage.rows(select(raw_record)))
    assert b"isConfidential" not in payloads
