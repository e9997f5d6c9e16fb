"""A meeting of InforMEA → event; one function a target field. Pure."""

from __future__ import annotations

from harvester.crosswalks.context import Context
from harvester.crosswalks.informea_entity import (
    Entity,
    crosswalk_with,
    envelope,
    fallback_of,
    find_country,
    to_date,
    to_languages,
    to_spatial,
    to_text,
)
from harvester.crosswalks.json_texts import find_first
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_un_symbol
from vocabularies.record import EventDetails, Record, Temporal, new_record

_MAPPED = frozenset({"start", "end", "city", "status", "imageUrl"})
_SUBTYPES = {"workshop": "workshop", "webinar": "webinar", "round table": "roundTable"}


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record of a meeting (InforMEA protocol 1.5.6, Meeting), or the problem that stands in the way."""
    return crosswalk_with(_to_record, raw, context)


def _to_record(entity: Entity, raw: RawRecord, context: Context) -> Record:
    fallback = fallback_of(context)
    fields = envelope(entity, raw, context, _MAPPED)
    title = to_text(entity.get("title"), fallback)
    summary = to_text(entity.get("description"), fallback, lines=True)
    country = find_country(entity)
    return new_record(
        "event",
        **fields,
        subtype=to_subtype(entity),
        title=title,
        summary=summary,
        languages=to_languages(title, summary),
        country_regions=(country,) if country else (),
        spatial=to_spatial(entity),
        temporal=to_temporal(entity),
        details=to_details(entity, country),
    )


def to_subtype(entity: Entity) -> str:
    """Give the kind of event its type names; every other is a meeting."""
    return _SUBTYPES.get((find_first(entity.get("type")) or "").strip().lower(), "meeting")


def to_temporal(entity: Entity) -> Temporal | None:
    """Give from when to when it is held."""
    start, end = to_date(entity, "start"), to_date(entity, "end")
    return Temporal(start=start, end=end) if start or end else None


def to_details(entity: Entity, country: str | None) -> EventDetails:
    """Give when and where it is held, and its state."""
    return EventDetails(
        start=to_date(entity, "start"),
        end=to_date(entity, "end"),
        city=find_first(entity.get("city")),
        country=country,
        symbol=normalise_un_symbol(find_first(entity.get("symbol")) or ""),
        status=find_first(entity.get("status")),
    )
