"""RDF triples in memory, what is said of one thing among them, and canonical N-Triples; parses no foreign text."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Set
from hashlib import sha256
from sys import intern
from typing import NamedTuple

from vocabularies import namespaces as ns

RDF_TYPE = f"<{ns.RDF}type>"
_STRING = f"{ns.XSD}string"
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}
_LABEL_LENGTH = 16

Triple = tuple[str, str, str]
"""Subject, predicate and object as N-Triples write them: ``<iri>``, ``_:label`` or ``"text"@en``."""


class Literal(NamedTuple):
    """A text with its language or the address of its datatype."""

    text: str
    language: str | None = None
    datatype: str | None = None


class Graph:
    """Triples by subject, in the order they came, each once."""

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        """Take triples."""
        self._by_subject: dict[str, dict[tuple[str, str], None]] = {}
        for triple in triples:
            self.add(*triple)

    def add(self, subject: str, predicate: str, value: str) -> None:
        """Add a triple; terms that come again are kept once."""
        self._by_subject.setdefault(subject, {})[(intern(predicate), value)] = None

    def __len__(self) -> int:
        return len(self._by_subject)

    def __contains__(self, subject: object) -> bool:
        return subject in self._by_subject

    def subjects(self) -> Iterator[str]:
        """Give everything that is described, in order."""
        return iter(self._by_subject)

    def pairs(self, subject: str) -> Iterable[tuple[str, str]]:
        """Give the (predicate, object) of a subject."""
        return self._by_subject.get(subject, ())

    def values(self, subject: str, *predicates: str) -> list[str]:
        """Give the objects of a subject by predicates (addresses without angle brackets), in the predicates' order."""
        pairs = self._by_subject.get(subject)
        if not pairs:
            return []
        return [value for wanted in predicates for predicate, value in pairs if predicate[1:-1] == wanted]

    def types(self, subject: str) -> set[str]:
        """Give the addresses of the classes a subject is said to be of."""
        return {value[1:-1] for predicate, value in self.pairs(subject) if predicate == RDF_TYPE}


def parse_triples(payload: bytes) -> Graph:
    """Read N-Triples that this package wrote; ValueError for any other bytes."""
    graph = Graph()
    for line in payload.decode().split("\n"):
        if line:
            graph.add(*parse_line(line))
    return graph


def parse_line(line: str) -> Triple:
    """Read one line the parsing process wrote; ValueError where it is none."""
    if not line.endswith(" ."):
        raise ValueError(line[:100])
    subject, predicate, value = line[:-2].split(" ", 2)
    return subject, predicate, value


def is_blank(term: str) -> bool:
    """Say whether a term is a blank node."""
    return term.startswith("_:")


def find_iri(term: str) -> str | None:
    """Give the address a term is, or None for a literal or a blank node."""
    return term[1:-1] if term.startswith("<") else None


def find_literal(term: str) -> Literal | None:
    """Give the text a term is, or None for an address or a blank node."""
    found = _LITERAL.fullmatch(term)
    if found is None:
        return None
    text = _ESCAPE.sub(lambda match: _PLAIN.get(match[1], match[1]), found[1]) if "\\" in found[1] else found[1]
    return Literal(text, found[2], None if found[3] == _STRING else found[3])


def describe(graph: Graph, root: str, *, leave: Set[str], blind: Set[str]) -> Graph:
    """Give what is said of a thing and of what it names, and so on.

    Things that are in ``leave`` are named but not described; nothing is followed over the predicates in ``blind``. Both
    are written as in triples.
    """
    found, seen, waiting = Graph(), {root}, deque([root])
    while waiting:
        subject = waiting.popleft()
        for predicate, value in graph.pairs(subject):
            found.add(subject, predicate, value)
            if value in seen or value.startswith('"') or value not in graph:
                continue
            if predicate not in blind and predicate != RDF_TYPE and value not in leave:
                seen.add(value)
                waiting.append(value)
    return found


def dump_triples(graph: Graph) -> bytes:
    """Write the triples as sorted N-Triples; blank nodes are named after what is said of them and by whom.

    Equal graphs give equal bytes whatever their blank nodes were called. Blank nodes nothing tells apart become one.
    """
    labels = _labels(graph)
    lines = {
        f"{labels.get(subject, subject)} {predicate} {labels.get(value, value)} .\n"
        for subject in graph.subjects()
        for predicate, value in graph.pairs(subject)
    }
    return "".join(sorted(lines)).encode()


def _labels(graph: Graph) -> dict[str, str]:
    around: dict[str, list[tuple[str, str, str]]] = {}
    for subject in graph.subjects():
        for predicate, value in graph.pairs(subject):
            if is_blank(subject):
                around.setdefault(subject, []).append((">", predicate, value))
            if is_blank(value):
                around.setdefault(value, []).append(("<", predicate, subject))
    colours = dict.fromkeys(around, "")
    kinds = 0
    for _ in range(len(around) + 1):
        colours = {node: _colour(said, colours) for node, said in around.items()}
        if len(set(colours.values())) == kinds:
            break
        kinds = len(set(colours.values()))
    return {node: f"_:b{colour[:_LABEL_LENGTH]}" for node, colour in colours.items()}


def _colour(said: Iterable[tuple[str, str, str]], colours: dict[str, str]) -> str:
    told = sorted(f"{way} {predicate} {colours.get(other, other)}" for way, predicate, other in said)
    return sha256("\n".join(told).encode()).hexdigest()
