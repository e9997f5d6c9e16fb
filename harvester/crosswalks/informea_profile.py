"""A country profile of InforMEA, a country's standing in a treaty → nationalSubmission; one function a field. Pure."""

from __future__ import annotations

from harvester.crosswalks.context import Context
from harvester.crosswalks.informea_entity import (
    Entity,
    crosswalk_with,
    envelope,
    fallback_of,
    find_country,
    to_countries,
    to_languages,
    to_text,
    to_treaties,
)
from harvester.crosswalks.json_texts import find_first
from harvester.raw import RawRecord
from vocabularies.concepts import load_scheme
from vocabularies.formats.native import Parsed
from vocabularies.record import NationalSubmissionDetails, Record, new_record
from vocabularies.text import LangText

_MAPPED = frozenset({"note"})


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record of a CountryProfile (InforMEA protocol 1.5.6), or the problem that stands in the way."""
    return crosswalk_with(_to_record, raw, context)


def _to_record(entity: Entity, raw: RawRecord, context: Context) -> Record:
    fallback = fallback_of(context)
    fields = envelope(entity, raw, context, _MAPPED)
    title, summary = to_title(entity, fallback), to_text(entity.get("note"), fallback, lines=True)
    return new_record(
        "nationalSubmission",
        **fields,
        subtype="countryProfile",
        title=title,
        summary=summary,
        languages=to_languages(title, summary),
        government=find_country(entity) or context.country,
        country_regions=to_countries(entity, context),
        details=to_details(entity),
    )


def to_title(entity: Entity, fallback: str) -> LangText:
    """Give its own title, or the English names of country and treaty: a profile has no name of its own."""
    own = to_text(entity.get("title"), fallback)
    country = find_country(entity)
    if own or country is None:
        return own
    names = [_name("countries", country), *(_name("treaties", treaty) for treaty in to_treaties(entity))]
    return LangText({"en": ": ".join(names)})


def _name(scheme: str, concept_id: str) -> str:
    concept = load_scheme(scheme).concepts.get(concept_id)
    return concept.label("en")[0] if concept else concept_id


def to_details(entity: Entity) -> NationalSubmissionDetails:
    """Give the country's standing in the service's own word; its dates stay in ``extra``."""
    return NationalSubmissionDetails(status=find_first(entity.get("entryIntoForceStatus")))
