"""What all entities of InforMEA have in common → parts of a Record: texts, treaties, countries, identifiers. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from pydantic import JsonValue, ValidationError

from harvester.crosswalks import dc_identifiers, dc_terms
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_dates import find_date
from harvester.crosswalks.dc_elements import Value
from harvester.crosswalks.dc_terms import Topics
from harvester.crosswalks.informea_beside import PROPERTIES, with_beside
from harvester.crosswalks.json_texts import find_first, texts_of, to_lang_text, to_rest, to_values
from harvester.crosswalks.language_codes import find_language
from harvester.crosswalks.media_types import find_media_type
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from vocabularies.concepts import find_term, term_value
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_un_symbol, normalise_url
from vocabularies.problems import problem
from vocabularies.record import Dates, Keyword, Link, Point, Publisher, Record, SourceId, Spatial
from vocabularies.text import UNDETERMINED, LangText

NAME = "informea"
Entity = Mapping[str, Any]
SYMBOLS = ("symbol", "unNumber", "brs_unnumber", "number")
COMMON = frozenset({
    "id", "Id", "protocolVersion", "treaty", "treaties", "country", "title", "summary", "description", "url", "link",
    "files", "updated", "latitude", "longitude", "keywords", "symbol", "unNumber", "brs_unnumber", "primary",
})  # fmt: skip
_WEB = ("http://", "https://")
_CERTAIN_LENGTH = 16


def crosswalk_with(
    to_record: Callable[[Entity, RawRecord, Context], Record], raw: RawRecord, context: Context
) -> Parsed:
    """Give the record that a function makes of the entity, or the problem that stands in the way."""
    try:
        entity = orjson.loads(raw.payload)
        if not isinstance(entity, dict):
            return Parsed(None, (problem("CROSSWALK_FAILED", "", "this is no entity"),))
        return Parsed(with_beside(to_record(entity, raw, context), entity))
    except orjson.JSONDecodeError as error:
        return Parsed(None, (problem("JSON_SYNTAX", "", line=str(error.lineno), column=str(error.colno)),))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def envelope(entity: Entity, raw: RawRecord, context: Context, mapped: Iterable[str] = ()) -> dict[str, Any]:
    """Give the fields every record has; ``mapped`` are the properties a family reads beside the common ones."""
    links = to_links(entity)
    landing = next((link.url for link in links if link.rel == "landing"), None)
    topics = to_topics(entity, fallback_of(context))
    return {
        "id": dc_identifiers.local_record_id(context.source_id, raw.identifier),
        "publisher": Publisher(
            node=context.source_id, name=LangText({context.default_language or UNDETERMINED: context.source_name})
        ),
        "source_ids": to_source_ids(entity, raw),
        "treaties": to_treaties(entity),
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        "keywords": tuple(topics.keywords.values()),
        "links": links,
        "dates": Dates(modified=to_date(entity, "updated")),
        "provenance": (provenance_of(raw, context, landing),),
        "extra": to_extra(entity, mapped),
    }


def fallback_of(context: Context) -> str:
    """Give the language of texts without one."""
    return context.default_language or UNDETERMINED


def to_text(value: object, fallback: str, *, lines: bool = False) -> LangText:
    """Give ``[{language, value}]``, a plain text or ``{language: text}`` as text by language."""
    return to_lang_text(_values(value), fallback, lines=lines)


def _values(value: object) -> list[Value]:
    if isinstance(value, dict) and "value" in value:
        stated = find_first(value.get("language"))
        return [(text, stated) for text in texts_of(value["value"])]
    if isinstance(value, list):
        return [each for part in value for each in _values(part)]
    return [] if isinstance(value, dict) and "language" in value else to_values(value)


def to_languages(*texts: LangText, links: Iterable[Link] = ()) -> tuple[str, ...]:
    """Give the languages that texts and documents are in."""
    found = dict.fromkeys(tag for text in texts for tag in text if tag != UNDETERMINED)
    found |= dict.fromkeys(link.language for link in links if link.language)
    return tuple(found)


def to_treaties(entity: Entity) -> tuple[str, ...]:
    """Give the treaties an entity belongs to: our ids where they are known, else as the service writes them."""
    named = [text for name in ("treaty", "treaties") for text in _plain(entity.get(name))]
    return tuple(dict.fromkeys(find_treaty(text) for text in named))


def find_treaty(text: str) -> str:
    """Give our id of a treaty, or the text itself."""
    concept = find_term("treaties", text)
    return term_value(concept) if concept else text.strip()


def find_country(entity: Entity) -> str | None:
    """Give the country in capitals from two letters, three letters, ``eu``, or a name; None where it is none."""
    text = find_first(entity.get("country")) or ""
    concept = find_term("government", text) if text.strip() else None
    return term_value(concept) if concept else None


def to_countries(entity: Entity, context: Context) -> tuple[str, ...]:
    """Give the country an entity names, else the source's own."""
    country = find_country(entity) or context.country
    return (country,) if country else ()


def to_date(entity: Entity, name: str) -> str | None:
    """Give a date of an entity, ``/Date(ms)/`` or ISO 8601; None where it is none."""
    return find_date(find_first(entity.get(name)) or "")


