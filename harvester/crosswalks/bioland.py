"""A node of a Bioland site in all its languages → Record; one function a target field, the rest to ``extra``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson
from pydantic import JsonValue, ValidationError

from harvester.crosswalks import dc_identifiers
from harvester.crosswalks.bioland_sources import to_source_ids
from harvester.crosswalks.bioland_tags import Tags, to_tags
from harvester.crosswalks.bioland_types import find_kind
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import one_line, paragraphs
from harvester.crosswalks.json_texts import find_first, to_rest
from harvester.crosswalks.language_codes import find_language
from harvester.crosswalks.media_types import find_media_type
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.problems import problem
from vocabularies.record import (
    Dates,
    EventDetails,
    Link,
    LinkRelation,
    NewsDetails,
    OrganizationDetails,
    Publisher,
    Record,
    ResourceDetails,
    ServiceDetails,
    Temporal,
    new_record,
)
from vocabularies.text import UNDETERMINED, LangText, normalise_language

NAME = "bioland"
Node = Mapping[str, Any]
Nodes = Mapping[str, Node]
_MAPPED = frozenset({
    "id", "type", "title", "body", "path", "langcode", "default_langcode", "status", "changed", "created",
    "field_type_placement", "field_tags", "field_start_date", "field_end_date", "field_published", "field_attachments",
    "field_url", "field_link", "field_links", "content_translation_source", "content_translation_outdated",
    "content_translation_changed", "revision_timestamp", "revision_log", "revision_translation_affected",
    "drupal_internal__vid", "promote", "sticky", "node_type", "revision_uid", "uid", "menu_link", "metatag",
    "field_image", "drupal_internal__nid",
})  # fmt: skip
_LINKS = ("field_url", "field_link", "field_links")


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the record that a node and its translations are, or the problem that stands in the way."""
    try:
        held = orjson.loads(raw.payload)
        nodes = {tag: node for tag in held["languages"] if isinstance(node := held["nodes"].get(tag), dict)}
        if not nodes:
            return Parsed(None, (problem("CROSSWALK_FAILED", "", "there is no node in it"),))
        return Parsed(_to_record(nodes, raw, context))
    except orjson.JSONDecodeError as error:
        return Parsed(None, (problem("JSON_SYNTAX", "", line=str(error.lineno), column=str(error.colno)),))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def _to_record(nodes: Nodes, raw: RawRecord, context: Context) -> Record:
    first = next(iter(nodes.values()))
    kept = without_copies(nodes)
    record_type, subtype = to_type(nodes)
    title, summary = to_title(kept, context), to_summary(kept, context)
    tags = to_tags(nodes.values())
    links = to_links(kept, context)
    landing = next((link.url for link in links if link.rel == "landing"), None)
    return new_record(
        record_type,
        id=dc_identifiers.local_record_id(context.source_id, raw.identifier),
        subtype=subtype,
        title=title,
        summary=summary,
        languages=tuple(tag for tag in title if tag != UNDETERMINED),
        publisher=Publisher(node=context.source_id, name=LangText({_language("", context): context.source_name})),
        source_ids=tuple(to_source_ids(nodes.values(), raw.identifier, record_type, _addresses(nodes))),
        government=context.country,
        country_regions=to_countries(tags, context),
        **{name: tuple(ids) for name, ids in tags.terms.items() if name != "country_regions"},
        keywords=tuple(tags.keywords.values()),
        temporal=to_temporal(first),
        dates=to_dates(nodes),
        links=links,
        provenance=(provenance_of(raw, context, landing),),
        details=to_details(record_type, first, context),
        extra=to_extra(nodes),
    )


def without_copies(nodes: Nodes) -> Nodes:
    """Leave out languages that repeat the first one's title and text: what a site shows that is not translated."""
    (tag, first), *others = nodes.items()
    own = (first.get("title"), _body(first))
    return {tag: first} | {name: node for name, node in others if (node.get("title"), _body(node)) != own}


