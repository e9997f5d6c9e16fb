"""Record → one schema.org JSON-LD object, for pages and ``.jsonld``; says only what the class of the thing may say."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from vocabularies.formats.address import Address
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.labels import CREATOR_ROLES, find_concept, label_of, labels_of, languages_of, places, topics
from vocabularies.formats.markup import find_iri, plain_text
from vocabularies.formats.schema_description import to_descriptions
from vocabularies.formats.schema_types import CREATIVE_WORKS, ORGANIZATIONS, schema_type
from vocabularies.identifiers import detail_ids
from vocabularies.record import Agent, Contact, EventDetails, Link, Record, SourceId, record_details
from vocabularies.text import UNDETERMINED, LangText

Object = dict[str, Any]
_URLS = {"doi": "https://doi.org/", "isbn": "urn:isbn:", "issn": "urn:issn:"}
_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def render(record: Record, address: Address) -> bytes:
    """Write the record as one JSON-LD object whose context is ``https://schema.org/``; UTF-8, no white space added."""
    return json.dumps(to_schema_org(record, address), ensure_ascii=False, separators=(",", ":")).encode()


def embed(payload: bytes) -> str:
    """Give the JSON so that it can stand in ``<script type="application/ld+json">``; the value stays the same."""
    return payload.decode().translate(_SCRIPT)


def to_schema_org(record: Record, address: Address) -> Object:
    """Give the record as a schema.org object, without empty properties.

    Language, licence, dates, publisher and topics belong to a creative work: another thing says them through its page.
    """
    record = to_public(record)
    kind = schema_type(record.type, record.subtype)
    thing: Object = {
        "@context": "https://schema.org/",
        "@type": kind,
        "additionalType": _kinds(record),
        "@id": address.record_url,
        "url": address.record_url,
    }
    thing["name"] = _texts(record.title)
    thing |= _descriptions(record, kind)
    thing["identifier"] = _identifiers(record)
    thing["sameAs"] = _same_as(record)
    thing["image"] = [iri for link in record.links if link.rel == "cover" for iri in [find_iri(link.url)] if iri]
    thing |= _thing_properties(record, kind)
    about = _about(record, address, kind)
    if kind in CREATIVE_WORKS:
        thing |= about
    else:
        page = {"@type": "WebPage", "@id": f"{address.record_url}#page", **_filled(about)}
        thing["mainEntityOfPage"] = page
    return _filled(thing)


def _descriptions(record: Record, kind: str) -> Object:
    """Give the summary; of a dataset in the length searches want, with the summary itself beside where it differs."""
    if kind != "Dataset":
        return {"description": _texts(record.summary, strip=True)}
    described, own = to_descriptions(record)
    return {"description": _texts(described), "abstract": _tagged(own)}


def _kinds(record: Record) -> list[str]:
    """Give the terms of the record's type and subtype, which several classes of schema.org could stand for."""
    named = (("type", record.type), ("subtype", record.subtype))
    found = (find_concept(field, value) for field, value in named if value)
    return [concept.uri for concept in found if concept]


def _filled(found: Object) -> Object:
    return {key: value for key, value in found.items() if value is not None and value != [] and value != {}}


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _texts(texts: LangText, *, strip: bool = False) -> Any:
    """Give the text alone where there is one; a list of language-tagged values where there are several."""
    if not texts:
        return None
    clean = LangText({tag: plain_text(text) for tag, text in texts.items()}) if strip else texts
    return next(iter(clean.values())) if len(clean) == 1 else _tagged(clean)


def _tagged(texts: LangText) -> list[Object]:
    return [
        {"@value": text} if tag == UNDETERMINED else {"@language": tag, "@value": text} for tag, text in texts.items()
    ]


def _identifiers(record: Record) -> list[Object]:
    found = [{"@type": "PropertyValue", "propertyID": "urn", "value": record.id}]
    for source in dict.fromkeys((*record.source_ids, *detail_ids(record))):
        entry = {"@type": "PropertyValue", "propertyID": source.scheme, "value": source.value}
        if url := _source_url(source):
            entry["url"] = url
        found.append(entry)
    return found


def _source_url(source: SourceId) -> str | None:
    if source.scheme in _URLS:
        return source.value if "//" in source.value else _URLS[source.scheme] + source.value
    iri = find_iri(source.value)
    return iri if iri and iri.startswith(("http:", "https:")) else None


