"""Which place of which source fed the fields of a record of the index. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from harvester.crosswalks.field_paths import Paths, paths_of
from harvester.crosswalks.source_paths import list_places
from harvester.tables import raw_record, source_record
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.native import parse_native
from vocabularies.record import Provenance, Record


def list_field_maps(connection: Connection, local_id: str, record: Record) -> list[Paths]:
    """Give, for each entry of a record's provenance, what fed the fields its source brought.

    Entries of before their formats were written down are told by the bytes kept of their source. What an aggregator
    read elsewhere is told by the fields of the record as it stands here.
    """
    members = _members(connection, local_id)
    return [_field_map(entry, record, members) for entry in record.provenance]


def to_entries(record: Record, maps: Sequence[Paths]) -> list[dict[str, Any]]:
    """Give the provenance as JSON, each entry with its whole map of fields."""
    entries = [entry.model_dump(mode="json", by_alias=True, exclude_defaults=True) for entry in record.provenance]
    return [
        {**entry, **({"fieldMap": {name: list(paths) for name, paths in told.items()}} if told else {})}
        for entry, told in zip(entries, maps, strict=True)
    ]


class Brought(NamedTuple):
    """What a source brought: in which format, the record made of it, and the places its bytes have."""

    form: str | None
    record: Record
    places: Sequence[str]


def _members(connection: Connection, local_id: str) -> Mapping[tuple[str, str], Brought]:
    """Give what sources brought, by source and identifier; our own formats by record id too."""
    same = (raw_record.c.source_id == source_record.c.source_id) & (
        raw_record.c.identifier == source_record.c.identifier
    )
    columns = (
        source_record.c.source_id, source_record.c.identifier, source_record.c.record, raw_record.c.format,
        raw_record.c.payload,
    )  # fmt: skip
    query = select(*columns).join(raw_record, same)
    shown = (source_record.c.local_id == local_id) & source_record.c.record.is_not(None)
    found: dict[tuple[str, str], Brought] = {}
    for source_id, identifier, native, form, payload in connection.execute(query.where(shown)):
        if record := parse_native(native).record:
            brought = Brought(form, to_public(record), list_places(form, payload))
            found[source_id, identifier] = found[source_id, record.id] = brought
    return found


def _field_map(entry: Provenance, record: Record, members: Mapping[tuple[str, str], Brought]) -> Paths:
    form, brought, places = members.get((entry.source, entry.original_id or ""), Brought(None, record, ()))
    return paths_of(entry.model_copy(update={"crosswalk": entry.crosswalk or form}), brought, places)
