"""OAI-PMH repositories with odd clocks, datestamps, deletions and identities: nothing is lost, doubled or renamed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from harvester.tables import source_record
from tests.hostile.conftest import Play
from tests.hostile.stage import Stage
from tests.hostile.test_hostile_oai_removals import quirks


def windows(stage: Stage) -> list[str | None]:
    """The ``from`` of every list request that began a window."""
    return [call.query.get("from") for call in stage.asked(verb="ListRecords") if "resumptionToken" not in call.query]


def canonical_ids(stage: Stage) -> dict[str, str]:
    columns = (source_record.c.identifier, source_record.c.local_id)
    return {row.identifier: row.local_id for row in stage.rows(select(*columns))}


def test_days_overlap_by_a_day_and_make_no_second_version(play: Play) -> None:
    stage = play("oai-days-only")
    assert stage.harvest().counts.created == 3
    again = stage.harvest()
    assert (again.state, again.counts.unchanged, again.counts.updated) == ("done", 3, 0)
    assert windows(stage) == [None, "2024-04-30"]


def test_a_repository_that_refuses_seconds_is_asked_by_day(play: Play) -> None:
    stage = play("oai-refuses-its-granularity")
    assert [stage.harvest().state, stage.harvest().state] == ["done", "done"]
    assert windows(stage) == [None, "2024-05-01T11:58:00Z", "2024-05-01"]
    stage.harvest()
    assert windows(stage)[3:] == ["2024-04-30"], "that days are wanted is remembered"
    assert len(stage.asked(verb="ListMetadataFormats")) == 1, "and so is the format that works"


def test_the_next_window_begins_by_the_repositorys_clock(play: Play) -> None:
    stage = play("oai-clock-behind")
    stage.harvest()
    stage.harvest()
    assert windows(stage) == [None, "2001-01-01T11:58:00Z"]


@pytest.mark.parametrize(
    ("name", "hours", "told"),
    [
        ("oai-local-time-called-utc", 2, "ahead of"),
        ("oai-clock-two-hours-ahead", 2, "ahead of"),
        ("oai-clock-two-hours-behind", -2, "behind"),
    ],
)
def test_a_clock_that_is_off_loses_nothing(play: Play, name: str, hours: int, told: str) -> None:
    stage = play(name)
    first, second = stage.harvest(), stage.harvest()
    assert (first.counts.created, second.counts.created) == (3, 1)
    assert f"{told} ours" in first.reason
    assert "ours" not in second.reason, "it is told once"
    assert int(quirks(stage)["clock_offset_s"]) == pytest.approx(3600 * hours, abs=60)


def test_a_date_far_ahead_moves_no_window(play: Play) -> None:
    stage = play("oai-clock-far-ahead")
    first, second = stage.harvest(), stage.harvest()
    assert "2099" in first.reason
    assert windows(stage) == [None, None]
    assert (second.state, second.counts.unchanged) == ("done", 3)


@pytest.mark.parametrize("name", ["oai-first-day-of-time", "oai-before-time"])
def test_a_date_outside_the_calendar_moves_no_window(play: Play, name: str) -> None:
    stage = play(name)
    assert (stage.harvest().state, stage.place(), len(stage.published())) == ("done", (None, None), 3)


def test_dates_are_sent_as_the_standard_writes_them(play: Play) -> None:
    stage = play("oai-fractions")
    assert [stage.harvest().state, stage.harvest().state] == ["done", "done"]
    assert windows(stage) == [None, "2024-05-01T11:58:00Z"]


def test_a_broken_list_without_order_is_not_gone_on_with_by_date(play: Play) -> None:
    stage = play("oai-unordered")
    report = stage.harvest()
    assert (report.state, report.counts.created, len(stage.published())) == ("done", 20, 20)
    assert stage.place() == ("2024-05-01T11:58:00Z", None)


def test_strange_datestamps_move_nothing(play: Play) -> None:
    stage = play("oai-strange-datestamps")
    report = stage.harvest()
    assert (report.state, report.counts.created) == ("done", 5)
    assert "datestamps cannot be used" in report.reason
    assert stage.place()[0] == "2024-05-01T11:58:00Z"


def test_the_first_harvest_believes_no_earliest_datestamp(play: Play) -> None:
    stage = play("oai-late-earliest")
    assert stage.harvest().counts.created == 3
    assert windows(stage) == [None]


@pytest.mark.parametrize("name", ["oai-bare-deletion", "oai-deleted-with-metadata"])
def test_a_deletion_takes_one_record_whatever_comes_with_it(play: Play, name: str) -> None:
    stage = play(name)
    stage.harvest()
    report = stage.harvest()
    assert (report.state, report.counts.deleted) == ("done", 1)
    assert stage.titles() == ["Wetland survey 1", "Wetland survey 3"]


def test_the_deletion_of_an_unknown_record_is_no_error(play: Play) -> None:
    stage = play("oai-unknown-deleted")
    assert [stage.harvest().state, stage.harvest().state] == ["done", "done"]
    assert stage.titles() == ["Wetland survey 1"]


def test_a_record_that_comes_back_keeps_its_global_id(play: Play) -> None:
    stage = play("oai-comes-and-goes")
    stage.harvest()
    ids = canonical_ids(stage)
    stage.harvest()
    assert stage.titles() == ["Wetland survey 1"]
    stage.harvest()
    assert stage.titles() == ["Wetland survey 1", "Wetland survey 2"]
    assert canonical_ids(stage) == ids
    assert set(stage.published()) == set(ids.values())


def test_identifiers_are_compared_to_the_letter_and_bounded(play: Play) -> None:
    stage = play("oai-odd-identifiers")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 4, 1)
    assert set(canonical_ids(stage)) == {"Report A", "report a", "Report  A", "REPORT A"}


def test_a_placeholder_joins_nothing(play: Play) -> None:
    stage = play("oai-placeholders")
    stage.harvest()
    assert len(stage.published()) == 3


def test_another_base_url_is_not_followed(play: Play) -> None:
    stage = play("oai-other-base-url")
    report = stage.harvest()
    assert (report.state, len(stage.published())) == ("done", 3)
    assert "it calls itself http://192.0.2.1/oai" in report.reason
    assert "calls itself" not in stage.harvest().reason
