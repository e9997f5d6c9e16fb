"""A known series of reports and a place in it; values only."""

from __future__ import annotations

from typing import NamedTuple


class Series(NamedTuple):
    """A series and a place in it; ``sure`` where no slip of the pen had to be allowed for."""

    name: str = ""
    slot: str = ""
    sure: bool = True


NONE = Series()
MAX_REPORT = 12
"""No series of reports has gone further yet; a greater number counts something else."""
