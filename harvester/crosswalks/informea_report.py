"""A country report or national plan of InforMEA → nationalSubmission; one function a target field. Pure."""

from __future__ import annotations

from harvester.crosswalks.context import Context
from harvester.crosswalks.informea_entity import (
    Entity,
    crosswalk_with,
    envelope,
    fallback_of,
    find_country,
    to_countries,
    to_date,
    to_languages,
    to_text,
)
from harvester.crosswalks.json_texts import find_first
from harvester.raw import RawRecord
from vocabularies.concepts import find_term, term_value
from vocabularies.formats.native import Parsed
from vocabularies.record import Dates, NationalSubmissionDetails, Record, new_record

_MAPPED = frozenset({"type", "submission"})
_PLANS = "NationalPlans"
_SUBMISSIONS = frozenset({
    "nbsap", "nationalReport", "nip", "tna", "tap", "countryProgramme", "commitment", "submission",
    "resourceMobilisation",
})  # fmt: skip


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record of a CountryReport or NationalPlan (InforMEA protocol 1.5.6), or what stands in the way."""
    return crosswalk_with(_to_record, raw, context)


def _to_record(entity: Entity, raw: RawRecord, context: Context) -> Record:
    fallback = fallback_of(context)
    fields = envelope(entity, raw, context, _MAPPED)
    title = to_text(entity.get("title"), fallback)
    summary = to_text(entity.get("summary") or entity.get("description"), fallback, lines=True)
    return new_record(
        "nationalSubmission",
        **fields | {"dates": to_dates(entity)},
        subtype=to_subtype(entity, raw),
        title=title,
        summary=summary,
        languages=to_languages(title, summary, links=fields["links"]),
        government=find_country(entity) or context.country,
        country_regions=to_countries(entity, context),
        details=NationalSubmissionDetails(report_type=to_report_type(entity)),
    )


def to_subtype(entity: Entity, raw: RawRecord) -> str | None:
    """Give the kind of plan; a report is a national report whatever it calls itself, an unknown plan none."""
    if not raw.identifier.startswith(_PLANS):
        return "nationalReport"
    concept = find_term("subtype", find_first(entity.get("type")) or "")
    return term_value(concept) if concept and term_value(concept) in _SUBMISSIONS else None


def to_report_type(entity: Entity) -> str | None:
    """Give the kind in the service's own word."""
    return find_first(entity.get("type"))


def to_dates(entity: Entity) -> Dates:
    """Give when the government submitted it and when the entry last changed."""
    return Dates(issued=to_date(entity, "submission"), modified=to_date(entity, "updated"))
