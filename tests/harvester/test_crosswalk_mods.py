"""MODS becomes records."""

from __future__ import annotations

from tests.harvester.xml_stage import parsed, record


def mods(inner: str) -> str:
    return f'<mods xmlns="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">{inner}</mods>'


TITLE = "<titleInfo><title>Mires of Kenya</title></titleInfo>"


def test_articles_subtitles_and_parts_belong_to_the_title_and_other_titles_are_kept() -> None:
    found = record("mods", mods("""<titleInfo type="alternative"><title>Mires</title></titleInfo>
        <titleInfo><nonSort>The</nonSort><title>mires of Kenya</title><subTitle>a survey</subTitle>
        <partNumber>Volume 2</partNumber></titleInfo>"""))  # fmt: skip
    assert found.title["und"] == "The mires of Kenya: a survey. Volume 2"
    assert found.extra["mods"]["title"] == ["Mires"]  # type: ignore[index, call-overload]


def test_names_are_joined_from_their_parts_and_roles_decide() -> None:
    found = record(
        "mods",
        mods(
            TITLE
            + """<name><namePart type="family">Otieno</namePart>
        <namePart type="given">Mary</namePart></name><name><namePart>Peat Fund</namePart>
        <role><roleTerm type="code">fnd</roleTerm></role></name><name><namePart>Ali</namePart>
        <role><roleTerm>editor</roleTerm></role></name><originInfo><publisher>Peat Press</publisher></originInfo>"""
        ),
    )
    assert [each.name["und"] for each in found.details.authors] == ["Otieno, Mary"]  # type: ignore[attr-defined]
    roles = {(each.role, each.name["und"]) for each in found.organizations}
    assert roles == {("funder", "Peat Fund"), ("contributor", "Ali"), ("publisher", "Peat Press")}


def test_language_date_and_change_of_the_description_are_read() -> None:
    found = record(
        "mods",
        mods(
            TITLE
            + """<language><languageTerm type="code">swa</languageTerm></language>
        <originInfo><dateIssued point="start">1990</dateIssued><dateIssued point="end">1995</dateIssued></originInfo>
        <recordInfo><recordChangeDate>20110330094512.0</recordChangeDate></recordInfo>"""
        ),
    )
    assert found.languages == ("sw",) and found.title["sw"] == "Mires of Kenya"
    assert (found.dates.issued, found.dates.modified) == ("1990", "2011-03-30")


def test_subjects_places_and_positions_go_to_their_fields() -> None:
    found = record(
        "mods",
        mods(
            TITLE
            + """<subject><topic>Peat</topic><geographic>Kenya</geographic></subject>
        <subject valueURI="https://terms.example/1"><topic>Moss</topic></subject>
        <subject><cartographics><coordinates>-1.5, 36.8</coordinates></cartographics></subject>"""
        ),
    )
    assert found.country_regions == ("KE",)
    assert [(each.label["und"], each.uri) for each in found.keywords] == [
        ("Peat", None), ("Moss", "https://terms.example/1"),
    ]  # fmt: skip
    assert found.spatial is not None and found.spatial.point is not None and found.spatial.point.latitude == -1.5


def test_the_primary_address_is_the_landing_page() -> None:
    found = record(
        "mods",
        mods(
            TITLE
            + """<location><url access="raw object">https://a.example/f.pdf</url></location>
        <location><url>https://a.example/other</url></location>
        <location><url usage="primary display">https://a.example/1</url></location>"""
        ),
    )
    assert {link.url: link.rel for link in found.links} == {
        "https://a.example/1": "landing", "https://a.example/f.pdf": "document", "https://a.example/other": "document",
    }  # fmt: skip


def test_a_host_with_an_address_is_a_relation_and_one_without_is_kept() -> None:
    found = record(
        "mods",
        mods(
            TITLE
            + """<relatedItem type="host"><titleInfo><title>Series</title></titleInfo>
        <location><url>https://a.example/series</url></location></relatedItem>
        <relatedItem type="series"><titleInfo><title>Blue books</title></titleInfo></relatedItem>"""
        ),
    )
    assert [(each.type, each.target) for each in found.relations] == [("isPartOf", "https://a.example/series")]
    kept = found.extra["mods"]["relatedItem/titleInfo/title"]  # type: ignore[index, call-overload]
    assert "Blue books" in kept


def test_a_licence_by_address_is_known_and_wrong_identifiers_are_left_out() -> None:
    found = record(
        "mods",
        mods(
            TITLE
            + """<identifier type="isbn" invalid="yes">123</identifier>
        <identifier type="doi">10.1234/peat</identifier>
        <accessCondition xlink:href="https://creativecommons.org/licenses/by/4.0/">Open</accessCondition>"""
        ),
    )
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    assert {each.scheme for each in found.source_ids} == {"oai", "doi"}


def test_a_collection_gives_its_first_and_something_else_is_refused() -> None:
    wrapped = f"<modsCollection>{mods(TITLE)}</modsCollection>"
    assert record("mods", wrapped).title["und"] == "Mires of Kenya"
    assert parsed("mods", "<dc><title>Mires</title></dc>").problems[0].code == "CROSSWALK_FAILED"
