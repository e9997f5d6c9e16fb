"""The InforMEA service gives what its readers ask for, in their two formats, and says clearly what it does not take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from published_pages import ReadSide, make_read_side
from published_site import sample_record

from chm_node.publishing.informea.entities import ENTITY_SETS, MEMBER_TYPES
from chm_node.publishing.informea.options import BadRequest, parse_options, parse_resource

ATOM = {
    "a": "http://www.w3.org/2005/Atom",
    "d": "http://schemas.microsoft.com/ado/2007/08/dataservices",
    "m": "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata",
}
FILE = {"url": "https://x.example/d.pdf", "mediaType": "application/pdf", "language": "en", "name": {"en": "Decision"}}
SAMPLES: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "d1",
        {
            "type": "legalInstrument",
            "subtype": "copDecision",
            "treaties": ["cbd"],
            "details": {"number": "15/4", "adoption": "2022-12-19", "forum": "COP 15"},
            "links": [FILE],
            "keywords": [{"label": {"en": "targets"}, "uri": "http://www.informea.org/terms/target"}],
        },
    ),
    ("law", {"type": "legalInstrument", "subtype": "law"}),
    ("m1", {"type": "event", "subtype": "meeting", "treaties": ["cbd"], "details": {"start": "2026-05-06"}}),
    ("m2", {"type": "event", "government": "UG", "details": {"start": "2025-05-06", "city": "Kampala & more"}}),
    ("m3", {"type": "event", "government": "UG", "treaties": ["cites"], "details": {"start": "1969-07-20"}}),
    ("n1", {"type": "nationalSubmission", "subtype": "nbsap", "dates": {"issued": "2020"}}),
    ("n2", {"type": "nationalSubmission", "subtype": "nationalReport"}),
    ("s1", {"type": "place", "subtype": "whSite", "spatial": {"point": {"latitude": -0.5, "longitude": 36.5}}}),
    ("t1", {"type": "place", "subtype": "taxonOrLmo"}),
    ("r1", {"type": "resource", "subtype": "publication"}),
    (
        "c1",
        {
            "type": "focalPoint",
            "treaties": ["cbd", "nagoya"],
            "details": {"person": "A. Wanjiru", "institution": {"en": "Ministry"}},
            "contacts": [
                {"name": "B. Otieno", "email": "secret@example.org", "phone": "+254 20 2"},
                {"name": "A. Wanjiru", "email": "a.wanjiru@example.org", "consent": True},
            ],
        },
    ),
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadSide]:
    """One record or more of each set, a minute apart, and a withdrawn meeting."""
    made = make_read_side(f"sqlite:///{tmp_path_factory.mktemp('informea')}/site.db")
    for local_id, fields in SAMPLES:
        made.site.now += timedelta(minutes=1)
        made.site.publish([sample_record(local_id, **fields)])
    made.site.publish([sample_record("gone", type="event")])
    made.site.withdraw("gone")
    yield made
    made.site.engine.dispose()


def results(service: ReadSide, path: str) -> list[dict[str, Any]]:
    answer = service.get(f"/informea.svc/{path}", accept="application/json")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["d"]["results"]
    return found


def ids(service: ReadSide, path: str) -> list[str]:
    return [entity["id"] for entity in results(service, path)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Decisions", ["d1"]),
        ("Meetings", ["m1", "m2", "m3"]),
        ("NationalPlans", ["n1"]),
        ("CountryReports", ["n2"]),
        ("Sites", ["s1"]),
        ("Documents", ["r1"]),
        ("Contacts", ["c1"]),
    ],
)
def test_each_set_holds_its_records_and_no_other(service: ReadSide, name: str, expected: list[str]) -> None:
    assert ids(service, name) == expected
    assert service.get(f"/informea.svc/{name}/$count").text == str(len(expected))


def test_a_decision_is_what_its_readers_expect(service: ReadSide) -> None:
    [decision] = results(service, "Decisions?$expand=title,keywords,files")
    assert decision["__metadata"]["uri"] == "http://chm.example.org/informea.svc/Decisions('d1')"
    assert decision["number"] == "15/4" and decision["treaty"] == "cbd" and decision["meetingTitle"] == "COP 15"
    assert decision["published"] == "/Date(1671408000000)/" and decision["updated"] == "/Date(1772366460000)/"
    assert decision["link"] == "http://chm.example.org/records/d1"
    titles = {text["language"]: text["value"] for text in decision["title"]["results"]}
    assert titles == {"en": "Wetland inventory d1", "fr": "Inventaire des zones humides d1"}
    assert decision["files"]["results"][0]["url"] == "https://x.example/d.pdf"
    assert decision["keywords"]["results"][0]["term"] == "targets"
    deferred = decision["summary"]["__deferred"]["uri"]
    followed = results(service, deferred.removeprefix("http://chm.example.org/informea.svc/"))
    assert followed[0]["value"].startswith("Where the wetlands are")


@pytest.mark.parametrize(
    ("name", "expand"),
    [
        ("Decisions", "title,longTitle,keywords,content,files,summary"),
        ("Meetings", "title,description"),
        ("Documents", "title,description,keywords,files"),
        ("Contacts", "treaties,roles"),
        ("Sites", "name"),
    ],
)
def test_what_readers_expand_by_the_protocol_is_taken(service: ReadSide, name: str, expand: str) -> None:
    query = f"$format=json&$top=50&$skip=0&$orderby=updated asc&$expand={expand}"
    first = results(service, f"{name}?{query}&$filter=updated gt datetime'2024-01-01T00:00:00'")[0]
    assert all(isinstance(first[part]["results"], list) for part in expand.split(","))


def test_what_is_selected_is_all_there_is_of_an_entity(service: ReadSide) -> None:
    for query in ("$select=id,updated,title&$expand=title", "$select=id, updated ,title&$expand=title"):
        first = results(service, f"Meetings?{query}")[0]
        assert set(first) == {"__metadata", "id", "updated", "title"} and first["title"]["results"]
    one = service.get("/informea.svc/Meetings('m1')?$format=json&$select=country").json()["d"]
    assert set(one) == {"__metadata", "country"}
    document = etree.fromstring(
        service.get("/informea.svc/Meetings('m1')?$select=id", accept="application/xml").content
    )
    assert [each.tag for each in document.find(".//m:properties", ATOM)] == [f"{{{ATOM['d']}}}id"]
    assert not [link for link in document.iterfind("a:link", ATOM) if "related" in link.get("rel", "")]
    assert len(results(service, "Meetings?$select=*")[0]) > 20
    assert service.get("/informea.svc/Meetings?$select=secret&$format=json").status_code == 400


def test_the_number_of_all_is_given_in_either_spelling(service: ReadSide) -> None:
    for query in ("$inlinecount=allpages", "$count=true"):
        assert service.get(f"/informea.svc/Meetings?$format=json&$top=1&{query}").json()["d"]["__count"] == "3"
    assert "__count" not in service.get("/informea.svc/Meetings?$format=json&$count=false").json()["d"]
    assert service.get("/informea.svc/Meetings?$format=json&$count=3").status_code == 400


def test_an_atom_entry_is_named_in_english_where_there_is_english(service: ReadSide) -> None:
    for name, expected in (("Contacts", "Wetland inventory c1"), ("Meetings('m1')", "Wetland inventory m1")):
        document = etree.fromstring(service.get(f"/informea.svc/{name}", accept="application/atom+xml").content)
        entry = document if document.tag.endswith("}entry") else document.find("a:entry", ATOM)
        assert entry.findtext("a:title", None, ATOM) == expected


def test_what_the_portals_list_has_no_place_for_stands_beside(service: ReadSide) -> None:
    [plan] = results(service, "NationalPlans")
    assert (plan["chmIssued"], orjson.loads(plan["chmCountries"])) == ("2020", ["KE"])
    assert orjson.loads(plan["chmTitle"])["fr"].startswith("Inventaire")
    assert "urn:chm:ke:n1" in orjson.loads(plan["chmIdentifiers"])
    assert 'Name="chmIssued" Type="Edm.String"' in service.get("/informea.svc/$metadata").text


def test_a_date_before_1970_and_a_position_are_kept(service: ReadSide) -> None:
    assert results(service, "Meetings('m3')/title")[0]["language"] == "en"
    one = service.get("/informea.svc/Meetings('m3')?$format=json").json()["d"]
    assert one["start"] == "/Date(-14256000000)/" and one["country"] == "UG"
    assert results(service, "Sites")[0]["latitude"] == -0.5 and results(service, "Sites")[0]["type"] == "whc"


def test_nobody_who_did_not_agree_is_reachable(service: ReadSide) -> None:
    for path in ("Contacts?$expand=treaties", "Contacts?$format=json", "Contacts('c1')"):
        text = service.get(f"/informea.svc/{path}").text
        assert "secret@example.org" not in text and "+254 20 2" not in text
        assert "a.wanjiru@example.org" in text and "A. Wanjiru" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("$filter=updated gt datetime'2026-03-01T12:03:00'", ["m2", "m3"]),
        ("$filter=updated gt datetime'2026-03-01T12:03:00.5'", ["m2", "m3"]),
        ("$filter=updated ge datetime'2026-03-01T12:04:00Z'", ["m2", "m3"]),
        ("$filter=(updated ge datetime'2026-03-01T12:04:00') and (country eq 'UG') and treaty ne 'cites'", ["m2"]),
        ("$filter=updated lt datetime'2026-03-01T12:04:00'", ["m1"]),
        ("$filter=start gt datetime'2025-12-31T00:00:00'", ["m1"]),
        ("$filter=id eq 'm2'", ["m2"]),
        ("$filter=id eq 'it''s'", []),
        ("$orderby=updated desc", ["m3", "m2", "m1"]),
        ("$orderby=start asc", ["m3", "m2", "m1"]),
        ("$orderby=id desc&$top=2", ["m3", "m2"]),
        ("$top=1&$skip=1", ["m2"]),
        ("$top=0", []),
        ("custom=ignored", ["m1", "m2", "m3"]),
    ],
)
def test_a_list_may_be_narrowed_and_ordered(service: ReadSide, query: str, expected: list[str]) -> None:
    assert ids(service, f"Meetings?{query}") == expected


def test_a_count_follows_the_filter(service: ReadSide) -> None:
    assert service.get("/informea.svc/Meetings/$count?$filter=country eq 'UG'").text == "2"
    answer = service.get("/informea.svc/Meetings?$format=json&$inlinecount=allpages&$top=1").json()["d"]
    assert answer["__count"] == "3" and len(answer["results"]) == 1


@pytest.mark.parametrize(("order", "key"), [("", "$skiptoken"), ("&$orderby=updated desc", "$skip")])
def test_pages_are_linked_to_the_end(tmp_path: Any, order: str, key: str) -> None:
    made = make_read_side(f"sqlite:///{tmp_path}/many.db")
    made.site.publish([sample_record(f"e{number:03}", type="event") for number in range(230)])
    url, seen = f"/informea.svc/Meetings?$format=json{order}", []
    while url:
        page = made.get(url.removeprefix("http://chm.example.org")).json()["d"]
        seen += [entity["id"] for entity in page["results"]]
        url = page.get("__next", "")
        assert not url or key in url
    assert len(seen) == len(set(seen)) == 230
    limited = made.get("/informea.svc/Meetings?$format=json&$top=1200").json()["d"]
    assert len(limited["results"]) == 230 and "__next" not in limited
    made.site.engine.dispose()


def test_atom_says_the_same(service: ReadSide) -> None:
    answer = service.get("/informea.svc/Decisions?$expand=title&$inlinecount=allpages")
    assert answer.headers["content-type"].startswith("application/atom+xml;type=feed")
    assert answer.headers["dataserviceversion"].startswith("2.0")
    feed = etree.fromstring(answer.content)
    assert feed.findtext("m:count", namespaces=ATOM) == "1"
    [entry] = feed.findall("a:entry", ATOM)
    properties = entry.find("a:content/m:properties", ATOM)
    assert properties is not None
    assert properties.findtext("d:number", namespaces=ATOM) == "15/4"
    assert properties.findtext("d:updated", namespaces=ATOM) == "2026-03-01T12:01:00"
    assert properties.find("d:status", ATOM).get(f"{{{ATOM['m']}}}null") == "true"  # type: ignore[union-attr]
    inline = entry.findall("a:link/m:inline/a:feed/a:entry/a:content/m:properties/d:value", ATOM)
    assert [value.text for value in inline] == ["Wetland inventory d1", "Inventaire des zones humides d1"]
    for path in ("Meetings('m2')", "Decisions('d1')/files", "Meetings?$format=atom"):
        assert etree.fromstring(service.get(f"/informea.svc/{path}").content) is not None


def test_the_service_describes_itself(service: ReadSide) -> None:
    root = etree.fromstring(service.get("/informea.svc").content)
    assert [each.get("href") for each in root.iter("{*}collection")] == list(ENTITY_SETS)
    assert service.get("/informea.svc/?$format=json").json() == {"d": {"EntitySets": list(ENTITY_SETS)}}
    schema = etree.fromstring(service.get("/informea.svc/$metadata").content)
    types = {each.get("Name"): each for each in schema.iter("{*}EntityType")}
    assert set(types) == {entry.entity for entry in ENTITY_SETS.values()} | set(MEMBER_TYPES)
    for entry in ENTITY_SETS.values():
        [entity] = results(service, f"{entry.name}?$top=1")
        declared = {each.get("Name") for each in types[entry.entity] if each.get("Name")}
        assert declared == set(entity) - {"__metadata"}
    links = {each.get("Name") for each in schema.iter("{*}Association")}
    named = {each.get("Relationship").partition(".")[2] for each in schema.iter("{*}NavigationProperty")}
    assert links == named


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("Treaties", 404),
        ("Meetings('gone')", 404),
        ("Meetings('d1')", 404),
        ("Meetings('m1')/nothing", 404),
        ("Meetings(m1)", 404),
        ("Meetings/$value", 404),
        ("Meetings?$top=-1", 400),
        ("Meetings?$top=1&$top=2", 400),
        ("Meetings?$skip=999999999", 400),
        ("Meetings?$select=email", 400),
        ("Meetings?$search=reefs", 400),
        ("Meetings?$orderby=title", 400),
        ("Meetings?$orderby=updated asc,id asc", 400),
        ("Meetings?$expand=everything", 400),
        ("Meetings('m1')?$expand=everything", 400),
        ("Meetings?$format=yaml", 400),
        ("Meetings?$inlinecount=some", 400),
        ("Meetings?$skiptoken=1&$orderby=id", 400),
        ("Meetings?$filter=updated gt '2024'", 400),
        ("Meetings?$filter=updated gt datetime'soon'", 400),
        ("Meetings?$filter=substringof('a',title)", 400),
        ("Meetings?$filter=country eq 'UG' or country eq 'KE'", 400),
        ("Meetings?$filter=country eq 'UG' and", 400),
        ("Meetings?$filter=(country eq 'UG'", 400),
        ("Documents?$filter=start gt datetime'2024-01-01'", 400),
        ("Meetings?$filter=" + " and ".join(["id eq 'a'"] * 17), 400),
    ],
)
def test_what_is_not_taken_is_an_error_in_both_formats(service: ReadSide, path: str, status: int) -> None:
    as_json = service.get(f"/informea.svc/{path}", accept="application/json")
    assert as_json.status_code == status and as_json.json()["error"]["message"]["value"]
    as_xml = service.get(f"/informea.svc/{path}")
    assert as_xml.status_code == status and etree.fromstring(as_xml.content).findtext("{*}message")


@given(st.text(max_size=40), st.sampled_from(["$filter", "$orderby", "$expand", "$top", "$skip", "$skiptoken"]))
@settings(max_examples=300, deadline=None)
def test_any_option_is_read_or_refused(text: str, name: str) -> None:
    for value in (text, f"updated gt datetime'{text}'", f"id eq '{text}'"):
        try:
            parse_options([(name, value)], ENTITY_SETS["Meetings"])
        except BadRequest as told:
            assert str(told)
    try:
        parse_resource(text)
    except BadRequest as told:
        assert told.status == 404 and re.search("There is no such|It has", str(told))
