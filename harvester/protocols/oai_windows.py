"""Dates in OAI-PMH: which can be believed, what ``from`` and ``until`` to send, where the next window begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SECONDS_FORM = "%Y-%m-%dT%H:%M:%SZ"
DAY_FORM = "%Y-%m-%d"
NO_DATE = "unknown"
_AHEAD = timedelta(days=1)
_EARLIEST = datetime(1950, 1, 1, tzinfo=UTC)


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


def dump_instant(at: datetime, *, by_day: bool) -> str:
    """Give a time at a repository's granularity, without fractions (OAI-PMH 2.0 §3.3)."""
    return at.strftime(DAY_FORM if by_day else SECONDS_FORM)


def trusted_date(text: str | None, now: datetime) -> str:
    """Give the date of an answer for the next window to begin by, or NO_DATE.

    A date more than a day ahead of our clock is not believed: whatever is published until then would be lost. Nor is
    one from before there were computers, from which no overlap can be taken. A date less far ahead gives our own time:
    the clock may be wrong and the datestamps right, and asking for too much loses nothing.
    """
    at = parse_instant(text)
    if not text or at is None or not _EARLIEST <= at <= now + _AHEAD:
        return NO_DATE
    return text if at <= now else dump_instant(now, by_day=False)


def plausible_instant(datestamp: str | None, now: datetime) -> datetime | None:
    """Give a record's datestamp as a time, where it is a date that has been and can be compared with others."""
    at = parse_instant(datestamp)
    return at if at is not None and _EARLIEST <= at <= now + _AHEAD else None


def to_bound(text: str | None, *, by_day: bool) -> str | None:
    """Give a ``from`` or ``until`` argument at the repository's granularity; None for none."""
    at = parse_instant(text)
    if text is None or at is None:
        return None
    return dump_instant(at, by_day=by_day or len(text.strip()) == len("2024-01-31"))


def before(asked_at: str, *, overlap_s: int, by_day: bool) -> str | None:
    """Give where the next window begins: a list's first answer's own date less the overlap; None without a date.

    The overlap is at least a day where the repository only knows days.
    """
    at = parse_instant(asked_at)
    if at is None:
        return None
    overlap = timedelta(seconds=overlap_s)
    return dump_instant(at - (max(overlap, timedelta(days=1)) if by_day else overlap), by_day=by_day)
