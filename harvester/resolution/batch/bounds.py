"""The most bits of evidence a pair of records can reach, from arrays: what stays below is never compared; pure.

Says nothing about a pair but that ``score`` would give it less; it knows the rules of ``comparing`` and ``titles`` so
far as to be never below them, and a test holds it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import log2

import numpy as np
import numpy.typing as npt

from harvester.resolution.batch.corpus import Corpus
from harvester.resolution.batch.portions import INTERNED
from harvester.resolution.batch.ragged import shares_any
from harvester.resolution.batch.title_bounds import bound_titles
from harvester.resolution.forms.form import Form
from harvester.resolution.matching.comparing import FEATURES, UNKNOWN
from harvester.resolution.matching.scoring import Model
from harvester.resolution.matching.vetoes import forbids

Numbers = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.float32]
_SLACK = 1e-3
"""Bits a bound may be too low by for its arithmetic in other order and precision."""
_WIDEST = 4_000_000
SAID: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "numbers": (("on one side",), ("same",), ("differ",)),
    "parts": (("on one side",), ("same",), ("differ", "on one side")),
    "venue": ((UNKNOWN,), ("same",), ("alike", "partly", "differ")),
    "city": ((UNKNOWN,), ("same",), ("same", "differ")),
    "body": ((UNKNOWN,), ("same",), ("same", "alike", "partly", "differ")),
    "summary": ((UNKNOWN,), ("alike",), ("alike", "partly", "differ")),
    "start": ((UNKNOWN,), ("same",), ("same month", "differ")),
    "people": (
        (UNKNOWN,),
        ("all", "all, three or more", "the one", "one of several"),
        ("all", "all, three or more", "all of several", "the one", "one of several", "most", "some", "alike", "none"),
    ),
}
"""Levels a feature can have where only one of two records says something of it, both the same, both something else."""


def least_bits(model: Model) -> float:
    """Give the bits from which a pair is kept."""
    return log2(model.review / (1 - model.review))


def keep_reachable(corpus: Corpus, model: Model, first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    """Give the pairs a judgement may come of: no veto by a field alone, and bits enough for a review."""
    free = ~_is_vetoed(corpus, first, second)
    return _keep_likely(corpus, model, first[free], second[free])


def _is_vetoed(corpus: Corpus, first: Numbers, second: Numbers) -> Mask:
    """Tell which pairs are never kept, by the very rules: of two places or types, or of one source without one name."""
    vetoed = np.zeros(len(first), np.bool_)
    for name in ("type", "country", "government", "named", "series"):
        vetoed |= _by_values(corpus, name, first, second, lambda a, b: float(forbids(a, b))) > 0
    source = corpus.codes["source"]
    asked = np.flatnonzero(~vetoed & (source[first] == source[second]))
    vetoed[asked] = ~shares_any(corpus.ids, first[asked], second[asked])
    return vetoed


def _by_values(corpus: Corpus, name: str, first: Numbers, second: Numbers, rule: Callable[[Form, Form], float]) -> Bits:
    """Give what a rule says of forms that hold the fields of one name only; 0 where they have too many values."""
    codes, values, fields = corpus.codes[name], corpus.values[name], INTERNED[name]
    if len(values) ** 2 > _WIDEST:
        return np.zeros(len(first), np.float32)
    met = codes[first].astype(np.int64) * len(values) + codes[second]
    table = np.zeros(len(values) ** 2, np.float32)
    for at in np.flatnonzero(np.bincount(met, minlength=1)).tolist():
        a, b = (
            replace(Form(), **dict(zip(fields, value, strict=True)))
            for value in (values[at // len(values)], values[at % len(values)])
        )
        table[at] = rule(a, b)
    found: Bits = table[met]
    return found


def _keep_likely(corpus: Corpus, model: Model, first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    wanted = least_bits(model) - _SLACK
    spare = {name: max(*levels.values(), 0.0) for name, levels in model.weights.items()}
    bound = np.full(len(first), model.bias + sum(spare.values()), np.float32)
    for name, bits in _steps(corpus, model):
        if not len(first):
            break
        bound += bits(first, second) - np.float32(spare[name])
        kept = bound >= wanted
        first, second, bound = first[kept], second[kept], bound[kept]
    return first, second


class _Step:
    """The most bits one feature can give pairs."""

    def __init__(self, corpus: Corpus, model: Model, name: str) -> None:
        self.corpus, self.name, self.weights = corpus, name, model.weights[name]

    def __call__(self, first: Numbers, second: Numbers) -> Bits:
        return np.full(len(first), self.most([*self.weights, UNKNOWN]))

    def most(self, levels: Iterable[str]) -> np.float32:
        return np.float32(max(self.weights.get(level, 0.0) for level in levels))


class _Interned(_Step):
    """Few values: each two that meet are compared once, by the very rule."""

    def __call__(self, first: Numbers, second: Numbers) -> Bits:
        if len(self.corpus.values[self.name]) ** 2 > _WIDEST:
            return super().__call__(first, second)
        return _by_values(self.corpus, self.name, first, second, self._bits)

    def _bits(self, a: Form, b: Form) -> float:
        return self.weights.get(FEATURES[self.name](a, b), 0.0)


class _Said(_Step):
    """Many values: only whether one says something, and both the same, is looked at."""

    def __call__(self, first: Numbers, second: Numbers) -> Bits:
        said = self.corpus.hashes[self.name]
        one, other = said[first], said[second]
        bits = [self.weights.get(UNKNOWN, 0.0), *(self.most(levels) for levels in SAID[self.name])]
        state = (one != 0).astype(np.int8) + (other != 0) + ((one != 0) & (other != 0) & (one != other))
        found: Bits = np.array(bits, np.float32)[state]
        return found


class _Numbering(_Step):
    """Pages, volume and issue each say nothing, the same or something else: each case once, by the very rule."""

    def __call__(self, first: Numbers, second: Numbers) -> Bits:
        table = np.array([self._bits(cases) for cases in product(_EXAMPLES, repeat=len(_NUMBERS))], np.float32)
        at = np.zeros(len(first), np.int8)
        for name in _NUMBERS:
            at = at * len(_EXAMPLES) + self._case(self.corpus.hashes[name], first, second)
        found: Bits = table[at]
        return found

    def _case(self, said: npt.NDArray[np.int64], first: Numbers, second: Numbers) -> npt.NDArray[np.int8]:
        one, other = said[first], said[second]
        both = (one != 0) & (other != 0)
        return np.where(both, 1 + (one != other).astype(np.int8), 0).astype(np.int8)

    def _bits(self, cases: Sequence[tuple[str, str]]) -> float:
        pages, volume, issue = cases
        a, b = (Form(pages=pages[end], volume=volume[end], issue=issue[end]) for end in (0, 1))
        return self.weights.get(FEATURES["numbering"](a, b), 0.0)


_NUMBERS = ("pages", "volume", "issue")
_EXAMPLES = (("", ""), ("7", "7"), ("7", "8"))
"""What two records may say of a number: nothing, the same, something else."""


class _Shared(_Step):
    """Lists of identifiers or addresses: whether one is in both is seen; what they are not."""

    def __call__(self, first: Numbers, second: Numbers) -> Bits:
        lists = self.corpus.ids if self.name == "identifiers" else self.corpus.addresses
        lengths = lists.lengths()
        both = (lengths[first] > 0) & (lengths[second] > 0)
        bits = np.full(len(first), self.weights.get(UNKNOWN, 0.0), np.float32)
        bits[both] = self.most(("differ", UNKNOWN) if self.name == "identifiers" else ("differ",))
        asked = np.flatnonzero(both)
        if len(asked):
            agreed = ("agree", "same site") if self.name == "address" else ("agree",)
            bits[asked[shares_any(lists, first[asked], second[asked])]] = self.most(agreed)
        return bits


class _Titles(_Step):
    def __call__(self, first: Numbers, second: Numbers) -> Bits:
        return bound_titles(self.corpus, self.weights, first, second)


def _steps(corpus: Corpus, model: Model) -> Iterator[tuple[str, _Step]]:
    """Give the features, what costs little first; what the model knows and we do not is left at its most."""
    kinds: dict[str, type[_Step]] = dict.fromkeys(INTERNED, _Interned) | dict.fromkeys(SAID, _Said)
    kinds |= {"numbering": _Numbering, "address": _Shared, "identifiers": _Shared, "title": _Titles}
    yield from ((name, kind(corpus, model, name)) for name, kind in kinds.items() if name in model.weights)