def to_type(nodes: Nodes) -> tuple[str, str | None]:
    """Give type and subtype by the kind of content, in whatever language its name is known; else a resource."""
    for node in nodes.values():
        for text in _kind_names(node):
            if found := find_kind(text):
                return found
    return "resource", None


def to_title(nodes: Nodes, context: Context) -> LangText:
    """Give the title by language, without markup."""
    texts = {_language(tag, context): one_line(find_first(node.get("title")) or "") for tag, node in nodes.items()}
    return LangText({tag: text for tag, text in texts.items() if text})


def to_summary(nodes: Nodes, context: Context) -> LangText:
    """Give the text by language, as paragraphs without markup; its teaser where it has no more."""
    texts = {_language(tag, context): paragraphs(_body(node)) for tag, node in nodes.items()}
    return LangText({tag: text for tag, text in texts.items() if text})


def to_countries(tags: Tags, context: Context) -> tuple[str, ...]:
    """Give the countries and regions it is tagged with, else the site's own."""
    return tuple(tags.terms.get("country_regions", ())) or ((context.country,) if context.country else ())


def to_temporal(node: Node) -> Temporal | None:
    """Give from when to when it lasts."""
    start, end = _date(node, "field_start_date"), _date(node, "field_end_date")
    return Temporal(start=start, end=end) if start or end else None


def to_dates(nodes: Nodes) -> Dates:
    """Give when it was made, published, and last changed in any language."""
    changed = sorted(filter(None, (_date(node, "changed") for node in nodes.values())))
    first = next(iter(nodes.values()))
    return Dates(
        created=_date(first, "created"),
        issued=_date(first, "field_published"),
        modified=changed[-1] if changed else None,
    )


def to_links(nodes: Nodes, context: Context) -> tuple[Link, ...]:
    """Give its page in each language, what it links to, and its attachments."""
    links: dict[str, Link] = {}
    for tag, node in nodes.items():
        page = _page(node, tag, context)
        rel: LinkRelation = "translation" if links else "landing"
        links.setdefault(page, Link(url=page, rel=rel, language=_tag(tag)))
    for tag, node in nodes.items():
        for url, name in _named_links(node):
            label = LangText({_language(tag, context): name}) if name else LangText()
            links.setdefault(url, Link(url=url, name=label, rel="document"))
        for entry in _objects(node.get("field_attachments")):
            if (file := _to_file(entry, tag, context)) is not None:
                links.setdefault(file.url, file)
    return tuple(links.values())


def to_details(record_type: str, node: Node, context: Context) -> dict[str, Any]:
    """Give the fields of the type that a node has: dates, a web site, the country of an institution."""
    start, published = _date(node, "field_start_date"), _date(node, "field_published")
    website = next((url for url, _ in _named_links(node)), None)
    details: dict[str, Any] = {}
    if record_type == "event":
        details = EventDetails(start=start, end=_date(node, "field_end_date")).model_dump(exclude_defaults=True)
    elif record_type == "news":
        details = NewsDetails(date_published=published).model_dump(exclude_defaults=True)
    elif record_type == "resource":
        kinds = tuple(dict.fromkeys(_kind_names(node)[:1]))
        details = ResourceDetails(resource_types=kinds, publication_date=published).model_dump(exclude_defaults=True)
    elif record_type == "service":
        details = ServiceDetails(url=website).model_dump(exclude_defaults=True)
    elif record_type == "organization":
        found = OrganizationDetails(website=website, country=context.country)
        details = found.model_dump(exclude_defaults=True)
    return details


def to_extra(nodes: Nodes) -> dict[str, JsonValue]:
    """Give what has no place in a record, and the name of the kind of content.

    That of the first language stands by itself; below ``languages`` is what another language says differently.
    """
    first = next(iter(nodes.values()))
    rest = _rest(first)
    others = ((tag, _rest(node)) for tag, node in nodes.items() if node is not first)
    different = {tag: {name: each for name, each in own.items() if rest.get(name) != each} for tag, own in others}
    if any(different.values()):
        rest["languages"] = {tag: dict(own) for tag, own in different.items() if own}
    if names := _kind_names(first):
        rest["content_type"] = names[0]
    if number := find_first(first.get("drupal_internal__nid")):
        rest["nid"] = number
    return {NAME: rest} if rest else {}


