"""Native JSON → the fields of the CBD index, and the marks they are found by. Pure; it answers no request.

A field's name says its kind, as in that index: ``_s`` and ``_ss`` are exact, ``_t`` and ``_txt`` are words, ``_dt`` is
an instant, ``_i`` a number; ``title_EN_t`` is a text in one language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from chm_node.publishing.search.instants import first_instant
from vocabularies.concepts import load_scheme, region_ancestors
from vocabularies.formats.labels import label_of
from vocabularies.skos import primary_language

SCHEMAS: Mapping[str, str] = {
    "technology": "resource",
    "need": "bbiRequest",
    "offer": "bbiOpportunity",
    "offer/expertiseProfile": "bbiProfile",
    "capacityInitiative": "capacityBuildingInitiative",
    "project": "lwProject",
    "resource": "resource",
    "resource/caseStudy": "caseStudy",
    "resource/communityProtocol": "communityProtocol",
    "resource/modelClause": "modelContractualClause",
    "dataset": "resource",
    "service": "database",
    "service/laboratory": "laboratoryDetection",
    "organization": "organization",
    "organization/authority": "authority",
    "organization/checkpoint": "absCheckpoint",
    "focalPoint": "focalPoint",
    "focalPoint/expert": "biosafetyExpert",
    "event": "event",
    "event/meeting": "meeting",
    "news": "news",
    "news/notification": "notification",
    "news/statement": "statement",
    "nationalSubmission": "submission",
    "nationalSubmission/nationalReport": "nationalReport",
    "nationalSubmission/nbsap": "nbsap",
    "nationalSubmission/countryProfile": "countryProfile",
    "nationalSubmission/commitment": "stakeholderCommitment",
    "nationalSubmission/resourceMobilisation": "resourceMobilisation",
    "nationalTarget": "nationalTarget7",
    "nationalTarget/mapping": "nationalTarget7Mapping",
    "nationalTarget/indicator": "nationalIndicator",
    "nationalTarget/progress": "nationalAssessment",
    "legalInstrument": "measure",
    "legalInstrument/decision": "biosafetyDecision",
    "legalInstrument/permit": "absPermit",
    "legalInstrument/procedure": "absProcedure",
    "legalInstrument/copDecision": "decision",
    "legalInstrument/riskAssessment": "nationalRiskAssessment",
    "legalInstrument/communique": "absCheckpointCommunique",
    "place": "marineEbsa",
    "place/taxonOrLmo": "modifiedOrganism",
    "place/protectedArea": "protectedArea",
    "place/ecosystem": "ecosystem",
    "place/whSite": "protectedArea",
    "place/ramsarSite": "protectedArea",
}
"""``type`` or ``type/subtype`` → the schema identifier the clients of that index ask for."""

ALWAYS = frozenset(
    {
        "id", "identifier_s", "schema_s", "schemaType_s", "recordType_s", "realm_ss", "_state_s", "_latest_s",
        "_revision_i", "updatedDate_dt", "url_ss",
    }
)  # fmt: skip
"""Fields every record has."""

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NATIONAL = frozenset({"nationalSubmission", "nationalTarget", "legalInstrument", "focalPoint"})
LANGUAGES = ("AR", "EN", "ES", "FR", "RU", "ZH")
TEXTS = ("title", "summary", "description")
INSTANT_FIELDS: Mapping[str, str] = {
    "updatedDate_dt": "updated",
    "createdDate_dt": "created",
    "startDate_dt": "start",
    "endDate_dt": "end",
}
"""Fields that may be asked by range and ordered by, and the instants behind them."""

Fields = dict[str, Any]


def marks_of(local_id: str, record: Mapping[str, Any]) -> list[str]:
    """Give the marks of a record: ``field=value`` of every exact field, and what it has of fields not all records have.

    ``has title_FR`` stands for a text in a language, whatever its field is called besides.
    """
    fields = terms_of(local_id, record)
    marks: dict[str, None] = {}
    for name, value in fields.items():
        if isinstance(value, list):
            marks.update(dict.fromkeys([f"{name}={each}" for each in value]))
        else:
            marks[f"{name}={value}"] = None
    marks.update(dict.fromkeys([f"has {name}" for name in fields if name not in ALWAYS]))
    for text in ("title", "summary"):
        if texts := record.get(text):
            marks[f"has {text}"] = None
            marks.update(dict.fromkeys([f"has {text}_{language}" for language in _suffixed(texts)]))
    return list(marks)


def fields_of(local_id: str, record: Mapping[str, Any], url: str, *, changed_at: datetime) -> Fields:
    """Give every field of a record; ``url`` is its page, ``changed_at`` when it last changed here."""
    found = terms_of(local_id, record)
    for text in TEXTS:
        found |= _texts(text, record.get(_source(text)) or {})
    details = record.get("details") or {}
    dates = record.get("dates") or {}
    instants = {
        "updatedDate_dt": changed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "createdDate_dt": _instant(dates.get("created") or dates.get("published") or dates.get("issued")),
        "submittedDate_dt": _instant(dates.get("issued")),
        "startDate_dt": _instant(details.get("start") or (record.get("temporal") or {}).get("start")),
        "endDate_dt": _instant(details.get("end") or (record.get("temporal") or {}).get("end")),
    }
    found |= {name: at for name, at in instants.items() if at}
    if dates.get("issued"):
        found["publicationDate_s"] = dates["issued"]
    if dates.get("modified"):
        found["recordModified_s"] = dates["modified"]
    for language in LANGUAGES if found.get("government_s") else ():
        found[f"government_{language}_s"] = label_of("government", record["government"], language.lower())
    found["url_ss"] = [url]
    if documents := [_document(link) for link in record.get("links", ())]:
        found["documentLinks_s"] = orjson.dumps(documents).decode()
    return dict(sorted(found.items()))


def terms_of(local_id: str, record: Mapping[str, Any]) -> Fields:
    """Give the exact fields of a record: identifiers, states, codes of vocabularies."""
    details = record.get("details") or {}
    record_type = record["type"]
    ids = {each["scheme"]: each["value"] for each in reversed(record.get("sourceIds", ()))}
    places = [place for place in (record.get("government"), *record.get("countryRegions", ())) if place]
    found: Fields = {
        "id": local_id,
        "identifier_s": ids.get("cbd") or document_uid(local_id, record["id"]),
        "uniqueIdentifier_s": ids.get("cbd-unique"),
        "schema_s": SCHEMAS.get(f"{record_type}/{record.get('subtype')}") or SCHEMAS[record_type],
        "schemaType_s": "national" if record_type in NATIONAL and record.get("government") else "reference",
        "recordType_s": record_type,
        "recordSubtype_s": record.get("subtype"),
        "identifiers_ss": [
            record["id"],
            *(f"{each['scheme']}:{each['value']}" for each in record.get("sourceIds", ())),
        ],
        "realm_ss": [_realm(record)],
        "_state_s": "public",
        "_latest_s": "true",
        "_revision_i": record.get("revision", 1),
        "government_s": _lower(record.get("government")),
        "countryRegions_ss": [_lower(place) for place in dict.fromkeys(places)],
        "countryRegions_REL_ss": _with_regions(places),
        "hostGovernments_ss": [_lower(details.get("country"))] if record_type == "event" else None,
        "cbdSubjects_ss": record.get("subjects"),
        "gbfTargets_ss": record.get("gbfTargets"),
        "gbfGoals_ss": record.get("gbfGoals"),
        "aichiTargets_ss": record.get("aichiTargets"),
        "sdgs_ss": record.get("sdgs"),
        "treaties_ss": record.get("treaties"),
        "keywords_ss": [text for each in record.get("keywords", ()) for text in each.get("label", {}).values()],
        "languages_ss": record.get("languages"),
        "symbol_s": details.get("symbol") or details.get("number"),
        "eventCity_s": details.get("city") if record_type == "event" else None,
        "reportType_s": details.get("reportType"),
        "resourceTypes_ss": details.get("resourceTypes"),
        "assistanceTypes_ss": details.get("assistanceTypes"),
        "organizationType_s": details.get("organizationType"),
        "ctgList_ss": details.get("categories") if record_type == "focalPoint" else None,
        "logo_s": next((link["url"] for link in record.get("links", ()) if link.get("rel") == "cover"), None),
    }
    topics = ("cbdSubjects_ss", "gbfTargets_ss", "gbfGoals_ss", "aichiTargets_ss", "sdgs_ss")
    found["all_terms_ss"] = [term for name in topics for term in found[name] or ()]
    return {name: kept for name, value in found.items() if (kept := _kept(value))}


@lru_cache(maxsize=4096)
def document_uid(local_id: str, record_id: str) -> str:
    """Give a record that is none of the CBD's an identifier such as its documents have: a GUID, unique everywhere.

    That is the record's own where it has one, else one made of its id, so that it never changes.
    """
    plain = local_id if _GUID.fullmatch(local_id) else str(uuid5(NAMESPACE_URL, record_id))
    return plain.upper()


def _kept(value: Any) -> Any:
    return [each for each in value if each] if isinstance(value, list) else value


def _lower(place: str | None) -> str | None:
    return place.lower() if place else None


def _realm(record: Mapping[str, Any]) -> str:
    """Give the realm a record of the CBD says it belongs to, else the one of clearing-houses."""
    kept = (record.get("extra") or {}).get("cbd")
    realm = kept.get("realm") if isinstance(kept, dict) else None
    return realm.lower() if isinstance(realm, str) and realm else "chm"


@lru_cache(maxsize=4096)
def _regions(place: str) -> tuple[str, ...]:
    known = load_scheme("countries").is_known(place) or load_scheme("un-m49").is_known(place)
    return region_ancestors(place) if known else ()


def _with_regions(places: Iterable[str]) -> list[str]:
    found = [each.lower() for place in places for each in (place, *_regions(place))]
    return list(dict.fromkeys(found))


def _source(text: str) -> str:
    return "title" if text == "title" else "summary"


def _suffixed(texts: Mapping[str, str]) -> dict[str, str]:
    """Give the texts by the language suffix of that index; of two variants of a language the first counts."""
    found: dict[str, str] = {}
    for tag, text in texts.items():
        found.setdefault(primary_language(tag).upper(), text)
    found.pop("UND", None)
    return found


def _texts(name: str, texts: Mapping[str, str]) -> Fields:
    """Give a text under its bare name, in English or the first language, and under each language's."""
    if not texts:
        return {}
    by_suffix = _suffixed(texts)
    bare = by_suffix.get("EN") or next(iter(texts.values()))
    given = {"": bare, **{f"_{language}": text for language, text in by_suffix.items()}}
    return {f"{name}{suffix}_{kind}": text for suffix, text in given.items() for kind in ("s", "t")}


def _instant(partial: str | None) -> str | None:
    at = first_instant(partial) if partial else None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0") if at else None


def _document(link: Mapping[str, Any]) -> dict[str, Any]:
    name = next(iter((link.get("name") or {}).values()), None)
    kept = {"url": link["url"], "name": name, "language": link.get("language"), "type": link.get("mediaType")}
    return {key: value for key, value in kept.items() if value}
