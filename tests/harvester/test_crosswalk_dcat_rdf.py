"""A dataset in RDF/XML, as OAI-PMH carries it, becomes a record; its triples are those an RDF library reads."""

from __future__ import annotations

import pytest
from lxml import etree
from rdflib import Graph as Independent
from rdflib.compare import isomorphic

from harvester.rdf.graph import dump_triples
from harvester.rdf.xml_triples import to_graph
from tests.harvester.xml_stage import parsed, record

HEAD = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" '
    'xmlns:dct="http://purl.org/dc/terms/" xmlns:foaf="http://xmlns.com/foaf/0.1/" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema#">'
)
DATASET = f"""{HEAD}<dcat:CatalogRecord rdf:about="https://a.example/r/1"><foaf:primaryTopic rdf:resource="https://a.example/1"/>
</dcat:CatalogRecord><dcat:Dataset rdf:about="https://a.example/1"><dct:title xml:lang="en">Peat &amp; cores "A"
and B\\C</dct:title><dct:title xml:lang="fr">Carottes</dct:title><dct:publisher><foaf:Agent foaf:name="Peat Institute"/>
</dct:publisher><dct:issued rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2020-01-02</dct:issued>
<dct:temporal rdf:parseType="Resource"><dcat:startDate>2001</dcat:startDate></dct:temporal>
<dcat:distribution rdf:nodeID="d"/>
</dcat:Dataset><dcat:Distribution rdf:nodeID="d"><dcat:accessURL rdf:resource="/files/1.csv"/>
</dcat:Distribution></rdf:RDF>"""


def test_the_triples_are_those_an_independent_reader_finds() -> None:
    ours, theirs = Independent(), Independent()
    triples = dump_triples(to_graph(etree.fromstring(DATASET), base="https://a.example/oai"))
    ours.parse(data=triples, format="nt")
    theirs.parse(data=DATASET, format="xml", publicID="https://a.example/oai")
    assert len(theirs) > 10
    assert isomorphic(ours, theirs)


def test_the_dataset_of_a_payload_is_the_record() -> None:
    found = record("dcat_rdf", DATASET)
    assert dict(found.title) == {"en": 'Peat & cores "A" and B\\C', "fr": "Carottes"}
    assert found.dates.issued == "2020-01-02"
    assert [each.name["und"] for each in found.organizations] == ["Peat Institute"]
    assert "https://peat.example/files/1.csv" in [link.url for link in found.links]


@pytest.mark.parametrize(
    "payload", [f"{HEAD}</rdf:RDF>", "<html/>", HEAD + "<dct:x>" * 200 + "</dct:x>" * 200 + "</rdf:RDF>"]
)
def test_what_describes_no_dataset_or_is_nested_without_end_is_refused(payload: str) -> None:
    assert [each.code for each in parsed("dcat_rdf", payload).problems] == ["CROSSWALK_FAILED"]
