"""Which records stand together under scored pairs: best first, and never across what keeps them apart; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

Name = TypeVar("Name", str, int, tuple[str, str])
LEAST_SUPPORT = 0.5
"""So large a share of the pairs across two groups must speak for joining them, or the bridge is too weak."""


class Bridge(NamedTuple):
    """A pair that may be one thing, by position, and how likely."""

    a: int
    b: int
    probability: float


def group(
    size: int,
    bridges: Iterable[Bridge],
    may_join: Callable[[Sequence[int], Sequence[int]], bool],
    *,
    least_support: float = LEAST_SUPPORT,
) -> list[list[int]]:
    """Group positions 0 … size-1; the same bridges in any order give the same groups.

    Bridges are taken from the likeliest on. One joins two groups unless ``may_join`` says no, or too few of the pairs
    across the two are bridges themselves.
    """
    ordered = sorted(bridges, key=lambda each: (-each.probability, each.a, each.b))
    neighbours: dict[int, set[int]] = {}
    for a, b, _ in ordered:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)
    group_of = list(range(size))
    groups: dict[int, list[int]] = {}
    for a, b, _ in ordered:
        home, guest = group_of[a], group_of[b]
        if home == guest:
            continue
        members, others = groups.get(home, [home]), groups.get(guest, [guest])
        if len(members) < len(others):
            home, guest, members, others = guest, home, others, members
        if not _is_supported(members, others, neighbours, least_support) or not may_join(members, others):
            continue
        for each in others:
            group_of[each] = home
        groups[home] = [*members, *others]
        groups.pop(guest, None)
    joined = {each for members in groups.values() for each in members}
    alone = [[each] for each in range(size) if each not in joined]
    return sorted([*(sorted(members) for members in groups.values()), *alone])


def _is_supported(
    members: Sequence[int], others: Sequence[int], neighbours: dict[int, set[int]], least_support: float
) -> bool:
    pairs = len(members) * len(others)
    if pairs == 1:
        return True
    wanted = least_support * pairs
    met = 0
    inside = set(members)
    for other in others:
        met += len(neighbours[other] & inside)
        if met >= wanted:
            return True
    return False