def _same_as(record: Record) -> list[str]:
    found = [
        iri for relation in record.relations if relation.type == "sameAs" for iri in [find_iri(relation.target)] if iri
    ]
    found += [iri for link in record.links if link.rel == "landing" for iri in [find_iri(link.url)] if iri]
    return list(dict.fromkeys(found))


def _about(record: Record, address: Address, kind: str) -> Object:
    """Give what a creative work says of itself: languages, dates, licence, publisher, topics, files, relations."""
    languages = languages_of(record)
    dates, public = record.dates, record.access.level == "public"
    return {
        "inLanguage": _one([tag for tag in record.languages or record.title if tag != UNDETERMINED]),
        "dateCreated": dates.created,
        "dateModified": dates.modified,
        "datePublished": dates.issued or dates.published,
        "expires": record.freshness.confirm_by if record.freshness else None,
        "version": record.revision if record.revision > 1 or record.type == "dataset" else None,
        "license": find_iri(record.license) if record.license else None,
        "usageInfo": _texts(record.rights) if not record.license else None,
        "conditionsOfAccess": None if public else _texts(record.access.reason) or record.access.level,
        "isAccessibleForFree": False if record.access.level == "restricted" else None,
        "publisher": _publisher(record),
        "author": [_agent(agent) for agent in _authors(record)],
        "funder": [_agent(agent) for agent in record.organizations if agent.role == "funder"],
        "contributor": [_agent(a) for a in record.organizations if a.role != "funder" and a.role not in CREATOR_ROLES],
        "about": [_term(field, value, languages) for field, value in topics(record)],
        "keywords": [text for keyword in record.keywords for text in keyword.label.values()]
        or _topic_words(record, kind),
        "spatialCoverage": _coverage(record, languages),
        "temporalCoverage": _period(record),
        ("distribution" if kind == "Dataset" else "encoding"): [
            entry for link in record.links if link.rel not in ("cover", "landing") for entry in [_file(link)] if entry
        ],
        "isPartOf": _related(record, address, "isPartOf"),
        "hasPart": _related(record, address, "hasPart"),
        "isBasedOn": _related(record, address, "derivedFrom"),
        "translationOfWork": _related(record, address, "translates"),
        "workTranslation": _related(record, address, "hasTranslation"),
        "exampleOfWork": _related(record, address, "isVersionOf"),
        "workExample": _related(record, address, "hasVersion"),
        "citation": [*_cited(record), *_related(record, address, "references")],
    }


def _topic_words(record: Record, kind: str) -> list[str]:
    """Give the topics of a dataset as words: searches for data look for keywords (Science on Schema.org 1.2)."""
    return list(dict.fromkeys(label_of(*topic) for topic in topics(record))) if kind == "Dataset" else []


def _cited(record: Record) -> list[str]:
    citation = getattr(record_details(record), "citation", None)
    return [citation] if citation else []


def _publisher(record: Record) -> Object:
    name = _texts(record.publisher.name) or record.publisher.node
    return {"@type": "Organization", "name": name, "identifier": record.publisher.node}


def _authors(record: Record) -> list[Agent]:
    details = record_details(record)
    own = (*getattr(details, "authors", ()), *getattr(details, "providers", ()))
    return [*own, *(agent for agent in record.organizations if agent.role in CREATOR_ROLES)]


def _agent(agent: Agent) -> Object:
    return _filled({"@type": "Organization", "name": _texts(agent.name), "identifier": agent.ref})


@lru_cache(maxsize=65536)
def _term(field: str, value: str, languages: tuple[str, ...]) -> Object:
    """Give the shared object of a term; it is written, never changed."""
    concept = find_concept(field, value)
    if concept is None:
        return {"@type": "DefinedTerm", "name": value}
    names = LangText(dict(labels_of(field, value, languages)))
    term = {"@type": "DefinedTerm", "@id": concept.uri, "name": _texts(names), "termCode": value}
    term["inDefinedTermSet"] = concept.uri.rpartition(":")[0]
    return {**term, "sameAs": list(concept.exact_match)} if concept.exact_match else term


@lru_cache(maxsize=16384)
def _place(field: str, value: str, languages: tuple[str, ...]) -> Object:
    concept = find_concept(field, value)
    if concept is None:
        return {"@type": "Place", "name": value}
    names = LangText(dict(labels_of(field, value, languages)))
    kind = "Country" if concept.scheme == "countries" else "Place"
    return _filled({"@type": kind, "name": _texts(names), "identifier": value, "sameAs": list(concept.exact_match)})


