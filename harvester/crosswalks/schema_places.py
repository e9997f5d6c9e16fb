"""Where and when a schema.org thing is: places, positions and periods → countries, one position, one period. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from harvester.crosswalks.dc_dates import find_date, find_period
from harvester.crosswalks.dc_terms import find_place, find_position
from harvester.crosswalks.schema_values import Node, as_list, find_text, texts_of
from vocabularies.record import Box, Point, Spatial, Temporal

_NUMBER = re.compile(r"[-+]?\d{1,3}(?:\.\d+)?(?:[eE][-+]?\d+)?")
_OPEN = frozenset({"", "..", "present", "now", "ongoing"})


@dataclass(slots=True)
class Whereabouts:
    """Countries and regions, the first position, and what names neither."""

    countries: list[str] = field(default_factory=list)
    spatial: Spatial | None = None
    rest: list[str] = field(default_factory=list)


def to_whereabouts(values: list[Any]) -> Whereabouts:
    """Give what Places, addresses, shapes and names say of where a thing is."""
    found = Whereabouts()
    for value in values:
        _take(value, found)
    return found


def _take(value: object, found: Whereabouts) -> None:
    if isinstance(value, dict):
        found.spatial = found.spatial or _position(value)
        told = _names(value)
        known = [place for place in map(find_place, told) if place is not None]
        found.countries += [place for place in dict.fromkeys(known) if place not in found.countries]
        if told and not known and told[0] not in found.rest:
            found.rest.append(told[0])
    elif isinstance(value, str) and value.strip():
        if position := find_position(value):
            found.spatial = found.spatial or position[0]
        elif place := find_place(value.strip()):
            found.countries += [place] if place not in found.countries else []
        else:
            found.rest.append(value.strip())


def _names(place: Node) -> list[str]:
    told = texts_of([place.get("name")]) or texts_of([place.get("identifier")])
    for address in as_list(place.get("address")):
        if isinstance(address, dict):
            told += texts_of([address.get("addressCountry"), address.get("addressRegion")])
        elif isinstance(address, str):
            told.append(address)
    for inner in as_list(place.get("containedInPlace")):
        told += _names(inner) if isinstance(inner, dict) else texts_of([inner])
    return told


def _position(place: Node) -> Spatial | None:
    for geo in [*as_list(place.get("geo")), place]:
        if not isinstance(geo, dict):
            continue
        try:
            if box := _box(geo):
                return Spatial(box=box)
            latitude, longitude = find_text(geo.get("latitude")), find_text(geo.get("longitude"))
            if latitude is not None and longitude is not None:
                return Spatial(point=Point(latitude=float(latitude), longitude=float(longitude)))
        except (ValidationError, ValueError):  # a number out of range, or none
            continue
    return None


def _box(geo: Node) -> Box | None:
    """Give the box of a GeoShape: ``box`` is south west north east; of a polygon or line the box around it."""
    for name in ("box", "polygon", "line"):
        numbers = [float(number) for number in _NUMBER.findall(find_text(geo.get(name)) or "")]
        if len(numbers) < 4 or len(numbers) % 2:
            continue
        latitudes, longitudes = numbers[0::2], numbers[1::2]
        if name == "box" and len(numbers) == 4:
            return Box(south=min(latitudes), north=max(latitudes), west=longitudes[0], east=longitudes[1])
        return Box(south=min(latitudes), north=max(latitudes), west=min(longitudes), east=max(longitudes))
    return None


def to_period(values: list[Any], start: str | None = None, end: str | None = None) -> tuple[Temporal | None, list[str]]:
    """Give the first period, of dates or ISO 8601 intervals with open ends, and the texts that are none."""
    period, rest = Temporal(start=start, end=end) if start or end else None, list[str]()
    for text in texts_of(values):
        found = _interval(text)
        if period is None and found is not None:
            period = found
        elif found is None:
            rest.append(text)
    return period, rest


def _interval(text: str) -> Temporal | None:
    first, slash, last = (part.strip() for part in text.partition("/"))
    if slash and (first.lower() in _OPEN) != (last.lower() in _OPEN):
        start, end = find_date(first), find_date(last)
        return Temporal(start=start, end=end) if start or end else None
    return find_period(text)
