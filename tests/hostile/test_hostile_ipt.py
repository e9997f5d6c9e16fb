"""Publishing toolkits (IPT) that go wrong: one resource's failure costs no other, and a short list removes nothing."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import Play

ONE_LOST = ["ipt-eml-missing", "ipt-eml-doctype", "ipt-eml-login-page", "ipt-eml-cut-short"]


@pytest.mark.parametrize("name", ONE_LOST)
def test_a_resource_whose_eml_cannot_be_had_is_told_and_owed_and_the_others_arrive(play: Play, name: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (2, 1)
    [problem] = stage.problems("RECORD_UNREACHABLE")
    assert problem.record_id == "00000000-0000-4000-8000-000000000002"
    assert stage.titles() == ["Moss survey 1", "Moss survey 3"]


def test_what_could_not_be_had_arrives_later_though_the_window_has_passed_it(play: Play) -> None:
    stage = play("ipt-eml-late")
    stage.harvest()
    report = stage.harvest()
    assert (report.state, report.counts.created, len(stage.published())) == ("done", 1, 3)


def test_an_eml_without_content_is_refused_with_the_reason(play: Play) -> None:
    stage = play("ipt-eml-empty")
    report = stage.harvest()
    assert (report.counts.created, report.counts.refused) == (2, 1)
    assert stage.problems("TITLE_MISSING")


def test_an_eml_of_an_unknown_version_is_read_all_the_same(play: Play) -> None:
    stage = play("ipt-eml-unknown-version")
    assert (stage.harvest().state, stage.titles()) == ("done", ["Moss survey 1"])


def test_an_eml_in_a_private_network_is_never_asked_for(play: Play) -> None:
    stage = play("ipt-eml-elsewhere")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (2, 1)
    assert "not asked" in (stage.problems("NEXT_ADDRESS")[0].value or "")


def test_addresses_from_behind_a_proxy_are_asked_where_the_toolkit_is(play: Play) -> None:
    stage = play("ipt-behind-proxy")
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", 3)


def test_a_data_package_without_eml_is_told_by_its_key(play: Play) -> None:
    stage = play("ipt-data-package")
    report = stage.harvest()
    assert (report.counts.created, report.counts.failed) == (2, 1)
    assert (stage.problems("VALUE_MISSING")[0].record_id or "").endswith("2")


def test_of_two_versions_the_higher_number_counts_not_the_later_date_or_the_longer_text(play: Play) -> None:
    stage = play("ipt-two-versions")
    stage.harvest()
    assert stage.titles() == ["Moss survey 1, version 1.10"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("ipt-list-empty", "LIST_EMPTY"), ("ipt-list-shorter", ""), ("ipt-list-login-page", "WRONG_ANSWER")],
)
def test_a_list_that_names_less_removes_nothing(play: Play, name: str, reason: str) -> None:
    stage = play(name)
    stage.harvest()
    before = stage.published()
    report = stage.harvest()
    assert report.reason_code == reason
    assert report.counts.deleted == 0 and stage.published() == before and len(before) == 3


def test_a_toolkit_that_is_down_behind_its_list_fails_the_run_and_loses_nothing(play: Play) -> None:
    stage = play("ipt-goes-down")
    first = stage.harvest()
    assert (first.state, first.reason_code) == ("failed", "SOURCE_UNREACHABLE")
    assert len(stage.server.requests) < 10, "it is not asked for every resource"
    assert stage.harvest().counts.created == 8


def test_an_unchanged_toolkit_is_asked_for_its_list_and_the_latest_day_only(play: Play) -> None:
    stage = play("ipt-goes-down")
    stage.harvest()
    stage.harvest()
    before = len(stage.server.requests)
    assert stage.harvest().counts.unchanged == 2
    assert len(stage.server.requests) - before == 3
