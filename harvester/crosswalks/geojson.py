"""GeoJSON geometries (RFC 7946) → a point or the box around them; a geometry that is none gives nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from vocabularies.record import Box, Point, Spatial

MAX_POSITIONS = 200_000


def find_extent(value: object) -> Spatial | None:
    """Give the place of a GeoJSON geometry, feature or ``[west, south, east, north]``, also as JSON text; or None."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return None
    if isinstance(value, dict) and isinstance(value.get("geometry"), dict):
        value = value["geometry"]
    if isinstance(value, list):
        return _find_box(value)
    return _find_around(value) if isinstance(value, dict) else None


def _find_box(numbers: list[Any]) -> Spatial | None:
    if len(numbers) == 6:  # with heights (RFC 7946 §5)
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(_is_number(number) for number in numbers):
        return None
    west, south, east, north = map(float, numbers)
    return to_spatial(west, south, east=east, north=north)


def _find_around(geometry: dict[str, Any]) -> Spatial | None:
    parts = geometry.get("geometries") if geometry.get("type") == "GeometryCollection" else [geometry]
    longitudes: list[float] = []
    latitudes: list[float] = []
    for part in parts if isinstance(parts, list) else []:
        for longitude, latitude in _positions(part.get("coordinates") if isinstance(part, dict) else None):
            longitudes.append(longitude)
            latitudes.append(latitude)
            if len(longitudes) > MAX_POSITIONS:
                return None
    if not longitudes:
        return None
    return to_spatial(min(longitudes), min(latitudes), east=max(longitudes), north=max(latitudes))


def to_spatial(west: float, south: float, *, east: float, north: float) -> Spatial | None:
    """Give a box, a point where it has no extent, or None where the numbers are no degrees."""
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        return None
    if west == east and south == north:
        return Spatial(point=Point(latitude=south, longitude=west))
    return Spatial(box=Box(west=west, south=south, east=east, north=north))


def _positions(coordinates: object) -> Iterator[tuple[float, float]]:
    stack: list[object] = [coordinates]
    while stack:
        here = stack.pop()
        if not isinstance(here, list) or not here:
            continue
        if len(here) >= 2 and _is_number(here[0]) and _is_number(here[1]):
            yield float(here[0]), float(here[1])
        else:
            stack.extend(here)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
