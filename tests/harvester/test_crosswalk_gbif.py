"""Datasets and organisations of GBIF's registry become records."""

from __future__ import annotations

import orjson

from tests.harvester.xml_stage import parsed, record

KEY = "38f06820-08c5-42b2-94f6-47cc3e83a54a"


def dataset(**more: object) -> bytes:
    return orjson.dumps({"key": KEY, "title": "Mosses of Kenya", "language": "eng", "type": "OCCURRENCE", **more})


def test_key_and_doi_are_identifiers_and_the_doi_leads_to_the_page() -> None:
    found = record("gbif_dataset", dataset(doi="10.15468/ABC"), KEY)
    assert {("gbif", KEY), ("doi", "10.15468/abc")} <= {(each.scheme, each.value) for each in found.source_ids}
    assert [link.url for link in found.links if link.rel == "landing"] == ["https://doi.org/10.15468/abc"]
    assert (found.type, dict(found.title)) == ("dataset", {"en": "Mosses of Kenya"})


def test_licence_dates_and_description_are_read() -> None:
    found = record("gbif_dataset", dataset(
        license="http://creativecommons.org/licenses/by/4.0/legalcode", description="<p>Of <i>moss</i>.</p>",
        created="2020-01-02T03:04:05.000+00:00", modified="2021-01-02T03:04:05.000+00:00", pubDate="2019-06-01",
    ), KEY)  # fmt: skip
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    assert found.summary["en"] == "Of moss."
    assert (found.dates.issued, str(found.dates.modified)[:10]) == ("2019-06-01", "2021-01-02")


def test_people_have_their_roles_and_no_address_is_kept() -> None:
    contact = {"firstName": "Mary", "lastName": "Otieno", "organization": "Moss Institute", "email": ["m@moss.example"]}
    found = record("gbif_dataset", dataset(contacts=[
        {**contact, "type": "ORIGINATOR"}, {**contact, "type": "ADMINISTRATIVE_POINT_OF_CONTACT"},
        {"type": "PUBLISHER", "organization": "Moss Press"}, {"type": "ORIGINATOR", "lastName": "x@y.example"},
    ]), KEY)  # fmt: skip
    assert [(each.role, each.name["en"]) for each in found.organizations] == [
        ("creator", "Mary Otieno"), ("contributor", "Moss Institute"), ("publisher", "Moss Press"),
    ]  # fmt: skip
    assert [each.name for each in found.contacts] == ["Mary Otieno"]
    assert "@" not in found.model_dump_json()


def test_coverage_gives_place_period_and_taxa() -> None:
    found = record("gbif_dataset", dataset(
        geographicCoverages=[{"description": "Kenya", "boundingBox": {
            "minLatitude": -5, "maxLatitude": 5, "minLongitude": 33, "maxLongitude": 42}}],
        temporalCoverages=[{"@type": "range", "start": "2001-01-01T00:00:00.000+00:00", "end": "2003"}],
        taxonomicCoverages=[{"coverages": [{"scientificName": "Bryophyta"}, {"commonName": "mosses"}]}],
        keywordCollections=[{"thesaurus": "n/a", "keywords": ["Peat"]}], countryCoverage=["UG"],
    ), KEY)  # fmt: skip
    assert found.country_regions == ("UG", "KE")
    assert found.spatial is not None and found.spatial.box is not None and found.spatial.box.east == 42
    assert found.temporal is not None and (str(found.temporal.start)[:4], found.temporal.end) == ("2001", "2003")
    assert found.details.taxa == ("Bryophyta", "mosses")  # type: ignore[attr-defined]
    assert [each.label["en"] for each in found.keywords] == ["Peat"]


def test_endpoints_are_links_and_the_rest_is_kept() -> None:
    found = record("gbif_dataset", dataset(
        endpoints=[{"type": "DWC_ARCHIVE", "url": "https://ipt.example/archive.do?r=moss"},
                   {"type": "EML", "url": "https://ipt.example/eml.do?r=moss"}],
        citation={"text": "Otieno (2024) Mosses"}, publishingOrganizationKey="p", project={"title": "Mires"},
    ), KEY)  # fmt: skip
    assert {link.url.rpartition("/")[2]: link.rel for link in found.links} == {
        "archive.do?r=moss": "data", "eml.do?r=moss": "document",
    }  # fmt: skip
    assert found.details.citation == "Otieno (2024) Mosses"  # type: ignore[attr-defined]
    assert found.extra["gbif_dataset"] == {
        "project/title": ["Mires"], "publishingOrganizationKey": ["p"], "type": ["occurrence"],
    }  # fmt: skip


def test_an_organisation_is_an_organisation_with_its_place() -> None:
    body = orjson.dumps({"key": KEY, "endorsingNodeKey": "n", "title": "Moss Institute", "abbreviation": "MI",
                         "country": "KE", "city": "Nairobi", "homepage": ["https://moss.example"], "latitude": -1.3,
                         "longitude": 36.8, "email": ["a@b.example"], "phone": ["1"]})  # fmt: skip
    found = record("gbif_organization", body, KEY)
    assert (found.type, found.country_regions) == ("organization", ("KE",))
    details = found.details  # type: ignore[attr-defined]
    assert (details.acronym["und"], details.city, details.country) == ("MI", "Nairobi", "KE")
    assert found.spatial is not None and found.spatial.point is not None
    assert "a@b.example" not in found.model_dump_json()


def test_a_network_is_an_organisation_and_an_installation_a_service() -> None:
    network = record("gbif_organization", orjson.dumps({"key": KEY, "title": "Mires", "numConstituents": 3}), KEY)
    assert network.details.organization_type == "network"  # type: ignore[attr-defined]
    found = record("gbif_installation", orjson.dumps({
        "key": KEY, "title": "Moss toolkit", "type": "IPT_INSTALLATION", "organizationKey": "p",
        "endpoints": [{"type": "FEED", "url": "https://ipt.example/rss.do"}]}), KEY)  # fmt: skip
    assert found.type == "service"
    assert (found.details.url, found.details.api_type) == (  # type: ignore[attr-defined]
        "https://ipt.example/rss.do", "IPT_INSTALLATION",
    )  # fmt: skip
    assert len(found.relations) == 1


def test_a_search_names_publisher_and_host() -> None:
    found = record("gbif_dataset", dataset(publishingOrganizationTitle="Moss Institute", keywords=["peat"],
                                           hostingOrganizationTitle="Archive"), KEY)  # fmt: skip
    assert {(each.role, each.name["en"]) for each in found.organizations} == {
        ("publisher", "Moss Institute"), ("contributor", "Archive"),
    }  # fmt: skip


def test_bytes_that_are_no_object_are_refused() -> None:
    assert parsed("gbif_dataset", b"[1]").problems[0].code == "CROSSWALK_FAILED"
    assert parsed("gbif_dataset", b'{"key": ').problems[0].code == "JSON_SYNTAX"
