"""Files and folders that go wrong: what can be read arrives, and nothing is removed for want of the rest."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tests.hostile.conftest import Play
from tests.hostile.stage import Stage


def plots(*numbers: int) -> list[str]:
    return [f"Mangrove plot {number}" for number in numbers]


def assert_nothing_removed(stage: Stage, records: int = 3) -> str:
    """The second harvest removes nothing, and is not called simply done; give its reason."""
    stage.harvest()
    before = stage.published()
    assert len(before) == records
    report = stage.harvest()
    assert report.counts.deleted == 0
    assert report.state != "done"
    assert stage.published() == before
    return report.reason_code


def test_an_archive_that_bursts_is_not_unpacked(play: Play) -> None:
    stage = play("files-zip-bomb")
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "RESPONSE_TOO_LARGE")


def test_members_whose_names_lead_out_of_the_archive_are_told_and_not_read(play: Play, tmp_path: Path) -> None:
    stage = play("files-zip-names")
    report = stage.harvest()
    assert stage.titles() == plots(1, 2)
    assert report.reason_code == "LIST_INCOMPLETE"
    assert not list(tmp_path.rglob("*.csv"))


def test_an_archive_in_an_archive_is_not_opened(play: Play) -> None:
    stage = play("files-zip-in-zip")
    report = stage.harvest()
    assert (stage.titles(), report.reason_code) == (plots(1, 2), "LIST_INCOMPLETE")


def test_a_member_that_is_no_table_costs_no_other(play: Play) -> None:
    stage = play("files-zip-damaged-member")
    report = stage.harvest()
    assert (stage.titles(), report.counts.failed) == (plots(1, 2), 1)
    assert stage.problems("PAGE_UNREADABLE")


def test_half_a_workbook_is_no_shorter_list(play: Play) -> None:
    assert assert_nothing_removed(play("files-sheet-cut-short")) == "ANSWER_UNREADABLE"


def test_a_workbook_that_asks_for_too_much_memory_does_not_get_it(play: Play) -> None:
    stage = play("files-sheet-bomb")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = stage.harvest()
    assert (report.state, report.reason_code) == ("failed", "ANSWER_UNREADABLE")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024, "kibibytes"


def test_a_formula_is_a_text(play: Play) -> None:
    stage = play("files-sheet-formulas")
    stage.harvest()
    assert stage.titles() == ["=cmd|' /C calc'!A0", "@SUM(A1)"]


def test_delimiter_and_letters_are_found_whatever_the_server_says(play: Play) -> None:
    stage = play("files-semicolons")
    assert stage.harvest().state == "done"
    assert stage.titles() == ["Forêt, côté nord", "Étang “d’été”"]
    assert {tuple(record["title"]) for record in stage.published().values()} == {("fr",)}


def test_columns_that_wait_to_be_mapped_are_named(play: Play) -> None:
    stage = play("files-no-title")
    report = stage.harvest()
    assert (report.counts.refused, report.reason_code) == (2, "MAPPING_MISSING")
    assert "Code, Bassin" in report.reason


def test_a_login_page_is_no_empty_table(play: Play) -> None:
    assert assert_nothing_removed(play("files-login-page")) == "WRONG_ANSWER"


def test_an_empty_file_is_no_empty_list(play: Play) -> None:
    assert assert_nothing_removed(play("files-empty-later")) == "WRONG_ANSWER"


@pytest.mark.parametrize("name", ["files-header-only-later", "files-folder-empty-later"])
def test_a_list_without_a_record_removes_nothing(play: Play, name: str) -> None:
    assert assert_nothing_removed(play(name)) == "LIST_EMPTY"


def test_json_that_breaks_off_removes_nothing(play: Play) -> None:
    assert assert_nothing_removed(play("files-json-cut-later")) == "LIST_INCOMPLETE"


def test_a_name_that_stands_twice_counts_once(play: Play) -> None:
    stage = play("files-same-id")
    report = stage.harvest()
    assert (stage.titles(), report.counts.created, report.counts.failed) == (plots(1, 2), 2, 1)
    assert "plot-1" in stage.problems("ID_DUPLICATE")[0].value


def test_a_huge_row_costs_no_other(play: Play) -> None:
    stage = play("files-huge-row")
    report = stage.harvest()
    assert (stage.titles(), report.counts.failed) == (plots(1, 3), 1)
    assert stage.problems("RECORD_TOO_LARGE")


def test_an_open_quotation_mark_swallows_no_other_row(play: Play) -> None:
    stage = play("files-open-quote")
    report = stage.harvest()
    assert (stage.titles(), report.counts.failed) == (plots(1, 3, 5), 2)
    assert [stage.problems(code)[0].value for code in ("QUOTE_OPEN", "ROW_SHAPE")] == ["row 3", "7 in row 5"]


def test_a_folder_that_shows_itself_ends(play: Play) -> None:
    stage = play("files-listing-loops")
    report = stage.harvest()
    assert (report.reason_code, report.counts.created, report.counts.read) == ("LIST_LOOPS", 3, 3)
    assert len(stage.server.requests) < 6


def test_folders_are_followed_as_deep_as_the_setting_says(play: Play) -> None:
    stage = play("files-listing-deep")
    report = stage.harvest()
    assert (stage.titles(), report.reason_code) == (plots(1, 2, 3, 4, 5, 6), "LIST_INCOMPLETE")


def test_a_listing_leads_nowhere_else(play: Play) -> None:
    stage = play("files-listing-leads-away")
    report = stage.harvest()
    assert (report.state, stage.titles()) == ("done", plots(1, 2))
    assert {call.path for call in stage.server.requests} == {"/files/", "/files/plots.csv"}
    assert not any(call.query for call in stage.server.requests)


@pytest.mark.parametrize("name", ["files-listing-file-fails", "files-listing-file-is-a-page"])
def test_a_file_that_cannot_be_read_is_told_and_removes_nothing(play: Play, name: str) -> None:
    stage = play(name)
    assert assert_nothing_removed(stage) == "LIST_INCOMPLETE"
    assert stage.problems("PAGE_UNREADABLE")


def test_a_file_with_entities_costs_no_other(play: Play) -> None:
    stage = play("files-listing-laughs")
    report = stage.harvest()
    assert (stage.titles(), report.counts.failed) == (plots(1, 2), 1)
    assert "entity declaration" in stage.problems("PAGE_UNREADABLE")[0].value


def test_files_whose_date_stands_still_are_not_asked_for_again(play: Play) -> None:
    stage = play("files-listing-unchanged")
    assert stage.harvest().counts.created == 4
    before = len(stage.server.requests)
    report = stage.harvest()
    asked = {call.path for call in list(stage.server.requests)[before:]}
    assert asked == {"/files/", "/files/2025/", "/files/2026/", "/files/2026/plots.csv"}
    assert (report.state, report.counts.deleted, len(stage.published())) == ("done", 0, 4)
