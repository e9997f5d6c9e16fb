"""Dates people write are read; what is no date, or two, is not."""

from __future__ import annotations

import pytest

from harvester.crosswalks.dates_in_words import find_written_date
from harvester.crosswalks.dc_dates import find_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("20181128", "2018-11-28"),
        ("201811", "2018-11"),
        ("20181128101112", "2018-11-28"),
        ("2018-11-28+02:00", "2018-11-28"),
        ("2018-11-28T10:11:12 UTC", "2018-11-28T10:11:12Z"),
        ("11/2018", "2018-11"),
        ("November 28th, 2018", "2018-11-28"),
        ("1er mars 2010", "2010-03-01"),
        ("1 de mayo de 2019", "2019-05-01"),
        ("5 août 2001", "2001-08-05"),
        ("1. März 2019", "2019-03-01"),
        ("3 мая 2019 г.", "2019-05-03"),
        ("2008 Oct", "2008-10"),
        ("Thu, 01 May 2008 12:00:00 +0200", "2008-05-01T10:00:00Z"),
    ],
)
def test_a_date_in_words_or_without_separators_is_read(text: str, date: str) -> None:
    assert find_date(text) == find_written_date(text) == date


@pytest.mark.parametrize(
    "text", ["Spring 2010", "Nov 2018 - Dec 2018", "May 32, 2018", "12345678", "20181345", "ongoing", "May", "x" * 50]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert find_written_date(text) is None
