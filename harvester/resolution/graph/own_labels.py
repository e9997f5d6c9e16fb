"""How well the model does on what people decided here, and whether that is enough for it to join by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from harvester.resolution.graph.judgements import Judgement, to_judgement
from harvester.resolution.labelled.metrics import lower_bound
from harvester.resolution.matching.scoring import Model, score
from harvester.resolution.matching.stored_forms import find_forms, forms_of
from harvester.tables import judgement as table

LEAST_PAIRS = 300
"""So many labelled pairs are needed from the threshold on before the model may join by itself (RESOLUTION §7)."""
_STEPS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What joining from a probability on would have come to: pairs people called the same, and others.

    ``surely`` is the precision the true one lies above in 95 of 100 such samples (Wilson's interval).
    """

    threshold: float
    right: int
    wrong: int
    missed: int

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

    def find_threshold(self, asked: float) -> AtThreshold | None:
        """Give the lowest threshold from which enough labelled pairs show the precision asked for, or None."""
        for step in _STEPS:
            found = self.at(step)
            if found.pairs >= LEAST_PAIRS and found.surely >= asked:
                return found
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
