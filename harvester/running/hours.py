"""The hours of a day in which a source may be harvested, in its own time zone. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from harvester.errors import SettingError

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})(?:\s+(\S+))?")
_EXAMPLE = "write for example 22:00-06:00 Africa/Nairobi; without a zone it is UTC"


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day to another, which is the next day's where it is not later."""

    begins: time
    ends: time
    zone: ZoneInfo

    def around(self, at: datetime) -> tuple[datetime, datetime]:
        """Give the opening that holds an instant, or else the next one, as two instants.

        There is one for each date of the zone: a time of day that its clocks skip counts as the instant it would have
        been, and one that they show twice counts the first time.
        """
        date = at.astimezone(self.zone).date() - timedelta(days=1)
        over_midnight = timedelta(days=int(self.ends <= self.begins))
        while True:
            opens = datetime.combine(date, self.begins, self.zone).astimezone(UTC)
            closes = datetime.combine(date + over_midnight, self.ends, self.zone).astimezone(UTC)
            if at < closes:
                return opens, closes
            date += timedelta(days=1)

    def last_opening(self, at: datetime) -> datetime:
        """Give the latest opening at or before an instant, as its zone's clocks should show it, without a zone."""
        date = at.astimezone(self.zone).date()
        while datetime.combine(date, self.begins, self.zone).astimezone(UTC) > at:
            date -= timedelta(days=1)
        return datetime.combine(date, self.begins)


def parse_hours(text: str) -> Hours | None:
    """Read ``22:00-06:00 Africa/Nairobi``; None where it is empty, SettingError where it cannot be."""
    plain = text.strip()
    if not plain:
        return None
    match = _HOURS.fullmatch(plain)
    try:
        if match is None:
            raise ValueError(plain)
        begins, ends = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        return Hours(begins, ends, ZoneInfo(match[5] or "UTC"))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise SettingError(key="hours", value=text, reason=_EXAMPLE) from None


def opens_at(text: str, at: datetime) -> datetime:
    """Give the instant itself where a source may be harvested then, else when it may next."""
    hours = parse_hours(text)
    return at if hours is None else max(at, hours.around(at)[0])


def next_due(text: str, every_s: int, now: datetime) -> datetime:
    """Give when a source that was harvested just now is due again.

    With hours the interval is counted on the clocks of its zone, from the last opening to an opening: neither a run
    that takes some time nor a night in which the clocks change moves it through the hours until it misses one.
    """
    every, hours = timedelta(seconds=every_s), parse_hours(text)
    if hours is None:
        return now + every
    wanted = hours.last_opening(now) + every
    opens = hours.around(wanted.replace(tzinfo=hours.zone).astimezone(UTC))[0]
    return opens if opens > now else now + every
