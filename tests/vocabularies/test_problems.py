"""What people are told about their data: complete, in six languages, in plain words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabularies.problems import PROBLEMS, Problem, as_dict, fix, message, problem
from vocabularies.text import UN_LANGUAGES

SCBD_CODES = {
    "Mandatory", "MandatoryAnyOf", "InvalidValue", "InvalidProperty", "UnspecifiedLocale", "UnexpectedTerm",
    "InvalidType",
}  # fmt: skip
UNKIND = re.compile(r"\b(invalid|null|schema|exception|traceback)\b", re.IGNORECASE)


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_message_says_what_happened_what_to_do_and_gives_an_example(code: str) -> None:
    rule = PROBLEMS[code]
    assert rule.severity in {"error", "warning", "note"}
    assert rule.who in {"owner", "it", "secretariat", "nobody"}
    assert rule.scbd in SCBD_CODES
    assert "Example: " in rule.fix and rule.fix.endswith(".")
    assert rule.what.endswith(".")
    assert not UNKIND.search(f"{rule.what} {rule.fix}")
    assert code not in message(problem(code, "/title", "x"))


def test_a_message_is_what_happened_then_the_fix() -> None:
    found = problem("DATE_IMPOSSIBLE", "/dates/issued", "2024-02-31")
    assert message(found) == "“2024-02-31” is not a day in the calendar. " + fix(found)
    assert "2024-06-30" in fix(found)


def test_a_french_message_is_french_and_names_the_field_in_french() -> None:
    said = message(problem("VALUE_MISSING", "/title"), "fr")
    assert said.startswith("«\u00a0Titre\u00a0» doit avoir une valeur")


def test_a_language_we_do_not_have_gets_english() -> None:
    found = problem("TITLE_MISSING", "/title")
    assert message(found, "de") == message(found, "../../etc") == message(found, "en")


def test_regional_tags_get_their_language() -> None:
    found = problem("TITLE_MISSING", "/title")
    assert message(found, "zh-Hans") == message(found, "zh_CN") == message(found, "zh") != message(found, "en")


def test_a_long_value_is_shortened_in_the_message_and_whole_in_the_document() -> None:
    found = problem("DOI_SYNTAX", "/details/doi", "x" * 300)
    assert "x" * 79 + "…" in message(found)
    assert "x" * 80 not in message(found)
    assert as_dict(found)["value"] == "x" * 300


def test_a_value_written_from_right_to_left_is_isolated() -> None:
    assert "“\u2068مرحبا\u2069”" in message(problem("DOI_SYNTAX", "/details/doi", "مرحبا"))


def test_in_an_arabic_sentence_a_date_keeps_its_order() -> None:
    said = message(problem("DATE_ORDER", "/temporal/end", "2024-06-01", start="2024-06-03"), "ar")
    assert "\u20682024-06-01\u2069" in said and "\u20682024-06-03\u2069" in said
    assert "\u2068" not in message(problem("DATE_ORDER", "/temporal/end", "2024-06-01", start="2024-06-03"), "fr")


def test_braces_in_a_value_are_only_text() -> None:
    assert "{value}{0.__class__}" in message(problem("DOI_SYNTAX", "/details/doi", "{value}{0.__class__}"))


def test_suggestions_are_offered_after_the_fix() -> None:
    assert fix(problem("TYPE_UNKNOWN", "/type", "evnt", suggestion="event")).endswith("Did you mean: event?")


def test_a_field_is_named_without_positions_and_languages() -> None:
    named = {
        path: as_dict(problem("VALUE_MISSING", path))["field"]
        for path in ("/title/fr", "/links/0/url", "/gbfTargets/3", "")
    }
    assert named == {"/title/fr": "title", "/links/0/url": "url", "/gbfTargets/3": "gbfTargets", "": ""}
    assert "“Record type”" in message(problem("VALUE_MISSING", "/type"))
    assert "“New thing”" in message(problem("VALUE_MISSING", "/links/0/newThing"))


def test_the_document_form_has_every_key_the_api_promises() -> None:
    shown = as_dict(problem("TERM_UNKNOWN", "/subjects/0", "x", example="y"), "es")
    assert {
        "code", "severity", "field", "pointer", "lang", "value", "params", "record_id", "row", "message",
        "fix", "docs_url",
    } <= set(shown)  # fmt: skip
    assert shown["docs_url"].endswith("TERM_UNKNOWN")
    assert shown["scbd_code"] == "UnexpectedTerm"


@given(
    code=st.sampled_from([*PROBLEMS, "NOT_A_CODE"]),
    path=st.text(),
    value=st.text(),
    params=st.dictionaries(st.sampled_from(["expected", "suggestion", "limit", "length", "line"]), st.text()),
)
def test_no_problem_makes_a_message_fail_in_any_language(
    code: str, path: str, value: str, params: dict[str, str]
) -> None:
    found = Problem(code, "error", path, value, params)
    for language in (*UN_LANGUAGES, value):
        assert message(found, language)
