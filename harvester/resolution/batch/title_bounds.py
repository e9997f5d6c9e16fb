"""The most bits the titles of pairs of records can give, from the numbers of their words; pure.

Words both titles have are counted as ``compare_words`` counts them; a word left over counts as misspelt, or as parted
into two, where its letters do not rule that out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from harvester.resolution.batch.corpus import Corpus
from harvester.resolution.batch.portions import Ragged, Vocabulary
from harvester.resolution.batch.ragged import crossed, parts_of, spread
from harvester.resolution.matching.titles import LEAST_PARTED, LONG

Numbers = npt.NDArray[np.int32]
Index = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.float32]
_PART = 16_000
"""Pairs taken at a time: so few that what is made of them stays in the processor's cache."""
_SLACK = np.float32(1e-3)
_NEVER = np.float32(-1e9)
_MOST_PAIRS = 8
_LEAST_MISSPELT = 4


def bound_titles(corpus: Corpus, weights: Mapping[str, float], first: Numbers, second: Numbers) -> Bits:
    """Give the most bits the titles can give each pair of records."""
    counts = np.diff(corpus.titles_of, prepend=0)
    starts = corpus.titles_of - counts
    told = title_weights(corpus)
    found = np.empty(len(first), np.float32)
    for part in parts_of(len(first), _PART):
        a, b = first[part], second[part]
        pair, one, other = crossed((starts[a], starts[b]), (counts[a], counts[b]))
        bits = np.full(len(a), _NEVER, np.float32)
        np.maximum.at(bits, pair, _bound(_Overlap.of(corpus, told, one, other), weights))
        is_met = np.zeros(len(a), np.bool_)
        is_met[pair[_is_comparable(corpus.languages, one, other)]] = True
        is_met &= counts[a] * counts[b] <= _MOST_PAIRS
        untitled = counts[a] * counts[b] == 0
        apart = np.where(untitled, 0, weights.get("no common language", 0.0)).astype(np.float32)
        found[part] = np.where(is_met, bits, np.maximum(bits, apart))
    return found


def title_weights(corpus: Corpus) -> Bits:
    """Give how much the words of each title tell together."""
    which = np.repeat(np.arange(len(corpus.titles.ends)), corpus.titles.lengths())
    told = np.bincount(which, corpus.vocabulary.weights[corpus.titles.values], len(corpus.titles.ends))
    return told.astype(np.float32)


def _is_comparable(languages: Index, one: Index, other: Index) -> Mask:
    """Tell of which pairs of titles it is certain that they are compared: one script, and no two known languages."""
    a, b = languages[one], languages[other]
    same_script = (a & 0xFFFFFFFF) == (b & 0xFFFFFFFF)
    tongue, tongue_too = a >> 32, b >> 32
    certain: Mask = same_script & ((tongue == tongue_too) | (tongue == 0) | (tongue_too == 0))
    return certain


@dataclass(slots=True)
class _Overlap:
    """What pairs of titles tell: ``both`` the same, at most ``most``, and what each has more at least."""

    both: Bits
    most: Bits
    more: Bits
    more_too: Bits

    @classmethod
    def of(cls, corpus: Corpus, told: Bits, one: Index, other: Index) -> _Overlap:
        both, left, left_too = _common(corpus.titles, corpus.vocabulary, one, other)
        gained, gone, gone_too = _misspelt(corpus.vocabulary, left, left_too, len(one))
        alike = corpus.letters[one] == corpus.letters[other]  # maybe the same but for its blanks
        more = np.where(alike, 0, told[one] - both - gone)
        more_too = np.where(alike, 0, told[other] - both - gone_too)
        most = np.where(alike, np.maximum(told[one], told[other]), both + gained)
        return cls(both, most, np.maximum(more, 0), np.maximum(more_too, 0))


@dataclass(slots=True)
class _Left:
    """Words only one title of each pair has: ``pair`` ascending, ``word``."""

    pair: Index
    word: Index

    def of_pairs(self, count: int) -> tuple[Index, Index]:
        """Give where each pair's words begin, and how many they are."""
        counts = np.bincount(self.pair, minlength=count).astype(np.int64)
        return np.cumsum(counts) - counts, counts


def _common(titles: Ragged, vocabulary: Vocabulary, one: Index, other: Index) -> tuple[Bits, _Left, _Left]:
    """Give how much the words tell that both titles of each pair have, and the words that can be misspelt ones."""
    lengths = titles.lengths()
    starts = titles.ends - lengths
    sides = []
    for side, title in enumerate((one, other)):
        pair, entry = spread(starts[title], lengths[title])
        sides.append(pair << 32 | titles.values[entry].astype(np.int64) << 1 | side)
    entries = np.concatenate(sides)
    entries.sort()
    met = np.zeros(len(entries) + 1, np.bool_)
    met[1:-1] = entries[1:] >> 1 == entries[:-1] >> 1
    seconds = entries[met[:-1]]
    both = np.bincount(seconds >> 32, vocabulary.weights[_word(seconds)], len(one)).astype(np.float32)
    rest = entries[~(met[:-1] | met[1:])]
    rest = rest[vocabulary.lengths[_word(rest)] > 0]
    left, left_too = rest[rest & 1 == 0], rest[rest & 1 == 1]
    return both, _Left(left >> 32, _word(left)), _Left(left_too >> 32, _word(left_too))


