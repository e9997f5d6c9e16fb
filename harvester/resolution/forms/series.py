"""Which known series a title belongs to, and its place in it: "national-report" 5, "nbsap" 2011-2020; pure."""

from __future__ import annotations

from harvester.resolution.forms.phrase_series import find_phrase
from harvester.resolution.forms.report_series import find_report
from harvester.resolution.forms.slots import NONE, Series
from harvester.resolution.forms.titles import Title
from harvester.resolution.forms.treaty_series import find_decision, find_meeting

__all__ = ["NONE", "Series", "find_series"]


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