def _coverage(record: Record, languages: tuple[str, ...]) -> list[Object]:
    found = [_place(field, value, languages) for field, value in places(record)]
    if geo := _geo(record):
        found.append({"@type": "Place", "geo": geo})
    return found


def _geo(record: Record) -> Object | None:
    if record.spatial is None:
        return None
    if box := record.spatial.box:
        return {"@type": "GeoShape", "box": f"{box.south} {box.west} {box.north} {box.east}"}
    if point := record.spatial.point:
        return {"@type": "GeoCoordinates", "latitude": point.latitude, "longitude": point.longitude}
    return None


def _period(record: Record) -> str | None:
    if record.temporal is None or not (record.temporal.start or record.temporal.end):
        return None
    return f"{record.temporal.start or '..'}/{record.temporal.end or '..'}"


def _file(link: Link) -> Object | None:
    iri = find_iri(link.url)
    if iri is None:
        return None
    size = str(link.bytes) if link.bytes is not None else None
    kind = "DataDownload" if link.rel in ("data", "api") else "MediaObject"
    entry = {"@type": kind, "contentUrl": iri, "name": _texts(link.name), "encodingFormat": link.media_type}
    return _filled({**entry, "contentSize": size, "inLanguage": link.language})


def _related(record: Record, address: Address, relation_type: str) -> list[Object]:
    found = []
    for relation in record.relations:
        if relation.type == relation_type and (iri := find_iri(address.target_url(record.id, relation.target))):
            found.append(_filled({"@type": "CreativeWork", "@id": iri, "name": _texts(relation.title)}))
    return found


def _thing_properties(record: Record, kind: str) -> Object:
    """Give the properties that belong to the thing itself, whatever its page says."""
    details: Any = record_details(record)
    languages = languages_of(record)
    if isinstance(details, EventDetails):
        return _event(details, languages)
    if kind in ORGANIZATIONS:
        found = {"url": None, "contactPoint": [_contact(contact) for contact in record.contacts]}
        website = find_iri(getattr(details, "website", None) or "")
        names = {"alternateName": _texts(getattr(details, "acronym", LangText()))}
        return {**_filled(found), **names, **({"url": website} if website else {})}
    if kind == "Person":
        institution = _texts(details.institution)
        works_for = {"@type": "Organization", "name": institution} if institution else None
        named = {"name": details.person} if details.person else {}
        return {**named, "jobTitle": _texts(details.designation), "worksFor": works_for}
    if kind == "Demand":
        return {"availabilityEnds": details.deadline, "areaServed": _areas(record, languages)}
    if kind in ("Offer", "Service"):
        deadline = getattr(details, "application_deadline", None) if kind == "Offer" else None
        return {"validThrough": deadline, "areaServed": _areas(record, languages)}
    if kind == "Place":
        return {"geo": _geo(record), "containedInPlace": _areas(record, languages)}
    if kind == "Dataset":
        return {"measurementTechnique": _texts(details.methods)}
    return {"isbn": getattr(details, "isbn", None)} if record.type == "resource" else {}


def _areas(record: Record, languages: tuple[str, ...]) -> list[Object]:
    return [_place(field, value, languages) for field, value in places(record)]


def _event(details: EventDetails, languages: tuple[str, ...]) -> Object:
    found: list[Object] = []
    if details.city or details.country:
        country = _place("details.country", details.country, languages)["name"] if details.country else None
        place = _filled({"@type": "PostalAddress", "addressLocality": details.city, "addressCountry": details.country})
        found.append(_filled({"@type": "Place", "name": details.city or country, "address": place}))
    if online := find_iri(details.online_url or ""):
        found.append({"@type": "VirtualLocation", "url": online})
    modes = {(True, True): "Mixed", (True, False): "Offline", (False, True): "Online"}
    mode = modes.get((bool(details.city or details.country), online is not None))
    return {
        "startDate": details.start,
        "endDate": details.end,
        "location": _one(found),
        "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode" if mode else None,
        "organizer": [_agent(agent) for agent in details.organizers],
    }


def _contact(contact: Contact) -> Object:
    name = contact.name or _texts(contact.organization)
    found = {"@type": "ContactPoint", "contactType": contact.role, "name": name}
    return _filled({**found, "email": contact.email, "telephone": contact.phone})
