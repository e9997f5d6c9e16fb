"""The numbers of a title by what they count: volume, part, phase, edition, session, year, period; the rest apart; pure.

Typed, not blanket: another volume is another thing, while "Natura 2000" and its lack tell nothing.
"""

from __future__ import annotations

import re

from harvester.resolution.forms.folding import flatten
from harvester.resolution.forms.months import find_dates, without_dates
from harvester.resolution.forms.number_walk import Numbers, Walk, telling_words
from harvester.resolution.forms.ordinals import find_chinese
from harvester.resolution.forms.part_words import CHINESE_COUNT, CHINESE_HALF, CHINESE_HALVES, CHINESE_WORDS
from harvester.resolution.forms.sheets import read_sheets

__all__ = ["Numbers", "read_numbers"]

_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_PERIOD = re.compile(
    r"(?<![\d/-])((?:19|20)\d\d) ?年?(?: ?[-/~] ?| (?:to|a|au|al|hasta|until|through|по|до|الي|حتي) | ?[至到] ?)"
    r"((?:19|20)\d\d|\d\d)(?![\d/-])"
)
_DECIMAL = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3})+(?![\d.])")
_VERSION = re.compile(r"\bv\d+(?:\.\d+)+")
_SCALE = re.compile(r"(?<![\d.])1 ?[:/] ?(\d{1,3}(?:[ .,]000){1,2}|\d{2,4}000)(?!\d)")
_NUMBERED = re.compile(r"\b(?:no?|nr|num|numero|رقم)[.° ]*$")
_LONGEST_PERIOD = 60


def read_numbers(words: list[str], smoothed: str) -> Numbers:
    """Give the numbers among a title's collapsed words; ``smoothed`` is the title with its punctuation."""
    found = Numbers()
    text = smoothed
    if not smoothed.isascii():
        halves = CHINESE_HALF.findall(smoothed)
        found.parts.update(("volume", CHINESE_HALVES[half or bracketed]) for half, bracketed in halves)
    if not smoothed.isascii() and CHINESE_COUNT.search(smoothed):
        _read_chinese(smoothed, found)
        text = CHINESE_COUNT.sub(" ", smoothed)
        words = flatten(text).split()
    telling = telling_words()
    places = [at for at, word in enumerate(words) if word in telling or not word.isalpha()]
    if not places:
        return found
    decimals: list[list[str]] = []
    if not smoothed.isalpha():
        sheets, text = read_sheets(text)
        found.parts.update(("sheet", code) for code in sheets)
        scaled = "1:" in text or "1 :" in text or "1/" in text
        if scaled:
            text = _read_scale(text, found)
        if sheets or scaled:
            words = flatten(text).split()
            places = [at for at, word in enumerate(words) if word in telling or not word.isalpha()]
        _read_years(text, found)
        if found.years and (dates := find_dates(words, text)) is not None:
            found.parts |= dates.parts
            words = flatten(without_dates(text, dates)).split()
            places = [at for at, word in enumerate(words) if word in telling or not word.isalpha()]
        if "." in smoothed:
            written = [*_DECIMAL.findall(smoothed), *_VERSION.findall(smoothed)]
            decimals = [each.split(".") for each in written]
    Walk(words, found, decimals).run(places)
    return found


def _read_scale(text: str, found: Numbers) -> str:
    """Read the scale of a map, "1:250 000", and give the title with blots of as many words in its place."""

    def blot(match: re.Match[str]) -> str:
        found.parts.add(("scale", re.sub(r"\D", "", match[1])))
        return " scale" * len(flatten(match[0]).split())

    return _SCALE.sub(blot, text)


def _read_years(smoothed: str, found: Numbers) -> None:
    years = _YEAR.findall(smoothed)
    if not years:
        return
    for match in _PERIOD.finditer(smoothed):
        first, last = match[1], match[2]
        if len(last) == 2:
            if _NUMBERED.search(smoothed, 0, match.start()):
                continue  # "Loi no 2004-12"
            last = first[:2] + last
        if 0 < int(last) - int(first) <= _LONGEST_PERIOD:
            found.periods.append(f"{first}-{last}")
            found.parts.add(("period", f"{first}-{last}"))
    inside = {year for period in found.periods for year in period.split("-")}
    for year in years:
        if year not in inside:
            found.years.append(int(year))
            found.parts.add(("year", year))


def _read_chinese(smoothed: str, found: Numbers) -> None:
    for match in CHINESE_COUNT.finditer(smoothed):
        value = find_chinese(match[1] or match[4])
        if value is None:
            continue
        kind = CHINESE_WORDS[match[2] or match[3]]
        if kind:
            found.parts.add((kind, str(value)))
        else:
            found.ordinals.append((-1, value))
            found.others.add(str(value))
