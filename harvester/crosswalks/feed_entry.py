"""An entry of an RSS or Atom feed → Record: one function a target field; what nobody mapped goes to ``extra``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from pydantic import JsonValue, ValidationError

from harvester.crosswalks import dc_elements, dc_identifiers, dc_terms, dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value, language_of
from harvester.crosswalks.dc_identifiers import Identifiers
from harvester.crosswalks.first_words import title_from
from harvester.crosswalks.json_texts import to_rest
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.problems import problem
from vocabularies.record import (
    RECORD_CLASSES,
    Agent,
    DatasetDetails,
    Dates,
    EventDetails,
    Link,
    NewsDetails,
    Part,
    Point,
    Provenance,
    Publisher,
    Record,
    ResourceDetails,
    Spatial,
    Temporal,
    new_record,
)
from vocabularies.text import UNDETERMINED, LangText

NAME = "feed_entry"
Entry = Mapping[str, Any]
_OWN_TYPES = "urn:chm:vocab:record-types"
_STARTS = ("ev_startdate", "xcal_dtstart", "start", "gd_starttime")
_ENDS = ("ev_enddate", "xcal_dtend", "end", "gd_endtime")
_MAPPED = frozenset({
    "id", "link", "links", "title", "title_detail", "summary", "summary_detail", "subtitle", "content",
    "language", "published", "updated", "tags", "author", "author_detail", "authors", "contributors", "publisher",
    "rights", "rights_detail", "dc_type", "dc_language", "dc_coverage", "dc_identifier", "dc_format", "license",
    "where",
    "geo_lat", "geo_long", "ev_startdate", "ev_enddate", "ev_location", "ev_organizer", "xcal_dtstart", "xcal_dtend",
    "publisher_detail", "gd_starttime", "gd_endtime",
    "media_thumbnail", "dc_source", "ipt_eml", "ipt_dwca", "prism_doi", "terms", "created",
})  # fmt: skip


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record an entry announces: an event where it has a beginning, else what its type or categories say."""
    try:
        return Parsed(_to_record(orjson.loads(raw.payload), raw, context))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def _to_record(entry: Entry, raw: RawRecord, context: Context) -> Record:
    stated = [(text, None) for text in (_text(entry, "dc_language") or _text(entry, "language"),) if text]
    languages, other_languages = dc_elements.to_languages(stated)
    fallback = dc_elements.unlabelled_language(languages, context.default_language)
    tags = [_text(tag, "label") or _text(tag, "term") for tag in _objects(entry, "tags")]
    kinds = [text for text in (_text(entry, "dc_type"), *tags) if text]
    record_type, subtype = _own_type(entry) or (_type(entry, kinds), None)
    title, _ = dc_elements.to_title([*_values(entry, "title"), *_terms(entry, "title")], fallback)
    summary = _summary(entry, fallback)
    named = bool(title)
    title = title or title_from(summary)
    topics = dc_terms.to_topics([(tag, None) for tag in tags if tag], fallback)
    coverage = dc_terms.to_coverage(
        [(text, None) for text in (_text(entry, "dc_coverage"), _text(entry, "ev_location")) if text]
    )
    identifiers = _identifiers(entry, raw.identifier)
    issued = _date(entry, "issued") or find_date(_text(entry, "published")) or find_date(_text(entry, "updated"))
    licence, rights, access = dc_terms.to_rights(_rights(entry), fallback)
    details, temporal = _details(entry, record_type, issued, fallback)
    fields: dict[str, Any] = {
        "title": title,
        "summary": summary,
        "languages": languages or tuple(tag for tag in title if tag != UNDETERMINED),
        "country_regions": tuple(coverage.countries)
        or ((context.country,) if context.country else dc_terms.countries_named(topics)),
        "spatial": coverage.spatial or _position(entry),
        "temporal": temporal or coverage.temporal,
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        "keywords": tuple(topics.keywords.values()),
        "source_ids": tuple(identifiers.source_ids.values()),
        "links": tuple(identifiers.links.values()),
        "organizations": _organizations(entry, record_type, fallback),
        "license": licence,
        "rights": rights,
        **({"access": access} if access else {}),
        "details": details,
    }
    rest = {"language": other_languages, "coverage": coverage.rest, "type": [_text(entry, "dc_type")]}
    rest["format"] = [_text(entry, "dc_format")]
    return new_record(
        record_type,
        subtype=subtype,
        id=dc_identifiers.local_record_id(context.source_id, raw.identifier),
        publisher=_publisher(context.source_id, context.source_name, context.default_language),
        dates=Dates(
            issued=issued,
            created=_date(entry, "created") or find_date(_text(entry, "created")),
            modified=find_date(_text(entry, "updated")),
        ),
        provenance=(_provenance(raw, context, identifiers.landing_url, named),),
        extra=_extra(entry, {name: [text for text in texts if text] for name, texts in rest.items()}),
        **fields,
    )


