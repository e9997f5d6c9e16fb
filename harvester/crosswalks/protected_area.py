"""A protected area of Protected Planet (API 3) → Record: one function a target field, the rest in ``extra``. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import ValidationError

from harvester.crosswalks import dc_identifiers, dc_terms
from harvester.crosswalks.context import Context
from harvester.crosswalks.dc_elements import one_line
from harvester.crosswalks.geojson import find_extent
from harvester.crosswalks.json_texts import find_first, to_rest
from harvester.crosswalks.provenance import provenance_of
from harvester.raw import RawRecord
from vocabularies.formats.native import Parsed
from vocabularies.identifiers import normalise_url
from vocabularies.problems import problem
from vocabularies.record import Agent, Keyword, Link, PlaceDetails, Publisher, Record, SourceId, new_record
from vocabularies.text import UNDETERMINED, LangText

NAME = "protected_planet"
Area = Mapping[str, Any]
_MAPPED = frozenset({
    "id", "wdpa_id", "site_id", "name", "name_english", "original_name", "countries", "designation", "iucn_category",
    "governance", "management_authority", "reported_area", "legal_status_updated_at", "links", "geojson",
})  # fmt: skip
_UNSAID = frozenset({"", "not reported", "not assigned", "not applicable", "n/a", "none"})
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")


def crosswalk(raw: RawRecord, context: Context) -> Parsed:
    """Give the place that a protected area describes, or the problem that stands in the way."""
    try:
        return Parsed(_to_record(orjson.loads(raw.payload), raw, context))
    except orjson.JSONDecodeError as error:
        return Parsed(None, (problem("JSON_SYNTAX", "", line=str(error.lineno), column=str(error.colno)),))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = "/".join(str(part) for part in first["loc"])
        return Parsed(None, (problem("CROSSWALK_FAILED", "", f"{where}: {first['msg']}"),))


def _to_record(area: Area, raw: RawRecord, context: Context) -> Record:
    fallback = context.default_language or UNDETERMINED
    countries, unknown = to_countries(area)
    links = to_links(area)
    title = to_title(area, fallback)
    return new_record(
        "place",
        subtype="protectedArea",
        id=dc_identifiers.local_record_id(context.source_id, raw.identifier),
        title=title,
        languages=tuple(tag for tag in title if tag != UNDETERMINED),
        publisher=Publisher(node=context.source_id, name=LangText({fallback: context.source_name})),
        country_regions=countries or ((context.country,) if context.country else ()),
        spatial=find_extent(area.get("geojson")),
        keywords=to_keywords(area),
        source_ids=(SourceId(scheme="local", value=raw.identifier), SourceId(scheme="wdpa", value=raw.identifier)),
        links=links,
        organizations=to_organizations(area),
        provenance=(provenance_of(raw, context, links[0].url if links else None),),
        details=to_details(area, raw).model_dump(exclude_defaults=True),
        extra=_extra(area, unknown, title),
    )


def to_title(area: Area, fallback: str) -> LangText:
    """Give the area's name, English where it says so, and in its own language, which is never said."""
    texts = {"en": said(area.get("name_english")), fallback: said(area.get("name"))}
    titles = {tag: text for tag, text in texts.items() if text}
    original = said(area.get("original_name"))
    if original and original not in titles.values():
        titles.setdefault(UNDETERMINED, original)
    return LangText(titles)


def to_countries(area: Area) -> tuple[tuple[str, ...], list[str]]:
    """Give the countries by their codes, and the codes we do not know."""
    found: dict[str, None] = {}
    unknown: list[str] = []
    for country in _objects(area.get("countries")):
        code = said(country.get("iso_3")) or said(country.get("name"))
        place = dc_terms.find_place(code) if code else None
        if place:
            found[place] = None
        elif code:
            unknown.append(code)
    return tuple(found), unknown


def to_details(area: Area, raw: RawRecord) -> PlaceDetails:
    """Give category, area, year and governance; the IUCN category where there is one, else the designation."""
    iucn = said(_inner(area, "iucn_category", "name"))
    governance = _inner(area, "governance", "governance_type") or _inner(area, "governance", "name")
    year = _YEAR.search(said(area.get("legal_status_updated_at")))
    return PlaceDetails(
        category=f"IUCN {iucn}" if iucn else said(_inner(area, "designation", "name")) or None,
        area_km2=to_area(area.get("reported_area")),
        established=year[1] if year else None,
        governance=said(governance) or None,
        wdpa_id=raw.identifier,
    )


def to_area(value: object) -> float | None:
    """Give an area in square kilometres, None where it is no number or was not reported, which is written as 0."""
    try:
        area = float(find_first(value) or "")
    except ValueError:
        return None
    return area if 0 < area < 1e9 else None


def to_keywords(area: Area) -> tuple[Keyword, ...]:
    """Give the designation, in whatever language it is written."""
    name = said(_inner(area, "designation", "name"))
    return (Keyword(label=LangText({UNDETERMINED: name})),) if name else ()


def to_links(area: Area) -> tuple[Link, ...]:
    """Give the area's page at Protected Planet."""
    url = said(_inner(area, "links", "protected_planet"))
    return (Link(url=url, rel="landing"),) if normalise_url(url) else ()


def to_organizations(area: Area) -> tuple[Agent, ...]:
    """Give who manages the area."""
    name = said(_inner(area, "management_authority", "name"))
    return (Agent(role="manager", name=LangText({UNDETERMINED: name})),) if name else ()


def said(value: object) -> str:
    """Give a text on one line; nothing where it only says that nothing was reported."""
    text = one_line(find_first(value) or "")
    return "" if text.casefold() in _UNSAID else text


def _inner(area: Area, name: str, key: str) -> object:
    held = area.get(name)
    return held.get(key) if isinstance(held, dict) else None


def _objects(value: object) -> list[Area]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _extra(area: Area, unknown: list[str], title: LangText) -> dict[str, Any]:
    rest = to_rest(area, _MAPPED)
    designation = area.get("designation")
    if isinstance(designation, dict) and (jurisdiction := said(_inner(designation, "jurisdiction", "name"))):
        rest["jurisdiction"] = jurisdiction
    if unknown:
        rest["countries"] = list(unknown)
    if (original := said(area.get("original_name"))) and original not in title.values():
        rest["original_name"] = original
    return {NAME: rest} if rest else {}
