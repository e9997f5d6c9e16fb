"""OGC API - Records endpoints that go wrong: the records that can be read arrive, and no strange host is asked."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import Play
from tests.hostile.stage import Stage


def assert_complete(stage: Stage, records: int) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done", records, 0)
    assert len(stage.published()) == records


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("records-next-is-itself", 10),
        ("records-cycle", 30),
        ("records-old-records", 10),
        ("records-endless-empty-pages", 0),
    ],
)
def test_next_links_that_do_not_end_end_the_run(play: Play, name: str, records: int) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "LIST_LOOPS")
    assert len(stage.published()) == records
    assert len(stage.server.requests) < 8


def test_an_empty_page_behind_the_last_record_is_an_end(play: Play) -> None:
    assert_complete(play("records-extra-empty-page"), 20)


def test_an_internal_next_link_is_followed_on_the_sources_own_host(play: Play) -> None:
    assert_complete(play("records-internal-next"), 25)


@pytest.mark.parametrize("name", ["records-foreign-next", "records-file-next"])
def test_a_next_link_that_leads_elsewhere_is_not_followed_and_told(play: Play, name: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.counts.created, len(stage.published())) == (10, 10)
    assert report.state != "done"
    assert "was not asked" in report.reason


def test_a_list_shorter_than_announced_is_not_simply_done(play: Play) -> None:
    stage = play("records-fewer-than-announced")
    report = stage.harvest()
    assert (report.counts.created, report.reason_code) == (25, "LIST_INCOMPLETE")
    assert "25 of 40" in report.reason


def test_a_page_cut_short_is_asked_for_again(play: Play) -> None:
    assert_complete(play("records-cut-short-once"), 25)


def test_a_list_that_breaks_off_is_taken_up_where_it_was(play: Play) -> None:
    stage = play("records-page-down")
    first = stage.harvest()
    assert (first.state, first.counts.created) == ("failed", 10)
    second = stage.harvest()
    assert (second.state, second.counts.created, second.counts.unchanged) == ("done", 15, 0)


def test_an_empty_list_removes_nothing(play: Play) -> None:
    stage = play("records-empty-later")
    assert_complete(stage, 25)
    report = stage.harvest()
    assert (report.counts.deleted, len(stage.published())) == (0, 25)


@pytest.mark.parametrize("name", ["records-login-page", "records-error-object"])
def test_another_answer_is_no_empty_list(play: Play, name: str) -> None:
    stage = play(name)
    assert_complete(stage, 3)
    place = stage.place()
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "WRONG_ANSWER")
    assert (len(stage.published()), stage.place()) == (3, place)


def test_a_record_that_cannot_be_cut_out_costs_no_other(play: Play) -> None:
    stage = play("records-broken-record")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 2, 3)
    assert len(stage.problems("ID_SYNTAX")) == 2
    [problem] = stage.problems("VALUE_MISSING")
    assert problem.record_id == "catalogue/lake-002"


def test_wrong_types_cost_only_their_record(play: Play) -> None:
    stage = play("records-wrong-types")
    report = stage.harvest()
    assert (report.counts.created, report.counts.refused, report.counts.failed) == (3, 1, 0)
    assert stage.titles() == ["7", "Lake depths 1", "Lake depths 3"]


def test_records_that_come_again_are_there_once(play: Play) -> None:
    stage = play("records-repeats-across-pages")
    report = stage.harvest()
    assert (report.state, report.counts.created, len(stage.published())) == ("done", 25, 25)
