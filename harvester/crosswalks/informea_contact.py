"""A contact of InforMEA → focalPoint; one function a target field. Gives no address or number of a person. Pure."""

from __future__ import annotations

from harvester.crosswalks.context import Context
from harvester.crosswalks.informea_entity import (
    Entity,
    crosswalk_with,
    envelope,
    fallback_of,
    find_country,
    find_treaty,
    objects,
    to_countries,
    to_languages,
    to_text,
    to_treaties,
)
from harvester.crosswalks.json_texts import find_first, texts_of
from harvester.raw import RawRecord
from vocabularies.concepts import find_term, term_value
from vocabularies.formats.native import Parsed
from vocabularies.record import Agent, FocalPointDetails, Keyword, Record, new_record
from vocabularies.text import UNDETERMINED, LangText

_MAPPED = frozenset({
    "roles", "prefix", "firstName", "lastName", "position", "institution", "type", "address", "email", "phoneNumber",
    "fax",
})  # fmt: skip


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record of a Contact (InforMEA protocol 1.5.6), or the problem that stands in the way.

    Name, role and institution are public; e-mail, telephone, fax and address are not, as nobody agreed to it.
    """
    return crosswalk_with(_to_record, raw, context)


def _to_record(entity: Entity, raw: RawRecord, context: Context) -> Record:
    fallback = fallback_of(context)
    fields = envelope(entity, raw, context, _MAPPED)
    title, institution = to_title(entity, fallback), to_text(entity.get("institution"), fallback)
    known, unknown = to_roles(entity)
    return new_record(
        "focalPoint",
        **fields | {"treaties": to_all_treaties(entity), "keywords": (*fields["keywords"], *to_keywords(unknown))},
        subtype="nationalFocalPoint",
        title=title,
        languages=to_languages(title),
        government=find_country(entity) or context.country,
        country_regions=to_countries(entity, context),
        organizations=(Agent(role="institution", name=institution),) if institution else (),
        details=FocalPointDetails(
            categories=known,
            treaty=next(iter(to_all_treaties(entity)), None),
            person=to_person(entity),
            designation=to_text(entity.get("position"), fallback),
            institution=institution,
            country=find_country(entity),
        ),
    )


def to_person(entity: Entity) -> str | None:
    """Give the name with its prefix, or None."""
    parts = [find_first(entity.get(name)) or "" for name in ("prefix", "firstName", "lastName")]
    return " ".join(part.strip() for part in parts if part.strip()) or None if any(parts[1:]) else None


def to_title(entity: Entity, fallback: str) -> LangText:
    """Give the person's name, or position and institution of a seat nobody is named for."""
    if person := to_person(entity):
        return LangText({fallback: person})
    parts = [find_first(entity.get(name)) for name in ("position", "institution", "department")]
    return LangText({fallback: ", ".join(part for part in parts if part)}) if any(parts) else LangText()


def to_roles(entity: Entity) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the categories that the roles name, and the roles that are none we know."""
    named = _roles(entity.get("roles"))
    named += [part.strip() for text in texts_of(entity.get("type")) for part in text.split(",")]
    known: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for role in filter(None, named):
        concept = find_term("details.categories", role)
        (known if concept else unknown)[term_value(concept) if concept else role] = None
    return tuple(known), tuple(unknown)


def _roles(value: object) -> list[str]:
    """Give the roles inside ``[{treaty, roles}]`` (PersonRoles), or those of services that write plain texts."""
    if isinstance(value, list):
        return [text for each in value for text in _roles(each)]
    if isinstance(value, dict):
        return [text for name in ("roles", "role", "value") for text in _roles(value.get(name))]
    return texts_of(value)


def to_keywords(roles: tuple[str, ...]) -> tuple[Keyword, ...]:
    """Give roles that are no category we know as keywords."""
    return tuple(Keyword(label=LangText({UNDETERMINED: role})) for role in roles)


def to_all_treaties(entity: Entity) -> tuple[str, ...]:
    """Give the treaties of the contact and of its roles."""
    of_roles = [find_treaty(text) for entry in objects(entity.get("roles")) for text in texts_of(entry.get("treaty"))]
    return tuple(dict.fromkeys([*to_treaties(entity), *of_roles]))
