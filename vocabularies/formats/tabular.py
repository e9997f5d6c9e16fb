"""Records ↔ tables (CSV, and the rows of spreadsheets): a bad row becomes problems with its number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from vocabularies.concepts import find_term, load_scheme, schemes_for, term_value
from vocabularies.formats.native import Parsed, parse_native_object
from vocabularies.formats.tabular_cells import slots_of, unguard, url_slots
from vocabularies.formats.tabular_columns import COLUMNS, UNKNOWN, Column, column_of, columns_for, find_column
from vocabularies.formats.tabular_dump import columns_of, dump_csv, dump_rows
from vocabularies.formats.tabular_text import read_sheet
from vocabularies.identifiers import mint_local_id, parse_record_uri, record_uri
from vocabularies.problems import Problem, problem
from vocabularies.record import RECORD_TYPES
from vocabularies.text import UNDETERMINED, normalise_language

__all__ = ["COLUMNS", "Row", "RowDefaults", "columns_of", "dump_csv", "dump_rows", "locate", "parse_csv", "parse_rows"]

_LANGUAGE_FIELDS = frozenset({"language", "languages", "of", "languagesOfDelivery", "operationalLanguages"})
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00:00(\.0+)?\Z")


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number in the sheet (the header is 1), and what became of it."""

    number: int
    parsed: Parsed


@dataclass(frozen=True, slots=True)
class RowDefaults:
    """What a table need not say: the node, the type of its rows, the language of a bare column, new ids."""

    node: str
    record_type: str | None = None
    language: str = UNDETERMINED
    mint: Callable[[], str] = mint_local_id


def parse_csv(payload: bytes, defaults: RowDefaults) -> Iterator[Row]:
    """Read records from delimited text; a row with an open quotation mark or unreadable letters is refused."""
    sheet = read_sheet(payload)
    broken: dict[int, str] = {}

    def watched() -> Iterator[tuple[int, list[str]]]:
        for number, cells in sheet.rows:
            broken.update((number, cell) for cell in cells if sheet.damaged and "\ufffd" in cell)
            yield number, cells

    for row in parse_rows(sheet.header, watched(), defaults):
        if row.number in sheet.unclosed:
            found = replace(problem("QUOTE_OPEN"), row=row.number)
            yield Row(row.number, Parsed(None, (*row.parsed.problems, found)))
        elif row.number in broken:
            found = problem("ENCODING", "", broken.pop(row.number), encoding=sheet.encoding)
            yield Row(row.number, Parsed(None, (*row.parsed.problems, replace(found, row=row.number))))
        else:
            yield row


def parse_rows(
    header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], defaults: RowDefaults
) -> Iterator[Row]:
    """Read records from the rows of a table, in order; empty rows are passed over.

    Terms may be ids or labels in any language; what names no term stays as written, for validation to report.
    Columns no type has are reported once, with the first row, and their cells kept in ``extra["csv"]``.
    """
    found = [find_column(name) for name in header]
    known = [name if name not in found[:place] else None for place, name in enumerate(found)]
    first = tuple(
        problem("COLUMN_UNKNOWN", "", name, column=name)
        for name, column in zip(header, known, strict=True)
        if column is None and name.strip()
    )
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            parsed = _parse_row(header, known, [unguard(cell.strip()) for cell in cells], defaults)
            located = tuple(replace(each, row=1) for each in first)
            located += tuple(locate(each, number, _type_of(parsed, known, cells)) for each in parsed.problems)
            yield Row(number, Parsed(parsed.record, located))
            first = ()


def locate(found: Problem, number: int, record_type: str) -> Problem:
    """Give a problem of a record with its row, and its column as the parameter ``column``."""
    column = found.params.get("column") or column_of(found.path, record_type)
    return replace(found, row=number, params={**found.params, "column": column} if column else found.params)


def _type_of(parsed: Parsed, known: Sequence[tuple[str, str | None] | None], cells: Sequence[str]) -> str:
    if parsed.record:
        return parsed.record.type
    written = next((cell for column, cell in zip(known, cells, strict=False) if column == ("type", None)), "")
    return _record_type(written.strip()) or RECORD_TYPES[0]


