"""Where a run is inside a catalogue of several pages, as a cursor another process can go on from. Values only."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Place:
    """The page to ask for next, how many pages and entries came before it, and how many were announced."""

    address: str
    pages: int = 0
    delivered: int = 0
    total: int | None = None

    @property
    def is_head(self) -> bool:
        """Whether nothing of the list lies before this place."""
        return self.pages == 0


def dump_place(place: Place) -> str:
    """Write the place as a cursor."""
    return orjson.dumps(asdict(place)).decode()


def parse_place(cursor: str) -> Place | None:
    """Read a cursor; None where it is none of this protocol."""
    try:
        told = orjson.loads(cursor)
        place = Place(**told)
    except (orjson.JSONDecodeError, TypeError):
        return None
    numbers = (place.pages, place.delivered, place.total or 0)
    return place if isinstance(place.address, str) and all(isinstance(number, int) for number in numbers) else None
