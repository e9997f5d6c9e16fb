"""Cells of a foreign table → what our columns can hold: dates, addresses, countries, languages, terms. Pure.

What cannot be read as that stays with the record under its column's name; one odd cell never costs a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_terms import find_licence, find_place, find_topic
from harvester.crosswalks.language_codes import find_language
from harvester.mapping import Columns
from vocabularies.formats.tabular_cells import escape, slots_of
from vocabularies.identifiers import normalise_url

_DATES = ("dates.", "temporal.start", "temporal.end", "publicationDate")
_TERMS = ("subjects", "gbfTargets", "gbfGoals", "sdgs", "aichiTargets", "treaties")
_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"'|\])}]+[^\s<>\"'|\])}.,;:]")
_SEVERAL = re.compile(r"\s*[;|]\s*|\s*,\s+")
_ADDRESSES = "links.url"
_WORDS = "keywords.label"


def mend(columns: Columns) -> None:
    """Change the cells in place: those that can be read are as we write them, the others go to the rest."""
    for target in list(columns.ours):
        name = target.partition("[")[0]
        if name.startswith(_DATES):
            _keep(columns, target, find_date(columns.ours[target]))
        elif name == _ADDRESSES and not any(other.startswith("links.") for other in columns.ours if other != target):
            _addresses(columns, target)
        elif name == "countryRegions":
            _each(columns, target, find_place)
        elif name == "government":
            place = find_place(columns.ours[target])
            _keep(columns, target, place if place and len(place) == 2 else None)
        elif name == "languages":
            _each(columns, target, find_language)
        elif name == _WORDS and "keywords.uri" not in columns.ours:
            _keywords(columns, target)
        elif name in _TERMS:
            _terms(columns, target, name)
        elif name == "license" and target in columns.guessed and not find_licence(columns.ours[target]):
            _keep(columns, target, None)


def _keep(columns: Columns, target: str, read: str | None) -> None:
    if read is None:
        columns.rest.setdefault(columns.guessed.get(target, target), columns.ours.pop(target))
    else:
        columns.ours[target] = read


def _addresses(columns: Columns, target: str) -> None:
    """Take the addresses out of a cell that says more than one: ``[paper](https://…)``, “see https://… and https://…”."""
    cell = columns.ours[target]
    if all(normalise_url(part) for part in slots_of(cell) if part):
        return
    found = list(dict.fromkeys(url for url in _URL.findall(cell) if normalise_url(url)))
    columns.rest.setdefault(columns.guessed.get(target, target), cell)
    if found:
        columns.ours[target] = ";".join(map(escape, found))
    else:
        del columns.ours[target]


def _each(columns: Columns, target: str, find: Callable[[str], str | None]) -> None:
    """Read the parts of a cell one by one; those that cannot be read are kept."""
    cell = columns.ours.pop(target)
    parts = [cell] if find(cell) else [part for part in _SEVERAL.split(cell) if part.strip()]
    read = {part: find(part) for part in parts}
    if unread := [part for part, value in read.items() if not value]:
        columns.rest.setdefault(columns.guessed.get(target, target), "; ".join(unread))
    if known := list(dict.fromkeys(value for value in read.values() if value)):
        columns.ours[target] = ";".join(map(escape, known))


def _keywords(columns: Columns, target: str) -> None:
    """Put words that are terms of ours into the column of those; of one text with commas the parts are words."""
    parts = slots_of(columns.ours[target])
    if len(parts) == 1 and (parts[0].count(",") > 1 or re.search(r",\S", parts[0])):
        parts = parts[0].split(",")
    words = [part.strip() for part in parts if part.strip()]
    found = {word: topic for word in words if (topic := find_topic(word))}
    for field, value in found.values():
        name = re.sub(r"_([a-z])", lambda letter: letter[1].upper(), field)
        held = slots_of(columns.ours.get(name, ""))
        if value not in held:
            columns.ours[name] = ";".join(filter(None, (*map(escape, held), escape(value))))
    if words := [word for word in words if word not in found]:
        columns.ours[target] = ";".join(map(escape, words))
    else:
        del columns.ours[target]


def _terms(columns: Columns, target: str, name: str) -> None:
    """Keep the words that are no term of ours as keywords."""
    field = re.sub(r"([A-Z])", lambda found: f"_{found[0].lower()}", name)
    parts = [part.strip() for part in slots_of(columns.ours[target]) if part.strip()]
    known = [part for part in parts if (found := find_topic(part)) and found[0] == field]
    words = [part for part in parts if part not in known]
    if not words:
        return
    held = next((other for other in columns.ours if other.startswith("keywords.label")), "keywords.label")
    columns.ours[held] = ";".join(filter(None, (columns.ours.get(held, ""), *map(escape, words))))
    if known:
        columns.ours[target] = ";".join(map(escape, known))
    else:
        del columns.ours[target]
