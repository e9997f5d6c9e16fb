"""CKAN sites whose search goes wrong: the packages that can be read arrive, and nothing is removed for want of them."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import Play
from tests.hostile.stage import Stage


def assert_complete(stage: Stage, packages: int) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done", packages, 0)
    assert len(stage.published()) == packages


def assert_nothing_removed(stage: Stage, packages: int, *, place_stays: bool = True) -> str:
    """The second harvest removes nothing, whatever it is called; give its reason."""
    stage.harvest()
    before, place = stage.published(), stage.place()
    assert len(before) == packages
    report = stage.harvest()
    assert report.counts.deleted == 0
    assert stage.published() == before
    assert not place_stays or stage.place() == place
    return report.reason_code


def test_a_list_that_shrinks_while_it_is_read_loses_nothing(play: Play) -> None:
    stage = play("ckan-shrinks-while-read")
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", 25)
    assert "Peatland survey 11" in stage.titles(), "the package that moved before the second page"


def test_a_list_that_grows_while_it_is_read_doubles_nothing(play: Play) -> None:
    stage = play("ckan-grows-while-read")
    report = stage.harvest()
    assert (report.counts.created, report.counts.unchanged) == (25, 1)
    assert len(stage.published()) == 25


def test_a_count_that_flickers_ends_all_the_same(play: Play) -> None:
    stage = play("ckan-count-flickers")
    stage.harvest()
    assert len(stage.published()) == 25
    assert len(stage.server.requests) < 15


def test_an_absurd_count_is_told_and_costs_no_package(play: Play) -> None:
    stage = play("ckan-count-absurd")
    report = stage.harvest()
    assert (report.counts.created, report.reason_code) == (25, "LIST_INCOMPLETE")
    assert report.state != "done"


def test_a_list_without_a_count_is_read_until_it_is_empty(play: Play) -> None:
    assert_complete(play("ckan-count-is-no-number"), 25)


@pytest.mark.parametrize("name", ["ckan-start-ignored", "ckan-old-packages"])
def test_a_list_that_does_not_go_on_ends_the_run(play: Play, name: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "LIST_LOOPS")
    assert (len(stage.published()), stage.place()[0]) == (10, None)
    assert len(stage.server.requests) < 7


def test_a_site_that_gives_ten_at_a_time_is_read_ten_at_a_time(play: Play) -> None:
    stage = play("ckan-rows-ignored")
    assert_complete(stage, 25)
    assert [call.query["start"] for call in stage.server.requests] == ["0", "10", "20"]


def test_packages_that_come_again_are_there_once(play: Play) -> None:
    stage = play("ckan-repeats-across-pages")
    report = stage.harvest()
    assert (report.state, report.counts.created, len(stage.published())) == ("done", 25, 25)


def test_a_package_that_breaks_its_page_is_found_out_and_costs_no_other(play: Play) -> None:
    stage = play("ckan-poisoned-package")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (24, 1)
    assert "Peatland survey 13" not in stage.titles()
    [problem] = stage.problems("RECORD_UNREACHABLE")
    assert "place 13" in problem.value
    assert stage.place()[0] is None, "the window stays where the package can still be found"


def test_a_site_that_goes_down_is_taken_up_where_it_was(play: Play) -> None:
    stage = play("ckan-goes-down")
    first = stage.harvest()
    assert (first.state, first.counts.created) == ("failed", 10)
    second = stage.harvest()
    assert (second.counts.created, len(stage.published())) == (15, 25)


def test_a_page_cut_short_is_asked_for_again(play: Play) -> None:
    assert_complete(play("ckan-cut-short-once"), 25)


def test_an_empty_list_removes_nothing(play: Play) -> None:
    assert_nothing_removed(play("ckan-empty-later"), 25, place_stays=False)


def test_a_list_that_ends_early_removes_nothing_and_is_told(play: Play) -> None:
    assert assert_nothing_removed(play("ckan-truncated-later"), 25, place_stays=False) == "LIST_INCOMPLETE"


def test_a_login_page_is_no_empty_list(play: Play) -> None:
    assert assert_nothing_removed(play("ckan-login-page"), 3) == "WRONG_ANSWER"


def test_an_empty_body_is_no_empty_list(play: Play) -> None:
    assert assert_nothing_removed(play("ckan-empty-body"), 3) == "ANSWER_UNREADABLE"


def test_an_error_of_the_site_fails_the_run_in_its_words(play: Play) -> None:
    stage = play("ckan-no-success")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "PROTOCOL_FAULT")
    assert "Access denied" in report.reason


def test_a_package_without_a_usable_id_costs_no_other(play: Play) -> None:
    stage = play("ckan-broken-package")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 2, 3)
    assert len(stage.problems("ID_SYNTAX")) == 3


def test_wrong_types_cost_only_their_package(play: Play) -> None:
    stage = play("ckan-wrong-types")
    report = stage.harvest()
    assert report.counts.failed == 0
    assert {"Peatland survey 1", "Peatland survey 3", "Peatland survey 4", "Peatland survey 5"} == set(stage.titles())
    assert report.counts.refused == 1, "no title and no name"


def test_what_is_private_is_not_published(play: Play) -> None:
    stage = play("ckan-private-package")
    report = stage.harvest()
    assert (report.state, report.counts.failed) == ("done", 0)
    assert stage.titles() == ["Peatland survey 1"]


@pytest.mark.parametrize("name", ["ckan-window-ignored", "ckan-window-refused"])
def test_a_site_without_windows_is_read_whole(play: Play, name: str) -> None:
    stage = play(name)
    assert_complete(stage, 5)
    again = stage.harvest()
    assert (again.state, again.counts.unchanged) == ("done", 5)


def test_a_count_of_views_is_no_change(play: Play) -> None:
    stage = play("ckan-views-counted")
    assert_complete(stage, 3)
    assert stage.harvest().counts.updated == 0
