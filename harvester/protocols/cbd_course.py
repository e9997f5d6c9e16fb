"""Dividing a large index into parts by date of change, and the place reached in them. Asks through a function only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from harvester.errors import CursorExpired
from harvester.protocols.oai_windows import SECONDS_FORM, parse_instant
from harvester.protocols.positions import Place, parse_cursor

UNDATED = "(*:* NOT updatedDate_dt:*)"
"""Meetings and some others bear no date of change: they are read every time."""
EARLIEST = datetime(1992, 1, 1, tzinfo=UTC)
"""Before the first record of the Convention's clearing-house."""
MOST_QUESTIONS = 400
_SHORTEST = timedelta(hours=1)

Count = Callable[[str], int | None]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the index: the filter that gives it (empty for everything), how many entries it was said to have."""

    filter: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Course:
    """The parts to read, the one in hand and the place in it. ``windowed``: only what changed is read."""

    parts: tuple[Part, ...]
    at: int = 0
    place: Place = Place()
    windowed: bool = False

    @property
    def others(self) -> int:
        """How many entries the parts beside the one in hand were said to have."""
        return sum(part.count or 0 for at, part in enumerate(self.parts) if at != self.at)

    def cursor(self, place: str) -> str:
        """Give the text that goes on in the part in hand behind a place."""
        parts = [[part.filter, part.count] for part in self.parts]
        return orjson.dumps({"parts": parts, "at": self.at, "windowed": self.windowed, "place": place}).decode()


def parse_course(text: str, url: str) -> Course:
    """Give the course a cursor names; CursorExpired where it is not one of ours."""
    try:
        kept = orjson.loads(text)
        parts = tuple(Part(str(part[0]), part[1] if isinstance(part[1], int) else None) for part in kept["parts"])
        course = Course(parts, int(kept["at"]), parse_cursor(kept["place"], url), bool(kept["windowed"]))
    except (ValueError, TypeError, KeyError, IndexError):
        course = None
    if course is None or not 0 <= course.at < len(course.parts):
        raise CursorExpired(url=url, cursor=text, reason="the cursor is not one of this protocol")
    return course


def plan_all(count: Count, *, total: int | None, deep: int, now: datetime) -> tuple[Part, ...]:
    """Give the parts of everything: one, or where there is more than can be paged through, one for each span of time.

    One as well where the index does not honour the dates.
    """
    whole = (Part("", total),)
    if total is None or total <= deep:
        return whole
    dated, undated = count(_span(None, None)), count(UNDATED)
    if dated is None or undated is None or dated + undated > 1.05 * total:
        return whole
    spans = tuple(_Halving(count, deep, now).parts(None, None, dated))
    return (*spans, Part(UNDATED, undated)) if undated else spans


def plan_window(count: Count, since: str, *, deep: int, now: datetime) -> tuple[Part, ...]:
    """Give the parts of what changed since an instant, and of what bears no date of change."""
    changed, undated = count(_span(parse_instant(since), None)), count(UNDATED)
    if changed is None or changed <= deep:
        spans = [Part(_span(parse_instant(since), None), changed)]
    else:
        spans = list(_Halving(count, deep, now).parts(parse_instant(since), None, changed))
    return (*spans, *([] if undated == 0 else [Part(UNDATED, undated)]))


class _Halving:
    """Halves spans of time until each holds few enough entries."""

    def __init__(self, count: Count, deep: int, now: datetime) -> None:
        self._count = count
        self._deep = deep
        self._now = now
        self._questions = 0

    def parts(self, start: datetime | None, end: datetime | None, held: int) -> Iterator[Part]:
        """Give the parts from an instant to before another; the last stays open, as entries that change go there."""
        first, last = start or EARLIEST, end or self._now
        middle = first + (last - first) / 2
        middle = middle.replace(microsecond=0)
        too_fine = last - first < 2 * _SHORTEST or self._questions >= MOST_QUESTIONS
        if held <= self._deep or too_fine:
            yield Part(_span(start, end), held)
            return
        self._questions += 2
        before, after = self._count(_span(start, middle)), self._count(_span(middle, end))
        if before is None or after is None or before + after > 1.05 * held + 10:
            yield Part(_span(start, end), held)
            return
        if before:
            yield from self.parts(start, middle, before)
        if after or end is None:
            yield from self.parts(middle, end, after)


def _span(start: datetime | None, end: datetime | None) -> str:
    begins = start.strftime(SECONDS_FORM) if start else "*"
    ends = (end - timedelta(seconds=1)).strftime(SECONDS_FORM).replace("Z", ".999Z") if end else "*"
    return f"updatedDate_dt:[{begins} TO {ends}]"
