"""Which records share a blocking key, all of them at once, as arrays; reads and compares no record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
CHUNK = 4_000_000
"""So many pairs are held at a time; 16 bytes each while they are made unique."""


@dataclass(frozen=True, slots=True)
class Bearers:
    """The bearers of every key that two or more records bear, and not too many: a table of groups, end to end.

    ``number`` are the records, ascending inside each group; ``rest`` tells for each entry how many follow it in its
    group. ``stop`` are the keys borne by too many, with how many bear them.
    """

    number: Numbers
    rest: Numbers
    stop: tuple[tuple[int, int], ...]

    @property
    def pairs(self) -> int:
        """How many pairs the groups hold, one that shares two keys twice."""
        return int(self.rest.sum(dtype=np.int64))


def group(keys: Keys, numbers: Numbers, caps: Sequence[int]) -> Bearers:
    """Give the groups of records by key; ``keys[i]`` is borne by record ``numbers[i]``, no pair of them twice.

    A key brings nobody together that is borne by more than its two lowest bits allow: so many as ``caps`` has there.
    """
    if len(keys) and not bool(np.all(keys[1:] >= keys[:-1])):
        order = np.argsort(keys)
        keys, numbers = keys[order], numbers[order]
        del order
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.empty(0, np.int64)
    sizes = np.diff(starts, append=len(keys))
    most = np.array(caps)[keys[starts] & 3]
    common = np.flatnonzero(sizes > most)
    stop = tuple(zip(keys[starts[common]].tolist(), sizes[common].tolist(), strict=True))
    telling = (sizes > 1) & (sizes <= most)
    kept = numbers[np.repeat(telling, sizes)]
    sizes = sizes[telling]
    packed = (np.repeat(np.arange(len(sizes)), sizes) << 32) | kept  # one sort of group and number, not two
    packed.sort()
    kept = (packed & 0x7FFFFFFF).astype(np.int32)
    ends = np.repeat(np.cumsum(sizes), sizes)
    return Bearers(kept, (ends - np.arange(len(kept)) - 1).astype(np.int32), stop)


def iter_pairs(bearers: Bearers, *, chunk: int = CHUNK) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield every pair of records that share a group, once each, as two arrays: the lesser number and the greater.

    All pairs of one lesser number come in one chunk, so that none comes in two; the chunks are in its order. A chunk
    holds about ``chunk`` pairs before they are made unique.
    """
    first = np.flatnonzero(bearers.rest)
    first = first[np.argsort(bearers.number[first], kind="stable")]
    lesser, rest = bearers.number[first], bearers.rest[first]
    done = np.cumsum(rest, dtype=np.int64)
    start = 0
    while start < len(first):
        spent = int(done[start - 1]) if start else 0
        end = int(np.searchsorted(done, spent + chunk, side="right"))
        end = int(np.searchsorted(lesser, lesser[max(end, start + 1) - 1], side="right"))
        yield _unique(bearers.number, first[start:end], rest[start:end])
        start = end


def _unique(number: Numbers, first: npt.NDArray[np.int64], rest: Numbers) -> tuple[Numbers, Numbers]:
    total = int(rest.sum(dtype=np.int64))
    before = np.repeat(np.cumsum(rest, dtype=np.int64) - rest, rest)
    partner = np.repeat(first, rest) + 1 + (np.arange(total) - before)
    both = (np.repeat(number[first], rest).astype(np.int64) << 32) | number[partner]
    both.sort()
    both = both[np.concatenate(([True], both[1:] != both[:-1]))] if total else both
    return (both >> 32).astype(np.int32), (both & 0x7FFFFFFF).astype(np.int32)


def components(count: int, first: Numbers, second: Numbers) -> Numbers:
    """Give for each of ``count`` records the least number among those it is connected with by the given pairs."""
    label = np.arange(count, dtype=np.int32)
    while len(first):
        low = np.minimum(label[first], label[second])
        np.minimum.at(label, label[first], low)
        np.minimum.at(label, label[second], low)
        while True:
            shorter = label[label]
            if np.array_equal(shorter, label):
                break
            label = shorter
        open_ = label[first] != label[second]
        first, second = first[open_], second[open_]
    return label
