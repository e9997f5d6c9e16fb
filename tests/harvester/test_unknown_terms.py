"""Terms, countries and languages nobody knows are kept, and said: one note each, which refuses nothing."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from xml_stage import CONTEXT

from harvester.crosswalks.unknown_terms import MAX_NOTES
from harvester.raw import new_raw
from harvester.records.outcomes import Finding
from harvester.records.understanding import judge, understand
from vocabularies.problems import message

GUID = "7C9E6679-7425-40DE-944B-E07FC1F90AE7"
PLACE = ("COUNTRY_UNKNOWN", "/countryRegions")
CBD = {"identifier_s": "3F2504E0-4F89-41D3-9A0C-0305E82C3301", "schema_s": "resource", "title_EN_s": "Atlas"}


def told(form: str, payload: bytes | dict[str, Any]) -> Finding:
    body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
    return judge(understand(new_raw("Reports/1", body, format=form), CONTEXT))


@pytest.mark.parametrize(
    ("form", "payload", "code", "path", "value"),
    [
        ("cbd_index", {**CBD, "keywords_ss": [GUID]}, "TERM_UNKNOWN", "/subjects", GUID),
        (
            "cbd_index", {**CBD, "cbdSubjects_ss": ["CBD-SUBJECT-VENTS"], "cbdSubjects_EN_ss": ["Deep-sea vents"]},
            "TERM_UNKNOWN", "/subjects", "CBD-SUBJECT-VENTS",
        ),
        ("cbd_index", {**CBD, "countryRegions_ss": ["atlantis"]}, *PLACE, "atlantis"),
        ("informea_report", {"country": "Atlantis", "title": "Report"}, *PLACE, "Atlantis"),
        ("protected_area", {"name": "Reserve", "countries": [{"iso_3": "XXQ"}]}, *PLACE, "XXQ"),
        ("oai_dc", b"<dc><title>A</title><language>Klingon</language></dc>", "LANGUAGE_TAG", "/languages", "Klingon"),
        ("qdc", b"<dc><title>A</title><language>Klingon</language></dc>", "LANGUAGE_TAG", "/languages", "Klingon"),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_noted_and_the_record_is_accepted(
    form: str, payload: bytes | dict[str, Any], code: str, path: str, value: str
) -> None:
    found = told(form, payload)
    assert (code, path, value, "note") in [(each.code, each.path, each.value, each.severity) for each in found.problems]
    assert found.outcome == ""
    assert all("{" not in message(each, language) for each in found.problems for language in ("en", "ar", "zh"))


def test_what_is_known_is_not_noted() -> None:
    found = told("cbd_index", {**CBD, "keywords_ss": ["mires"], "countryRegions_ss": ["ke"]})
    assert not [each for each in found.problems if each.code in ("TERM_UNKNOWN", "COUNTRY_UNKNOWN")]


def test_a_record_of_nothing_but_unknown_terms_is_told_in_ten_notes() -> None:
    terms = [f"7C9E6679-7425-40DE-944B-E07FC1F90A{number:02}" for number in range(50)]
    found = told("cbd_index", {**CBD, "keywords_ss": [*terms, *terms]})
    assert len([each for each in found.problems if each.code == "TERM_UNKNOWN"]) == MAX_NOTES
