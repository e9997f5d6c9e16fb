"""A document of InforMEA → resource, a treaty → legalInstrument; one function a target field. Pure."""

from __future__ import annotations

from harvester.crosswalks.context import Context
from harvester.crosswalks.informea_entity import (
    Entity,
    crosswalk_with,
    envelope,
    fallback_of,
    find_treaty,
    to_countries,
    to_date,
    to_languages,
    to_text,
    to_topics,
)
from harvester.crosswalks.json_texts import find_first, texts_of, to_agent
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.record import Agent, Dates, LegalInstrumentDetails, Record, ResourceDetails, new_record
from vocabularies.text import LangText

_DOCUMENT = frozenset({"published", "type", "authors", "author"})
_TREATY = frozenset({"titleEnglish", "titleOfficial", "type", "status", "entryIntoForce", "adoption", "logoUrl"})


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record of a Document of the portal, or the problem that stands in the way."""
    return crosswalk_with(_to_resource, raw, context)


def crosswalk_treaty(raw: RawRecord, context: Context) -> Parsed:
    """Give the record of a Treaty of the portal, or the problem that stands in the way."""
    return crosswalk_with(_to_treaty, raw, context)


def _to_resource(entity: Entity, raw: RawRecord, context: Context) -> Record:
    fallback = fallback_of(context)
    fields = envelope(entity, raw, context, _DOCUMENT)
    title, summary = to_text(entity.get("title"), fallback), to_summary(entity, fallback)
    topics = to_topics(entity, fallback)
    issued = to_date(entity, "published")
    return new_record(
        "resource",
        **fields | {"dates": Dates(issued=issued, modified=to_date(entity, "updated"))},
        subtype="publication",
        title=title,
        summary=summary,
        languages=to_languages(title, summary, links=fields["links"]),
        country_regions=to_countries(entity, context),
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        keywords=tuple(topics.keywords.values()),
        details=ResourceDetails(
            resource_types=tuple(texts_of(entity.get("type"))),
            authors=to_authors(entity, fallback),
            publication_date=issued,
        ),
    )


def to_summary(entity: Entity, fallback: str) -> LangText:
    """Give its summary or description."""
    return to_text(entity.get("summary") or entity.get("description"), fallback, lines=True)


def to_authors(entity: Entity, fallback: str) -> tuple[Agent, ...]:
    """Give the authors by name."""
    names = [name for part in ("authors", "author") for name in texts_of(entity.get(part))]
    return tuple(agent for name in dict.fromkeys(names) for agent in to_agent("author", name, fallback))


def _to_treaty(entity: Entity, raw: RawRecord, context: Context) -> Record:
    fallback = fallback_of(context)
    fields = envelope(entity, raw, context, _TREATY)
    title, summary = to_treaty_title(entity, fallback), to_summary(entity, fallback)
    named = find_first(entity.get("id")) or ""
    return new_record(
        "legalInstrument",
        **fields | {"treaties": fields["treaties"] or ((find_treaty(named),) if named else ())},
        title=title,
        summary=summary,
        languages=to_languages(title, summary),
        country_regions=to_countries(entity, context),
        details=LegalInstrumentDetails(
            document_type="treaty",
            legal_status=find_first(entity.get("status")),
            adoption=to_date(entity, "adoption"),
            entry_into_force=to_date(entity, "entryIntoForce"),
        ),
    )


def to_treaty_title(entity: Entity, fallback: str) -> LangText:
    """Give its titles by language; the portal's English title is labelled by its name."""
    english = {"en": text} if (text := find_first(entity.get("titleEnglish"))) else {}
    own = to_text(entity.get("title") or entity.get("titleOfficial"), fallback)
    return LangText({**english, **own})
