"""What names a record of the CBD in its index: the document's identifier, or the number of its form. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_GUID = re.compile(r"/([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})(?=[/?#@]|$)", re.IGNORECASE)
_STEM = re.compile(r"(.*-\d+)-(\d+)")


def find_document_id(entry: Mapping[str, Any]) -> str | None:
    """Give the identifier of an entry's document as the entry states it, or as its address holds it; or None."""
    stated = first_of(entry.get("identifier_s"))
    if isinstance(stated, str) and stated.strip():
        return stated.strip().partition("@")[0] or None
    for address in listed(entry.get("url_ss")):
        if isinstance(address, str) and (match := _GUID.search(address)):
            return match[1]
    return None


def split_unique(text: str) -> tuple[str, str | None]:
    """Give what names a record in its unique identifier, and the revision: ``chm-nfp-tg-209716-4`` → …-209716, 4."""
    match = _STEM.fullmatch(text)
    return (match[1], match[2]) if match else (text, None)


def listed(value: object) -> list[object]:
    """Give a value of one or several as a list; nothing for null and empty text."""
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def first_of(value: object) -> object:
    """Give the first of several values, or None."""
    return next(iter(listed(value)), None)
