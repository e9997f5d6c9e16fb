"""An OGC API - Records feature → Record: one function a target field; the rest stays in ``extra``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urljoin

import orjson
from pydantic import JsonValue, ValidationError

from harvester.crosswalks import dc_identifiers, dc_terms, dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value
from harvester.crosswalks.geojson import find_extent
from harvester.crosswalks.json_texts import (
    find_first,
    languages_of,
    texts_of,
    to_lang_text,
    to_rest,
    to_values,
)
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.problems import problem
from vocabularies.record import (
    Agent,
    Contact,
    Dates,
    Keyword,
    Link,
    LinkRelation,
    Publisher,
    Record,
    Temporal,
    new_record,
)
from vocabularies.text import UNDETERMINED, LangText

NAME = "ogc_record"
Thing = Mapping[str, Any]
_MAPPED = frozenset({
    "title", "description", "type", "language", "languages", "resourceLanguages", "created", "updated", "keywords",
    "themes", "contacts", "license", "rights", "externalIds", "recordCreated", "recordUpdated", "providers",
    "associations", "externalId", "publisher", "creator", "extent", "datetime", "start_datetime", "end_datetime",
})  # fmt: skip
_PLACE_OF: Mapping[str, LinkRelation] = {
    "enclosure": "data", "item": "data", "items": "data", "data": "data", "download": "data", "service": "api",
    "service-desc": "api", "service-doc": "document", "describedby": "document", "describes": "document",
    "about": "landing", "canonical": "landing", "preview": "cover", "icon": "cover", "thumbnail": "cover",
}  # fmt: skip
_OF_THE_CATALOGUE = frozenset({
    "self", "collection", "root", "parent", "next", "prev", "search", "license", "up",
    "http://www.opengis.net/def/rel/ogc/1.0/catalog",
})  # fmt: skip
_CREATORS = frozenset({"author", "creator", "originator", "producer", "principalinvestigator"})
_PUBLISHERS = frozenset({"publisher", "owner", "distributor", "provider", "host", "licensor"})


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a record feature describes (OGC 20-004r1 §7), or the problem that stands in the way."""
    try:
        feature = orjson.loads(raw.payload)
        return Parsed(_to_record(feature, feature.get("properties") or {}, raw, context))
    except orjson.JSONDecodeError as error:
        return Parsed(None, (problem("JSON_SYNTAX", "", line=str(error.lineno), column=str(error.colno)),))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def _to_record(feature: Thing, properties: Thing, raw: RawRecord, context: Context) -> Record:
    own = next(iter(_codes(properties.get("language"))), None) or context.default_language or UNDETERMINED
    record_type, kinds = dc_types.to_type(texts_of(properties.get("type")) or ["dataset"])
    title = to_lang_text(to_values(properties.get("title")), own)
    topics = dc_terms.to_topics([*to_values(properties.get("keywords")), *_concepts(properties)], own)
    keywords = {**topics.keywords, **_named_concepts(properties, own, topics)}
    page = _page(raw.identifier, context)
    links = to_links(feature, properties, page, own)
    identifiers = dc_identifiers.to_identifiers(raw.identifier, _identifiers(feature, properties, raw))
    licence, rights, access = dc_terms.to_rights(_rights(feature, properties), own)
    contacts, agents = to_parties(properties, own)
    dates = to_dates(properties)
    languages = _codes(properties.get("resourceLanguages")) or _codes(properties.get("language"))
    landing = next((link.url for link in links if link.rel == "landing"), page)
    return new_record(
        record_type,
        id=dc_identifiers.local_record_id(context.source_id, raw.identifier),
        title=title,
        summary=to_lang_text(to_values(properties.get("description")), own, lines=True),
        languages=languages or tuple(tag for tag in title if tag != UNDETERMINED),
        publisher=Publisher(node=context.source_id, name=LangText({own: context.source_name})),
        country_regions=(context.country,) if context.country else dc_terms.countries_named(topics),
        spatial=find_extent(feature.get("geometry")) or find_extent(feature.get("bbox")),
        temporal=to_temporal(feature, properties),
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        keywords=tuple(keywords.values()),
        source_ids=tuple(identifiers.source_ids.values()),
        links=links,
        contacts=contacts,
        organizations=agents,
        license=licence,
        rights=rights,
        **({"access": access} if access else {}),
        dates=dates,
        provenance=(provenance_of(raw, context, landing),),
        **(
            {"details": {"resource_types": kinds, "publication_date": dates.issued}}
            if record_type == "resource"
            else {}
        ),
        extra=_extra(feature, properties, [] if record_type == "resource" else kinds),
    )


