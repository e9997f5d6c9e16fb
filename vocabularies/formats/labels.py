"""The words and addresses of the terms a record names, looked up once a process; writes no format."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from vocabularies.concepts import FIELD_SCHEMES, Concept, find_term, load_scheme
from vocabularies.record import Record
from vocabularies.skos import primary_language

TOPIC_FIELDS = ("subjects", "gbf_targets", "gbf_goals", "sdgs", "aichi_targets", "treaties")
"""Record fields whose terms say what the record is about."""

CREATOR_ROLES = frozenset({"author", "creator", "provider"})


@lru_cache(maxsize=16384)
def find_concept(field: str, value: str) -> Concept | None:
    """Give the concept a record's field names by the id it stores, a licence by its address; None where unknown."""
    for scheme in FIELD_SCHEMES[field]:
        if concept := load_scheme(scheme).concepts.get(value):
            return concept
    return find_term(field, value) if field == "license" else None


def languages_of(record: Record) -> tuple[str, ...]:
    """Give the languages to label a record's terms in: English and those of its title, sorted, primary subtags."""
    return tuple(sorted({"en", *map(primary_language, record.title)}))


@lru_cache(maxsize=65536)
def labels_of(field: str, value: str, languages: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Give (language, label) for each wanted language the term is officially labelled in; an unknown term as ``und``.

    Unofficial labels stay at home: a reader of a published format could not tell them from the official ones.
    """
    concept = find_concept(field, value)
    if concept is None:
        return (("und", value),)
    official = [(tag, text) for tag, text in sorted(concept.pref_labels.items()) if concept.is_official(tag)]
    wanted = [(tag, text) for tag, text in official if primary_language(tag) in languages]
    return tuple(wanted) or (concept.label("en")[::-1],)


def official_label(concept: Concept, language: str) -> tuple[str, str]:
    """Give (text, language) of the term's official label in a language, else of its English one."""
    return concept.label(language if concept.is_official(primary_language(language)) else "en")


def label_of(field: str, value: str, language: str = "en") -> str:
    """Give the term's official label in a language, else its English one, or the bare value of an unknown term."""
    concept = find_concept(field, value)
    return value if concept is None else official_label(concept, language)[0]


def topics(record: Record) -> Iterator[tuple[str, str]]:
    """Give (field, value) of every term that says what the record is about."""
    for field in TOPIC_FIELDS:
        for value in getattr(record, field):
            yield field, value


def places(record: Record) -> tuple[tuple[str, str], ...]:
    """Give (field, value) of the government and of each country or region, each once."""
    found = {value: ("country_regions", value) for value in record.country_regions}
    if record.government:
        found = {record.government: ("government", record.government), **found}
        found[record.government] = ("government", record.government)
    return tuple(found.values())
