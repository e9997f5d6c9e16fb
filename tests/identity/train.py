"""Fits the weights of the model to our own labelled sets: python -m tests.identity.train writes weights.json.

Logistic regression over the levels of the comparisons: a Gaussian prior around the weights of prior.json, which were
set by hand from what each piece of evidence means, fitted by Newton's method; then Platt scaling on the fifth of the
things that was left out. No reference set of others is read.
"""

from __future__ import annotations

import csv
import hashlib
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson

from harvester.resolution.labelled.datasets import DataSet
from harvester.resolution.labelled.evaluating import score_dataset
from harvester.resolution.matching.comparing import UNKNOWN, Comparison
from harvester.resolution.matching.scoring import load_model
from tests.identity.unlabelled import load_records

HERE = Path(__file__).parent
PRIOR = HERE / "prior.json"
SETS = (HERE / "labelled" / "records.jsonl", HERE / "labelled" / "citations.csv")
WEIGHTS = Path("harvester/resolution/matching/weights.json")
VERSION = "2"
STRENGTH = 50.0
"""How firmly the prior holds: the inverse of its variance, in squared bits."""
PINNED = 1e9
"""The same for weights the sets cannot teach: two records in different languages that agree in little else are rare
among a few thousand made for each other, and the rule among a million."""
TRAPS = {"records": 0.3, "citations": 0.1}
"""What a pair weighs that was made to mislead: the sets hold far more of them than a catalogue does, and the citations
most, a third of which have a sequel or another version."""
DOUBTED = 0.1
"""What a pair weighs besides that is left to a person whatever its probability: there are far more of them."""
COPIES = 2
GAPS = 0.35
"""So often a piece of evidence is taken away in a copy."""
_ROUNDS = 30
_NATURAL = float(np.log(2))


class Example(NamedTuple):
    """A comparison, whether both are one thing, what it weighs, and whether it is left out of the fitting."""

    comparison: Comparison
    same: bool
    weight: float
    kept_out: bool


class Label(NamedTuple):
    """The thing a record describes, and the family of things it may be taken for."""

    entity: str
    kin: str


def read_labels(path: Path) -> dict[str, Label]:
    """Read what each record of a set describes."""
    if path.suffix == ".jsonl":
        rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        return {row["place"]: Label(row["entity"], "made to mislead") for row in rows}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: Label(row["entity"], row["kin"]) for row in csv.DictReader(file)}


def examples_of(path: Path) -> Iterator[Example]:
    """Give the comparisons of a set that no veto decides, and each again with some of its evidence taken away."""
    labels = read_labels(path)
    found = score_dataset(DataSet(path.stem, tuple(load_records(path)), frozenset(), frozenset()), load_model(PRIOR))
    chance = random.Random(20_260)
    for (a, b), score in found.scores.items():
        one, other = labels[found.names[a]], labels[found.names[b]]
        if score.veto or (found.records[a].source == found.records[b].source != ""):
            continue
        same = one.entity == other.entity
        weight = TRAPS[path.stem] if not same and one.kin == other.kin else 1.0
        if score.comparison.doubt:
            weight *= DOUBTED
        out = hashlib.sha256(min(one.entity, other.entity).encode()).digest()[0] % 5 == 0
        yield Example(score.comparison, same, weight, out)
        for _ in range(COPIES):
            yield Example(_poorer(score.comparison, chance), same, weight, out)


def _poorer(comparison: Comparison, chance: random.Random) -> Comparison:
    """Take evidence away: catalogues differ in what they say at all."""
    levels = tuple(
        (name, level if name == "title" or chance.random() > GAPS else UNKNOWN) for name, level in comparison.levels
    )
    return comparison._replace(levels=levels)


