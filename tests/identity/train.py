"""Fits the weights of the model to our own labelled sets: python -m tests.identity.train writes weights.json.

Logistic regression over the levels of the comparisons (MAP: a Gaussian prior around the weights of prior.json, which
were set by hand from what each piece of evidence means), fitted by Newton's method; then Platt scaling on the fifth of
the things that was left out. No reference set of others is read.
"""

from __future__ import annotations

import csv
import hashlib
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import orjson

from harvester.resolution.labelled.datasets import DataSet, load_records
from harvester.resolution.labelled.evaluating import score_dataset
from harvester.resolution.matching.comparing import UNKNOWN, Comparison
from harvester.resolution.matching.scoring import load_model

HERE = Path(__file__).parent
PRIOR = HERE / "prior.json"
SETS = (HERE / "labelled" / "records.jsonl", HERE / "labelled" / "citations.csv")
WEIGHTS = Path("harvester/resolution/matching/weights.json")
VERSION = "1"
STRENGTH = 1.0
"""How firmly the prior holds: the inverse of its variance, in squared bits."""
COPIES = 2
GAPS = 0.35
"""So often a piece of evidence is taken away in a copy."""
_ROUNDS = 30
_NATURAL = float(np.log(2))


def examples_of(dataset: DataSet, entities: Mapping[str, str]) -> tuple[list[Comparison], list[bool], list[bool]]:
    """Give the comparisons of a set that no veto decides, their labels, and which are left out of the fitting.

    ``entities`` names the thing of each record; pairs that are tied some other way (part, version, translation) are
    different things.
    """
    found = score_dataset(dataset, load_model(PRIOR))
    comparisons, labels, kept_out = [], [], []
    for (a, b), score in found.scores.items():
        one, other = found.names[a], found.names[b]
        if score.veto or (found.sources[a] == found.sources[b] != ""):
            continue
        comparisons.append(score.comparison)
        labels.append(entities[one] == entities[other])
        kept_out.append(hashlib.sha256(entities[min(one, other)].encode()).digest()[0] % 5 == 0)
    return comparisons, labels, kept_out


def with_gaps(
    comparisons: list[Comparison], labels: list[bool], kept_out: list[bool]
) -> tuple[list[Comparison], list[bool], list[bool]]:
    """Add each comparison again with some of its evidence taken away: catalogues differ in what they say at all."""
    chance = random.Random(20_260)
    found: list[tuple[Comparison, bool, bool]] = list(zip(comparisons, labels, kept_out, strict=True))
    for comparison, label, out in list(found):
        for _ in range(COPIES):
            poorer = tuple(
                (name, level if name == "title" or chance.random() > GAPS else UNKNOWN)
                for name, level in comparison.levels
            )
            found.append((comparison._replace(levels=poorer), label, out))
    chance.shuffle(found)
    return [each[0] for each in found], [each[1] for each in found], [each[2] for each in found]


def entities_of(path: Path) -> dict[str, str]:
    """Read which thing each record of a set describes."""
    if path.suffix == ".jsonl":
        rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        return {row["place"]: row["entity"] for row in rows}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["entity"] for row in csv.DictReader(file)}


def fit(comparisons: Sequence[Comparison], labels: np.ndarray, prior: dict) -> tuple[dict, float]:
    """Give weights by feature and level and the bias, in bits."""
    names = [(feature, level) for feature, levels in prior["weights"].items() for level in levels]
    place = {name: at for at, name in enumerate(names)}
    for comparison in comparisons:
        for name in comparison.levels:
            if name[1] != UNKNOWN and name not in place:
                raise SystemExit(f"prior.json has no weight for {name}")
    size = len(names)
    rows = np.zeros((len(comparisons), size + 1))
    rows[:, size] = 1
    for at, comparison in enumerate(comparisons):
        for name in comparison.levels:
            if name in place:
                rows[at, place[name]] = 1
    start = np.array([prior["weights"][feature][level] for feature, level in names] + [prior["bias"]]) * _NATURAL
    strength = np.full(size + 1, STRENGTH / _NATURAL**2)
    weights = newton(rows, labels, start, np.diag(strength))
    bits = weights / _NATURAL
    fitted: dict[str, dict[str, float]] = {}
    for (feature, level), value in zip(names, bits, strict=False):
        fitted.setdefault(feature, {})[level] = round(float(value), 2)
    return fitted, round(float(bits[size]), 2)


def main() -> None:
    """Fit, say how it went, and write the weights."""
    prior = orjson.loads(PRIOR.read_bytes())
    comparisons: list[Comparison] = []
    labels: list[bool] = []
    kept_out: list[bool] = []
    for path in SETS:
        dataset = DataSet(path.stem, tuple(load_records(path)), frozenset(), frozenset())
        examples = examples_of(dataset, entities_of(path))
        for into, part in zip((comparisons, labels, kept_out), examples, strict=True):
            into.extend(part)  # type: ignore[arg-type]
    comparisons, labels, kept_out = with_gaps(comparisons, labels, kept_out)
    learnt = [at for at, out in enumerate(kept_out) if not out]
    tested = [at for at, out in enumerate(kept_out) if out]
    truth = np.array(labels, dtype=float)
    weights, bias = fit([comparisons[at] for at in learnt], truth[learnt], prior)
    bits = np.array(
        [bias + sum(weights[name].get(level, 0.0) for name, level in comparisons[at].levels) for at in tested]
    )
    slope, shift = calibrate(bits, truth[tested])
    print(f"{len(learnt)} pairs fitted, {len(tested)} left out; calibration: {slope:.2f} × bits {shift:+.2f}")
    for limit in (0, 2, 4, 6):
        said = bits >= limit
        right = truth[tested][said]
        print(f"  from {limit} bits: {int(said.sum())} pairs, precision {right.mean() if len(right) else 1:.4f}")
    told = {
        "version": VERSION,
        "source": "tests/identity: our own labelled set and citations, fitted by tests/identity/train.py",
        "unit": "bits; probability = 1 / (1 + 2^-(bias + sum of weights)); unknown levels weigh nothing",
        "bias": round(bias * slope + shift, 2),
        "thresholds": prior["thresholds"],
        "weights": {
            name: {level: round(value * slope, 2) for level, value in levels.items()}
            for name, levels in weights.items()
        },
    }
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else WEIGHTS
    target.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def calibrate(bits: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Give slope and shift of Platt's scaling, near 1 and 0 where few pairs are told."""
    rows = np.stack([bits, np.ones_like(bits)], axis=1) * _NATURAL
    weights = newton(rows, truth, np.array([1.0, 0.0]), np.diag([20.0, 5.0]))
    return float(weights[0]), float(weights[1])


def newton(rows: np.ndarray, labels: np.ndarray, start: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Minimise the log loss with a Gaussian prior around ``start``, halving steps that make it worse."""

    def loss(weights: np.ndarray) -> float:
        told = rows @ weights
        away = weights - start
        return float(np.logaddexp(0, told).sum() - labels @ told + away @ strength @ away / 2)

    weights, best = start.copy(), loss(start)
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -40, 40)))
        slope = rows.T @ (chance - labels) + strength @ (weights - start)
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + strength
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


if __name__ == "__main__":
    main()
