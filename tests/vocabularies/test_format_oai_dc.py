"""oai_dc says what Dublin Core can say, and nothing a record keeps to itself."""

from format_samples import ADDRESS, bare_record, full_record, records
from hypothesis import given, settings
from lxml import etree

from vocabularies import namespaces as ns
from vocabularies.formats.oai_dc import render

ELEMENTS = {
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
    "source", "language", "relation", "coverage", "rights",
}  # fmt: skip


def values(payload: bytes, element: str) -> list[tuple[str | None, str]]:
    root = etree.fromstring(payload)
    return [(child.get(f"{{{ns.XML}}}lang"), child.text or "") for child in root.findall(f"{{{ns.DC}}}{element}")]


@given(records())
@settings(max_examples=60, deadline=None)
def test_any_record_gives_only_the_fifteen_elements(record):
    root = etree.fromstring(render(record, ADDRESS))
    assert {etree.QName(child).namespace for child in root} == {ns.DC}
    assert {etree.QName(child).localname for child in root} <= ELEMENTS
    assert not any(len(child) for child in root)


def test_the_schema_location_names_the_official_schema():
    root = etree.fromstring(render(bare_record(), ADDRESS))
    assert root.get(f"{{{ns.XSI}}}schemaLocation") == f"{ns.OAI_DC} {ns.OAI_DC_XSD}"


def test_each_language_of_a_title_has_its_own_element():
    assert values(render(full_record(), ADDRESS), "title") == [
        ("ar", "استعادة أشجار المانغروف"),
        ("en", "Restoring mangroves & reefs"),
        ("fr", "Restaurer <les> mangroves"),
    ]


def test_a_text_whose_language_nobody_stated_bears_no_language():
    assert values(render(bare_record(title={"und": "Mystery"}), ADDRESS), "title") == [(None, "Mystery")]


def test_identifiers_are_the_page_the_urn_and_the_doi_as_an_address():
    found = [text for _, text in values(render(full_record(), ADDRESS), "identifier")]
    assert found[:3] == ["https://ke.chm.example/records/b1", "urn:chm:ke:b1", "https://doi.org/10.1234/abc"]


def test_subjects_and_countries_are_labelled_in_english_and_the_languages_of_the_title():
    payload = render(full_record(), ADDRESS)
    assert ("fr", "Vie aquatique") in values(payload, "subject")
    assert ("en", "Kenya") in values(payload, "coverage")
    assert not [text for tag, text in values(payload, "subject") if tag == "ru"]


def test_an_unknown_term_is_written_as_it_stands():
    assert (None, "MADE-UP") in values(render(bare_record(subjects=["MADE-UP"]), ADDRESS), "subject")


def test_a_relation_to_a_record_of_the_same_node_points_to_its_page():
    assert (None, "https://ke.chm.example/records/p9") in values(render(full_record(), ADDRESS), "relation")


def test_a_script_address_is_never_written():
    record = bare_record(links=[{"url": "javascript:alert(1)", "rel": "landing"}, {"url": "JavaScript:alert(2)"}])
    assert b"alert" not in render(record, ADDRESS)


def test_an_unofficial_label_is_never_given_out_as_the_name_of_a_term() -> None:
    record = bare_record(title={"fr": "Zones humides"}, treaties=["cbd"])
    assert ("en", "Convention on Biological Diversity") in values(render(record, ADDRESS), "subject")
    assert "Convention sur la diversité biologique" not in [
        text for _, text in values(render(record, ADDRESS), "subject")
    ]
