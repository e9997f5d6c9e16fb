"""schema.org in JSON-LD → Record: one function a target field; what nobody mapped goes to ``extra``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from pydantic import JsonValue, ValidationError

from harvester.crosswalks import dc_elements, dc_identifiers, dc_terms, dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value
from harvester.crosswalks.json_texts import to_rest
from harvester.crosswalks.provenance import provenance_of
from harvester.crosswalks.schema_details import to_details
from harvester.crosswalks.schema_links import to_identifiers, to_links, to_relations, unrelated
from harvester.crosswalks.schema_places import to_period, to_whereabouts
from harvester.crosswalks.schema_types import to_type
from harvester.crosswalks.schema_values import Thing, addresses_of, as_list, find_text, texts_of, to_agents, to_values
from harvester.crosswalks.schema_values import types_of as classes_of
from harvester.plain_jsonld import Names, to_plain
from harvester.raw import RawRecord
from vocabularies.concepts import find_term, term_value
from vocabularies.formats.native import Parsed
from vocabularies.problems import problem
from vocabularies.record import Access, Agent, Contact, Dates, Keyword, Publisher, Record, new_record
from vocabularies.text import UNDETERMINED, LangText

NAME = "schema_org"
_OWN_TYPES = "urn:chm:vocab:record-types:"
_INNER = (
    ("distribution", "description"), ("distribution", "license"), ("distribution", "dateModified"),
    ("author", "affiliation"), ("creator", "affiliation"), ("about", "termCode"), ("about", "inDefinedTermSet"),
    ("includedInDataCatalog", "name"), ("subjectOf", "encodingFormat"), ("about", "description"),
    ("about", "potentialAction"),
)  # fmt: skip
_PLACES = ("spatialCoverage", "location")
_OF_A_PLACE = frozenset({"@type", "@id", "name", "geo", "address", "containedInPlace", "latitude", "longitude"})
_ROLES: Mapping[str, str] = {
    "publisher": "publisher", "contributor": "contributor", "editor": "editor", "provider": "provider",
    "funder": "funder", "sponsor": "sponsor", "maintainer": "maintainer", "producer": "producer",
    "sourceOrganization": "publisher", "copyrightHolder": "rightsHolder", "parentOrganization": "parent",
    "memberOf": "network", "member": "member", "worksFor": "employer", "affiliation": "employer",
    "sdPublisher": "publisher",
}  # fmt: skip


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a schema.org thing describes, or the problem that stands in the way.

    The record's id is made from the source's identifier, so that the next version becomes the same record.
    """
    try:
        document = orjson.loads(raw.payload)
        names = Names(document.get("@context"))
        return Parsed(_to_record(to_plain(document, names), names.language, raw, context))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def _to_record(node: dict[str, Any], language: str | None, raw: RawRecord, context: Context) -> Record:
    thing = Thing(node)
    rest: dict[str, list[Any]] = {}
    languages, rest["inLanguage"] = _languages(thing)
    fallback = dc_elements.unlabelled_language(languages, language or context.default_language)
    record_type, kinds = to_type(classes_of(node))
    record_type, subtype, rest["additionalType"] = _own_type(thing, record_type)
    title, rest["alternateName"] = _title(thing, record_type, fallback)
    summary, rest["abstract"] = _summary(thing, fallback, is_ours=_is_ours(node))
    topics, rest["about"] = _topics(thing, fallback)
    where = to_whereabouts(thing.take("spatialCoverage", "spatial", "contentLocation", "areaServed", "geo"))
    own_place = to_whereabouts(_own_places(thing))
    dates = _dates(thing)
    licence, rights, access = _rights(thing, fallback)
    identifiers = to_identifiers(raw.identifier, node, thing)
    agents, authors = _agents(thing, fallback)
    details = to_details(record_type, thing, kinds, authors=authors, fallback=fallback, issued=dates.issued)
    temporal, rest["temporalCoverage"] = to_period(
        thing.take("temporalCoverage", "temporal", "datasetTimeInterval"), *details.period
    )
    rest |= {"spatialCoverage": where.rest, "location": own_place.rest, "@type": details.kinds, **_inner(node)}
    rest |= _unrelated(node, getattr(details.part, "citation", None)) | {"funding": _grants(node)}
    countries = [*where.countries, *(place for place in own_place.countries if place not in where.countries)]
    fields: dict[str, Any] = {
        "title": title,
        "summary": summary,
        "languages": languages or tuple(tag for tag in title if tag != UNDETERMINED),
        "country_regions": tuple(countries)
        or ((context.country,) if context.country else dc_terms.countries_named(topics)),
        "spatial": where.spatial or own_place.spatial,
        "temporal": temporal,
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        "keywords": tuple(topics.keywords.values()),
        "source_ids": tuple(identifiers.source_ids.values()),
        "links": (*identifiers.links.values(), *to_links(thing, record_type, identifiers, fallback)),
        "relations": to_relations(thing, identifiers),
        "contacts": _contacts(thing, fallback),
        "organizations": (*details.makers, *agents),
        "license": licence,
        "rights": rights,
        **({"access": access} if access else {}),
        "details": details.part,
    }
    return new_record(
        record_type,
        subtype=subtype,
        id=dc_identifiers.local_record_id(context.source_id, raw.identifier),
        publisher=_publisher(context.source_id, context.source_name, context.default_language),
        dates=dates,
        provenance=(provenance_of(raw, context, identifiers.landing_url),),
        extra=_extra(rest, thing),
        **fields,
    )


