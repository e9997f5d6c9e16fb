"""Record → DCAT-AP 3 in JSON-LD, Turtle and RDF/XML, and pages of a catalogue with Hydra paging; no remote context."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import unescape

from vocabularies.formats.address import Address
from vocabularies.formats.dcat_terms import language_node, licence_node, literals
from vocabularies.formats.dcat_tree import entry_address, to_tree
from vocabularies.formats.markup import xml_attribute
from vocabularies.formats.rdf_tree import IRI, Literal, Node, Syntax, Value, dump_inner, dump_tree, inner_of, join_trees
from vocabularies.record import Record
from vocabularies.text import LangText

_MEMBER = {
    "jsonld": re.compile(rb'\{"@id":"([^"]*)","@type":\["(\w+:\w+)"'),
    "ttl": re.compile(rb"<([^>]*)> a (\w+:\w+)"),
    "rdf": re.compile(rb'<(?P<kind>\w+:\w+) rdf:about="(?P<iri>[^"]*)"'),
}
_MEMBERSHIP = {"dcat:Dataset": "dcat:dataset", "dcat:DataService": "dcat:service"}
_PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class CatalogueHead:
    """What a page of a catalogue says of the catalogue and of its place in it; addresses are public and absolute."""

    iri: str
    title: LangText
    description: LangText
    publisher_iri: str
    publisher_name: LangText
    page_url: str
    total: int
    page_size: int
    first_url: str
    last_url: str
    next_url: str | None = None
    previous_url: str | None = None
    languages: tuple[str, ...] = ()
    licence: str | None = None
    homepage: str | None = None


def _renders(syntax: Syntax, summary: str) -> Callable[[Record, Address], bytes]:
    def render(record: Record, address: Address) -> bytes:
        return dump_tree(to_tree(record, address), syntax)

    render.__doc__ = summary
    return render


render_jsonld = _renders("jsonld", "Write the record as one JSON-LD object with its own context.")
render_turtle = _renders("ttl", "Write the record as a Turtle document.")
render_rdfxml = _renders("rdf", "Write the record as one ``rdf:RDF`` element.")


def dump_catalogue(fragments: Iterable[bytes], head: CatalogueHead, syntax: Syntax) -> bytes:
    """Give one page of a catalogue as a complete document; each fragment was rendered in the same syntax.

    Both Hydra generations are written: ``PagedCollection`` (CKAN) and ``PartialCollectionView`` (portals of today).
    """
    inner = [inner_of(fragment, syntax) for fragment in fragments]
    members = [_member(fragment, syntax) for fragment in inner]
    named = [entry_address(iri) for _, iri in members]
    written = [(xml_attribute(entry) if syntax == "rdf" else entry).encode() for entry in named]
    entries = [entry for entry, name, fragment in zip(named, written, inner, strict=True) if name in fragment]
    document = join_trees([dump_inner(_catalogue(head, members, entries), syntax), *inner], syntax)
    return _PROLOG + document if syntax == "rdf" else document


def _member(fragment: bytes, syntax: Syntax) -> tuple[str, str]:
    """Give (predicate, address) by which the catalogue names what the fragment describes."""
    match = _MEMBER[syntax].match(fragment)
    if match is None:
        raise ValueError(f"not a fragment in {syntax}: {fragment[:80]!r}")
    if syntax == "rdf":
        iri, kind = unescape(match["iri"].decode()), match["kind"].decode()
    else:
        iri, kind = match[1].decode(), match[2].decode()
    return _MEMBERSHIP.get(kind, "dcat:resource"), iri


def _catalogue(head: CatalogueHead, members: list[tuple[str, str]], entries: list[str]) -> Node:
    found: dict[str, tuple[Value, ...]] = {
        "dct:title": literals(head.title),
        "dct:description": literals(head.description or head.title),
        "dct:publisher": (Node(head.publisher_iri, ("foaf:Agent",), (("foaf:name", literals(head.publisher_name)),)),),
        "dct:language": tuple(node for tag in head.languages if (node := language_node(tag))),
        "hydra:totalItems": _number(head.total),
        "hydra:view": (_page(head),),
    }
    if head.licence and (licence := licence_node(head.licence)):
        found["dct:license"] = (licence,)
    if head.homepage:
        found["foaf:homepage"] = (Node(head.homepage, ("foaf:Document",)),)
    for predicate in ("dcat:dataset", "dcat:service", "dcat:resource"):
        found[predicate] = tuple(IRI(iri) for name, iri in members if name == predicate)
    found["dcat:record"] = tuple(map(IRI, entries))
    return Node(
        head.iri,
        ("dcat:Catalog", "hydra:Collection"),
        tuple((name, values) for name, values in found.items() if values),
    )


def _page(head: CatalogueHead) -> Node:
    found: list[tuple[str, tuple[Value, ...]]] = [
        ("hydra:totalItems", _number(head.total)),
        ("hydra:itemsPerPage", _number(head.page_size)),
    ]
    places = (
        ("first", head.first_url),
        ("previous", head.previous_url),
        ("next", head.next_url),
        ("last", head.last_url),
    )
    for name, url in places:
        if url:
            found += [(f"hydra:{name}", (IRI(url),)), (f"hydra:{name}Page", (IRI(url),))]
    return Node(head.page_url, ("hydra:PagedCollection", "hydra:PartialCollectionView"), tuple(found))


def _number(value: int) -> tuple[Literal]:
    return (Literal(str(value), datatype="xsd:integer"),)
