"""Days and months written out in titles, in six languages: "October 1, 2002", "8 ديسمبر 2000", "2002年10月1日"; pure.

A date of figures alone is read where the year stands first, where full stops part it (the day is first then), and
where only one order of day and month is possible.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from harvester.resolution.forms.folding import flatten

_MONTHS = (
    "january jan janvier janv enero ene января январь январе янв يناير جانفي",
    "february feb fevrier fevr fev febrero февраля февраль феврале фев فبراير فيفري شباط",
    "march mar mars marzo марта март марте мар مارس اذار",
    "april apr avril avr abril abr апреля апрель апреле апр ابريل افريل نيسان",
    "may mai mayo мая май мае маи مايو ماي ايار",
    "june jun juin junio июня июнь июне يونيو يونيه جوان حزيران",
    "july jul juillet juil julio июля июль июле يوليو يوليه جويليه تموز",
    "august aug aout agosto ago августа август августе авг اغسطس اوت اب",
    "september sept sep septembre septiembre setiembre сентября сентябрь сентябре сент سبتمبر ايلول",
    "october oct octobre octubre октября октябрь октябре окт اكتوبر",
    "november nov novembre noviembre ноября ноябрь ноябре نوفمبر",
    "december dec decembre diciembre dic декабря декабрь декабре дек ديسمبر",
)
_OF_TWO = {"كانون الثاني": 1, "تشرين الاول": 10, "تشرين الثاني": 11, "كانون الاول": 12}
_NAME = "|".join(sorted({*" ".join(_MONTHS).split(), *_OF_TWO}, key=lambda name: (-len(name), name)))
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|o|-?(?:го|е))?"
_FROM = r"(?:(\d{1,2})(?:st|nd|rd|th|er|-?(?:го|е))? ?(?:-|~|to|au|al|a|по|الي) ?)?"
_YEAR = r"((?:1[89]|20)\d\d)(?!\d)"
_DAY_FIRST = re.compile(rf"(?<![\d.,/-]){_FROM}{_DAY}[. ] ?(?:de |of )?({_NAME})\b\.?,?(?: (?:de|del|of))? ?{_YEAR}")
_MONTH_FIRST = re.compile(rf"(?<!\w)({_NAME})\.? {_FROM}{_DAY},? {_YEAR}")
_MONTH_ALONE = re.compile(rf"(?<!\w)({_NAME})\.?,?(?: (?:de|del|of))? ?{_YEAR}")
_CHINESE = re.compile(r"((?:1[89]|20)\d\d) ?年 ?(\d{1,2}) ?月(?: ?(\d{1,2}) ?日)?")
_FIGURES = re.compile(r"(?<![\d./-])((?:1[89]|20)\d\d)([-./])(\d\d)\2(\d\d)(?![\d/-])")
_FIGURES_BACK = re.compile(r"(?<![\d./-])(\d\d?)([-./])(\d\d?)\2((?:1[89]|20)\d\d)(?![\d/-])")
_SIGN = re.compile(r"\d[-./]\d")


class Dates(NamedTuple):
    """The dates in a title: typed, as ("date", "2002-10-01") or ("month", "2002-10"), and where they are written."""

    parts: set[tuple[str, str]]
    spans: list[tuple[int, int]]


@cache
def _months() -> dict[str, int]:
    return {name: at for at, names in enumerate(_MONTHS, 1) for name in names.split()} | _OF_TWO


@cache
def _first_words() -> frozenset[str]:
    return frozenset(name.split()[0] for name in _months())


def find_dates(words: list[str], smoothed: str) -> Dates | None:
    """Give the dates of a title that names a year; ``words`` are those of the title with its punctuation."""
    found = Dates(set(), [])
    if not _first_words().isdisjoint(words):
        _read(_DAY_FIRST, smoothed, found, "sdmy")
        _read(_MONTH_FIRST, smoothed, found, "msdy")
        _read(_MONTH_ALONE, smoothed, found, "my")
    if "月" in smoothed:
        _read(_CHINESE, smoothed, found, "ymd")
    if _SIGN.search(smoothed):
        _read(_FIGURES, smoothed, found, "y-md")
        for match in _FIGURES_BACK.finditer(smoothed):
            first, second = int(match[1]), int(match[3])
            if match[2] == "." or first > 12 or first == second:
                _add(found, match, {"d": match[1], "m": match[3], "y": match[4]})
            elif second > 12:
                _add(found, match, {"d": match[3], "m": match[1], "y": match[4]})
    return found if found.spans else None


def _read(pattern: re.Pattern[str], smoothed: str, found: Dates, order: str) -> None:
    for match in pattern.finditer(smoothed):
        if all(match.end() <= start or match.start() >= end for start, end in found.spans):
            _add(found, match, {name: match[at] or "" for at, name in enumerate(order, 1)})


def _add(found: Dates, match: re.Match[str], said: dict[str, str]) -> None:
    """Keep a date, of a stretch of days the first and the last; one that cannot be is none."""
    month = _months().get(said["m"]) or (int(said["m"]) if said["m"].isdigit() else 0)
    days = [int(day) for day in (said.get("s", ""), said.get("d", "")) if day]
    if not 0 < month < 13 or not all(0 < day < 32 for day in days) or days != sorted(days):
        return
    found.spans.append(match.span())
    if days:
        found.parts.update(("date", f"{said['y']}-{month:02}-{day:02}") for day in days)
    else:
        found.parts.add(("month", f"{said['y']}-{month:02}"))


def without_dates(smoothed: str, found: Dates) -> str:
    """Give a title with as many blots as a date has words in place of each, so that the places of other words stay."""
    for start, end in sorted(found.spans, reverse=True):
        blots = " date" * len(flatten(smoothed[start:end]).split())
        smoothed = f"{smoothed[:start]}{blots} {smoothed[end:]}"
    return smoothed
