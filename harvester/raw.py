"""A record as its source gave it, before anybody understood it; holds bytes only and interprets nothing."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record's bytes in one format, under the identifier and datestamp the source uses.

    ``datestamp`` is the source's own text, not checked. A deleted record has an empty payload.
    ``sha256`` is the hex digest of the payload: equal digests mean nothing changed.
    """

    identifier: str
    datestamp: str | None
    deleted: bool
    format: str
    payload: bytes
    sha256: str
    sets: tuple[str, ...] = ()


def new_raw(
    identifier: str, payload: bytes, *, format: str, datestamp: str | None = None, sets: tuple[str, ...] = ()
) -> RawRecord:
    """Make the raw record of a live record; the digest is taken here."""
    return RawRecord(identifier, datestamp, False, format, payload, sha256(payload).hexdigest(), sets)


def deleted_raw(identifier: str, *, format: str, datestamp: str | None = None, sets: tuple[str, ...] = ()) -> RawRecord:
    """Make the raw record of a deletion: no payload, whatever the source still sends with it."""
    return RawRecord(identifier, datestamp, True, format, b"", sha256(b"").hexdigest(), sets)
