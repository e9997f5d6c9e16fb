"""No format says what a record keeps to itself."""

import pytest
from format_samples import ADDRESS, bare_record, full_record, properties
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from vocabularies.formats import FORMATS
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.record_shape import record_shape, shape_of
from vocabularies.formats.tabular import dump_csv
from vocabularies.record import RECORD_TYPES, record_details

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
    written = rendered(name, full_record(extra={"unmapped": person, "csv": {"boss": "Jane"}, "ke": {"kept": "yes"}}))
    assert "+254 700 1" not in written
    assert "jane@example.org" not in written
    assert "Jane" not in written


def test_a_table_keeps_secrets_like_every_format():
    record = full_record(
        "need",
        access={"level": "restricted", "confidential": ["details.problem", "links", "budget"]},
        details={"problem": {"en": "PROBLEM"}, "budget": {"currency": "XBUDGET", "minimum": 7654321}},
        extra={"unmapped": {"x": "UNMAPPED"}, "csv": {"boss": "JANE"}},
    )
    written = b"".join(dump_csv([record])).decode()
    for kept_back in (
        "PROBLEM",
        "XBUDGET",
        "7654321",
        "a b.pdf",
        "secret@example.org",
        "+254 20 2",
        "UNMAPPED",
        "JANE",
    ):
        assert kept_back not in written
    assert "a.wanjiru@example.org" in written  # she agreed


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


def shape_of_details(record_type):
    return shape_of(record_shape(record_type)["details"].part)


@pytest.mark.parametrize(
    ("record_type", "name"), [(kind, name) for kind in RECORD_TYPES for name in shape_of_details(kind)]
)
@given(data=st.data())
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_every_field_of_details_can_be_confidential_under_its_json_name(record_type, name, data):
    details = data.draw(properties({name: shape_of_details(record_type)[name]}))
    secret = bare_record(record_type, details=details, access={"confidential": [name]})
    nothing = record_details(bare_record(record_type))
    assume(record_details(secret) != nothing)
    if name not in record_shape(record_type):
        assert record_details(to_public(secret)) == nothing
    qualified = bare_record(record_type, details=details, access={"confidential": [f"/details/{name}"]})
    assert record_details(to_public(qualified)) == nothing


@pytest.mark.parametrize("written", ["links[0].url", "/links/0/url", "Links.URL", "links.url"])
def test_a_confidential_member_of_a_list_is_found_in_any_spelling(written):
    assert to_public(full_record(access={"confidential": [written]})).links == ()


def test_a_name_of_no_field_hides_nothing_and_identity_stays():
    record = bare_record(access={"confidential": ["nothing", "id", "type", "access.level"]})
    assert to_public(record) == record


def test_a_record_without_secrets_is_given_back_itself():
    record = bare_record()
    assert to_public(record) is record