def _inner(node: dict[str, Any]) -> dict[str, list[Any]]:
    """Give what stands inside things that are read, and has no place in a record."""
    found: dict[str, list[Any]] = {
        f"{outer}/{name}": texts_of([each.get(name) for each in as_list(node.get(outer)) if isinstance(each, dict)])
        for outer, name in _INNER
    }
    for outer in _PLACES:
        for place in (each for each in as_list(node.get(outer)) if isinstance(each, dict) and "name" in each):
            for name in place.keys() - _OF_A_PLACE:
                found.setdefault(f"{outer}/{name}", []).extend(as_list(place[name]))
    return found


def _unrelated(node: dict[str, Any], citation: str | None) -> dict[str, list[Any]]:
    """Give what leads to no other record, without the citation that the record bears."""
    found = unrelated(node)
    return {name: left for name, each in found.items() if (left := [one for one in each if one != citation])}


def _grants(node: dict[str, Any]) -> list[Any]:
    """Give the grants by their names and numbers; who gave them is an agent."""
    given = [each for each in as_list(node.get("funding")) if each]
    told = [{k: v for k, v in each.items() if k not in ("@type", "funder")} if isinstance(each, dict) else each
            for each in given]  # fmt: skip
    return [each for each in told if each]


def _own_type(thing: Thing, of_class: str) -> tuple[str, str | None, list[str]]:
    """Give type and subtype where terms of ours are named beside the class, as nodes do, and what else is named."""
    texts = texts_of(thing.take("additionalType"))
    ours = [text for text in texts if text.startswith(_OWN_TYPES)]
    record_type = next(filter(None, map(dc_types.find_type, ours)), of_class)
    subtype = next(filter(None, (dc_types.find_subtype(record_type, text) for text in ours)), None)
    return record_type, subtype, [text for text in texts if text not in ours]


def _languages(thing: Thing) -> tuple[tuple[str, ...], list[str]]:
    stated: list[Value] = []
    for value in thing.take("inLanguage", "knowsLanguage", "availableLanguage"):
        if isinstance(value, dict):
            value = find_text(value.get("alternateName")) or find_text(value.get("identifier")) or find_text(value)
        stated += [(text.rstrip("/").rpartition("/")[2], None) for text in texts_of([value])]
    return dc_elements.to_languages(stated)


def _title(thing: Thing, record_type: str, fallback: str) -> tuple[LangText, list[str]]:
    named: list[list[Value]] = [to_values(thing.take(name)) for name in ("name", "headline", "legalName", "title")]
    others = to_values(thing.take("alternateName")) if record_type != "organization" else []
    person = " ".join(texts_of([*thing.take("givenName"), *thing.take("familyName")]))
    persons: list[Value] = [(person, None)] if person else []
    chosen: list[Value] = next((values for values in (*named, persons, others) if values), [])
    title, further = dc_elements.to_title(chosen, fallback)
    more = [text for values in (*named, others) if values is not chosen for text, _ in values]
    return title, list(dict.fromkeys(text for text in (*further, *more) if text not in title.values()))


def _is_ours(node: Mapping[str, Any]) -> bool:
    """Tell whether a node of ours wrote it: it names a term of our record types beside the class."""
    return any(text.startswith(_OWN_TYPES) for text in texts_of(as_list(node.get("additionalType"))))


def _summary(thing: Thing, fallback: str, *, is_ours: bool) -> tuple[LangText, list[str]]:
    """Give the description, and what else describes it in short.

    Of one of ours the abstract goes before, as it has what the description lengthens.
    """
    described = [to_values(thing.take(name)) for name in ("description", "abstract", "disambiguatingDescription")]
    summary = dc_elements.to_summary(next((values for values in described if values), []), fallback)
    if is_ours:
        return LangText({**summary, **dc_elements.to_summary(described[1], fallback)}), []
    more = dict.fromkeys(text for values in described[1:] for text, _ in values)
    return summary, [text for text in more if text not in summary.values()]


