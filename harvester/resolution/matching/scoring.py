"""How likely two records are one thing: bits of evidence, added up by a model whose weights are a readable file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import orjson

from harvester.resolution.forms.form import Form
from harvester.resolution.matching.comparing import Comparison, compare

_SHIPPED = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Model:
    """Weights in bits by feature and level; ``bias`` is what is against any pair before it is looked at.

    ``review`` and ``join`` are the probabilities from which a pair is shown to a person, and may be joined by itself
    once the installation has shown the precision asked for.
    """

    version: str
    bias: float
    weights: Mapping[str, Mapping[str, float]]
    review: float
    join: float


class Weighed(NamedTuple):
    """One piece of evidence: a feature, its level, its weight in bits."""

    feature: str
    level: str
    bits: float


class Score(NamedTuple):
    """How likely two records are one thing, what forbids it, and what the probability is made of."""

    probability: float
    comparison: Comparison
    bits: float

    @property
    def veto(self) -> str:
        """Give what forbids joining, or nothing."""
        return self.comparison.veto


def load_model(path: Path | None = None) -> Model:
    """Read a model from its file; without a path the shipped one."""
    return _load(path or _SHIPPED)


@lru_cache(maxsize=8)
def _load(path: Path) -> Model:
    told = orjson.loads(path.read_bytes())
    limits = told["thresholds"]
    return Model(told["version"], told["bias"], told["weights"], limits["review"], limits["join"])


def score(a: Form, b: Form, model: Model) -> Score:
    """Compare two records and weigh what was found."""
    return weigh(compare(a, b), model)


def weigh(comparison: Comparison, model: Model) -> Score:
    """Give the probability of a comparison: 1 / (1 + 2^-bits)."""
    bits = model.bias
    weights = model.weights
    for feature, level in comparison.levels:
        bits += weights[feature].get(level, 0.0)
    return Score(1 / (1 + 2 ** -max(-60.0, min(60.0, bits))), comparison, bits)


def explain(comparison: Comparison, model: Model) -> tuple[Weighed, ...]:
    """Give the evidence of a comparison, the heaviest first; what is unknown and weighs nothing is left out."""
    weighed = [Weighed(name, level, model.weights[name].get(level, 0.0)) for name, level in comparison.levels]
    return tuple(sorted((each for each in weighed if each.bits), key=lambda each: (-abs(each.bits), each.feature)))
