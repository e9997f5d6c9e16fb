"""Which known series a title belongs to, and its place in it: "national-report" 5, "nbsap" 2011-2020; pure."""

from __future__ import annotations

import re
from functools import lru_cache

from harvester.resolution.forms.phrase_series import find_phrase
from harvester.resolution.forms.report_series import find_report
from harvester.resolution.forms.slots import NONE, Series
from harvester.resolution.forms.titles import Title
from harvester.resolution.forms.treaty_series import find_decision, find_meeting

__all__ = ["NONE", "Series", "find_series", "numbers_of", "without_place"]

_FIGURES = re.compile(r"\d+")
_OF_PLACES = frozenset(
    {"number", "cop", "mop", "sbstta", "sbi", "meeting", "session", "edition", "nr", "gbo", "bur", "ndc", "nc"}
)


def find_series(title: Title, *, kind: str = "", told: str = "") -> Series:
    """Give the series a title belongs to, ``NONE`` where it belongs to none known.

    ``kind`` is the record's type and ``told`` what it calls itself ("nationalReport", "nbsap"). A place left empty was
    not understood.
    """
    found = find_decision(title, kind)
    if found is NONE and kind == "event":
        found = find_meeting(title)
    if found is NONE:
        found = find_phrase(title)
    return find_report(title, told) if found is NONE else found


@lru_cache(maxsize=4_096)
def numbers_of(series: Series) -> frozenset[str]:
    """Give the numbers a place was read from, which tell nothing more: 4 and 2 of the decision "cop-4/2"."""
    return frozenset(_FIGURES.findall(series.slot)) if series.slot else frozenset()


def without_place(parts: set[tuple[str, str]], series: Series) -> set[tuple[str, str]]:
    """Give typed numbers without those that only repeat the place in the series: "report no 6" of the sixth."""
    said = numbers_of(series) if parts and series.slot else None
    if not said or not any(value in said for _, value in parts):
        return parts
    return {(kind, value) for kind, value in parts if kind not in _OF_PLACES or value not in said}
