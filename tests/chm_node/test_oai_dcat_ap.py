"""What OAI-PMH hands out as dcat_ap is DCAT-AP 3, held against the profile's own shapes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lxml import etree
from published_pages import make_read_side, one_of_each_type
from rdflib import DCAT, DCTERMS, FOAF, RDF, SH, Graph

SHARED = Path(os.environ.get("CHM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
SHAPES = SHARED / "data/conformance/dcat-ap/3.0.1/all/dcat-ap-SHACL.ttl"


@pytest.mark.shared
@pytest.mark.skipif(not SHAPES.exists(), reason="the shapes of DCAT-AP 3.0.1 are not beside the checkout")
def test_the_payload_of_dcat_ap_conforms_to_the_application_profile(sqlite_url: str) -> None:
    from pyshacl import validate

    shapes = Graph().parse(SHAPES, format="turtle")
    for shape, _, member in list(shapes.triples((None, SH.property, None))):
        if shapes.value(member, SH.path) is None:  # 3.0.1 names some shapes it does not contain
            shapes.remove((shape, SH.property, member))
    read_side = make_read_side(sqlite_url)
    read_side.site.publish(one_of_each_type())
    root = etree.fromstring(read_side.get("/oai?verb=ListRecords&metadataPrefix=dcat_ap").content)
    whole, described = Graph(), 0
    for document in root.iterfind(".//{*}metadata/{*}RDF"):
        whole.parse(data=etree.tostring(document), format="xml")
        described += 1
    assert described == 16
    conforms, _, report = validate(whole, shacl_graph=shapes)
    assert conforms, report
    entries = set(whole.subjects(RDF.type, DCAT.CatalogRecord))
    assert len(entries) == 16
    for entry in entries:
        topic, publisher = whole.value(entry, FOAF.primaryTopic), whole.value(entry, DCTERMS.publisher)
        assert whole.value(topic, FOAF.isPrimaryTopicOf) == entry
        assert whole.value(publisher, FOAF.name) is not None and whole.value(entry, DCTERMS.modified) is not None
    whole.remove((None, DCTERMS.modified, None))
    assert not validate(whole, shacl_graph=shapes)[0], "the shapes must miss when an entry changed"
