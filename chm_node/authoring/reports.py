"""The report of an import: one line a problem, as CSV, spreadsheet or JSON by the file's name; it judges nothing."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from chm_node.errors import FileUnwritable
from chm_node.whole_file import whole_file
from vocabularies.problems import Problem, as_dict

COLUMNS = ("row", "severity", "field", "lang", "value", "message", "fix", "code", "record_id")
_Rows = Sequence[dict[str, object]]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def save_report(path: Path, problems: Sequence[Problem], language: str = "en") -> None:
    """Write the problems to a .csv, .xlsx or .json file; a cell that a spreadsheet would calculate is kept as text."""
    check_place(path)
    rows = [{name: as_dict(found, language)[name] for name in COLUMNS} for found in problems]
    with whole_file(path) as file:
        _WRITERS[path.suffix.lower()](file, rows)


def check_place(path: Path) -> None:
    """Raise FileUnwritable where no report can be written, before the work it is to report on is done."""
    if path.suffix.lower() not in _WRITERS:
        raise FileUnwritable(file=path, reason=f"a report's name ends in one of {', '.join(_WRITERS)}")
    if not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):
        raise FileUnwritable(file=path, reason="its folder is not there, or nothing may be written to it")


def _save_json(file: BinaryIO, rows: _Rows) -> None:
    file.write(json.dumps(rows, ensure_ascii=False, indent=1).encode() + b"\n")


def _save_csv(file: BinaryIO, rows: _Rows) -> None:
    text = io.TextIOWrapper(file, "utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    text.detach()  # flushes, and leaves the file open to its owner


def _save_sheet(file: BinaryIO, rows: _Rows) -> None:
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Problems")
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([_cell(row[name]) for name in COLUMNS])
    book.save(file)


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


_WRITERS: Mapping[str, Callable[[BinaryIO, _Rows], None]] = {
    ".csv": _save_csv,
    ".xlsx": _save_sheet,
    ".json": _save_json,
}
