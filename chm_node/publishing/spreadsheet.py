"""Records → an XLSX workbook; every cell is text, whatever it looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

from vocabularies.formats.tabular import columns_of, dump_rows
from vocabularies.record import Record

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CELL_LIMIT = 32_767  # what a spreadsheet cell can hold


def dump_xlsx(records: Sequence[Record], file: BinaryIO) -> None:
    """Write the records into a file, one a row, in the columns they use; a text too long for a cell is cut."""
    from openpyxl import Workbook  # type: ignore[import-untyped]

    columns = columns_of(records)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Records")
    sheet.append(columns)
    for cells in dump_rows(records, columns):
        sheet.append([_text_cell(sheet, cell) for cell in cells])
    book.save(file)


def _text_cell(sheet: Any, text: str) -> Any:
    """Give a cell that is text: a title that begins with = is no formula."""
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    cell = WriteOnlyCell(sheet, value=text[:_CELL_LIMIT])
    cell.data_type = "s"
    return cell
