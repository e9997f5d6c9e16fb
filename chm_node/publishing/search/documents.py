"""Native JSON → search document: which words and facet values a record is found by. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from chm_node.publishing.cbd_index.fields import marks_of as cbd_marks
from chm_node.publishing.informea.entities import marks_of as informea_marks
from chm_node.publishing.search.engine import SearchDocument
from chm_node.publishing.search.instants import instants_of
from chm_node.publishing.search.tokens import tokens
from vocabularies.concepts import load_scheme, region_ancestors

_TERM_FIELDS = (
    ("gbfTargets", ("gbf-targets",)),
    ("gbfGoals", ("gbf-goals",)),
    ("sdgs", ("sdg-goals", "sdg-targets")),
    ("aichiTargets", ("aichi-targets",)),
    ("subjects", ("cbd-subjects",)),
    ("treaties", ("treaties",)),
    ("countryRegions", ("countries", "un-m49", "cbd-regions")),
    ("government", ("countries",)),
)
_DETAIL_TERMS = (
    ("assistanceTypes", ("assistance-types",)),
    ("country", ("countries",)),
    ("eligibleCountries", ("countries",)),
)
_YEAR_PATHS = (
    ("dates", "issued"), ("details", "publicationDate"), ("details", "start"), ("details", "datePublished"),
    ("details", "adoptionDate"), ("details", "adoption"), ("temporal", "start"), ("dates", "published"),
    ("dates", "created"),
)  # fmt: skip


@lru_cache(maxsize=8192)
def _label_tokens(schemes: tuple[str, ...], concept_id: str) -> tuple[str, ...]:
    """Every word of a concept's labels in all languages, as one string: any language finds the record."""
    words: dict[str, None] = {}
    for scheme in schemes:
        concept = load_scheme(scheme).concepts.get(concept_id)
        if concept is None:
            continue
        labels = [*concept.pref_labels.values(), *(text for texts in concept.alt_labels.values() for text in texts)]
        for text in labels:
            words.update(dict.fromkeys(tokens(text)))
        break
    return (" ".join(words),) if words else ()


@lru_cache(maxsize=8192)
def _name_tokens(text: str) -> tuple[str, ...]:
    """Words of a keyword or of a body's name, which many records share."""
    return tuple(tokens(text))


def _texts(value: Any) -> list[str]:
    return [text for text in value.values() if isinstance(text, str)] if isinstance(value, dict) else []


def _values(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _countries(record: Mapping[str, Any], details: Mapping[str, Any]) -> list[str]:
    known = load_scheme("countries")
    places = [
        *_values(record.get("government")),
        *_values(record.get("countryRegions")),
        *_values(details.get("country")),
    ]
    return [place for place in dict.fromkeys(places) if known.is_known(place)]


def _regions(record: Mapping[str, Any], countries: Iterable[str]) -> list[str]:
    named = [place for place in _values(record.get("countryRegions")) if load_scheme("un-m49").is_known(place)]
    return list(dict.fromkeys([*named, *(region for country in countries for region in region_ancestors(country))]))


def _year(record: Mapping[str, Any]) -> list[str]:
    for first, second in _YEAR_PATHS:
        value = (record.get(first) or {}).get(second)
        if isinstance(value, str) and value[:4].isdecimal():
            return [value[:4]]
    return []


def _facets(record: Mapping[str, Any], details: Mapping[str, Any]) -> dict[str, list[str]]:
    countries = _countries(record, details)
    aligned = [item.get("target", "") for item in details.get("alignment", ())]
    targets = [*_values(record.get("gbfTargets")), *(target for target in aligned if target.startswith("GBF-TARGET"))]
    nodes = [record["publisher"]["node"], *(entry.get("source", "") for entry in record.get("provenance", ()))]
    return {
        "type": [record["type"]],
        "country": countries,
        "region": _regions(record, countries),
        "target": list(dict.fromkeys(targets)),
        "subject": _values(record.get("subjects")),
        "language": _values(record.get("languages")),
        "year": _year(record),
        "node": list(dict.fromkeys(filter(None, nodes))),
    }


def _body(record: Mapping[str, Any], details: Mapping[str, Any]) -> list[str]:
    words: list[str] = []
    for text in _texts(record.get("summary")):
        words.extend(tokens(text))
    for value in details.values():
        if isinstance(value, str):
            words.extend(tokens(value))
        for text in _texts(value):
            words.extend(tokens(text))
    for keyword in record.get("keywords", ()):
        for text in _texts(keyword.get("label")):
            words.extend(_name_tokens(text))
    for agent in (*record.get("organizations", ()), record["publisher"]):
        for text in _texts(agent.get("name")):
            words.extend(_name_tokens(text))
    for identifier in record.get("sourceIds", ()):
        words.extend(tokens(identifier["value"]))
    for holder, fields in ((record, _TERM_FIELDS), (details, _DETAIL_TERMS)):
        for field, schemes in fields:
            if field in holder:
                for term in _values(holder[field]):
                    words.extend(_label_tokens(schemes, term))
    return words


def to_document(local_id: str, sequence: int, native: bytes, *, changed_at: datetime) -> SearchDocument:
    """Give the search document of a record's native JSON, which last changed here at the instant."""
    record: dict[str, Any] = orjson.loads(native)
    details = record.get("details") or {}
    title: list[str] = []
    for text in (*_texts(record.get("title")), *_texts(details.get("acronym"))):
        title.extend(tokens(text))
    facets = _facets(record, details)
    marks = [*cbd_marks(local_id, record), *informea_marks(record)]
    return SearchDocument(
        local_id, sequence, title, _body(record, details), facets, marks, instants_of(record, changed_at)
    )
