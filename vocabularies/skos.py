"""Concepts and schemes read from SKOS Turtle, and their look-up by code, URI or label; knows no scheme by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

NS: Final = "urn:chm:ns#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCTERMS = "http://purl.org/dc/terms/"
_VERSION = "http://www.w3.org/2002/07/owl#versionInfo"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

_ARABIC = str.maketrans({"ٱ": "ا", "ة": "ه", "ى": "ي", "ـ": None, "ی": "ي", "ک": "ك"})
_URI_START = re.compile(r"(https?://)?(www\.)?")
_URI_END = re.compile(r"(/(deed|legalcode)(\.[a-z_-]+)?)?/*\Z")
_SPACES = re.compile(r"[\s_]+")

Properties = dict[str, list[Any]]


def fold(text: str) -> str:
    """Give the text as labels are compared: decomposed (NFKD), case-folded, without marks, one space for punctuation.

    Arabic alef, ta marbuta and alef maksura become their plain letters; tatweel and harakat go; digits are ASCII.
    """
    folded: list[str] = []
    for char in unicodedata.normalize("NFKD", text).casefold().translate(_ARABIC):
        category = unicodedata.category(char)
        if category == "Nd":
            folded.append(str(unicodedata.digit(char)))
        elif category[0] == "L" or category in {"Nl", "No"}:
            folded.append(char)
        elif category[0] != "M" and category != "Cf":
            folded.append(" ")
    return " ".join("".join(folded).split())


def code_key(text: str) -> str:
    """Give the text as codes are compared: case-folded, hyphens for spaces and underscores, no leading zeros."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip().strip("{}")
    if plain.isdecimal():
        return str(int(plain)) if len(plain) < 12 else plain
    return _SPACES.sub("-", plain)


def uri_key(uri: str) -> str:
    """Give the URI as URIs are compared: without http(s), ``www.``, closing slash, ``deed`` or ``legalcode`` page."""
    plain = uri.strip().casefold()
    return _URI_END.sub("", _URI_START.sub("", plain, count=1), count=1)


def primary_language(tag: str) -> str:
    """Give the language a tag begins with: ``zh-Hans`` → ``zh``."""
    return tag.replace("_", "-").split("-")[0].lower()


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """One term. ``unofficial`` names the languages whose label is not official (machine translated or our own)."""

    scheme: str
    id: str
    uri: str
    notations: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    pref_labels: Mapping[str, str] = field(default_factory=dict)
    unofficial: frozenset[str] = frozenset()
    alt_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    broader: tuple[str, ...] = ()
    broad_match: tuple[str, ...] = ()
    exact_match: tuple[str, ...] = ()
    related_match: tuple[str, ...] = ()
    other_uris: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()

    def label(self, language: str) -> tuple[str, str]:
        """Give (text, language): the label in the wanted language, else English, else any; never an id."""
        for wanted in (language, primary_language(language), "en"):
            if wanted in self.pref_labels:
                return self.pref_labels[wanted], wanted
        first = next(iter(self.pref_labels))
        return self.pref_labels[first], first

    def is_official(self, language: str) -> bool:
        """Tell whether the label in this language is present and official."""
        return language in self.pref_labels and language not in self.unofficial


