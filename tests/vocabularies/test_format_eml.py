"""EML says of a dataset what its schema asks for, and everything of the record that EML has a place for."""

import os
from functools import cache
from pathlib import Path

import pytest
from format_samples import ADDRESS, bare_record, full_record, records
from hypothesis import given, settings
from lxml import etree

from vocabularies import namespaces as ns
from vocabularies.formats import FORMATS, ON_REQUEST, format_named
from vocabularies.formats.eml import render

SHARED = Path(os.environ.get("CHM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
SCHEMA = SHARED / "data/conformance/eml-2.2.0/eml.xsd"
DETAILS = {
    "doi": "10.5/x",
    "taxa": ["Rhizophora mucronata"],
    "citation": "Lamu Trust (2023)",
    "methods": {"en": "Counted from a boat."},
    "updateFrequency": "yearly",
}


@cache
def schema():
    return etree.XMLSchema(etree.parse(SCHEMA, etree.XMLParser(no_network=True)))


def parsed(record):
    return etree.fromstring(render(record, ADDRESS))


def texts(root, path):
    return [" ".join("".join(element.itertext()).split()) for element in root.iterfind(path)]


def test_a_full_dataset_keeps_title_language_country_dates_identifiers_and_links():
    root = parsed(full_record("dataset", details=DETAILS))
    assert root.tag == f"{{{ns.EML}}}eml" and root.get("packageId") == "urn:chm:ke:b1"
    titles = {element.get(f"{{{ns.XML}}}lang"): element.text for element in root.iterfind("dataset/title")}
    assert titles == {"en": "Restoring mangroves & reefs", "fr": "Restaurer <les> mangroves"} | {"ar": titles["ar"]}
    assert texts(root, "dataset/creator") == ["Lamu Trust"] and texts(root, "dataset/publisher") == ["Kenya CHM"]
    assert "https://doi.org/10.5/x" in texts(root, "dataset/alternateIdentifier")
    assert {"Kenya", "United Republic of Tanzania", "mangrove"} <= set(texts(root, "dataset/keywordSet/keyword"))
    assert texts(root, "dataset/pubDate") == ["2023"] and texts(root, "dataset/language") == ["en"]
    assert texts(root, ".//rangeOfDates/*/calendarDate") == ["2021", "2023"]
    assert texts(root, ".//westBoundingCoordinate") == ["39.5"]
    assert texts(root, ".//taxonRankValue") == ["Rhizophora mucronata"] and texts(root, ".//citation")
    links = {element.text: element.get("function") for element in root.iterfind("dataset/distribution/online/url")}
    assert links["https://ke.chm.example/a%20b.pdf"] == "download"
    assert links["https://lamu.example/mangroves"] == links["https://ke.chm.example/records/b1"] == "information"


def test_a_bare_dataset_has_what_every_document_needs():
    root = parsed(bare_record("dataset"))
    for path in ("title", "creator/organizationName", "contact/organizationName", "publisher/organizationName"):
        assert texts(root, f"dataset/{path}"), path


def test_nobody_who_did_not_agree_is_reachable():
    document = render(full_record("dataset"), ADDRESS).decode()
    assert "a.wanjiru@example.org" in document
    assert "secret@example.org" not in document and "+254 20 2" not in document


def test_a_point_is_a_box_without_width():
    root = parsed(bare_record("dataset", spatial={"point": {"latitude": -1e-7, "longitude": 36.8}}))
    assert texts(root, ".//eastBoundingCoordinate") == texts(root, ".//westBoundingCoordinate") == ["36.8"]
    assert texts(root, ".//northBoundingCoordinate") == ["-0.0000001"]


def test_other_types_have_no_description_in_eml():
    with pytest.raises(ValueError, match="datasets"):
        render(bare_record("news"), ADDRESS)
    assert "eml" not in FORMATS and format_named("eml") is ON_REQUEST["eml"]
    assert format_named("atom") is FORMATS["atom"]


@pytest.mark.shared
@pytest.mark.skipif(not SCHEMA.exists(), reason="the schemas of EML 2.2.0 are not beside the checkout")
@pytest.mark.parametrize("record", [full_record("dataset", details=DETAILS), bare_record("dataset")])
def test_a_document_is_valid(record):
    schema().assertValid(parsed(record))


@pytest.mark.shared
@pytest.mark.skipif(not SCHEMA.exists(), reason="the schemas of EML 2.2.0 are not beside the checkout")
@given(records(only="dataset"))
@settings(max_examples=80, deadline=None)
def test_any_dataset_is_valid(record):
    schema().assertValid(parsed(record))
