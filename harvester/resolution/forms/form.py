"""A record's facts as they are said, and its form: the same folded, as comparing needs it. Values without rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

import orjson

FORM_VERSION = "4"
"""Raise it when the same facts give another form: a rebuild then folds every record anew."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a record, or a row of a labelled set, says of a thing; nothing is folded yet.

    ``titles`` are by language tag ("und": unknown), ``date`` is the thing's own, partial ISO 8601; ``start`` the first
    day of an event. ``people`` are names as written, ``roles`` what a person is named for. ``ids`` are certain keys
    (``vocabularies.identifiers``).
    """

    type: str = ""
    subtype: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    start: str = ""
    government: str = ""
    countries: Sequence[str] = ()
    people: Sequence[str] = ()
    bodies: Sequence[str] = ()
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    ids: Sequence[str] = ()
    addresses: Sequence[str] = ()
    city: str = ""
    summary: str = ""
    roles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A record's facts folded.

    ``titles`` are (language, folded title), sorted. ``countries`` are the stated ones, or where none is stated those
    ``named`` in the titles (ISO 3166-1 alpha-2, sorted). ``series`` is a known series of reports and ``slot`` its place
    in it, empty where it was not understood. ``parts`` are typed numbers of the titles such as ("volume", "2"),
    ``numbers`` the other numerals, ``marks`` words such as draft, annex or summary. ``people`` are (surname, initials).
    ``summary`` holds the smallest hashes of the summary's words, for likeness. ``topics`` are what the title that says
    most speaks of, whatever its language (``topics.txt``), sorted.
    """

    type: str = ""
    subtype: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    year: int | None = None
    start: str = ""
    government: str = ""
    countries: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    series: str = ""
    slot: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    et_al: bool = False
    bodies: tuple[str, ...] = ()
    venue: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    ids: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    city: str = ""
    summary: tuple[int, ...] = ()
    topics: tuple[str, ...] = ()


_NAMES = tuple(each.name for each in fields(Form))
_VALUES = attrgetter(*_NAMES)
_PAIRS = tuple(map(_NAMES.index, ("titles", "parts", "people")))
_FLAT = tuple(
    map(_NAMES.index, ("countries", "named", "numbers", "marks", "bodies", "ids", "addresses", "summary", "topics"))
)


def dump_form(form: Form) -> bytes:
    """Give a form as the bytes of a JSON array, its fields in order; those at the end that say nothing are left out."""
    values = _VALUES(form)
    end = len(values)
    while end and not values[end - 1]:
        end -= 1
    return orjson.dumps(values[:end])


def parse_form(payload: bytes) -> Form:
    """Read back what ``dump_form`` wrote."""
    return to_kept_form(orjson.loads(payload))


def to_kept_form(values: list[Any]) -> Form:
    """Give the form of the values ``dump_form`` wrote, in the order of its fields; takes the list for itself."""
    count = len(values)
    for at in _FLAT:
        if at < count:
            values[at] = tuple(values[at])
    for at in _PAIRS:
        if at < count:
            values[at] = tuple(map(tuple, values[at]))
    return Form(*values)


def place_of(name: str) -> int:
    """Give where the values of a kept form hold a field."""
    return _NAMES.index(name)
