"""DataCite metadata becomes records."""

from __future__ import annotations

import pytest

from tests.harvester.xml_stage import parsed, record

KERNEL_4 = "http://datacite.org/schema/kernel-4"


def resource(inner: str, namespace: str = KERNEL_4) -> str:
    return (
        f'<resource xmlns="{namespace}"><identifier identifierType="DOI">10.1234/Peat.1</identifier>{inner}</resource>'
    )


TITLE = "<titles><title>Peat cores</title></titles>"


def test_the_doi_is_the_identifier_and_leads_to_the_page() -> None:
    found = record("datacite", resource(TITLE))
    assert ("doi", "10.1234/peat.1") in [(each.scheme, each.value) for each in found.source_ids]
    assert [link.url for link in found.links if link.rel == "landing"] == ["https://doi.org/10.1234/peat.1"]


def test_a_main_title_goes_before_translations_and_other_titles_are_kept() -> None:
    titles = """<titles><title titleType="AlternativeTitle" xml:lang="en">Cores</title><title xml:lang="en">Peat cores
    </title><title titleType="TranslatedTitle" xml:lang="fr">Carottes de tourbe</title></titles>"""
    found = record("datacite", resource(titles))
    assert dict(found.title) == {"en": "Peat cores", "fr": "Carottes de tourbe"}
    assert found.extra["datacite"]["title"] == ["Cores"]  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("general", "words", "expected"),
    [("Dataset", "Counts", "dataset"), ("Text", "Report", "resource"), ("Event", "", "event"),
     ("InteractiveResource", "", "service"), ("Other", "Dataset", "dataset"), ("", "", "resource")],
)  # fmt: skip
def test_the_general_type_decides_and_words_help_where_it_says_nothing(general: str, words: str, expected: str) -> None:
    kind = f'<resourceType resourceTypeGeneral="{general}">{words}</resourceType>'
    assert record("datacite", resource(TITLE + kind)).type == expected


def test_people_publishers_and_funders_have_their_roles_and_missing_values_are_not_names() -> None:
    found = record("datacite", resource(TITLE + """
        <resourceType resourceTypeGeneral="Dataset"/>
        <creators><creator><creatorName>Otieno, Mary</creatorName><affiliation>Peat Institute</affiliation></creator>
        <creator><creatorName>(:unav)</creatorName></creator></creators><publisher>Peat archive</publisher>
        <contributors><contributor contributorType="RightsHolder"><contributorName>The State</contributorName>
        </contributor></contributors><fundingReferences><fundingReference><funderName>Peat Fund</funderName>
        <awardNumber>7</awardNumber></fundingReference></fundingReferences>"""))  # fmt: skip
    roles = [(each.role, each.name["und"]) for each in found.organizations]
    assert roles == [
        ("creator", "Otieno, Mary"), ("rightsHolder", "The State"), ("publisher", "Peat archive"),
        ("funder", "Peat Fund"),
    ]  # fmt: skip
    assert found.extra["datacite"]["fundingReferences/fundingReference/awardNumber"] == ["7"]  # type: ignore[index, call-overload]


def test_the_creators_of_a_publication_are_its_authors() -> None:
    creators = "<creators><creator><creatorName>Otieno, Mary</creatorName></creator></creators>"
    found = record("datacite", resource(TITLE + creators + '<resourceType resourceTypeGeneral="Text"/>'))
    assert [each.name["und"] for each in found.details.authors] == ["Otieno, Mary"]  # type: ignore[attr-defined]
    assert found.organizations == ()


def test_dates_are_sorted_by_what_they_date() -> None:
    found = record(
        "datacite",
        resource(
            TITLE
            + """<publicationYear>2020</publicationYear><dates>
        <date dateType="Issued">2020-05-01</date><date dateType="Updated">2021-01-02</date>
        <date dateType="Collected">2018-01/2019-02</date><date dateType="Submitted">2020-01-01</date></dates>"""
        ),
    )
    assert (found.dates.issued, found.dates.modified) == ("2020-05-01", "2021-01-02")
    assert found.temporal is not None and (found.temporal.start, found.temporal.end) == ("2018-01", "2019-02")
    assert found.extra["datacite"]["dates/submitted"] == ["2020-01-01"]  # type: ignore[index, call-overload]


def test_the_year_of_publication_serves_where_no_date_of_issue_stands() -> None:
    assert record("datacite", resource(TITLE + "<publicationYear>2020</publicationYear>")).dates.issued == "2020"