def _topics(thing: Thing, fallback: str) -> tuple[dc_terms.Topics, list[str]]:
    """Give the terms that keywords and topics name; a term with an address of its own is tried by it first."""
    found, plain = dc_terms.Topics(), list[Value]()
    for value in thing.take(
        "keywords", "about", "knowsAbout", "genre", "teaches", "applicationCategory", "serviceType"
    ):
        uri = next(iter(addresses_of([value])), None)
        code = find_text(value.get("termCode")) if isinstance(value, dict) else None
        known = next((term for text in (uri, code) if text and (term := _term(text, value))), None)
        names = to_values([value])
        if known is not None:
            kept = found.terms.setdefault(known[0], [])
            kept += [known[1]] if known[1] not in kept else []
        elif uri and isinstance(value, dict) and names and not any(dc_terms.find_topic(text) for text, _ in names):
            label = {dc_elements.language_of(stated, fallback): text for text, stated in reversed(names)}
            found.keywords.setdefault(uri, Keyword(label=LangText(label), uri=uri))
        else:
            plain += _split(names) if isinstance(value, str) else names
    topics = dc_terms.to_topics(plain, fallback)
    for name, ids in topics.terms.items():
        kept = found.terms.setdefault(name, [])
        kept += [each for each in ids if each not in kept]
    return dc_terms.Topics(found.terms, {**found.keywords, **topics.keywords}), []


def _term(text: str, value: object) -> tuple[str, str] | None:
    treaty = find_term("treaties", text) if isinstance(value, dict) else None
    return ("treaties", term_value(treaty)) if treaty is not None else dc_terms.find_topic(text)


def _split(values: list[Value]) -> list[Value]:
    """Take keywords apart that stand in one text with commas, as schema.org asks for."""
    return [
        (part.strip(), language)
        for text, language in values
        for part in ([text] if dc_terms.find_topic(text) or "://" in text else text.split(","))
        if part.strip()
    ]


def _own_places(thing: Thing) -> list[Any]:
    """Give the place a thing itself is at: the venue of an event, the seat of an organisation."""
    seats = [each for each in thing.take("location") if isinstance(each, dict)]
    address = [{"address": each} for each in thing.take("address")]
    return [*seats, *address, *({"containedInPlace": each} for each in thing.take("containedInPlace"))]


def _dates(thing: Thing) -> Dates:
    def first(name: str) -> str | None:
        return next((date for text in texts_of(thing.take(name)) if (date := find_date(text))), None)

    created, modified, issued = first("dateCreated"), first("dateModified"), first("datePublished")
    return Dates(created=created, modified=modified, issued=issued)


def _rights(thing: Thing, fallback: str) -> tuple[str | None, LangText, Access | None]:
    values: list[Value] = []
    for value in thing.take("license", "usageInfo", "copyrightNotice", "conditionsOfAccess", "acquireLicensePage"):
        address = next(iter(addresses_of([value])), None)
        values += [(address, None)] if address and dc_terms.find_licence(address) else to_values([value])
    licence, rights, access = dc_terms.to_rights(values, fallback)
    return licence, rights, access


def _agents(thing: Thing, fallback: str) -> tuple[tuple[Agent, ...], tuple[Agent, ...]]:
    authors = to_agents(thing.take("author", "creator"), "author", fallback)
    agents = [agent for name, role in _ROLES.items() for agent in to_agents(thing.take(name), role, fallback)]
    for grant in thing.take("funding"):
        if isinstance(grant, dict):
            agents += to_agents(as_list(grant.get("funder")), "funder", fallback)
    return tuple(dict.fromkeys(agents)), authors


def _contacts(thing: Thing, fallback: str) -> tuple[Contact, ...]:
    """Give whom to ask, by name: nobody has agreed that an address or number is published."""
    found: list[Contact] = []
    for point in thing.take("contactPoint"):
        if isinstance(point, dict) and (name := find_text(point.get("name"))):
            found.append(Contact(role=find_text(point.get("contactType")), name=name))
    return tuple(found)


@lru_cache(maxsize=512)
def _publisher(source_id: str, name: str, language: str | None) -> Publisher:
    return Publisher(node=source_id, name=LangText({language or UNDETERMINED: name}))


def _extra(rest: dict[str, list[Any]], thing: Thing) -> dict[str, JsonValue]:
    kept = to_rest({**thing.rest(), **{name: texts for name, texts in rest.items() if texts}}, frozenset())
    return {NAME: kept} if kept else {}
