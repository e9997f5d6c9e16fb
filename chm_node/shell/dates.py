"""Dates as a reader writes them, in the six languages; partial dates stay as partial as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

_PARTIAL = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?\Z")
_MONTHS: Mapping[str, str] = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ar": "كانون_الثاني/يناير شباط/فبراير آذار/مارس نيسان/أبريل أيار/مايو حزيران/يونيه تموز/يوليه آب/أغسطس "
    "أيلول/سبتمبر تشرين_الأول/أكتوبر تشرين_الثاني/نوفمبر كانون_الأول/ديسمبر",
    "zh": "1 2 3 4 5 6 7 8 9 10 11 12",
}
"""As they stand after the number of the day; in Arabic both names, as the United Nations write them."""
_RUSSIAN_ALONE = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"
_DAY: Mapping[str, str] = {
    "es": "{day} de {month} de {year}",
    "ru": "{day} {month} {year} г.",
    "zh": "{year}年{month}月{day}日",
}
_MONTH: Mapping[str, str] = {"es": "{month} de {year}", "ru": "{month} {year} г.", "zh": "{year}年{month}月"}
_COMMA: Mapping[str, str] = {"ar": "، ", "zh": " "}


def format_date(text: str, language: str) -> str:
    """Give an ISO date, month or instant as prose has it; a bare year, or any other text, as it is."""
    if len(text) > 10:
        return _instant(text, language)
    if not (match := _PARTIAL.match(text)) or not 1 <= int(match[2]) <= 12:
        return text
    year, number, day = match.groups()
    names = _RUSSIAN_ALONE if language == "ru" and day is None else _MONTHS.get(language, _MONTHS["en"])
    month = names.split()[int(number) - 1].replace("_", " ")
    if day is None:
        return _MONTH.get(language, "{month} {year}").format(month=month, year=year)
    first = "1er" if language == "fr" and day == "01" else str(int(day))
    return _DAY.get(language, "{day} {month} {year}").format(day=first, month=month, year=year)


def _instant(text: str, language: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    at = at.astimezone(UTC) if at.tzinfo else at
    zone = " UTC" if at.tzinfo else ""
    return f"{format_date(f'{at:%Y-%m-%d}', language)}{_COMMA.get(language, ', ')}{at:%H:%M}{zone}"
