"""Foreign RDF is parsed by a process that opens nothing, takes its time and memory only, and answers in triples."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.errors import AnswerForbidden, AnswerUnreadable, ContextRefused
from harvester.rdf.contexts import ContextRefused as Unknown
from harvester.rdf.contexts import find_context, with_bundled_contexts
from harvester.rdf.graph import Graph, Literal, describe, dump_triples, find_literal, parse_triples
from harvester.rdf.limits import TOO_LONG, RdfLimits
from harvester.rdf.reading import RdfReader
from harvester.testing import serve_recorded
from vocabularies import namespaces as ns

URL = "https://data.example/page"
SMALL = RdfLimits(triples=50, literal_bytes=100, cpu_s=1, wall_s=20, memory_bytes=400 * 1024 * 1024)


@pytest.fixture(name="reader", scope="module")
def one_reader() -> Iterator[RdfReader]:
    with RdfReader(SMALL) as reader:
        yield reader


def turtle(reader: RdfReader, text: str) -> Graph:
    return reader.read(text.encode(), "turtle", url=URL).graph


def test_relative_addresses_are_completed_and_spaces_in_them_escaped(reader: RdfReader) -> None:
    graph = turtle(reader, "<> <p> <a b>, <#c> .")
    assert graph.values(f"<{URL}>", "https://data.example/p") == ["<https://data.example/a%20b>", f"<{URL}#c>"]


def test_texts_come_back_as_they_were_written(reader: RdfReader) -> None:
    text = 'quotes " and \\ slashes\nnew lines, tabs\t, العربية, \U0001f33f'
    graph = turtle(
        reader,
        f'<s> <p> {orjson.dumps(text).decode()}@en, "2024-13-99"^^<urn:date>, "x"^^<{ns.XSD}string> .',
    )
    found = [find_literal(value) for value in graph.values("<https://data.example/s>", "https://data.example/p")]
    assert found == [Literal(text, "en"), Literal("2024-13-99", None, "urn:date"), Literal("x")]


def test_one_process_reads_document_after_document(reader: RdfReader) -> None:
    turtle(reader, "<a> <b> <c> .")
    first = reader.pid
    with pytest.raises(AnswerUnreadable):
        turtle(reader, "<a> <b> ")
    turtle(reader, "<a> <b> <d> .")
    assert reader.pid == first


@pytest.mark.parametrize("place", ["top", "list", "term", "import"])
def test_no_context_is_ever_fetched(reader: RdfReader, place: str) -> None:
    with serve_recorded({"/ctx": b'{"@context":{}}'}) as server:
        address = f"{server.url}/ctx"
        context = {
            "top": address,
            "list": [{"a": "urn:a"}, address],
            "term": {"a": {"@id": "urn:a", "@context": {"b": {"@id": "urn:b", "@context": address}}}},
            "import": {"@version": 1.1, "@import": address},
        }[place]
        with pytest.raises(ContextRefused, match="/ctx"):
            reader.read(orjson.dumps({"@context": context, "@id": "urn:x", "a": {}}), "json-ld", url=URL)
        assert server.requests == []


def test_no_file_is_ever_opened(reader: RdfReader) -> None:
    with pytest.raises(ContextRefused):
        reader.read(b'{"@context":"file:///etc/hostname","@id":"urn:x"}', "json-ld", url=URL)
    with pytest.raises(AnswerForbidden):
        reader.read(b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]><RDF>&e;</RDF>', "xml", url=URL)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<a> <b> " + ", ".join(f"<c{number}>" for number in range(60)) + " .", "more than 50 triples"),
        ("<a> <b> " + "[ <b> " * 5000 + "<c>" + " ]" * 5000 + " .", "nested too deeply"),
        ("<a> <b> <c>", "breaks off|Bad syntax|expected"),
        ("nonsense", "Bad syntax"),
    ],
)
def test_a_document_beyond_the_limits_is_refused_with_the_reason(reader: RdfReader, text: str, words: str) -> None:
    with pytest.raises(AnswerUnreadable, match=words):
        turtle(reader, text)
    assert turtle(reader, "<a> <b> <c> .")


def test_a_document_that_takes_too_long_costs_the_process_and_not_the_reader() -> None:
    limits = RdfLimits(wall_s=0.5)
    with RdfReader(limits) as reader:
        first = (turtle(reader, "<a> <b> <c> ."), reader.pid)[1]
        with pytest.raises(AnswerUnreadable, match="more time or memory than allowed"):
            turtle(reader, "".join(f'<a{number}> <b> "text" .\n' for number in range(300_000)))
        assert turtle(reader, "<a> <b> <c> .")
        assert reader.pid != first


def test_a_document_that_takes_too_much_processor_time_is_left() -> None:
    with RdfReader(RdfLimits(cpu_s=1)) as reader, pytest.raises(AnswerUnreadable, match="more time or memory"):
        turtle(reader, "".join(f'<a{number}> <b> "text" .\n' for number in range(400_000)))


def test_the_process_ends_with_its_reader() -> None:
    with RdfReader() as reader:
        turtle(reader, "<a> <b> <c> .")
        pid = reader.pid
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_process_knows_nothing_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHM_SECRET", "do not tell")
    with RdfReader() as reader:
        turtle(reader, "<a> <b> <c> .")
        assert b"CHM_SECRET" not in Path(f"/proc/{reader.pid}/environ").read_bytes()


def test_a_text_that_is_too_long_is_marked(reader: RdfReader) -> None:
    [value] = turtle(reader, f'<a> <b> "{"x" * 101}" .').values("<https://data.example/a>", "https://data.example/b")
    assert find_literal(value) == Literal("101", None, TOO_LONG)


def test_bytes_that_are_not_utf_8_are_told(reader: RdfReader) -> None:
    reading = reader.read(b'<a> <b> "caf\xe9" .', "turtle", url=URL)
    assert reading.lost_letters
    assert reading.repairs == ("1 places were not UTF-8",)


def test_known_contexts_are_written_out_and_others_refused() -> None:
    assert find_context("http://schema.org") == find_context("https://schema.org/")
    assert find_context("https://schema.org.evil.example/") is None
    document = with_bundled_contexts({"@context": ["https://schema.org/", {"x": "urn:x"}], "name": "n"})
    assert document["@context"][0]["@vocab"] == "http://schema.org/"
    with pytest.raises(Unknown, match="urn:ctx"):
        with_bundled_contexts({"@graph": [{"@context": "urn:ctx"}]})


def test_a_dcat_ap_document_by_its_published_context_is_read(reader: RdfReader) -> None:
    context = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/context/dcat-ap.jsonld"
    body = {"@context": context, "@id": "urn:d", "@type": "Dataset", "title": "T", "publisher": {"@id": "urn:p"}}
    graph = reader.read(orjson.dumps(body), "json-ld", url=URL).graph
    assert graph.types("<urn:d>") == {"http://www.w3.org/ns/dcat#Dataset"}
    assert graph.values("<urn:d>", "http://purl.org/dc/terms/publisher") == ["<urn:p>"]


NODES = ["<urn:a>", "_:x", "_:y", "_:z"]
TRIPLES = st.lists(
    st.tuples(st.sampled_from(NODES), st.sampled_from(["<urn:p>", "<urn:q>"]), st.sampled_from([*NODES, '"t"@en'])),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(TRIPLES, st.randoms(use_true_random=False))
def test_the_bytes_of_a_graph_do_not_depend_on_order_and_labels(
    triples: list[tuple[str, str, str]], chance: random.Random
) -> None:
    labels = ["_:l1", "_:l2", "_:l3"]
    chance.shuffle(labels)
    names = dict(zip(NODES[1:], labels, strict=True))
    renamed = [(names.get(s, s), p, names.get(o, o)) for s, p, o in triples]
    chance.shuffle(renamed)
    payload = dump_triples(Graph(triples))
    assert payload == dump_triples(Graph(renamed))
    assert dump_triples(parse_triples(payload)) == dump_triples(parse_triples(dump_triples(parse_triples(payload))))


def test_blank_nodes_that_differ_stay_apart() -> None:
    graph = Graph([("<a>", "<p>", "_:x"), ("<a>", "<p>", "_:y"), ("_:x", "<q>", '"1"'), ("_:y", "<q>", '"2"')])
    assert len(set(re.findall(rb"_:b[0-9a-f]+", dump_triples(graph)))) == 2


def test_a_description_ends_at_what_stands_alone() -> None:
    graph = Graph(
        [
            ("<a>", "<p>", "<b>"), ("<b>", "<p>", "<c>"), ("<b>", "<blind>", "<d>"), ("<c>", "<p>", "<a>"),
            ("<d>", "<p>", "<a>"), ("<c>", "<p>", "<left>"), ("<left>", "<p>", "<e>"),
        ]
    )  # fmt: skip
    found = describe(graph, "<a>", leave={"<left>"}, blind={"<blind>"})
    assert set(found.subjects()) == {"<a>", "<b>", "<c>"}
