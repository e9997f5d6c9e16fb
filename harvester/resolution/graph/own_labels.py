"""How well the model does on what people decided here, and whether that is enough for it to join by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import floor

from sqlalchemy import Connection, select

from harvester.resolution.graph.judgements import Judgement, to_judgement
from harvester.resolution.labelled.metrics import lower_bound
from harvester.resolution.matching.scoring import Model, score
from harvester.resolution.matching.stored_forms import find_forms, forms_of
from harvester.tables import judgement as table

LEAST_PAIRS = 300
"""So many labelled pairs are needed from the threshold on before the model may join by itself (RESOLUTION §7)."""
LEAST_IN_BAND = 50
"""So many of them at least lie in the lowest band that would be joined, however low the precision asked for."""
_STEPS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
_FINEST = 10_000


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What joining from a probability on would have come to: pairs people called the same, and others.

    With ``below`` only pairs less likely than that are counted: a band, not all from the threshold on. ``surely`` is
    the precision the true one lies above in 95 of 100 such samples (Wilson's interval).
    """

    threshold: float
    right: int
    wrong: int
    missed: int
    below: float | None = None

    @property
    def pairs(self) -> int:
        """Give how many labelled pairs lie from the threshold on."""
        return self.right + self.wrong

    @property
    def precision(self) -> float:
        """Give the share of them people called the same."""
        return self.right / self.pairs if self.pairs else 0.0

    @property
    def recall(self) -> float:
        """Give the share of pairs people called the same that lie from the threshold on."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def surely(self) -> float:
        """Give the lower end of what the precision may be."""
        return lower_bound(self.right, self.pairs)


@dataclass(frozen=True, slots=True)
class Own:
    """What people decided here, scored anew by a model: pairs with their probability, and those a veto settles."""

    model_version: str
    scored: tuple[tuple[Judgement, float], ...]
    vetoed: tuple[Judgement, ...]
    gone: int

    def at(self, threshold: float) -> AtThreshold:
        """Give what joining from a probability on would have come to; `unsure` counts as wrong."""
        above = [judgement.verdict for judgement, probability in self.scored if probability >= threshold]
        right = above.count("same")
        same = sum(judgement.verdict == "same" for judgement, _ in self.scored)
        return AtThreshold(threshold, right, len(above) - right, same - right)

    def table(self) -> tuple[AtThreshold, ...]:
        """Give the usual thresholds."""
        return tuple(self.at(step) for step in _STEPS)

    def lowest_band(self, threshold: float) -> AtThreshold:
        """Give the pairs from a threshold on that lie below the next usual one: the least likely that would be joined.

        Right pairs above say nothing of these, for a model errs the more the less likely it finds a pair.
        """
        below = next((step for step in _STEPS if step > threshold), None)
        above = self.at(threshold)
        if below is None:
            return above
        beyond = self.at(below)
        return AtThreshold(threshold, above.right - beyond.right, above.wrong - beyond.wrong, above.missed, below)

    def weakest(self, threshold: float) -> AtThreshold:
        """Give what shows least for joining from a threshold on: all pairs from there, or the lowest band of them."""
        return min(self.lowest_band(threshold), self.at(threshold), key=lambda each: each.surely)

    def find_threshold(self, asked: float) -> AtThreshold | None:
        """Give the lowest threshold from which labelled pairs show the precision asked for, or None.

        All pairs from there on have to show it, and the lowest band of them by itself; a band above it of which people
        judged few may lean on it, one below it on nothing. It is never below the least likely pair that was judged.
        """
        for step in _STEPS:
            found, band = self.at(step), self.lowest_band(step)
            if found.pairs < LEAST_PAIRS or band.pairs < LEAST_IN_BAND or min(found.surely, band.surely) < asked:
                continue
            least = min(probability for _, probability in self.scored if probability >= step)
            return replace(found, threshold=max(step, floor(least * _FINEST) / _FINEST))
        return None


def judge_model(connection: Connection, model: Model, labels: Iterable[Judgement] | None = None) -> Own:
    """Score every pair a person judged here with the model, from the records as they are now.

    With ``labels`` those instead of what people judged here; pairs whose records are not held here count as gone.
    """
    judged = list(_by_people(connection) if labels is None else labels)
    kept = find_forms(connection, {place for each in judged for place in each.pair})
    forms = dict(forms_of(connection, kept).values())
    scored: list[tuple[Judgement, float]] = []
    vetoed: list[Judgement] = []
    for each in judged:
        a, b = forms.get(each.a), forms.get(each.b)
        if a is None or b is None:
            continue
        found = score(a, b, model)
        if found.veto or found.comparison.doubt:
            vetoed.append(each)
        else:
            scored.append((each, found.probability))
    return Own(model.version, tuple(scored), tuple(vetoed), len(judged) - len(scored) - len(vetoed))


def _by_people(connection: Connection) -> Iterable[Judgement]:
    query = select(table).where(table.c.by_kind == "person", table.c.ended_at.is_(None)).order_by(table.c.id)
    return [to_judgement(row) for row in connection.execute(query).mappings()]
