"""What a file is, told by its bytes first and by its name and media type where those leave it open. Pure."""

from __future__ import annotations

import re
from typing import Literal

from harvester.protocols.archives import is_spreadsheet
from harvester.protocols.file_bibtex import is_bibtex
from harvester.protocols.file_marc import is_iso2709
from harvester.protocols.file_ris import is_ris
from vocabularies.formats.tabular_text import guess_delimiter, guess_encoding

Form = Literal["csv", "sheet", "json", "jsonl", "xml", "html", "zip", "marc", "ris", "bibtex", "yaml", "empty", "other"]

_BOM = b"\xef\xbb\xbf"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"
_HTML = re.compile(
    rb"(?:\s|<\?xml[^>]*\?>|<!--.*?-->)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_BINARY = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
_TEXT_TABLES = (".csv", ".tsv", ".tab")
_YAML = (".yaml", ".yml")
_YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
_SEPARATOR = re.compile(rb"sep=.\r?\n", re.IGNORECASE)


def find_form(body: bytes, name: str = "", content_type: str = "") -> Form:
    """Give the form of a file. A login page is a page and an empty file is empty, whatever they are called."""
    plain = body.removeprefix(_BOM).lstrip()
    if not plain:
        return "empty"
    if body.startswith(_ZIP):
        return "sheet" if is_spreadsheet(body) else "zip"
    if body.startswith(_OLE):
        return "sheet"
    if plain[:1] == b"<":
        return "html" if _HTML.match(plain[:4000]) else "xml"
    if plain[:1] in (b"{", b"["):
        return "jsonl" if _has_lines(plain, name) else "json"
    if is_iso2709(body):
        return "marc"
    if is_ris(body):
        return "ris"
    if is_bibtex(body):
        return "bibtex"
    if name.lower().endswith(_YAML) or content_type.lower().startswith(_YAML_TYPES):
        return "yaml"
    if plain.startswith(_BINARY) or _is_binary(body):
        return "other"
    wide = body[:2] in (b"\xff\xfe", b"\xfe\xff") and b"<" in body[:8]
    return "xml" if wide else "csv" if _is_table(body, name, content_type) else "other"


def without_separator_line(body: bytes) -> bytes:
    """Give a table without the first line ``sep=;`` that one spreadsheet program writes."""
    plain = body.removeprefix(_BOM)
    found = _SEPARATOR.match(plain)
    return plain[found.end() :] if found else body


def _has_lines(plain: bytes, name: str) -> bool:
    """Tell a line for each object from one document: the first line is whole, and another object follows."""
    if name.lower().endswith((".jsonl", ".ndjson")):
        return True
    first, _, rest = plain.partition(b"\n")
    return first.rstrip().endswith(b"}") and first.startswith(b"{") and rest.lstrip()[:1] == b"{"


def _is_binary(body: bytes) -> bool:
    return b"\x00" in body[:2000] and not guess_encoding(body)[0].startswith("utf-16")


def _is_table(body: bytes, name: str, content_type: str) -> bool:
    if name.lower().endswith(_TEXT_TABLES) or content_type.lower().startswith(("text/csv", "text/tab-separated")):
        return True
    head = body[:20_000]
    first = head.decode(guess_encoding(head)[0], "replace").lstrip("\ufeff").splitlines()[0]
    return guess_delimiter(first) in first
