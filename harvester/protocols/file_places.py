"""How far the files of a source have been read, and which of them may have changed since. Values only; asks nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import orjson

from harvester.protocols.oai_windows import parse_instant

FORM = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(slots=True)
class Place:
    """The file in hand, ``entry`` by name and ``digest``, and how many of its records were ``given``.

    ``limit_from`` is the newest date of the last run's listing, None for a reading of everything, begun at ``swept``.
    """

    swept: str
    limit_from: str | None = None
    newest: str | None = None
    entry: str = ""
    digest: str = ""
    given: int = 0
    failed: int = 0

    def note_date(self, changed: str | None, now: datetime) -> None:
        """Take note of a file's date, unless it lies in the future, where it would hide all later ones."""
        at = parse_date(changed)
        if at is not None and at <= now + timedelta(days=1):
            newest = parse_date(self.newest)
            self.newest = at.strftime(FORM) if newest is None or at > newest else self.newest

    def is_unchanged(self, changed: str | None, overlap_s: int) -> bool:
        """Say whether a file is older than what the last run saw, by more than the overlap."""
        at, limit = parse_date(changed), parse_date(self.limit_from)
        return at is not None and limit is not None and at < limit - timedelta(seconds=overlap_s)


def begin_place(since: str | None, sweep_s: int, now: datetime) -> Place:
    """Give the head of the list, for what changed since the last run, or for everything where a sweep is due."""
    try:
        told = orjson.loads(since or "{}")
        newest, swept = told.get("newest"), parse_instant(told.get("swept"))
    except (orjson.JSONDecodeError, AttributeError):
        newest, swept = None, None
    if parse_date(newest) is None or swept is None or (now - swept).total_seconds() >= sweep_s:
        return Place(swept=now.strftime(FORM))
    return Place(swept=swept.strftime(FORM), limit_from=newest, newest=newest)


def next_since(place: Place) -> str | None:
    """Give the next ``Window.since``; None, so that all is read again, where the files have no dates."""
    if place.newest is None:
        return None
    return orjson.dumps({"newest": place.newest, "swept": place.swept}).decode()


def dump_place(place: Place) -> str:
    """Give the place as JSON, without what is empty."""
    return orjson.dumps({name: value for name, value in asdict(place).items() if value}).decode()


def parse_place(text: str) -> Place | None:
    """Give the place a cursor names, or None where it is not one of ours."""
    try:
        place = Place(**orjson.loads(text))
    except (orjson.JSONDecodeError, TypeError):
        return None
    texts = (place.swept, place.entry, place.digest)
    return place if all(isinstance(each, str) for each in texts) and isinstance(place.given, int) else None


def parse_date(text: object) -> datetime | None:
    """Give an ISO date and time as an instant; one without a zone is taken as UTC."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
