"""OAI-PMH lists that do not end as they should: what a run makes of each."""

from __future__ import annotations

import pytest

from harvester.hostile.oai_lists import ODD_TOKEN
from harvester.hostile.scenario import Call
from harvester.runs import Order
from tests.hostile.conftest import Play
from tests.hostile.stage import Stage
from tests.hostile.test_hostile_oai_removals import quirks


def assert_loop(stage: Stage, records: int) -> None:
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "LIST_LOOPS")
    assert len(stage.published()) == records
    assert stage.place() == (None, None), "an unfinished list moves no window, and the next run begins at its head"
    assert len(stage.server.requests) < 15


def assert_complete(stage: Stage, records: int) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", records)
    assert len(stage.published()) == records
    assert stage.place() == ("2024-05-01T11:58:00Z", None)


def test_a_token_that_returns_ends_the_run(play: Play) -> None:
    assert_loop(play("oai-token-returned"), records=20)


def test_tokens_that_go_in_a_circle_end_the_run(play: Play) -> None:
    assert_loop(play("oai-token-cycle"), records=25)


def test_new_tokens_without_new_records_end_the_run(play: Play) -> None:
    assert_loop(play("oai-new-tokens-same-records"), records=10)


def test_empty_pages_without_end_end_the_run(play: Play) -> None:
    assert_loop(play("oai-endless-empty-pages"), records=10)


def test_a_list_without_end_ends_at_the_limit_of_pages(play: Play) -> None:
    assert_loop(play("oai-endless-list"), records=50)


def test_a_list_that_starts_again_is_complete_when_all_announced_came(play: Play) -> None:
    assert_complete(play("oai-restarts-at-its-end"), records=25)


def without_prefix(stage: Stage) -> list[Call]:
    continued = [call for call in stage.asked(verb="ListRecords") if "resumptionToken" in call.query]
    return [call for call in continued if "metadataPrefix" not in call.query]


def test_a_token_that_needs_the_prefix_gets_it(play: Play) -> None:
    stage = play("oai-token-needs-prefix")
    assert_complete(stage, records=25)
    assert len(without_prefix(stage)) == 1
    stage.harvest(Order(full=True))
    assert len(without_prefix(stage)) == 1, "that the prefix is wanted is remembered"


def test_an_expired_token_starts_the_list_again_without_loss_or_double(play: Play) -> None:
    stage = play("oai-token-forgotten-once")
    assert_complete(stage, records=25)
    assert stage.reports[0].counts.unchanged == 20


def test_tokens_nobody_knows_end_the_run_after_a_restart(play: Play) -> None:
    stage = play("oai-token-never-known")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "CURSOR_EXPIRED")
    assert len(stage.published()) == 10
    assert len(stage.asked(verb="ListRecords")) == 4


@pytest.mark.parametrize("end", ["unsaid", "empty", "blank", "attributes"])
def test_an_end_is_an_end_however_it_is_said(play: Play, end: str) -> None:
    assert_complete(play(f"oai-end-{end}"), records=20)


@pytest.mark.parametrize("name", ["oai-no-records", "oai-empty-list"])
def test_nothing_at_all_is_a_success(play: Play, name: str) -> None:
    assert_complete(play(name), records=0)


@pytest.mark.parametrize("status", [404, 422])
def test_a_refused_window_is_empty_and_stays(play: Play, status: int) -> None:
    stage = play(f"oai-nothing-new-is-{status}")
    assert_complete(stage, records=3)
    report = stage.harvest()
    assert (report.state, report.counts.read) == ("done", 0)
    assert f"HTTP status {status}" in report.reason
    assert stage.place() == ("2024-05-01T11:58:00Z", None)
    assert len(stage.published()) == 3


def test_a_first_list_that_is_refused_is_no_empty_list(play: Play) -> None:
    stage = play("oai-first-list-is-404")
    report = stage.harvest()
    assert (report.state, report.reason_code, stage.place()) == ("failed", "SOURCE_REFUSED", (None, None))


def test_a_token_may_be_answered_with_no_records(play: Play) -> None:
    assert_complete(play("oai-no-records-on-token"), records=10)


def test_two_empty_pages_do_not_end_a_list(play: Play) -> None:
    assert_complete(play("oai-two-empty-pages"), records=20)


def test_records_that_come_again_are_there_once(play: Play) -> None:
    stage = play("oai-repeats-across-pages")
    assert_complete(stage, records=15)
    assert stage.reports[0].counts.unchanged == 5


def test_the_later_of_two_versions_wins_and_both_are_told(play: Play) -> None:
    stage = play("oai-changed-across-pages")
    report = stage.harvest()
    assert (report.counts.created, report.counts.updated) == (11, 1)
    assert "The later of two versions" in stage.titles()
    assert "Wetland survey 1" not in stage.titles()
    assert "two contents under one datestamp" in report.reason
    assert quirks(stage)["versions_conflict"] == "oai:library.example:1"


def test_a_token_goes_back_byte_for_byte(play: Play) -> None:
    stage = play("oai-odd-token")
    assert_complete(stage, records=20)
    assert stage.asked(resumptionToken=ODD_TOKEN)


@pytest.mark.parametrize("name", ["oai-announces-absurdly-many", "oai-announces-a-trillion-times"])
def test_an_absurd_announcement_is_passed_over(play: Play, name: str) -> None:
    assert_complete(play(name), records=20)


def test_a_list_shorter_than_announced_is_not_simply_done(play: Play) -> None:
    stage = play("oai-announces-too-many")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("done-with-errors", "LIST_INCOMPLETE")
    assert "15 of 1000" in report.reason
    assert (report.counts.deleted, len(stage.published())) == (0, 15)


def test_a_window_that_owes_records_is_asked_for_again_before_it_moves(play: Play) -> None:
    stage = play("oai-announces-too-many")
    stage.harvest()
    assert stage.place() == (None, None)
    again = stage.harvest()
    assert (again.reason_code, again.counts.unchanged) == ("LIST_INCOMPLETE", 15)
    assert stage.place() == ("2024-05-01T11:58:00Z", None), "what is owed twice will not come by asking again"
