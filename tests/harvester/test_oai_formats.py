"""The richest metadata format both sides know is found by namespace and by prefix."""

from __future__ import annotations

import pytest
from lxml import etree

from harvester.protocols.oai_formats import Offer, format_of, ranked


def test_formats_are_asked_for_the_richest_first() -> None:
    offered = [Offer(prefix) for prefix in (
        "oai_dc", "qdc", "marc21", "mods", "oai_datacite", "eml", "iso19139", "dcat_ap", "chm", "mets",
    )]  # fmt: skip
    assert list(ranked(tuple(offered))) == [
        "chm", "dcat_ap", "iso19139", "eml", "oai_datacite", "mods", "marc21", "qdc", "oai_dc",
    ]  # fmt: skip


def test_a_namespace_counts_more_than_a_prefix_and_the_usual_prefix_comes_first() -> None:
    offered = (Offer("full", "http://www.loc.gov/mods/v3"), Offer("mods"), Offer("eml", "http://www.loc.gov/MARC21/slim"),
               Offer("x", "http://unknown.example/"), Offer("oai_dc", "wrong"))  # fmt: skip
    assert list(ranked(offered)) == ["mods", "full", "eml", "oai_dc"]


@pytest.mark.parametrize(
    ("prefix", "payload", "expected"),
    [
        ("oai_dc", '<mods xmlns="http://www.loc.gov/mods/v3"/>', "mods"),
        ("oai_dc", '<dc xmlns="http://purl.org/dc/terms/"/>', "oai_dc"),
        ("oai_dc", '<wrong xmlns="http://unknown.example/"/>', "oai_dc"),
        ("xoai", '<metadata xmlns="http://www.lyncode.com/xoai"/>', "dim"),
        ("any", '<mods xmlns="http://www.loc.gov/mods/v3"/>', "mods"),
        ("marc21", "<record/>", "marcxml"),
        ("dcat_ap", '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "dcat_rdf"),
        ("dcterms", '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "qdc"),
        ("eml", '<d:dc xmlns:d="http://www.openarchives.org/OAI/2.0/oai_dc/"/>', "oai_dc"),
        ("mets", "<mets/>", "mets"),
    ],
)
def test_what_a_payload_is_counts_not_what_it_was_called(prefix: str, payload: str, expected: str) -> None:
    assert format_of(prefix, etree.fromstring(payload)) == expected
