"""RDF/XML that was already parsed as XML → triples: what metadata formats use of it, in time linear in its size. Pure.

Of the W3C's RDF 1.1 XML Syntax: node and property elements, ``about``, ``ID``, ``nodeID``, ``resource``, ``datatype``,
``parseType="Resource"`` and property attributes; not collections and XML literals, which become plain text.
"""

from __future__ import annotations

from itertools import count
from urllib.parse import urljoin

from lxml import etree

from harvester.rdf.graph import Graph
from vocabularies import namespaces as ns

MAX_DEPTH = 60
_RDF = f"{{{ns.RDF}}}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_SYNTAX = frozenset({"about", "ID", "nodeID", "resource", "datatype", "parseType", "aboutEach", "bagID"})
_FORBIDDEN = frozenset('<>"{}|^`\\ \t\r\n')


def to_graph(root: etree._Element, *, base: str = "") -> Graph:
    """Give the triples of an ``rdf:RDF`` element or of one node element.

    An address with letters no address may have is left out; ValueError for elements nested too deep.
    """
    reading = _Reading(base)
    nodes = list(root) if root.tag == f"{_RDF}RDF" else [root]
    for node in nodes:
        if isinstance(node.tag, str):
            reading.node(node, 0)
    return reading.graph


class _Reading:
    def __init__(self, base: str) -> None:
        self.graph = Graph()
        self._base = base
        self._blank = count(1)

    def node(self, element: etree._Element, depth: int) -> str:
        """Read a node element with what is said of it; give its term (§7.2.11)."""
        subject = self._subject(element)
        if element.tag != f"{_RDF}Description":
            self._add(subject, f"{ns.RDF}type", self._iri(_address(str(element.tag))))
        self._attributes(element, subject)
        self._properties(element, subject, depth + 1)
        return subject

    def _properties(self, element: etree._Element, subject: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise ValueError(f"elements nested more than {MAX_DEPTH} deep")
        for each in element:
            if isinstance(each.tag, str):
                self._add(subject, _address(each.tag), self._object(each, depth))

    def _object(self, element: etree._Element, depth: int) -> str | None:
        """Give what a property element names: another node, an address or a text (§7.2.14 to §7.2.21)."""
        inner = next((each for each in element if isinstance(each.tag, str)), None)
        if element.get(f"{_RDF}parseType") == "Resource":
            blank = self._new_blank()
            self._properties(element, blank, depth + 1)
            return blank
        if inner is not None and element.get(f"{_RDF}parseType") is None:
            return self.node(inner, depth + 1)
        if (resource := element.get(f"{_RDF}resource")) is not None:
            term = self._iri(resource)
            if term:
                self._attributes(element, term)
            return term
        if node_id := element.get(f"{_RDF}nodeID"):
            return f"_:n{_plain(node_id)}"
        return _literal("".join(element.itertext()), element)

    def _subject(self, element: etree._Element) -> str:
        if (about := element.get(f"{_RDF}about")) is not None:
            return self._iri(about) or self._new_blank()
        if name := element.get(f"{_RDF}ID"):
            return self._iri(f"#{name}") or self._new_blank()
        node_id = element.get(f"{_RDF}nodeID")
        return f"_:n{_plain(node_id)}" if node_id else self._new_blank()

    def _attributes(self, element: etree._Element, subject: str) -> None:
        for name, value in element.attrib.items():
            key = str(name)
            if key.startswith(_XML) or not key.startswith("{") or key.removeprefix(_RDF) in _SYNTAX:
                continue
            if key == f"{_RDF}type":
                self._add(subject, f"{ns.RDF}type", self._iri(str(value)))
            elif not key.startswith(f"{{{ns.XSI}}}"):
                self._add(subject, _address(key), _literal(str(value), element))

    def _add(self, subject: str, predicate: str, value: str | None) -> None:
        if value is not None and not _FORBIDDEN & set(predicate):
            self.graph.add(subject, f"<{predicate}>", value)

    def _iri(self, text: str) -> str | None:
        try:
            address = urljoin(self._base, text.strip())
        except ValueError:
            return None
        return f"<{address}>" if address and not _FORBIDDEN & set(address) else None

    def _new_blank(self) -> str:
        return f"_:b{next(self._blank)}"


def _address(tag: str) -> str:
    return tag[1:].replace("}", "", 1) if tag.startswith("{") else tag


def _plain(label: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in label)


def _literal(text: str, element: etree._Element) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    datatype = element.get(f"{_RDF}datatype") or ""
    if datatype and not _FORBIDDEN & set(datatype):
        return f'"{escaped}"^^<{datatype}>'
    for each in (element, *element.iterancestors()):
        if (stated := each.get(f"{_XML}lang")) is not None:
            return f'"{escaped}"@{stated}' if stated.replace("-", "").isalnum() and stated.isascii() else f'"{escaped}"'
    return f'"{escaped}"'