def _rest(node: Node) -> dict[str, JsonValue]:
    """Give what nobody mapped of one node, with its teaser where it has a text beside."""
    rest = to_rest(node, _MAPPED)
    body = node.get("body")
    teaser = find_first(body.get("summary")) if isinstance(body, dict) else None
    if teaser and teaser != _body(node):
        rest["teaser"] = paragraphs(teaser)
    return rest


def _kind_names(node: Node) -> list[str]:
    """Give the names of its place in the list of content types; its bundle where that says more than “content”."""
    named = [find_first(each.get("name")) for each in _objects(node.get("field_type_placement"))]
    return [text for text in (*named, find_first(node.get("type"))) if text and text != "node--content"]


def _body(node: Node) -> str:
    body = node.get("body")
    if isinstance(body, dict):
        return (
            find_first(body.get("value")) or find_first(body.get("summary")) or find_first(body.get("processed")) or ""
        )
    return find_first(body) or ""


def _page(node: Node, tag: str, context: Context) -> str:
    path = node.get("path")
    alias = find_first(path.get("alias")) if isinstance(path, dict) else None
    own = alias or f"/node/{find_first(node.get('drupal_internal__nid')) or find_first(node.get('id'))}"
    return f"{context.base_url.rstrip('/')}/{tag}/{own.lstrip('/')}" if _tag(tag) else urljoin(context.base_url, own)


def _addresses(nodes: Nodes) -> list[str]:
    """Give what the node links to in any language."""
    return [url for node in nodes.values() for url, _ in _named_links(node)]


def _named_links(node: Node) -> list[tuple[str, str]]:
    found = []
    for name in _LINKS:
        value = node.get(name)
        for each in value if isinstance(value, list) else [value]:
            entry = each if isinstance(each, dict) else {"uri": each}
            url = find_first(entry.get("uri") or entry.get("url")) or ""
            if _is_web(url):
                found.append((url, find_first(entry.get("title")) or ""))
    return found


def _to_file(entry: Node, tag: str, context: Context) -> Link | None:
    """Give the file, picture or film of a media item, wherever in it the address stands."""
    inner = [entry, *(each for value in entry.values() for each in _objects(value))]
    for each in inner:
        uri = each.get("uri")
        named = [
            uri.get("url") if isinstance(uri, dict) else None,
            each.get("url"),
            each.get("field_media_oembed_video"),
        ]
        url = next((text for value in named if (text := find_first(value))), None)
        if url is None:
            continue
        site = urlsplit(context.base_url)
        address = urljoin(f"{site.scheme}://{site.netloc}/", url)
        if not _is_web(address):
            continue
        size, name = find_first(each.get("filesize")) or "", find_first(entry.get("name") or each.get("filename"))
        mime = find_media_type(find_first(each.get("filemime")) or "")
        return Link(
            url=address,
            name=LangText({_language(tag, context): name}) if name else LangText(),
            media_type=mime,
            bytes=int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else None,
            rel="cover" if (mime or "").startswith("image/") else "document",
        )
    return None


def _date(node: Node, name: str) -> str | None:
    value = node.get(name)
    text = find_first(value.get("value")) if isinstance(value, dict) else find_first(value)
    return find_date(text or "")


def _language(tag: str, context: Context) -> str:
    return _tag(tag) or context.default_language or UNDETERMINED


def _tag(tag: str) -> str | None:
    found = find_language(tag) or normalise_language(tag)
    return None if found == UNDETERMINED else found


def _objects(value: object) -> list[Node]:
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://")) and normalise_url(url) is not None
