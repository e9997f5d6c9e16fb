"""Licences named in a sentence (“under a Creative Commons Attribution (CC-BY) 4.0 License”) → their URIs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from harvester.crosswalks.dc_elements import Value
from harvester.crosswalks.dc_terms import find_licence

_BY = re.compile(r"\bCC[ _-]?(BY(?:[ _-](?:NC|SA|ND)){0,2})\b\W{0,3}\s*(?:v(?:ersion)?\s*)?([1-4]\.0)?", re.IGNORECASE)
_ZERO = re.compile(r"\bCC[ _-]?0\b|\bCC[ _-]ZERO\b", re.IGNORECASE)
_MAX_LENGTH = 5_000


@lru_cache(maxsize=2048)
def find_stated_licence(text: str) -> str | None:
    """Give the URI of the one licence a text names by its short name or address; None for several or none."""
    if known := find_licence(text):
        return known
    head = text[:_MAX_LENGTH]
    names = {(re.sub(r"[ _]", "-", kind.lower()), version or "4.0") for kind, version in _BY.findall(head)}
    found = {find_licence(f"https://creativecommons.org/licenses/{kind}/{version}/") for kind, version in names}
    if _ZERO.search(head):
        found.add(find_licence("https://creativecommons.org/publicdomain/zero/1.0/"))
    return found.pop() if len(found) == 1 else None


def stated_licences(values: Iterable[Value]) -> list[Value]:
    """Give the first licence that the texts name, as the one statement of it; the texts themselves where none does."""
    kept = list(dict.fromkeys(value for value in values if value[0].strip()))
    known = next((found for text, _ in kept if (found := find_stated_licence(text))), None)
    return [(known, None)] if known else kept
