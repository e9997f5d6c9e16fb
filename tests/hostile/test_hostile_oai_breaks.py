"""OAI-PMH repositories that break over one record: it alone is told, and everything else arrives."""

from __future__ import annotations

import pytest

from harvester.hostile.oai_breaks import BAD
from tests.hostile.conftest import Play
from tests.hostile.stage import Stage

MOST_REQUESTS = 60


def assert_moved_on(stage: Stage) -> None:
    """The window has moved past what broke, and the next run asks for nothing of it."""
    assert stage.place() == ("2024-05-01T11:58:00Z", None)
    asked = len(stage.asked(verb="ListRecords"))
    assert stage.harvest().state != "failed"
    assert len(stage.asked(verb="ListRecords")) - asked == 1


@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("oai-poison-record", 99),
        ("oai-poison-cut-short", 99),
        ("oai-poison-too-large", 99),
        ("oai-poison-same-second", 79),
    ],
)
def test_one_record_that_breaks_every_answer_stands_alone(play: Play, name: str, records: int) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("done-with-errors", "RECORD_UNREACHABLE")
    assert (report.counts.created, report.counts.failed, len(stage.published())) == (records, 1, records)
    [problem] = stage.problems("RECORD_UNREACHABLE")
    assert problem.record_id == BAD
    assert BAD in report.reason
    assert len(stage.asked(verb="ListRecords")) + len(stage.asked(verb="ListIdentifiers")) < MOST_REQUESTS
    assert_moved_on(stage)


def test_a_record_that_only_breaks_lists_is_had_by_itself(play: Play) -> None:
    stage = play("oai-poison-page-only")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done", 100, 0)
    assert stage.asked(verb="GetRecord", identifier=BAD)
    assert_moved_on(stage)


def test_a_moment_that_cannot_even_be_named_is_passed_over_and_told(play: Play) -> None:
    stage = play("oai-poison-unnamed")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("done-with-errors", "WINDOW_UNREACHABLE")
    assert (report.counts.created, len(stage.published())) == (99, 99)
    assert "2024-01-04T05:00:00Z" in report.reason
    assert_moved_on(stage)


def test_a_source_that_is_down_is_not_divided_for_ever(play: Play) -> None:
    stage = play("oai-goes-down")
    report = stage.harvest()
    assert (report.state, report.reason_code, report.counts.created) == ("failed", "SOURCE_UNREACHABLE", 20)
    assert len(stage.server.requests) < 12
    while stage.reports[-1].state == "failed":
        stage.harvest()
    assert (stage.reports[-1].state, len(stage.published())) == ("done", 60)
    assert len(stage.asked(verb="ListRecords", metadataPrefix="oai_dc")) < 12, "the first pages are not read again"


def test_a_token_that_expires_late_costs_no_page(play: Play) -> None:
    stage = play("oai-token-expires-late")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.unchanged) == ("done", 100, 1)
    assert len(stage.asked(verb="ListRecords")) == 12
    assert "2024-01-04T08:00:00Z" in report.reason
    assert stage.place() == ("2024-05-01T11:58:00Z", None)


def test_tokens_that_live_for_one_page_do_not_end_the_list(play: Play) -> None:
    stage = play("oai-tokens-live-a-minute")
    report = stage.harvest()
    assert (report.state, report.counts.created, len(stage.published())) == ("done", 60, 60)
    assert report.counts.unchanged <= 3
