"""The canonical bytes of a record and their sha-256: what tells that a record really changed."""

from __future__ import annotations

from hashlib import sha256

from vocabularies.record import Record

_BY_THEMSELVES = {"provenance", "revision"}


def canonical_bytes(record: Record) -> bytes:
    """Give the record's native JSON without provenance, publication date and revision, which differ by themselves."""
    if record.dates.published is not None:
        record = record.with_(dates=record.dates.model_copy(update={"published": None}))
    return record.model_dump_json(by_alias=True, exclude_defaults=True, exclude=_BY_THEMSELVES).encode()


def fingerprint(record: Record) -> str:
    """Give the sha-256 of the canonical bytes, in hexadecimal."""
    return sha256(canonical_bytes(record)).hexdigest()
