"""How far an OAI-PMH list has been read, and how what is left of it is divided; pure, asks nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, timedelta

from harvester.protocols.oai_windows import NO_DATE, before, dump_instant, parse_instant, plausible_instant

MOST_RESTARTS = 3
RISES_THAT_PROVE = 5
"""After so many datestamps later than all before them, and none earlier, a list is taken to be in their order."""
_FIRST_DAY = datetime(1950, 1, 1, tzinfo=UTC)
_LAST_DAY = datetime(2199, 12, 31, tzinfo=UTC)

Span = tuple[str | None, str | None]
"""A window by its first and last datestamp, both in it; None where it is open."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list has been read: all that is needed to go on with it in another process.

    ``since`` is where the run's window begins. A ``narrowed`` place is in the part from ``start`` to ``until`` of it,
    and ``waiting`` are the parts after that, the next one first. ``asked_at`` is the repository's own date of the run's
    first answer. ``reached`` is the latest datestamp that came, ``rises`` how often it rose, ``unordered`` that one
    came too late. ``by_name`` asks for identifiers and each record by itself; ``done`` are those of the page behind us.
    ``short`` is how many records lists of the run announced and did not bring.
    ``prefix_with_token`` marks repositories that want the metadataPrefix repeated although the token is exclusive
    (pycsw 2.6, 2024).
    """

    prefix: str
    by_day: bool
    tracks_deletions: bool = True
    since: str | None = None
    token: str | None = None
    asked_at: str | None = None
    delivered: int = 0
    total: int | None = None
    prefix_with_token: bool = False
    narrowed: bool = False
    start: str | None = None
    until: str | None = None
    waiting: tuple[Span, ...] = ()
    reached: str | None = None
    rises: int = 0
    unordered: bool = False
    restarts: int = 0
    restarted_at: str | None = None
    by_name: bool = False
    done: int = 0
    short: int = 0

    @property
    def begins(self) -> str | None:
        """The first datestamp of the list being read."""
        return self.start if self.narrowed else self.since

    @property
    def is_short(self) -> bool:
        """Whether the list has brought less than it announced."""
        return self.total is not None and self.delivered < self.total

    @property
    def is_in_order(self) -> bool:
        """Whether the list has been seen to come in the order of its datestamps."""
        return not self.unordered and self.rises >= RISES_THAT_PROVE


_DEFAULTS = {each.name: each.default for each in fields(Place)}


def dump_place(place: Place) -> str:
    """Give the place as one line of JSON, without what is at its default."""
    kept = {name: value for name, value in asdict(place).items() if value != _DEFAULTS[name]}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def parse_place(text: str) -> Place | None:
    """Give the place a cursor names, or None where it is not one of ours."""
    try:
        place = Place(**json.loads(text))
        return replace(place, waiting=tuple((start, until) for start, until in place.waiting))
    except (ValueError, TypeError):
        return None


def next_since(place: Place, overlap_s: int) -> str | None:
    """Give where the next window begins; it does not move where no answer bore a date to be believed."""
    return before(place.asked_at or NO_DATE, overlap_s=overlap_s, by_day=place.by_day) or place.since


def note_order(place: Place, datestamps: Sequence[str | None], now: datetime) -> Place:
    """Take note of a page's datestamps in the order they came."""
    reached, rises, unordered = parse_instant(place.reached), place.rises, place.unordered
    for datestamp in datestamps:
        at = plausible_instant(datestamp, now)
        if at is None or (reached is not None and at < reached):
            unordered = True
            break
        rises += reached is not None and at > reached
        reached = at
    text = dump_instant(reached, by_day=place.by_day) if reached is not None and not unordered else None
    return replace(place, reached=text, rises=rises, unordered=unordered)


