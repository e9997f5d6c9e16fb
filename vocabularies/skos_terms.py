"""A vocabulary brought up to date with the terms its owner lists now: what is new, renamed or gone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vocabularies.skos import NS, Concept, ConceptScheme, fold, parse_scheme

if TYPE_CHECKING:
    from rdflib import Graph

MOST_TERMS = 5_000
LONGEST_LABEL = 500
LEAST_KNOWN = 0.8
"""A list that names fewer of the terms we know is another list, or a part of one."""
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,127}")
_CODE = re.compile(r"(?:(?:KM)?GBF-[TG][\w-]*|Aichi-T\d+|T\d+|\d+)\s*[.:]\s*", re.IGNORECASE)
"""The code that titles of targets begin with; it is the concept's notation here."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term as its owner lists it: labels by language, broader terms by identifier."""

    identifier: str
    labels: Mapping[str, str]
    broader: tuple[str, ...] = ()


@dataclass(slots=True)
class Differences:
    """What an owner's list says otherwise than ours: names by identifier, old and new of what was renamed.

    ``labelled`` counts labels in languages that had none, or none that was official.
    """

    new: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)
    labelled: int = 0

    @property
    def is_news(self) -> bool:
        """Whether the list says more than ours; terms that are gone stay, as records bear them."""
        return bool(self.new or self.renamed or self.labelled)


def to_term(identifier: str, texts: Mapping[str, str], broader: Sequence[str] = ()) -> Term:
    """Make a term; ValueError where it has no usable identifier or label. Codes before a label are left out."""
    if not _IDENTIFIER.fullmatch(identifier):
        raise ValueError(f"“{identifier[:80]}” is no identifier of a term")
    labels = {tag: " ".join(_CODE.sub("", text, count=1).split()) for tag, text in texts.items()}
    labels = {tag: text for tag, text in labels.items() if text}
    if not labels or any(len(text) > LONGEST_LABEL for text in labels.values()):
        raise ValueError(f"the term {identifier} has no label, or one of more than {LONGEST_LABEL} characters")
    return Term(identifier, labels, tuple(broader))


def check_terms(scheme: ConceptScheme, terms: Sequence[Term]) -> None:
    """Raise ValueError, which says why, where the terms cannot be the scheme's list.

    A local scheme is this federation's own, so that nothing of it need be among them.
    """
    if not terms or len(terms) > MOST_TERMS:
        raise ValueError(f"it has {len(terms)} terms")
    names = [term.identifier.upper() for term in terms]
    if len(set(names)) < len(names):
        raise ValueError("it names a term twice")
    known = sum(1 for identifier in scheme.concepts if identifier.upper() in set(names))
    if not scheme.local and known < LEAST_KNOWN * len(scheme.concepts):
        raise ValueError(f"it names only {known} of the {len(scheme.concepts)} terms we know")


def compare(scheme: ConceptScheme, terms: Iterable[Term]) -> Differences:
    """Give what the owner's list says otherwise than the scheme."""
    found = Differences()
    listed: set[str] = set()
    for term in terms:
        concept = find_concept(scheme, term)
        if concept is None:
            found.new[term.identifier] = _shown(term.labels)
            continue
        listed.add(concept.id)
        if is_namesake(scheme, concept, term):
            continue
        for tag, text in term.labels.items():
            if not concept.is_official(tag):
                found.labelled += 1
            elif fold(text) not in set(map(fold, _names(concept, tag))):
                found.renamed[concept.id] = (concept.pref_labels[tag], text)
    if not scheme.local:
        found.removed = {each.id: each.label("en")[0] for each in scheme.concepts.values() if each.id not in listed}
    return found


def find_concept(scheme: ConceptScheme, term: Term) -> Concept | None:
    """Give the concept a term is here: of the same identifier; in a scheme of our own also of the same label."""
    found = scheme.concepts.get(term.identifier) or scheme.find_code(term.identifier)
    if found is None and scheme.local:
        named = {each.id: each for tag, text in term.labels.items() if (each := scheme.find_label(text, tag))}
        found = next(iter(named.values())) if len(named) == 1 else None
    return found


def is_namesake(scheme: ConceptScheme, concept: Concept, term: Term) -> bool:
    """Say whether a concept of our own was found by its name, so that the term's number only leads to it."""
    return scheme.local and concept.id != term.identifier


def update_scheme(turtle: bytes, terms: Sequence[Term], *, source: str, version: str) -> bytes:
    """Give the scheme with its owner's terms: new ones added, labels theirs, earlier labels as other ones.

    A term the owner no longer lists stays, as records bear it. What comes out has been read back.
    """
    from rdflib import Graph, Literal, URIRef

    scheme = parse_scheme(turtle)
    graph = Graph(bind_namespaces="none")
    graph.parse(data=turtle, format="turtle")
    head = URIRef(scheme.uri)
    for term in terms:
        concept = find_concept(scheme, term)
        if concept is not None and is_namesake(scheme, concept, term):
            graph.add((URIRef(concept.uri), URIRef(f"{_SKOS}notation"), Literal(term.identifier)))
            continue
        uri = concept.uri if concept else f"{scheme.uri}:{term.identifier}"
        for predicate, value in () if concept else _new_concept(scheme, term):
            graph.add((URIRef(uri), URIRef(predicate), URIRef(value)))
        _relabel(graph, uri, term.labels)
    graph.add((head, URIRef("http://purl.org/dc/terms/source"), Literal(source)))
    graph.set((head, URIRef("http://www.w3.org/2002/07/owl#versionInfo"), Literal(version)))
    graph.bind("skos", _SKOS)
    written: bytes = graph.serialize(format="turtle", encoding="utf-8")
    parse_scheme(written)
    return written


def _new_concept(scheme: ConceptScheme, term: Term) -> Iterator[tuple[str, str]]:
    yield _TYPE, f"{_SKOS}Concept"
    yield f"{_SKOS}inScheme", scheme.uri
    parents = [each for each in term.broader if each in scheme.concepts]
    for parent in parents:
        yield f"{_SKOS}broader", f"{scheme.uri}:{parent}"
    if not parents:
        yield f"{_SKOS}topConceptOf", scheme.uri


def _relabel(graph: Graph, uri: str, labels: Mapping[str, str]) -> None:
    """Make labels the preferred ones of their languages; earlier ones become other ones, unofficial ones go."""
    from rdflib import Literal, URIRef

    concept, pref, alt = URIRef(uri), URIRef(f"{_SKOS}prefLabel"), URIRef(f"{_SKOS}altLabel")
    unofficial = URIRef(f"{NS}unofficialLabel")
    for tag, text in labels.items():
        for label in [each for each in graph.objects(concept, unofficial) if _is_in(each, tag)]:
            graph.remove((concept, unofficial, label))
        for label in [each for each in graph.objects(concept, pref) if _is_in(each, tag) and str(each) != text]:
            graph.remove((concept, pref, label))
            graph.add((concept, alt, label))
        graph.add((concept, pref, Literal(text, lang=tag)))


def _is_in(label: object, tag: str) -> bool:
    return getattr(label, "language", None) == tag


def _names(concept: Concept, tag: str) -> list[str]:
    return [concept.pref_labels[tag], *concept.alt_labels.get(tag, ())]


def _shown(labels: Mapping[str, str]) -> str:
    return labels.get("en") or next(iter(labels.values()))
