"""Dates as repositories write them → partial dates; what cannot be read is given back as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from harvester.crosswalks.dates_in_words import find_written_date
from vocabularies.record import Temporal
from vocabularies.text import parse_partial_date

_NUMBERS = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_YEAR = re.compile(r"[\[(]?\s*(?:c|ca\.?|circa|©|cop\.?|p)?\s*(\d{4})\s*\??\s*[\])]?\.?", re.IGNORECASE)
_PERIOD = re.compile(r"(.{4,25}?)\s*(?:/|\s-\s|–|—|\.\.|\bto\b)\s*(.{4,25})|(\d{4})-(\d{4})")
_DCMI_PERIOD = re.compile(r"\b(start|end)\s*=\s*([^;]+)", re.IGNORECASE)


@lru_cache(maxsize=8192)
def find_date(text: str) -> str | None:
    """Give a partial date, or None: W3CDTF, ``2004/5/1``, ``31.12.2004``, ``[2003?]``, ``c1999``, ``2003-00-00``.

    And those that dates_in_words reads. Day and month in doubt (``05/06/2004``) are not guessed: the year is kept.
    """
    plain = text.strip()
    try:
        return parse_partial_date(plain)
    except ValueError:
        pass
    if match := _NUMBERS.fullmatch(plain):
        return _from_parts(match[1], match[2], match[3])
    if match := _DAY_FIRST.fullmatch(plain):
        first, second = int(match[1]), int(match[2])
        if first > 12 or first == second:
            return _from_parts(match[3], match[2], match[1])
        return _from_parts(match[3], match[1], match[2]) if second > 12 else match[3]
    if match := _YEAR.fullmatch(plain):
        return match[1] if match[1] != "0000" else None
    return find_written_date(plain)


def _from_parts(year: str, month: str, day: str | None) -> str | None:
    parts = [year]
    for part in (month, day):
        if part is None or int(part) == 0:
            break
        parts.append(part.zfill(2))
    try:
        return parse_partial_date("-".join(parts))
    except ValueError:
        return None


def to_issued(texts: Iterable[str]) -> tuple[str | None, list[str]]:
    """Give the date of issue, and the other texts: the earliest of the dates without a time of day, else the earliest.

    DSpace writes when it took the item in and when it opened it, to the second, beside the day of issue.
    """
    dates: list[tuple[bool, str, str]] = []
    rest: list[str] = []
    for text in texts:
        found = find_date(text)
        if found is None:
            rest.append(text)
        else:
            dates.append(("T" in found, found, text))
    dates.sort()
    return (dates[0][1] if dates else None), [text for _, _, text in dates[1:]] + rest


@lru_cache(maxsize=8192)
def find_period(text: str) -> Temporal | None:
    """Give the period a coverage text states (a date, ``a/b``, ``1990-2000`` or DCMI ``start=…; end=…``), or None."""
    named = {name.lower(): find_date(value) for name, value in _DCMI_PERIOD.findall(text)}
    if named.get("start") or named.get("end"):
        return Temporal(start=named.get("start"), end=named.get("end"))
    if date := find_date(text):
        return Temporal(start=date, end=date)
    if match := _PERIOD.fullmatch(text.strip()):
        start, end = find_date(match[1] or match[3]), find_date(match[2] or match[4])
        if start and end and start <= end:
            return Temporal(start=start, end=end)
    return None
