"""A result of a select as its fields, and those of them that were asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from chm_node.publishing.cbd_index.fields import fields_of
from chm_node.publishing.service import Publishing

Wanted = tuple[tuple[str, str | None], ...]
"""Names or patterns with stars, each with the name it is to be given under, or None."""


@dataclass(frozen=True, slots=True)
class Document:
    """All fields of a result, and the place of its last change in the change log."""

    local_id: str
    sequence: int
    fields: Mapping[str, Any]


def load_document(publishing: Publishing, local_id: str) -> Document | None:
    """Give a result's fields; None for one that was withdrawn since it was found."""
    item = publishing.catalogue.get_item(local_id)
    native = publishing.catalogue.rendition(local_id, "native") if item and not item.deleted else None
    if item is None or native is None:
        return None
    url = publishing.url(f"/records/{local_id}")
    fields = fields_of(local_id, orjson.loads(native), url, changed_at=item.datestamp)
    return Document(local_id, item.sequence, fields)


def load_documents(publishing: Publishing, local_ids: Iterable[str]) -> list[Document]:
    """Give the fields of results, in their order."""
    return [found for local_id in local_ids if (found := load_document(publishing, local_id)) is not None]


def chosen(fields: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Give the fields that are wanted under the names they are wanted by; all where nothing is said."""
    if not wanted:
        return dict(fields)
    kept: dict[str, Any] = {}
    for pattern, alias in wanted:
        kept |= {alias or name: value for name, value in fields.items() if is_named(name, pattern)}
    return kept


def is_named(name: str, pattern: str) -> bool:
    """Tell whether a name is the pattern, whose stars stand for anything."""
    like = ".*".join(map(re.escape, re.sub(r"\*+", "*", pattern).split("*")))
    return re.fullmatch(like, name) is not None
