"""A node's own JSON → Record: the record keeps the id its node gave it."""

from __future__ import annotations

from harvester.crosswalks.context import Context
from harvester.crosswalks.provenance import with_provenance
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed, parse_native


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record a node sent, with the way it came added to its provenance."""
    return with_provenance(parse_native(raw.payload), raw, context)
