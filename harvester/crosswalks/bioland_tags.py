"""The tags of a Bioland node, identifiers of the CBD thesaurus → terms of the vocabularies, or keywords. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from harvester.crosswalks.json_texts import find_first
from vocabularies.concepts import find_term, term_value
from vocabularies.record import Keyword
from vocabularies.text import UNDETERMINED, LangText

_PREFIXES = (
    ("GBF-TARGET-", "gbf_targets"), ("GBF-GOAL-", "gbf_goals"), ("CBD-SUBJECT-", "subjects"), ("SDG-", "sdgs"),
    ("AICHI-TARGET-", "aichi_targets"),
)  # fmt: skip
_PLACE = re.compile(r"[A-Za-z]{2,3}|\d{3}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_ANY = ("subjects", "gbf_targets", "gbf_goals", "aichi_targets", "country_regions")
_NAMES = ("identifier", "field_identifier", "value", "name", "termId")


@dataclass(slots=True)
class Tags:
    """Tags sorted into the record's vocabulary fields, and those that name no term we know."""

    terms: dict[str, list[str]] = field(default_factory=dict)
    keywords: dict[str, Keyword] = field(default_factory=dict)


def to_tags(nodes: Iterable[Mapping[str, Any]]) -> Tags:
    """Give the terms that the tags of a node in all its languages name; the others stay keywords as they are."""
    tags = Tags()
    for text in (text for node in nodes for text in tags_of(node.get("field_tags"))):
        found = find_tag(text)
        if found is None:
            tags.keywords.setdefault(text, Keyword(label=LangText({UNDETERMINED: text})))
            continue
        kept = tags.terms.setdefault(found[0], [])
        if found[1] not in kept:
            kept.append(found[1])
    return tags


def tags_of(value: object) -> list[str]:
    """Give tags out of texts, lists, lists in a text with commas, and objects that name the term."""
    if isinstance(value, list):
        return [text for each in value for text in tags_of(each)]
    if isinstance(value, dict):
        named = (find_first(value.get(name)) for name in _NAMES)
        return [text for text in (next(filter(None, named), None),) if text]
    return [part.strip() for part in (find_first(value) or "").split(",") if part.strip()]


@lru_cache(maxsize=4096)
def find_tag(text: str) -> tuple[str, str] | None:
    """Give (field, value) of the term a tag names, by its prefix, as a place, or by label; None where it names none."""
    upper = text.upper()
    for prefix, name in _PREFIXES:
        if upper.startswith(prefix):
            concept = find_term(name, text)
            return (name, term_value(concept)) if concept else None
    for name in ("country_regions", "subjects") if _PLACE.fullmatch(text) else _ANY:
        if len(text) <= 300 and (concept := find_term(name, text)):
            return name, term_value(concept)
    return None
