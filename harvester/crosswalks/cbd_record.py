"""What an index entry or a document of the CBD tells → Record: one function a field of every type. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from pydantic import JsonValue, ValidationError

from harvester.cbd_identity import split_unique
from harvester.crosswalks import cbd_details, cbd_links, cbd_schemas, cbd_terms
from harvester.crosswalks.cbd_confidential import withhold
from harvester.crosswalks.cbd_told import Field, Told
from harvester.crosswalks.cbd_values import without_mail
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_identifiers import local_record_id
from harvester.crosswalks.dc_terms import find_licence
from harvester.crosswalks.geojson import find_extent
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from vocabularies.concepts import load_scheme
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_cbd_id, normalise_doi, normalise_un_symbol, parse_record_uri
from vocabularies.problems import problem
from vocabularies.record import (
    RECORD_CLASSES,
    Access,
    Agent,
    Dates,
    Point,
    Publisher,
    Record,
    SourceId,
    Spatial,
    Temporal,
    new_record,
)
from vocabularies.text import UNDETERMINED, LangText

NAME = "cbd"
SUMMARIES = (
    "summary", "description", "abstract", "profile", "problem", "executiveSummary", "documentsSummary", "documentText",
    "responsibilities", "requirements", "purpose", "globalDescription", "sectionV.assessmentSummaryInfo",
    "sectionI.processUndertaken", "subjectMatter", "permitDescription", "elementOfGlobalTargetsInfo",
    "otherInformation", "relevantInformation",
)  # fmt: skip
_ISSUED = (
    "publicationDate", "dateOfIssuance", "adoption", "adoptionDate", "date", "publishDate", "publishedDate",
    "datePublished", "completionYear",
)  # fmt: skip
_SYSTEM = frozenset({
    "id", "identifier", "schema", "schemaType", "realm", "state", "latest", "workflow", "ownership", "revision",
    "documentId", "uniqueIdentifier", "version", "virtual", "createdDate", "updatedDate", "updatedOn", "languages",
    "language", "symbol", "government", "latestRevision",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """A record of the CBD as fields, with what names it; ``fallback`` is the language of unlabelled text."""

    schema: str
    fields: Mapping[str, Field]
    languages: tuple[str, ...]
    fallback: str
    document_id: str | None = None
    legacy_id: str | None = None


def parse(raw: RawRecord, context: Context, read: Callable[[Mapping[str, Any]], Facts]) -> Parsed:
    """Give the record of a payload, or the problem that stands in the way; a schema we do not know is noted."""
    try:
        facts = read(orjson.loads(raw.payload))
        unknown = () if facts.schema in cbd_schemas.KINDS else (_unknown_schema(facts.schema),)
        return Parsed(to_record(facts, raw, context), unknown)
    except orjson.JSONDecodeError as error:
        return Parsed(None, (problem("JSON_SYNTAX", "", line=str(error.lineno), column=str(error.colno)),))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def to_record(facts: Facts, raw: RawRecord, context: Context) -> Record:
    """Give the record that the facts describe, without what its owner keeps confidential.

    A record that anybody may submit (class “reference”) is no government's, whatever country it names.
    """
    fields, withheld = withhold(facts.fields)
    if facts.schema in cbd_schemas.DESCRIBING_PERSONS:
        fields = {name: each for name, each in fields.items() if name not in ("summary", "description")}
    told = Told(fields, facts.fallback)
    told.used |= _SYSTEM
    kind = _own_kind(told, cbd_schemas.kind_of(facts.schema))
    country = cbd_terms.find_country(told, "government")
    government = None if told.word("schemaType") == "reference" else country
    title = to_title(told, facts.schema, government)
    topics = cbd_terms.to_topics(told)
    places, other_places = cbd_terms.to_places(told.terms(*cbd_terms.PLACES))
    links = cbd_links.to_links(told, context.base_url)
    landing = next((link.url for link in links if link.rel == "landing"), None)
    details, kept = cbd_details.to_details(told, facts.schema, kind)
    dates = to_dates(told)
    record_fields: dict[str, Any] = {
        "title": title,
        "summary": told.text(*SUMMARIES, lines=True),
        "languages": facts.languages or tuple(tag for tag in title if tag != UNDETERMINED),
        "government": government,
        "country_regions": tuple(places) or tuple(filter(None, (country or context.country,))),
        "spatial": to_spatial(told),
        "temporal": to_temporal(told),
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        "treaties": cbd_schemas.treaties_of(told.words("realm") or told.words("uniqueIdentifier")),
        "keywords": tuple(topics.keywords.values()),
        "organizations": to_organizations(told),
        "access": Access(confidential=withheld),
        "dates": dates,
        "links": links,
        "relations": cbd_links.to_relations(told, cbd_links.api_of(context.base_url)),
        "details": details.model_dump(exclude_defaults=True),
        "freshness": cbd_details.to_freshness(facts.schema, _changed(told), context.harvested_at),
        **to_rights(told),
    }
    kept |= {"terms": list(topics.unknown), "places": list(other_places)}
    return new_record(
        kind.type,
        id=local_record_id(context.source_id, raw.identifier),
        subtype=kind.subtype,
        publisher=Publisher(node=context.source_id, name=LangText({facts.fallback: context.source_name})),
        source_ids=to_source_ids(facts, raw),
        revision=_revision(told),
        provenance=(provenance_of(raw, context, landing),),
        extra=to_extra(told, facts, kept),
        **record_fields,
    )


def to_title(told: Told, schema: str, government: str | None) -> LangText:
    """Give the title or name; the person's of a person; else what the schema is called and whose record it is."""
    if title := told.text("title", "name", "identity"):
        return title
    if person := cbd_details.find_person(told):
        return LangText({told.fallback: person})
    if title := told.text("organization", "symbol", "acronym"):
        return title
    country = load_scheme("countries").concepts.get(government or "")
    made = cbd_schemas.kind_of(schema).label
    return LangText({"en": f"{made} – {country.label('en')[0]}" if country else made})


