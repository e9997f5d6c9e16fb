"""Subjects, places and rights of Dublin Core → terms of the federation's vocabularies, else free text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from harvester.crosswalks.dc_dates import find_period
from harvester.crosswalks.dc_elements import Value, Values, language_of, one_line, to_text
from vocabularies.concepts import find_term, term_value
from vocabularies.record import Access, Box, Keyword, Point, Spatial, Temporal
from vocabularies.text import LangText

_TOPICS = ("subjects", "gbf_targets", "gbf_goals", "sdgs", "aichi_targets", "treaties")
_BARE_CODE = re.compile(r"(?:[^\W\d]+[\W_]*)?(?:[\dIVX]+(?:\.[\da-d]+)?|[a-d])\W*", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:;|\|\|?|\n)\s*")
_LIMITS = re.compile(r"\b(northlimit|southlimit|eastlimit|westlimit|north|south|east|west|name)\s*=\s*([^;]+)", re.I)
_POINT = re.compile(r"\s*([-+]?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*([-+]?\d{1,3}(?:\.\d+)?)\s*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ALSO_WORDS = frozenset({
    "georgia", "jordan", "chad", "guinea", "turkey", "niger", "jersey", "reunion", "réunion", "saint martin",
    "montserrat", "luxembourg",
})  # fmt: skip
"""Names of countries that are words, names of people or of other places as well."""
_ACCESS = "info:eu-repo/semantics/"
_RESTRICTED = frozenset({"restrictedaccess", "closedaccess", "embargoedaccess"})
_LICENCE_URL = re.compile(r"https?://[^\s<>\"]+")


@dataclass(slots=True)
class Topics:
    """Subjects sorted into the record's vocabulary fields, and the keywords that are in none."""

    terms: dict[str, list[str]] = field(default_factory=dict)
    keywords: dict[str, Keyword] = field(default_factory=dict)


@dataclass(slots=True)
class Coverage:
    """Coverage sorted into places, a position, a period and texts that are none of them."""

    countries: list[str] = field(default_factory=list)
    spatial: Spatial | None = None
    temporal: Temporal | None = None
    rest: list[str] = field(default_factory=list)


def to_topics(values: Values, fallback: str) -> Topics:
    """Give the terms that the subjects name and, for all others, keywords in their language."""
    topics = Topics()
    for text, stated in _parts(values):
        found = find_topic(text)
        if found is not None:
            kept = topics.terms.setdefault(found[0], [])
            if found[1] not in kept:
                kept.append(found[1])
        elif text not in topics.keywords:
            topics.keywords[text] = _keyword(text, language_of(stated, fallback))
    return topics


@lru_cache(maxsize=16384)
def _keyword(text: str, language: str) -> Keyword:
    is_uri = text.startswith(("http://", "https://")) and " " not in text
    return Keyword(label=LangText({language: text}), uri=text if is_uri else None)


@lru_cache(maxsize=16384)
def find_topic(text: str) -> tuple[str, str] | None:
    """Give (field, value) of the term a subject names, or None.

    A bare “Target 3” or “15” names a target in several lists and so none.
    """
    if len(text) > 400:
        return None
    for name in ("subjects",) if _BARE_CODE.fullmatch(text) else _TOPICS:
        concept = find_term(name, text)
        if concept is not None:
            return name, term_value(concept)
    return None


def countries_named(topics: Topics) -> tuple[str, ...]:
    """Give the countries that keywords name beyond doubt: no codes, no names that are words or people as well."""
    found: dict[str, None] = {}
    for keyword in topics.keywords.values():
        for text in keyword.label.values():
            if country := _country_named(text):
                found[country] = None
    return tuple(found)


@lru_cache(maxsize=16384)
def _country_named(text: str) -> str | None:
    plain = text.strip().replace("-", " ")
    if not 4 <= len(plain) <= 60 or plain.isupper() or plain.lower() in _ALSO_WORDS:
        return None
    concept = find_term("country_regions", plain)
    return term_value(concept) if concept is not None and _COUNTRY.fullmatch(concept.id) else None


def to_coverage(values: Values) -> Coverage:
    """Give countries and regions, the first position, the first period, and what is neither."""
    coverage = Coverage()
    for text, _ in values:
        if position := find_position(text):
            coverage.spatial = coverage.spatial or position[0]
            text = position[1]
        elif coverage.temporal is None and (period := find_period(text)):
            coverage.temporal = period
            continue
        for part in _SEPARATOR.split(text):
            place = find_place(part) if part else None
            if place is not None and place not in coverage.countries:
                coverage.countries.append(place)
            elif place is None and part:
                coverage.rest.append(part)
    return coverage


@lru_cache(maxsize=16384)
def find_place(text: str) -> str | None:
    """Give the id of the country or region a text names, or None; of “Nairobi, Kenya” the last part counts too."""
    if len(text) > 200:
        return None
    for part in dict.fromkeys((text, text.rpartition(",")[2].strip())):
        if part and not part.isdecimal() and (concept := find_term("country_regions", part)):
            return term_value(concept)
    return None


@lru_cache(maxsize=8192)
def find_position(text: str) -> tuple[Spatial, str] | None:
    """Give the box or point a DCMI Box, DCMI Point or “latitude, longitude” states, with its place name, or None."""
    named = {name.lower().removesuffix("limit"): value.strip() for name, value in _LIMITS.findall(text)}
    try:
        if {"north", "south", "east", "west"} <= named.keys():
            box = {name: float(named[name]) for name in ("north", "south", "east", "west")}
            return Spatial(box=Box(**box)), named.get("name", "")
        if {"north", "east"} <= named.keys():
            point = Point(latitude=float(named["north"]), longitude=float(named["east"]))
            return Spatial(point=point), named.get("name", "")
        if match := _POINT.fullmatch(text):
            return Spatial(point=Point(latitude=float(match[1]), longitude=float(match[2]))), ""
    except ValueError:  # a number out of range or none; pydantic's error is a ValueError too
        return None
    return None


def to_rights(values: Values, fallback: str) -> tuple[str | None, LangText, Access | None]:
    """Give the licence as its URI, the other statements as text, and the access they state."""
    licence: str | None = None
    access: Access | None = None
    texts: list[Value] = []
    for text, stated in values:
        known = find_licence(text)
        if known is not None and licence is None:
            licence = known
        if text.startswith(_ACCESS):
            restricted = text.removeprefix(_ACCESS).lower() in _RESTRICTED
            access = Access(level="restricted") if restricted else access
        elif known is None or known != licence:
            texts.append((one_line(text), stated))
    return licence, to_text(texts, fallback), access


@lru_cache(maxsize=4096)
def find_licence(text: str) -> str | None:
    """Give the URI of a licence we know from its URI, short name or a statement that links it, or None."""
    for part in (text, *_LICENCE_URL.findall(text)):
        concept = find_term("license", part.rstrip(".,;)"))
        if concept is not None:
            return term_value(concept)
    return None


def _parts(values: Values) -> Iterator[Value]:
    for text, stated in values:
        for part in _split(text):
            yield part, stated


@lru_cache(maxsize=16384)
def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (one_line(part) for part in _SEPARATOR.split(text))))
