"""The OAI-PMH sets of a record, by type, country and global target, and their names; it knows no database."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vocabularies.concepts import load_scheme
from vocabularies.formats.labels import official_label
from vocabularies.record import Record

_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_GBF = re.compile(r"GBF-(TARGET-\d\d|GOAL-[A-Z])\Z")
_NAMES = {"type": "Record type", "country": "Country", "gbf": "Kunming-Montreal Global Biodiversity Framework"}


@dataclass(frozen=True, slots=True)
class SetInfo:
    """A set by its setSpec, with its name in one language."""

    spec: str
    name: str


def sets_of(record: Record) -> tuple[str, ...]:
    """Give every setSpec the record belongs to, sorted; a set's parent always comes with it (OAI-PMH 2.0 §2.6)."""
    specs = {"type", f"type:{record.type}"}
    for place in (record.government, *record.country_regions):
        if place and _COUNTRY.match(place):
            specs |= {"country", f"country:{place}"}
    for term in (*record.gbf_targets, *record.gbf_goals):
        if match := _GBF.match(term):
            specs |= {"gbf", f"gbf:{match[1].lower()}"}
    return tuple(sorted(specs))


def set_name(spec: str, language: str = "en") -> str:
    """Give the official name of a set in a language, else in English; the setSpec itself where no vocabulary has it."""
    family, _, term = spec.partition(":")
    if not term:
        return _NAMES.get(spec, spec)
    scheme = {"type": "record-types", "country": "countries", "gbf": _gbf_scheme(term)}.get(family)
    concept = load_scheme(scheme).concepts.get(f"GBF-{term.upper()}" if family == "gbf" else term) if scheme else None
    return official_label(concept, language)[0] if concept else spec


def _gbf_scheme(term: str) -> str:
    return "gbf-goals" if term.startswith("goal") else "gbf-targets"
