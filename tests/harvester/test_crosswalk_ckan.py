"""CKAN packages become records: languages, extras, resources and people, one test a concern."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from harvester.crosswalks import ckan
from harvester.crosswalks.context import Context
from harvester.raw import new_raw
from vocabularies.formats.native import Parsed, dump_native
from vocabularies.record import Record

CONTEXT = Context("peat", "Peat data", "https://peat.example", "KE", None, datetime(2026, 5, 1, tzinfo=UTC), "ckan")
PACKAGE: dict[str, Any] = {"id": "p-1", "name": "peat-1", "title": "Peat", "type": "dataset"}


def read(**more: Any) -> Parsed:
    return ckan.crosswalk(new_raw("p-1", orjson.dumps(PACKAGE | more), format="ckan"), CONTEXT)


def record(**more: Any) -> Record:
    found = read(**more).record
    assert found is not None
    return found


def test_a_bare_package_is_a_dataset_with_its_page_at_the_site() -> None:
    found = record()
    assert (found.type, found.title, found.country_regions) == ("dataset", {"und": "Peat"}, ("KE",))
    assert [(link.url, link.rel) for link in found.links] == [("https://peat.example/dataset/peat-1", "landing")]
    assert found.provenance[0].original_id == "p-1"


def test_the_same_package_always_has_the_same_id() -> None:
    assert record().id == record(title="Other").id
    assert record().id.startswith("urn:chm:peat:")


def test_translated_fields_keep_their_languages() -> None:
    found = record(
        title_translated={"en": "Peat", "fr": "Tourbe", "x?": "dropped"},
        notes_translated={"en": "Wet <b>soil</b>", "fr": "Sol humide"},
        keywords={"en": ["bog"], "fr": ["tourbière"]},
    )
    assert found.title == {"en": "Peat", "fr": "Tourbe"}
    assert found.summary == {"en": "Wet soil", "fr": "Sol humide"}
    assert found.languages == ("en", "fr")
    assert [dict(keyword.label) for keyword in found.keywords] == [{"en": "bog"}, {"fr": "tourbière"}]


def test_a_stated_language_labels_the_texts() -> None:
    found = record(
        extras=[{"key": "language", "value": "http://publications.europa.eu/resource/authority/language/SPA"}]
    )
    assert (found.languages, found.title) == (("es",), {"es": "Peat"})


def test_dates_of_the_site_and_of_the_thing_are_told_apart() -> None:
    found = record(metadata_created="2024-01-02T03:04:05.678", metadata_modified="2024-02-03T00:00:00", issued="2020")
    assert found.dates.created == "2024-01-02T03:04:05Z"
    assert found.dates.modified == "2024-02-03T00:00:00Z"
    assert found.dates.issued == "2020"


def test_extras_give_place_period_and_identifiers() -> None:
    extras = [
        {"key": "spatial", "value": '{"type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 5], [1, 2]]]}'},
        {"key": "temporal_start", "value": "1990-01-01"},
        {"key": "identifier", "value": "https://doi.org/10.1234/peat"},
        {"key": "theme", "value": '["Wetlands in Kenya"]'},
        {"key": "depth_model", "value": "B"},
    ]
    found = record(extras=extras)
    assert found.spatial is not None
    assert found.spatial.box is not None
    assert (found.spatial.box.west, found.spatial.box.north) == (1, 5)
    assert found.temporal is not None
    assert found.temporal.start == "1990-01-01"
    assert ("doi", "10.1234/peat") in {(each.scheme, each.value) for each in found.source_ids}
    assert [dict(keyword.label) for keyword in found.keywords] == [{"und": "Wetlands in Kenya"}]
    assert found.extra == {"ckan": {"depth_model": "B"}}


def test_resources_are_links_by_what_they_are() -> None:
    resources = [
        {
            "url": "https://f.example/a.csv",
            "format": "CSV",
            "mimetype": "text/csv",
            "size": "12",
            "name": "A",
            "hash": "h",
        },
        {"url": "https://f.example/wms", "format": "WMS"},
        {"url": "https://f.example/page", "format": "HTML"},
        {"url": "javascript:alert(1)", "format": "HTML"},
        "no resource",
    ]
    found = record(url="https://owner.example/peat", resources=resources)
    assert [(link.url, link.rel) for link in found.links] == [
        ("https://owner.example/peat", "landing"),
        ("https://f.example/a.csv", "data"),
        ("https://f.example/wms", "api"),
        ("https://f.example/page", "document"),
    ]
    data = found.links[1]
    assert (data.media_type, data.bytes, data.checksum, data.name) == ("text/csv", 12, "h", {"und": "A"})


def test_a_format_is_a_media_type_where_it_is_one_and_kept_where_not() -> None:
    named = ["CSV", "application/pdf", "SHP"]
    files = [{"url": f"https://f.example/{at}", "format": each, "mimetype": None} for at, each in enumerate(named)]
    found = record(resources=files)
    assert [link.media_type for link in found.links[1:]] == ["text/csv", "application/pdf", None]
    assert found.extra["ckan"] == {"resources/format": ["SHP"]}


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"license_id": "cc-zero"}, "https://creativecommons.org/publicdomain/zero/1.0/"),
        (
            {"license_url": "https://creativecommons.org/licenses/by/4.0/"},
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        ({"license_id": "our-own", "license_title": "Ask us"}, None),
    ],
)
def test_a_licence_we_know_is_its_uri_and_any_other_is_kept_as_text(
    fields: dict[str, str], licence: str | None
) -> None:
    found = record(**fields)
    assert (found.license or "").rstrip("/") == (licence or "").rstrip("/")
    assert licence is not None or found.rights == {"und": "Ask us"}


def test_people_are_named_and_their_addresses_stay_behind() -> None:
    found = record(
        author="Ann Bog",
        author_email="ann@peat.example",
        maintainer="Desk",
        maintainer_email="desk@peat.example",
        organization={"name": "peat", "title": "Peatland Institute"},
        extras=[{"key": "helpdesk_email", "value": "help@peat.example"}, {"key": "phone_of_owner", "value": "+254"}],
    )
    assert [(agent.role, dict(agent.name)) for agent in found.organizations] == [
        ("publisher", {"und": "Peatland Institute"}),
        ("creator", {"und": "Ann Bog"}),
    ]
    assert [(contact.role, contact.name) for contact in found.contacts] == [("maintainer", "Desk")]
    assert b"@" not in dump_native(found)
    assert b"+254" not in dump_native(found)


@pytest.mark.parametrize(("kind", "expected"), [("document", "resource"), ("event", "event"), (None, "dataset")])
def test_the_type_of_the_package_decides_the_type_of_the_record(kind: str | None, expected: str) -> None:
    assert record(type=kind).type == expected


def test_bytes_that_are_no_json_are_a_problem() -> None:
    [problem] = ckan.crosswalk(new_raw("p-1", b"{", format="ckan"), CONTEXT).problems
    assert problem.code == "JSON_SYNTAX"


def test_what_is_said_of_a_resource_that_has_a_name_is_kept() -> None:
    files = [
        {"url": "https://peat.example/a.csv", "name": "Table", "description": "All cores"},
        {"url": "https://peat.example/b.csv", "description": "Depths"},
    ]
    found = record(resources=files)
    assert found.extra["ckan"] == {"resources/description": ["All cores"]}
    assert [link.name.get("und") for link in found.links[1:]] == ["Table", "Depths"]
