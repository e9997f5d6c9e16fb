"""Files of records opened: JSON, JSON Lines, CSV and spreadsheets as rows to take in; it judges no record."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from chm_node.authoring.json_values import cut_records
from chm_node.errors import FileUnreadable
from vocabularies.formats.native import MAX_RECORD_BYTES
from vocabularies.formats.tabular import Row, RowDefaults, parse_csv, parse_rows
from vocabularies.problems import Problem, problem
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
    return list(_csv_entries(content, defaults))


def _csv_entries(content: bytes, defaults: RowDefaults) -> Iterator[Entry]:
    """The rows before one with a cell too large to be read are taken; it is told of, and nothing after it is read."""
    number = 1
    try:
        for row in parse_csv(content, defaults):
            number = row.number
            yield _row_entry(row)
    except csv.Error:
        limit = str(MAX_RECORD_BYTES)
        found = problem("RECORD_TOO_LARGE", "", length=f"more than {limit}", limit=limit)
        yield Entry(number + 1, None, (replace(found, row=number + 1),))


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
    records = cut_records(content)
    if records is None:
        return [Entry(1, content)]  # the parser says where it stops being JSON
    return [Entry(row, each) for row, each in enumerate(records, 1)]
