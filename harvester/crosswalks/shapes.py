"""Places as catalogues write them, in WKT, GeoJSON or four numbers → a point or a box. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

from vocabularies.record import Box, Point, Spatial

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|[-+]?\.\d+")
_CRS = re.compile(r"\s*<([^>]*)>\s*")
_WKT = re.compile(
    r"\s*(?:SRID=4326;)?\s*(POINT|POLYGON|MULTIPOLYGON|LINESTRING|MULTIPOINT|ENVELOPE)\s*Z?\s*\((.*)\)\s*",
    re.IGNORECASE | re.DOTALL,
)
_FOUR = re.compile(r"\s*[-+]?[\d.]+(?:\s*,\s*[-+]?[\d.]+){3}\s*")
_LATITUDE_FIRST = ("EPSG/0/4326", "EPSG/0/4258", "EPSG::4326")
_LONGEST = 200_000


@lru_cache(maxsize=4096)
def find_shape(text: str) -> Spatial | None:
    """Give the box around a geometry, or its point; None for any other text and for what lies off the globe.

    Read are WKT (longitude first, unless its CRS says otherwise), GeoJSON, and ``west,south,east,north``.
    """
    if len(text) > _LONGEST:
        return None
    if text.lstrip().startswith("{"):
        return _from_geo_json(text)
    if _FOUR.fullmatch(text):
        west, south, east, north = map(float, _NUMBER.findall(text))
        return _box(west, south, east, north)
    return _from_wkt(text)


def _from_wkt(text: str) -> Spatial | None:
    crs = _CRS.match(text)
    found = _WKT.fullmatch(text[crs.end() :] if crs else text)
    if found is None:
        return None
    numbers = [float(number) for number in _NUMBER.findall(found[2])]
    if found[1].upper() == "ENVELOPE":
        return _box(numbers[0], numbers[3], numbers[1], numbers[2]) if len(numbers) == 4 else None
    if len(numbers) < 2 or len(numbers) % 2:
        return None
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    if crs and crs[1].endswith(_LATITUDE_FIRST):
        pairs = [(second, first) for first, second in pairs]
    return _around(pairs)


def _from_geo_json(text: str) -> Spatial | None:
    try:
        shape: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(shape, dict):
        return None
    inner = shape.get("geometry", shape)
    if not isinstance(inner, dict):
        return None
    if str(inner.get("type", "")).lower() == "envelope" and isinstance(inner.get("coordinates"), list):
        inner = {"coordinates": inner["coordinates"]}
    return _around(list(_positions(inner.get("coordinates"))))


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    waiting = [coordinates]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, list):
            continue
        if len(found) >= 2 and all(isinstance(number, int | float) for number in found[:2]):
            yield float(found[0]), float(found[1])
        else:
            waiting.extend(found)


def _around(pairs: list[tuple[float, float]]) -> Spatial | None:
    if not pairs:
        return None
    east, north = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return _box(min(east), min(north), max(east), max(north))


def _box(west: float, south: float, east: float, north: float) -> Spatial | None:
    try:
        if (west, south) == (east, north):
            return Spatial(point=Point(latitude=south, longitude=west))
        return Spatial(box=Box(west=west, south=south, east=east, north=north))
    except ValueError:  # off the globe; pydantic's error is a ValueError too
        return None
