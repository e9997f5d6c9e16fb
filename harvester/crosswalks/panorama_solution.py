"""A PANORAMA solution in its languages → Record: one function a target field, the rest in ``extra``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from harvester.crosswalks import dc_identifiers, dc_terms
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_elements import Value, one_line
from harvester.crosswalks.json_texts import find_first, texts_of, to_lang_text, to_rest
from harvester.crosswalks.language_codes import find_language
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.problems import problem
from vocabularies.record import Link, LinkRelation, Publisher, Record, SourceId, new_record
from vocabularies.text import UNDETERMINED, LangText

NAME = "panorama"
Texts = Mapping[str, Mapping[str, Any]]
"""The solution as each language's list gives it, the main language first."""
_MAPPED = frozenset({"id", "title", "summary", "preview_image", "url", "classifications"})


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the case study that a solution is, or the problem that stands in the way."""
    try:
        held = orjson.loads(raw.payload)
        return Parsed(_to_record(held["texts"], str(held.get("country") or ""), raw, context))
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        return Parsed(None, (problem("CROSSWALK_FAILED", "", str(error)[:200]),))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def _to_record(texts: Texts, country: str, raw: RawRecord, context: Context) -> Record:
    ordered = {tag: texts[tag] for tag in sorted(texts, key=lambda tag: (tag != "en", tag))}
    title = to_texts(ordered, "title")
    links = to_links(ordered)
    countries = [place for place in (dc_terms.find_place(country) if country else None, context.country) if place]
    topics = dc_terms.to_topics(to_themes(ordered), UNDETERMINED)
    return new_record(
        "resource",
        subtype="caseStudy",
        id=dc_identifiers.local_record_id(context.source_id, raw.identifier),
        title=title,
        summary=to_texts(ordered, "summary", lines=True),
        languages=tuple(tag for tag in title if tag != UNDETERMINED),
        publisher=Publisher(node=context.source_id, name=LangText({"en": context.source_name})),
        country_regions=tuple(countries[:1]),
        **{name: tuple(ids) for name, ids in topics.terms.items()},
        keywords=tuple(topics.keywords.values()),
        source_ids=(SourceId(scheme="local", value=raw.identifier),),
        links=links,
        provenance=(provenance_of(raw, context, links[0].url if links else None),),
        extra=_extra(ordered),
    )


def to_texts(texts: Texts, name: str, *, lines: bool = False) -> LangText:
    """Give a field in its languages; a text that only repeats another language's was not translated and is dropped."""
    values: list[Value] = []
    for tag, solution in texts.items():
        text = find_first(solution.get(name))
        if text and text not in [each for each, _ in values]:
            values.append((text, tag))
    return to_lang_text(values, UNDETERMINED, lines=lines)


def to_themes(texts: Texts) -> list[Value]:
    """Give the names of the themes in their languages."""
    found: list[Value] = []
    for tag, solution in texts.items():
        classifications = solution.get("classifications")
        held = classifications.get("theme") if isinstance(classifications, dict) else None
        names = [each.get("name") or each.get("title") if isinstance(each, dict) else each for each in _listed(held)]
        found += [(one_line(text), tag) for name in names for text in texts_of(name)]
    return list({text: (text, tag) for text, tag in reversed(found)}.values())[::-1]


def to_links(texts: Texts) -> tuple[Link, ...]:
    """Give the solution's page in the main language, the other languages' pages, and its picture."""
    links: dict[str, Link] = {}
    for tag, solution in texts.items():
        rel: LinkRelation = "translation" if links else "landing"
        _add(links, find_first(solution.get("url")), rel, find_language(tag))
    for solution in texts.values():
        picture = solution.get("preview_image")
        picture = picture.get("url") or picture.get("src") if isinstance(picture, dict) else picture
        _add(links, find_first(picture), "cover", None)
    return tuple(links.values())


def _add(links: dict[str, Link], url: str | None, rel: LinkRelation, language: str | None) -> None:
    if url and url not in links and normalise_url(url):
        links[url] = Link(url=url, rel=rel, language=language)


def _listed(value: object) -> list[object]:
    if isinstance(value, dict):
        return [value] if "name" in value or "title" in value else list(value.values())
    return value if isinstance(value, list) else [] if value is None else [value]


def _extra(texts: Texts) -> dict[str, Any]:
    rest: dict[str, Any] = {}
    for tag, solution in texts.items():
        held = solution.get("classifications")
        others = {name: each for name, each in held.items() if name != "theme"} if isinstance(held, dict) else {}
        kept = to_rest({**solution, "other_classifications": others}, _MAPPED)
        if kept and kept not in rest.values():
            rest[tag] = kept
    return {NAME: rest} if rest else {}
