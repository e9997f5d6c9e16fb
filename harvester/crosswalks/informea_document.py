"""A document of InforMEA → resource, a treaty → legalInstrument; one function a target field. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from harvester.crosswalks.context import Context
from harvester.crosswalks.informea_entity import (
    NAME,
    Entity,
    crosswalk_with,
    envelope,
    fallback_of,
    find_treaty,
    to_countries,
    to_date,
    to_languages,
    to_text,
)
from harvester.crosswalks.json_texts import find_first, texts_of, to_agent
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.record import Agent, Dates, LegalInstrumentDetails, Link, Record, ResourceDetails, new_record
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
    issued = to_date(entity, "published")
    return new_record(
        "resource",
        **fields | {"dates": Dates(issued=issued, modified=to_date(entity, "updated"))},
        subtype="publication",
        title=title,
        summary=summary,
        languages=to_languages(title, summary, links=fields["links"]),
        country_regions=to_countries(entity, context),
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
    fields["links"] = (*fields["links"], *to_logo(entity))
    fields["extra"] = with_official_title(fields["extra"], entity, title)
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


def to_logo(entity: Entity) -> tuple[Link, ...]:
    """Give the treaty's logo as its picture."""
    url = find_first(entity.get("logoUrl")) or ""
    return (Link(url=url, rel="cover"),) if normalise_url(url) else ()


def with_official_title(extra: Mapping[str, JsonValue], entity: Entity, title: LangText) -> dict[str, JsonValue]:
    """Give what is kept, and with it the official title where the record bears another one."""
    official = find_first(entity.get("titleOfficial"))
    if not official or official in title.values():
        return dict(extra)
    kept = extra.get(NAME)
    return {**extra, NAME: {**(kept if isinstance(kept, dict) else {}), "titleOfficial": official}}


def to_treaty_title(entity: Entity, fallback: str) -> LangText:
    """Give its titles by language; the portal's English title is labelled by its name."""
    english = {"en": text} if (text := find_first(entity.get("titleEnglish"))) else {}
    own = to_text(entity.get("title") or entity.get("titleOfficial"), fallback)
    return LangText({**english, **own})
