"""Which places of a source's record fill which field, by format: the tables of docs/guides/crosswalks.md. Read only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from vocabularies.formats.native import dump_native
from vocabularies.record import Provenance, Record

Paths = Mapping[str, tuple[str, ...]]
"""By field, as a record's JSON names it (``title``, ``dates.issued``), the places that fill it."""


@cache
def load_field_paths() -> Mapping[str, Paths]:
    """Give the table of every format that has one for all its sources, as ``make docs`` found out from the examples."""
    held = json.loads(Path(__file__).with_name("field_paths.json").read_bytes())
    return {form: {name: tuple(paths) for name, paths in table.items()} for form, table in held.items()}


def paths_of(entry: Provenance, record: Record) -> Paths:
    """Give what fed the fields a record has, where an entry of its provenance tells; empty where it does not.

    What the entry itself says of a field goes before the table of its format.
    """
    table = load_field_paths().get(entry.crosswalk or "", {})
    present = json.loads(dump_native(record)) if table else {}
    own = {name: _listed(paths) for name, paths in entry.field_map.items()}
    return {name: paths for name, paths in table.items() if _has(present, name)} | own


def _listed(paths: object) -> tuple[str, ...]:
    return tuple(map(str, paths)) if isinstance(paths, list) else (str(paths),)


def _has(present: Mapping[str, Any], name: str) -> bool:
    outer, _, inner = name.partition(".")
    held = present.get(outer)
    return held not in (None, "", [], {}) and (not inner or (isinstance(held, dict) and inner in held))
