"""DCAT catalogues whose pages lead astray, or that name what they do not describe: what a run makes of each."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import Play
from tests.hostile.stage import Stage


def assert_complete(stage: Stage, records: int) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done", records, 0), report.reason
    assert len(stage.published()) == records


def assert_nothing_new(stage: Stage, records: int) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.unchanged, report.counts.read) == ("done", records, records), report.reason
    assert len(stage.published()) == records


@pytest.mark.parametrize(("name", "records"), [("dcat-empty-later", 7), ("dcat-halves-later", 12)])
def test_a_catalogue_that_shrinks_removes_nothing_by_itself(play: Play, name: str, records: int) -> None:
    stage = play(name)
    assert_complete(stage, records)
    stage.harvest()
    assert len(stage.published()) == records


@pytest.mark.parametrize(
    ("name", "records", "requests"),
    [("dcat-loop", 10, 2), ("dcat-next-is-itself", 5, 1), ("dcat-endless-pages", 5, 4)],
)
def test_a_list_that_never_ends_is_left_with_its_records(play: Play, name: str, records: int, requests: int) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "LIST_LOOPS")
    assert len(stage.published()) == records
    assert len(stage.server.requests) == requests


def test_a_next_page_on_the_inner_host_is_asked_on_the_outer_one(play: Play) -> None:
    stage = play("dcat-next-internal-host")
    assert_complete(stage, records=10)
    assert "ckan.internal:5000" in stage.reports[0].reason
    assert [call.query for call in stage.server.requests] == [{}, {"page": "2"}]


def test_a_next_page_on_another_host_is_not_asked(play: Play) -> None:
    stage = play("dcat-next-other-host")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("done-with-errors", "NEXT_ADDRESS")
    assert "169.254.169.254" in report.reason
    assert len(stage.published()) == 5


@pytest.mark.parametrize("name", ["dcat-older-hydra", "dcat-link-header"])
def test_pages_are_followed_however_they_are_told(play: Play, name: str) -> None:
    stage = play(name)
    assert_complete(stage, records=10)
    assert_nothing_new(stage, records=10)


def test_a_page_that_fails_once_is_where_the_next_run_goes_on(play: Play) -> None:
    stage = play("dcat-second-page-fails-once")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "SOURCE_UNREACHABLE")
    assert len(stage.published()) == 5
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", 7)
    assert len(stage.published()) == 12


def test_a_dataset_on_two_pages_is_there_once(play: Play) -> None:
    stage = play("dcat-repeats-across-pages")
    assert_complete(stage, records=9)
    assert "came again with other content" in stage.reports[0].reason
    assert "Wetland count 5" in stage.titles()
    assert_nothing_new(stage, records=9)


def test_what_is_only_named_is_no_record(play: Play) -> None:
    stage = play("dcat-only-named")
    assert_complete(stage, records=3)
    assert stage.titles() == [f"Wetland count {number}" for number in (1, 2, 3)]


def test_what_the_catalogue_lists_and_never_describes_makes_it_incomplete(play: Play) -> None:
    stage = play("dcat-named-not-described")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("done-with-errors", "LIST_INCOMPLETE")
    assert "2 entries the catalogue names are described on none of its pages" in report.reason
    assert len(stage.published()) == 3


@pytest.mark.parametrize("name", ["dcat-blank-nodes", "dcat-without-identifier"])
def test_datasets_without_address_are_the_same_the_next_time(play: Play, name: str) -> None:
    stage = play(name)
    assert_complete(stage, records=3)
    assert_nothing_new(stage, records=3)
    assert ("neither an address nor an identifier" in stage.reports[0].reason) == (name == "dcat-without-identifier")


def test_an_absurd_total_is_passed_over(play: Play) -> None:
    assert_complete(play("dcat-announces-absurdly-many"), records=3)


def test_a_catalogue_shorter_than_announced_is_not_simply_done(play: Play) -> None:
    stage = play("dcat-announces-too-many")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("done-with-errors", "LIST_INCOMPLETE")
    assert "only 12 of 1000" in report.reason
    assert len(stage.published()) == 12


def test_an_unchanged_catalogue_is_not_read_again(play: Play) -> None:
    stage = play("dcat-has-a-validator")
    assert_complete(stage, records=5)
    report = stage.harvest()
    assert (report.state, report.counts.read, len(stage.published())) == ("done", 0, 5)
    assert "has not changed" in report.reason
