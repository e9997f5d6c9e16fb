"""Registries like GBIF's whose lists go wrong: what can be read arrives, and nothing is removed for want of it."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import Play


@pytest.mark.parametrize("name", ["gbif-end-too-soon", "gbif-end-never"])
def test_a_list_whose_end_is_told_wrongly_is_read_to_its_end(play: Play, name: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.counts.created, len(stage.published())) == ("done", 25, 25)


def test_a_list_that_does_not_go_on_ends_the_run_and_keeps_what_came(play: Play) -> None:
    stage = play("gbif-offset-ignored")
    report = stage.harvest()
    assert (report.state, report.reason_code, len(stage.published())) == ("failed", "LIST_LOOPS", 10)
    assert len(stage.server.requests) < 7


def test_a_dataset_that_bears_the_time_of_its_deletion_is_removed_at_once(play: Play) -> None:
    stage = play("gbif-deleted-in-list")
    stage.harvest()
    report = stage.harvest()
    assert (report.counts.deleted, report.counts.unchanged) == (1, 4)
    assert "Moss survey 2" not in stage.titles()


def test_a_dataset_a_complete_list_leaves_out_is_removed_after_its_grace(play: Play) -> None:
    stage = play("gbif-dataset-missing")
    deleted = [stage.harvest().counts.deleted for _ in range(3)]
    assert deleted == [0, 0, 1]
    assert len(stage.published()) == 4


@pytest.mark.parametrize("name", ["gbif-page-empty", "gbif-login-page", "gbif-error-object", "gbif-cut-short"])
def test_a_registry_that_answers_with_something_else_removes_nothing(play: Play, name: str) -> None:
    stage = play(name)
    stage.harvest()
    before, place = stage.published(), stage.place()
    report = stage.harvest()
    assert report.state != "done" and report.reason_code
    assert report.counts.deleted == 0 and stage.published() == before
    assert stage.place() == place or name == "gbif-page-empty"


def test_a_dataset_that_breaks_its_page_is_found_out_and_costs_no_other(play: Play) -> None:
    stage = play("gbif-poisoned-dataset")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (24, 1)
    assert "place 13" in (stage.problems("RECORD_UNREACHABLE")[0].value or "")


def test_publishers_are_asked_for_once_each_and_an_unknown_one_costs_no_dataset(play: Play) -> None:
    stage = play("gbif-publisher-unknown")
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", 3)
    asked = [call.path for call in stage.server.requests if "/organization/" in call.path]
    assert len(asked) == 2
    roles = [{agent["role"] for agent in each["organizations"]} for each in stage.published().values()]
    assert sorted("publisher" in found for found in roles) == [False, True, True]


def test_entries_without_a_usable_key_are_told_and_cost_no_other(play: Play) -> None:
    stage = play("gbif-broken-entries")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (2, 3)
    assert stage.titles() == ["Moss survey 1", "Moss survey 3"]


def test_values_of_wrong_types_are_passed_over_and_a_missing_title_is_told(play: Play) -> None:
    stage = play("gbif-wrong-types")
    report = stage.harvest()
    assert (report.counts.created, report.counts.refused, report.counts.failed) == (2, 1, 0)
    assert [problem.code for problem in stage.problems("TITLE_MISSING")] == ["TITLE_MISSING"]
