"""Dublin Core → Record: a field at a time, then whole records."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.crosswalks import CROSSWALKS, Context
from harvester.crosswalks.dc_dates import find_date, find_period, to_issued
from harvester.crosswalks.dc_elements import ELEMENTS, paragraphs, to_agents, to_languages, to_summary, to_title
from harvester.crosswalks.dc_identifiers import local_record_id, to_identifiers, to_relations
from harvester.crosswalks.dc_terms import find_place, find_topic, to_coverage, to_rights, to_topics
from harvester.crosswalks.dc_types import find_type, to_type
from harvester.crosswalks.language_codes import find_language
from harvester.raw import new_raw
from vocabularies.formats.address import Address
from vocabularies.formats.native import Parsed, dump_native, parse_native
from vocabularies.formats.oai_dc import render
from vocabularies.record import Keyword, Record, Relation, Temporal, new_record, record_details
from vocabularies.text import LangText

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=60)
AT = datetime(2026, 1, 1, tzinfo=UTC)
CONTEXT = Context("lib", "The Library", "https://library.example/oai", "KE", "en", AT)


def _parse(*elements: str, context: Context = CONTEXT, identifier: str = "oai:library.example:1") -> Parsed:
    payload = f'<oai_dc:dc xmlns:oai_dc="o" xmlns:dc="d" xmlns:dct="t">{"".join(elements)}</oai_dc:dc>'.encode()
    raw = new_raw(identifier, payload, format="oai_dc", datestamp="2024-05-01T10:00:00Z")
    return CROSSWALKS["oai_dc"](raw, context)


def _record(*elements: str, context: Context = CONTEXT, identifier: str = "oai:library.example:1") -> Record:
    parsed = _parse(*elements, context=context, identifier=identifier)
    assert parsed.problems == ()
    assert parsed.record is not None
    return parsed.record


def _dc(name: str, text: str, language: str = "") -> str:
    attribute = f' xml:lang="{language}"' if language else ""
    return f"<dc:{name}{attribute}>{escape(text)}</dc:{name}>"


def test_titles_keep_their_languages_and_lose_their_markup() -> None:
    title, rest = to_title(
        [("The <i>Avicennia</i> &amp; us", "en"), ("Nous", "fra"), ("Second", "eng"), ("x", None)], "und"
    )
    assert title == LangText(en="The Avicennia & us", fr="Nous", und="x")
    assert rest == ["Second"]


def test_descriptions_of_one_language_become_paragraphs() -> None:
    assert to_summary([("One", "en"), ("Un", "fr"), ("Two", "en-x-bad!")], "en") == LangText(en="One\n\nTwo", fr="Un")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("&lt;p&gt;One&lt;/p&gt;\n&lt;p&gt;p &lt; 0.05&lt;/p&gt;", "One\np < 0.05"),
        ("<h3>Abstract</h3><p>a&nbsp;b</p>", "Abstract\na\xa0b"),
        ("2 < 3 & 4 > 3", "2 < 3 & 4 > 3"),
        ("<script>alert(1)</script>", "alert(1)"),
    ],
)
def test_markup_in_descriptions_becomes_text(text: str, plain: str) -> None:
    assert paragraphs(text) == plain


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("eng", "en"), ("EN", "en"), ("en_US", "en-US"), ("fre", "fr"), ("fra", "fr"), ("Français", "fr"),
        ("العربية", "ar"),
        ("chi", "zh"), ("zh-Hans", "zh-Hans"), ("русский", "ru"), ("haw", "haw"), ("und", None), ("", None),
        ("n/a", None),
        ("mul", None), ("English text", None),
    ],
)  # fmt: skip
def test_languages_are_read_from_codes_and_names(text: str, language: str | None) -> None:
    assert find_language(text) == language


def test_several_languages_in_one_element_are_told_apart() -> None:
    assert to_languages([("eng; fre", None), ("en", None), ("runes?", None)]) == (("en", "fr"), ["runes?"])


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024", "2024"), ("2024-05", "2024-05"), ("2024-05-06", "2024-05-06"),
        ("2024-05-06T10:00:00Z", "2024-05-06T10:00:00Z"),
        ("2024-05-06T10:00:00.123+02:00", "2024-05-06T08:00:00Z"), ("2024/5/6", "2024-05-06"), ("2003-00-00", "2003"),
        ("31.12.2004", "2004-12-31"), ("12/31/2004", "2004-12-31"), ("05/06/2004", "2004"), ("[2003?]", "2003"),
        ("c1999", "1999"), ("©2001", "2001"), ("2024-13-45", None), ("2023-02-30", None), ("soon", None),
        ("0000", None),
    ],
)  # fmt: skip
def test_dates_are_read_as_repositories_write_them(text: str, date: str | None) -> None:
    assert find_date(text) == date


def test_the_day_of_issue_is_not_the_second_the_item_was_taken_in() -> None:
    texts = ["2011-03-01T10:00:00Z", "2011-03-02T10:00:00Z", "2009-05", "unknown"]
    assert to_issued(texts) == ("2009-05", ["2011-03-01T10:00:00Z", "2011-03-02T10:00:00Z", "unknown"])
    assert to_issued([]) == (None, [])


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1990-2000", "1990", "2000"), ("2001-05/2002", "2001-05", "2002"), ("2001 - 2003", "2001", "2003"),
        ("start=1990; end=1995-12; scheme=W3C-DTF", "1990", "1995-12"), ("1999", "1999", "1999"),
        ("2001 to 2004", "2001", "2004"),
    ],
)  # fmt: skip
def test_periods_are_read(text: str, start: str, end: str) -> None:
    assert find_period(text) == Temporal(start=start, end=end)


@pytest.mark.parametrize("text", ["Kenya", "2000-1990", "from - to", "Holocene"])
def test_what_is_no_period_is_none(text: str) -> None:
    assert find_period(text) is None


@pytest.mark.parametrize(
    ("text", "record_type"),
    [
        ("Dataset", "dataset"), ("http://purl.org/dc/dcmitype/Event", "event"),
        ("info:eu-repo/semantics/article", None),
        ("InteractiveResource", "service"), ("http://purl.org/coar/resource_type/c_ddb1", "dataset"),
        ("Jeu de données", "dataset"),
        ("会议", "event"), ("Workshop", "event"), ("capacityInitiative", "capacityInitiative"), ("NewsItem", "news"),
        ("база данных", "service"), ("Text", None), ("info:eu-repo/semantics/conferenceObject", None), ("thesis", None),
        ("قانون", "legalInstrument"), ("Organización", "organization"),
    ],
)  # fmt: skip
def test_types_are_read_from_several_vocabularies_and_languages(text: str, record_type: str | None) -> None:
    assert find_type(text) == record_type


def test_the_first_telling_type_decides_and_further_words_are_kept() -> None:
    assert to_type(["Text", "Dataset", "Event"]) == ("dataset", ["Text", "Event"])
    assert to_type(["info:eu-repo/semantics/article"]) == ("resource", ["article"])
    assert to_type([]) == ("resource", [])


def test_subjects_become_terms_where_a_vocabulary_has_them_and_keywords_elsewhere() -> None:
    topics = to_topics(
        [("Agricultural biodiversity; mangroves", "en"), ("Манграровые леса", "rus"), ("GBF-TARGET-03", None)], "en"
    )
    assert topics.terms == {"subjects": ["CBD-SUBJECT-AGR"], "gbf_targets": ["GBF-TARGET-03"]}
    assert [keyword.label for keyword in topics.keywords.values()] == [
        LangText(en="mangroves"),
        LangText(ru="Манграровые леса"),
    ]


@pytest.mark.parametrize("text", ["Target 3", "3", "Goal 1", "A", "Meta 15", "目标 3", "x" * 500])
def test_a_bare_number_names_no_target(text: str) -> None:
    assert find_topic(text) is None


def test_an_address_as_subject_is_a_keyword_with_that_address() -> None:
    [keyword] = to_topics([("http://aims.fao.org/aos/agrovoc/c_4592", None)], "en").keywords.values()
    assert keyword == Keyword(
        label=LangText(en="http://aims.fao.org/aos/agrovoc/c_4592"), uri="http://aims.fao.org/aos/agrovoc/c_4592"
    )


def test_coverage_is_sorted_into_places_positions_periods_and_the_rest() -> None:
    texts = ["Kenya; Ouganda", "Mombasa, Kenya", "1990-2000", "-4.05, 39.66", "Middle Earth", "Afrique orientale"]
    coverage = to_coverage([(text, None) for text in texts])
    assert coverage.countries == ["KE", "UG", "014"]
    assert coverage.spatial is not None
    assert coverage.spatial.point is not None
    assert (coverage.spatial.point.latitude, coverage.temporal) == (-4.05, Temporal(start="1990", end="2000"))
    assert coverage.rest == ["Middle Earth"]


def test_a_dcmi_box_is_read_with_its_name_and_one_out_of_range_is_not() -> None:
    box = to_coverage([("northlimit=5.0; southlimit=-4.7; eastlimit=41.9; westlimit=33.9; name=Kenya", None)])
    assert box.spatial is not None
    assert box.spatial.box is not None
    assert (box.spatial.box.north, box.countries) == (5.0, ["KE"])
    assert to_coverage([("north=95; east=200", None)]).spatial is None


@pytest.mark.parametrize(
    ("text", "place"), [("KE", "KE"), ("肯尼亚", "KE"), ("Nairobi, Kenya", "KE"), ("12", None), ("Atlantis", None)]
)
def test_places_are_found_by_code_and_name(text: str, place: str | None) -> None:
    assert find_place(text) == place


def test_rights_are_sorted_into_licence_statement_and_access() -> None:
    values = [
        ("© KWS", "en"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode", None),
        ("info:eu-repo/semantics/closedAccess", None),
    ]
    licence, statement, access = to_rights(values, "en")
    assert (licence, statement) == ("https://creativecommons.org/licenses/by/4.0/", LangText(en="© KWS"))
    assert access is not None
    assert access.level == "restricted"
    assert to_rights([("info:eu-repo/semantics/openAccess", None)], "en") == (None, LangText(), None)
    linked = [("Available under https://creativecommons.org/licenses/by/4.0/.", None)]
    assert to_rights(linked, "en")[0] == "https://creativecommons.org/licenses/by/4.0/"


def test_identifiers_are_told_apart() -> None:
    texts = [
        "https://library.example/item/1", "https://library.example/item/1.pdf", "doi:10.1234/ABC",
        "ISBN 978-92-9225-745-3",
        "0028-0836", "CBD/COP/DEC/15/8", "CALL-7", "urn:chm:ke:r1", "http://",
    ]  # fmt: skip
    found = to_identifiers("oai:library.example:1", texts)
    assert {(key.scheme, key.value) for key in found.source_ids.values()} >= {
        ("oai", "oai:library.example:1"), ("doi", "10.1234/abc"), ("issn", "0028-0836"),
        ("un-symbol", "CBD/COP/DEC/15/8"),
        ("local", "CALL-7"), ("chm", "urn:chm:ke:r1"), ("local", "http://"),
    }  # fmt: skip
    assert [(link.url, link.rel) for link in found.links.values()] == [
        ("https://library.example/item/1", "landing"),
        ("https://library.example/item/1.pdf", "document"),
    ]


def test_a_doi_is_the_landing_page_where_no_other_is_named() -> None:
    assert to_identifiers("x", ["10.1234/abc"]).landing_url == "https://doi.org/10.1234/abc"
    assert to_identifiers("x", ["https://library.example/1", "10.1234/abc"]).landing_url == "https://library.example/1"


@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=80))
def test_record_ids_are_as_different_as_identifiers(one: str, other: str) -> None:
    one, other = (text.encode("utf-8", "ignore").decode() for text in (one, other))
    assert (local_record_id("lib", one) == local_record_id("lib", other)) is (one == other)


def test_relations_are_addresses_and_other_texts_are_kept() -> None:
    relations, rest = to_relations(
        ["https://x.example/1", "doi:10.1234/x", "urn:chm:ke:r1", "Series 4", "https://x.example/1"]
    )
    targets = ("https://x.example/1", "https://doi.org/10.1234/x", "urn:chm:ke:r1")
    assert relations == tuple(Relation(type="related", target=target) for target in targets)
    assert rest == ["Series 4"]


def test_one_name_is_one_agent() -> None:
    agents = to_agents([("Otieno,  Jane", None), ("Otieno, Jane", None), ("KWS", "sw")], "author", "en")
    assert [(agent.role, agent.name) for agent in agents] == [
        ("author", LangText(en="Otieno, Jane")),
        ("author", LangText(sw="KWS")),
    ]


def test_a_publication_becomes_a_resource_with_authors_and_provenance() -> None:
    record = _record(
        _dc("title", "Mangroves"), _dc("creator", "Otieno, Jane"), _dc("publisher", "KWS"), _dc("contributor", "Ed"),
        _dc("date", "2021-05-04"), _dc("type", "article"), _dc("format", "application/pdf"), _dc("source", "Nature 5"),
        _dc("identifier", "https://library.example/1"), _dc("language", "eng"), _dc("coverage", "Uganda"),
    )  # fmt: skip
    details = record_details(record).model_dump(exclude_defaults=True)
    assert (record.type, details["publication_date"], details["resource_types"]) == (
        "resource",
        "2021-05-04",
        ("article",),
    )
    assert (details["authors"][0]["name"], details["format"], details["source"]) == (
        {"en": "Otieno, Jane"},
        "application/pdf",
        {"en": "Nature 5"},
    )
    assert [(agent.role, agent.name["en"]) for agent in record.organizations] == [
        ("publisher", "KWS"),
        ("contributor", "Ed"),
    ]
    assert (record.country_regions, record.languages, record.dates.issued) == (("UG",), ("en",), "2021-05-04")
    assert (record.publisher.node, record.publisher.name) == ("lib", LangText(en="The Library"))
    [origin] = record.provenance
    assert (origin.source, origin.original_id, origin.original_url) == (
        "lib",
        "oai:library.example:1",
        "https://library.example/1",
    )
    assert (origin.harvested_at, origin.modified_at_source, origin.protocol) == (AT, "2024-05-01T10:00:00Z", "oai_pmh")
    assert record.extra == {}


def test_another_type_keeps_what_its_fields_do_not_take() -> None:
    record = _record(
        _dc("title", "Census"), _dc("creator", "KWS"), _dc("type", "Dataset"), _dc("type", "Text"),
        _dc("date", "who knows"),
        _dc("format", "text/csv"), _dc("coverage", "Atlantis"),
        "<dct:bibliographicCitation>Cite</dct:bibliographicCitation>",
    )  # fmt: skip
    assert record.type == "dataset"
    assert [(agent.role, agent.name["en"]) for agent in record.organizations] == [("creator", "KWS")]
    assert record.extra == {
        "oai_dc": {
            "bibliographicCitation": ["Cite"], "coverage": ["Atlantis"], "date": ["who knows"],
            "format": ["text/csv"], "type": ["Text"],
        }
    }  # fmt: skip


def test_the_sources_country_and_language_stand_in_only_where_the_record_has_none() -> None:
    plain = _record(_dc("title", "Ohne"))
    assert (plain.country_regions, plain.title) == (("KE",), LangText(en="Ohne"))
    own = _record(_dc("title", "Ohne"), _dc("language", "ger"), _dc("coverage", "Uganda"))
    assert (own.country_regions, own.title) == (("UG",), LangText(de="Ohne"))
    nobody = Context("lib", "L", "https://x", None, None, AT)
    assert _record(_dc("title", "?"), context=nobody).title == LangText(und="?")
    assert _record(_dc("title", "?"), _dc("language", "eng"), _dc("language", "fre"), context=nobody).title == LangText(
        und="?"
    )


def test_the_same_identifier_is_the_same_record_and_two_sources_never_share_one() -> None:
    one, again = _record(_dc("title", "A")), _record(_dc("title", "B"))
    other = _record(_dc("title", "A"), context=Context("lib2", "L", "https://x", None, None, AT))
    assert one.id == again.id
    assert one.id != other.id
    assert one.id.startswith("urn:chm:lib:")


def test_qualified_terms_fill_the_element_they_refine() -> None:
    record = _record(_dc("title", "A"), "<dct:abstract>About</dct:abstract>", "<dct:spatial>Uganda</dct:spatial>")
    assert (record.summary, record.country_regions) == (LangText(en="About"), ("UG",))


def test_what_is_no_xml_is_a_problem() -> None:
    parsed = CROSSWALKS["oai_dc"](new_raw("x", b"<dc><title>", format="oai_dc"), CONTEXT)
    assert (parsed.record, [found.code for found in parsed.problems]) == (None, ["XML_SYNTAX"])


@given(st.lists(st.tuples(st.sampled_from(sorted(ELEMENTS)), TEXTS), max_size=12))
def test_any_text_in_any_element_makes_a_record_that_survives_storing(elements: list[tuple[str, str]]) -> None:
    record = _record(*(_dc(name, text) for name, text in elements))
    assert parse_native(dump_native(record)).record == record


def test_a_record_published_by_a_node_comes_back_recognisably() -> None:
    given_record = new_record(
        "event", id="urn:chm:ke:e1", title={"en": "Mangrove day", "fr": "Journée"}, summary={"en": "Come."},
        publisher={"node": "ke", "name": {"en": "Kenya"}}, languages=("en",), country_regions=("KE",),
        gbf_targets=("GBF-TARGET-03",), subjects=("CBD-SUBJECT-AGR",), license="https://creativecommons.org/licenses/by/4.0/",
    )  # fmt: skip
    payload = render(given_record, Address("https://ke.example", "e1", "oai:ke.example:e1"))
    found = CROSSWALKS["oai_dc"](new_raw("oai:ke.example:e1", payload, format="oai_dc"), CONTEXT).record
    assert found is not None
    same = ("type", "title", "summary", "languages", "country_regions", "gbf_targets", "subjects", "license")
    assert {name: getattr(found, name) for name in same} == {name: getattr(given_record, name) for name in same}
    assert found.links[0].url == "https://ke.example/records/e1"
