"""InforMEA services whose feeds go wrong: what can be read arrives, and nothing is removed for want of them."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import Play
from tests.hostile.stage import Stage

DECISIONS = "/informea.svc/Decisions"


def assert_complete(stage: Stage, decisions: int) -> None:
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done", decisions, 0)
    assert len(stage.published()) == decisions


def assert_nothing_removed(stage: Stage, decisions: int, *, place_stays: bool = True) -> str:
    """The second harvest removes nothing, whatever it is called; give its reason."""
    stage.harvest()
    before, place = stage.published(), stage.place()
    assert len(before) == decisions
    report = stage.harvest()
    assert report.counts.deleted == 0
    assert stage.published() == before
    assert not place_stays or stage.place() == place
    return report.reason_code


@pytest.mark.parametrize("name", ["informea-filter-ignored", "informea-filter-empty"])
def test_a_dead_date_filter_is_found_out_and_not_trusted_again(play: Play, name: str) -> None:
    stage = play(name)
    assert_complete(stage, 5)
    again = stage.harvest()
    assert (again.state, again.counts.read) == ("done", 5)
    asked = len(stage.asked())
    third = stage.harvest()
    assert third.counts.read == 5
    later = [call for call in stage.asked()[asked:] if call.path == DECISIONS]
    assert later
    assert not any("$filter" in call.query for call in later)


def test_a_service_that_knows_few_options_is_asked_plainly(play: Play) -> None:
    stage = play("informea-plain-only")
    assert_complete(stage, 25)
    assert stage.harvest().counts.unchanged == 25


def test_a_service_without_json_is_read_as_atom(play: Play) -> None:
    stage = play("informea-atom-only")
    assert_complete(stage, 25)
    [record] = [each for each in stage.published().values() if each["title"]["en"] == "Care for fen 3"]
    assert (record["title"]["fr"], record["dates"]["issued"]) == ("Soin du marais 3", "2015-01-01")


@pytest.mark.parametrize("name", ["informea-skip-ignored", "informea-next-is-itself", "informea-cycle"])
def test_a_list_that_does_not_go_on_ends_the_run(play: Play, name: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "LIST_LOOPS")
    assert len(stage.published()) in (10, 30)
    assert stage.place()[0] is None
    assert len(stage.asked()) < 12


@pytest.mark.parametrize("name", ["informea-internal-next", "informea-file-next"])
def test_a_next_link_to_elsewhere_is_never_followed(play: Play, name: str) -> None:
    assert_complete(play(name), 25)


def test_titles_in_a_table_of_their_own_are_asked_of_the_service_itself(play: Play) -> None:
    stage = play("informea-deferred-titles")
    assert_complete(stage, 3)
    assert len([call for call in stage.asked() if call.path.endswith("/title")]) == 3
    assert all(title.startswith("Fen of") for title in stage.titles())


def test_control_characters_in_json_cost_nothing(play: Play) -> None:
    stage = play("informea-control-characters")
    assert_complete(stage, 5)
    assert "Care for fen 2" in stage.titles()


def test_bytes_that_are_not_utf8_cost_only_their_entity(play: Play) -> None:
    stage = play("informea-not-utf8")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (4, 1)
    [problem] = stage.problems("JSON_SYNTAX")
    assert "UTF-8" in problem.value


def test_an_entity_that_breaks_its_page_is_found_out_and_costs_no_other(play: Play) -> None:
    stage = play("informea-poisoned-entity")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (24, 1)
    assert "Care for fen 13" not in stage.titles()
    assert len(stage.problems("RECORD_UNREACHABLE")) == 1
    assert stage.place()[0] is None, "the window stays where the decision can still be found"


def test_a_page_cut_short_is_asked_for_again(play: Play) -> None:
    assert_complete(play("informea-cut-short-once"), 25)


def test_an_empty_list_removes_nothing(play: Play) -> None:
    assert_nothing_removed(play("informea-empty-later"), 25, place_stays=False)


def test_a_list_that_ends_early_removes_nothing_and_is_told(play: Play) -> None:
    assert assert_nothing_removed(play("informea-truncated-later"), 25, place_stays=False) == "LIST_INCOMPLETE"


def test_an_entity_set_that_is_gone_removes_nothing_and_is_told(play: Play) -> None:
    assert assert_nothing_removed(play("informea-set-gone"), 3, place_stays=False) == "LIST_INCOMPLETE"


def test_a_login_page_is_no_empty_list(play: Play) -> None:
    assert assert_nothing_removed(play("informea-login-page"), 3) == "WRONG_ANSWER"


def test_an_error_of_the_service_fails_the_run_in_its_words(play: Play) -> None:
    stage = play("informea-error-object")
    assert assert_nothing_removed(stage, 3) == "PROTOCOL_FAULT"
    assert "Maintenance until Monday" in stage.reports[-1].reason


def test_an_entity_without_a_usable_id_costs_no_other(play: Play) -> None:
    stage = play("informea-broken-entity")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 2, 3)
    assert len(stage.problems("ID_SYNTAX")) == 3


def test_wrong_types_cost_only_their_entity(play: Play) -> None:
    stage = play("informea-wrong-types")
    report = stage.harvest()
    assert report.counts.failed == 0
    assert {"Care for fen 1", "Care for fen 4"} <= set(stage.titles())
    assert report.counts.refused == 1, "no title"
