"""The provenance entry every crosswalk adds: where a record came from, in the source's own words. Pure."""

from __future__ import annotations

from dataclasses import replace

from harvester.crosswalks.context import Context
from harvester.raw import RawRecord
from harvester.resolution.origin import find_refusal, hops_of
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import parse_record_uri
from vocabularies.record import Provenance, Record
from vocabularies.text import parse_partial_date


def provenance_of(raw: RawRecord, context: Context, original_url: str | None = None, *, hops: int = 1) -> Provenance:
    """Give the entry for one raw record, the so manieth harvest on its way; a datestamp that is no date is left out."""
    try:
        modified_at = parse_partial_date(raw.datestamp) if raw.datestamp else None
    except ValueError:
        modified_at = None
    return Provenance(
        source=context.source_id,
        protocol=context.protocol,
        crosswalk=raw.format,
        original_id=raw.identifier,
        original_url=original_url,
        harvested_at=context.harvested_at,
        modified_at_source=modified_at,
        raw_hash=raw.sha256,
        hops=hops if hops > 1 else None,
    )


def _page_at_node(record: Record, context: Context) -> str | None:
    """Give the address of the record's page at the node that sent it: a node has the same paths everywhere."""
    parsed = parse_record_uri(record.id)
    base = context.base_url.rstrip("/").removesuffix("/oai")
    return f"{base}/records/{parsed[1]}" if parsed else None


def with_provenance(parsed: Parsed, raw: RawRecord, context: Context) -> Parsed:
    """Add the entry to a record that already is one of ours; earlier entries stay, so that a loop can be seen.

    It names the record by its id, which is the same by every protocol. A record that is our own come back, or came
    through too many centres, is refused.
    """
    if parsed.record is None:
        return parsed
    record = parsed.record
    hops = 1 + max(map(hops_of, record.provenance), default=0)
    entry = provenance_of(raw, context, _page_at_node(record, context), hops=hops)
    if parse_record_uri(record.id):
        entry = entry.model_copy(update={"original_id": record.id})
    record = record.with_(provenance=(*record.provenance, entry))
    if context.centre_id and (found := find_refusal(record, centre_id=context.centre_id, oai_host=context.oai_host)):
        return Parsed(None, (*parsed.problems, found))
    return replace(parsed, record=record)
