"""schema.org objects say what their class may say, in all languages, and cannot break out of a page."""

import json

import pytest
from format_samples import ADDRESS, bare_record, full_record, records
from hypothesis import given, settings

from vocabularies.formats.schema_org import embed, render
from vocabularies.record import RECORD_TYPES


def rendered(record):
    return json.loads(render(record, ADDRESS))


def empties(value):
    if isinstance(value, dict):
        return [key for key, held in value.items() if held in (None, [], {})] + [
            e for v in value.values() for e in empties(v)
        ]
    return [e for member in value for e in empties(member)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    ("record_type", "subtype", "expected"),
    [
        ("technology", "hard", "Product"),
        ("offer", "grant", "Grant"),
        ("service", "website", "WebSite"),
        ("service", None, "Service"),
        ("place", "taxonOrLmo", "Taxon"),
        ("resource", "no such subtype", "CreativeWork"),
    ],
)
def test_the_class_follows_type_and_subtype(record_type, subtype, expected):
    assert rendered(bare_record(record_type, subtype=subtype))["@type"] == expected


@given(records())
@settings(max_examples=60, deadline=None)
def test_any_record_is_one_object_without_empty_properties(record):
    found = rendered(record)
    assert found["@context"] == "https://schema.org/"
    assert found["@id"] == ADDRESS.record_url
    assert empties(found) == []


def test_several_languages_are_tagged_values_and_one_is_plain():
    assert {"@language": "fr", "@value": "Restaurer <les> mangroves"} in rendered(full_record())["name"]
    assert rendered(bare_record())["name"] == "Bare"


def test_a_target_is_a_defined_term_with_its_official_address():
    targets = [term for term in rendered(full_record())["about"] if term.get("termCode") == "GBF-TARGET-03"]
    assert targets[0]["sameAs"] == ["https://www.cbd.int/gbf/targets/3"]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_type_says_its_licence_where_its_class_allows(record_type):
    found = rendered(full_record(record_type))
    holder = found if "license" in found else found["mainEntityOfPage"]
    assert holder["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert holder["inLanguage"] == ["en", "fr"]


def test_a_dataset_bears_its_doi_and_how_to_cite_it_and_a_map_has_no_distribution():
    details = {"doi": "10.5/x", "citation": "Lamu Trust (2023)"}
    found = rendered(full_record("dataset", sourceIds=[], details=details))
    assert found["identifier"][1:] == [
        {"@type": "PropertyValue", "propertyID": "doi", "value": "10.5/x", "url": "https://doi.org/10.5/x"}
    ]
    assert found["citation"] == ["Lamu Trust (2023)"] and found["distribution"]
    drawn = rendered(full_record("dataset", subtype="map"))
    assert drawn["@type"] == "Map" and drawn["encoding"] and "distribution" not in drawn


def test_an_event_says_when_and_where():
    details = {
        "start": "2024-05-01",
        "end": "2024-05-03",
        "city": "Nairobi",
        "country": "KE",
        "onlineUrl": "https://x.example/",
    }
    found = rendered(bare_record("event", details=details))
    assert (found["startDate"], found["endDate"]) == ("2024-05-01", "2024-05-03")
    assert [place["@type"] for place in found["location"]] == ["Place", "VirtualLocation"]
    assert found["eventAttendanceMode"].endswith("MixedEventAttendanceMode")


def test_a_box_is_south_west_north_east():
    geo = [place["geo"] for place in rendered(full_record())["spatialCoverage"] if "geo" in place]
    assert geo == [{"@type": "GeoShape", "box": "-4.8 39.5 -1.6 41.5"}]


def test_free_access_is_not_claimed_where_nobody_said_so():
    assert "isAccessibleForFree" not in rendered(bare_record())
    assert rendered(bare_record(access={"level": "restricted"}))["isAccessibleForFree"] is False


def test_an_embedded_object_cannot_close_the_script_and_stays_the_same():
    record = bare_record(title={"en": "</script><script>alert('&')\u2028</script>"})
    script = embed(render(record, ADDRESS))
    assert not set(script) & set("<>&\u2028\u2029")
    assert json.loads(script) == rendered(record)