def to_dates(properties: Thing) -> Dates:
    """Give when the record was made and changed; in drafts of the standard ``created`` is of the thing itself."""
    made, changed = (find_date(find_first(properties.get(name)) or "") for name in ("created", "updated"))
    old_made, old_changed = (
        find_date(find_first(properties.get(name)) or "") for name in ("recordCreated", "recordUpdated")
    )
    return Dates(created=old_made or made, modified=old_changed or changed, issued=made if old_made else None)


def to_temporal(feature: Thing, properties: Thing) -> Temporal | None:
    """Give the period of ``time``: an interval, a day or an instant; ``..`` is an open end (OGC 20-004r1 §7.1.6)."""
    time = feature.get("time") or properties.get("datetime")
    if isinstance(time, str):
        time = {"interval": time.split("/")} if "/" in time else {"date": time}
    if not isinstance(time, dict):
        return None
    interval = time.get("interval")
    if isinstance(interval, list) and len(interval) == 2:
        start, end = (find_date(each) if isinstance(each, str) else None for each in interval)
        return Temporal(start=start, end=end) if start or end else None
    day = find_date(find_first(time.get("date") or time.get("timestamp")) or "")
    return Temporal(start=day, end=day) if day else None


def to_links(feature: Thing, properties: Thing, page: str, own: str) -> tuple[Link, ...]:
    """Give the links of the record that are not the catalogue's own; its page there where nothing else is a page."""
    listed = feature.get("links") or properties.get("associations")
    links: dict[str, Link] = {}
    for each in _objects(listed):
        href, rel = find_first(each.get("href")) or "", (find_first(each.get("rel")) or "").lower()
        url = urljoin(page, href.strip()) if href.strip() else ""
        if rel in _OF_THE_CATALOGUE or url in links or normalise_url(url) is None:
            continue
        links[url] = Link(
            url=url,
            name=to_lang_text(to_values(each.get("title") or each.get("name")), own),
            language=next(iter(languages_of(each.get("hreflang"))), None),
            media_type=find_first(each.get("type")),
            bytes=each["length"] if isinstance(each.get("length"), int) and each["length"] >= 0 else None,
            rel=_PLACE_OF.get(rel, "document"),
        )
    if not any(link.rel == "landing" for link in links.values()):
        links = {page: Link(url=page, rel="landing"), **links}
    return tuple(links.values())


def to_parties(properties: Thing, own: str) -> tuple[tuple[Contact, ...], tuple[Agent, ...]]:
    """Give whom to ask, by name, organisation and role, and the organisations behind the thing; no addresses."""
    contacts: dict[str, Contact] = {}
    agents: dict[tuple[str, str], Agent] = {}
    for each in [*_objects(properties.get("contacts")), *_objects(properties.get("providers"))]:
        name, organization = find_first(each.get("name")) or "", find_first(each.get("organization")) or ""
        roles = [role for entry in _listed(each.get("roles")) for role in texts_of(_name_of(entry))] or [""]
        if "@" in name:
            name = ""
        for role in roles:
            kind = "creator" if role.lower() in _CREATORS else "publisher" if role.lower() in _PUBLISHERS else None
            if kind and (who := organization or name):
                agents.setdefault((kind, who), Agent(role=kind, name=LangText({own: who})))
        if name or organization:
            label = LangText({own: organization} if organization else {})
            contacts.setdefault(
                f"{name}\n{organization}", Contact(role=roles[0] or None, name=name or None, organization=label)
            )
    for role in ("publisher", "creator"):
        for text in texts_of(_name_of(properties.get(role))):
            agents.setdefault((role, text), Agent(role=role, name=LangText({own: text})))
    return tuple(contacts.values()), tuple(agents.values())


