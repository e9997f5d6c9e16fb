"""A node's own XML, as OAI-PMH carries it → Record: the record keeps the id its node gave it."""

from __future__ import annotations

from harvester.crosswalks.context import Context
from harvester.crosswalks.provenance import with_provenance
from harvester.raw import RawRecord
from vocabularies.formats.chm_xml import parse_chm
from vocabularies.formats.native import Parsed


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record a node sent, with the way it came added to its provenance."""
    return with_provenance(parse_chm(raw.payload), raw, context)
