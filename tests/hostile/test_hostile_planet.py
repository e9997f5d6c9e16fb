"""Protected Planet and PANORAMA going wrong: what can be read arrives, nothing is removed, no key is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from harvester.tables import raw_record, run, source_setting
from tests.hostile.conftest import Play
from tests.hostile.stage import SECRET, Stage


def assert_nothing_removed(stage: Stage) -> str:
    stage.harvest()
    before = stage.published()
    assert len(before) == 3
    report = stage.harvest()
    assert report.counts.deleted == 0
    assert report.state != "done"
    assert stage.published() == before
    return report.reason_code


def assert_key_is_kept(stage: Stage) -> None:
    """The key was sent, and stands in no table, report or published record."""
    assert any(SECRET in call.query.values() for call in stage.server.requests)
    told = [str(row) for table in (raw_record, run, source_setting) for row in stage.rows(select(table))]
    told += [str(stage.reports), str(stage.published()), str(stage.problems())]
    assert not any(SECRET in text for text in told)


def test_small_pages_are_read_to_the_end(play: Play) -> None:
    stage = play("planet-small-pages")
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", 45)


def test_a_page_that_comes_again_ends_the_run(play: Play) -> None:
    stage = play("planet-page-ignored")
    report = stage.harvest()
    assert (report.reason_code, len(stage.published())) == ("LIST_LOOPS", 50)
    assert len(stage.server.requests) < 8


def test_a_refused_token_removes_nothing_and_is_not_told(play: Play) -> None:
    stage = play("planet-token-refused-later")
    assert assert_nothing_removed(stage) == "SOURCE_REFUSED"
    assert_key_is_kept(stage)


def test_a_token_sent_back_is_neither_stored_nor_published(play: Play) -> None:
    stage = play("planet-token-echoed")
    assert stage.harvest().counts.created == 1
    assert_key_is_kept(stage)


@pytest.mark.parametrize("name", ["planet-empty-later", "panorama-empty-later"])
def test_an_empty_list_removes_nothing(play: Play, name: str) -> None:
    assert assert_nothing_removed(play(name)) == "LIST_EMPTY"


def test_a_broken_area_costs_no_other(play: Play) -> None:
    stage = play("planet-broken-area")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (2, 2)
    assert len(stage.problems("ID_SYNTAX")) == 2


def test_a_language_that_fails_takes_no_language_away(play: Play) -> None:
    stage = play("panorama-language-fails-later")
    assert assert_nothing_removed(stage) == "SOURCE_UNREACHABLE"
    assert {tuple(sorted(record["title"])) for record in stage.published().values()} == {("en", "fr")}


def test_a_login_page_is_no_empty_list_of_solutions(play: Play) -> None:
    stage = play("panorama-login-page")
    assert assert_nothing_removed(stage) == "WRONG_ANSWER"
    assert_key_is_kept(stage)


def test_a_broken_solution_costs_no_other(play: Play) -> None:
    stage = play("panorama-broken-solution")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed, stage.titles()) == (1, 3, ["Solution 1"])
