"""What became of the records of a run, as numbers that always add up. Values only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from time import perf_counter

OUTCOMES = ("created", "updated", "unchanged", "deleted", "refused", "failed", "held")


@dataclass(slots=True)
class Counts:
    """Records read and their outcomes; ``warned`` counts accepted records that have problems all the same.

    ``held`` are changes put off until the run is judged as a whole, or until a person has decided.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    refused: int = 0
    failed: int = 0
    held: int = 0
    warned: int = 0

    def add(self, outcome: str, number: int = 1) -> None:
        """Count an outcome, not the reading."""
        setattr(self, outcome, getattr(self, outcome) + number)

    def take(self, other: Counts) -> None:
        """Add other counts to these."""
        for each in fields(self):
            self.add(each.name, getattr(other, each.name))

    def as_dict(self) -> dict[str, int]:
        """Give the numbers by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def check(self) -> None:
        """Raise CountsWrong unless every record read has exactly one outcome."""
        if self.read != sum(getattr(self, outcome) for outcome in OUTCOMES):
            raise CountsWrong(self.as_dict())


class CountsWrong(AssertionError):
    """A record was read and has no outcome, or has two: the page is not saved."""


@dataclass(slots=True)
class Stopwatch:
    """Seconds spent by stage; a stage inside another counts for itself only, so that all add up."""

    seconds: dict[str, float] = field(default_factory=dict)
    at: str = ""
    """The stage in hand; after an exception the innermost one it came from."""
    _inside_s: float = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the block's time for the stage."""
        outside_s, self._inside_s = self._inside_s, 0.0
        outside, self.at = self.at, name
        began = perf_counter()
        try:
            yield
        finally:
            took_s = perf_counter() - began
            self.seconds[name] = self.seconds.get(name, 0.0) + took_s - self._inside_s
            self._inside_s = outside_s + took_s
        self.at = outside
