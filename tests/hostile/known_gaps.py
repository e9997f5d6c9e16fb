"""What the matrix cannot show: reactions still missing, each with the mechanism it needs, and what is no play."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Gap(NamedTuple):
    """What does not happen yet, and what has to be built for it."""

    missing: str
    needs: str


KNOWN_GAPS: Mapping[str, Gap] = {}

_RESOLUTION = "tests/harvester/test_resolution_federation.py"
_RUNS = "tests/harvester/test_runs_leases.py"
_DESK = "no provider's doing: the pages and reports of the secretariat"

ELSEWHERE: Mapping[str, str] = {
    "F13": _RESOLUTION,
    "F14": "no provider's doing: a source is only removed under its lease, " + _RUNS,
    "F15": "no provider's doing: removing and adding a source",
    "F16": "no provider's doing: removing a large source",
    "F41": "no provider's doing: tests/harvester/test_runs_hours.py",
    "F59": _RESOLUTION,
    "F61": "tests/harvester/test_resolution_origin.py",
    "F62": "tests/harvester/test_runs_remarks.py",
    "F63": "fuzzy matching, not built yet",
    "F65": _RESOLUTION,
    "F67": _RUNS,
    "F68": _RUNS,
    "F69": "tests/harvester/test_schedule_worker.py",
    "F72": "no provider's doing: tests/harvester/test_runs_turns.py",
    "F73": "no provider's doing: tests/harvester/test_crash_database.py",
    "F74": "no provider's doing: the search index",
    "F75": "tests/harvester/test_debts.py",
    "F77": "make bench",
    "F79": _RUNS,
    "F80": "no provider's doing: tests/harvester/test_runs_turns.py",
    "F83": "tests/hostile/test_hostile_native.py and " + _RUNS,
    "F85": "tests/harvester/test_isolation.py",
    "F86": "tests/harvester/test_reconciliation.py",
    "F88": "a server behind HTTPS: tests/hostile/test_hostile_certificates.py",
    "F90": _DESK,
    "F91": _DESK,
    "F92": _DESK,
    "F93": "tests/harvester/test_reconciliation.py",
    "H45": "tests/contract/test_centres_of_each_other.py",
    "F95": "tests/harvester/test_notices.py",
    "H46": "tests/harvester/test_crash_two_hundred.py and test_crash_database.py",
    "H47": _RUNS,
}

_NUMBERS_F = (
    "1 2 3 4 5 7 8 9 10 11 13 14 15 16 18 19 21 22 23 24 26 27 28 30 32 33 35 37 38 39 41 42 43 44 46 47 48 50 51 52 "
    "54 55 56 57 59 61 62 63 65 67 68 69 70 71 72 73 74 75 77 78 79 80 81 82 83 85 86 87 88 89 90 91 92 93 95"
)
EVERY_ID = (*(f"F{int(number):02}" for number in _NUMBERS_F.split()), *(f"H{number:02}" for number in range(1, 51)))
"""Every number of the two lists."""
