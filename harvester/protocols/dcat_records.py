"""One page of an RDF catalogue → raw records, where it goes on and what it announces. Understands no metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from hashlib import sha256

from harvester.protocols.dcat_course import Document
from harvester.protocols.dcat_payload import cannot_be_kept
from harvester.raw import RawRecord, new_raw
from harvester.rdf.graph import Graph, describe, dump_triples, find_iri, find_literal, is_blank
from harvester.rdf.limits import TOO_LONG
from harvester.rdf.reading import Reading
from harvester.xml import REPLACEMENT
from vocabularies import namespaces as ns
from vocabularies.problems import Problem

NAME = "dcat"
CATALOGUE = f"{ns.DCAT}Catalog"
RECORD_CLASSES = frozenset({f"{ns.DCAT}Dataset", f"{ns.DCAT}DataService", f"{ns.DCAT}DatasetSeries"})
_MEMBERSHIP = (f"{ns.DCAT}dataset", f"{ns.DCAT}service", f"{ns.DCAT}resource")
_LISTS = (*_MEMBERSHIP, f"{ns.HYDRA}member", f"{ns.FOAF}primaryTopic")
_OUR_TYPES = "<urn:chm:vocab:record-types:"
_HYDRA_PAGES = frozenset({f"{ns.HYDRA}PagedCollection", f"{ns.HYDRA}PartialCollectionView", f"{ns.HYDRA}Collection"})
_LEFT_CLASSES = RECORD_CLASSES | {CATALOGUE, f"{ns.DCAT}CatalogRecord", f"{ns.DCAT}Resource"} | _HYDRA_PAGES
_BLIND = frozenset(
    f"<{predicate}>"
    for predicate in (
        *(
            f"{ns.SKOS}{name}"
            for name in ("broader", "narrower", "related", "inScheme", "topConceptOf", "hasTopConcept")
        ),
        f"{ns.FOAF}primaryTopic",
        f"{ns.FOAF}isPrimaryTopicOf",
        f"{ns.DCAT}inCatalog",
        f"{ns.DCTERMS}isReferencedBy",
    )
)
_SAYS_NOTHING = frozenset({f"<{ns.RDF}type>", f"<{ns.DCTERMS}identifier>", f"<{ns.RDFS}seeAlso>"})
_MAX_ANNOUNCED = 100_000_000
_MAX_DATESTAMP_BYTES = 64


CONTENT = "content:"
"""What the identifier of a dataset begins with that has none: the rest is the digest of what is said of it."""


def to_document(reading: Reading, address: str) -> Document:
    """Give each dataset and service a page describes, as a raw record of its own triples; see ``describe``.

    So is any other resource that states one of our record types, as clearing-houses publish them.
    What is only named, by the catalogue or by another dataset, is no record. One that cannot be kept is a problem.
    """
    graph = reading.graph
    named = {value for subject in graph.subjects() for value in graph.values(subject, *_MEMBERSHIP)}
    described = [subject for subject in graph.subjects() if _says_something(graph, subject)]
    inner = _inner(graph)
    wanted = [subject for subject in described if subject not in inner and _is_record(graph, subject, named)]
    others = sum(subject in named for subject in described) - sum(subject in named for subject in wanted)
    remarks = [Problem("ENCODING", "note", value=repair) for repair in reading.repairs]
    if nameless := sum(not _identifier(graph, subject) for subject in wanted):
        value = f"{nameless} entries have neither an address nor an identifier; any change makes new ones of them"
        remarks.append(Problem("ID_MISSING", "note", value=value))
    if others:
        value = f"{others} entries that are neither dataset nor service were left out"
        remarks.append(Problem("ENTRIES_LEFT_OUT", "note", value=value))
    return Document(
        entries=_cut_all(reading, wanted, leave=_standing_alone(graph, named) - inner),
        named={value for value in named if not value.startswith('"')},
        described=[subject for subject in described if subject in named],
        remarks=tuple(remarks),
        total=find_total(graph),
        next=find_next(graph, address),
        others=others,
    )


def is_catalogue(graph: Graph) -> bool:
    """Say whether a graph describes a catalogue, a dataset or a service."""
    return any(graph.types(subject) & (RECORD_CLASSES | {CATALOGUE}) for subject in graph.subjects())


def find_catalogues(graph: Graph) -> list[str]:
    """Give the catalogues a graph describes."""
    return [subject for subject in graph.subjects() if CATALOGUE in graph.types(subject)]


def find_next(graph: Graph, address: str) -> str | None:
    """Give what a page names as the next one in either generation of Hydra, or None.

    ``hydra:next`` belongs to a PartialCollectionView, ``hydra:nextPage`` to the older PagedCollection; where several
    pages are described, the one that is this address is believed first.
    """
    subjects = sorted(graph.subjects(), key=lambda subject: subject != f"<{address}>")
    for predicate in (f"{ns.HYDRA}next", f"{ns.HYDRA}nextPage"):
        for subject in subjects:
            for value in graph.values(subject, predicate):
                found = find_literal(value)
                if named := found.text if found else find_iri(value):
                    return named
    return None


def find_total(graph: Graph) -> int | None:
    """Give how many entries the catalogue announces, or None where it says nothing that can be believed."""
    for subject in graph.subjects():
        for value in graph.values(subject, f"{ns.HYDRA}totalItems"):
            plain = _text(value)
            if plain.isdecimal() and len(plain) < 10 and int(plain) <= _MAX_ANNOUNCED:
                return int(plain)
    return None


def find_title(graph: Graph) -> tuple[str, str] | None:
    """Give (address, title) of the catalogue a graph describes, or None."""
    for subject in find_catalogues(graph):
        titles = [found for value in graph.values(subject, f"{ns.DCTERMS}title") if (found := find_literal(value))]
        titles.sort(key=lambda found: (found.language or "") != "en")
        return find_iri(subject) or "", titles[0].text if titles else ""
    return None


def _cut_all(reading: Reading, wanted: Iterable[str], *, leave: Set[str]) -> Iterator[RawRecord | Problem]:
    for subject in wanted:
        yield _cut_out(reading.graph, subject, leave=leave, lost_letters=reading.lost_letters)


def _inner(graph: Graph) -> set[str]:
    """Give the blank nodes that something describes as its part, such as the service of a distribution."""
    return {
        value
        for subject in graph.subjects()
        for predicate, value in graph.pairs(subject)
        if is_blank(value) and predicate[1:-1] not in _LISTS
    }


def _standing_alone(graph: Graph, named: Set[str]) -> set[str]:
    return {
        subject
        for subject in graph.subjects()
        if subject in named or not _LEFT_CLASSES.isdisjoint(graph.types(subject))
    }


def _is_record(graph: Graph, subject: str, named: Set[str]) -> bool:
    types = graph.types(subject)
    if types & RECORD_CLASSES:
        return CATALOGUE not in types
    if f"{ns.DCAT}Resource" in types:
        return any(value.startswith(_OUR_TYPES) for value in graph.values(subject, f"{ns.DCTERMS}type"))
    return not types and subject in named


def _says_something(graph: Graph, subject: str) -> bool:
    return any(predicate not in _SAYS_NOTHING for predicate, _ in graph.pairs(subject))


def _cut_out(graph: Graph, subject: str, *, leave: Set[str], lost_letters: bool) -> RawRecord | Problem:
    payload = dump_triples(describe(graph, subject, leave=leave, blind=_BLIND))
    identifier = _identifier(graph, subject) or CONTENT + sha256(payload).hexdigest()[:32]
    if fault := cannot_be_kept(identifier, payload):
        return fault
    if lost_letters and REPLACEMENT.encode() in payload:
        return Problem("ENCODING", "error", value="letters that are not UTF-8", record_id=identifier)
    if TOO_LONG.encode() in payload:
        return Problem("CROSSWALK_FAILED", "error", value="a text of more than 1 MiB", record_id=identifier)
    return new_raw(identifier, payload, format=NAME, datestamp=_datestamp(graph, subject))


def _identifier(graph: Graph, subject: str) -> str:
    if not is_blank(subject):
        return subject[1:-1]
    told = sorted(filter(None, map(_text, graph.values(subject, f"{ns.DCTERMS}identifier"))))
    return told[0] if told else ""


def _text(value: str) -> str:
    found = find_literal(value)
    return found.text.strip() if found else find_iri(value) or ""


def _datestamp(graph: Graph, subject: str) -> str | None:
    told = sorted(_text(value) for value in graph.values(subject, f"{ns.DCTERMS}modified"))
    return next((text for text in reversed(told) if 0 < len(text.encode()) <= _MAX_DATESTAMP_BYTES), None)
