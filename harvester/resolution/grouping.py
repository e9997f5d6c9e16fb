"""Groups of positions under way, and whether what lies between two of them speaks for joining them; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product

EXEMPLARS = 16
"""No more members of a group are compared with those of another: in a large one some stand for all."""
LEAST_MEAN = 1.0
"""So many bits a pair must speak for joining two groups, on the average of the pairs across them."""
LEANING = 0.6
"""From so many bits on a pair leans towards one thing (a probability of 0.6)."""
_MANY = 16
Evidence = Callable[[int, int], float]
"""Gives how many bits speak for two positions being one thing, as a function of the two alone."""


class Groups:
    """Groups of positions by the least of each, when they begin alone; a group is joined with another, never parted."""

    def __init__(self, positions: Iterable[int]) -> None:
        """Begin with every position alone."""
        self.by_home = {at: [at] for at in positions}
        self.home_of = {at: at for at in self.by_home}

    def join(self, one: int, other: int, may: Callable[[int, int], bool]) -> bool:
        """Join the groups of two positions where ``may`` says so of their homes; tell whether they are one group."""
        home, guest = sorted((self.home_of[one], self.home_of[other]))
        if home != guest and not may(home, guest):
            return False
        if home != guest:
            moved = self.by_home.pop(guest)
            self.by_home[home].extend(moved)
            self.home_of.update(dict.fromkeys(moved, home))
        return True


def is_supported(some: Sequence[int], others: Sequence[int], evidence: Evidence) -> bool:
    """Tell whether two groups may be joined by a pair that is likely one thing: two alone may.

    Of larger ones the pairs across must speak for it on the average, or where they are many half of them lean to it.
    Which members stand for a large group depends on nothing but who belongs to it.
    """
    if len(some) == len(others) == 1:
        return True
    found = [evidence(one, other) for one, other in product(_exemplars(some), _exemplars(others))]
    if sum(found) >= LEAST_MEAN * len(found):
        return True
    return len(found) >= _MANY and 2 * sum(bits >= LEANING for bits in found) >= len(found)


def _exemplars(group: Sequence[int]) -> list[int]:
    members = sorted(group)
    if len(members) <= EXEMPLARS:
        return members
    last = len(members) - 1
    return [members[at * last // (EXEMPLARS - 1)] for at in range(EXEMPLARS)]
