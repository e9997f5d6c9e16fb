"""No format says what a record keeps to itself."""

import pytest
from format_samples import ADDRESS, bare_record, full_record

from vocabularies.formats import FORMATS
from vocabularies.formats.disclosure import to_public

EVERY_FORMAT = pytest.mark.parametrize("name", sorted(FORMATS))


def rendered(name, record):
    return FORMATS[name].render(record, ADDRESS).decode()


@EVERY_FORMAT
@pytest.mark.parametrize("record_type", ["resource", "organization", "event", "focalPoint", "dataset"])
def test_an_address_without_consent_is_never_written(name, record_type):
    written = rendered(name, full_record(record_type))
    assert "secret@example.org" not in written
    assert "+254 20 2" not in written


@EVERY_FORMAT
def test_what_no_field_takes_is_never_written(name):
    person = {"/contacts/0/mobile": "+254 700 1", "email": "jane@example.org"}
    written = rendered(name, full_record(extra={"unmapped": person, "ke": {"kept": "yes"}}))
    assert "+254 700 1" not in written
    assert "jane@example.org" not in written


@EVERY_FORMAT
def test_a_withheld_record_says_only_what_and_which_it_is(name):
    withheld = full_record(access={"level": "withheld", "reason": {"en": "Sacred grove"}})
    written = rendered(name, withheld)
    for kept_back in (
        "Lamu",
        "Wanjiru",
        "Sacred grove",
        "a.wanjiru",
        'KE"',
        "Kenya",
        "10.1234",
        "2023",
        "GEF",
        "realm",
    ):
        assert kept_back not in written
    assert "mangroves" in written


@EVERY_FORMAT
@pytest.mark.parametrize("field", ["summary", "/summary", "details.problem", "problem", "details/budget", "links.url"])
def test_a_confidential_field_is_never_written(name, field):
    record = full_record(
        "need",
        access={"level": "restricted", "confidential": [field]},
        details={"problem": {"en": "PROBLEM"}, "budget": {"currency": "XBUDGET", "minimum": 7654321}},
        summary={"en": "SUMMARY"},
        links=[{"url": "https://lamu.example/LINK"}],
        extra={"cbd": {"problem": "PROBLEM", "summary": ["SUMMARY"], "budget": "XBUDGET", "url": "LINK"}},
    )
    hidden = {"summary": "SUMMARY", "problem": "PROBLEM", "budget": "XBUDGET", "url": "LINK"}
    written = rendered(name, record)
    assert hidden[field.replace("/", ".").rpartition(".")[2]] not in written


@EVERY_FORMAT
def test_a_confidential_title_leaves_the_name_of_the_type(name):
    written = rendered(name, bare_record(title={"en": "Grove 7"}, access={"confidential": ["title"]}))
    assert "Grove 7" not in written
    assert "nowledge resource" in written


def test_one_language_of_a_field_can_be_confidential():
    record = full_record(access={"confidential": ["/title/ar"]})
    assert dict(to_public(record).title) == {"en": "Restoring mangroves & reefs", "fr": "Restaurer <les> mangroves"}


def test_a_name_of_no_field_hides_nothing_and_identity_stays():
    record = bare_record(access={"confidential": ["nothing", "id", "type", "access.level"]})
    assert to_public(record) == record


def test_a_record_without_secrets_is_given_back_itself():
    record = bare_record()
    assert to_public(record) is record
