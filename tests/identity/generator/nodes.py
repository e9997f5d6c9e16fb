"""The nodes that hold records of the set, each with its habits: languages, carelessness, identifiers; a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.identity.generator.things import Thing
from tests.identity.generator.words import LANGUAGES


@dataclass(frozen=True, slots=True)
class Node:
    """A node's habits. ``rates`` are chances of each slip, ``ids`` of each identifier being told.

    ``languages`` is all | english | national | any | two.
    """

    name: str
    languages: str
    rates: Mapping[str, float] = field(default_factory=dict)
    ids: Mapping[str, float] = field(default_factory=dict)
    people: str = "full"


_CLEAN = {"no-summary": 0.2, "year-only": 0.1, "other-day": 0.02}
_SHEET = {
    "typo": 0.25, "abbreviate": 0.35, "no-date": 0.35, "year-only": 0.5, "no-summary": 0.8, "no-country": 0.3,
    "lower": 0.1, "blanks": 0.2, "other-year": 0.1, "other-day": 0.06, "no-people": 0.4, "no-body": 0.5,
}  # fmt: skip
_LIBRARY = {
    "caps": 0.45, "suffix": 0.3, "year-only": 0.9, "plain-letters": 0.3, "no-country": 0.5, "no-summary": 0.6,
    "other-year": 0.1,
}  # fmt: skip
_FEED = {
    "entities": 0.4, "undetermined": 0.7, "no-country": 0.6, "site-name": 0.35, "no-body": 0.4, "html": 0.8,
    "no-people": 0.6, "typo": 0.05, "other-day": 0.1, "no-date": 0.1, "other-year": 0.06,
}  # fmt: skip
_PORTAL = {"file-name": 0.3, "year-only": 0.4, "no-country": 0.3, "abbreviate": 0.15, "typo": 0.05, "html": 0.3}
_BIOLAND = {"typo": 0.1, "caps": 0.1, "no-date": 0.2, "year-only": 0.3, "html": 0.6, "blanks": 0.1, "dashes": 0.3}
_COPY = {"site-name": 0.15, "year-only": 0.1}

NODES: Mapping[str, Node] = {
    node.name: node
    for node in (
        Node("cbd-central", "all", _CLEAN, {"cbd": 0.9, "un-symbol": 0.7, "isbn": 0.4, "doi": 0.3, "page": 0.4}),
        Node("informea", "english", {**_CLEAN, "no-body": 0.8, "html": 0.5}, {"informea": 1, "un-symbol": 0.3}),
        Node("un-documents", "any", {"caps": 0.15, "dashes": 0.4, "no-body": 0.3}, {"un-symbol": 0.6, "isbn": 0.2}),
        Node("depository-library", "any", _LIBRARY, {"isbn": 0.5, "oai": 1, "doi": 0.3}, "comma"),
        Node("open-data-portal", "any", _PORTAL, {"doi": 0.35, "local": 1}, "full-comma"),
        Node("partner-feed", "any", _FEED, {"page": 0.5}, "first"),
        Node("curated-sheet", "any", _SHEET, {"doi": 0.1, "wdpa": 0.2, "isbn": 0.1}, "medline"),
        Node("technology-portal", "two", {"abbreviate": 0.2, "no-date": 0.3, "no-summary": 0.3}, {"local": 1}, "first"),
        Node("gbif-registry", "english", {"year-only": 0.1}, {"doi": 0.8, "gbif": 1}, "full"),
        Node("protected-planet", "english", {"no-summary": 0.8, "no-body": 1}, {"wdpa": 1}),
        Node("regional-centre", "two", _COPY, {"page": 0.3, "cbd": 0.15}, "full"),
        Node("national", "national", _BIOLAND, {"cbd": 0.2, "page": 0.3, "doi": 0.3, "isbn": 0.2, "wdpa": 0.4}),
    )
}

_TREATY = ("cbd-central", "informea", "national", "un-documents", "depository-library", "regional-centre",
           "partner-feed", "curated-sheet")  # fmt: skip
_AID = ("cbd-central", "technology-portal", "national", "curated-sheet", "regional-centre", "partner-feed",
        "un-documents")  # fmt: skip
HOLDERS: Mapping[str, Sequence[str]] = {
    "nationalSubmission": _TREATY,
    "legalInstrument": _TREATY,
    "event": _TREATY,
    "nationalTarget": ("cbd-central", "national", "informea", "curated-sheet", "regional-centre"),
    "organization": ("cbd-central", "national", "curated-sheet", "gbif-registry", "regional-centre", "un-documents"),
    "focalPoint": ("cbd-central", "informea", "national", "curated-sheet", "regional-centre"),
    "need": _AID,
    "offer": _AID,
    "capacityInitiative": _AID,
    "project": _AID,
    "technology": _AID,
    "resource": ("cbd-central", "depository-library", "open-data-portal", "un-documents", "regional-centre",
                 "partner-feed", "national", "curated-sheet"),
    "dataset": ("gbif-registry", "open-data-portal", "national", "regional-centre", "depository-library",
                "curated-sheet"),
    "service": ("cbd-central", "national", "curated-sheet", "partner-feed", "un-documents"),
    "news": ("cbd-central", "partner-feed", "national", "regional-centre", "un-documents"),
    "place": ("protected-planet", "national", "informea", "curated-sheet", "un-documents"),
}  # fmt: skip
"""Which nodes may hold a record of each type."""

_NATIONAL = {
    "en": "KE NG DM GW KP KR GE AT AU IE IS MW LC TT IN BR ZA TH ID SS PG",
    "fr": "NE GN CG CD TD ML SN FR CH BF BJ CI",
    "es": "DO GQ MX PE CO CR CL AR UY BO",
    "ar": "SD JO EG MA TN DZ",
    "ru": "RU KZ BY",
    "zh": "CN",
}
LANGUAGE_OF: Mapping[str, str] = {code: language for language, codes in _NATIONAL.items() for code in codes.split()}
_ELSEWHERE = ("CN", "EG", "RU", "MX", "FR", "KE", "KZ", "JO")
"""Whose national nodes hold things that belong to no country."""
_AT_HOME = 0.45
"""How many things the main holder of their type has."""
_VAGUE = ("generic/newsletter", "generic/introduction")
"""Things two records of which nobody could be sure of: one node has them."""
_HOLDINGS = (1, 2, 2, 2, 2, 2, 3, 3, 3, 4)


def holders_of(thing: Thing, rng: Random) -> list[tuple[Node, str]]:
    """Choose the nodes that hold a thing, with the country of the node where it is a national one."""
    names = list(HOLDERS[thing.type])
    rng.shuffle(names)
    if rng.random() < _AT_HOME:
        names.sort(key=lambda name: name != HOLDERS[thing.type][0])
    chosen = names[: 1 if thing.key.startswith(_VAGUE) else rng.choice(_HOLDINGS)]
    return [(NODES[name], _country(thing, rng) if name == "national" else "") for name in chosen]


def _country(thing: Thing, rng: Random) -> str:
    return thing.country or rng.choice(_ELSEWHERE)


def choose_languages(node: Node, country: str, thing: Thing, rng: Random) -> list[str]:
    """Choose the languages a node has the title of a thing in, its first language first."""
    present = [language for language in LANGUAGES if language in thing.titles]
    match node.languages:
        case "english":
            wanted = ["en"]
        case "national":
            wanted = [LANGUAGE_OF[country], *(["en"] if rng.random() < 0.15 else [])]
        case "any":
            wanted = [rng.choice(LANGUAGES)]
        case "two":
            wanted = rng.sample(LANGUAGES, 2)
        case _:
            wanted = ["en", *rng.sample(LANGUAGES[1:], rng.choice((0, 0, 1, 2, 5)))]
    found = [language for language in dict.fromkeys(wanted) if language in present]
    return found or present[:1]
