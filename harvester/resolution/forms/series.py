"""Which known series a title belongs to, and its place in it: "national-report" 5, "nbsap" 2011-2020; pure."""

from __future__ import annotations

from harvester.resolution.forms.numerals import Numbers
from harvester.resolution.forms.phrase_series import find_phrase
from harvester.resolution.forms.report_series import find_report
from harvester.resolution.forms.slots import NONE, Series
from harvester.resolution.forms.treaty_series import find_decision, find_meeting

__all__ = ["NONE", "Series", "find_series"]


def find_series(words: list[str], smoothed: str, numbers: Numbers, *, kind: str = "", told: str = "") -> Series:
    """Give the series a title belongs to, ``NONE`` where it belongs to none known.

    ``words`` are the title's collapsed ones, ``smoothed`` the title with its punctuation; ``kind`` is the record's type
    and ``told`` what it calls itself ("nationalReport", "nbsap"). A place left empty was not understood.
    """
    found = find_decision(smoothed)
    if found is NONE and kind == "event":
        found = find_meeting(" ".join(words), numbers)
    if found is NONE:
        found = find_phrase(" ".join(words), numbers)
    return find_report(words, smoothed, numbers, told=told) if found is NONE else found
