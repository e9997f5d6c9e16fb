"""A decision of InforMEA → legalInstrument; one function a target field. Pure."""

from __future__ import annotations

from typing import Any

from harvester.crosswalks import dc_identifiers
from harvester.crosswalks.context import Context
from harvester.crosswalks.informea_entity import (
    Entity,
    crosswalk_with,
    envelope,
    fallback_of,
    to_countries,
    to_date,
    to_languages,
    to_text,
)
from harvester.crosswalks.json_texts import find_first
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.record import Dates, LegalInstrumentDetails, Record, Relation, new_record
from vocabularies.text import LangText

_MAPPED = frozenset({
    "longTitle", "content", "type", "status", "number", "published", "meetingId", "meetingTitle", "meetingUrl",
})  # fmt: skip
_LONGEST_SUMMARY = 20_000


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record of a decision (InforMEA protocol 1.5.6, Decision), or the problem that stands in the way."""
    return crosswalk_with(_to_record, raw, context)


def _to_record(entity: Entity, raw: RawRecord, context: Context) -> Record:
    fallback = fallback_of(context)
    fields = envelope(entity, raw, context, _MAPPED)
    title, summary = to_title(entity, fallback), to_summary(entity, fallback)
    fields["extra"] = _with_texts(fields["extra"], entity, fallback, summary)
    return new_record(
        "legalInstrument",
        **fields | {"dates": to_dates(entity)},
        subtype="copDecision",
        title=title,
        summary=summary,
        languages=to_languages(title, summary, links=fields["links"]),
        country_regions=to_countries(entity, context),
        relations=to_relations(entity, context, fallback),
        details=to_details(entity, fallback),
    )


def to_title(entity: Entity, fallback: str) -> LangText:
    """Give the title, and the long one in languages that have no other."""
    return LangText({**to_text(entity.get("longTitle"), fallback), **to_text(entity.get("title"), fallback)})


def to_summary(entity: Entity, fallback: str) -> LangText:
    """Give the summary, and in languages without one the decision's own words where they are not very long."""
    content = to_text(entity.get("content"), fallback, lines=True)
    short = {tag: text for tag, text in content.items() if len(text) <= _LONGEST_SUMMARY}
    return LangText({**short, **to_text(entity.get("summary"), fallback, lines=True)})


def to_dates(entity: Entity) -> Dates:
    """Give when the decision was published and last changed."""
    return Dates(issued=to_date(entity, "published"), modified=to_date(entity, "updated"))


def to_relations(entity: Entity, context: Context, fallback: str) -> tuple[Relation, ...]:
    """Give the meeting that took the decision: its page, or else its record from the same service."""
    title = to_text(entity.get("meetingTitle"), fallback)
    url, meeting = find_first(entity.get("meetingUrl")) or "", find_first(entity.get("meetingId"))
    if url.startswith(("http://", "https://")) and normalise_url(url):
        return (Relation(type="isPartOf", target=url, title=title),)
    if meeting is None:
        return ()
    target = dc_identifiers.local_record_id(context.source_id, f"Meetings/{meeting}")
    return (Relation(type="isPartOf", target=target, title=title),)


def to_details(entity: Entity, fallback: str) -> LegalInstrumentDetails:
    """Give number, kind and state of the decision, and the meeting that took it."""
    forum = to_text(entity.get("meetingTitle"), fallback).best("en")
    return LegalInstrumentDetails(
        document_type=find_first(entity.get("type")),
        legal_status=find_first(entity.get("status")),
        number=find_first(entity.get("number")),
        forum=forum[1] if forum else None,
    )


def _with_texts(extra: dict[str, Any], entity: Entity, fallback: str, summary: LangText) -> dict[str, Any]:
    """Add the long titles and contents that stand nowhere else, and the meeting's number."""
    told: dict[str, Any] = {}
    title = to_text(entity.get("title"), fallback)
    long_title = to_text(entity.get("longTitle"), fallback)
    told["longTitle"] = {tag: text for tag, text in long_title.items() if title.get(tag, text) != text}
    content = to_text(entity.get("content"), fallback, lines=True)
    told["content"] = {tag: text for tag, text in content.items() if summary.get(tag) != text}
    told["meetingId"] = find_first(entity.get("meetingId"))
    kept = {name: value for name, value in told.items() if value}
    return {"informea": {**extra.get("informea", {}), **kept}} if kept else extra
