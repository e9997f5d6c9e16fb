"""Whether a record cut out of a catalogue can be kept: identifiers a database can index, bytes of a bearable size."""

from __future__ import annotations

from vocabularies.problems import Problem

MAX_IDENTIFIER_BYTES = 2048
MAX_PAYLOAD_BYTES = 8 * 1024 * 1024


def cannot_be_kept(identifier: str, payload: bytes) -> Problem | None:
    """Give the problem that stands in the way of keeping a record, or None."""
    if not 0 < len(identifier.encode(errors="replace")) <= MAX_IDENTIFIER_BYTES or "\x00" in identifier:
        return Problem("ID_SYNTAX", "error", value=identifier[:200].replace("\x00", "\\0"))
    if len(payload) > MAX_PAYLOAD_BYTES:
        params = {"length": str(len(payload)), "limit": str(MAX_PAYLOAD_BYTES)}
        return Problem("RECORD_TOO_LARGE", "error", params=params, record_id=identifier)
    return None
