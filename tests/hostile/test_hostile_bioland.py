"""Bioland sites that go wrong: each node arrives once in the languages it has, and nothing is removed for a fault."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import Play
from tests.hostile.stage import Stage


def assert_complete(stage: Stage, nodes: int, *, french: int | None = None) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done", nodes, 0)
    found = stage.published().values()
    assert len(found) == nodes
    assert sum("fr" in record["title"] for record in found) == (nodes if french is None else french)


def assert_nothing_removed(stage: Stage, nodes: int, *, place_stays: bool = True) -> str:
    """The second harvest removes nothing, whatever it is called; give its reason."""
    stage.harvest()
    before, place = stage.published(), stage.place()
    assert len(before) == nodes
    report = stage.harvest()
    assert report.counts.deleted == 0
    assert stage.published() == before
    assert not place_stays or stage.place() == place
    return report.reason_code


@pytest.mark.parametrize("name", ["bioland-next-is-itself", "bioland-cycle", "bioland-old-nodes"])
def test_a_list_that_does_not_go_on_ends_the_run(play: Play, name: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "LIST_LOOPS")
    assert len(stage.published()) in (10, 30)
    assert len(stage.asked()) < 16


def test_empty_pages_end_the_run(play: Play) -> None:
    stage = play("bioland-endless-empty-pages")
    report = stage.harvest()
    assert (report.state, report.reason_code, len(stage.published())) == ("failed", "LIST_LOOPS", 0)


@pytest.mark.parametrize("name", ["bioland-internal-next", "bioland-no-next", "bioland-cut-short-once"])
def test_a_list_with_odd_links_is_read_to_its_end(play: Play, name: str) -> None:
    assert_complete(play(name), 25)


def test_a_file_address_is_not_opened_and_the_rest_is_told_as_unread(play: Play) -> None:
    stage = play("bioland-file-next")
    report = stage.harvest()
    assert (report.counts.created, report.reason_code) == (10, "NEXT_ADDRESS")
    assert report.state != "done"


def test_nodes_that_do_not_come_are_told(play: Play) -> None:
    stage = play("bioland-fewer-than-announced")
    report = stage.harvest()
    assert (report.counts.created, report.reason_code) == (25, "LIST_INCOMPLETE")


@pytest.mark.parametrize("name", ["bioland-languages-out-of-step", "bioland-filters-ignored"])
def test_languages_out_of_step_are_joined_node_by_node(play: Play, name: str) -> None:
    stage = play(name)
    assert_complete(stage, 11, french=6)
    titles = {tuple(sorted(record["title"])) for record in stage.published().values()}
    assert titles == {("en",), ("en", "fr"), ("fr",)}
    again = stage.harvest()
    assert (again.counts.updated, again.counts.deleted) == (0, 0)


def test_what_is_not_translated_claims_no_translation(play: Play) -> None:
    assert_complete(play("bioland-untranslated"), 5, french=1)


def test_a_language_that_is_gone_is_told_and_takes_nothing_with_it(play: Play) -> None:
    stage = play("bioland-language-gone")
    stage.harvest()
    report = stage.harvest()
    assert report.reason_code == "LIST_INCOMPLETE"
    assert report.counts.deleted == 0
    assert sum("en" in record["title"] for record in stage.published().values()) == 3


@pytest.mark.parametrize("name", ["bioland-window-ignored", "bioland-window-refused"])
def test_a_site_without_windows_is_read_whole(play: Play, name: str) -> None:
    stage = play(name)
    assert_complete(stage, 5)
    again = stage.harvest()
    assert (again.state, again.counts.unchanged) == ("done", 5)
    asked = len(stage.asked())
    stage.harvest()
    assert not any("filter[c][condition][path]" in call.query for call in stage.asked()[asked:])


def test_a_site_that_gives_nodes_only_bare_is_read_bare(play: Play) -> None:
    assert_complete(play("bioland-include-refused"), 25)


def test_a_site_that_goes_down_is_taken_up_where_it_was(play: Play) -> None:
    stage = play("bioland-page-down")
    first = stage.harvest()
    assert (first.state, first.counts.created) == ("failed", 10)
    second = stage.harvest()
    assert (second.counts.created, len(stage.published())) == (15, 25)


def test_an_empty_list_removes_nothing(play: Play) -> None:
    assert_nothing_removed(play("bioland-empty-later"), 25, place_stays=False)


def test_a_login_page_is_no_empty_list(play: Play) -> None:
    assert assert_nothing_removed(play("bioland-login-page"), 3) == "WRONG_ANSWER"


def test_a_node_without_a_usable_id_costs_no_other(play: Play) -> None:
    stage = play("bioland-broken-node")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 2, 3)


def test_wrong_types_cost_only_their_node(play: Play) -> None:
    stage = play("bioland-wrong-types")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed, report.counts.refused) == (3, 0, 1)


def test_what_is_not_published_stays_unpublished(play: Play) -> None:
    stage = play("bioland-unpublished-node")
    report = stage.harvest()
    assert (report.state, stage.titles()) == ("done", ["Reef watch 1"])
