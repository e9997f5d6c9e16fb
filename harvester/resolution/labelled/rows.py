"""Rows of a table in whatever file it came: CSV, TSV, JSON, lines of JSON or Parquet; reads files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from harvester.operating_errors import BadRequest

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
"""The endings of the files that are looked at."""
_TAIL = 40
_FIELD_LIMIT = 10_000_000
_DELIMITERS = ",;\t|"
_LISTS = ("records", "rows", "data", "items", "pairs")
_MOST_NAMED = 12
Row = Mapping[str, Any]
"""A row by the names of its columns, in small letters with strokes below for blanks."""


def is_table(path: Path) -> bool:
    """Tell whether a file may hold a table, by its name."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a table; raises BadRequest where it is none.

    Text is UTF-8, or where it cannot be that, Windows-1252. The delimiter of a CSV is the one its first line has most.
    """
    try:
        yield from _READERS[path.suffix.lower()](path)
    except (csv.Error, orjson.JSONDecodeError) as error:
        raise BadRequest(reason=f"{path} cannot be read as a table: {error}.") from error


def columns_of(path: Path) -> list[str]:
    """Give the columns of a table: of JSON those of the first rows."""
    names: dict[str, None] = {}
    for row in islice(read_rows(path), 20):
        names |= dict.fromkeys(row)
    if not names and path.suffix.lower() in (".csv", ".tsv"):
        names = dict.fromkeys(_header(_text(path), path))
    return list(names)


def shown(columns: Sequence[str]) -> str:
    """Give columns for a message."""
    more = f" and {len(columns) - _MOST_NAMED} more" if len(columns) > _MOST_NAMED else ""
    return (", ".join(columns[:_MOST_NAMED]) or "none") + more


def plain(name: str) -> str:
    """Give the name of a column as it is looked up."""
    return "_".join(name.strip().lower().replace("-", " ").split())


def _header(text: str, path: Path) -> list[str]:
    first = text.partition("\n")[0]
    return [plain(name) for name in next(csv.reader([first], delimiter=_delimiter(first, path)), [])]


def _delimiter(first: str, path: Path) -> str:
    return "\t" if path.suffix.lower() == ".tsv" else max(_DELIMITERS, key=first.count)


def _read_separated(path: Path) -> Iterator[Row]:
    csv.field_size_limit(_FIELD_LIMIT)
    text = _text(path)
    names = _header(text, path)
    lines = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text.partition("\n")[0], path))
    for number, (began, values) in enumerate(_with_line(lines)):
        if any(values) and _is_cut_off(values[-1], text):
            raise BadRequest(
                reason=f"{path}: a quotation mark in the row that begins on line {began} is never closed, so that all "
                "lines below are read as its text. Close it, or write two where one is meant."
            )
        if number and any(values):
            yield dict(zip(names, values, strict=False))


def _with_line(lines: Any) -> Iterator[tuple[int, list[str]]]:
    """Give rows with the number of the line each begins on."""
    began = 1
    for values in lines:
        yield began, values
        began = lines.line_num + 1


def _is_cut_off(value: str, text: str) -> bool:
    """Tell whether the last cell of a row goes on to the end of a text without a quotation mark behind it."""
    return "\n" in value and text.endswith(value[-_TAIL:])


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _read_lines(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                told = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise BadRequest(
                    reason=f"{path}, line {number} is no JSON: {error.msg}, at its character {error.colno}. "
                    "Mend it, or leave the line out."
                ) from error
            yield _row(told, path)


def _read_json(path: Path) -> Iterator[Row]:
    content = path.read_bytes()
    try:
        told = orjson.loads(content)
    except orjson.JSONDecodeError:  # lines of JSON under the name of JSON
        if not _is_json(content.strip().partition(b"\n")[0]):
            raise
        yield from _read_lines(path)
        return
    if isinstance(told, dict):
        told = next((told[name] for name in _LISTS if isinstance(told.get(name), list)), [told])
    for each in told if isinstance(told, list) else [told]:
        yield _row(each, path)


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _row(value: object, path: Path) -> Row:
    if not isinstance(value, dict):
        raise BadRequest(reason=f"{path} should hold objects, one a record or a pair, each with named values.")
    if isinstance(value.get("title"), dict) and "type" in value:
        return value  # a record in our own format
    return {plain(name): each for name, each in value.items()}


def _read_parquet(path: Path) -> Iterator[Row]:
    from harvester.resolution.batch.parquet import read_table

    for row in read_table(path):
        yield _row(row, path)


_READERS = {
    ".csv": _read_separated,
    ".tsv": _read_separated,
    ".jsonl": _read_lines,
    ".ndjson": _read_lines,
    ".json": _read_json,
    ".parquet": _read_parquet,
}
