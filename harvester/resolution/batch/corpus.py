"""All records to be resolved as arrays, put together from portions; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from harvester.resolution.batch.portions import INTERNED, Interner, Portion, Ragged, Vocabulary, to_vocabulary


@dataclass(slots=True)
class Corpus:
    """Records by their number, from 0 on. ``values`` and ``vocabulary`` are those of all portions together.

    ``keys`` are the blocking keys and ``key_of`` who bears each; the titles of a record end at its ``titles_of``.
    """

    count: int
    keys: npt.NDArray[np.int64]
    key_of: npt.NDArray[np.int32]
    codes: dict[str, npt.NDArray[np.int32]]
    values: dict[str, list[tuple[Any, ...]]]
    hashes: dict[str, npt.NDArray[np.int64]]
    ids: Ragged
    addresses: Ragged
    titles_of: npt.NDArray[np.int64]
    titles: Ragged
    languages: npt.NDArray[np.int64]
    letters: npt.NDArray[np.int64]
    vocabulary: Vocabulary

    def take_keys(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Give the keys and who bears them, and keep them no longer."""
        taken = self.keys, self.key_of
        self.keys, self.key_of = np.empty(0, np.int64), np.empty(0, np.int32)
        return taken


def to_corpus(portions: Sequence[Portion]) -> Corpus:
    """Put portions together, in their order."""
    counts = [len(portion.payloads.ends) for portion in portions]
    starts = np.cumsum([0, *counts])[:-1]
    texts, vocabulary = _merge_words(portions)
    codes, values = _merge_codes(portions)
    key_of = [
        np.repeat(np.arange(start, start + count, dtype=np.int32), portion.keys.lengths())
        for portion, start, count in zip(portions, starts, counts, strict=True)
    ]
    return Corpus(
        count=sum(counts),
        keys=_concatenate([portion.keys.values for portion in portions], np.int64),
        key_of=_concatenate(key_of, np.int32),
        codes=codes,
        values=values,
        hashes={
            name: _concatenate([portion.hashes[name] for portion in portions], np.int64)
            for name in (portions[0].hashes if portions else ())
        },
        ids=chained([portion.ids for portion in portions], np.int64),
        addresses=chained([portion.addresses for portion in portions], np.int64),
        titles_of=_end_to_end([portion.titles_of for portion in portions]),
        titles=chained(texts, np.int32),
        languages=_concatenate([portion.languages for portion in portions], np.int64),
        letters=_concatenate([portion.letters for portion in portions], np.int64),
        vocabulary=vocabulary,
    )


def chained(parts: Sequence[Ragged], dtype: npt.DTypeLike) -> Ragged:
    """Give lists end to end, those of the first part first."""
    return Ragged(_concatenate([part.values for part in parts], dtype), _end_to_end([part.ends for part in parts]))


def _end_to_end(ends: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    shift, shifted = 0, []
    for each in ends:
        shifted.append(each + shift)
        shift += int(each[-1]) if len(each) else 0
    return _concatenate(shifted, np.int64)


def _concatenate(arrays: Sequence[npt.NDArray[Any]], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    return np.concatenate(arrays) if len(arrays) else np.empty(0, dtype)


def _merge_words(portions: Sequence[Portion]) -> tuple[list[Ragged], Vocabulary]:
    """Give the titles of each portion by the numbers words have in all portions together, and those words."""
    told = [portion.vocabulary for portion in portions] or [to_vocabulary([])]
    every = Vocabulary(*(np.concatenate([getattr(one, each.name) for one in told]) for each in fields(Vocabulary)))
    _, first, numbers = np.unique(every.words, return_index=True, return_inverse=True)
    texts, start = [], 0
    for portion in portions:
        here = numbers[start : start + len(portion.vocabulary.words)].astype(np.int32)
        texts.append(Ragged(here[portion.titles.values], portion.titles.ends))
        start += len(here)
    return texts, every.taken(first)


def _renumber(values: Sequence[Any], interner: Interner) -> npt.NDArray[np.int32]:
    return np.array([interner.number(value) for value in values], np.int32)


def _merge_codes(
    portions: Sequence[Portion],
) -> tuple[dict[str, npt.NDArray[np.int32]], dict[str, list[tuple[Any, ...]]]]:
    codes: dict[str, npt.NDArray[np.int32]] = {}
    values: dict[str, list[tuple[Any, ...]]] = {}
    for name in (*INTERNED, "source"):
        interner = Interner()
        parts = [_renumber(portion.values[name], interner)[portion.codes[name]] for portion in portions]
        codes[name] = _concatenate(parts, np.int32)
        values[name] = list(interner.numbers)
    return codes, values
