"""Unqualified Dublin Core (oai_dc) → Record: one function a target field; the rest goes to ``extra``. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lxml import etree
from pydantic import JsonValue, ValidationError

from harvester.crosswalks import dc_dates, dc_elements, dc_identifiers, dc_terms, dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_elements import Elements, Values
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from harvester.xml import parse_fragment
from vocabularies.formats.native import Parsed
from vocabularies.problems import problem
from vocabularies.record import Agent, Dates, Publisher, Record, ResourceDetails, new_record
from vocabularies.text import UNDETERMINED, LangText

NAME = "oai_dc"
Rest = dict[str, list[str]]


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that an ``oai_dc:dc`` element describes (DCMES 1.1), or the problem that stands in the way.

    The record's id is made from the source's identifier, so that the next version becomes the same record.
    """
    try:
        root = parse_fragment(raw.payload)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return Parsed(None, (problem("XML_SYNTAX", "", str(error.msg), line=str(line), column=str(column)),))
    try:
        return Parsed(_to_record(dc_elements.read_elements(root), raw, context))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def _to_record(elements: Elements, raw: RawRecord, context: Context) -> Record:
    rest: Rest = {name: _texts(values) for name, values in elements.items() if name not in dc_elements.ELEMENTS}
    languages, rest["language"] = dc_elements.to_languages(elements.get("language", ()))
    fallback = dc_elements.unlabelled_language(languages, context.default_language)
    record_type, kinds = dc_types.to_type(_texts(elements.get("type", ())))
    title, rest["title"] = dc_elements.to_title(elements.get("title", ()), fallback)
    topics = dc_terms.to_topics(elements.get("subject", ()), fallback)
    coverage = dc_terms.to_coverage(elements.get("coverage", ()))
    identifiers = dc_identifiers.to_identifiers(raw.identifier, _texts(elements.get("identifier", ())))
    issued, rest["date"] = dc_dates.to_issued(_texts(elements.get("date", ())))
    relations, rest["relation"] = dc_identifiers.to_relations(_texts(elements.get("relation", ())))
    licence, rights, access = dc_terms.to_rights(elements.get("rights", ()), fallback)
    rest["coverage"] = coverage.rest
    fields: dict[str, Any] = {
        "title": title,
        "summary": dc_elements.to_summary(elements.get("description", ()), fallback),
        "languages": languages or _stated_languages(title),
        "country_regions": tuple(coverage.countries)
        or ((context.country,) if context.country else dc_terms.countries_named(topics)),
        "spatial": coverage.spatial,
        "temporal": coverage.temporal,
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        "keywords": tuple(topics.keywords.values()),
        "source_ids": tuple(identifiers.source_ids.values()),
        "links": tuple(identifiers.links.values()),
        "relations": relations,
        "license": licence,
        "rights": rights,
        **({"access": access} if access else {}),
        **_by_type(record_type, kinds, issued, elements, fallback, rest),
    }
    return new_record(
        record_type,
        subtype=next(filter(None, (dc_types.find_subtype(record_type, kind) for kind in kinds)), None),
        id=dc_identifiers.local_record_id(context.source_id, raw.identifier),
        publisher=_publisher(context.source_id, context.source_name, context.default_language),
        dates=Dates(issued=issued),
        provenance=(provenance_of(raw, context, identifiers.landing_url),),
        extra=_extra(rest),
        **fields,
    )


def _by_type(
    record_type: str, kinds: list[str], issued: str | None, elements: Elements, fallback: str, rest: Rest
) -> dict[str, Any]:
    """Give the fields whose place depends on the type: a publication has authors, everything else has organisations."""
    creators = dc_elements.to_agents(elements.get("creator", ()), "author", fallback)
    agents = organizations(elements, fallback)
    formats, source = elements.get("format", ()), elements.get("source", ())
    if record_type != "resource":
        rest.update(type=kinds, format=_texts(formats), source=_texts(source))
        makers = tuple(Agent(role="creator", name=creator.name) for creator in creators)
        return {"organizations": (*makers, *agents)}
    details = ResourceDetails(
        resource_types=tuple(dict.fromkeys(kinds)),
        authors=creators,
        publication_date=issued,
        source=dc_elements.to_text(source, fallback),
        format="; ".join(_texts(formats)) or None,
    )
    return {"organizations": agents, "details": details}


def organizations(elements: Elements, fallback: str) -> tuple[Agent, ...]:
    """Give publishers and contributors, each in its role."""
    publishers = dc_elements.to_agents(elements.get("publisher", ()), "publisher", fallback)
    return publishers + dc_elements.to_agents(elements.get("contributor", ()), "contributor", fallback)


def _texts(values: Values) -> list[str]:
    return [text for text, _ in values]


def _stated_languages(title: LangText) -> tuple[str, ...]:
    return tuple(tag for tag in title if tag != UNDETERMINED)


@lru_cache(maxsize=512)
def _publisher(source_id: str, name: str, language: str | None) -> Publisher:
    return Publisher(node=source_id, name=LangText({language or UNDETERMINED: name}))


def _extra(rest: Rest) -> dict[str, JsonValue]:
    kept: dict[str, JsonValue] = {name: list(texts) for name, texts in rest.items() if texts}
    return {NAME: kept} if kept else {}
