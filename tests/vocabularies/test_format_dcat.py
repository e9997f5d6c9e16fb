"""DCAT says the same in its three spellings, and what the application profile asks for."""

import os
from pathlib import Path

import pytest
from format_samples import ADDRESS, bare_record, full_record, records
from hypothesis import given, settings
from rdflib import FOAF, RDF, BNode, Graph, URIRef
from rdflib import SH as SHACL
from rdflib.compare import graph_diff, to_isomorphic

from vocabularies import namespaces as ns
from vocabularies.formats.address import Address
from vocabularies.formats.dcat import CatalogueHead, dump_catalogue, render_jsonld, render_rdfxml, render_turtle
from vocabularies.record import RECORD_TYPES
from vocabularies.text import LangText

# rdflib 7.6 warns of its own JSON-LD parser
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

RENDERS = {"jsonld": render_jsonld, "ttl": render_turtle, "rdf": render_rdfxml}
PARSERS = {"jsonld": "json-ld", "ttl": "turtle", "rdf": "xml"}
SHARED = Path(os.environ.get("CHM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
SHAPES = SHARED / "data/conformance/dcat-ap/3.0.1/all/dcat-ap-SHACL.ttl"
DCT, DCAT, HYDRA = (lambda name, space=space: URIRef(space + name) for space in (ns.DCTERMS, ns.DCAT, ns.HYDRA))
SUBJECT = URIRef(ADDRESS.record_url)
DATASET = {"doi": "10.5/x", "citation": "Lamu Trust (2023)"}

HEAD = CatalogueHead(
    iri="https://ke.chm.example/catalog",
    title=LangText(en="Kenya CHM", fr="CHM du Kenya"),
    description=LangText(en="Everything the node publishes"),
    publisher_iri="urn:chm:ke",
    publisher_name=LangText(en="Kenya CHM"),
    page_url="https://ke.chm.example/catalog.ttl?page=2",
    total=230,
    page_size=100,
    first_url="https://ke.chm.example/catalog.ttl?page=1",
    last_url="https://ke.chm.example/catalog.ttl?page=3",
    next_url="https://ke.chm.example/catalog.ttl?page=3",
    previous_url="https://ke.chm.example/catalog.ttl?page=1",
    languages=("en", "fr"),
    licence="https://creativecommons.org/licenses/by/4.0/",
    homepage="https://ke.chm.example/",
)


def graph_of(payload, syntax):
    return Graph().parse(data=payload, format=PARSERS[syntax])


def described(record, syntax="ttl"):
    return graph_of(RENDERS[syntax](record, ADDRESS), syntax)


def assert_same(one, other):
    _, left, right = graph_diff(one, other)
    assert to_isomorphic(one) == to_isomorphic(other), f"only left: {list(left)[:5]}\nonly right: {list(right)[:5]}"


@given(records())
@settings(max_examples=60, deadline=None)
def test_the_three_spellings_are_one_graph_without_blank_nodes(record):
    graphs = [described(record, syntax) for syntax in RENDERS]
    assert_same(graphs[0], graphs[1])
    assert_same(graphs[1], graphs[2])
    assert not [term for triple in graphs[0] for term in triple if isinstance(term, BNode)]


@pytest.mark.parametrize("record_type", RECORD_TYPES)
def test_every_type_reads_alike_in_the_three_spellings(record_type):
    record = full_record(record_type)
    assert_same(described(record, "jsonld"), described(record, "rdf"))


def test_awkward_text_survives_each_spelling():
    text = 'a "b" \\ <c> & \r\n\t \u2028 ]]> \'\'\' """ @en ^^x'
    for syntax in RENDERS:
        found = described(bare_record(title={"en": text}), syntax).value(SUBJECT, DCT("title"))
        assert (str(found), found.language) == (text, "en")


@pytest.mark.parametrize(
    ("record_type", "details", "expected"),
    [
        ("dataset", {}, ns.DCAT + "Dataset"),
        ("service", {"url": "https://api.example/"}, ns.DCAT + "DataService"),
        ("service", {}, ns.DCAT + "Resource"),
        ("organization", {}, ns.FOAF + "Agent"),
        ("news", {}, ns.DCAT + "Resource"),
    ],
)
def test_the_class_follows_the_type(record_type, details, expected):
    graph = described(bare_record(record_type, details=details))
    assert URIRef(expected) in set(graph.objects(SUBJECT, RDF.type))


@pytest.mark.parametrize(
    ("written", "datatype"),
    [("2024", "gYear"), ("2024-02", "gYearMonth"), ("2024-02-29", "date"), ("2024-02-29T10:00:00Z", "dateTime")],
)
def test_a_date_has_the_type_of_its_precision(written, datatype):
    graph = described(bare_record(dates={"modified": written}))
    found = graph.value(SUBJECT, DCT("modified"))
    assert str(found).replace("+00:00", "Z") == written  # rdflib spells the zone of what it read anew
    assert str(found.datatype) == ns.XSD + datatype


def test_an_address_that_looks_like_a_prefixed_name_is_left_out():
    record = bare_record(relations=[{"type": "related", "target": "dct:title"}], links=[{"url": "adms:x"}])
    assert "dct:title" not in {str(found) for found in described(record, "jsonld").objects()}


def test_a_catalogue_page_names_its_members_and_its_neighbours_in_both_generations():
    page = URIRef(HEAD.page_url)
    found = [
        full_record("dataset"),
        full_record("service", details={"url": "https://api.example/"}),
        full_record("news"),
    ]
    graphs = {}
    for syntax, render in RENDERS.items():
        addresses = [Address(ADDRESS.base_url, f"b{n}&x", "oai:x") for n in range(len(found))]
        fragments = [render(record, address) for record, address in zip(found, addresses, strict=True)]
        graphs[syntax] = graph_of(dump_catalogue(fragments, HEAD, syntax), syntax)
    assert_same(graphs["jsonld"], graphs["ttl"])
    assert_same(graphs["ttl"], graphs["rdf"])
    graph, catalogue = graphs["ttl"], URIRef(HEAD.iri)
    assert str(graph.value(catalogue, DCAT("dataset"))) == "https://ke.chm.example/records/b0&x"
    assert str(graph.value(catalogue, DCAT("service"))) == "https://ke.chm.example/records/b1&x"
    assert str(graph.value(catalogue, DCAT("resource"))) == "https://ke.chm.example/records/b2&x"
    assert {HYDRA("PagedCollection"), HYDRA("PartialCollectionView")} == set(graph.objects(page, RDF.type))
    assert graph.value(page, HYDRA("next")) == graph.value(page, HYDRA("nextPage")) == URIRef(HEAD.next_url)
    assert int(graph.value(page, HYDRA("totalItems"))) == 230


@pytest.mark.parametrize("syntax", RENDERS)
def test_a_page_without_records_is_still_a_catalogue(syntax):
    graph = graph_of(dump_catalogue([], HEAD, syntax), syntax)
    assert URIRef(ns.DCAT + "Catalog") in set(graph.objects(URIRef(HEAD.iri), RDF.type))


def test_a_foreign_fragment_is_refused():
    with pytest.raises(ValueError, match="not a fragment"):
        dump_catalogue([b"<a> <b> <c> ."], HEAD, "ttl")


def load_shapes():
    """Read the published shapes without references to shapes they do not contain (3.0.1 has some)."""
    shapes = Graph().parse(SHAPES, format="turtle")
    for shape, _, member in list(shapes.triples((None, SHACL.property, None))):
        if shapes.value(member, SHACL.path) is None:
            shapes.remove((shape, SHACL.property, member))
    return shapes


@pytest.mark.shared
@pytest.mark.skipif(not SHAPES.exists(), reason="the shapes of DCAT-AP 3.0.1 are not beside the checkout")
def test_a_catalogue_page_conforms_to_the_application_profile():
    from pyshacl import validate

    fragments = []
    for number, record_type in enumerate(RECORD_TYPES):
        address = Address(ADDRESS.base_url, f"t{number}", "oai:x")
        details = {"dataset": DATASET, "service": {"url": "https://api.example/"}}.get(record_type, {})
        fragments += [render_turtle(full_record(record_type, details=details), address)]
        fragments += [render_turtle(bare_record(record_type), Address(ADDRESS.base_url, f"u{number}", "oai:x"))]
    for name, record_type, subtype in (("v", "organization", "network"), ("w", "focalPoint", "nationalFocalPoint")):
        record = bare_record(record_type).model_copy(update={"subtype": subtype})
        fragments += [render_turtle(record, Address(ADDRESS.base_url, name, "oai:x"))]
    graph = graph_of(dump_catalogue(fragments, HEAD, "ttl"), "ttl")
    conforms, _, report = validate(graph, shacl_graph=load_shapes())
    assert conforms, report
    graph.remove((URIRef(f"{ADDRESS.base_url}/records/t{RECORD_TYPES.index('dataset')}"), DCT("title"), None))
    assert not validate(graph, shacl_graph=load_shapes())[0], "the shapes must miss a title"


@pytest.mark.parametrize("syntax", RENDERS)
def test_every_record_has_an_entry_that_says_who_catalogued_it_and_when(syntax):
    dates = {"published": "2024-02-29", "modified": "2024-03-01"}
    graph = graph_of(RENDERS[syntax](full_record("dataset", dates=dates), ADDRESS), syntax)
    entry, record = URIRef(f"{ADDRESS.record_url}#record"), URIRef(ADDRESS.record_url)
    assert graph.value(record, FOAF.isPrimaryTopicOf) == entry and graph.value(entry, FOAF.primaryTopic) == record
    assert (entry, RDF.type, DCAT("CatalogRecord")) in graph
    assert (str(graph.value(entry, DCT("issued"))), str(graph.value(entry, DCT("modified")))) == tuple(dates.values())
    assert graph.value(entry, DCT("publisher")) == graph.value(record, DCT("publisher"))


@pytest.mark.parametrize("syntax", RENDERS)
def test_a_catalogue_names_the_entries_there_are_and_no_other(syntax):
    fragments = [RENDERS[syntax](record, ADDRESS) for record in (full_record("news"), bare_record("news"))]
    for fragment, number in zip(fragments, (1, 0), strict=True):
        graph = graph_of(dump_catalogue([fragment], HEAD, syntax), syntax)
        entries = list(graph.objects(None, DCAT("record")))
        assert len(entries) == number and all((entry, RDF.type, DCAT("CatalogRecord")) in graph for entry in entries)
