"""What a node of a Bioland site is known by: its own id, and that of the CBD's record it is a copy of. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from harvester.cbd_identity import find_document_id
from harvester.crosswalks.json_texts import texts_of
from vocabularies.identifiers import normalise_cbd_id
from vocabularies.record import SourceId

_NAMING = re.compile(r"(?:field_)?s?cbd_(?:(?:document|record)_)?(?:id|identifier|guid|uid|uuid)")
"""Fields a site keeps the identifier of the CBD's document in."""
_COPIED = frozenset({
    "nationalTarget", "nationalSubmission", "legalInstrument", "project", "capacityInitiative", "organization",
    "focalPoint", "need", "offer",
})  # fmt: skip
"""Types of which the CBD holds the record itself; other content that links to one is about it."""


def to_source_ids(
    nodes: Iterable[Mapping[str, Any]], local: str, record_type: str, urls: Iterable[str]
) -> list[SourceId]:
    """Give the node's id, and the CBD's where a field names it or its one link is the page of a single such record."""
    named = [
        text for node in nodes for name, value in node.items() if _NAMING.fullmatch(name) for text in _texts(value)
    ]
    found = {known: text for text in named if (known := normalise_cbd_id(text))}
    linked = set(urls)
    if not found and record_type in _COPIED and len(linked) == 1:
        page = linked.pop()
        text = find_document_id({"url_ss": [page]}) if _is_cbd(page) else None
        found = {known: text for text in [text] if text and (known := normalise_cbd_id(text))}
    copies = [SourceId(scheme="cbd", value=text.partition("@")[0]) for text in found.values()]
    return [SourceId(scheme="local", value=local), *(copies if len(copies) == 1 else [])]


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return texts_of(value.get("value"))
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else texts_of(value)


def _is_cbd(url: str) -> bool:
    host = (urlsplit(url).hostname or "").lower()
    return host == "cbd.int" or host.endswith(".cbd.int")
