"""The smallest hashes of runs of letters of many titles at once, the very ones ``blocking`` finds title by title; pure.

CRC-32 is linear: that of a run is the exclusive or of what each of its bytes gives at its place, and of a constant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from harvester.resolution.matching.blocking import GRAM, SKETCH

_WIDTH = 4
"""Bytes of a letter in UTF-32, of which the last is always 0."""


def smallest_grams(titles: Sequence[str]) -> Mapping[str, list[int]]:
    """Give for each title what ``blocking.smallest_grams`` gives."""
    texts = [title.replace(" ", "") for title in titles]
    counts = np.array([max(len(text) - GRAM + 1, 0) for text in texts], np.int64)
    sizes = np.array([len(text) for text in texts], np.int64)
    letters = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint8).reshape(-1, _WIDTH)
    title = np.repeat(np.arange(len(texts)), counts)
    within = np.arange(len(title)) - np.repeat(np.cumsum(counts) - counts, counts)
    start = np.repeat(np.cumsum(sizes) - sizes, counts) + within
    hashes = np.full(len(title), crc32(bytes(_WIDTH * GRAM)), np.uint32)
    for at, (low, middle, high) in enumerate(_tables()):
        told = low[letters[:, 0]] ^ middle[letters[:, 1]] ^ high[letters[:, 2]]
        hashes ^= told[start + at]
    found = title << 32 | hashes
    found.sort()
    found = found[np.concatenate(([True], found[1:] != found[:-1]))] if len(found) else found
    ends = np.cumsum(np.bincount(found >> 32, minlength=len(texts)))
    numbers = (found & 0xFFFFFFFF).tolist()
    begins = (ends - np.diff(ends, prepend=0)).tolist()
    return {
        title: numbers[begin : min(begin + SKETCH, end)]
        for title, begin, end in zip(titles, begins, ends.tolist(), strict=True)
    }


@cache
def _tables() -> tuple[tuple[npt.NDArray[np.uint32], ...], ...]:
    """Give what each value of each byte of a letter changes in the hash of a run, for each place in it."""
    nothing = crc32(bytes(_WIDTH * GRAM))
    return tuple(tuple(_table(_WIDTH * place + byte, nothing) for byte in range(_WIDTH - 1)) for place in range(GRAM))


def _table(at: int, nothing: int) -> npt.NDArray[np.uint32]:
    before, behind = bytes(at), bytes(_WIDTH * GRAM - at - 1)
    return np.array([crc32(before + bytes((value,)) + behind) ^ nothing for value in range(256)], np.uint32)
