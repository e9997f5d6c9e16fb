"""A vocabulary and its terms as Turtle, JSON-LD, RDF/XML and JSON; made once a process from the SKOS files."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

from vocabularies.concepts import Concept, ConceptScheme, load_scheme, scheme_turtle

RDF_FORMATS = {".ttl": "turtle", ".jsonld": "json-ld", ".rdf": "xml"}


@lru_cache(maxsize=4)
def _scheme_graph(scheme_id: str) -> Graph:
    return Graph().parse(data=scheme_turtle(scheme_id), format="turtle")


@lru_cache(maxsize=64)
def dump_scheme(scheme_id: str, suffix: str) -> bytes:
    """Give a whole scheme by the suffix of its address."""
    if suffix == ".ttl":
        return scheme_turtle(scheme_id)
    if suffix == ".json":
        return _dump(scheme_json(load_scheme(scheme_id)))
    return _serialise(_scheme_graph(scheme_id), suffix)


@lru_cache(maxsize=512)
def dump_concept(scheme_id: str, concept_id: str, suffix: str) -> bytes:
    """Give one term, with the title of its scheme, by the suffix of its address."""
    scheme = load_scheme(scheme_id)
    concept = scheme.get(concept_id)
    if suffix == ".json":
        return _dump(concept_json(concept) | {"inScheme": scheme.uri})
    whole, part = _scheme_graph(scheme_id), Graph()
    part.bind("skos", SKOS)
    for subject in (URIRef(concept.uri), *whole.subjects(SKOS.broader, URIRef(concept.uri))):
        kept = None if str(subject) == concept.uri else (SKOS.broader, SKOS.prefLabel)
        for predicate, value in whole.predicate_objects(subject):
            if kept is None or predicate in kept:
                part.add((subject, predicate, value))
    part.add((URIRef(scheme.uri), RDF.type, SKOS.ConceptScheme))
    for title in whole.objects(URIRef(scheme.uri), DCTERMS.title):
        part.add((URIRef(scheme.uri), DCTERMS.title, title))
    return _serialise(part, suffix)


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _serialise(graph: Graph, suffix: str) -> bytes:
    return graph.serialize(format=RDF_FORMATS[suffix], encoding="utf-8")


def scheme_json(scheme: ConceptScheme) -> dict[str, Any]:
    """Give a scheme and its terms as one JSON object."""
    return {
        "id": scheme.id,
        "uri": scheme.uri,
        "title": dict(scheme.titles),
        "source": scheme.source,
        "licence": scheme.licence,
        "version": scheme.version,
        "local": scheme.local,
        "concepts": [concept_json(concept) for concept in scheme.concepts.values()],
    }


def concept_json(concept: Concept) -> dict[str, Any]:
    """Give a term as a JSON object without empty properties."""
    made: dict[str, Any] = {
        "id": concept.id,
        "uri": concept.uri,
        "notation": list(concept.notations),
        "prefLabel": dict(concept.pref_labels),
        "unofficial": sorted(concept.unofficial),
        "altLabel": {tag: list(texts) for tag, texts in concept.alt_labels.items()},
        "definition": dict(concept.definitions),
        "broader": list(concept.broader),
        "exactMatch": list(concept.exact_match),
        "relatedMatch": list(concept.related_match),
    }
    return {name: value for name, value in made.items() if value}