def to_spatial(entity: Entity) -> Spatial | None:
    """Give where it is from numbers or texts; zero and zero mean nobody knows."""
    try:
        latitude, longitude = (float(find_first(entity.get(name)) or "") for name in ("latitude", "longitude"))
        return Spatial(point=Point(latitude=latitude, longitude=longitude)) if latitude or longitude else None
    except ValueError:  # no number or off the globe; pydantic's error is a ValueError too
        return None


def to_source_ids(entity: Entity, raw: RawRecord) -> tuple[SourceId, ...]:
    """Give the identifier here, InforMEA's own, and United Nations symbols.

    A short id, such as a site's number, is unique within its treaty and entity set only, and bears them.
    """
    found = dc_identifiers.Identifiers()
    found.add("local", raw.identifier)
    own = find_first(entity.get("id")) or find_first(entity.get("Id"))
    if own is not None:
        treaty = next(iter(to_treaties(entity)), "")
        entity_set = raw.identifier.partition("/")[0]
        certain = len(own) >= _CERTAIN_LENGTH
        if certain or treaty:
            found.add("informea", own if certain else f"{treaty}/{entity_set}/{own}")
    for text in (text for name in SYMBOLS for text in texts_of(entity.get(name))):
        if symbol := normalise_un_symbol(text):
            found.add("un-symbol", symbol)
    return tuple(found.source_ids.values())


def to_links(entity: Entity) -> tuple[Link, ...]:
    """Give the page about it, its documents by language, and its picture."""
    links: dict[str, Link] = {}
    for name in ("url", "link"):
        for url in texts_of(entity.get(name)):
            if _is_web(url) and url not in links:
                links[url] = Link(url=url, rel="document" if links else "landing")
    for file in objects(entity.get("files")):
        url = find_first(file.get("url")) or ""
        if _is_web(url) and url not in links:
            links[url] = _to_file(file, url)
    image = find_first(entity.get("imageUrl")) or ""
    if _is_web(image):
        links.setdefault(image, Link(url=image, rel="cover"))
    return tuple(links.values())


def _to_file(file: Entity, url: str) -> Link:
    name = find_first(file.get("filename") or file.get("fileName")) or ""
    size = find_first(file.get("size")) or ""
    kind = find_first(file.get("mimeType")) or (name.rpartition(".")[2] if "." in name else "")
    return Link(
        url=url,
        name=LangText({UNDETERMINED: name}) if name else LangText(),
        language=find_language(find_first(file.get("language")) or ""),
        media_type=find_media_type(kind),
        bytes=int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else None,
        rel="document",
    )


def to_topics(entity: Entity, fallback: str) -> Topics:
    """Give the terms that keywords name; the others stay keywords, with the address of their term where it has one."""
    topics = Topics()
    for term, namespace, name in _keywords(entity.get("keywords")):
        if found := dc_terms.find_topic(term):
            kept = topics.terms.setdefault(found[0], [])
            if found[1] not in kept:
                kept.append(found[1])
        elif term not in topics.keywords:
            uri = term if _is_web(term) else f"{namespace}{term}" if _is_web(namespace) else None
            label = name or (term.rstrip("/").rpartition("/")[2] if _is_web(term) else term)
            topics.keywords[term] = Keyword(label=LangText({fallback: label}), uri=uri and uri.replace(" ", "%20"))
    return topics


def _keywords(value: object) -> list[tuple[str, str, str]]:
    """Give terms with their namespaces and names; terms in one text are parted by commas or semicolons."""
    if isinstance(value, list):
        return [each for part in value for each in _keywords(part)]
    if isinstance(value, dict):
        names = ("term", "termuri", "termURI", "literalForm", "value")
        term = next((text for name in names if (text := find_first(value.get(name)))), None)
        named = find_first(value.get("literalForm")) or ""
        return [(term, find_first(value.get("namespace")) or "", named)] if term else []
    text = find_first(value) or ""
    parts = [text] if _is_web(text) else text.replace(";", ",").split(",")
    return [(part.strip(), "", "") for part in parts if part.strip()]


def to_extra(entity: Entity, mapped: Iterable[str]) -> dict[str, JsonValue]:
    """Give what has no place in a record, documents without an address and countries nobody knows among it."""
    rest = to_rest(entity, COMMON | PROPERTIES | frozenset(mapped))
    loose = [file for file in objects(entity.get("files")) if not _is_web(find_first(file.get("url")) or "")]
    named = [file for file in loose if file.keys() - {"id", "documentId"}]
    if named:
        rest["files"] = orjson.loads(orjson.dumps(named))
    country = find_first(entity.get("country"))
    if country and country.strip() and find_country(entity) is None:
        rest["country"] = country
    for name in ("url", "link"):
        if broken := [text for text in texts_of(entity.get(name)) if not _is_web(text)]:
            rest[name] = list(broken)
    if symbol := find_first(entity.get("brs_unnumber")):
        rest["brs_unnumber"] = symbol
    return {NAME: rest} if rest else {}


def objects(value: object) -> list[Entity]:
    """Give the objects of a list, or the one object itself."""
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _plain(value: object) -> list[str]:
    """Give the texts of a list of texts or of ``{value}``."""
    if isinstance(value, list):
        return [text for part in value for text in _plain(part)]
    return texts_of(value.get("value")) if isinstance(value, dict) else texts_of(value)


def _is_web(text: str) -> bool:
    return text.startswith(_WEB) and normalise_url(text) is not None
