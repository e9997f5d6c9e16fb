"""Records → the cells of a table and the lines of a CSV file; only what anybody may see."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vocabularies.formats.disclosure import to_public
from vocabularies.formats.record_shape import Property, record_shape, shape_of
from vocabularies.formats.tabular_cells import escape, guard
from vocabularies.formats.tabular_columns import COLUMNS, columns_for
from vocabularies.record import Record


def dump_csv(
    records: Iterable[Record], columns: Sequence[str] | None = None, *, excel: bool = False
) -> Iterator[bytes]:
    """Give the lines of a CSV file, header first, UTF-8; ``excel`` adds the mark by which that program knows UTF-8.

    Without ``columns`` the records are gathered first, to write just the columns they use.
    A cell a spreadsheet would compute gets a leading apostrophe, which reading takes off again.
    """
    if columns is None:
        records = list(records)
        columns = columns_of(records)
    mark = "\ufeff" if excel else ""
    yield (mark + _line(columns)).encode()
    for row in dump_rows(records, columns):
        yield _line([guard(cell) for cell in row]).encode()


def dump_rows(records: Iterable[Record], columns: Sequence[str]) -> Iterator[list[str]]:
    """Give the cells of each record, unguarded: for a spreadsheet file whose cells are typed as text."""
    for record in records:
        cells = _cells_of(record)
        yield [cells.get(column, "") for column in columns]


def columns_of(records: Iterable[Record]) -> tuple[str, ...]:
    """Give the headers these records use, in the order of ``COLUMNS``."""
    used = {header for record in records for header in _cells_of(record)} | {"id", "type", "title[en]"}
    order = {name: place for place, name in enumerate(COLUMNS)}
    return tuple(sorted(used, key=lambda header: (order.get(header.partition("[")[0], len(order)), header)))


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _cells_of(record: Record) -> dict[str, str]:
    public = to_public(record)
    values = public.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"extra", "provenance"})
    by_path = {".".join(column.path): column.name for column in columns_for(record.type).values()}
    cells: dict[str, str] = {}
    for path, cell in _flatten(values, record_shape(record.type)).items():
        name, bracket, language = path.partition("[")
        cells[by_path[name] + bracket + language] = cell
    return cells


def _flatten(values: Mapping[str, Any], shape: Mapping[str, Property], prefix: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in values.items():
        known, path = shape.get(name), prefix + name
        if known is None or value is None or known.kind == "json":
            continue
        if known.kind == "languages":
            cells |= {f"{path}[{tag}]": text for tag, text in value.items()}
        elif known.part is not None and known.repeated:
            members = [_flatten(member, shape_of(known.part), f"{path}.") for member in value]
            for inner in dict.fromkeys(key for member in members for key in member):
                cells[inner] = ";".join(escape(member.get(inner, "")) for member in members)
        elif known.part is not None:
            cells |= _flatten(value, shape_of(known.part), f"{path}.")
        else:
            cells[path] = ";".join(map(escape, value)) if known.repeated else _plain(value)
    return cells


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else str(value).lower()
