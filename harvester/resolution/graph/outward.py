"""The order of pairs by what a word on them is worth, walked outward from probability 0.5; it knows no tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush
from math import log2
from typing import NamedTuple

_MOST_VISIBLE = 16
_LEAST = 2
"""Two records stand behind any pair of two things."""
_FIRST, _MOST = 100, 2_000
_SLACK = 1e-9


class Mark(NamedTuple):
    """Where a pair stands in its list, to go on after it: its rank, from the highest, and its judgement's number."""

    rank: float
    id: int


class Met(NamedTuple):
    """A pair as the walk meets it: its probability, its judgement's number, how many records stand behind it."""

    chance: float
    id: int
    records: int


class Step(NamedTuple):
    """What to read next: at most ``limit`` pairs, by rising probability and number, or by falling where not ``is_up``.

    They lie from ``chance`` on, those of that very probability behind the number ``id``; without one, all of them.
    Upward is from 0.5 on, downward below it.
    """

    is_up: bool
    chance: float
    id: int | None
    limit: int


Read = Callable[[Step], Sequence[Met]]


def seen(records: int) -> float:
    """Give how visible so many records make a pair; of more than a few it is not said how many."""
    return log2(1 + min(records, _MOST_VISIBLE))


def uncertainty(chance: float) -> float:
    """Give 1 at probability 0.5, 0 at 0 and 1."""
    return 1.0 - abs(2.0 * chance - 1.0)


def walk(read: Read, after: Mark | None = None) -> Iterator[Mark]:
    """Yield the pairs behind a mark, or all, those of the highest rank first; it reads little more than is taken.

    A rank is uncertainty times visibility. What is not met yet is no more uncertain than what is, and no more visible
    than anything may be: a pair that ranks above both is the next.
    """
    steps = [_first(after, is_up=is_up) for is_up in (True, False)]
    heap: list[tuple[float, int]] = []
    while steps:
        nearest = max(steps, key=_bound)
        while heap and -heap[0][0] > _bound(nearest):
            yield _next(heap)
        met = read(nearest)
        for each in met:
            mark = Mark(uncertainty(each.chance) * seen(each.records), each.id)
            if after is None or (-after.rank, after.id) < (-mark.rank, mark.id):
                heappush(heap, (-mark.rank, mark.id))
        steps.remove(nearest)
        if len(met) == nearest.limit:
            further = min(2 * nearest.limit, _MOST)
            steps.append(Step(nearest.is_up, met[-1].chance, met[-1].id, further))
    while heap:
        yield _next(heap)


def _first(after: Mark | None, *, is_up: bool) -> Step:
    """Give the first step of a side: behind a mark nothing is so uncertain that the least visible would rank above."""
    most = 1.0 if after is None else min(1.0, after.rank / seen(_LEAST) + _SLACK)
    return Step(is_up, 1.0 - most / 2 if is_up else most / 2, None, _FIRST)


def _bound(step: Step) -> float:
    return uncertainty(step.chance) * seen(_MOST_VISIBLE)


def _next(heap: list[tuple[float, int]]) -> Mark:
    rank, number = heappop(heap)
    return Mark(-rank, number)
