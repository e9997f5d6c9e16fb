"""Bytes of a text table → its rows: which encoding, which delimiter; guesses are reported, and nothing is dropped."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 200_000
_MOST_UNCLOSED = 200
_MAX_CELL = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of text. ``rows`` are (number, cells), the header is row 1; ``guessed``: no mark told the encoding.

    ``unclosed`` holds the numbers of rows given so far that open a quotation mark nobody closes.
    """

    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    encoding: str
    delimiter: str
    guessed: bool
    damaged: bool
    unclosed: set[int] = field(default_factory=set)


def read_sheet(payload: bytes) -> Sheet:
    """Read a delimited text: UTF-8, UTF-16, or by its letters Windows-1256, -1251, -1252 or GB 18030."""
    encoding, guessed = guess_encoding(payload)
    text = payload.decode(encoding, errors="replace")
    delimiter = guess_delimiter(text)
    csv.field_size_limit(_MAX_CELL)  # process-wide, and the same for every caller
    unclosed: set[int] = set()
    rows = _rows(text, delimiter, unclosed)
    header = next(rows, (1, []))[1]
    damaged = "\ufffd" in text and "\ufffd".encode() not in payload
    return Sheet(tuple(header), rows, encoding, delimiter, guessed, damaged, unclosed)


def _rows(text: str, delimiter: str, unclosed: set[int]) -> Iterator[tuple[int, list[str]]]:
    """Give the rows; one whose quotation mark would swallow the rest of the file ends with its line."""
    lines = _LINE.findall(text)
    number, start = 1, 0
    while start < len(lines):
        reader = csv.reader(map(lines.__getitem__, range(start, len(lines))), delimiter=delimiter)
        begun = start
        for cells in reader:
            end = start + reader.line_num
            if len(unclosed) < _MOST_UNCLOSED and _is_open(lines, begun, end, delimiter):
                unclosed.add(number)
                cells, end = next(csv.reader([lines[begun]], delimiter=delimiter)), begun + 1
            yield number, cells
            number, begun = number + 1, end
            if end < start + reader.line_num:
                break
        start = max(begun, start + 1)


def _is_open(lines: list[str], begun: int, end: int, delimiter: str) -> bool:
    """Tell a row whose quotation mark is closed by that of another row, or by none."""
    if end == begun + 1 and end < len(lines):
        return False
    try:
        list(csv.reader(lines[begun:end], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return end > begun + 1 or "unexpected end of data" in str(error)
    return False


def guess_encoding(payload: bytes) -> tuple[str, bool]:
    """Give (encoding, guessed); a byte order mark or sound UTF-8 is no guess."""
    for mark, encoding in _BOMS:
        if payload.startswith(mark):
            return encoding, False
    if wide := _wide(payload[:2000]):
        return wide, True
    try:
        payload.decode()
    except UnicodeDecodeError:
        return _by_letters(payload[:_SAMPLE_BYTES]), True
    return "utf-8", False


def _wide(start: bytes) -> str | None:
    """Tell UTF-16 without a mark by the empty halves of its commas, digits and line ends."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) * 5 < len(start) // 2:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _by_letters(payload: bytes) -> str:
    runs = _HIGH_RUN.findall(payload)
    if _is_chinese(payload):
        return "gb18030"
    mean = sum(map(len, runs)) / len(runs)
    if mean < 1.7:  # accents stand alone among ASCII letters
        return "windows-1252"
    high = b"".join(runs).decode("windows-1256", errors="replace")
    arabic = sum("\u0621" <= char <= "\u064a" or char in "\u060c\u061b\u061f\u067e\u0686\u0698\u06af" for char in high)
    return "windows-1256" if arabic > 0.9 * len(high) else "windows-1251"


def _is_chinese(payload: bytes) -> bool:
    """Tell GB 18030: it decodes, and most of what it gives are characters of everyday use (GB 2312, level 1)."""
    try:
        wide = [char for char in codecs.getincrementaldecoder("gb18030")().decode(payload) if ord(char) > 127]
    except UnicodeDecodeError:
        return False
    everyday = 0
    for char in wide:
        code = char.encode("gb18030")
        everyday += len(code) == 2 and (0xB0 <= code[0] <= 0xD7 or code[0] <= 0xA3) and code[1] >= 0xA1
    return bool(wide) and everyday > 0.8 * len(wide)


def guess_delimiter(text: str) -> str:
    """Give the delimiter the header line has most of, outside quotes; a comma where there is none."""
    first = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    plain = _QUOTED.sub("", first)
    return max(_DELIMITERS, key=plain.count)
