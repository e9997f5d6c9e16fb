"""Which places of a source's record fill which field, by format: the tables of docs/guides/crosswalks.md. Read only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from vocabularies.formats.native import dump_native
from vocabularies.record import Provenance, Record

Paths = Mapping[str, tuple[str, ...]]
"""By field, as a record's JSON names it (``title``, ``dates.issued``), the places that fill it."""
_MAX_WRAPPERS = 2
_STEP = re.compile(r"(?<=[./])")
_LANGUAGE = re.compile(r"(?<![A-Za-z])(?:(en|fr|sw)|(EN|FR|SW))(?![A-Za-z])")
"""The languages of the examples, where they are part of a place: ``title.en``, ``title_EN_s``."""


@cache
def load_field_paths() -> Mapping[str, Paths]:
    """Give the table of every format that has one for all its sources, as ``make docs`` found out from the examples."""
    held = json.loads(Path(__file__).with_name("field_paths.json").read_bytes())
    return {form: {name: tuple(paths) for name, paths in table.items()} for form, table in held.items()}


def paths_of(entry: Provenance, record: Record, places: Sequence[str] = ()) -> Paths:
    """Give what fed the fields a record has, where an entry of its provenance tells; empty where it does not.

    ``places`` are those that the source's record really has; without them the format's table is given, which may name
    more. What the entry itself says of a field goes before the table.
    """
    table = load_field_paths().get(entry.crosswalk or "", {})
    present = json.loads(dump_native(record)) if table else {}
    told = {name: paths for name, paths in table.items() if _has(present, name)}
    found = _found(told, places) if places else {}
    return {**(found or told), **{name: _listed(paths) for name, paths in entry.field_map.items()}}


def _listed(paths: object) -> tuple[str, ...]:
    return tuple(map(str, paths)) if isinstance(paths, list) else (str(paths),)


def _has(present: Mapping[str, Any], name: str) -> bool:
    outer, _, inner = name.partition(".")
    held = present.get(outer)
    return held not in (None, "", [], {}) and (not inner or (isinstance(held, dict) and inner in held))


def _found(table: Paths, places: Sequence[str]) -> Paths:
    """Give the places of the table that are there, as they are written there; wrappers around a record are left out."""
    return max((_match(table, list(_unwrapped(places, depth))) for depth in range(_MAX_WRAPPERS + 1)), key=_count)


def _match(table: Paths, places: Sequence[str]) -> Paths:
    known = {_plain(place): place for place in reversed(places)}
    told = {
        name: tuple(dict.fromkeys(each for path in paths for each in _there(path, known)))
        for name, paths in table.items()
    }
    return {name: paths for name, paths in told.items() if paths}


def _there(path: str, known: dict[str, str]) -> Iterator[str]:
    plain = _plain(path)
    if _LANGUAGE.search(plain) is None:
        yield from filter(None, (known.get(plain),))
        return
    pattern = _pattern(plain)
    yield from (place for name, place in reversed(known.items()) if pattern.fullmatch(name))


@lru_cache(maxsize=2_000)
def _pattern(path: str) -> re.Pattern[str]:
    parts = _LANGUAGE.split(path)  # text, then small or capital letters of a language, then text again …
    joined = [re.escape(parts[0])]
    for small, capital, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        joined += [r"[a-z]{2,3}(?:-[A-Za-z]+)?" if small else r"[A-Z]{2}" if capital else "", re.escape(text)]
    return re.compile("".join(joined))


def _plain(path: str) -> str:
    return path.replace("[]", "")


def _unwrapped(places: Sequence[str], depth: int) -> Iterator[str]:
    for place in places:
        parts = _STEP.split(place, maxsplit=depth) if depth else [place]
        if len(parts) > depth:
            yield parts[depth]


def _count(table: Paths) -> int:
    return sum(map(len, table.values()))
