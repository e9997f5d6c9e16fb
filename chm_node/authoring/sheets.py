"""Files of records opened: JSON, JSON Lines, CSV and spreadsheets as rows to take in; it judges no record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from chm_node.errors import FileUnreadable
from vocabularies.problems import Problem

JSON_LINES = (".jsonl", ".ndjson")
SPREADSHEETS = (".xlsx", ".ods", ".xls")
SUFFIXES = (*JSON_LINES, ".json", ".csv", *SPREADSHEETS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file: its number as the reader's program shows it, and what it holds; None where it is no record."""

    row: int
    given: bytes | Mapping[str, Any] | None
    problems: tuple[Problem, ...] = ()


def load_entries(path: Path) -> list[Entry]:
    """Read the rows of a file by the suffix of its name; FileUnreadable where that cannot be done."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FileUnreadable(file=path, reason=f"{suffix or 'a name without suffix'} is no kind of file we know")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=path, reason=error.strerror or error) from None
    if suffix in JSON_LINES:
        return [Entry(row, line) for row, line in enumerate(content.splitlines(), 1) if line.strip()]
    if suffix == ".json":
        return _json_entries(content)
    raise FileUnreadable(file=path, reason="")


def _json_entries(content: bytes) -> list[Entry]:
    """A list of records, an object that holds one under ``records`` or ``results``, or one record."""
    try:
        value = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return [Entry(1, content)]  # the parser says where it stops being JSON
    if isinstance(value, dict):
        listed = next((value[name] for name in ("records", "results") if isinstance(value.get(name), list)), None)
        value = [value] if listed is None else listed
    if not isinstance(value, list):
        return [Entry(1, content)]
    return [Entry(row, orjson.dumps(each)) for row, each in enumerate(value, 1)]
