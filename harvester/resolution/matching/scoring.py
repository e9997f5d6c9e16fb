"""How likely two records are one thing: bits of evidence, added up by a model whose weights are a readable file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from pathlib import Path
from typing import NamedTuple

import orjson

from harvester.resolution.forms.form import Form
from harvester.resolution.matching.comparing import FEATURES, Comparison, Feature, compare, conclude
from harvester.resolution.matching.titles import compare_titles
from harvester.resolution.matching.vetoes import forbids

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


def score_if_near(a: Form, b: Form, model: Model) -> Score | None:
    """Give what ``score`` gives, or None where the probability is below the model's review threshold, or a veto holds
    that takes no look at the titles.

    Looks at what costs little first and stops as soon as the rest can no longer make up for it.
    """
    if forbids(a, b):
        return None
    plan = _plan(model)
    reachable, wanted = plan.most, plan.wanted
    levels: dict[str, str] = {}
    for name, level_of, weights, most in plan.cheap:
        level = levels[name] = level_of(a, b)
        reachable += weights.get(level, 0.0) - most
        if reachable < wanted:
            return None
    likeness = compare_titles(a.titles, b.titles)
    reachable += model.weights["title"].get(likeness.level, 0.0) - plan.most_of_titles
    for name, level_of, weights, most in plan.others:
        if reachable < wanted:
            return None
        level = levels[name] = level_of(a, b)
        reachable += weights.get(level, 0.0) - most
    if reachable < wanted:
        return None
    found = weigh(conclude(a, b, likeness, levels), model)
    return None if found.probability < model.review else found


_CHEAP = ("year", "country", "type", "series", "identifiers", "address", "numbering", "start", "numbers", "parts")
_SLACK = 1e-9
_Step = tuple[str, Feature, Mapping[str, float], float]
"""A feature, how it is told, what its levels weigh, and the most that is."""


class _Plan(NamedTuple):
    """The features before and behind the titles, the most bits they all can give, and those a review asks for."""

    cheap: tuple[_Step, ...]
    others: tuple[_Step, ...]
    most: float
    most_of_titles: float
    wanted: float


_PLANS: dict[int, tuple[Model, _Plan]] = {}


def _plan(model: Model) -> _Plan:
    """Give in which order a model looks at features, and when it may stop."""
    plan = _PLANS.get(id(model))
    if plan is None or plan[0] is not model:
        most = {name: max(0.0, *levels.values()) for name, levels in model.weights.items()}
        steps = {name: (name, level_of, model.weights[name], most[name]) for name, level_of in FEATURES.items()}
        cheap = tuple(steps.pop(name) for name in _CHEAP)
        wanted = log2(model.review / (1 - model.review)) - _SLACK
        made = _Plan(cheap, tuple(steps.values()), model.bias + sum(most.values()), most["title"], wanted)
        plan = _PLANS[id(model)] = (model, made)
    return plan[1]


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
