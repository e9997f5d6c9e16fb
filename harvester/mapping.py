"""Foreign columns → the federation's: the mapping of a source as text, nested values as cells. Pure; reads no file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from harvester.usual_names import usual_columns
from vocabularies.formats.tabular_cells import escape, slots_of
from vocabularies.formats.tabular_columns import COLUMNS, find_column
from vocabularies.text import normalise_language

MAX_DEPTH = 20
_GAPS = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_COMMON_TAGS = frozenset({"ar", "de", "en", "es", "fr", "pt", "ru", "und", "zh"})
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")

Mapped = Mapping[str, tuple[str, ...]]
"""The columns of ours that a foreign column fills, by its folded name."""


class MappingWrong(ValueError):
    """The mapping cannot be used; the text says why and what would do."""


@dataclass(slots=True)
class Columns:
    """The cells of one thing: under our columns, and those that nobody mapped under their own names.

    ``guessed`` tells by column of ours which foreign one was taken for it because of its usual name.
    """

    ours: dict[str, str] = field(default_factory=dict)
    rest: dict[str, str] = field(default_factory=dict)
    guessed: dict[str, str] = field(default_factory=dict)


def parse_mapping(text: str) -> Mapped:
    """Read ``title[fr]=Titre;countryRegions=Pays``: our column, the foreign one; ``\\;`` is a semicolon in a name.

    MappingWrong where a part is no pair, a column is none of ours, or one of ours is filled twice.
    """
    found: dict[str, tuple[str, ...]] = {}
    filled: set[str] = set()
    for part in filter(None, slots_of(text)):
        ours, equals, foreign = part.partition("=")
        target = _target(ours.strip())
        if not equals or not foreign.strip():
            raise MappingWrong(f"“{part[:80]}” is no pair; write title[fr]=Titre;countryRegions=Pays")
        if target in filled:
            raise MappingWrong(f"{target} is filled by two columns")
        filled.add(target)
        name = fold(foreign)
        found[name] = (*found.get(name, ()), target)
    return found


def fold(name: str) -> str:
    """Give a foreign column's name without the differences people do not see: case and spacing."""
    return _GAPS.sub(" ", name).strip().casefold()


def to_columns(cells: Mapping[str, str], mapped: Mapped) -> Columns:
    """Sort cells under our columns: those mapped first, those that bear one of our names, then those usual for one."""
    columns = Columns()
    wanted = [(name, cell, mapped.get(fold(name), ())) for name, cell in cells.items()]
    for _, cell, targets in wanted:
        for target in targets:
            columns.ours.setdefault(target, cell)
    for name, cell, targets in wanted:
        own = _own_name(name) if not targets else None
        if own and own not in columns.ours:
            columns.ours[own] = cell
        elif not targets:
            columns.rest[name] = cell
    guessed = usual_columns(columns.rest, columns.ours)
    if any(target.partition("[")[0] == "title" for target in (*columns.ours, *guessed)):  # else it describes nothing
        for target, name in guessed.items():
            columns.ours[target] = columns.rest.pop(name)
        columns.guessed = guessed
    return columns


def to_cells(given: Mapping[str, object]) -> dict[str, str]:
    """Give a JSON object as the cells of one row: ``place.name`` for what is nested, ``title[fr]`` for French.

    Lists become ``a;b``, and lists of objects columns side by side. What is empty is left out, and so are control
    characters, which no database or XML can hold.
    """
    cells: dict[str, str] = {}
    _flatten(given, "", cells, 0)
    return {name: _CONTROL.sub("", cell) for name, cell in cells.items() if cell.strip("; ")}


def _flatten(value: Mapping[str, object], prefix: str, cells: dict[str, str], depth: int) -> None:
    for key, held in value.items():
        name = f"{prefix}{key}"
        if isinstance(held, Mapping) and depth < MAX_DEPTH:
            if _is_by_language(held):
                cells.update((f"{name}[{tag}]", str(text)) for tag, text in held.items())
            else:
                _flatten(held, f"{name}.", cells, depth + 1)
        elif isinstance(held, list) and depth < MAX_DEPTH and any(isinstance(each, Mapping) for each in held):
            _side_by_side(held, name, cells, depth)
        else:
            cells.setdefault(name, _cell(held))


def _side_by_side(members: list[object], name: str, cells: dict[str, str], depth: int) -> None:
    flat: list[dict[str, str]] = []
    for member in members:
        inner: dict[str, str] = {}
        _flatten(member if isinstance(member, Mapping) else {"value": member}, "", inner, depth + 1)
        flat.append(inner)
    for key in dict.fromkeys(key for inner in flat for key in inner):
        cells[f"{name}.{key}"] = ";".join(escape(inner.get(key, "")) for inner in flat)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ";".join(escape(_cell(each)) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, Mapping) else str(value)


def _is_by_language(held: Mapping[str, object]) -> bool:
    """Tell texts by language; one of the common tags must be there, as ``id``, ``no`` and ``lat`` are tags as well."""
    if not any(tag.partition("-")[0] in _COMMON_TAGS for tag in held):
        return False
    return all(isinstance(text, str) and _TAG.match(tag) and normalise_language(tag) for tag, text in held.items())


@lru_cache(maxsize=16384)
def _own_name(name: str) -> str | None:
    found = find_column(name)
    return None if found is None else f"{found[0]}[{found[1]}]" if found[1] else found[0]


def _target(name: str) -> str:
    found = _own_name(name)
    if found is None:
        near = _near(name.partition("[")[0], COLUMNS)
        raise MappingWrong(f"“{name[:80]}” is no column of ours{near}; docs/guides/columns.md lists them")
    return found


def _near(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1)
    return f", perhaps {close[0]}" if close else ""
