"""EML documents become records, in the version of GBIF's profile and in DataONE's."""

from __future__ import annotations

import pytest

from tests.harvester.xml_stage import parsed, record
from tests.vocabularies.format_samples import ADDRESS, full_record
from vocabularies.formats.eml import render

KEY = "38f06820-08c5-42b2-94f6-47cc3e83a54a"
TITLE = "<title>Mosses of Kenya</title>"


def eml(inner: str, *, namespace: str = "https://eml.ecoinformatics.org/eml-2.2.0", more: str = "") -> str:
    return (
        f'<eml:eml xmlns:eml="{namespace}" packageId="{KEY}/v1.3" system="http://gbif.org" xml:lang="eng">'
        f"<dataset>{inner}</dataset>{more}</eml:eml>"
    )


@pytest.mark.parametrize("namespace", ["eml://ecoinformatics.org/eml-2.1.1", "https://eml.ecoinformatics.org/eml-2.2.0",
                                       "https://eml.example/eml-9.9.9"])  # fmt: skip
def test_every_version_is_read_and_the_key_of_the_registry_is_the_identifier(namespace: str) -> None:
    found = record("eml", eml(f"<alternateIdentifier>10.15468/abc</alternateIdentifier>{TITLE}", namespace=namespace))
    assert (found.type, dict(found.title)) == ("dataset", {"en": "Mosses of Kenya"})
    assert {("gbif", KEY), ("doi", "10.15468/abc")} <= {(each.scheme, each.value) for each in found.source_ids}


def test_a_uuid_of_another_system_is_no_key_of_gbif() -> None:
    foreign = eml(TITLE).replace("http://gbif.org", "https://knb.ecoinformatics.org")
    assert "gbif" not in {each.scheme for each in record("eml", foreign).source_ids}


def test_titles_in_several_languages_are_one_title() -> None:
    found = record("eml", eml('<title xml:lang="eng">Mosses</title><title xml:lang="fra">Mousses</title>'))
    assert dict(found.title) == {"en": "Mosses", "fr": "Mousses"}


def test_people_are_named_and_their_addresses_stay_behind() -> None:
    person = """<individualName><givenName>Mary</givenName><surName>Otieno</surName></individualName>
        <organizationName>Peat Institute</organizationName><electronicMailAddress>m@peat.example</electronicMailAddress>
        <phone>+254 1</phone><address><city>Nairobi</city></address>"""
    found = record("eml", eml(f"{TITLE}<creator>{person}</creator><contact>{person}</contact>"))
    assert [(each.role, each.name["en"]) for each in found.organizations] == [
        ("creator", "Mary Otieno"), ("contributor", "Peat Institute"),
    ]  # fmt: skip
    assert [each.name for each in found.contacts] == ["Mary Otieno"]
    told = found.model_dump_json()
    assert "m@peat.example" not in told and "+254" not in told and "Nairobi" not in told


def test_an_associated_party_brings_its_organisation_and_a_role_nobody_knows_is_kept() -> None:
    party = """<associatedParty><individualName><surName>Otieno</surName></individualName>
        <organizationName>Peat Institute</organizationName><role>curator</role></associatedParty>"""
    found = record("eml", eml(TITLE + party))
    assert [(each.role, each.name["en"]) for each in found.organizations] == [
        ("contributor", "Otieno"), ("contributor", "Peat Institute"),
    ]  # fmt: skip
    assert found.extra["eml"]["associatedParty"] == ["Otieno, curator"]  # type: ignore[call-overload,index]


def test_sections_lists_and_markup_become_paragraphs() -> None:
    text = """<abstract><section><title>What</title><para>CO<subscript>2</subscript> in moss.</para></section>
        <para><itemizedlist><listitem><para>One</para></listitem></itemizedlist></para>
        <para>&lt;p&gt;Plain &lt;b&gt;HTML&lt;/b&gt;&lt;/p&gt;</para></abstract>"""
    assert record("eml", eml(TITLE + text)).summary["en"] == "What\n\nCO2 in moss.\n\nOne\n\nPlain HTML"


