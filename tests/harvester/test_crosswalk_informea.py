"""Entities of InforMEA become records of their types: texts, treaties, countries, documents, and nobody's number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from harvester.crosswalks import CROSSWALKS
from harvester.crosswalks.context import Context
from harvester.raw import new_raw
from vocabularies.formats.native import dump_native
from vocabularies.record import Record, record_details
from vocabularies.validation import validate

CONTEXT = Context(
    "fens", "Fens", "https://fens.example/x.svc", None, None, datetime(2026, 5, 1, tzinfo=UTC), "informea"
)


def record(kind: str, entity_set: str, **entity: Any) -> Record:
    raw = new_raw(f"{entity_set}/{entity.get('id', 'x')}", orjson.dumps(entity), format=f"informea_{kind}")
    found = CROSSWALKS[raw.format](raw, CONTEXT)
    assert found.record is not None, found.problems
    assert not [each for each in validate(found.record) if each.severity == "error"]
    return found.record


def texts(**by_language: str) -> list[dict[str, str]]:
    return [{"language": tag, "value": text} for tag, text in by_language.items()]


def details(found: Record) -> Any:
    return record_details(found)


def decision(**more: Any) -> Record:
    basis = {"id": "0c-decision-of-the-fens", "treaty": "stockholm", "title": texts(en="Fens", fr="Marais")}
    return record("decision", "Decisions", **(basis | more))


def test_a_decision_is_a_legal_instrument_in_all_its_languages() -> None:
    found = decision(
        summary=texts(en="About fens"), content=texts(en="<p>1. <b>Decides</b></p>", ar="نص"), number="SC-3/7",
        type="decision", status="active", published="/Date(1206230400000)/", updated="/Date(1206271611000)/",
        link="https://fens.example/d",
    )  # fmt: skip
    assert (found.type, found.subtype, found.treaties) == ("legalInstrument", "copDecision", ("stockholm",))
    assert found.title == {"en": "Fens", "fr": "Marais"}
    assert found.summary == {"en": "About fens", "ar": "نص"}
    assert found.languages == ("en", "fr", "ar")
    assert found.extra["informea"] == {"content": {"en": "1. Decides"}}
    assert (found.dates.issued, found.dates.modified) == ("2008-03-23", "2008-03-23T11:26:51Z")
    assert (details(found).number, details(found).legal_status) == ("SC-3/7", "active")
    assert [(link.url, link.rel) for link in found.links] == [("https://fens.example/d", "landing")]


def test_a_decision_leads_to_its_meeting_by_page_or_by_record() -> None:
    by_page = decision(meetingId="m", meetingUrl="https://fens.example/m", meetingTitle="Third meeting")
    by_record = decision(meetingId="m-1")
    assert [(each.type, each.target) for each in by_page.relations] == [("isPartOf", "https://fens.example/m")]
    assert details(by_page).forum == "Third meeting"
    meeting = record("meeting", "Meetings", id="m-1", title=texts(en="Third meeting"))
    assert by_record.relations[0].target == meeting.id


def test_documents_are_links_by_language_and_those_without_address_are_told() -> None:
    found = decision(files=[
        {"url": "https://fens.example/d.doc", "mimeType": "application/msword", "language": "en", "size": "12"},
        {"url": "https://fens.example/d.pdf", "mimeType": "pdf", "language": "fr", "filename": "d.pdf"},
        {"filename": "inline.pdf", "language": "es", "contentSha256": "ab", "contentBase64Bytes": 4},
        {"id": "stub"},
    ])  # fmt: skip
    assert [(link.url[-3:], link.media_type, link.language, link.bytes) for link in found.links] == [
        ("doc", "application/msword", "en", 12),
        ("pdf", "application/pdf", "fr", None),
    ]
    assert [file["filename"] for file in found.extra["informea"]["files"]] == ["inline.pdf"]  # type: ignore[call-overload,index,union-attr]


def test_a_document_that_says_no_kind_is_a_link_all_the_same() -> None:
    found = decision(files=[{"url": "https://fens.example/d"}, {"url": "https://fens.example/e", "filename": "e.pdf"}])
    assert [(link.url, link.media_type) for link in found.links] == [
        ("https://fens.example/d", None),
        ("https://fens.example/e", "application/pdf"),
    ]


def test_keywords_become_terms_or_stay_with_their_address() -> None:
    found = decision(keywords=[
        {"term": "GBF-TARGET-03", "namespace": "https://terms.example/"},
        {"term": "wetlands", "namespace": "https://terms.example/"},
        {"termURI": "https://terms.example/peat"},
    ])  # fmt: skip
    assert found.gbf_targets == ("GBF-TARGET-03",)
    assert [(next(iter(each.label.values())), each.uri) for each in found.keywords] == [
        ("wetlands", "https://terms.example/wetlands"),
        ("peat", "https://terms.example/peat"),
    ]


def test_symbols_of_the_united_nations_are_identifiers() -> None:
    found = record(
        "report", "NationalPlans", id="UNEP-POPS-NIP-X-1", treaty="stockholm", country="AL", type="nip",
        title=texts(en="Plan"), brs_unnumber="UNEP/POPS/NIP/Albania/1",
    )  # fmt: skip
    assert ("un-symbol", "UNEP/POPS/NIP/Albania/1") in [(each.scheme, each.value) for each in found.source_ids]
    assert (found.subtype, details(found).report_type, found.government) == ("nip", "nip", "AL")
    assert found.extra["informea"] == {"brs_unnumber": "UNEP/POPS/NIP/Albania/1"}


@pytest.mark.parametrize(("text", "country"), [("FM", "FM"), ("at", "AT"), ("SEN", "SN"), ("eu", "EU"), ("EUR", "EU")])
def test_countries_are_read_in_every_form(text: str, country: str) -> None:
    found = record("report", "CountryReports", id="1", country=text, title=texts(en="Report"), submission="2008-09-15")
    assert (found.government, found.country_regions, found.subtype) == (country, (country,), "nationalReport")
    assert found.dates.issued == "2008-09-15"


def test_a_country_nobody_knows_is_kept() -> None:
    found = record("report", "CountryReports", id="1", country="Atlantis", title=texts(en="Report"))
    assert (found.government, found.extra["informea"]) == (None, {"country": "Atlantis"})


def test_a_meeting_is_an_event_with_its_place() -> None:
    found = record(
        "meeting", "Meetings", id="m", treaty="cbd", title=texts(en="Webinar on fens"), description=texts(en="Talk"),
        start="/Date(1399388400000)/", end="/Date(1399392000000+0000)/", city="Nairobi", country="ke", type="Webinar",
        latitude="-1.28", longitude=36.8, url="https://fens.example/m", imageUrl="https://fens.example/m.png",
        access="Public",
    )  # fmt: skip
    assert (found.type, found.subtype, found.country_regions) == ("event", "webinar", ("KE",))
    assert (details(found).start, details(found).end) == ("2014-05-06T15:00:00Z", "2014-05-06T16:00:00Z")
    assert found.spatial is not None and found.spatial.point is not None
    assert found.spatial.point.latitude == -1.28
    assert [link.rel for link in found.links] == ["landing", "cover"]
    assert found.extra["informea"] == {"access": "Public", "type": "Webinar"}


def test_a_contact_is_a_focal_point_without_address_or_number() -> None:
    found = record(
        "contact", "Contacts", id="c", treaties=["cbd", {"value": "nagoya"}], country="BB", prefix="Ms.",
        firstName="Ada", lastName="Fen", position="Secretary", institution="Ministry", department="Water",
        address="Bog Lane 1", email="ada@fens.example", phoneNumber="12345678",
        fax="87654321", type="Licensed focal point", primary=1,
        roles=[{"treaty": "cartagena", "roles": ["BCH NFP", "Keeper of keys"], "order": "1"}],
    )  # fmt: skip
    assert (found.type, dict(found.title), found.government) == ("focalPoint", {"und": "Ms. Ada Fen"}, "BB")
    assert found.treaties == ("cbd", "nagoya", "cartagena")
    assert (details(found).categories, details(found).person) == (("BCH-FP",), "Ms. Ada Fen")
    assert [dict(each.label)["und"] for each in found.keywords] == ["Keeper of keys", "Licensed focal point"]
    written = dump_native(found).decode()
    assert not [secret for secret in ("ada@", "12345678", "87654321", "Bog Lane") if secret in written]


@pytest.mark.parametrize("roles", [["BCH NFP"], [{"value": "BCH NFP"}], [{"role": "BCH NFP"}], "BCH NFP"])
def test_roles_are_read_in_whatever_shape_a_service_writes_them(roles: object) -> None:
    found = record("contact", "Contacts", id="c", country="BB", firstName="Ada", lastName="Fen", roles=roles)
    assert details(found).categories == ("BCH-FP",)


def test_a_seat_nobody_is_named_for_bears_its_position() -> None:
    found = record("contact", "Contacts", id="c", country="BO", position="Viceministro", institution="Ministerio")
    assert (dict(found.title), details(found).person) == ({"und": "Viceministro, Ministerio"}, None)


@pytest.mark.parametrize(("kind", "subtype"), [("whc", "whSite"), ("ramsar", "ramsarSite"), ("park", None)])
def test_a_site_is_a_place_with_its_names(kind: str, subtype: str | None) -> None:
    found = record("site", "Sites", id="1", type=kind, treaty="x", country="ec", name=texts(fr="Îles", en="Islands"),
                   latitude="-0.8", longitude="-91.0")  # fmt: skip
    assert (found.type, found.subtype, dict(found.title)) == ("place", subtype, {"en": "Islands", "fr": "Îles"})
    assert details(found).category == kind


def test_a_short_number_is_no_identifier_for_the_whole_world() -> None:
    found = record("site", "Sites", id="1", treaty="whc", name=texts(en="Islands"))
    assert [each.value for each in found.source_ids if each.scheme == "informea"] == ["whc/Sites/1"]


def test_a_country_profile_says_where_a_country_stands_in_a_treaty() -> None:
    found = record("profile", "CountryProfiles", treaty="cbd", country="KEN", entryIntoForceStatus="Party",
                   entryIntoForce="/Date(775267200000)/")  # fmt: skip
    assert dict(found.title) == {"en": "Kenya: Convention on Biological Diversity"}
    assert (found.subtype, found.government, details(found).status) == ("countryProfile", "KE", "Party")
    assert "entryIntoForce" in found.extra["informea"]  # type: ignore[operator]


def test_a_document_is_a_resource_and_a_treaty_an_instrument() -> None:
    document = record("document", "Documents", id="d", title=texts(en="Guide"), type="manual", published="2019-05-02",
                      authors=["Ada Fen"])  # fmt: skip
    assert (document.type, details(document).publication_date) == ("resource", "2019-05-02")
    assert [next(iter(each.name.values())) for each in details(document).authors] == ["Ada Fen"]
    treaty = record("treaty", "Treaties", id="ramsar", titleEnglish="Convention on Wetlands")
    assert (dict(treaty.title), treaty.treaties) == ({"en": "Convention on Wetlands"}, ("ramsar",))


@pytest.mark.parametrize("payload", [b"[]", b"{", b'{"id": "1", "title": 7, "files": 3, "keywords": "a, b"}'])
def test_odd_payloads_are_problems_or_records_never_faults(payload: bytes) -> None:
    for name in (name for name in CROSSWALKS if name.startswith("informea_")):
        found = CROSSWALKS[name](new_raw("Decisions/1", payload, format=name), CONTEXT)
        assert found.record is not None or found.problems


def test_what_a_clearing_house_of_ours_says_beside_goes_before_what_was_concluded() -> None:
    found = decision(
        chmTitle='{"en": "Fens", "sw": "Vinamasi"}', chmCountries='["KE", "Atlantis", "TZ"]', chmIssued="2011",
        chmCreated="2010-05", chmTerms='["GBF-TARGET-02", "no term"]', chmLanguages='["sw"]',
        chmIdentifiers='["urn:chm:ke:1", "doi:10.5072/fens", "plain"]',
        chmLinks='["https://fens.example/d", "no link"]',
        published="/Date(1206230400000)/",
    )  # fmt: skip
    assert (found.title, found.languages) == ({"en": "Fens", "sw": "Vinamasi"}, ("sw",))
    assert (found.country_regions, found.gbf_targets) == (("KE", "TZ"), ("GBF-TARGET-02",))
    assert (found.dates.issued, found.dates.created) == ("2011", "2010-05")
    ids = {(each.scheme, each.value) for each in found.source_ids}
    assert {("chm", "urn:chm:ke:1"), ("doi", "10.5072/fens")} < ids and len(ids) == 4
    assert [link.url for link in found.links] == ["https://fens.example/d"] and found.extra == {}


@pytest.mark.parametrize("broken", ["", "{", "[1, null", '"x"', "[[]]", None, 7, {"en": 1}, ["a"]])
def test_what_stands_beside_and_cannot_be_read_costs_nothing(broken: object) -> None:
    names = ("Title", "Summary", "Identifiers", "Countries", "Languages", "Links", "Terms", "Issued", "Subtype")
    found = decision(**{f"chm{name}": broken for name in names})
    assert (found.subtype, found.treaties) == ("copDecision", ("stockholm",))
    assert "fr" in found.title or broken == {"en": 1}
