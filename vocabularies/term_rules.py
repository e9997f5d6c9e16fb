"""The rule on controlled terms: a value of a field with a vocabulary is one of its concepts, or near ones are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import Any

from pydantic.alias_generators import to_camel

from vocabularies.concepts import FIELD_SCHEMES, Concept, find_term, load_scheme, schemes_for, term_value
from vocabularies.problems import Problem, problem
from vocabularies.record import RECORD_CLASSES, Record, record_details

OPEN_FIELDS = frozenset({
    "subtype", "license", "treaties", "details.treaty", "details.organization_type", "details.jurisdiction",
    "details.categories", "details.eligible_organization_types",
})  # fmt: skip
"""Fields whose lists are known to be incomplete: another value is kept and only lowers the score."""

_GUID = re.compile(r"\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")
_PLACES = frozenset({"countries", "un-m49", "cbd-regions"})
_SUGGESTED = 3
_WORD_LENGTH = 4


@dataclass(frozen=True, slots=True)
class TermField:
    """A field of one record type and what it takes; ``inner`` is the attribute holding the term in a list of parts."""

    name: str
    attribute: str
    inner: str
    pointer: str
    accepted: frozenset[str]


@cache
def term_fields(record_type: str) -> tuple[tuple[TermField, ...], tuple[TermField, ...]]:
    """Give the term fields of a record type: those of the record and those of its details; made at first use."""
    record_class = RECORD_CLASSES[record_type]
    details_class: Any = record_class.model_fields["details"].annotation
    core: list[TermField] = []
    details: list[TermField] = []
    for name in FIELD_SCHEMES:
        parts = name.split(".")
        in_details = parts[0] == "details"
        attribute, inner = (parts[in_details], ".".join(parts[in_details + 1 :]))
        holder = details_class if in_details else record_class
        if name == "type" or attribute not in holder.model_fields or not schemes_for(name, record_type):
            continue
        pointer = "/" + "/".join(to_camel(part) for part in parts[: in_details + 1])
        field = TermField(name, attribute, inner, pointer, _accepted(schemes_for(name, record_type)))
        (details if in_details else core).append(field)
    return tuple(core), tuple(details)


@cache
def _accepted(scheme_ids: tuple[str, ...]) -> frozenset[str]:
    values: set[str] = set()
    for scheme_id in scheme_ids:
        for concept in load_scheme(scheme_id).concepts.values():
            values |= {concept.id, term_value(concept)}
            if _GUID.fullmatch(concept.id):
                values |= {concept.id.lower(), concept.id.upper()}
    return frozenset(values)


def check_terms(record: Record) -> Iterator[Problem]:
    """Name the values that are in no vocabulary of their field, with the terms that come near."""
    core, in_details = term_fields(record.type)
    for field in core:
        value = getattr(record, field.attribute)
        if value:
            yield from _check(field, value)
    if in_details:
        details = record_details(record)
        for field in in_details:
            value = getattr(details, field.attribute)
            if value:
                yield from _check(field, value)


def _check(field: TermField, value: Any) -> Iterable[Problem]:
    if isinstance(value, str):
        return () if value in field.accepted else _unknown(field, field.pointer, value)
    if not field.inner and field.accepted.issuperset(value):
        return ()
    found: list[Problem] = []
    for place, item in enumerate(value):
        term = getattr(item, field.inner) if field.inner else item
        if term not in field.accepted:
            inner = f"/{to_camel(field.inner)}" if field.inner else ""
            found += _unknown(field, f"{field.pointer}/{place}{inner}", term)
    return found


def _unknown(field: TermField, path: str, value: str) -> tuple[Problem, ...]:
    named = find_term(field.name, value) if len(value) <= 300 else None
    if field.name in OPEN_FIELDS:
        if named is not None:
            return ()
        return (replace(_term_problem(field, path, value, named), severity="warning"),)
    if FIELD_SCHEMES[field.name][0] in _PLACES:
        if _GUID.fullmatch(value):  # regions of the CBD thesaurus come and go; ours may be older than the source's
            return () if named else (replace(_term_problem(field, path, value, None), severity="warning"),)
        return (problem("COUNTRY_UNKNOWN", path, value, **_suggestion(field, value, named)),)
    return (_term_problem(field, path, value, named),)


def _term_problem(field: TermField, path: str, value: str, named: Concept | None) -> Problem:
    concept = min(load_scheme(FIELD_SCHEMES[field.name][0]).concepts.values(), key=lambda each: each.id)
    return problem("TERM_UNKNOWN", path, value, example=_shown(concept), **_suggestion(field, value, named))


def _suggestion(field: TermField, value: str, named: Concept | None) -> dict[str, str]:
    if named is not None:
        return {"suggestion": _shown(named)}
    names = _names(FIELD_SCHEMES[field.name])
    wanted = value[:120].casefold()
    near = get_close_matches(wanted, names, n=_SUGGESTED, cutoff=0.6) or _naming(wanted, names)
    concepts = dict.fromkeys(_shown(names[name]) for name in near)
    return {"suggestion": ", ".join(concepts)} if concepts else {}


def _naming(wanted: str, names: Iterable[str]) -> list[str]:
    """Give the first names that hold what was written as a word: ``forest`` → Forest Biodiversity."""
    if len(wanted) < _WORD_LENGTH:
        return []
    word = re.compile(rf"\b{re.escape(wanted)}\b")
    return list(islice((name for name in names if word.search(name)), _SUGGESTED))


@cache
def _names(scheme_ids: tuple[str, ...]) -> dict[str, Concept]:
    names: dict[str, Concept] = {}
    for scheme_id in scheme_ids:
        for concept in load_scheme(scheme_id).concepts.values():
            for name in (concept.id, *concept.pref_labels.values()):
                names.setdefault(name[:120].casefold(), concept)
    return names


def _shown(concept: Concept) -> str:
    return f"{term_value(concept)} ({concept.label('en')[0]})"