def _parse_row(
    header: Sequence[str], known: Sequence[tuple[str, str | None] | None], cells: list[str], defaults: RowDefaults
) -> Parsed:
    if any(cells[len(header) :]):
        surplus = "; ".join(cells[len(header) :])
        return Parsed(None, (problem("ROW_SHAPE", "", str(len(cells)), limit=str(len(header)), surplus=surplus),))
    named = {column: cell for column, cell in zip(known, cells, strict=False) if column and cell}
    written = named.get(("type", None), defaults.record_type or "")
    record_type = _record_type(written)
    columns = columns_for(record_type or RECORD_TYPES[0])
    left = {name: cell for name, column, cell in zip(header, known, cells, strict=False) if cell and column is None}
    value: dict[str, Any] = {"type": record_type or written} if written else {}
    language = _language_of(named, defaults)
    for (name, tag), cell in named.items():
        column = columns.get(name)
        if column is None or (tag and column.kind != "languages"):
            left[f"{name}[{tag}]" if tag else name] = cell
        elif tag is None and (name, language) in named:
            left[name] = cell
        elif name != "type":
            _put(value, column, cell, (tag or language, record_type or ""))
    if left:
        value["extra"] = {UNKNOWN: left}
    value["id"] = _record_id(value.get("id", ""), defaults)
    value.setdefault("publisher", {}).setdefault("node", defaults.node)
    return parse_native_object(_without_gaps(value))


def _record_type(text: str) -> str | None:
    if text in RECORD_TYPES:
        return text
    return next((found for found in (_term("type", text, ""),) if found in RECORD_TYPES), None)


def _language_of(named: Mapping[tuple[str, str | None], str], defaults: RowDefaults) -> str:
    """Give the language of a column that names none: the row's first language, else the table's."""
    stated = slots_of(named.get(("languages", None), ""))
    return (_language(stated[0]) if stated and stated[0] else "") or defaults.language


def _record_id(written: str, defaults: RowDefaults) -> str:
    if parse_record_uri(written) or ":" in written:
        return written
    try:
        return record_uri(defaults.node, written or defaults.mint())
    except ValueError:
        return written


def _put(value: dict[str, Any], column: Column, cell: str, context: tuple[str, str]) -> None:
    """Put a cell where its column says; ``context`` is the language of a text and the record's type."""
    if column.group:
        steps = column.path[: column.group]
        members = _holder(value, steps[:-1]).setdefault(steps[-1], [])
        slots = url_slots(cell) if column.path[-1] == "url" else slots_of(cell)
        members += [{} for _ in range(len(slots) - len(members))]
        for member, slot in zip(members, slots, strict=False):
            if slot:
                _set(_holder(member, column.path[column.group : -1]), column, slot, context)
    elif column.many:
        _holder(value, column.path[:-1])[column.path[-1]] = [
            _converted(slot, column, context[1]) for slot in slots_of(cell) if slot
        ]
    else:
        _set(_holder(value, column.path[:-1]), column, cell, context)


def _holder(value: dict[str, Any], steps: Sequence[str]) -> dict[str, Any]:
    for step in steps:
        value = value.setdefault(step, {})
    return value


def _set(holder: dict[str, Any], column: Column, text: str, context: tuple[str, str]) -> None:
    if column.kind == "languages":
        holder.setdefault(column.path[-1], {})[context[0]] = text
    else:
        holder[column.path[-1]] = _converted(text, column, context[1])


def _converted(text: str, column: Column, record_type: str) -> Any:
    if column.kind == "boolean":
        return _TRUTHS.get(text.casefold(), text)
    if column.kind in ("integer", "number"):
        return text[:-2] if text.endswith(".0") else text
    if column.path[-1] in _LANGUAGE_FIELDS:
        return _language(text)
    if column.choices:
        return next((choice for choice in column.choices if choice.casefold() == text.casefold()), text)
    if column.kind == "text" and (midnight := _MIDNIGHT.match(text)):  # how spreadsheets hand over a plain date
        return midnight[1]
    return _term(column.attribute, text, record_type)


@lru_cache(maxsize=16384)
def _term(field: str, text: str, record_type: str) -> str:
    if not text or not (schemes_for(field, record_type) if record_type else field == "type"):
        return text
    concept = find_term(field, text)
    return term_value(concept) if concept else text


@lru_cache(maxsize=1024)
def _language(text: str) -> str:
    concept = load_scheme("un-languages").find(text)
    return (concept.id if concept else None) or normalise_language(text) or text


def _without_gaps(value: Any) -> Any:
    """Give the value without the members of lists nobody wrote anything about."""
    if isinstance(value, dict):
        return {key: _without_gaps(held) for key, held in value.items()}
    return [_without_gaps(held) for held in value if held != {}] if isinstance(value, list) else value
