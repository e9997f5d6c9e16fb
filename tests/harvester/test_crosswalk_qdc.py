"""Qualified Dublin Core becomes records."""

from __future__ import annotations

from tests.harvester.xml_stage import record

OPEN = (
    '<qdc:qualifieddc xmlns:qdc="http://dspace.org/qualifieddc/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/"><dc:title xml:lang="en">Mires</dc:title>'
)


def qdc(inner: str) -> str:
    return f"{OPEN}{inner}</qdc:qualifieddc>"


def test_each_date_goes_to_its_own_field_and_the_rest_is_kept() -> None:
    found = record(
        "qdc",
        qdc("""<dcterms:issued>2001</dcterms:issued><dcterms:created>1999-02</dcterms:created>
        <dcterms:modified>2002-03-04</dcterms:modified><dcterms:dateAccepted>2000</dcterms:dateAccepted>
        <dcterms:available>2001-05-06</dcterms:available>"""),
    )
    assert (found.dates.issued, found.dates.created, found.dates.modified) == ("2001", "1999-02", "2002-03-04")
    assert found.extra["qdc"] == {"available": ["2001-05-06"], "dateAccepted": ["2000"]}


def test_refinements_are_read_as_what_they_refine() -> None:
    found = record(
        "qdc",
        qdc("""<dcterms:abstract>Of peat.</dcterms:abstract><dcterms:spatial>Kenya</dcterms:spatial>
        <dcterms:temporal>1990/2000</dcterms:temporal><dcterms:isPartOf>https://a.example/whole</dcterms:isPartOf>
        <dcterms:license>https://creativecommons.org/licenses/by/4.0/</dcterms:license>
        <dcterms:extent>12 pages</dcterms:extent>
        <dcterms:bibliographicCitation>Mires 1</dcterms:bibliographicCitation>"""),
    )
    assert found.summary["und"] == "Of peat."
    assert found.country_regions == ("KE",)
    assert found.temporal is not None and found.temporal.start == "1990"
    assert [(each.type, each.target) for each in found.relations] == [("isPartOf", "https://a.example/whole")]
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    assert found.details.pages == "12 pages"  # type: ignore[attr-defined]
    assert found.extra["qdc"] == {"citation": ["Mires 1"]}


def test_terms_inside_a_description_belong_to_the_whole_and_the_page_is_the_first_address() -> None:
    found = record("qdc", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
                          'xmlns:d="http://purl.org/dc/terms/"><rdf:Description><d:title>Mires</d:title>'
                          "<d:identifier>https://a.example/1</d:identifier></rdf:Description></rdf:RDF>")  # fmt: skip
    assert found.title["und"] == "Mires"
    assert [(link.url, link.rel) for link in found.links] == [("https://a.example/1", "landing")]
