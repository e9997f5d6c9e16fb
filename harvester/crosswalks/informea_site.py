"""A site of InforMEA, listed under a treaty → place; one function a target field. Pure."""

from __future__ import annotations

from harvester.crosswalks.context import Context
from harvester.crosswalks.informea_entity import (
    Entity,
    crosswalk_with,
    envelope,
    fallback_of,
    to_countries,
    to_languages,
    to_spatial,
    to_text,
)
from harvester.crosswalks.json_texts import find_first
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.record import PlaceDetails, Record, new_record

_MAPPED = frozenset({"name", "type"})
_SUBTYPES = {"whc": "whSite", "ramsar": "ramsarSite"}


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record of a Site (InforMEA protocol 1.5.6), or the problem that stands in the way."""
    return crosswalk_with(_to_record, raw, context)


def _to_record(entity: Entity, raw: RawRecord, context: Context) -> Record:
    fallback = fallback_of(context)
    title = to_text(entity.get("name") or entity.get("title"), fallback)
    summary = to_text(entity.get("description") or entity.get("summary"), fallback, lines=True)
    return new_record(
        "place",
        **envelope(entity, raw, context, _MAPPED),
        subtype=to_subtype(entity),
        title=title,
        summary=summary,
        languages=to_languages(title, summary),
        country_regions=to_countries(entity, context),
        spatial=to_spatial(entity),
        details=PlaceDetails(category=find_first(entity.get("type"))),
    )


def to_subtype(entity: Entity) -> str | None:
    """Give the kind of site its type or treaty names, or None."""
    named = [find_first(entity.get(name)) or "" for name in ("type", "treaty")]
    return next((_SUBTYPES[text.lower()] for text in named if text.lower() in _SUBTYPES), None)
