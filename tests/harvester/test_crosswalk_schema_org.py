"""schema.org → Record: a field at a time, then what our own pages say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.crosswalks import CROSSWALKS, Context
from harvester.raw import new_raw
from vocabularies.formats.address import Address
from vocabularies.formats.schema_org import render
from vocabularies.record import Box, Point, Record, Spatial, Temporal, new_record
from vocabularies.text import LangText

CONTEXT = Context("odis", "ODIS", "https://o.example", None, "en", datetime(2026, 1, 1, tzinfo=UTC), "sitemap")
PAGE = "https://o.example/1"
KINDS = ["Book", "Course", "Dataset", "Event", "Legislation", "Organization", "Person", "Place", "Project", "Service"]


def record(kind: str = "Dataset", *, page: str = PAGE, context: object = "https://schema.org/", **more: Any) -> Record:
    payload = json.dumps({"@context": context, "@type": kind, "name": "A survey", **more}).encode()
    parsed = CROSSWALKS["schema_org"](new_raw(page, payload, format="schema_org"), CONTEXT)
    assert parsed.problems == ()
    assert parsed.record is not None
    return parsed.record


@pytest.mark.parametrize(
    ("kind", "record_type"),
    [
        ("Dataset", "dataset"),
        ("ScholarlyArticle", "resource"),
        ("Report", "resource"),
        ("Event", "event"),
        ("GovernmentOrganization", "organization"),
        ("ResearchProject", "project"),
        ("Person", "focalPoint"),
        ("Course", "capacityInitiative"),
        ("WebAPI", "service"),
        ("NewsArticle", "news"),
        ("Demand", "need"),
        ("Grant", "offer"),
        ("Vehicle", "resource"),
    ],
)
def test_the_class_says_the_type(kind: str, record_type: str) -> None:
    assert record(kind).type == record_type


def test_texts_keep_their_languages() -> None:
    found = record(
        name=[{"@language": "fr", "@value": "Relevé"}, {"@value": "Survey", "@language": "en"}],
        description="<p>One</p><p>Two</p>",
        inLanguage="fr",
    )
    assert found.title == LangText(en="Survey", fr="Relevé")
    assert found.summary == LangText(fr="One\nTwo")
    assert record(context={"@vocab": "https://schema.org/", "@language": "sw"}).title == LangText(sw="A survey")


def test_a_thing_without_a_name_takes_its_headline() -> None:
    assert record("Article", name=None, headline="Reefs").title == LangText(en="Reefs")
    assert record("Person", name=None, givenName="Asha", familyName="Odera").title == LangText(en="Asha Odera")


def test_keywords_are_terms_where_one_is_known() -> None:
    term = {"@type": "DefinedTerm", "@id": "https://t.example/9", "name": "Seagrass"}
    found = record(keywords=["SDG-GOAL-14", "reefs, lagoons", term], about={"@type": "Thing", "name": "GBF-TARGET-02"})
    assert (found.sdgs, found.gbf_targets) == (("SDG-GOAL-14",), ("GBF-TARGET-02",))
    assert {keyword.label["en"]: keyword.uri for keyword in found.keywords} == {
        "Seagrass": "https://t.example/9", "reefs": None, "lagoons": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("geo", "spatial"),
    [
        (
            {"@type": "GeoShape", "box": "-4.8 39.5 -1.6 41.5"},
            Spatial(box=Box(west=39.5, south=-4.8, east=41.5, north=-1.6)),
        ),
        (
            {"@type": "GeoShape", "box": "-4.8,39.5 -1.6,41.5"},
            Spatial(box=Box(west=39.5, south=-4.8, east=41.5, north=-1.6)),
        ),
        ({"@type": "GeoShape", "polygon": "0 1 0 3 2 3 0 1"}, Spatial(box=Box(west=1, south=0, east=3, north=2))),
        (
            {"@type": "GeoCoordinates", "latitude": -2.3, "longitude": "40.9"},
            Spatial(point=Point(latitude=-2.3, longitude=40.9)),
        ),
        ({"@type": "GeoCoordinates", "latitude": "95", "longitude": "1"}, None),
        ({"@type": "GeoCoordinates", "latitude": "north", "longitude": "1"}, None),
    ],
)
def test_a_place_has_a_position(geo: dict[str, Any], spatial: Spatial | None) -> None:
    found = record(spatialCoverage={"@type": "Place", "name": "Lamu, Kenya", "geo": geo})
    assert (found.country_regions, found.spatial) == (("KE",), spatial)


def test_places_nobody_knows_are_kept() -> None:
    assert record(spatialCoverage="The far lagoon").extra == {"schema_org": {"spatialCoverage": ["The far lagoon"]}}


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2010-01-01/2012-06-30", Temporal(start="2010-01-01", end="2012-06-30")),
        ("2010/..", Temporal(start="2010")),
        ("../2010", Temporal(end="2010")),
        ("2015", Temporal(start="2015", end="2015")),
        ("Holocene", None),
    ],
)
def test_a_period_may_be_open(text: str, period: Temporal | None) -> None:
    assert record(temporalCoverage=text).temporal == period


def test_identifiers_are_typed() -> None:
    doi = {"@type": "PropertyValue", "propertyID": "https://i.example/registry/doi", "value": "doi:10.1234/ABC"}
    own = {"@type": "PropertyValue", "propertyID": "cbd", "value": "52000CBD0010"}
    found = record(identifier=[doi, own, "ark:/12345/x"])
    assert {(each.scheme, each.value) for each in found.source_ids} == {
        ("local", PAGE), ("doi", "10.1234/abc"), ("cbd", "52000CBD0010"), ("local", "ark:/12345/x"),
    }  # fmt: skip


def test_only_a_thing_alone_on_its_page_lands_there() -> None:
    def landing(page: str, **more: Any) -> list[str]:
        return [link.url for link in record(page=page, **more).links if link.rel == "landing"]

    assert landing(PAGE) == [PAGE]
    assert landing(f"{PAGE}#2") == []
    assert landing(f"{PAGE}.jsonld") == []
    assert landing(PAGE, url="https://o.example/own") == ["https://o.example/own"]


def test_files_are_links() -> None:
    download = {
        "@type": "DataDownload",
        "contentUrl": "https://o.example/a.csv",
        "encodingFormat": "text/csv",
        "contentSize": "12",
    }
    [_, link] = record(distribution=[download, {"@type": "DataDownload"}]).links
    assert (link.url, link.rel, link.media_type, link.bytes) == ("https://o.example/a.csv", "data", "text/csv", 12)


def test_agents_stand_in_their_roles() -> None:
    role = {"@type": "Role", "roleName": "PI", "creator": {"@type": "Person", "name": "A. Wanjiru"}}
    found = record(creator={"@list": [role]}, publisher={"@type": "Organization", "name": "Trust"}, funder="GEF")
    assert [(agent.role, agent.name) for agent in found.organizations] == [
        ("creator", LangText(en="A. Wanjiru")), ("publisher", LangText(en="Trust")), ("funder", LangText(en="GEF")),
    ]  # fmt: skip


def test_an_event_says_when_and_where() -> None:
    place = {"@type": "Place", "name": "Hall", "address": {"addressLocality": "Lamu", "addressCountry": "Kenya"}}
    online = {"@type": "VirtualLocation", "url": "https://meet.example/1"}
    found = record("Event", startDate="2026-05-01T09:00", endDate="2026-05-02", location=[place, online])
    details: Any = found.details  # type: ignore[attr-defined]
    assert (details.start[:10], details.end, details.city, details.country) == (
        "2026-05-01",
        "2026-05-02",
        "Lamu",
        "KE",
    )
    assert (details.online_url, found.country_regions) == ("https://meet.example/1", ("KE",))


def test_what_leads_nowhere_and_stands_inside_what_is_read_is_kept() -> None:
    place = {"@type": "Place", "name": "Kenya", "telephone": "123", "additionalProperty": "IUCN II"}
    found = record(
        "Report", description="Long", abstract="Short", citation=["Doe 2020. Reefs.", "https://doi.org/10.5555/c"],
        isPartOf={"@type": "Periodical", "name": "Journal of reefs"}, spatialCoverage=place,
        funding={"@type": "Grant", "identifier": "G-1", "funder": {"name": "A fund"}},
    )  # fmt: skip
    assert found.extra["schema_org"] == {
        "abstract": ["Short"],
        "citation": ["Doe 2020. Reefs."],
        "isPartOf": [{"@type": ["Periodical"], "name": "Journal of reefs"}],
        "funding": [{"identifier": "G-1"}],
        "spatialCoverage/additionalProperty": ["IUCN II"],
    }
    assert [each.target for each in found.relations] == ["https://doi.org/10.5555/c"]
    assert [dict(each.name) for each in found.organizations] == [{"en": "A fund"}]


def test_what_nobody_mapped_is_kept_without_the_addresses_of_people() -> None:
    found = record(variableMeasured="cover", contactPoint={"email": "a@b.example"}, email="c@d.example")
    assert found.extra == {"schema_org": {"variableMeasured": "cover"}}
    assert "example" not in json.dumps(found.extra)


def test_a_licence_is_known_by_its_address() -> None:
    found = record(license={"@type": "CreativeWork", "url": "https://creativecommons.org/licenses/by/4.0/"})
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    assert record(license="Ask us").rights == LangText(en="Ask us")


def test_our_own_pages_come_back_as_they_were() -> None:
    own = new_record(
        "resource",
        id="urn:chm:ke:b1",
        title={"en": "Restoring reefs", "fr": "Restaurer les récifs"},
        summary={"en": "What was learnt."},
        languages=["en", "fr"],
        publisher={"node": "ke", "name": {"en": "Kenya CHM"}},
        country_regions=["KE"],
        gbf_targets=["GBF-TARGET-02"],
        treaties=["cbd"],
        temporal={"start": "2021", "end": "2023-06"},
        dates={"modified": "2024-02-29T10:00:00Z", "issued": "2023-06"},
        license="https://creativecommons.org/licenses/by/4.0/",
    )
    payload = render(own, Address("https://ke.example", "b1", "oai:ke.example:b1"))
    parsed = CROSSWALKS["schema_org"](new_raw("https://ke.example/records/b1", payload, format="schema_org"), CONTEXT)
    assert parsed.record is not None
    same = (
        "type",
        "title",
        "summary",
        "languages",
        "country_regions",
        "gbf_targets",
        "treaties",
        "temporal",
        "dates",
        "license",
    )
    assert {name: getattr(parsed.record, name) for name in same} == {name: getattr(own, name) for name in same}
    assert ("chm", "urn:chm:ke:b1") in {(each.scheme, each.value) for each in parsed.record.source_ids}


PROPERTIES = st.sampled_from([
    "name", "description", "inLanguage", "keywords", "about", "spatialCoverage", "temporalCoverage", "license",
    "location", "distribution", "identifier", "publisher", "creator", "dateModified", "url", "sameAs", "startDate",
    "funding", "geo", "address", "isPartOf", "citation", "contactPoint", "image", "box", "latitude", "longitude",
    "@value", "@language", "@id", "@list", "contentUrl", "propertyID", "value", "mainEntityOfPage", "containedInPlace",
])  # fmt: skip
WORDS = st.sampled_from(
    ["x", "en", "2020", "2020/..", "https://x.example/1", "10.1234/a", "1 2 3 4", "Kenya", "", "http://["]
)
ANYTHING = st.recursive(
    WORDS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PROPERTIES, inner, max_size=4),
    max_leaves=15,
)


@settings(deadline=None)  # the first one reads the vocabularies
@given(st.sampled_from(KINDS), st.dictionaries(PROPERTIES, ANYTHING, max_size=8))
def test_whatever_its_properties_hold_a_thing_is_a_record_or_told(kind: str, more: dict[str, Any]) -> None:
    payload = json.dumps({"@context": "https://schema.org/", "@type": kind, "name": "A", **more}).encode()
    parsed = CROSSWALKS["schema_org"](new_raw(PAGE, payload, format="schema_org"), CONTEXT)
    assert parsed.record is not None or parsed.problems
