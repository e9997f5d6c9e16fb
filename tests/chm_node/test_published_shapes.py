"""Pages, sitemap and vocabularies meet the shapes and schemas their readers hold them against."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from lxml import etree
from published_pages import ReadSide, make_read_side, one_of_each_type
from published_site import SITE, sample_record
from rdflib import RDF, SKOS, Graph, Namespace, URIRef
from starlette.testclient import TestClient

from chm_node.publishing.routes import Publishing, pages_for
from chm_node.publishing.search.live import LiveSearch, open_engine
from chm_node.publishing.sitemap_routes import sitemap_router
from vocabularies.concepts import SCHEMES, load_scheme

SHARED = Path(os.environ.get("CHM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
CONFORMANCE = SHARED / "data/conformance"
SCHEMA = Namespace("http://schema.org/")  # as the context of schema.org expands, and the shapes have it

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not CONFORMANCE.is_dir(), reason="the shapes are not beside the checkout (../shared, CHM_SHARED)"
    ),
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # rdflib 7.6 itself
]
PLAIN: dict[str, Any] = {
    "type": "dataset",
    "summary": {"en": "Where the wetlands of Kenya are and how they fare, counted by boat in every season since 2001."},
    "keywords": ({"label": {"en": "wetland"}},),
}
"""What only its owner can say of a dataset: fifty letters and a keyword."""
SHORT: dict[str, Any] = {
    "type": "dataset",
    "subjects": ("CBD-SUBJECT-AGR",),
    "summary": {"en": "Reef <i>maps</i>.", "fr": "Cartes.", "zh": "珊瑚礁地图。", "es": "Mapas. " * 900},
}
"""Summaries too short or too long for a search of datasets, and no keyword."""
DATASET: dict[str, Any] = {
    **PLAIN,
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "temporal": {"start": "2001", "end": "2024"},
    "spatial": {"box": {"west": 33.9, "south": -4.7, "east": 41.9, "north": 5.1}},
    "organizations": ({"name": {"en": "Kenya Wetlands Forum"}, "role": "author"},),
    "links": ({"url": "https://x.example/a.csv", "rel": "data", "mediaType": "text/csv", "name": {"en": "Counts"}},),
    "details": {"doi": "10.5072/wetlands", "citation": "Kenya Wetlands Forum (2024)"},
}


@pytest.fixture(scope="module")
def read_side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadSide]:
    made = make_read_side(f"sqlite:///{tmp_path_factory.mktemp('shapes')}/site.db")
    made.site.publish(
        [
            *one_of_each_type(),
            sample_record("full", **DATASET),
            sample_record("plain", **PLAIN),
            sample_record("short", **SHORT),
        ]
    )
    yield made
    made.site.engine.dispose()


@cache
def shapes(name: str) -> Graph:
    return Graph().parse(CONFORMANCE / name, format="turtle")


def violations(data: Graph, name: str) -> list[str]:
    """Give what breaks a rule that is more than a recommendation."""
    from pyshacl import validate

    _, results, _ = validate(data, shacl_graph=shapes(name))
    sh = Namespace("http://www.w3.org/ns/shacl#")
    broken = results.subjects(sh.resultSeverity, sh.Violation)
    return [f"{results.value(each, sh.resultPath)}: {results.value(each, sh.resultMessage)}" for each in broken]


def as_crawlers_read(document: bytes) -> Graph:
    """Give the statements of a page, with what matters of the context of schema.org put in the place of its name."""
    thing = orjson.loads(document)
    assert thing["@context"] == "https://schema.org/"
    coerced = {name: {"@type": "@id"} for name in ("license", "url", "contentUrl", "sameAs", "inDefinedTermSet")}
    thing["@context"] = {"@vocab": str(SCHEMA), **coerced}
    return Graph().parse(data=orjson.dumps(thing), format="json-ld")


@pytest.mark.parametrize("name", ["schema-org/googleRequired.ttl", "schema-org/soso_common_v1.2.3.ttl"])
@pytest.mark.parametrize("local_id", ["full", "plain", "short"])
def test_the_page_of_a_dataset_has_what_dataset_search_asks_for(read_side: ReadSide, local_id: str, name: str) -> None:
    graph = as_crawlers_read(read_side.get(f"/records/{local_id}.jsonld").content)
    assert violations(graph, name) == []
    subject = URIRef(f"http://chm.example.org/records/{local_id}")
    assert (subject, SCHEMA.name, None) in graph
    graph.remove((None, SCHEMA.name, None))
    assert violations(graph, name), "the shapes must miss a name"


def test_a_description_that_was_lengthened_has_the_summary_itself_beside_it(read_side: ReadSide) -> None:
    thing = orjson.loads(read_side.get("/records/short.jsonld").content)
    own = {text["@language"]: text["@value"] for text in thing["abstract"]}
    shown = {text["@language"]: text["@value"] for text in thing["description"]}
    assert own == {"en": "Reef  maps .", "fr": "Cartes.", "zh": "珊瑚礁地图。", "es": SHORT["summary"]["es"]}
    assert shown["fr"].startswith("Cartes. · Inventaire des zones humides") and len(shown["es"]) <= 5000
    assert "abstract" not in orjson.loads(read_side.get("/records/full.jsonld").content)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_vocabulary_meets_the_conditions_of_skos(read_side: ReadSide, scheme: str) -> None:
    graph = Graph().parse(data=read_side.get(f"/vocabularies/{scheme}", accept="text/turtle").content, format="turtle")
    known = {concept.uri for each in SCHEMES for concept in load_scheme(each).concepts.values()}
    for value in [value for value in graph.objects() if str(value) in known]:
        graph.add((value, RDF.type, SKOS.Concept))  # a term of another vocabulary here, described under its own
    assert violations(graph, "skos/skos.shacl.ttl") == []


def test_the_sitemap_and_its_index_are_valid(read_side: ReadSide) -> None:
    catalogue = read_side.site.catalogue
    publishing = Publishing(catalogue, LiveSearch(catalogue, open_engine(None, "ke")), pages_for(SITE))
    app = FastAPI()
    app.include_router(sitemap_router(publishing, size=5))
    small = TestClient(app)
    for document, name in (
        (read_side.get("/sitemap.xml").content, "sitemap-0.9.xsd"),
        (small.get("/sitemap.xml").content, "siteindex-0.9.xsd"),
        (small.get("/sitemap-2.xml").content, "sitemap-0.9.xsd"),
    ):
        etree.XMLSchema(etree.parse(CONFORMANCE / "sitemap" / name)).assertValid(etree.fromstring(document))
