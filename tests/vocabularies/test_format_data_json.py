"""An entry of data.json has what the standard asks of every dataset, whatever the record holds."""

import os
from functools import cache
from pathlib import Path

import orjson
import pytest
from format_samples import ADDRESS, bare_record, full_record, records
from hypothesis import example, given, settings

from vocabularies.formats.data_json import Desk, dump_data_json, to_entry
from vocabularies.record import Temporal

SHARED = Path(os.environ.get("CHM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
SCHEMAS = SHARED / "data/conformance/dcat-us-1.1"
SCHEMA = "https://project-open-data.cio.gov/v1.1/schema/"
DESK = Desk("Kenya CHM", "chm@example.org")


def test_a_full_dataset_keeps_what_the_format_has_a_place_for():
    entry = to_entry(full_record("dataset"), ADDRESS, DESK)
    assert entry["title"] == "Restoring mangroves & reefs" and entry["language"] == ["en", "fr"]
    assert entry["contactPoint"]["hasEmail"] == "mailto:a.wanjiru@example.org"
    assert entry["spatial"] == "Kenya; United Republic of Tanzania" and entry["temporal"] == "2021/2023-06"
    assert {"mangrove", "Kenya"} <= set(entry["keyword"])
    assert entry["distribution"][0]["downloadURL"] == "https://ke.chm.example/a%20b.pdf"
    assert entry["license"] == "https://creativecommons.org/licenses/by/4.0/"


def test_what_the_standard_has_no_place_for_stands_beside_in_dcmi_terms():
    record = full_record(
        "dataset", title={"en": "Fens", "fr": "Marais"}, subtype="occurrences", dates={"created": "1997-04"},
        sourceIds=[{"scheme": "doi", "value": "10.5072/fens"}],
    )  # fmt: skip
    entry = to_entry(record, ADDRESS, DESK)
    assert entry["dc:title"] == [
        {"@value": "Fens", "@language": "en"},
        {"@value": "Marais", "@language": "fr"},
    ]
    assert entry["dc:type"].endswith("occurrences")
    assert (entry["dc:created"], entry["dc:identifier"]) == ("1997-04", ["doi:10.5072/fens"])


def test_a_dataset_of_no_country_says_where_it_lies():
    entry = to_entry(full_record("dataset", government=None, countryRegions=[]), ADDRESS, DESK)
    assert entry["spatial"] == "39.5,-4.8,41.5,-1.6"


def test_nobody_who_did_not_agree_is_reachable():
    assert "secret@example.org" not in str(to_entry(full_record("dataset"), ADDRESS, DESK))
    withheld = to_entry(full_record("dataset", access={"level": "withheld"}), ADDRESS, DESK)
    assert withheld["accessLevel"] == "non-public" and "a.wanjiru" not in str(withheld)


def test_only_datasets_have_an_entry():
    with pytest.raises(ValueError, match="datasets"):
        to_entry(bare_record("news"), ADDRESS, DESK)


def test_a_file_is_one_document_even_when_empty():
    for found in ([], [{"title": "a"}, {"title": "ب"}]):
        assert orjson.loads(b"".join(dump_data_json(found, "https://x.example/data.json")))["dataset"] == found


@cache
def validator():
    from jsonschema import Draft4Validator
    from referencing import Registry, Resource

    registry = Registry()
    for path in SCHEMAS.glob("*.json"):
        registry = registry.with_resource(SCHEMA + path.name, Resource.from_contents(orjson.loads(path.read_bytes())))
    return Draft4Validator({"$ref": f"{SCHEMA}dataset.json"}, registry=registry)


@pytest.mark.shared
@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the schemas of DCAT-US 1.1 are not beside the checkout")
@example(bare_record("dataset").with_(temporal=Temporal(start="1999", end="2024-02-29")))
@given(records(only="dataset"))
@settings(max_examples=80, deadline=None)
def test_any_dataset_is_valid_as_data_json(record):
    validator().validate(to_entry(record, ADDRESS, DESK))
