"""One OData entity as it came → plain JSON that is the same by whatever way it was asked for; asks nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from harvester.protocols.json_answers import MAX_DATESTAMP_BYTES, find_text
from vocabularies.text import parse_partial_date, strip_control_characters

_KEY = re.compile(r"\((?:guid)?'?([^()']+)'?\)\s*\Z")
_MAX_IDENTIFIER_BYTES = 1024
_DEEPEST = 32


def to_plain(value: object, depth: int = 0) -> Any:
    """Give a value without what OData adds: metadata, wrappers around lists, references back, stubs without content.

    Control characters go, which crash other readers of these services. The bytes of a file inside a list of files
    become their digest and length: a record is no place for them. What is nested deeper than anything real is left out.
    """
    if depth > _DEEPEST:
        return None
    if isinstance(value, str):
        return strip_control_characters(value)
    if isinstance(value, list):
        return [plain for each in value if (plain := to_plain(each, depth + 1)) not in (None, {}, [])]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("results"), list):
        return to_plain(value["results"], depth + 1)
    kept = {name: each for name, each in value.items() if not _is_added(name) and find_deferred(each) is None}
    return {name: _files(each, depth) if name == "files" else to_plain(each, depth + 1) for name, each in kept.items()}


def deferred_of(entity: Mapping[str, Any]) -> dict[str, str]:
    """Give the addresses of the properties that need another request, by name (MS-ODATA §2.2.6.3.9)."""
    found = {name: find_deferred(value) for name, value in entity.items()}
    return {name: uri for name, uri in found.items() if uri}


def find_deferred(value: object) -> str | None:
    """Give the address inside ``{__deferred: {uri}}``; None for any other value."""
    inner = value.get("__deferred") if isinstance(value, dict) else None
    uri = inner.get("uri") if isinstance(inner, dict) else None
    return uri if isinstance(uri, str) else ("" if inner is not None else None)


def find_identifier(entity: Mapping[str, Any], plain: Mapping[str, Any]) -> str | None:
    """Give an entity's own id, the key in its address, or for a profile without either its treaty and country."""
    named = next((plain[name] for name in ("id", "Id", "ID") if plain.get(name) not in (None, "")), None)
    if named is not None:
        return find_text(named, _MAX_IDENTIFIER_BYTES)
    metadata = entity.get("__metadata")
    address = metadata.get("uri") or metadata.get("id") if isinstance(metadata, dict) else None
    if isinstance(address, str) and (key := _KEY.search(address)):
        return find_text(unquote(key[1]), _MAX_IDENTIFIER_BYTES)
    parts = [find_text(plain.get(name), 64) for name in ("treaty", "country")]
    return "/".join(part for part in parts if part) if all(parts) else None


def find_stamp(value: object) -> str | None:
    """Give when an entity changed, in UTC where it can be read; ``/Date(1398998810120+0000)/`` and ISO 8601 can."""
    text = find_text(value, MAX_DATESTAMP_BYTES)
    if text is None:
        return None
    try:
        return parse_partial_date(text)
    except ValueError:
        return text


def _is_added(name: str) -> bool:
    return name.startswith(("__", "odata.", "@odata.")) or "@odata." in name


def _files(value: object, depth: int) -> object:
    plain = to_plain(value, depth + 1)
    return [_without_bytes(each) for each in plain] if isinstance(plain, list) else plain


def _without_bytes(file: object) -> object:
    if not isinstance(file, dict) or not isinstance(file.get("content"), str) or not file["content"]:
        return file
    content = file["content"].encode()
    digest = {"contentSha256": sha256(content).hexdigest(), "contentBase64Bytes": len(content)}
    return {name: each for name, each in file.items() if name != "content"} | digest
