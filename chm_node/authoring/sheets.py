"""Files of records opened: JSON, JSON Lines, CSV and spreadsheets as rows to take in; it judges no record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import orjson
from python_calamine import CalamineError, CalamineWorkbook

from chm_node.errors import FileUnreadable
from vocabularies.formats.tabular import Row, RowDefaults, parse_csv, parse_rows
from vocabularies.problems import Problem
from vocabularies.record import Record

JSON_LINES = (".jsonl", ".ndjson")
SPREADSHEETS = (".xlsx", ".ods", ".xls")
SUFFIXES = (*JSON_LINES, ".json", ".csv", ".tsv", *SPREADSHEETS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file: its number as the reader's program shows it, and what it holds.

    ``given`` is native JSON, or the record a row of a table makes, or None where that row makes none; ``problems`` are
    those of reading the row.
    """

    row: int
    given: bytes | Record | None
    problems: tuple[Problem, ...] = ()


def load_entries(path: Path, defaults: RowDefaults) -> list[Entry]:
    """Read the rows of a file by the suffix of its name; FileUnreadable where that cannot be done.

    ``defaults`` say what a table need not: the node its records belong to and the language of a bare column.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FileUnreadable(file=path, reason=f"{suffix or 'a name without suffix'} is no kind of file we know")
    try:
        if suffix in SPREADSHEETS:
            return [_row_entry(row) for row in _spreadsheet_rows(path, defaults)]
        content = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=path, reason=error.strerror or error) from None
    if suffix in JSON_LINES:
        return [Entry(row, line) for row, line in enumerate(content.splitlines(), 1) if line.strip()]
    if suffix == ".json":
        return _json_entries(content)
    return [_row_entry(row) for row in parse_csv(content, defaults)]


def _row_entry(row: Row) -> Entry:
    return Entry(row.number, row.parsed.record, row.parsed.problems)


def _spreadsheet_rows(path: Path, defaults: RowDefaults) -> Iterator[Row]:
    """Read the first sheet; its header is the first row that holds anything."""
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        cells = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except CalamineError as error:
        raise FileUnreadable(file=path, reason=str(error)) from None
    filled = [(number, row) for number, row in enumerate(cells, 1) if any(row)]
    if not filled:
        return iter(())
    (_, header), *rows = filled
    return parse_rows(header, rows, defaults)


def _text(cell: object) -> str:
    """Give a cell as the text its writer saw: a whole number without a point, a date without midnight."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()


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
