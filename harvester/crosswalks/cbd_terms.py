"""Terms of the CBD's thesaurus in a record → terms of our vocabularies; unknown ones are kept as they are. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from harvester.crosswalks.cbd_told import Term, Told
from harvester.crosswalks.dc_terms import find_topic
from vocabularies.concepts import find_term, term_value
from vocabularies.record import Keyword
from vocabularies.text import LangText

_NAMED_BY = ("title", "name", "customValue")
_TERM_FIELDS = (
    "government",
    "details.assistance_types",
    "details.organization_type",
    "details.jurisdiction",
    "details.categories",
    "details.eligible_organization_types",
)
"""Fields of ours that take terms of a vocabulary, beside those that say what a record is about."""
_GUID = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)
_COMPONENT = re.compile(r"(AICHI-TARGET-\d+)-C\d+", re.IGNORECASE)
TOPICS = (
    "cbdSubjects", "thematicAreas", "thematicArea", "themes", "subjects", "gbfTargets", "gbfTarget", "gbfGoals",
    "gbfGoal", "aichiTargets", "aichiTarget", "otherAichiTargets", "globalTargetAlignment", "globalGoalAlignment",
    "globalGoalOrTarget", "primaryGlobalAlignment", "otherGlobalAlignments", "sdgs", "sdgGoals", "sdgTargets",
    "nagoya.subjects", "nagoya.keyAreas", "nagoya.mccKeywords", "biosafety.subjects", "absKeyAreas", "absThematicAreas",
    "cpbThematicAreas", "cpbSubjectAreas", "keywords", "keywordOther", "tags", "freeTags",
)  # fmt: skip
"""Fields whose terms say what a record is about."""
PLACES = (
    "countryRegions", "countries", "regions", "coverage", "coverageCountries", "coverageRegions", "areasBenifited",
    "coverageAreas", "hostGovernments", "jurisdictionCountries", "jurisdictionRegions", "sourceCountries",
    "eventCountry",
)  # fmt: skip
"""Fields whose terms say where it holds; the misspelling is the schema's (www.cbd.int, bbiOpportunity)."""


@dataclass(slots=True)
class Topics:
    """Terms by record field, keywords of those that are in none, and terms without a label we know."""

    terms: dict[str, list[str]] = field(default_factory=dict)
    keywords: dict[str, Keyword] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def to_topics(told: Told) -> Topics:
    """Give what a record is about."""
    topics = Topics()
    for term in told.terms(*TOPICS):
        found = next(filter(None, map(find_topic, _names(term))), None)
        if found is not None:
            kept = topics.terms.setdefault(found[0], [])
            if found[1] not in kept:
                kept.append(found[1])
        elif term.label:
            topics.keywords.setdefault(next(iter(term.label.values())), Keyword(label=term.label))
        elif term.identifier and not _is_code(term.identifier):
            topics.keywords.setdefault(term.identifier, Keyword(label=LangText({told.fallback: term.identifier})))
        elif term.identifier and term.identifier not in topics.unknown:
            topics.unknown.append(term.identifier)
    return topics


def to_codes(told: Told) -> dict[str, dict[str, str]]:
    """Give the terms no vocabulary of ours has, by field: what the thesaurus calls them, by their identifier.

    A record shows the name or the identifier of such a term; here are both.
    """
    found: dict[str, dict[str, str]] = {}
    for name in told.used & told.fields.keys():
        stated = any(map(_is_named, told.fields[name].values))
        for term in told.terms(name) if stated or name in _TERMS else ():
            if term.label and (stated or _is_code(term.identifier)) and term.identifier and not _is_known(term):
                found.setdefault(name, {})[term.identifier] = term.shown
    return dict(sorted(found.items()))


_TERMS = frozenset({*TOPICS, *PLACES})
"""Fields of which the index gives identifiers and names beside each other: ``themes_ss`` and ``themes_EN_ss``."""


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and "identifier" in value and any(value.get(each) for each in _NAMED_BY)


def _is_known(term: Term) -> bool:
    return any(map(find_topic, _names(term))) or any(find_in(name, term) for name in _TERM_FIELDS)


def to_places(terms: Iterable[Term]) -> tuple[list[str], list[str]]:
    """Give the countries and regions that terms name, unknown regions of the thesaurus as they are, and the rest."""
    places: list[str] = []
    rest: list[str] = []
    for term in terms:
        found = find_in("country_regions", term)
        if found is None and _GUID.fullmatch(term.identifier):
            found = term.identifier
        if found is None:
            rest.append(term.shown)
        elif found not in places:
            places.append(found)
    return places, rest


def find_in(name: str, term: Term | None) -> str | None:
    """Give what a record stores for a term in a field with a vocabulary, or None."""
    for text in _names(term) if term else ():
        if len(text) < 300 and (concept := find_term(name, text)):
            return term_value(concept)
    return None


def find_country(told: Told, *names: str) -> str | None:
    """Give the country that the first telling field names, or None."""
    return next((found for term in told.terms(*names) if (found := find_in("government", term))), None)


def _names(term: Term) -> Iterable[str]:
    match = _COMPONENT.fullmatch(term.identifier)
    return filter(None, (match[1] if match else term.identifier, *term.label.values()))


def _is_code(text: str) -> bool:
    return " " not in text and (any(char.isdigit() for char in text) or text.isupper() or ":" in text)
