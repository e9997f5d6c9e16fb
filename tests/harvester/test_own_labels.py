"""From which probability on people's decisions show that the model may join: where they judged, and no lower."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from harvester.resolution.graph.judgements import Judgement, Verdict
from harvester.resolution.graph.own_labels import LEAST_IN_BAND, Own

Judged = Mapping[float, tuple[int, int]]
"""How many pairs of a probability people called the same, and how many not."""


def judged(counts: Judged) -> Own:
    scored: list[tuple[Judgement, float]] = []
    for probability, (same, other) in counts.items():
        said: list[Verdict] = ["same"] * same + ["different"] * other
        for each in said:
            number = f"{len(scored):04}"
            scored.append((Judgement(("one", number), ("two", number), each, "person", "ann"), probability))
    return Own("1", tuple(scored), (), 0)


@pytest.mark.parametrize(
    ("counts", "asked", "threshold"),
    [
        ({0.999: (300, 0)}, 0.99, 0.999),
        ({0.9951: (300, 0), 0.999: (84, 0)}, 0.99, 0.9951),
        ({0.92: (10, 0), 0.999: (374, 0)}, 0.99, 0.999),
        ({0.55: (267, 0), 0.999: (300, 0)}, 0.99, 0.999),
        ({0.55: (270, 0), 0.999: (300, 0)}, 0.99, 0.55),
        ({0.55: (270, 9), 0.999: (3000, 0)}, 0.99, 0.999),
        ({0.91: (300, 0)}, 0.99, 0.91),
        ({0.91: (LEAST_IN_BAND - 1, 0), 0.97: (400, 0)}, 0.5, 0.97),
        ({0.91: (LEAST_IN_BAND, 0), 0.97: (400, 0)}, 0.5, 0.91),
    ],
)
def test_no_pairs_are_joined_less_likely_than_those_that_show_by_themselves_what_was_asked(
    counts: Judged, asked: float, threshold: float
) -> None:
    found = judged(counts).find_threshold(asked)
    assert found is not None
    assert found.threshold == pytest.approx(threshold, abs=1e-9)


def test_right_pairs_spread_over_bands_show_none_of_them() -> None:
    thin = judged({0.92: (100, 0), 0.96: (100, 0), 0.985: (100, 0), 0.993: (100, 0), 0.999: (100, 0)})
    assert thin.at(0.9).surely > 0.99, "all of them together would have shown it"
    assert thin.find_threshold(0.99) is None
    weakest = thin.weakest(0.92)
    assert (weakest.pairs, weakest.below) == (100, 0.95)