def test_coverage_gives_place_period_and_taxa() -> None:
    found = record(
        "eml",
        eml(
            TITLE
            + """<coverage><geographicCoverage>
        <geographicDescription>Kenya</geographicDescription><boundingCoordinates>
        <westBoundingCoordinate>33</westBoundingCoordinate><eastBoundingCoordinate>42</eastBoundingCoordinate>
        <northBoundingCoordinate>5</northBoundingCoordinate><southBoundingCoordinate>-5</southBoundingCoordinate>
        </boundingCoordinates></geographicCoverage><temporalCoverage><rangeOfDates>
        <beginDate><calendarDate>2001</calendarDate></beginDate><endDate><calendarDate>2003-04</calendarDate></endDate>
        </rangeOfDates></temporalCoverage><taxonomicCoverage><taxonomicClassification>
        <taxonRankName>phylum</taxonRankName><taxonRankValue>Bryophyta</taxonRankValue></taxonomicClassification>
        </taxonomicCoverage></coverage>"""
        ),
    )
    assert found.country_regions == ("KE",)
    assert found.spatial is not None and found.spatial.box is not None and found.spatial.box.east == 42
    assert found.temporal is not None and (found.temporal.start, found.temporal.end) == ("2001", "2003-04")
    assert found.details.taxa == ("Bryophyta",)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "rights",
    ["""<intellectualRights><para>Under a <ulink url="http://creativecommons.org/licenses/by/4.0/legalcode"><citetitle>
     Attribution</citetitle></ulink>.</para></intellectualRights>""",
     "<intellectualRights><para>Creative Commons Attribution (CC-BY) 4.0 License</para></intellectualRights>",
     "<licensed><url>https://spdx.org/licenses/CC-BY-4.0.html</url><identifier>CC-BY-4.0</identifier></licensed>"],
)  # fmt: skip
def test_the_licence_is_known_by_link_words_or_element(rights: str) -> None:
    assert record("eml", eml(TITLE + rights)).license == "https://creativecommons.org/licenses/by/4.0/"


def test_gbifs_own_part_gives_date_citation_and_the_archive() -> None:
    more = """<additionalMetadata><metadata><gbif><dateStamp>2024-02-03T10:00:00Z</dateStamp>
        <citation>Otieno (2024) Mosses</citation><physical><distribution><online>
        <url function="download">https://ipt.example/archive.do?r=moss</url></online></distribution></physical>
        <livingTimePeriod>Recent</livingTimePeriod></gbif></metadata></additionalMetadata>"""
    found = record("eml", eml(f"{TITLE}<pubDate>2023-01-01</pubDate>", more=more))
    assert (found.dates.issued, found.dates.modified) == ("2023-01-01", "2024-02-03T10:00:00Z")
    assert found.details.citation == "Otieno (2024) Mosses"  # type: ignore[attr-defined]
    assert [(link.url, link.rel) for link in found.links] == [("https://ipt.example/archive.do?r=moss", "data")]
    kept = found.extra["eml"]["additionalMetadata/metadata/gbif/livingTimePeriod"]  # type: ignore[index, call-overload]
    assert kept == ["Recent"]


def test_what_a_node_gives_as_eml_comes_back_with_its_texts_places_names_and_links() -> None:
    details = {
        "taxa": ["Bryophyta"],
        "doi": "10.1234/abc",
        "methods": {"en": "Counted."},
        "updateFrequency": "annually",
    }
    ours = full_record("dataset", details=details)
    found = record("eml", render(ours, ADDRESS))
    assert (found.type, found.summary, found.languages) == ("dataset", ours.summary, ours.languages)
    assert (found.title["en"], found.title["ar"]) == (ours.title["en"], ours.title["ar"])
    assert (found.country_regions, found.spatial, found.license) == (ours.country_regions, ours.spatial, ours.license)
    assert (found.subjects, found.gbf_targets, found.sdgs) == (ours.subjects, ours.gbf_targets, ours.sdgs)
    assert {("doi", "10.1234/abc"), ("cbd", "52000CBD0010"), ("chm", "urn:chm:ke:b1")} <= {
        (each.scheme, each.value) for each in found.source_ids
    }
    assert {"https://lamu.example/mangroves", "https://ke.chm.example/a%20b.pdf"} <= {link.url for link in found.links}
    assert found.details.model_dump(exclude={"citation"}) == ours.details.model_dump(  # type: ignore[attr-defined]
        exclude={"citation"}
    )


def test_a_document_type_of_another_kind_is_refused_in_words() -> None:
    assert "“html”" in (parsed("eml", "<html/>").problems[0].value or "")
