"""The federation's own XML loses nothing, and its schema describes what is written."""

import pytest
from format_samples import ADDRESS, bare_record, full_record, records
from hypothesis import given, settings
from lxml import etree

from vocabularies import namespaces as ns
from vocabularies.formats.chm_schema import chm_xsd
from vocabularies.formats.chm_xml import parse_chm, render
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.native import dump_native, parse_native
from vocabularies.formats.tabular import RowDefaults, dump_csv, parse_csv
from vocabularies.problems import message
from vocabularies.record import RECORD_TYPES

SCHEMA = etree.XMLSchema(etree.fromstring(chm_xsd()))


def wrapped(inner: str) -> bytes:
    return f'<record xmlns="{ns.CHM}">{inner}</record>'.encode()


@given(records())
@settings(max_examples=200, deadline=None)
def test_what_is_read_back_is_what_was_published(record):
    public = to_public(record)
    assert parse_chm(render(record, ADDRESS)).record == public


@given(records())
@settings(max_examples=100, deadline=None)
def test_whatever_is_written_is_valid(record):
    SCHEMA.assertValid(etree.fromstring(render(record, ADDRESS)))


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_type_survives_and_is_valid(record_type):
    record = bare_record(record_type, extra={"ke": {"a": [1, None, {"b": "\x00\u2028"}]}})
    payload = render(record, ADDRESS)
    SCHEMA.assertValid(etree.fromstring(payload))
    assert parse_chm(payload).record == record


def test_white_space_and_line_ends_survive():
    record = bare_record(summary={"en": " a\r\nb\tc\u2028 \u00a0"})
    assert parse_chm(render(record, ADDRESS)).record == record


def test_the_schema_refuses_what_no_record_holds():
    assert not SCHEMA.validate(etree.fromstring(wrapped("<id>x</id><type>spaceship</type>")))
    assert not SCHEMA.validate(etree.fromstring(wrapped("<id>x</id><type>news</type><surprise/>")))


def test_an_element_of_a_later_version_is_kept_with_a_warning():
    payload = render(bare_record(), ADDRESS).replace(b"</record>", b"<mood>good</mood><mood>bad</mood></record>")
    parsed = parse_chm(payload)
    assert parsed.record is not None
    assert parsed.record.extra == {"unmapped": {"mood": ["good", "bad"]}}
    assert [found.code for found in parsed.problems] == ["PROPERTY_UNKNOWN"]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"<record", "XML_SYNTAX"),
        (b"", "XML_SYNTAX"),
        (b"<dc/>", "XML_SYNTAX"),
        (b'<!DOCTYPE r [<!ENTITY e "x">]>' + wrapped("<id>&e;</id>"), "XML_SYNTAX"),
        (wrapped("<id>a</id><type>spaceship</type>"), "TYPE_UNKNOWN"),
        (wrapped("<id>a</id><title xml:lang='en'>T</title>"), "TYPE_MISSING"),
        (wrapped("<id>a</id><type>news</type>"), "TITLE_MISSING"),
    ],
)
def test_a_broken_payload_becomes_a_problem(payload, code):
    parsed = parse_chm(payload)
    assert parsed.record is None
    assert code in [found.code for found in parsed.problems]
    assert "…" not in message(parsed.problems[0])


def test_a_number_that_is_none_says_where():
    parsed = parse_chm(render(full_record(), ADDRESS).replace(b"39.5", b"east"))
    assert parsed.record is None
    assert [found.path for found in parsed.problems] == ["/spatial/box/west"]


def test_an_unknown_term_survives_every_format_that_reads():
    details = {"providerCountries": ["Atlantis"]}
    record = bare_record("technology", subjects=["CBD-SUBJECT-NEW"], gbfTargets=["GBF-TARGET-99"], details=details)
    from_table = next(parse_csv(b"".join(dump_csv([record])), RowDefaults(node="ke"))).parsed.record
    assert parse_native(dump_native(record)).record == parse_chm(render(record, ADDRESS)).record == from_table == record
