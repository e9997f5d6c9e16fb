"""Dates read as a person writes them, and say no more than is known."""

from __future__ import annotations

import pytest

from chm_node.shell.dates import format_date


@pytest.mark.parametrize(
    ("date", "language", "written"),
    [
        ("2026-11-22", "en", "22 November 2026"),
        ("2026-11-01", "fr", "1er novembre 2026"),
        ("2026-11-22", "es", "22 de noviembre de 2026"),
        ("2026-11-22", "ru", "22 ноября 2026 г."),
        ("2026-11", "ru", "ноябрь 2026 г."),
        ("2026-11-22", "ar", "22 تشرين الثاني/نوفمبر 2026"),
        ("2026-11-02", "zh", "2026年11月2日"),
        ("2026-11", "zh", "2026年11月"),
        ("2026-11", "en", "November 2026"),
        ("2026", "fr", "2026"),
        ("2026-11-22T01:32:44Z", "en", "22 November 2026, 01:32 UTC"),
        ("2026-11-22T01:32:44+03:00", "fr", "21 novembre 2026, 22:32 UTC"),
        ("2026-13", "en", "2026-13"),
        ("next spring, perhaps", "en", "next spring, perhaps"),
    ],
)
def test_a_date_is_written_as_the_language_writes_it(date: str, language: str, written: str) -> None:
    assert format_date(date, language) == written