def _provenance(raw: RawRecord, context: Context, page: str | None, named: bool) -> Provenance:
    """Say where it is from, and that a title is the beginning of the text where nobody gave one."""
    entry = provenance_of(raw, context, page)
    return entry if named else entry.model_copy(update={"field_map": {"title": "summary"}})


def _type(entry: Entry, kinds: list[str]) -> str:
    if any(_text(entry, name) for name in _STARTS):
        return "event"
    if _text(entry, "ipt_eml") or _text(entry, "ipt_dwca"):
        return "dataset"
    found = next((kind for text in kinds if (kind := dc_types.find_type(text))), "resource")
    return found if found in ("event", "news", "dataset") else "resource"


def _own_type(entry: Entry) -> tuple[str, str | None] | None:
    """Give type and subtype where categories, or a ``dc:type``, are terms of our record types; else None."""
    tags = [tag for tag in _objects(entry, "tags") if _text(tag, "scheme") == _OWN_TYPES]
    texts = [_text(tag, name) for tag in tags for name in ("term", "label")]
    texts += [text for text in (_text(entry, "dc_type"),) if text.startswith(_OWN_TYPES)]
    found = next((kind for text in texts if (kind := dc_types.find_type(text) or dc_types.find_owner(text))), None)
    if found is None:
        return None
    return found, next((kind for text in texts if (kind := dc_types.find_subtype(found, text))), None)


def _values(entry: Entry, name: str) -> list[Value]:
    detail = entry.get(f"{name}_detail")
    language = detail.get("language") if isinstance(detail, dict) else None
    text = _text(entry, name)
    return [(text, language if isinstance(language, str) else None)] if text else []


def _terms(entry: Entry, name: str) -> list[Value]:
    """Give what the entry says under a DCMI term, with languages (protocols/feed_terms)."""
    held = entry.get("terms")
    values = held.get(name) if isinstance(held, dict) else None
    return [(text, language) for text, language in values or ()]


def _date(entry: Entry, name: str) -> str | None:
    return next(filter(None, (find_date(text) for text, _ in _terms(entry, name))), None)


def _summary(entry: Entry, fallback: str) -> LangText:
    """Give the summary, or the content where there is none: whole articles stay at the source."""
    contents = [(_text(each, "value"), each.get("language")) for each in _objects(entry, "content")]
    own = dc_elements.to_summary(
        _values(entry, "summary") or [(text, tag) for text, tag in contents if text][:1], fallback
    )
    return LangText({**dc_elements.to_summary(_terms(entry, "abstract"), fallback), **own})


def _identifiers(entry: Entry, identifier: str) -> Identifiers:
    """Give the entry's own id, other identifiers, and links: its page, its files and its pictures."""
    texts = [text for text in (*_text(entry, "dc_identifier").split("; "), _text(entry, "prism_doi")) if text]
    found = dc_identifiers.to_identifiers(identifier, [text for text in texts if not text.startswith("http")])
    found.links.clear()
    links = [({"href": _text(entry, "link"), "rel": "alternate"}), *_objects(entry, "links")]
    links += [{"href": _text(entry, name), "rel": "enclosure"} for name in ("ipt_dwca", "ipt_eml")]
    links += [{"href": url, "rel": "related"} for url, _ in _terms(entry, "relation")]
    links += [{"href": _text(each, "url"), "rel": "icon"} for each in _objects(entry, "media_thumbnail")]
    for link in links:
        url, rel = _text(link, "href"), _text(link, "rel")
        plain = normalise_url(url) if url else None
        if plain is None or rel in ("edit", "self", "replies", "hub"):
            continue
        landing = rel == "alternate" and found.landing_url is None
        size = _text(link, "length")
        kind = "landing" if landing else "cover" if rel == "icon" else "document"
        made = Link(
            url=url,
            media_type=_text(link, "type") or None,
            bytes=int(size) if size.isascii() and size.isdecimal() and size != "0" else None,
            rel=kind,
        )
        found.links.setdefault(plain, made)
    return found


