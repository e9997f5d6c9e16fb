"""The exact keys a record is known by, bounded so that any database can index them; pure."""

from __future__ import annotations

from hashlib import sha256

from vocabularies.identifiers import identity_keys
from vocabularies.record import Record

MAX_LENGTH = 200


def to_keys(record: Record) -> tuple[str, ...]:
    """Give the record's exact identity keys; a very long one is replaced by its digest."""
    return tuple(
        key if len(key) <= MAX_LENGTH else f"sha256:{sha256(key.encode()).hexdigest()}" for key in identity_keys(record)
    )
