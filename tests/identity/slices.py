"""How our own labelled set came out, part by part: by the languages two records share, by type, by kind of trap."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harvester.resolution.forms.form import Form
from harvester.resolution.graph.policy import Policy
from harvester.resolution.labelled.datasets import DataSet, load_dataset, ordered
from harvester.resolution.labelled.evaluating import Candidates, cluster, resolve, score_dataset
from harvester.resolution.labelled.metrics import Agreement, Pair, compare_pairs, pairs_of
from harvester.resolution.matching.scoring import Model

FOLDER = Path(__file__).parent / "labelled"
UNKNOWN = "und"


@dataclass(frozen=True)
class Own:
    """Our set, scored; ``joined`` are the pairs that stand together, by the name of the way they were joined."""

    dataset: DataSet
    candidates: Candidates
    joined: Mapping[str, set[Pair]]
    kinds: Mapping[Pair, str]

    def agreement(self, way: str) -> Agreement:
        """Give how the pairs joined in one way agree with the labels; the set names every true pair."""
        return compare_pairs(self.joined[way], self.dataset.same)

    def traps(self, way: str) -> Counter[str]:
        """Give how many pairs of each kind of trap were joined in one way."""
        return Counter(self.kinds[pair] for pair in self.joined[way] & self.dataset.different)

    def sliced(self, way: str, slice_of: Callable[[Form, Form], str]) -> dict[str, Agreement]:
        """Give the agreement of each slice of pairs, the largest first."""
        place = {name: at for at, name in enumerate(self.candidates.names)}
        forms = self.candidates.forms

        def parted(pairs: set[Pair] | frozenset[Pair]) -> dict[str, set[Pair]]:
            parts: dict[str, set[Pair]] = defaultdict(set)
            for a, b in pairs:
                parts[slice_of(forms[place[a]], forms[place[b]])].add((a, b))
            return parts

        found, true = parted(self.joined[way]), parted(self.dataset.same)
        names = sorted(true, key=lambda name: (-len(true[name]), name))
        return {name: compare_pairs(found.get(name, set()), frozenset(true[name])) for name in names}


OUT_OF_THE_BOX = "out of the box"
AT_THRESHOLD = "model"
AT_JOIN = "model, join"


def load_own(model: Model, threshold: float) -> Own:
    """Read and score our set, and join it out of the box, from the threshold on, and from the model's ``join`` on."""
    dataset = replace(load_dataset(FOLDER), exhaustive=True)
    candidates = score_dataset(dataset, model)
    ways: Mapping[str, Sequence[Sequence[int]]] = {
        OUT_OF_THE_BOX: resolve(candidates, Policy()),
        AT_THRESHOLD: cluster(candidates, threshold),
        AT_JOIN: cluster(candidates, model.join),
    }
    joined = {way: pairs_of([[candidates.names[at] for at in each] for each in groups]) for way, groups in ways.items()}
    with (FOLDER / "pairs.csv").open(encoding="utf-8", newline="") as file:
        kinds = {ordered(row["a"], row["b"]): row["kind"] for row in csv.DictReader(file)}
    return Own(dataset, candidates, joined, kinds)


def by_language(a: Form, b: Form) -> str:
    """Say what languages the titles of two records have in common."""
    some, others = ({language.partition("-")[0] for language, _ in form.titles} for form in (a, b))
    if shared := (some & others) - {UNKNOWN}:
        return "same languages" if some == others == shared else "a language in common"
    return "a language unknown" if UNKNOWN in some | others else "no common language"


def by_type(a: Form, _: Form) -> str:
    """Give the type of the first record; two records of one thing are of one type."""
    return a.type
