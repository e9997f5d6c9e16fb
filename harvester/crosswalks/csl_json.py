"""CSL-JSON (citation managers, DOI content negotiation) and Crossref’s works → Record. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from harvester.crosswalks import dc_types
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_elements import Value, Values
from harvester.crosswalks.described import Described, to_record
from harvester.crosswalks.json_texts import find_first, texts_of, to_rest, to_values
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_doi, normalise_url
from vocabularies.problems import problem
from vocabularies.record import Link

NAME = "csl_json"
Work = Mapping[str, Any]
_TYPES: Mapping[str, str] = {
    "dataset": "dataset", "map": "dataset", "legislation": "legalInstrument", "bill": "legalInstrument",
    "regulation": "legalInstrument", "treaty": "legalInstrument", "event": "event",
}  # fmt: skip
"""Types of CSL 1.0.2 that are no publication."""
_AGENTS: Mapping[str, str] = {
    "author": "creator", "editor": "contributor", "translator": "contributor", "contributor": "contributor",
    "director": "creator", "composer": "creator", "container-author": "contributor",
}  # fmt: skip
_MAPPED = frozenset({
    "DOI", "URL", "title", "original-title", "subtitle", "abstract", "language", "subject", "keyword",
    "categories", "issued", "published", "published-online", "published-print", "created", "publisher", "ISBN", "ISSN",
    "container-title", "collection-title", "volume", "issue", "page", "license", "link", "type", "id", "funder",
    "accessed", "reference", "indexed", "deposited", "content-domain", "score", "prefix", "member", *_AGENTS,
})  # fmt: skip


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a citation describes, or the problem that stands in the way."""
    try:
        return Parsed(to_record(to_described(orjson.loads(raw.payload)), raw, context, namespace=NAME))
    except orjson.JSONDecodeError as error:
        return Parsed(None, (problem("JSON_SYNTAX", "", line=str(error.lineno), column=str(error.colno)),))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def to_described(work: Work) -> Described:
    """Give what a citation says."""
    told = Described(languages=texts_of(work.get("language")))
    kinds = texts_of(work.get("type"))
    told.kind = next((_TYPES[kind] for kind in kinds if kind in _TYPES), dc_types.DEFAULT_TYPE)
    told.kinds = [kind for kind in kinds if kind != told.kind]
    told.titles = to_titles(work)
    told.descriptions = to_values(work.get("abstract"))
    told.keywords = to_keywords(work)
    told.agents = to_agents(work)
    told.dates = to_dates(work)
    told.identifiers = [text for name in ("DOI", "id", "ISBN", "ISSN") for text in texts_of(work.get(name))]
    told.pages = [text for text in texts_of(work.get("URL")) if normalise_url(text) and normalise_doi(text) is None]
    told.links = to_links(work)
    told.sources = to_sources(work)
    told.licences = [(text, None) for each in _objects(work.get("license")) for text in texts_of(each.get("URL"))]
    told.details["pages"] = find_first(work.get("page")) or ""
    for name, value in to_rest(work, _MAPPED).items():
        told.keep(name, *(texts_of(value) or [orjson.dumps(value).decode()]))
    return told


def to_titles(work: Work) -> list[Value]:
    """Give the title with its subtitle, then the title in the original language."""
    main, sub = find_first(work.get("title")), find_first(work.get("subtitle"))
    title = f"{main}: {sub}" if main and sub and sub not in main else main
    return [*([(title, None)] if title else []), *to_values(work.get("original-title"))]


def to_keywords(work: Work) -> list[Value]:
    """Give subjects and categories, and ``keyword``, which is one text with commas."""
    listed = [(part.strip(), None) for text in texts_of(work.get("keyword")) for part in text.split(",")]
    return [*to_values(work.get("subject")), *to_values(work.get("categories")), *(each for each in listed if each[0])]


def to_agents(work: Work) -> list[tuple[str, Values]]:
    """Give who made, published and paid for it; the rest of what is said of persons stays behind."""
    found = [
        (role, name) for key, role in _AGENTS.items() for each in _objects(work.get(key)) if (name := to_name(each))
    ]
    found += [("publisher", text) for text in texts_of(work.get("publisher"))[:1]]
    found += [("funder", text) for each in _objects(work.get("funder")) for text in texts_of(each.get("name"))]
    return [(role, [(name, None)]) for role, name in found]


def to_name(person: Work) -> str:
    """Give “family, given”, or the name as it is written."""
    family = " ".join(filter(None, (find_first(person.get("non-dropping-particle")), find_first(person.get("family")))))
    parts = [part for part in (family, find_first(person.get("given"))) if part]
    return ", ".join(parts) or find_first(person.get("literal")) or find_first(person.get("name")) or ""


def to_dates(work: Work) -> dict[str, list[str]]:
    """Give when it was issued: the first statement that can be read."""
    names = ("issued", "published", "published-print", "published-online", "created")
    return {"issued": next((texts for name in names if (texts := _date(work.get(name)))), [])}


def to_links(work: Work) -> list[Link]:
    """Give the addresses of the full text."""
    urls = [(url, each) for each in _objects(work.get("link")) for url in texts_of(each.get("URL"))[:1]]
    return [Link(url=url, rel="document", media_type=_media_type(each)) for url, each in urls if normalise_url(url)]


def to_sources(work: Work) -> list[Value]:
    """Give what it stands in, with volume and issue."""
    holder = find_first(work.get("container-title")) or find_first(work.get("collection-title"))
    volume, issue = find_first(work.get("volume")), find_first(work.get("issue"))
    place = f"{volume}({issue})" if volume and issue else volume or issue
    return [(" ".join(filter(None, (holder, place))), None)] if holder else []


def _media_type(link: Work) -> str | None:
    kind = find_first(link.get("content-type"))
    return kind if kind and kind != "unspecified" else None


def _date(value: object) -> list[str]:
    """Give ``{"date-parts": [[2016, 12, 20]]}``, ``{"raw": …}`` or a text as a date."""
    if not isinstance(value, Mapping):
        return texts_of(value)
    parts = value.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    numbers = [str(part).strip() for part in first if str(part or "").strip().isdecimal()][:3]
    if numbers:
        return ["-".join([numbers[0].zfill(4), *(number.zfill(2) for number in numbers[1:])])]
    return next((texts for name in ("raw", "literal", "date-time") if (texts := texts_of(value.get(name)))), [])


def _objects(value: object) -> Iterator[Work]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping):
            yield each
