"""The spreadsheet process: a file in on standard input, its rows out as JSON lines; it opens no file and no connection.

Run as ``python -m harvester.sheet_worker``. The request is a line of JSON (sheet, length, limits) and so many bytes.
The answer is a line for each row, ``[number, cell, …]``, and a last line ``{"end": …}`` or ``{"error": …}``.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum


class _TooMuch(ValueError):
    """The sheet has more in it than allowed."""


def main() -> None:
    """Answer one file."""
    asked = json.loads(sys.stdin.buffer.readline())
    body = sys.stdin.buffer.read(asked["length"])
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory_bytes"], resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CPU, (asked["cpu_s"], resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for row in _rows(body, asked):
            print(json.dumps(row, ensure_ascii=True))
    except (CalamineError, OSError, ValueError) as error:
        print(json.dumps({"error": " ".join(str(error).split())[:300]}))
    except MemoryError:
        print(json.dumps({"error": "it needs more memory than allowed"}))
    else:
        print(json.dumps({"end": True}))


def _rows(body: bytes, asked: Mapping[str, Any]) -> Iterator[list[object]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
    sheet = workbook.get_sheet_by_name(_name_of(workbook, asked["sheet"]))
    cells = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        texts = [text_of(cell) for cell in row]
        cells += len(texts)
        if cells > asked["cells"]:
            raise _TooMuch(f"it has more than {asked['cells']} cells")
        if any(texts):
            yield [number, *texts]


def _name_of(workbook: CalamineWorkbook, wanted: str) -> str:
    """Give the sheet asked for, else the first one a reader sees."""
    sheets = [each for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    if wanted:
        found = [each.name for each in sheets if each.name.strip().casefold() == wanted.strip().casefold()]
        if not found:
            raise ValueError(f"it has no sheet “{wanted}”, but {', '.join(each.name for each in sheets)[:200]}")
        return found[0]
    shown = [each for each in sheets if each.visible == SheetVisibleEnum.Visible] or sheets
    if not shown:
        raise ValueError("it has no sheet")
    return shown[0].name


def text_of(cell: object) -> str:
    """Give a cell as the text its writer saw: a whole number without a point, a date without midnight."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell).strip()


if __name__ == "__main__":
    main()
