"""The columns of a table of records, read off the models: one a field, texts one a language; reads no table itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from vocabularies.formats.record_shape import Kind, Property, record_shape, shape_of
from vocabularies.record import RECORD_TYPES
from vocabularies.text import normalise_language

UNKNOWN = "csv"
"""Where in ``extra`` the cells of columns no type has are kept."""

_LEFT_OUT = frozenset({"extra", "provenance"})
_HEADER = re.compile(r"(?P<name>[^\[\]]*?)\s*(?:\[\s*(?P<language>[^\]]*?)\s*\])?\s*\Z")
_GAPS = re.compile(r"[\s_\-]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One field of one record type as a column.

    ``path`` leads through the JSON; ``group`` is how many of its steps name a list of parts, whose members stand
    in one cell side by side; ``attribute`` is the path by which vocabularies know the field.
    """

    name: str
    path: tuple[str, ...]
    attribute: str
    kind: Kind
    many: bool
    group: int = 0
    choices: tuple[str, ...] = ()


@cache
def columns_for(record_type: str) -> Mapping[str, Column]:
    """Give the columns of a record type by name; KeyError for a type that is none of ours."""
    walked = _walk(record_shape(record_type), (), "", 0)
    return {column.name: column for column in walked if column.path[0] not in _LEFT_OUT}


def _walk(shape: Mapping[str, Property], path: tuple[str, ...], attribute: str, group: int) -> Iterator[Column]:
    for known in shape.values():
        here, named = (*path, known.name), f"{attribute}.{known.attribute}".lstrip(".")
        if known.part is not None:
            yield from _walk(shape_of(known.part), here, named, len(here) if known.repeated else group)
        elif known.kind != "json":
            yield Column(_name(here), here, named, known.kind, known.repeated, group, known.choices)


def _name(path: tuple[str, ...]) -> str:
    """Give the header: details go by their own names, unless a field of every record has that name."""
    common = record_shape(RECORD_TYPES[0])
    return ".".join(path[1:] if path[0] == "details" and path[1] not in common else path)


def _all_columns() -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for record_type in RECORD_TYPES for name in columns_for(record_type)))


COLUMNS: tuple[str, ...] = _all_columns()
"""Every column name of any type, common fields first; a text's header adds its language, as in ``title[ar]``."""


@cache
def _names() -> Mapping[str, str]:
    found = {_fold(name): name for name in COLUMNS}
    for record_type in RECORD_TYPES:
        for name, column in columns_for(record_type).items():
            found.setdefault(_fold(".".join(column.path)), name)
    return found


def _fold(name: str) -> str:
    return _GAPS.sub("", name).casefold()


def find_column(header: str) -> tuple[str, str | None] | None:
    """Give (column name, language) for a header in any case and spacing, or None where no type has such a column."""
    match = _HEADER.match(header.strip())
    name = _names().get(_fold(match["name"])) if match else None
    if match is None or name is None:
        return None
    if match["language"] is None:
        return name, None
    language = normalise_language(match["language"])
    return (name, language) if language else None


def column_of(pointer: str, record_type: str) -> str | None:
    """Give the column a JSON pointer into a record lies in, with its language where it has one."""
    steps = tuple(step for step in pointer.split("/") if step and not step.isdigit())
    columns = columns_for(record_type).values() if record_type in RECORD_TYPES else ()
    for column in columns:
        if column.path == steps:
            return column.name
        if column.kind == "languages" and column.path == steps[:-1]:
            return f"{column.name}[{steps[-1]}]"
    return next((column.name for column in columns if steps and column.path[: len(steps)] == steps), None)
