"""What the tests of crosswalks share: a record from a few lines of XML or JSON."""

from __future__ import annotations

from datetime import UTC, datetime

from harvester.crosswalks import CROSSWALKS, Context
from harvester.raw import new_raw
from vocabularies.formats.native import Parsed
from vocabularies.record import Record

CONTEXT = Context(
    source_id="peat",
    source_name="Peat archive",
    base_url="https://peat.example/oai",
    country=None,
    default_language=None,
    harvested_at=datetime(2026, 1, 2, tzinfo=UTC),
)


def parsed(name: str, payload: str | bytes, identifier: str = "oai:peat.example:1") -> Parsed:
    """Give what a crosswalk makes of a payload."""
    body = payload.encode() if isinstance(payload, str) else payload
    return CROSSWALKS[name](new_raw(identifier, body, format=name), CONTEXT)


def record(name: str, payload: str | bytes, identifier: str = "oai:peat.example:1") -> Record:
    """Give the record a crosswalk makes of a payload; fail where it makes none."""
    found = parsed(name, payload, identifier)
    assert found.record is not None, found.problems
    return found.record
