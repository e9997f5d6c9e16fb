"""Dates and places in an OAI-PMH list: what ``from`` to send, where the next window begins, what a cursor remembers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SECONDS_FORM = "%Y-%m-%dT%H:%M:%SZ"
DAY_FORM = "%Y-%m-%d"
NO_DATE = "unknown"
_AHEAD = timedelta(days=1)
_EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list has been read: all that is needed to go on with it in another process.

    ``asked_at`` is the repository's own date of the list's first answer; ``prefix_with_token`` marks repositories that
    want the metadataPrefix repeated although the token is exclusive (pycsw 2.6, 2024).
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


def dump_place(place: Place) -> str:
    """Give the place as one line of JSON, without what is at its default."""
    kept = {name: value for name, value in asdict(place).items() if value not in (None, False, 0) or name == "by_day"}
    kept["tracks_deletions"] = place.tracks_deletions
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def parse_place(text: str) -> Place | None:
    """Give the place a cursor names, or None where it is not one of ours."""
    try:
        return Place(**json.loads(text))
    except (ValueError, TypeError):
        return None


def parse_instant(text: str | None) -> datetime | None:
    """Give an aware UTC time from a datestamp, a day or an HTTP date, or None; without a zone it is taken as UTC."""
    if not text:
        return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(text.strip())
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, TypeError, OverflowError):  # OverflowError: a zone that leaves the calendar
            continue
    return None


def trusted_date(text: str | None, now: datetime) -> str:
    """Give the date of an answer for the next window to begin by, or NO_DATE.

    A date more than a day ahead of our clock is not believed: whatever is published until then would be lost. Nor is
    one from before there were computers, from which no overlap can be taken.
    """
    at = parse_instant(text)
    return text if text and at is not None and _EARLIEST <= at <= now + _AHEAD else NO_DATE


def is_plausible(datestamp: str | None) -> bool:
    """Say whether a record's datestamp is a date that has been and can be compared with others."""
    return trusted_date(datestamp, datetime.now(UTC)) != NO_DATE


def to_from(since: str | None, *, by_day: bool) -> str | None:
    """Give the ``from`` argument at the repository's granularity, no fractions (OAI-PMH 2.0 §3.3); None for none."""
    at = parse_instant(since)
    if since is None or at is None:
        return None
    return at.strftime(DAY_FORM if by_day or len(since.strip()) == len("2024-01-31") else SECONDS_FORM)


def next_since(place: Place, overlap_s: int) -> str | None:
    """Give where the next window begins: the first answer's own date less the overlap.

    The overlap is at least a day where the repository only knows days. Where no answer
    bore a readable date the window does not move.
    """
    at = parse_instant(place.asked_at)
    if at is None:
        return place.since
    overlap = timedelta(seconds=overlap_s)
    if place.by_day:
        return (at - max(overlap, timedelta(days=1))).strftime(DAY_FORM)
    return (at - overlap).strftime(SECONDS_FORM)
