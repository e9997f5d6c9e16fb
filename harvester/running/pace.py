"""How slowly a host wants to be asked: a value that the fetchers of one run share. Asks nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 60.0


@dataclass(slots=True)
class Pace:
    """The least seconds between two requests, beside the fetcher's own; ``slowed`` where the host asked for more."""

    delay_s: float = 0.0
    slowed: bool = False

    def slow_down(self) -> None:
        """Leave twice the time, up to a minute (RFC 6585 §4: too many requests)."""
        self.delay_s = min(max(2 * self.delay_s, FIRST_DELAY_S), LONGEST_DELAY_S)
        self.slowed = True


@runtime_checkable
class Paced(Protocol):
    """Whatever can be told the pace of a host."""

    pace: Pace
