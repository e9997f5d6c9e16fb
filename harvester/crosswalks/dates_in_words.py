"""Dates written for people, or without separators → partial dates: “28 Nov 2018”, ``20181128``. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from vocabularies.skos import fold
from vocabularies.text import parse_partial_date

_MONTHS: tuple[str, ...] = (
    "january jan janvier janv enero ene janeiro januar januari января январь",
    "february feb fevrier fevr febrero fevereiro fev februar februari февраля февраль",
    "march mar mars marzo marco marz maerz mrz maart марта март",
    "april apr avril avr abril abr апреля апрель",
    "may mai mayo maio mei мая маи май",
    "june jun juin junio junho juni июня июнь",
    "july jul juillet juil julio julho juli июля июль",
    "august aug aout agosto ago augustus августа август",
    "september sept sep septembre septiembre setiembre setembro set сентября сентябрь",
    "october oct octobre octubre outubro out oktober okt октября октябрь",
    "november nov novembre noviembre novembro ноября ноябрь",
    "december dec decembre diciembre dic dezembro dez dezember decembrie декабря декабрь",
)
_MONTH: Mapping[str, int] = {word: place for place, words in enumerate(_MONTHS, 1) for word in words.split()}
_COMPACT = re.compile(r"((?:1[5-9]|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?(?:T?\d{6}Z?)?")
_ZONED_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:?\d\d)")
_NAMED_ZONE = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(?:UTC|GMT|Z)", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"(0?[1-9]|1[0-2])[-/.](\d{4})")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "de", "del", "of", "do", "le", "the", "г", "года"})
_LONGEST = 40


def find_written_date(text: str) -> str | None:
    """Give a partial date, or None. Of a date with a time in words only an RFC 5322 one keeps its time."""
    plain = text.strip()
    if len(plain) > _LONGEST:
        return None
    if match := _COMPACT.fullmatch(plain):
        return _checked("-".join(filter(None, match.groups())))
    if match := _ZONED_DAY.fullmatch(plain) or _NAMED_ZONE.fullmatch(plain):
        return _checked(match[1])
    if match := _MONTH_YEAR.fullmatch(plain):
        return _checked(f"{match[2]}-{match[1].zfill(2)}")
    return _mail_date(plain) or _from_words(plain)


def _mail_date(text: str) -> str | None:
    if ":" not in text:
        return None
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return _checked((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat())


def _from_words(text: str) -> str | None:
    """Read one month's name, one year and at most one day; anything else in it makes it no date."""
    words = [fold(word) for word in _WORD.findall(text)]
    months = [_MONTH[word] for word in words if word in _MONTH]
    years = [word for word in words if len(word) == 4 and word.isdecimal()]
    days = [word for word in words if len(word) <= 2 and word.isdecimal()]
    rest = [word for word in words if not word.isdecimal() and word not in _MONTH and word not in _ORDINALS]
    weekday = [word for word in rest if word[:3] in {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}]
    if len(months) != 1 or len(years) != 1 or len(days) > 1 or len(rest) > len(weekday):
        return None
    if len(words) != len(months) + len(years) + len(days) + sum(w in _ORDINALS for w in words) + len(weekday):
        return None
    return _checked("-".join([years[0], f"{months[0]:02}", *(day.zfill(2) for day in days)]))


def _checked(text: str) -> str | None:
    try:
        return parse_partial_date(text)
    except ValueError:
        return None
