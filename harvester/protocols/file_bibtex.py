"""BibTeX → works in CSL-JSON: entries, their fields and the letters TeX writes with commands; runs no TeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|%[^\n]*\n)*@[A-Za-z]{3,30}\s*[{(]")
_ENTRY = re.compile(r"@([A-Za-z]+)\s*\{\s*([^,\s{}]*)\s*,")
_FIELD = re.compile(r"\s*([A-Za-z][\w:.-]*)\s*=\s*")
_BARE = re.compile(r"[\w.:-]+")
_ACCENT = re.compile(r"""\{?\\(["'`^~=.]|[cvuHkr](?=[\s{]))\s*\{?\\?([A-Za-z])\}?\}?""")
_LETTER = re.compile(r"\{?\\(ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)(?:\{\}|\b)\s*\}?")
_COMMAND = re.compile(r"\\(?:textit|textbf|emph|textsc|mathrm|url|href)\b\s*")
_MARKS: Mapping[str, str] = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a",
}  # fmt: skip
_LETTERS: Mapping[str, str] = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "i": "i", "j": "j",
}  # fmt: skip
_NAMES: Mapping[str, str] = {
    "title": "title", "abstract": "abstract", "journal": "container-title", "journaltitle": "container-title",
    "booktitle": "container-title", "volume": "volume", "number": "issue", "pages": "page", "publisher": "publisher",
    "school": "publisher", "institution": "publisher", "doi": "DOI", "url": "URL", "isbn": "ISBN", "issn": "ISSN",
    "language": "language", "langid": "language", "keywords": "keyword",
}  # fmt: skip
_NO_WORKS = frozenset({"comment", "preamble", "string"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MAX_FIELDS = 200


def is_bibtex(body: bytes) -> bool:
    """Tell whether a file begins with an entry."""
    return _FIRST.match(body[:4000]) is not None


def cut_bibtex(text: str) -> Iterator[dict[str, object]]:
    """Give each entry as a work; what stands between entries is a remark."""
    at = 0
    while entry := _ENTRY.search(text, at):
        fields, at = _fields(text, entry.end())
        if entry[1].lower() not in _NO_WORKS and fields:
            yield _to_work(entry[1].lower(), entry[2], fields)


def _fields(text: str, at: int) -> tuple[dict[str, str], int]:
    fields: dict[str, str] = {}
    while len(fields) < MAX_FIELDS and (name := _FIELD.match(text, at)):
        value, at = _value(text, name.end())
        fields.setdefault(name[1].lower(), value)
        while text[at : at + 1] in (",", " ", "\t", "\n", "\r"):
            at += 1
    return fields, at


def _value(text: str, at: int) -> tuple[str, int]:
    """Give a value in braces or quotes, or a bare word, and where it ends."""
    if text[at : at + 1] not in ("{", '"'):
        bare = _BARE.match(text, at)
        return (bare[0], bare.end()) if bare else ("", at + 1)
    close, depth, begin = ("}" if text[at] == "{" else '"'), 0, at + 1
    for place in range(begin, len(text)):
        char = text[place]
        if char == close and depth == 0 and text[place - 1] != "\\":
            return text[begin:place], place + 1
        depth += (char == "{") - (char == "}")
    return text[begin:], len(text)


def _to_work(kind: str, key: str, fields: Mapping[str, str]) -> dict[str, object]:
    plain = {name: to_plain(value) for name, value in fields.items()}
    work: dict[str, object] = {"type": kind, "id": plain.get("doi") or key}
    for name, value in plain.items():
        if target := _NAMES.get(name):
            work.setdefault(target, value)
        elif name not in ("author", "editor", "year", "month", "date", "day"):
            work[name] = value
    for name in ("author", "editor"):
        people = [to_plain(part) for part in re.split(r"\s+and\s+", fields.get(name, ""))]
        work[name] = [{"literal": person} for person in people if person]
    work["issued"] = plain.get("date") or _date(plain)
    return {name: value for name, value in work.items() if value}


def _date(fields: Mapping[str, str]) -> str:
    year, month = fields.get("year", ""), fields.get("month", "").lower()[:3]
    number = f"{_MONTHS.index(month) + 1:02}" if month in _MONTHS else month.zfill(2) if month.isdecimal() else ""
    return f"{year}-{number}" if year.isdecimal() and number else year


def to_plain(text: str) -> str:
    """Give a text without braces and commands, its accents as letters."""
    text = _ACCENT.sub(lambda found: unicodedata.normalize("NFC", found[2] + _MARKS[found[1]]), text)
    text = _COMMAND.sub("", _LETTER.sub(lambda found: _LETTERS[found[1]], text))
    for written, meant in (
        ("\\&", "&"),
        ("\\%", "%"),
        ("\\_", "_"),
        ("\\$", "$"),
        ("\\#", "#"),
        ("---", "—"),
        ("--", "–"),
    ):
        text = text.replace(written, meant)
    return " ".join(text.replace("{", "").replace("}", "").replace("~", " ").split())
