"""Every kind of response is valid against the protocol's own schemas, kept beside the checkout."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import etree
from published_site import SITE, make_site, sample_record

from chm_node.publishing.oai_pmh.routes import oai_router
from vocabularies.formats.chm_schema import chm_xsd
from vocabularies.formats.rdf_schema import RDF_XSD

SHARED = Path(os.environ.get("CHM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
SCHEMAS = SHARED / "data" / "conformance" / "oai-pmh"
LOCAL = {
    "http://www.w3.org/2001/03/xml.xsd": "xml.xsd",
    "http://www.w3.org/2001/xml.xsd": "xml.xsd",
    "http://dublincore.org/schemas/xmls/simpledc20021212.xsd": "simpledc20021212.xsd",
}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not SCHEMAS.is_dir(), reason="the reference schemas are not beside the checkout (../shared, CHM_SHARED)"
    ),
]


class LocalSchemas(etree.Resolver):
    def resolve(self, url: str, pubid: str | None, context: object) -> object:
        return self.resolve_filename(str(SCHEMAS / LOCAL[url]), context) if url in LOCAL else None


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """The protocol's schemas and our own, joined so that metadata is checked strictly."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(LocalSchemas())
    joined = etree.parse(SCHEMAS / "all.xsd", parser)
    folder = tmp_path_factory.mktemp("xsd")
    imports = [SHARED / "data" / "conformance" / "eml-2.2.0" / "eml.xsd"]
    for name, document in (("chm.xsd", chm_xsd()), ("dcat_ap.xsd", RDF_XSD)):
        (folder / name).write_bytes(document)
        imports.append(folder / name)
    for path in imports:
        namespace = str(etree.parse(path).getroot().get("targetNamespace"))
        given = {"namespace": namespace, "schemaLocation": str(path)}
        etree.SubElement(joined.getroot(), "{http://www.w3.org/2001/XMLSchema}import", given)
    return etree.XMLSchema(joined)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    site = make_site(f"sqlite:///{tmp_path_factory.mktemp('site')}/site.db", replace(SITE, page_size=3))
    types = ("event", "news", "resource", "dataset", "organization", "legalInstrument", "need", "offer")
    site.publish([sample_record(f"r{n}", type=types[n % len(types)]) for n in range(8)])
    site.withdraw("r1")
    app = FastAPI()
    app.include_router(oai_router(site.catalogue))
    yield TestClient(app)
    site.engine.dispose()


@pytest.mark.parametrize(
    "query",
    [
        "verb=Identify",
        "verb=ListMetadataFormats",
        "verb=ListMetadataFormats&identifier=oai:chm.example.org:r1",
        "verb=ListSets",
        "verb=ListIdentifiers&metadataPrefix=oai_dc",
        "verb=ListRecords&metadataPrefix=oai_dc",
        "verb=ListRecords&metadataPrefix=chm",
        "verb=ListRecords&metadataPrefix=oai_dc&set=type:event&from=2026-01-01",
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:chm.example.org:r1",
        "verb=GetRecord&metadataPrefix=chm&identifier=oai:chm.example.org:r2",
        "verb=GetRecord&metadataPrefix=dcat_ap&identifier=oai:chm.example.org:r2",
        "verb=GetRecord&metadataPrefix=eml&identifier=oai:chm.example.org:r3",
        "verb=GetRecord&metadataPrefix=eml&identifier=oai:chm.example.org:r2",
        "",
        "verb=<x>",
        "verb=ListRecords",
        "verb=ListRecords&metadataPrefix=mods",
        "verb=ListRecords&metadataPrefix=oai_dc&set=none",
        "verb=ListRecords&resumptionToken=junk",
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=invalid%22id",
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=%3Cx%3E",
        "verb=ListSets&resumptionToken=junk",
    ],
)
def test_a_response_is_valid(client: TestClient, schema: etree.XMLSchema, query: str) -> None:
    schema.assertValid(etree.fromstring(client.get(f"/oai?{query}").content))


@pytest.mark.parametrize(("prefix", "expected"), [("oai_dc", 3), ("chm", 3), ("dcat_ap", 3), ("eml", 1)])
def test_every_page_of_a_walk_is_valid(client: TestClient, schema: etree.XMLSchema, prefix: str, expected: int) -> None:
    query, pages = f"metadataPrefix={prefix}", 0
    while query:
        root = etree.fromstring(client.get(f"/oai?verb=ListRecords&{query}").content)
        schema.assertValid(root)
        token = root.findtext(".//{*}resumptionToken")
        query, pages = (f"resumptionToken={token}" if token else ""), pages + 1
    assert pages == expected
