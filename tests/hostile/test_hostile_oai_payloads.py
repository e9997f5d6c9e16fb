"""OAI-PMH answers whose bytes or metadata are wrong: what becomes of them, and of the records beside them."""

from __future__ import annotations

import pytest

from harvester.hostile.oai_payloads import LEAK_PATH
from tests.hostile.conftest import Play
from tests.hostile.stage import Stage


def assert_whole(stage: Stage, records: int = 5) -> str:
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done", records, 0)
    assert len(stage.published()) == records
    return report.reason


def assert_kept(stage: Stage, reason_code: str) -> None:
    """The second harvest fails: what was there stays, and the window stays."""
    stage.harvest()
    before, place = stage.published(), stage.place()
    report = stage.harvest()
    assert (report.state, report.reason_code, report.counts.read) == ("failed", reason_code, 0)
    assert stage.published() == before
    assert len(before) == 5
    assert stage.place() == place


def assert_refused(stage: Stage, *reason_codes: str) -> None:
    report = stage.harvest()
    assert report.state == "failed"
    assert report.reason_code in reason_codes
    assert stage.published() == {}


def test_a_page_cut_short_is_asked_for_again(play: Play) -> None:
    assert_whole(play("oai-cut-short-once"), records=15)


def test_the_records_of_a_page_that_is_always_cut_short_are_asked_for_by_name(play: Play) -> None:
    stage = play("oai-cut-short-always")
    assert "smaller windows" in assert_whole(stage, records=15)
    assert len(stage.asked(verb="ListRecords", resumptionToken="10||")) == 3
    assert stage.place() == ("2024-05-01T11:58:00Z", None)


@pytest.mark.parametrize("name", ["oai-control-characters", "oai-nul-bytes"])
def test_forbidden_characters_are_removed_and_told(play: Play, name: str) -> None:
    stage = play(name)
    assert "removed" in assert_whole(stage)
    assert "Wetland survey 2" in stage.titles()


def test_letters_of_another_encoding_set_that_record_aside(play: Play) -> None:
    stage = play("oai-latin-1")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 4, 1)
    [problem] = stage.problems("ENCODING")
    assert problem.record_id == "oai:library.example:2"


def test_letters_of_an_encoding_known_from_the_settings_are_read(play: Play) -> None:
    stage = play("oai-latin-1-known")
    assert "Windows-1252" in assert_whole(stage)
    assert "Wetland étude 2" in stage.titles()


@pytest.mark.parametrize(
    "name", ["oai-utf-16", "oai-byte-order-mark", "oai-called-html", "oai-prefixed", "oai-other-namespace"]
)
def test_odd_but_readable_documents_are_read(play: Play, name: str) -> None:
    stage = play(name)
    assert ";" not in assert_whole(stage), "nothing is told but that its clock is behind"
    assert stage.titles()[0] == "Wetland survey 1"


def test_the_documents_own_word_about_its_encoding_counts(play: Play) -> None:
    stage = play("oai-wrong-charset")
    assert_whole(stage)
    assert "Wetland étude 2" in stage.titles()


def test_a_login_page_is_no_empty_list(play: Play) -> None:
    assert_kept(play("oai-login-page"), "WRONG_ANSWER")


def test_another_document_is_no_empty_list(play: Play) -> None:
    assert_kept(play("oai-other-xml"), "WRONG_ANSWER")


def test_an_empty_body_is_no_empty_list(play: Play) -> None:
    stage = play("oai-nothing-at-all")
    assert_kept(stage, "ANSWER_UNREADABLE")
    assert len([call for call in stage.asked(verb="ListRecords") if call.query.get("from") == stage.place()[0]]) == 4
    assert len(stage.server.requests) < 15, "what is down is not divided for ever"


def test_what_follows_the_document_is_left_out_and_told(play: Play) -> None:
    assert "after the end" in assert_whole(play("oai-trailing-garbage"))


def test_a_document_type_is_refused(play: Play) -> None:
    assert_refused(play("oai-doctype"), "ANSWER_FORBIDDEN")


def test_entities_do_not_unfold(play: Play) -> None:
    assert_refused(play("oai-entity-bomb"), "ANSWER_FORBIDDEN", "ANSWER_UNREADABLE")


def test_nothing_a_document_points_to_is_fetched(play: Play) -> None:
    stage = play("oai-asks-to-fetch")
    assert_whole(stage, records=1)
    assert LEAK_PATH not in {call.path for call in stage.server.requests}


def test_a_format_that_is_not_served_gives_way_to_the_next(play: Play) -> None:
    stage = play("oai-format-not-served")
    assert_whole(stage)
    assert stage.asked(metadataPrefix="chm")


def test_a_run_of_mostly_bad_records_is_not_simply_done(play: Play) -> None:
    stage = play("oai-most-records-bad")
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.refused) == ("done-with-errors", 1, 9)
    assert len(stage.problems("TITLE_MISSING")) == 9


@pytest.mark.parametrize(("name", "code"), [("oai-no-identifier", "ID_SYNTAX"), ("oai-no-metadata", "VALUE_MISSING")])
def test_a_record_that_cannot_be_cut_out_costs_no_other(play: Play, name: str, code: str) -> None:
    stage = play(name)
    report = stage.harvest()
    assert (report.state, report.counts.created, report.counts.failed) == ("done-with-errors", 2, 1)
    assert len(stage.problems(code)) == 1


def test_odd_elements_do_no_harm(play: Play) -> None:
    stage = play("oai-odd-elements")
    assert_whole(stage, records=1)
    [record] = stage.published().values()
    assert [link["url"] for link in record["links"]] == ["https://library.example/1"]
    assert "Reeds" in str(record["summary"])
    assert "<script" not in str(record["summary"])


def test_unknown_words_are_kept(play: Play) -> None:
    stage = play("oai-unknown-terms")
    assert_whole(stage, records=1)
    [record] = stage.published().values()
    assert all(word in str(record) for word in ("klingon", "All yours", "Holotape"))


def test_an_error_in_the_body_counts_whatever_the_status(play: Play) -> None:
    stage = play("oai-error-with-status")
    stage.harvest()
    report = stage.harvest()
    assert (report.state, report.counts.read, len(stage.published())) == ("done", 0, 5)


def test_unknown_errors_fail_the_run_in_the_repositorys_words(play: Play) -> None:
    stage = play("oai-several-errors")
    assert_kept(stage, "PROTOCOL_FAULT")
    assert "serviceUnavailable: later" in stage.reports[-1].reason
