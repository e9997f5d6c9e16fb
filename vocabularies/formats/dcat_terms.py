"""The addresses of things a DCAT document names without owning them: terms, countries, languages, media types."""

from __future__ import annotations

from functools import lru_cache

from vocabularies.concepts import load_scheme
from vocabularies.formats.labels import find_concept, labels_of
from vocabularies.formats.markup import find_iri
from vocabularies.formats.rdf_tree import IRI, PREFIXES, Literal, Node
from vocabularies.skos import primary_language
from vocabularies.text import LangText

EU_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_LANGUAGE_LISTS = {2: "http://id.loc.gov/vocabulary/iso639-1/", 3: "http://id.loc.gov/vocabulary/iso639-2/"}
_MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
_DATATYPES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
_ACCESS = {"public": "PUBLIC", "restricted": "RESTRICTED", "withheld": "NON_PUBLIC"}
_STATUS = {
    "draft": "DEVELOP",
    "inReview": "DEVELOP",
    "published": "COMPLETED",
    "retracted": "WITHDRAWN",
    "archived": "DEPRECATED",
}

Texts = tuple[Literal, ...]


def find_name(address: str) -> str | None:
    """Give an address that all three spellings read alike: ``dct:x`` would be short for something in JSON-LD."""
    iri = find_iri(address)
    return None if iri is None or iri.partition(":")[0] in PREFIXES else iri


def dated(partial: str | None) -> Texts:
    """Give a partial date with the XML Schema type of its precision."""
    return (Literal(partial, datatype=_DATATYPES.get(len(partial), "xsd:dateTime")),) if partial else ()


def literals(texts: LangText) -> Texts:
    """Give one literal a language."""
    return tuple([Literal(text, tag) for tag, text in texts.items()])


@lru_cache(maxsize=65536)
def concept_node(field: str, value: str, languages: tuple[str, ...]) -> Node | None:
    """Give the term as a typed concept with its labels and official addresses, or None where it is unknown."""
    concept = find_concept(field, value)
    if concept is None:
        return None
    labels = tuple(Literal(text, tag) for tag, text in labels_of(field, value, languages))
    properties: list[tuple[str, tuple[Literal | IRI, ...]]] = [("skos:prefLabel", labels)]
    if concept.exact_match:
        properties.append(("skos:exactMatch", tuple(IRI(uri) for uri in concept.exact_match)))
    return Node(concept.uri, ("skos:Concept",), tuple(properties), shared=True)


@lru_cache(maxsize=16384)
def place_node(field: str, value: str, languages: tuple[str, ...]) -> Node | None:
    """Give a country or region as a location: by its official address, else the EU's country list, else our own."""
    concept = find_concept(field, value)
    if concept is None:
        return None
    code = concept.codes.get("alpha-3") if concept.scheme == "countries" else None
    listed = f"{EU_AUTHORITY}country/{code}" if code else concept.uri
    iri = concept.exact_match[0] if concept.exact_match else listed
    labels = tuple(Literal(text, tag) for tag, text in labels_of(field, value, languages))
    return Node(iri, ("dct:Location",), (("skos:prefLabel", labels),), shared=True)


@lru_cache(maxsize=1024)
def language_node(tag: str) -> Node | None:
    """Give a language by the EU's list for the six of the UN, by ISO 639 for any other; None for the undetermined."""
    primary = primary_language(tag)
    if primary == "und":
        return None
    concept = load_scheme("un-languages").concepts.get(primary)
    iri = concept.exact_match[0] if concept and concept.exact_match else _LANGUAGE_LISTS[len(primary)] + primary
    return Node(iri, ("dct:LinguisticSystem",), shared=True)


@lru_cache(maxsize=1024)
def media_type_node(media_type: str) -> Node | None:
    """Give a media type by its IANA registration; None for a text that is no media type."""
    plain = media_type.partition(";")[0].strip().lower()
    iri = find_iri(_MEDIA_TYPES + plain)
    return Node(iri, ("dct:MediaType",), shared=True) if iri and plain.count("/") == 1 else None


@lru_cache(maxsize=4096)
def licence_node(licence: str) -> Node | None:
    """Give a licence by its address; None for one that has none."""
    iri = find_name(licence)
    return Node(iri, ("dct:LicenseDocument",), shared=True) if iri else None


@lru_cache(maxsize=8)
def access_node(level: str) -> Node:
    """Give the EU's access right for an access level."""
    return Node(f"{EU_AUTHORITY}access-right/{_ACCESS[level]}", ("dct:RightsStatement",), shared=True)


@lru_cache(maxsize=8)
def status_node(status: str) -> Node:
    """Give the EU's dataset status for a record's status."""
    label = Literal(_STATUS[status].lower(), "en")
    iri = f"{EU_AUTHORITY}dataset-status/{_STATUS[status]}"
    return Node(iri, ("skos:Concept",), (("skos:prefLabel", (label,)),), shared=True)
