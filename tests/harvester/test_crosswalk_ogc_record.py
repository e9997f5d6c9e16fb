"""OGC API record features become records: themes, times, places, people and links, one test a concern."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from harvester.crosswalks import ogc_record
from harvester.crosswalks.context import Context
from harvester.raw import new_raw
from vocabularies.formats.native import dump_native
from vocabularies.record import Record

CONTEXT = Context(
    "lakes", "Lakes", "https://lakes.example", None, None, datetime(2026, 5, 1, tzinfo=UTC), "ogc_records"
)


def record(properties: dict[str, Any] | None = None, **more: Any) -> Record:
    feature = {"id": "l-1", "type": "Feature", "geometry": None, "properties": {"title": "Lake"} | (properties or {})}
    raw = new_raw("cat/l-1", orjson.dumps(feature | more), format="ogc_record")
    parsed = ogc_record.crosswalk(raw, CONTEXT)
    assert parsed.record is not None, parsed.problems
    return parsed.record


def test_a_bare_record_is_a_dataset_with_its_page_in_the_catalogue() -> None:
    found = record()
    assert (found.type, found.title) == ("dataset", {"und": "Lake"})
    assert [(link.url, link.rel) for link in found.links] == [
        ("https://lakes.example/collections/cat/items/l-1", "landing")
    ]


@pytest.mark.parametrize("language", ["fr", "fra; CAN", {"code": "fr", "name": "Français"}])
def test_the_language_labels_the_texts(language: object) -> None:
    found = record({"language": language, "description": "Un lac"})
    assert (found.title, found.summary, found.languages) == ({"fr": "Lake"}, {"fr": "Un lac"}, ("fr",))


def test_themes_and_keywords_are_terms_where_we_know_them() -> None:
    themes = [
        {
            "scheme": "x",
            "concepts": [{"id": "GBF Target 3"}, {"id": "9", "title": "Depth", "url": "https://v.example/9"}],
        }
    ]
    found = record({"keywords": ["lake", "lake"], "themes": themes, "language": "en"})
    assert len(found.gbf_targets) == 1
    assert [(dict(each.label), each.uri) for each in found.keywords] == [
        ({"en": "lake"}, None),
        ({"en": "Depth"}, "https://v.example/9"),
    ]


@pytest.mark.parametrize(
    ("time", "start", "end"),
    [
        ({"interval": ["1990-01-01", ".."]}, "1990-01-01", None),
        ({"interval": ["..", "2000-01-01T00:00:00Z"]}, None, "2000-01-01T00:00:00Z"),
        ({"date": "1999"}, "1999", "1999"),
        ("1990/1999", "1990", "1999"),
    ],
)
def test_a_time_is_a_period(time: object, start: str | None, end: str | None) -> None:
    found = record(time=time).temporal
    assert found is not None
    assert (found.start, found.end) == (start, end)


def test_a_geometry_is_the_box_around_it() -> None:
    ring = [[[30, -5], [31, -5], [31, -4], [30, -5]]]
    box = record(geometry={"type": "Polygon", "coordinates": ring}).spatial
    point = record(geometry={"type": "Point", "coordinates": [30, -5]}).spatial
    assert box is not None
    assert box.box is not None
    assert (box.box.west, box.box.south, box.box.east, box.box.north) == (30, -5, 31, -4)
    assert point is not None
    assert point.point is not None
    assert (point.point.longitude, point.point.latitude) == (30, -5)


@pytest.mark.parametrize(
    "geometry", [{"type": "Point", "coordinates": [500000, 6000000]}, {"type": "Point"}, "here", 7]
)
def test_a_geometry_that_is_none_is_no_place(geometry: object) -> None:
    assert record(geometry=geometry).spatial is None


def test_links_are_what_their_relations_say_and_the_catalogues_own_are_left_out() -> None:
    links = [
        {"rel": "self", "href": "https://lakes.example/self"},
        {"rel": "enclosure", "href": "/files/a.zip", "title": "All", "length": 7, "type": "application/zip"},
        {"rel": "license", "href": "https://creativecommons.org/licenses/by/4.0/"},
        {"rel": "canonical", "href": "https://owner.example/lake"},
        {"rel": "item", "href": "file:///etc/passwd"},
    ]
    found = record(links=links)
    assert [(link.url, link.rel) for link in found.links] == [
        ("https://lakes.example/files/a.zip", "data"),
        ("https://owner.example/lake", "landing"),
    ]
    assert (found.links[0].bytes, found.links[0].name) == (7, {"und": "All"})
    assert (found.license or "").startswith("https://creativecommons.org/licenses/by/4.0")


def test_people_have_roles_and_their_addresses_stay_behind() -> None:
    contact = {
        "name": "Ann",
        "organization": "Lake Office",
        "roles": ["publisher"],
        "emails": [{"value": "ann@lakes.example"}],
        "phones": [{"value": "+254700000000"}],
    }
    found = record({"contacts": [contact], "helpdesk": {"email": "desk@lakes.example"}})
    assert [(each.role, each.name) for each in found.contacts] == [("publisher", "Ann")]
    assert [(each.role, dict(each.name)) for each in found.organizations] == [("publisher", {"und": "Lake Office"})]
    assert b"@" not in dump_native(found)
    assert b"+254" not in dump_native(found)


def test_dates_are_those_of_the_record() -> None:
    found = record({"created": "2020-01-01T00:00:00Z", "updated": "2024-01-01"})
    assert (found.dates.created, found.dates.modified) == ("2020-01-01T00:00:00Z", "2024-01-01")


def test_external_identifiers_are_typed() -> None:
    found = record({"externalIds": [{"scheme": "doi", "value": "10.1234/lake"}, {"value": "L1"}]})
    assert {("doi", "10.1234/lake"), ("local", "L1"), ("local", "l-1"), ("local", "cat/l-1")} <= {
        (each.scheme, each.value) for each in found.source_ids
    }


def test_what_no_field_takes_is_kept() -> None:
    assert record({"depth": 12}).extra == {"ogc_record": {"depth": 12}}


def test_bytes_that_are_no_json_are_a_problem() -> None:
    [problem] = ogc_record.crosswalk(new_raw("cat/l-1", b"{", format="ogc_record"), CONTEXT).problems
    assert problem.code == "JSON_SYNTAX"
