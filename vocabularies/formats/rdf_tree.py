"""A small tree of RDF statements without blank nodes, spelt as JSON-LD, Turtle and RDF/XML; knows no record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal as OneOf
from typing import NamedTuple

from vocabularies import namespaces as ns
from vocabularies.formats.markup import language_attribute, xml_attribute, xml_text
from vocabularies.text import UNDETERMINED

Syntax = OneOf["jsonld", "ttl", "rdf"]

PREFIXES: Mapping[str, str] = {
    "adms": ns.ADMS,
    "dcat": ns.DCAT,
    "dct": ns.DCTERMS,
    "foaf": ns.FOAF,
    "gsp": ns.GEOSPARQL,
    "hydra": ns.HYDRA,
    "owl": ns.OWL,
    "prov": ns.PROV,
    "rdf": ns.RDF,
    "rdfs": ns.RDFS,
    "schema": ns.SCHEMA_ORG,
    "skos": ns.SKOS,
    "spdx": ns.SPDX,
    "vcard": ns.VCARD,
    "xsd": ns.XSD,
}
"""The prefixes of every name in a tree; the three spellings declare exactly these."""


class IRI(NamedTuple):
    """A thing named and not described."""

    value: str


class Literal(NamedTuple):
    """A value: with a language (``und`` for none) or with a datatype as a prefixed name."""

    text: str
    language: str = UNDETERMINED
    datatype: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A thing described: classes and predicates are prefixed names. A ``shared`` node is spelt once a process."""

    iri: str
    types: tuple[str, ...]
    properties: tuple[tuple[str, tuple[Value, ...]], ...] = ()
    shared: bool = False


Value = IRI | Literal | Node

_json = json.JSONEncoder(ensure_ascii=False).encode

JSONLD_HEAD = b'{"@context":' + json.dumps(PREFIXES, separators=(",", ":")).encode() + b","
TURTLE_HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()).encode()
RDFXML_HEAD = ("<rdf:RDF" + "".join(f' xmlns:{prefix}="{iri}"' for prefix, iri in PREFIXES.items()) + ">").encode()
RDFXML_TAIL = b"</rdf:RDF>"


def dump_tree(root: Node, syntax: Syntax) -> bytes:
    """Write the tree as a complete JSON-LD object, Turtle document or ``rdf:RDF`` element (no prolog)."""
    return join_trees([dump_inner(root, syntax)], syntax)


def dump_inner(root: Node, syntax: Syntax) -> bytes:
    """Write the tree without what a document declares once."""
    return _WRITERS[syntax](root).encode()


def inner_of(fragment: bytes, syntax: Syntax) -> bytes:
    """Give what ``dump_tree`` wrapped."""
    if syntax == "jsonld":
        return b"{" + fragment.removeprefix(JSONLD_HEAD)
    if syntax == "ttl":
        return fragment.removeprefix(TURTLE_HEAD)
    return fragment.removeprefix(RDFXML_HEAD).removesuffix(RDFXML_TAIL)


def join_trees(inner: Iterable[bytes], syntax: Syntax) -> bytes:
    """Give one document of several trees written by ``dump_inner``."""
    if syntax == "ttl":
        return TURTLE_HEAD + b"".join(inner)
    if syntax == "rdf":
        return RDFXML_HEAD + b"".join(inner) + RDFXML_TAIL
    members = list(inner)
    if len(members) == 1:
        return JSONLD_HEAD + members[0][1:]
    return JSONLD_HEAD + b'"@graph":[' + b",".join(members) + b"]}"


def _jsonld(node: Node) -> str:
    return _shared_jsonld(node) if node.shared else _jsonld_object(node)


def _jsonld_object(node: Node) -> str:
    out = [f'{{"@id":{_json(node.iri)}']
    if node.types:
        out.append(',"@type":["' + '","'.join(node.types) + '"]')
    for predicate, values in node.properties:
        out.append(f',"{predicate}":[{",".join([_jsonld_value(value) for value in values])}]')
    out.append("}")
    return "".join(out)


def _jsonld_value(value: Value) -> str:
    if isinstance(value, Node):
        return _jsonld(value)
    if isinstance(value, IRI):
        return f'{{"@id":{_json(value.value)}}}'
    if value.datatype:
        return f'{{"@type":"{value.datatype}","@value":{_json(value.text)}}}'
    if value.language == UNDETERMINED:
        return _json(value.text)
    return f'{{"@language":"{value.language}","@value":{_json(value.text)}}}'


def _turtle(node: Node) -> str:
    return _shared_turtle(node) if node.shared else _turtle_block(node)


def _turtle_block(node: Node) -> str:
    lines = [f"a {', '.join(node.types)}"] if node.types else []
    below: list[str] = []
    for predicate, values in node.properties:
        lines.append(f"{predicate} {', '.join([_turtle_value(value, below) for value in values])}")
    block = f"<{node.iri}> " + " ;\n    ".join(lines) + " .\n" if lines else ""
    return block + "".join(below)


def _turtle_value(value: Value, below: list[str]) -> str:
    if isinstance(value, Literal):
        text = _turtle_text(value.text)
        if value.datatype:
            return f'"{text}"^^{value.datatype}'
        return f'"{text}"' if value.language == UNDETERMINED else f'"{text}"@{value.language}'
    if isinstance(value, Node):
        below.append(_turtle(value))
        return f"<{value.iri}>"
    return f"<{value.value}>"


def _turtle_text(text: str) -> str:
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if '"' in text:
        text = text.replace('"', '\\"')
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _rdfxml(node: Node) -> str:
    return _shared_rdfxml(node) if node.shared else _rdfxml_element(node)


def _rdfxml_element(node: Node) -> str:
    element = node.types[0] if node.types else "rdf:Description"
    out = [f'<{element} rdf:about="{xml_attribute(node.iri)}">']
    out += [f'<rdf:type rdf:resource="{_full(name)}"/>' for name in node.types[1:]]
    for predicate, values in node.properties:
        out += [_rdfxml_property(predicate, value) for value in values]
    out.append(f"</{element}>")
    return "".join(out)


def _rdfxml_property(predicate: str, value: Value) -> str:
    if isinstance(value, Node):
        return f"<{predicate}>{_rdfxml(value)}</{predicate}>"
    if isinstance(value, IRI):
        return f'<{predicate} rdf:resource="{xml_attribute(value.value)}"/>'
    kind = f' rdf:datatype="{_full(value.datatype)}"' if value.datatype else language_attribute(value.language)
    return f"<{predicate}{kind}>{xml_text(value.text)}</{predicate}>"


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


_WRITERS = {"jsonld": _jsonld, "ttl": _turtle, "rdf": _rdfxml}
_shared_jsonld = lru_cache(maxsize=16384)(_jsonld_object)
_shared_turtle = lru_cache(maxsize=16384)(_turtle_block)
_shared_rdfxml = lru_cache(maxsize=16384)(_rdfxml_element)
