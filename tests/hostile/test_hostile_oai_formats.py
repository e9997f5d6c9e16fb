"""OAI-PMH repositories that go wrong in a richer format: no record is lost for the sake of richness."""

from __future__ import annotations

import pytest

from tests.hostile.conftest import Play


def prefixes(stage: object) -> set[str]:
    """The formats in which lists of records were asked for."""
    return {call.query["metadataPrefix"] for call in stage.asked(verb="ListRecords")}  # type: ignore[attr-defined]


def test_a_format_of_some_records_only_is_passed_over(play: Play) -> None:
    stage = play("oai-format-partial")
    report = stage.harvest()
    assert (report.counts.created, prefixes(stage)) == (5, {"oai_dc"})


def test_a_format_is_known_by_its_namespace_whatever_its_prefix(play: Play) -> None:
    stage = play("oai-format-odd-prefix")
    report = stage.harvest()
    assert (report.state, report.counts.created, prefixes(stage)) == ("done", 5, {"catalogue_full"})
    assert stage.titles()[0] == "Mire map 1"


def test_a_format_that_is_refused_after_all_gives_way_to_dublin_core(play: Play) -> None:
    stage = play("oai-format-not-listed")
    report = stage.harvest()
    assert (report.state, report.counts.created, prefixes(stage)) == ("done", 5, {"mods", "oai_dc"})
    stage.harvest()
    assert [call.query["metadataPrefix"] for call in stage.asked(verb="ListRecords")][-1] == "oai_dc", (
        "it is remembered"
    )


def test_a_document_type_in_a_richer_format_is_refused(play: Play) -> None:
    stage = play("oai-format-doctype")
    report = stage.harvest()
    assert (report.state, report.reason_code, stage.published()) == ("failed", "ANSWER_FORBIDDEN", {})


def test_empty_metadata_is_refused_with_the_reason_and_costs_no_other(play: Play) -> None:
    stage = play("oai-format-empty")
    report = stage.harvest()
    assert (report.counts.created, report.counts.refused) == (3, 2)
    assert len(stage.problems("TITLE_MISSING")) == 2


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("oai-format-other-payload", ["Mire core 5", "Mire counts 4", "Mire map 1", "Mire map 2", "Mire plants 3"]),
        ("oai-format-unknown-version", [f"Mire core {number}" for number in range(1, 6)]),
    ],
)
def test_metadata_is_read_as_what_it_is(play: Play, name: str, titles: list[str]) -> None:
    stage = play(name)
    assert stage.harvest().state == "done"
    assert stage.titles() == titles


def test_a_web_page_instead_of_metadata_is_refused_and_named(play: Play) -> None:
    stage = play("oai-format-web-page")
    report = stage.harvest()
    assert (report.counts.created, report.counts.refused) == (4, 1)
    assert "html" in (stage.problems("CROSSWALK_FAILED")[0].value or "")