def _rights(entry: Entry) -> list[Value]:
    licences: list[Value] = [(text, None) for text in (_text(entry, "license"),) if text]
    return [*licences, *_values(entry, "rights")]


def _organizations(entry: Entry, record_type: str, fallback: str) -> tuple[Agent, ...]:
    publisher = dc_elements.to_agents(_values(entry, "publisher"), "publisher", fallback)
    organizer = dc_elements.to_agents(_values(entry, "ev_organizer"), "organizer", fallback)
    return (*publisher, *organizer, *(_authors(entry, "creator", fallback) if record_type != "resource" else ()))


def _authors(entry: Entry, role: str, fallback: str) -> tuple[Agent, ...]:
    names = [_text(each, "name") for name in ("authors", "contributors") for each in _objects(entry, name)]
    told: list[Value] = [(name, None) for name in names if name and "@" not in name]
    return dc_elements.to_agents(told, role, fallback)


def _details(entry: Entry, record_type: str, issued: str | None, fallback: str) -> tuple[Part, Temporal | None]:
    start = next((date for name in _STARTS if (date := find_date(_text(entry, name)))), None)
    end = next((date for name in _ENDS if (date := find_date(_text(entry, name)))), None)
    if record_type == "event":
        return EventDetails(start=start, end=end), Temporal(start=start, end=end) if start or end else None
    if record_type == "news":
        return NewsDetails(date_published=issued), None
    if record_type == "dataset":
        return DatasetDetails(), None
    if record_type != "resource":
        return RECORD_CLASSES[record_type].model_fields["details"].default, None
    source = dc_elements.to_text(_values(entry, "dc_source"), fallback)
    made = ResourceDetails(authors=_authors(entry, "author", fallback), publication_date=issued, source=source)
    return made, None


def _position(entry: Entry) -> Spatial | None:
    where = entry.get("where")
    told = where.get("coordinates") if isinstance(where, dict) and where.get("type") == "Point" else None
    if not isinstance(told, list) and _text(entry, "geo_lat") and _text(entry, "geo_long"):
        told = [_text(entry, "geo_long"), _text(entry, "geo_lat")]
    try:
        return Spatial(point=Point(latitude=float(told[1]), longitude=float(told[0]))) if told else None
    except (ValueError, TypeError, IndexError):  # no numbers, or none that are on earth
        return None


def _objects(entry: Entry, name: str) -> list[dict[str, Any]]:
    value = entry.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(entry: Entry, name: str) -> str:
    value = entry.get(name)
    return value.strip() if isinstance(value, str) else ""


@lru_cache(maxsize=512)
def _publisher(source_id: str, name: str, language: str | None) -> Publisher:
    return Publisher(node=source_id, name=LangText({language_of(language, UNDETERMINED): name}))


def _extra(entry: Entry, rest: Mapping[str, list[str]]) -> dict[str, JsonValue]:
    kept = to_rest(
        {**entry, **{f"dc_{name}": texts for name, texts in rest.items() if texts}}, _MAPPED - set(_kept(rest))
    )
    tags = [(_text(tag, "term"), _text(tag, "label")) for tag in _objects(entry, "tags")]
    if codes := [term for term, label in tags if term and label and term != label]:
        kept["category"] = list(codes)
    return {NAME: kept} if kept else {}


def _kept(rest: Mapping[str, list[str]]) -> list[str]:
    return [f"dc_{name}" for name, texts in rest.items() if texts]