def restarted(place: Place) -> Place | None:
    """Give where to go on when the token is refused; None where only a beginning from the head is left.

    A list in the order of its datestamps goes on at the last one; any other window is begun again. After three times
    without getting further that is given up (OAI-PMH 2.0 §3.5 lets tokens expire).
    """
    further = place.reached is not None and place.reached != place.restarted_at
    restarts = 1 if further and place.is_in_order else place.restarts + 1
    if restarts > MOST_RESTARTS:
        return None
    if place.is_in_order and not place.by_name:
        begun = _fresh(place, (place.reached, place.until if place.narrowed else None))
    elif place.narrowed:
        begun = replace(_fresh(place, (place.start, place.until)), by_name=place.by_name)
    elif place.since is not None:
        begun = replace(place, token=None, delivered=0, total=None, reached=None, rises=0, unordered=False)
    else:
        return None
    return replace(begun, restarts=restarts, restarted_at=place.reached)


def narrowed(place: Place, spans: Sequence[Span]) -> Place:
    """Give the place at the head of the first of these windows, with the others and what waited before behind it."""
    return replace(_fresh(place, spans[0]), waiting=(*spans[1:], *place.waiting))


def next_part(place: Place) -> Place | None:
    """Give the place at the head of the next window that waits; None where there is none."""
    return replace(_fresh(place, place.waiting[0]), waiting=place.waiting[1:]) if place.waiting else None


def named_singly(place: Place) -> Place:
    """Give the place at the head of the same window, whose records are asked for one by one."""
    span = (place.start, place.until) if place.narrowed else (place.since, None)
    return replace(_fresh(place, span), by_name=True)


def _fresh(place: Place, span: Span) -> Place:
    start, until = span
    cleared = replace(place, token=None, delivered=0, total=None, reached=None, rises=0, unordered=False)
    cleared = replace(cleared, restarts=0, restarted_at=None, by_name=False, done=0)
    return replace(cleared, narrowed=True, start=start, until=until)


def left(place: Place) -> Span:
    """Give the window that has not been read: from the last datestamp on where the list is in their order."""
    return place.reached if place.is_in_order else place.begins, place.until if place.narrowed else None


def around_moment(place: Place, at: datetime) -> tuple[Span, ...]:
    """Divide a narrowed window in what lies before a moment, the moment, and what lies after it."""
    granule = timedelta(days=1) if place.by_day else timedelta(seconds=1)
    moment, before_it, after_it = (dump_instant(each, by_day=place.by_day) for each in (at, at - granule, at + granule))
    low, high = parse_instant(place.start), parse_instant(place.until)
    head = [(place.start, before_it)] if low is None or low < parse_instant(moment) else []  # type: ignore[operator]
    tail = [(after_it, place.until)] if high is None or high >= parse_instant(after_it) else []  # type: ignore[operator]
    return (*head, (moment, moment), *tail)


def divide(place: Place, *, earliest: str | None, now: datetime) -> tuple[Span, ...]:
    """Divide a narrowed window in two by date, oldest first; one part where it is a single moment.

    A window without bounds goes from ``earliest``, the repository's own word, to the run's first answer; what may lie
    outside them is a part by itself, so that nothing is lost where the repository is wrong about either.
    """
    granule = timedelta(days=1) if place.by_day else timedelta(seconds=1)
    low, high = parse_instant(place.start), parse_instant(place.until)
    head: list[Span] = []
    tail: list[Span] = []

    def text(at: datetime) -> str:
        return dump_instant(at, by_day=place.by_day)

    if high is None:
        asked_at = parse_instant(place.asked_at) or now
        high = asked_at if low is None or low <= asked_at else _LAST_DAY
        tail = [(text(high + granule), None)] if high != _LAST_DAY else []
    if low is None:
        low = plausible_instant(earliest, now)
        low = low if low is not None and low <= high else min(_FIRST_DAY, high)
        head = [(None, text(low - granule))] if low > _FIRST_DAY else []
    if text(low) >= text(high):
        return (*head, (text(low), text(high)), *tail)
    middle = low + (high - low) / 2
    return (*head, (text(low), text(middle)), (text(middle + granule), text(high)), *tail)
