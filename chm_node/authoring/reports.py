"""The report of an import: one line a problem, as CSV, spreadsheet or JSON by the file's name; it judges nothing."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from chm_node.errors import FileUnwritable
from vocabularies.problems import Problem, as_dict

COLUMNS = ("row", "severity", "field", "lang", "value", "message", "fix", "code", "record_id")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def save_report(path: Path, problems: Sequence[Problem], language: str = "en") -> None:
    """Write the problems to a .csv, .xlsx or .json file; a cell that a spreadsheet would calculate is kept as text."""
    rows = [{name: as_dict(found, language)[name] for name in COLUMNS} for found in problems]
    try:
        if path.suffix.lower() == ".json":
            path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
        elif path.suffix.lower() == ".xlsx":
            _save_sheet(path, rows)
        else:
            _save_csv(path, rows)
    except OSError as error:
        raise FileUnwritable(file=path, reason=error.strerror or error) from None


def _save_csv(path: Path, rows: Sequence[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)


def _save_sheet(path: Path, rows: Sequence[dict[str, object]]) -> None:
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Problems")
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([_cell(row[name]) for name in COLUMNS])
    book.save(path)


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