@dataclass(frozen=True, slots=True, eq=False)
class ConceptScheme:
    """A controlled vocabulary with its provenance; ``local`` marks one this federation made itself."""

    id: str
    uri: str
    titles: Mapping[str, str]
    source: str
    licence: str
    version: str
    local: bool
    official_languages: tuple[str, ...]
    concepts: Mapping[str, Concept]
    _codes: dict[str, set[str]] = field(init=False, repr=False, default_factory=dict)
    _labels: dict[str, dict[str, set[str]]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for concept in self.concepts.values():
            for code in (concept.id, *concept.notations):
                self._codes.setdefault(code_key(code), set()).add(concept.id)
            for uri in (concept.uri, *concept.exact_match, *concept.other_uris):
                self._codes.setdefault(uri_key(uri), set()).add(concept.id)
            for language, text in _every_label(concept):
                self._labels.setdefault(fold(text), {}).setdefault(language, set()).add(concept.id)

    def get(self, id: str) -> Concept:
        """Give the concept of exactly this id; KeyError where there is none."""
        return self.concepts[id]

    def is_known(self, id: str) -> bool:
        """Tell whether a concept bears exactly this id."""
        return id in self.concepts

    def find(self, text: str, language: str | None = None) -> Concept | None:
        """Give the one concept the text names by id, notation, URI or label in any language, or None.

        A label two concepts share is decided by ``language`` or not at all.
        """
        return self.concepts.get(text) or self.find_code(text) or self.find_label(text, language)

    def find_code(self, text: str) -> Concept | None:
        """Give the one concept with this id, notation or URI, whatever its case, or None."""
        key = uri_key(text) if ":" in text or "/" in text else code_key(text)
        return self._only(self._codes.get(key, set()))

    def find_label(self, text: str, language: str | None = None) -> Concept | None:
        """Give the one concept with this preferred, unofficial or alternative label; None where none or several."""
        by_language = self._labels.get(fold(text))
        if not by_language:
            return None
        if language is not None and (found := self._only(by_language.get(primary_language(language), set()))):
            return found
        return self._only(set().union(*by_language.values()))

    def _only(self, ids: set[str]) -> Concept | None:
        return self.concepts[next(iter(ids))] if len(ids) == 1 else None


def _every_label(concept: Concept) -> Iterator[tuple[str, str]]:
    yield "", concept.id
    yield from concept.pref_labels.items()
    for language, texts in concept.alt_labels.items():
        for text in texts:
            yield language, text


def parse_scheme(payload: bytes) -> ConceptScheme:
    """Read one scheme from Turtle (SKOS Reference §3–§10); ValueError where it holds no skos:ConceptScheme."""
    statements = _statements(payload)
    schemes = [uri for uri, held in statements.items() if f"{_SKOS}ConceptScheme" in _texts(held, _TYPE)]
    if len(schemes) != 1:
        raise ValueError(f"expected one skos:ConceptScheme, found {len(schemes)}")
    uri, head = schemes[0], statements[schemes[0]]
    concepts = [
        _to_concept(subject, held, uri)
        for subject, held in statements.items()
        if f"{_SKOS}Concept" in _texts(held, _TYPE)
    ]
    return ConceptScheme(
        id=uri.rpartition(":")[2],
        uri=uri,
        titles=_by_language(head, f"{_DCTERMS}title"),
        source=", ".join(_texts(head, f"{_DCTERMS}source")),
        licence=", ".join(_texts(head, f"{_DCTERMS}license") or _texts(head, f"{_DCTERMS}rights")),
        version=", ".join(_texts(head, _VERSION)),
        local="true" in _texts(head, f"{NS}local"),
        official_languages=tuple(sorted(_texts(head, f"{NS}officialLanguage"))),
        concepts={concept.id: concept for concept in concepts},
    )


def _statements(payload: bytes) -> dict[str, Properties]:
    from rdflib import Graph  # a quarter of a second to import: only when a scheme is first read

    graph = Graph(bind_namespaces="none")
    graph.parse(data=payload, format="turtle")
    statements: dict[str, Properties] = {}
    for subject, predicate, value in graph:
        statements.setdefault(str(subject), {}).setdefault(str(predicate), []).append(value)
    return statements


def _to_concept(uri: str, held: Properties, scheme_uri: str) -> Concept:
    official = _by_language(held, f"{_SKOS}prefLabel")
    unofficial = _by_language(held, f"{NS}unofficialLabel")
    notations = sorted(held.get(f"{_SKOS}notation", []), key=lambda value: (str(value.datatype), str(value)))
    return Concept(
        scheme=scheme_uri.rpartition(":")[2],
        id=uri.removeprefix(f"{scheme_uri}:"),
        uri=uri,
        notations=tuple(str(value) for value in notations),
        codes={str(value.datatype).removeprefix(NS): str(value) for value in notations if value.datatype},
        pref_labels={**unofficial, **official},
        unofficial=frozenset(unofficial) - frozenset(official),
        alt_labels=_lists_by_language(held, f"{_SKOS}altLabel"),
        definitions=_by_language(held, f"{_SKOS}definition"),
        notes=_by_language(held, f"{_SKOS}note"),
        broader=tuple(text.removeprefix(f"{scheme_uri}:") for text in _texts(held, f"{_SKOS}broader")),
        broad_match=_texts(held, f"{_SKOS}broadMatch"),
        exact_match=_texts(held, f"{_SKOS}exactMatch"),
        related_match=_texts(held, f"{_SKOS}relatedMatch"),
        other_uris=_texts(held, f"{NS}otherUri"),
        groups=frozenset(_texts(held, f"{NS}group")),
    )


def _texts(held: Properties, predicate: str) -> tuple[str, ...]:
    return tuple(sorted(str(value) for value in held.get(predicate, [])))


def _by_language(held: Properties, predicate: str) -> dict[str, str]:
    return {value.language or "und": str(value) for value in sorted(held.get(predicate, []), key=_language_order)}


def _lists_by_language(held: Properties, predicate: str) -> dict[str, tuple[str, ...]]:
    lists: dict[str, list[str]] = {}
    for value in sorted(held.get(predicate, []), key=_language_order):
        lists.setdefault(value.language or "und", []).append(str(value))
    return {language: tuple(texts) for language, texts in lists.items()}


def _language_order(value: Any) -> tuple[str, str]:
    return value.language or "", str(value)