def to_dates(told: Told) -> Dates:
    """Give when the record was made and changed at the clearing-house, and when its subject was issued."""
    return Dates(
        created=told.date("createdDate", "createdOn"),
        modified=told.date("recordModified") or _changed(told),
        issued=told.date(*_ISSUED) or _dated(told.text("publicationDate")),
    )


def to_temporal(told: Told) -> Temporal | None:
    """Give the period that the subject covers."""
    start = told.date("startDate", "start", "timelineStartDate", "dateCollectedFrom")
    end = told.date("endDate", "end", "timelineEndDate", "dateCollectedTo")
    return Temporal(start=start, end=end) if start or end else None


def to_spatial(told: Told) -> Spatial | None:
    """Give a point or the box around a shape."""
    for place in told.objects("coordinates", "gisMapCenter", "location", "mapCenter"):
        latitude, longitude = (_number(place, *names) for names in (("lat", "latitude"), ("lng", "lon", "longitude")))
        if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
            return Spatial(point=Point(latitude=latitude, longitude=longitude))
    shapes = told.objects("geometry", "shape", "boundingBox") + told.words("geometry", "shape")
    return next((found for shape in shapes if (found := find_extent(shape))), None)


def to_organizations(told: Told) -> tuple[Agent, ...]:
    """Give authors, publishers and organisations by their names; those that are only referred to are relations."""
    agents: list[Agent] = []
    for role, name in (("publisher", "publisher"), ("creator", "authors"), ("contributor", "organizations"),
                       ("contributor", "organization"), ("contributor", "partners")):  # fmt: skip
        labelled = [term.label for term in told.terms(name) if term.label] if name != "organization" else []
        text = told.text(name) if not labelled else LangText()
        agents += [Agent(role=role, name=each) for each in map(without_mail, (*labelled, text)) if each]
    return tuple(dict.fromkeys(agents))


def to_rights(told: Told) -> dict[str, Any]:
    """Give the licence where the rights name one we know, and their words."""
    rights = told.text("rights", "copyright")
    licence = next((found for text in rights.values() if (found := find_licence(text))), None)
    return {"rights": rights, "license": licence}


def to_source_ids(facts: Facts, raw: RawRecord) -> tuple[SourceId, ...]:
    """Give the document's identifier, the number of its form, and other numbers it bears; revisions beside them."""
    told = Told(facts.fields, facts.fallback)
    revision = told.word("revision")
    found: dict[tuple[str, str], SourceId] = {}

    def add(scheme: str, value: str | None, revision: str | None = None) -> None:
        if value:
            found.setdefault((scheme, value), SourceId(scheme=scheme, value=value, revision=revision))

    stated = told.words("identifiers")  # as a clearing-house of ours writes them: its own id, then scheme:value
    is_ours = any(map(parse_record_uri, stated))
    if facts.document_id and normalise_cbd_id(facts.document_id) and not is_ours:
        add("cbd", facts.document_id, revision)
    for unique in told.words("uniqueIdentifier"):
        add("cbd-unique", unique, split_unique(unique)[1])
    for text in told.words("symbol", "doi"):
        add("un-symbol", normalise_un_symbol(text))
        add("doi", normalise_doi(text) if "10." in text else None)
    if raw.identifier != facts.document_id:
        add("local", raw.identifier)
    add("local", facts.legacy_id)
    for text in stated:
        scheme, _, value = text.partition(":")
        add(*(("chm", text) if parse_record_uri(text) else (scheme, value)))
    return tuple(found.values())


def _own_kind(told: Told, of_schema: cbd_schemas.Kind) -> cbd_schemas.Kind:
    """Give type and subtype where a clearing-house of ours says them, as one schema stands for several types there."""
    record_type, subtype = told.word("recordType"), told.word("recordSubtype")
    if record_type not in RECORD_CLASSES:
        return of_schema
    return of_schema._replace(type=record_type, subtype=subtype)


def to_extra(told: Told, facts: Facts, kept: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Give what has no place in a Record: the schema, realm and class of the record, and every field nobody mapped."""
    held = sorted(f"{name}: {reference}" for name, reference in cbd_links.references(told.fields))
    told.used |= {name for name, each in told.fields.items() if not each.texts and cbd_links.are_references(each)}
    rest = told.rest(person=facts.schema in cbd_schemas.PERSONS)
    rest |= {name: value for name, value in kept.items() if value}
    rest |= {"schema": facts.schema, "realm": list(told.words("realm")), "schemaType": told.word("schemaType")}
    rest["references"] = list(held)
    rest["codes"] = {name: dict(codes) for name, codes in cbd_terms.to_codes(told).items()}
    return {NAME: {name: value for name, value in rest.items() if value not in (None, "", [], {})}}


def _changed(told: Told) -> str | None:
    """Give when the record changed at the clearing-house."""
    return told.date("updatedDate", "updatedOn", "submittedDate")


def _unknown_schema(schema: str) -> Any:
    return replace(problem("TYPE_UNKNOWN", "/type", schema or "?"), severity="note")


def _revision(told: Told) -> int:
    text = told.word("revision") or ""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def _dated(text: LangText) -> str | None:
    return next((found for each in text.values() if (found := find_date(each))), None)


def _number(place: Mapping[str, Any], *names: str) -> float | None:
    for name in names:
        try:
            return float(place[name])
        except (KeyError, TypeError, ValueError):
            continue
    return None
