"""The exact keys a record is known by, bounded so that any database can index them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from harvester.resolution.origin import qualified
from vocabularies.identifiers import identity_keys
from vocabularies.record import Record

if TYPE_CHECKING:
    from harvester.resolution.clusters import Member

MAX_LENGTH = 200
CONTENT = "content:"
"""Marks the key of what a record says; it tells a record again under another name and never joins two things."""

_NOT_CONTENT = {
    "id", "source_ids", "provenance", "relations", "replaces", "revision", "status", "publisher", "links", "dates",
}  # fmt: skip
_PLACEHOLDERS = frozenset({
    "todo", "tbd", "tbc", "xxx", "null", "none", "nil", "unknown", "undefined", "n/a",
    "aremplir", "àremplir", "acompleter", "àcompléter", "inconnu", "pordefinir", "pendiente", "desconocido", "sindatos",
    "неизвестно", "заполнить", "待定", "未知", "无", "غيرمعروف",
})  # fmt: skip
"""What people write where an identifier is asked for and they have none; without spaces, in small letters."""
_NOBODYS_HOSTS = frozenset({"localhost", "127.0.0.1", "generic.eprints.org", "ojs.pkp.sfu.ca", "ojs2.pkp.sfu.ca"})
"""What repositories call themselves that nobody ever set up."""


def to_keys(record: Record) -> tuple[str, ...]:
    """Give the record's exact keys; a very long one is replaced by its digest.

    Besides what it is identified by, they name the records it was harvested from or says to be the same as. An
    identifier nobody filled in identifies nothing.
    """
    telling = (key for key in (*identity_keys(record), *_named(record)) if not _is_placeholder(key))
    return (*dict.fromkeys(map(bounded, telling)), content_key(record))


def bounded(key: str) -> str:
    """Give a key in the length any database can index."""
    return key if len(key) <= MAX_LENGTH else f"sha256:{sha256(key.encode()).hexdigest()}"


def bears(member: Member, key: str) -> bool:
    """Tell whether a member bears a key that identifies something: one too common was taken from it."""
    return bounded(key) in member.keys


def content_key(record: Record) -> str:
    """Give the key of all a record says but for names, addresses and dates."""
    said = record.model_dump_json(by_alias=True, exclude_defaults=True, exclude=_NOT_CONTENT)
    return CONTENT + sha256(said.encode()).hexdigest()[:40]


def certain(keys: Iterable[str]) -> tuple[str, ...]:
    """Give the keys two records of one thing may be joined by."""
    return tuple(key for key in keys if not key.startswith(CONTENT))


def _named(record: Record) -> Iterator[str]:
    named = [entry.original_id for entry in record.provenance]
    yield from filter(None, map(qualified, named))
    targets = (relation.target for relation in record.relations if relation.type == "sameAs")
    yield from (key for key in map(qualified, targets) if key is not None)


def _is_placeholder(key: str) -> bool:
    if key.startswith("url:"):
        return False
    parts = key.split(":")
    if parts[0] == "oai" and parts[1] in _NOBODYS_HOSTS:
        return True
    return "".join(parts[-1].casefold().replace("-", " ").replace("_", " ").split()).strip(".?!") in _PLACEHOLDERS
