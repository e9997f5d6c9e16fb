"""Lists of different lengths held as arrays, and those of pairs of records brought together; pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from harvester.resolution.batch.portions import Ragged

Index = npt.NDArray[np.int64]


def crossed(starts: tuple[Index, Index], counts: tuple[Index, Index]) -> tuple[Index, Index, Index]:
    """Give every entry of each pair's first list with every entry of its second.

    ``starts`` and ``counts`` say where both lists lie. Gives three arrays: which pair, which entry, which other entry.
    """
    width = counts[1]
    total = counts[0] * width
    pair = np.repeat(np.arange(len(total)), total)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(total) - total, total)
    row = within // np.maximum(width, 1)[pair]
    return pair, starts[0][pair] + row, starts[1][pair] + within - row * width[pair]


def spread(starts: Index, counts: Index) -> tuple[Index, Index]:
    """Give every entry of the lists: which list, which entry."""
    which = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return which, starts[which] + within


def shares_any(lists: Ragged, first: npt.NDArray[Any], second: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Tell for each pair of lists whether they have a value in common."""
    lengths = lists.lengths()
    starts = lists.ends - lengths
    shared = np.zeros(len(first), np.bool_)
    for part in parts_of(len(first), 500_000):
        some, others = first[part], second[part]
        pair, entry, other = crossed((starts[some], starts[others]), (lengths[some], lengths[others]))
        shared[part.start + pair[lists.values[entry] == lists.values[other]]] = True
    return shared


def parts_of(count: int, size: int) -> Iterator[slice]:
    """Yield the parts of so many things, none greater than ``size``."""
    yield from (slice(start, min(start + size, count)) for start in range(0, count, size))