def fit(examples: Sequence[Example], prior: Mapping) -> tuple[dict[str, dict[str, float]], float]:
    """Give weights by feature and level and the bias, in bits."""
    names = [(feature, level) for feature, levels in prior["weights"].items() for level in levels]
    place = {name: at for at, name in enumerate(names)}
    rows = np.zeros((len(examples), len(names) + 1))
    rows[:, -1] = 1
    for at, example in enumerate(examples):
        for name in example.comparison.levels:
            if name[1] != UNKNOWN:
                if name not in place:
                    raise SystemExit(f"prior.json has no weight for {name}")
                rows[at, place[name]] = 1
    start = np.array([prior["weights"][feature][level] for feature, level in names] + [prior["bias"]]) * _NATURAL
    pinned = {place[feature, level] for feature, level in prior["pinned"]}
    held = [PINNED if at in pinned else STRENGTH for at in range(len(start))]
    firmness = np.diag(np.array(held) / _NATURAL**2)
    labels = np.array([float(each.same) for each in examples])
    bits = newton(rows, labels, np.array([each.weight for each in examples]), start, firmness) / _NATURAL
    fitted: dict[str, dict[str, float]] = {}
    for (feature, level), value in zip(names, bits, strict=False):
        fitted.setdefault(feature, {})[level] = float(value)
    return fitted, float(bits[-1])


def calibrate(bits: np.ndarray, examples: Sequence[Example]) -> tuple[float, float]:
    """Give slope and shift of Platt's scaling, near 1 and 0 where few pairs are told."""
    rows = np.stack([bits, np.ones_like(bits)], axis=1) * _NATURAL
    labels = np.array([float(each.same) for each in examples])
    weights = np.array([each.weight for each in examples])
    slope, shift = newton(rows, labels, weights, np.array([1.0, 0.0]), np.diag([20.0, 5.0]))
    return float(slope), float(shift)


def newton(
    rows: np.ndarray, labels: np.ndarray, weighing: np.ndarray, start: np.ndarray, firmness: np.ndarray
) -> np.ndarray:
    """Minimise the weighted log loss with a Gaussian prior around ``start``, halving steps that make it worse."""

    def loss(weights: np.ndarray) -> float:
        told = rows @ weights
        away = weights - start
        return float(weighing @ (np.logaddexp(0, told) - labels * told) + away @ firmness @ away / 2)

    weights, best = start.copy(), loss(start)
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -40, 40)))
        slope = rows.T @ (weighing * (chance - labels)) + firmness @ (weights - start)
        curve = (rows * (weighing * chance * (1 - chance))[:, None]).T @ rows + firmness
        step = np.linalg.solve(curve, slope)
        size = 1.0
        while size > 1e-4 and loss(weights - size * step) > best:
            size /= 2
        weights = weights - size * step
        reached = loss(weights)
        if best - reached < 1e-8:
            break
        best = reached
    return weights


def main() -> None:
    """Fit, say how it went, and write the weights."""
    prior = orjson.loads(PRIOR.read_bytes())
    examples = [example for path in SETS for example in examples_of(path)]
    learnt = [each for each in examples if not each.kept_out]
    tested = [each for each in examples if each.kept_out]
    weights, bias = fit(learnt, prior)
    bits = np.array(
        [bias + sum(weights[name].get(level, 0.0) for name, level in each.comparison.levels) for each in tested]
    )
    slope, shift = calibrate(bits, tested)
    print(f"{len(learnt)} pairs fitted, {len(tested)} left out; calibration: {slope:.2f} × bits {shift:+.2f}")
    truth = np.array([each.same for each in tested])
    for limit in (0, 2, 4, 6, 8):
        said = bits * slope + shift >= limit
        print(f"  from {limit} bits: {int(said.sum())} pairs, precision {truth[said].mean() if said.any() else 1:.4f}")
    told = {
        "version": VERSION,
        "source": "tests/identity: our own labelled records and citations, fitted by tests/identity/train.py",
        "unit": "bits; probability = 1 / (1 + 2^-(bias + sum of weights)); what is unknown weighs nothing",
        "bias": round(bias * slope + shift, 2),
        "thresholds": prior["thresholds"],
        "weights": {
            name: {level: round(value * slope, 2) for level, value in levels.items()}
            for name, levels in weights.items()
        },
    }
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS
    target.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    main()