def _word(entries: Index) -> Index:
    return (entries & 0xFFFFFFFF) >> 1


def _misspelt(vocabulary: Vocabulary, left: _Left, left_too: _Left, count: int) -> tuple[Bits, Bits, Bits]:
    """Give the most that words left over can tell together as misspelt, and what so many words tell on either side.

    The same of words that stand in two pieces on the other side, of which the shorter one may be of any length.
    """
    begins, counts = left.of_pairs(count)
    begins_too, counts_too = left_too.of_pairs(count)
    _, entry, other = crossed((begins, begins_too), (counts, counts_too))
    is_piece, is_half = _may_be_piece(vocabulary, left.word[entry], left_too.word[other])
    met = is_half | _may_be_misspelt(vocabulary, left.word[entry], left_too.word[other])
    gone = _taken(vocabulary, left, entry[met | is_piece], count)
    gone_too = _taken(vocabulary, left_too, other[met | is_piece], count)
    entry, other = entry[met], other[met]
    best = np.zeros(len(left.word), np.float32)
    partners = vocabulary.weights[left_too.word[other]]
    np.maximum.at(best, entry, np.maximum(partners, vocabulary.weights[left.word[entry]]))
    return np.bincount(left.pair, best, count).astype(np.float32), gone, gone_too


def _taken(vocabulary: Vocabulary, left: _Left, entry: Index, count: int) -> Bits:
    is_taken = np.zeros(len(left.word), np.bool_)
    is_taken[entry] = True
    weights = vocabulary.weights[left.word[is_taken]]
    return np.bincount(left.pair[is_taken], weights, count).astype(np.float32)


def _may_be_misspelt(vocabulary: Vocabulary, one: Index, other: Index) -> Mask:
    """Tell which pairs of words can be one misspelt or inflected: an error changes two kinds of letters at most."""
    length, length_too = vocabulary.lengths[one], vocabulary.lengths[other]
    shorter, apart = np.minimum(length, length_too), np.abs(length - length_too)
    allowed = np.where(shorter < 8, 1, 2)
    changed = np.bitwise_count(vocabulary.masks[one] ^ vocabulary.masks[other])
    allowed = np.where(shorter < _LEAST_MISSPELT, -1, allowed)
    begins_alike = vocabulary.beginnings[one] == vocabulary.beginnings[other]
    may: Mask = ((apart <= allowed) & (changed <= 2 * allowed)) | ((shorter > 4) & (apart <= 4) & begins_alike)
    return may


def _may_be_piece(vocabulary: Vocabulary, one: Index, other: Index) -> tuple[Mask, Mask]:
    """Tell in which pairs of words one can be a piece of the other, and where it is the longer piece."""
    length, length_too = vocabulary.lengths[one], vocabulary.lengths[other]
    is_first = length < length_too
    shorter, longer = np.where(is_first, one, other), np.where(is_first, other, one)
    outside = vocabulary.masks[shorter] & ~vocabulary.masks[longer]
    is_piece: Mask = (outside == 0) & (vocabulary.lengths[longer] >= LEAST_PARTED) & (length != length_too)
    return is_piece, is_piece & (2 * vocabulary.lengths[shorter] >= vocabulary.lengths[longer])


def _bound(overlap: _Overlap, weights: Mapping[str, float]) -> Bits:
    """Give the most bits of the levels each pair of titles can still reach."""
    most = overlap.most
    whole = most + overlap.more + overlap.more_too
    share = np.where(most > 0, most / np.maximum(whole, _SLACK), 0) + _SLACK
    is_same = (overlap.more <= 0.2 + _SLACK) & (overlap.more_too <= 0.2 + _SLACK)
    is_within = (np.minimum(overlap.more, overlap.more_too) <= 0.2 + _SLACK) & (most >= 1.5 - _SLACK)
    reached: list[tuple[Mask, tuple[str, ...]]] = [
        (np.ones(len(most), np.bool_), ("different",)),
        (share >= 0.4, ("partly",)),
        (share >= 0.6, ("like",)),
        (share >= 0.8, ("close",)),
        (is_within, ("one is much longer",)),
        (is_within & (share >= 0.6), ("one is longer",)),
    ]
    for amount, is_reached in (
        (", a common title", overlap.both < 1.6 + _SLACK),
        (", a short title", (overlap.both < 3 + _SLACK) & (most >= 1.6 - _SLACK)),
        ("", (overlap.both < LONG + _SLACK) & (most >= 3 - _SLACK)),
        (", a long title", most >= LONG - _SLACK),
    ):
        reached.append((is_same & is_reached, (f"identical{amount}", f"same words{amount}")))
    bits = np.full(len(most), _NEVER, np.float32)
    for is_reached, levels in reached:
        value = np.float32(max(weights.get(level, 0.0) for level in levels))
        np.maximum(bits, value, out=bits, where=is_reached)
    return bits