@pytest.mark.parametrize(
    "box",
    ["""<geoLocationBox><westBoundLongitude>33</westBoundLongitude><eastBoundLongitude>42</eastBoundLongitude>
     <southBoundLatitude>-5</southBoundLatitude><northBoundLatitude>5</northBoundLatitude></geoLocationBox>""",
     "<geoLocationBox>-5 33 5 42</geoLocationBox>"],
)  # fmt: skip
def test_boxes_of_kernel_3_and_4_are_read(box: str) -> None:
    places = f"<geoLocations><geoLocation><geoLocationPlace>Kenya</geoLocationPlace>{box}</geoLocation></geoLocations>"
    found = record("datacite", resource(TITLE + places, "http://datacite.org/schema/kernel-3"))
    assert found.country_regions == ("KE",)
    assert found.spatial is not None and found.spatial.box is not None
    assert (found.spatial.box.west, found.spatial.box.north) == (33, 5)


def test_a_box_that_is_no_place_on_earth_is_passed_over() -> None:
    box = "<geoLocations><geoLocation><geoLocationBox>1 2 ninety 4</geoLocationBox></geoLocation></geoLocations>"
    assert record("datacite", resource(TITLE + box)).spatial is None


def test_the_licence_is_known_by_its_address_and_words_stay() -> None:
    found = record(
        "datacite",
        resource(
            TITLE
            + """<rightsList>
        <rights rightsURI="https://creativecommons.org/licenses/by/4.0/legalcode">Free to use</rights></rightsList>"""
        ),
    )
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    assert "Free to use" in found.rights.values()


def test_related_works_keep_their_kind() -> None:
    found = record(
        "datacite",
        resource(
            TITLE
            + """<relatedIdentifiers>
        <relatedIdentifier relatedIdentifierType="DOI" relationType="IsPartOf">10.1234/whole</relatedIdentifier>
        <relatedIdentifier relatedIdentifierType="ISSN" relationType="Cites">1234-5679</relatedIdentifier>
        </relatedIdentifiers>"""
        ),
    )
    assert [(each.type, each.target) for each in found.relations] == [("isPartOf", "https://doi.org/10.1234/whole")]
    assert found.extra["datacite"]["relatedIdentifiers/Cites"] == ["1234-5679"]  # type: ignore[index, call-overload]


def test_an_abstract_is_the_summary_and_methods_have_their_place() -> None:
    found = record(
        "datacite",
        resource(
            TITLE
            + """<resourceType resourceTypeGeneral="Dataset"/><descriptions>
        <description descriptionType="Abstract" xml:lang="en">Of <br/>peat.</description>
        <description descriptionType="Methods" xml:lang="en">Dug.</description></descriptions>"""
        ),
    )
    assert found.summary["en"] == "Of peat."
    assert found.details.methods["en"] == "Dug."  # type: ignore[attr-defined]


def test_a_wrapped_resource_and_an_unknown_version_are_read_all_the_same() -> None:
    inner = resource(TITLE, "http://datacite.org/schema/kernel-9")
    wrapped = f'<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload>{inner}</payload></oai_datacite>'
    assert dict(record("datacite", wrapped).title) == {"und": "Peat cores"}


def test_the_profile_of_openaire_is_read_with_its_dublin_core_and_its_own_elements() -> None:
    found = record(
        "datacite",
        f"""<o:resource xmlns:o="http://namespace.openaire.eu/schema/oaire/" xmlns="{KERNEL_4}"
        xmlns:dc="http://purl.org/dc/elements/1.1/">{TITLE}<dc:description>Of peat.</dc:description>
        <identifier identifierType="Handle">https://hdl.example/1/2</identifier><dc:publisher>Peat Press</dc:publisher>
        <o:resourceType resourceTypeGeneral="literature">technical report</o:resourceType>
        <o:licenseCondition uri="https://creativecommons.org/licenses/by/4.0/">CC BY</o:licenseCondition>
        <o:file mimeType="application/pdf">https://a.example/1.pdf</o:file></o:resource>""",
    )
    assert (found.type, found.summary["und"]) == ("resource", "Of peat.")
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    assert [(link.url, link.rel) for link in found.links] == [
        ("https://hdl.example/1/2", "landing"), ("https://a.example/1.pdf", "document"),
    ]  # fmt: skip
    assert [each.name["und"] for each in found.organizations] == ["Peat Press"]


def test_something_else_is_refused_and_named() -> None:
    problem = parsed("datacite", "<html><body>Sign in</body></html>").problems[0]
    assert problem.code == "CROSSWALK_FAILED" and "“html”" in (problem.value or "")
