"""From stored portions to every judgement that rules and model make of their records, on several processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from harvester.resolution.batch.bounds import keep_reachable
from harvester.resolution.batch.corpus import Corpus, to_corpus
from harvester.resolution.batch.pairs import components, group, iter_pairs
from harvester.resolution.batch.store import StoredForms, load_portion
from harvester.resolution.batch.workers import workers
from harvester.resolution.forms.form import Form
from harvester.resolution.graph.judgements import Judgement, Kind, Place, Verdict
from harvester.resolution.graph.policy import Policy
from harvester.resolution.matching.blocking import CAPS
from harvester.resolution.matching.ruling import judge_pair
from harvester.resolution.matching.scoring import Model
from harvester.resolution.repeating import find_repeating, is_sure

Numbers = npt.NDArray[np.int32]
Told = Callable[[str], None]
_TASK = 4_000


class Edge(NamedTuple):
    """What rules or model say of two records, by their numbers; evidence is left out, it can be found again."""

    a: int
    b: int
    verdict: Verdict
    by_kind: Kind
    by: str
    relation: str
    probability: float | None
    note: str

    def judgement(self, a: Place, b: Place, model_version: str) -> Judgement:
        """Give it as a judgement of two places, without evidence."""
        version = model_version if self.by_kind == "model" else ""
        return Judgement(
            a, b, self.verdict, self.by_kind, self.by, self.relation, version, self.probability, note=self.note
        )


def repeating_of(edges: Iterable[Edge], place_of: Callable[[int], Place]) -> frozenset[str]:
    """Give the sources that repeat themselves for all that was judged, as ``repeating_in`` does."""
    sure = (each for each in edges if is_sure(each.by_kind, each.probability, each.note))
    return find_repeating(((each.a, place_of(each.a)[0]), (each.b, place_of(each.b)[0])) for each in sure)


@dataclass(frozen=True, slots=True)
class Edges:
    """Every judgement of a corpus, and what it took: pairs that share a key, those compared, keys borne by too many."""

    edges: tuple[Edge, ...]
    candidates: int
    compared: int
    stop: tuple[tuple[int, int], ...]


def find_edges(paths: Sequence[Path], model: Model, policy: Policy, *, processes: int, told: Told) -> Edges:
    """Give every judgement rules and model make of the records of stored portions, numbered in the portions' order."""
    corpus = to_corpus([load_portion(path) for path in paths])
    keys, key_of = corpus.take_keys()
    bearers = group(keys, key_of, CAPS)
    del keys, key_of
    candidates = 0
    kept: list[tuple[Numbers, Numbers]] = []
    for first, second in iter_pairs(bearers):
        candidates += len(first)
        kept.append(keep_reachable(corpus, model, first, second))
    told(f"{candidates} pairs of {corpus.count} records share a key")
    first, second = _in_components(corpus, kept)
    stop = bearers.stop
    del corpus, bearers, kept
    edges = tuple(_judge_all(paths, (first, second), (model, policy), processes))
    told(f"{len(first)} pairs compared, {len(edges)} judged")
    return Edges(edges, candidates, len(first), stop)


def _in_components(corpus: Corpus, kept: Sequence[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    """Give the pairs so that those of records connected stand together: a form is then read once or twice."""
    first = np.concatenate([np.empty(0, np.int32), *(pair[0] for pair in kept)])
    second = np.concatenate([np.empty(0, np.int32), *(pair[1] for pair in kept)])
    order = np.lexsort((second, first, components(corpus.count, first, second)[first]))
    return first[order], second[order]


def _judge_all(
    paths: Sequence[Path], pairs: tuple[Numbers, Numbers], rules: tuple[Model, Policy], processes: int
) -> Iterator[Edge]:
    first, second = pairs
    tasks = [(first[at : at + _TASK], second[at : at + _TASK]) for at in range(0, len(first), _TASK)]
    if processes < 2 or len(tasks) < 4:
        judge = Judge(StoredForms(paths), *rules)
        for task in tasks:
            yield from judge.judge(*task)
        return
    with workers(processes, _begin, paths, rules) as pool:
        for found in pool.imap(_work, tasks):
            yield from found


class Judge:
    """Compares pairs of stored forms."""

    def __init__(self, forms: StoredForms, model: Model, policy: Policy) -> None:
        """Compare by a model and a policy."""
        self._model, self._policy = model, policy
        self._form: Callable[[int], Form] = lru_cache(maxsize=4_096)(forms.form)

    def judge(self, first: Numbers, second: Numbers) -> list[Edge]:
        """Give what rules and model say of pairs."""
        found = []
        for a, b in zip(first.tolist(), second.tolist(), strict=True):
            edge = judge_forms(a, b, (self._form(a), self._form(b)), self._model, self._policy)
            if edge is not None:
                found.append(edge)
        return found


def judge_forms(a: int, b: int, forms: tuple[Form, Form], model: Model, policy: Policy) -> Edge | None:
    """Give what rules and model say of two records that may be one thing for all their sources say."""
    judged = judge_pair((("0", ""), forms[0]), (("1", ""), forms[1]), model, policy, explained=False)
    if judged is None:
        return None
    return Edge(a, b, judged.verdict, judged.by_kind, judged.by, judged.relation, judged.probability, judged.note)


_at_work: list[Judge] = []


def _begin(paths: Sequence[Path], rules: tuple[Model, Policy]) -> None:
    _at_work[:] = [Judge(StoredForms(paths), *rules)]


def _work(task: tuple[Numbers, Numbers]) -> list[Edge]:
    return _at_work[0].judge(*task)
