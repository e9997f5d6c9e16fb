"""Sources are harvested in their own hours, once a night, also in the nights the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from harvester.errors import SettingError
from harvester.running.hours import next_due, opens_at, parse_hours

NAIROBI = "22:00-06:00 Africa/Nairobi"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_source_without_hours_is_open_at_any_time() -> None:
    at = utc("2026-05-01T12:00")
    assert opens_at("", at) == at
    assert next_due("", 3600, at) == at + timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-05-01T12:00", "2026-05-01T19:00"),  # by day: ten in the evening there
        ("2026-05-01T20:30", "2026-05-01T20:30"),  # before midnight
        ("2026-05-02T02:59", "2026-05-02T02:59"),  # a minute before six
        ("2026-05-02T03:00", "2026-05-02T19:00"),
    ],
)
def test_hours_over_midnight_hold_in_the_zone_of_the_source(at: str, opens: str) -> None:
    assert opens_at(NAIROBI, utc(at)) == utc(opens)


@pytest.mark.parametrize("wrong", ["22-06", "25:00-06:00", "22:00-06:00 Middle/Earth", "22:00-06:00 ../etc", "always"])
def test_hours_that_cannot_be_are_refused_with_an_example(wrong: str) -> None:
    with pytest.raises(SettingError, match="22:00-06:00 Africa/Nairobi"):
        parse_hours(wrong)


@pytest.mark.parametrize("zoned", ["02:15-02:45", "23:00-05:00", "02:30-04:00"])
@pytest.mark.parametrize("month", [3, 10], ids=["clocks go forward", "clocks go back"])
def test_each_night_has_one_run_however_the_clocks_change(zoned: str, month: int) -> None:
    hours = f"{zoned} Europe/Berlin"
    now, due, runs = utc(f"2026-{month:02}-20T12:00"), utc(f"2026-{month:02}-20T12:00"), []
    while now < utc(f"2026-{month:02}-30T12:00"):
        if now >= due and opens_at(hours, now) == now:
            runs.append(now)
            now += timedelta(minutes=12)
            due = next_due(hours, 86_400, now)
        now += timedelta(minutes=3)
    nights = [(run - timedelta(hours=12)).date() for run in runs]
    assert len(nights) == len(set(nights)) == 10


def test_several_runs_a_night_keep_their_interval() -> None:
    now = utc("2026-05-01T20:00")
    assert next_due(NAIROBI, 3600, now) == now + timedelta(hours=1)