def _concepts(properties: Thing) -> list[Value]:
    """Give the concepts of themes that have no title, by their ids."""
    concepts = [each for theme in _objects(properties.get("themes")) for each in _listed(theme.get("concepts"))]
    bare = [each if isinstance(each, str) else find_first(each.get("id")) for each in concepts if not _title_of(each)]
    return [(text, None) for text in bare if text]


def _named_concepts(properties: Thing, own: str, topics: dc_terms.Topics) -> dict[str, Keyword]:
    """Give a keyword for each concept with a title that names no term of ours; the terms are added to the topics."""
    found: dict[str, Keyword] = {}
    for theme in _objects(properties.get("themes")):
        for concept in _objects(theme.get("concepts")):
            title, url = _title_of(concept), find_first(concept.get("url") or concept.get("uri"))
            if not title:
                continue
            if term := dc_terms.find_topic(url or "") or dc_terms.find_topic(title):
                if term[1] not in topics.terms.setdefault(term[0], []):
                    topics.terms[term[0]].append(term[1])
            else:
                uri = url if url and normalise_url(url) else None
                found[title] = Keyword(label=LangText({own: title}), uri=uri)
    return found


def _title_of(concept: object) -> str:
    return find_first(concept.get("title")) or "" if isinstance(concept, dict) else ""


def _name_of(value: object) -> object:
    return value.get("name") if isinstance(value, dict) else value


def _identifiers(feature: Thing, properties: Thing, raw: RawRecord) -> list[str]:
    found = [find_first(feature.get("id")) or ""]
    for each in _listed(properties.get("externalIds") or properties.get("externalId")):
        value = each.get("value") if isinstance(each, dict) else each
        found += texts_of(value)
    return [text for text in dict.fromkeys(found) if text and text != raw.identifier]


def _rights(feature: Thing, properties: Thing) -> list[Value]:
    licences = texts_of(properties.get("license"))
    linked = [find_first(each.get("href")) for each in _objects(feature.get("links")) if each.get("rel") == "license"]
    return [(text, None) for text in (*licences, *linked) if text] + to_values(properties.get("rights"))


def _codes(value: object) -> tuple[str, ...]:
    """Give the languages of a code, a ``{code}`` or a list of either."""
    return languages_of([each.get("code") if isinstance(each, dict) else each for each in _listed(value)])


def _page(identifier: str, context: Context) -> str:
    collection, _, name = identifier.partition("/")
    root = context.base_url.rstrip("/")
    return f"{root}/collections/{quote(collection, safe=':')}/items/{quote(name, safe='')}"


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _objects(value: object) -> list[Thing]:
    return [each for each in _listed(value) if isinstance(each, dict)]


def _extra(feature: Thing, properties: Thing, kinds: list[str]) -> dict[str, JsonValue]:
    rest = to_rest(properties, _MAPPED)
    time = feature.get("time")
    if isinstance(time, dict) and (resolution := find_first(time.get("resolution"))):
        rest["time/resolution"] = resolution
    for path, texts in {
        "themes/scheme": [find_first(each.get("scheme")) for each in _objects(properties.get("themes"))],
        "contacts/position": [find_first(each.get("position")) for each in _objects(properties.get("contacts"))],
    }.items():
        if any(texts):
            rest[path] = [text for text in texts if text]
    if kinds:
        rest["kinds"] = list(kinds)
    return {NAME: rest} if rest else {}
