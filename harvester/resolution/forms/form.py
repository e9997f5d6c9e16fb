"""A record's facts as they are said, and its form: the same folded, as comparing needs it. Values without rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import orjson

FORM_VERSION = "2"
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
    ``summary`` holds the smallest hashes of the summary's words, for likeness.
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


_NAMES = tuple(each.name for each in fields(Form))
_PAIRS = frozenset({_NAMES.index(name) for name in ("titles", "parts", "people")})
_FLAT = frozenset({
    _NAMES.index(name)
    for name in ("countries", "named", "numbers", "marks", "bodies", "ids", "addresses", "summary")
})  # fmt: skip


def dump_form(form: Form) -> bytes:
    """Give a form as the bytes of a JSON array, its fields in order; those at the end that say nothing are left out."""
    values = [getattr(form, name) for name in _NAMES]
    while values and (values[-1] is None or values[-1] == () or values[-1] == "" or values[-1] is False):
        values.pop()
    return orjson.dumps(values)


def parse_form(payload: bytes) -> Form:
    """Read back what ``dump_form`` wrote."""
    return to_kept_form(orjson.loads(payload))


def to_kept_form(values: list[Any]) -> Form:
    """Give the form of the values ``dump_form`` wrote, in the order of its fields; takes the list for itself."""
    for at, value in enumerate(values):
        if at in _PAIRS:
            values[at] = tuple([(one, other) for one, other in value])
        elif at in _FLAT:
            values[at] = tuple(value)
    return Form(*values)


def place_of(name: str) -> int:
    """Give where the values of a kept form hold a field."""
    return _NAMES.index(name)
