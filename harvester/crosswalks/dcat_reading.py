"""One thing of an RDF graph, asked for what is said of it; remembers what was asked, so that nothing is lost. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.crosswalks.dc_elements import Value
from harvester.rdf.graph import Graph, find_iri, find_literal
from vocabularies import namespaces as ns

DCAT, DCT, FOAF = ns.DCAT, ns.DCTERMS, ns.FOAF
SCHEMA = "http://schema.org/"
_LABELS = (
    f"{ns.SKOS}prefLabel", f"{ns.RDFS}label", f"{FOAF}name", f"{DCT}title", f"{SCHEMA}name", f"{ns.VCARD}fn",
    f"{ns.VCARD}organization-name",
)  # fmt: skip
_SECURE_SCHEMA = "https://schema.org/"


class Thing:
    """A subject of a graph; predicates are addresses without angle brackets."""

    def __init__(self, graph: Graph, node: str) -> None:
        """Look at a node, described or not."""
        self._graph = graph
        self._node = node
        self._asked = {f"{ns.RDF}type"}

    @property
    def address(self) -> str | None:
        """The thing's own address; None where it has none."""
        return find_iri(self._node)

    def types(self) -> set[str]:
        """Give the classes it is said to be of."""
        return self._graph.types(self._node)

    def literals(self, *predicates: str) -> list[Value]:
        """Give the texts said of it, each with its language, without the empty ones."""
        found = [literal for value in self._values(predicates) if (literal := find_literal(value))]
        return [(literal.text.strip(), literal.language) for literal in found if literal.text.strip()]

    def things(self, *predicates: str) -> list[Thing]:
        """Give the things it names."""
        return [Thing(self._graph, value) for value in self._values(predicates) if not value.startswith('"')]

    def texts(self, *predicates: str) -> list[Value]:
        """Give the texts and addresses said of it; a thing without address gives its labels."""
        found: list[Value] = []
        for value in self._values(predicates):
            literal = find_literal(value)
            if literal is not None:
                found.append((literal.text.strip(), literal.language))
            elif iri := find_iri(value):
                found.append((iri, None))
            else:
                found += Thing(self._graph, value).labels()
        return [(text, language) for text, language in found if text]

    def labels(self) -> list[Value]:
        """Give what it is called, by the first predicate that says so."""
        return next(filter(None, (self.literals(predicate) for predicate in _LABELS)), [])

    def unread(self) -> Iterator[tuple[str, str]]:
        """Give (short name, text) of what was said and never asked for."""
        for predicate, value in self._graph.pairs(self._node):
            address = predicate[1:-1].replace(_SECURE_SCHEMA, SCHEMA)
            if address in self._asked:
                continue
            literal = find_literal(value)
            texts = [literal.text] if literal else [find_iri(value) or ""]
            if not texts[0] and not literal:
                statement = Thing(self._graph, value)
                texts = [text for text, _ in statement.labels() or statement.literals(f"{DCT}description")]
            name = address.rstrip("/#").replace("#", "/").rpartition("/")[2]
            yield from ((name, text) for text in texts if text)

    def _values(self, predicates: tuple[str, ...]) -> list[str]:
        self._asked.update(predicates)
        also = (each.replace(SCHEMA, _SECURE_SCHEMA) for each in predicates if each.startswith(SCHEMA))
        return self._graph.values(self._node, *predicates, *also)
