"""Feeds that go wrong: good entries arrive, and what a feed no longer shows is not taken for deleted."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import Play


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("feed-web-page", "WRONG_ANSWER"),
        ("feed-cut-short", "ANSWER_UNREADABLE"),
        ("feed-doctype", "ANSWER_FORBIDDEN"),
    ],
)
def test_what_is_no_feed_any_more_removes_nothing(play: Play, name: str, code: str) -> None:
    stage = play(name)
    assert stage.harvest().counts.created == 5
    place = stage.place()
    report = stage.harvest()
    assert (report.state, report.reason_code, len(stage.published())) == ("failed", code, 5)
    assert stage.place() == place


@pytest.mark.parametrize(("name", "records"), [("feed-empty", 5), ("feed-window-moves", 10)])
def test_what_a_feed_no_longer_shows_stays(play: Play, name: str, records: int) -> None:
    stage = play(name)
    for _ in range(3):
        report = stage.harvest()
    assert report.counts.deleted == 0
    assert len(stage.published()) == records


def test_of_two_entries_with_one_id_the_newer_wins(play: Play) -> None:
    stage = play("feed-repeated-ids")
    report = stage.harvest()
    assert (report.counts.created, report.counts.updated) == (2, 1)
    assert stage.titles() == ["Nursery news 2", "The newer"]
    assert "share their id" in report.reason


def test_an_entry_goes_by_its_words_where_it_has_no_name_and_is_told_where_it_has_neither(play: Play) -> None:
    stage = play("feed-without-ids")
    report = stage.harvest()
    assert (report.state, report.counts.failed, stage.titles()) == ("done-with-errors", 1, ["Named", "Nameless"])
    assert len(stage.problems("ID_SYNTAX")) == 1
    assert stage.harvest().counts.unchanged == 2


def test_dates_in_the_future_hide_no_later_entry(play: Play) -> None:
    stage = play("feed-future-dates")
    assert stage.harvest().counts.created == 2
    assert stage.harvest().counts.created == 1


@pytest.mark.parametrize(("name", "records"), [("feed-paged-loop", 15), ("feed-names-itself", 5)])
def test_pages_in_a_circle_end_the_run(play: Play, name: str, records: int) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "LIST_LOOPS")
    assert len(stage.published()) == records
    assert len(stage.server.requests) < 6


def test_a_next_page_on_another_host_is_never_asked(play: Play) -> None:
    stage = play("feed-next-elsewhere")
    report = stage.harvest()
    assert (report.state, report.reason_code, report.counts.created) == ("done-with-errors", "NEXT_ADDRESS", 5)


def test_an_archived_version_does_not_replace_a_newer_one(play: Play) -> None:
    stage = play("feed-archives")
    report = stage.harvest()
    assert (report.state, len(stage.published())) == ("done", 15)
    assert "The oldest version" not in stage.titles()


def test_the_deletion_of_an_unknown_entry_is_no_error(play: Play) -> None:
    stage = play("feed-unknown-deleted")
    stage.harvest()
    report = stage.harvest()
    assert report.state in ("done", "held")
    assert len(stage.published()) >= 4
    assert {f"Nursery news {number}" for number in range(1, 5)} <= set(stage.titles())
