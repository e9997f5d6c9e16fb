"""The rules a record must meet: what each finds, and that a good record is left alone."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocabularies.problems import PROBLEMS, message
from vocabularies.record import RECORD_TYPES, Record, new_record
from vocabularies.validation import validate

GOOD: dict[str, Any] = {
    "id": "urn:chm:ke:1",
    "title": {"en": "Restoring the mangroves of Lamu", "fr": "Restaurer les mangroves de Lamu"},
    "summary": {"en": "How three villages replanted 40 hectares."},
    "languages": ("en", "fr"),
    "publisher": {"node": "ke"},
    "government": "KE",
    "country_regions": ("KE", "014", "EU"),
    "gbf_targets": ("GBF-TARGET-02",),
    "gbf_goals": ("GBF-GOAL-A",),
    "sdgs": ("SDG-GOAL-14", "SDG-TARGET-14.2"),
    "aichi_targets": ("AICHI-TARGET-02",),
    "subjects": ("CBD-SUBJECT-AGR",),
    "treaties": ("cbd",),
    "links": ({"url": "https://example.org/report.pdf?page=1#top"},),
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "dates": {"issued": "2024", "modified": "2024-05-01"},
}


BACKWARDS = {"start": "2024", "end": "2020"}
GUID = "11111111-1111-1111-1111-111111111111"


def good(type_: str = "resource", **fields: Any) -> Record:
    return new_record(type_, **{**GOOD, **fields})


def found(record: Record) -> dict[str, tuple[str, str]]:
    return {each.path: (each.code, each.severity) for each in validate(record)}


def test_a_good_record_has_no_problems() -> None:
    assert validate(good()) == ()


@pytest.mark.parametrize(
    ("fields", "path", "code", "severity"),
    [
        ({"id": "wetlands"}, "/id", "ID_SYNTAX", "error"),
        ({"publisher": {"node": " "}}, "/publisher/node", "VALUE_MISSING", "error"),
        ({"title": {}}, "/title", "TITLE_MISSING", "error"),
        ({"title": {"en": "  "}}, "/title", "TITLE_MISSING", "error"),
        ({"title": {"en": "A <i>Panthera</i> story"}}, "/title/en", "HTML_IN_TITLE", "error"),
        ({"title": {"en": "x" * 501}}, "/title/en", "TEXT_LONG", "warning"),
        ({"title": {"en": "x" * 5001}}, "/title/en", "TEXT_TOO_LONG", "error"),
        ({"title": {"und": "Mikoko"}}, "/title/und", "LANGUAGE_UNDETERMINED", "warning"),
        ({"title": {"sw": "Mikoko"}}, "/languages", "LANG_MISSING", "note"),
        ({"summary": {}}, "/summary", "SUMMARY_MISSING", "warning"),
        ({"summary": {"en": "<p>a</p><script>x()</script>"}}, "/summary/en", "HTML_REMOVED", "warning"),
        ({"summary": {"en": "<p class=a onclick = x()>a"}}, "/summary/en", "HTML_REMOVED", "warning"),
        ({"summary": {"en": "<a href='JavaScript:x()'>a</a>"}}, "/summary/en", "HTML_REMOVED", "warning"),
        ({"summary": {"en": "x" * 200_001}}, "/summary/en", "TEXT_TOO_LONG", "error"),
        ({"links": ({"url": "www.example.org"},)}, "/links/0/url", "URL_SCHEME", "error"),
        ({"links": ({"url": "javascript:x()"},)}, "/links/0/url", "URL_SCHEME", "error"),
        ({"links": ({"url": "https://exa mple.org"},)}, "/links/0/url", "URL_SYNTAX", "error"),
        ({"links": ({"url": ""},)}, "/links/0/url", "VALUE_MISSING", "error"),
        ({"links": ()}, "/links", "FIELD_MISSING", "warning"),
        ({"keywords": ({"label": {"en": "x"}, "uri": " javascript:x()"},)}, "/keywords/0/uri", "URL_SCHEME", "error"),
        ({"temporal": {"start": "2024-05", "end": "2024-04-30"}}, "/temporal/end", "DATE_ORDER", "error"),
        ({"dates": {"issued": "2024", "modified": "2023-12"}}, "/dates/modified", "DATE_UNLIKELY", "note"),
        ({"source_ids": ({"scheme": "issn", "value": "1"},)}, "/sourceIds/0/value", "ISSN_CHECK", "warning"),
        ({"source_ids": ({"scheme": "doi", "value": "1"},)}, "/sourceIds/0/value", "DOI_SYNTAX", "warning"),
        ({"details": {"isbn": "978"}}, "/details/isbn", "ISBN_CHECK", "warning"),
        ({"details": {"audience": {"en": "<iframe src=x>"}}}, "/details/audience/en", "HTML_REMOVED", "warning"),
        ({"contacts": ({"email": "a@example.org"},)}, "/contacts/0/email", "EMAIL_WITHOUT_CONSENT", "warning"),
        ({"government": "ke"}, "/government", "COUNTRY_UNKNOWN", "error"),
        ({"country_regions": ("KE", "XQ")}, "/countryRegions/1", "COUNTRY_UNKNOWN", "error"),
        ({"gbf_targets": ("GBF-TARGET-24",)}, "/gbfTargets/0", "TERM_UNKNOWN", "error"),
        ({"subjects": ("Bees",)}, "/subjects/0", "TERM_UNKNOWN", "error"),
        ({"license": "ask me"}, "/license", "TERM_UNKNOWN", "warning"),
        ({"treaties": ("kyoto-ish",)}, "/treaties/0", "TERM_UNKNOWN", "warning"),
        ({"country_regions": (GUID,)}, "/countryRegions/0", "TERM_UNKNOWN", "warning"),
    ],
)  # fmt: skip
def test_a_fault_is_found_at_its_place(fields: dict[str, Any], path: str, code: str, severity: str) -> None:
    assert found(good(**fields))[path] == (code, severity)


@pytest.mark.parametrize(
    ("type_", "details", "path", "code"),
    [
        ("event", {"start": "2024-06-02", "end": "2024-06-01"}, "/details/end", "DATE_ORDER"),
        ("event", {}, "/details/start", "FIELD_MISSING"),
        ("event", {"start": "2024", "online_url": "zoom"}, "/details/onlineUrl", "URL_SCHEME"),
        ("focalPoint", {"since": "2024", "until": "2023-01"}, "/details/until", "DATE_ORDER"),
        ("legalInstrument", {"entry_into_force": "2024", "expires": "2020"}, "/details/expires", "DATE_ORDER"),
        ("nationalSubmission", {"period": BACKWARDS}, "/details/period/end", "DATE_ORDER"),
        ("nationalTarget", {"reference_period": BACKWARDS}, "/details/referencePeriod/end", "DATE_ORDER"),
        ("nationalTarget", {"alignment": ({"target": "T-99"},)}, "/details/alignment/0/target", "TERM_UNKNOWN"),
        ("dataset", {"doi": "x"}, "/details/doi", "DOI_SYNTAX"),
        ("service", {"url": "ftp://example.org"}, "/details/url", "URL_SCHEME"),
        ("organization", {"website": "example.org", "country": "KE"}, "/details/website", "URL_SCHEME"),
        ("organization", {"country": "Kenia"}, "/details/country", "COUNTRY_UNKNOWN"),
        ("need", {"assistance_types": ("magic",)}, "/details/assistanceTypes/0", "TERM_UNKNOWN"),
    ],
)  # fmt: skip
def test_each_type_has_its_own_rules(type_: str, details: dict[str, Any], path: str, code: str) -> None:
    assert found(good(type_, details=details))[path][0] == code


@pytest.mark.parametrize(
    "fields",
    [
        {"temporal": {"start": "2024-06", "end": "2024"}},
        {"title": {"en": "Growth at < 2 °C and > 1 °C"}},
        {"title": {"zh-Hans": "红树林"}, "languages": ("en", "zh")},
        {"summary": {"en": "<p>A <a href='https://example.org'>link</a></p>"}},
        {"links": ({"url": "https://例え.example/ä?q=(1)"},)},
        {"license": "http://creativecommons.org/licenses/by/4.0"},
        {"summary": {}, "status": "retracted"},
        {"contacts": ({"email": "a@example.org", "consent": True},)},
    ],
)
def test_what_is_unusual_but_right_is_left_alone(fields: dict[str, Any]) -> None:
    assert validate(good(**fields)) == ()


def test_a_word_of_a_term_brings_the_term_to_mind() -> None:
    found = validate(
        new_record("news", id="urn:chm:ke:1", title={"en": "A"}, publisher={"node": "ke"}, subjects=["forest"])
    )
    assert (
        "CBD-SUBJECT-FOR (Forest Biodiversity)"
        in next(each for each in found if each.code == "TERM_UNKNOWN").params["suggestion"]
    )


def test_an_unknown_term_comes_with_the_terms_that_are_near() -> None:
    (problem,) = validate(good(gbf_targets=("GBF-TARGET-3",)))
    assert problem.params["suggestion"].startswith("GBF-TARGET-03 (")
    (problem,) = validate(good(country_regions=("Kenya",)))
    assert problem.params["suggestion"] == "KE (Kenya)"


def test_an_address_without_consent_is_not_repeated() -> None:
    (problem,) = validate(good(contacts=({"email": "secret@example.org"},)))
    assert "secret" not in repr(problem) + message(problem)


def test_errors_come_first_and_name_the_record() -> None:
    problems = validate(good(title={"sw": "Mikoko"}, summary={}, subjects=("Bees",)))
    assert [each.severity for each in problems] == ["error", "warning", "note"]
    assert {each.record_id for each in problems} == {"urn:chm:ke:1"}


words = st.one_of(
    st.text(max_size=12), st.sampled_from(["KE", "<script>", "javascript:x", "<a onx=", "https://[", "2024"])
)
texts = st.dictionaries(st.sampled_from(["en", "fr", "ar", "und", "zh-Hans"]), words)


@settings(max_examples=60, deadline=None)
@given(type_=st.sampled_from(RECORD_TYPES), title=texts, summary=texts, terms=st.lists(words, max_size=3), word=words)
def test_no_record_makes_the_rules_fail(
    type_: str, title: dict[str, str], summary: dict[str, str], terms: list[str], word: str
) -> None:
    record = new_record(
        type_, id=word, title=title, summary=summary, publisher={"node": word}, country_regions=terms, subjects=terms,
        sdgs=terms, government=word, license=word, links=({"url": word},),
        source_ids=[{"scheme": scheme, "value": word} for scheme in ("doi", "isbn", "issn", "cbd")],
    )  # fmt: skip
    for problem in validate(record):
        assert problem.code in PROBLEMS
        assert all(message(problem, language) for language in ("en", "ar", "zh"))
        assert "…." not in message(problem) or "…" in word, "a message has an empty place"
