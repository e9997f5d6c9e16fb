"""ISO 19139 and 19115-3 metadata become records: languages, dates, places, people and links, one test a concern."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harvester.crosswalks import iso19139
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_identifiers import local_record_id
from harvester.raw import new_raw
from vocabularies.formats.native import dump_native
from vocabularies.record import Record

CONTEXT = Context("geo", "Geo", "https://geo.example/csw", None, None, datetime(2026, 5, 1, tzinfo=UTC), "csw")
SPACES = (
    'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" '
    'xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:srv="http://www.isotc211.org/2005/srv" '
    'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def text(value: str) -> str:
    return f"<gco:CharacterString>{value}</gco:CharacterString>"


def free(value: str, **others: str) -> str:
    groups = "".join(
        f'<gmd:textGroup><gmd:LocalisedCharacterString locale="#{locale}">{each}</gmd:LocalisedCharacterString>'
        "</gmd:textGroup>"
        for locale, each in others.items()
    )
    return f"{text(value)}<gmd:PT_FreeText>{groups}</gmd:PT_FreeText>"


def code(name: str, value: str) -> str:
    return f'<gmd:{name} codeListValue="{value}"/>'


def record(head: str = "", about: str = "", citation: str = "", *, title: str = "", tail: str = "") -> Record:
    body = (
        f"<gmd:MD_Metadata {SPACES}><gmd:fileIdentifier>{text('geo-1')}</gmd:fileIdentifier>{head}"
        "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>"
        f"<gmd:title>{title or text('Wetland map')}</gmd:title>{citation}</gmd:CI_Citation></gmd:citation>{about}"
        f"</gmd:MD_DataIdentification></gmd:identificationInfo>{tail}</gmd:MD_Metadata>"
    )
    parsed = iso19139.crosswalk(new_raw("geo-1", body.encode(), format="iso19139"), CONTEXT)
    assert parsed.record is not None, parsed.problems
    return parsed.record


LOCALE = f'<gmd:locale><gmd:PT_Locale id="FR"><gmd:languageCode>{code("LanguageCode", "fre")}</gmd:languageCode></gmd:PT_Locale></gmd:locale>'  # noqa: E501
ENGLISH = f"<gmd:language>{code('LanguageCode', 'eng')}</gmd:language>"


def test_a_bare_record_is_a_dataset() -> None:
    found = record()
    assert (found.type, found.title, found.id) == ("dataset", {"und": "Wetland map"}, local_record_id("geo", "geo-1"))


def test_translations_have_the_languages_of_their_locales() -> None:
    found = record(
        ENGLISH + LOCALE,
        f"<gmd:abstract>{free('Where it is wet', FR='Là où c’est humide')}</gmd:abstract>",
        title=free("Wetland map", FR="Carte"),
    )
    assert found.title == {"en": "Wetland map", "fr": "Carte"}
    assert found.summary == {"en": "Where it is wet", "fr": "Là où c’est humide"}
    assert found.languages == ("en", "fr")


def test_a_locale_that_is_not_declared_is_read_from_its_name() -> None:
    found = record(f"<gmd:language>{text('eng; CAN')}</gmd:language>", title=free("Wetland map", fra="Carte"))
    assert (found.title, found.languages) == ({"en": "Wetland map", "fr": "Carte"}, ("en", "fr"))


def date(day: str, kind: str) -> str:
    return (
        f"<gmd:date><gmd:CI_Date><gmd:date><gco:Date>{day}</gco:Date></gmd:date>"
        f"<gmd:dateType>{code('CI_DateTypeCode', kind)}</gmd:dateType></gmd:CI_Date></gmd:date>"
    )


def test_dates_go_where_they_belong() -> None:
    head = "<gmd:dateStamp><gco:DateTime>2024-03-01T10:00:00</gco:DateTime></gmd:dateStamp>"
    found = record(head, citation=date("2001", "creation") + date("2003-05", "publication") + date("2010", "revision"))
    assert (found.dates.created, found.dates.issued) == ("2001", "2003-05")
    assert found.dates.modified == "2024-03-01T10:00:00Z"


def party(role: str, name: str = "", organisation: str = "") -> str:
    return (
        f"<gmd:CI_ResponsibleParty><gmd:individualName>{text(name)}</gmd:individualName>"
        f"<gmd:organisationName>{text(organisation)}</gmd:organisationName><gmd:contactInfo><gmd:CI_Contact>"
        f"<gmd:address><gmd:CI_Address><gmd:electronicMailAddress>{text('ann@geo.example')}</gmd:electronicMailAddress>"
        "</gmd:CI_Address></gmd:address><gmd:onlineResource><gmd:CI_OnlineResource><gmd:linkage>"
        "<gmd:URL>https://people.example/ann</gmd:URL></gmd:linkage></gmd:CI_OnlineResource></gmd:onlineResource>"
        f"</gmd:CI_Contact></gmd:contactInfo><gmd:role>{code('CI_RoleCode', role)}</gmd:role></gmd:CI_ResponsibleParty>"
    )


def test_people_have_roles_and_their_addresses_stay_behind() -> None:
    contact = party("pointOfContact", "Ann Bog", "Geo Institute")
    publisher, author = party("publisher", "", "Geo Press"), party("author", "Ann Bog")
    found = record(
        f"{ENGLISH}<gmd:contact>{contact}</gmd:contact>",
        f"<gmd:pointOfContact>{publisher}</gmd:pointOfContact><gmd:pointOfContact>{author}</gmd:pointOfContact>",
    )
    assert [(each.role, each.name, dict(each.organization)) for each in found.contacts] == [
        ("pointOfContact", "Ann Bog", {"en": "Geo Institute"})
    ]
    assert [(each.role, dict(each.name)) for each in found.organizations] == [
        ("publisher", {"en": "Geo Press"}),
        ("creator", {"en": "Ann Bog"}),
    ]
    assert b"@" not in dump_native(found)
    assert found.links == (), "the page of a person is not the page of the map"


def keywords(*words: str, kind: str = "theme") -> str:
    inner = "".join(f"<gmd:keyword>{word}</gmd:keyword>" for word in words)
    kinds = f"<gmd:type>{code('MD_KeywordTypeCode', kind)}</gmd:type>"
    return f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{inner}{kinds}</gmd:MD_Keywords></gmd:descriptiveKeywords>"


def test_keywords_are_terms_where_we_know_them_and_places_where_they_are() -> None:
    anchor = '<gmx:Anchor xlink:href="https://voc.example/bog">bog</gmx:Anchor>'
    about = keywords(text("GBF Target 3"), free("sedge", FR="carex"), anchor) + keywords(text("Kenya"), kind="place")
    category = "<gmd:topicCategory><gmd:MD_TopicCategoryCode>biota</gmd:MD_TopicCategoryCode></gmd:topicCategory>"
    found = record(ENGLISH + LOCALE, about + category)
    assert len(found.gbf_targets) == 1
    assert found.country_regions == ("KE",)
    assert [(dict(each.label), each.uri) for each in found.keywords] == [
        ({"en": "sedge", "fr": "carex"}, None),
        ({"en": "bog"}, "https://voc.example/bog"),
        ({"en": "biota"}, None),
    ]


def extent(west: str, south: str, east: str, north: str) -> str:
    names = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
    inner = "".join(
        f"<gmd:{name}><gco:Decimal>{value}</gco:Decimal></gmd:{name}>"
        for name, value in zip(names, (west, south, east, north), strict=True)
    )
    box = f"<gmd:EX_GeographicBoundingBox>{inner}</gmd:EX_GeographicBoundingBox>"
    return (
        f"<gmd:extent><gmd:EX_Extent><gmd:geographicElement>{box}</gmd:geographicElement></gmd:EX_Extent></gmd:extent>"
    )


def test_the_first_box_in_degrees_is_the_place() -> None:
    found = record(about=extent("500000", "1", "500001", "2") + extent("33.9", "-4.7", "41.9", "5.5"))
    assert found.spatial is not None
    assert found.spatial.box is not None
    assert (found.spatial.box.west, found.spatial.box.north) == (33.9, 5.5)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (
            "<gml:beginPosition>1990</gml:beginPosition><gml:endPosition>2000-12-31</gml:endPosition>",
            "1990",
            "2000-12-31",
        ),
        ('<gml:beginPosition>1990</gml:beginPosition><gml:endPosition indeterminatePosition="now"/>', "1990", None),
    ],
)
def test_a_period_may_be_open(period: str, start: str, end: str | None) -> None:
    time = f"<gmd:extent><gml:TimePeriod>{period}</gml:TimePeriod></gmd:extent>"
    inner = f"<gmd:EX_TemporalExtent>{time}</gmd:EX_TemporalExtent>"
    element = (
        f"<gmd:extent><gmd:EX_Extent><gmd:temporalElement>{inner}</gmd:temporalElement></gmd:EX_Extent></gmd:extent>"
    )
    found = record(about=element).temporal
    assert found is not None
    assert (found.start, found.end) == (start, end)


def online(url: str, protocol: str = "", name: str = "") -> str:
    return (
        f"<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>{url}</gmd:URL></gmd:linkage>"
        f"<gmd:protocol>{text(protocol)}</gmd:protocol><gmd:name>{text(name)}</gmd:name></gmd:CI_OnlineResource></gmd:onLine>"
    )


def test_online_resources_are_links_by_what_they_are() -> None:
    resources = (
        online("https://geo.example/wms?", "OGC:WMS")
        + online("https://geo.example/a.zip", "WWW:DOWNLOAD-1.0-http--download")
        + online("https://geo.example/map", "WWW:LINK", "About the map")
        + online("https://geo.example/report.pdf")
        + online("\\\\server\\share")
    )
    distribution = f"<gmd:MD_DigitalTransferOptions>{resources}</gmd:MD_DigitalTransferOptions>"
    info = f"<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions>{distribution}</gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"  # noqa: E501
    found = record(ENGLISH, tail=info)
    assert [link.rel for link in found.links] == ["api", "data", "landing", "document"]
    assert found.links[2].name == {"en": "About the map"}
    assert found.provenance[0].original_url == "https://geo.example/map"


def test_constraints_give_the_licence_and_the_rest_of_the_rights() -> None:
    licence = '<gmx:Anchor xlink:href="https://creativecommons.org/licenses/by/4.0/">Creative Commons</gmx:Anchor>'
    legal = (
        f"<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:useLimitation>{text('Not for navigation')}"
        f"</gmd:useLimitation><gmd:otherConstraints>{licence}</gmd:otherConstraints></gmd:MD_LegalConstraints>"
        "</gmd:resourceConstraints>"
    )
    found = record(ENGLISH, legal)
    assert (found.license or "").startswith("https://creativecommons.org/licenses/by/4.0")
    assert "Not for navigation" in found.rights["en"]


def test_a_classified_record_is_restricted() -> None:
    secret = f"<gmd:classification>{code('MD_ClassificationCode', 'confidential')}</gmd:classification>"
    found = record(
        about=f"<gmd:resourceConstraints><gmd:MD_SecurityConstraints>{secret}</gmd:MD_SecurityConstraints></gmd:resourceConstraints>"
    )
    assert found.access.level == "restricted"


def test_a_parent_is_a_relation_to_its_record() -> None:
    found = record(f"<gmd:parentIdentifier>{text('geo-0')}</gmd:parentIdentifier>")
    assert [(each.type, each.target) for each in found.relations] == [("isPartOf", local_record_id("geo", "geo-0"))]


@pytest.mark.parametrize(("level", "kind"), [("service", "service"), ("series", "dataset"), ("document", "resource")])
def test_the_hierarchy_level_decides_the_type(level: str, kind: str) -> None:
    assert record(f"<gmd:hierarchyLevel>{code('MD_ScopeCode', level)}</gmd:hierarchyLevel>").type == kind


def test_what_no_field_takes_is_kept_under_its_path() -> None:
    found = record(f"<gmd:metadataStandardName>{text('ISO 19115')}</gmd:metadataStandardName>")
    assert found.extra == {"iso19139": {"metadataStandardName": ["ISO 19115"]}}


def test_iso_19115_3_is_read_by_the_same_names() -> None:
    body = (
        '<mdb:MD_Metadata xmlns:mdb="http://standards.iso.org/iso/19115/-3/mdb/2.0" xmlns:x="urn:x" '
        'xmlns:gco="http://standards.iso.org/iso/19115/-3/gco/1.0"><mdb:defaultLocale><x:PT_Locale id="ES"><x:language>'
        '<x:LanguageCode codeListValue="spa"/></x:language></x:PT_Locale></mdb:defaultLocale><mdb:contact>'
        "<x:CI_Responsibility><x:role><x:CI_RoleCode codeListValue='owner'/></x:role><x:party><x:CI_Organisation>"
        f"<x:name>{text('Instituto')}</x:name></x:CI_Organisation></x:party></x:CI_Responsibility></mdb:contact>"
        f"<mdb:dateInfo><x:CI_Date><x:date><gco:DateTime>2024-02-01T00:00:00Z</gco:DateTime></x:date></x:CI_Date>"
        f"</mdb:dateInfo><mdb:identificationInfo><x:MD_DataIdentification><x:citation><x:CI_Citation><x:title>"
        f"{text('Mapa')}</x:title></x:CI_Citation></x:citation></x:MD_DataIdentification></mdb:identificationInfo>"
        "</mdb:MD_Metadata>"
    )
    found = iso19139.crosswalk(new_raw("geo-3", body.encode(), format="iso19115_3"), CONTEXT).record
    assert found is not None
    assert (found.title, found.languages, found.dates.modified) == ({"es": "Mapa"}, ("es",), "2024-02-01T00:00:00Z")
    assert [(each.role, dict(each.organization)) for each in found.contacts] == [("owner", {"es": "Instituto"})]


def test_bytes_that_are_no_xml_are_a_problem() -> None:
    [problem] = iso19139.crosswalk(new_raw("geo-1", b"<a>", format="iso19139"), CONTEXT).problems
    assert problem.code == "XML_SYNTAX"
