"""How well the resolver does on a labelled set: pairs and clusters found, against those that are true; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import combinations

from harvester.resolution import clusters
from harvester.resolution.forms.form import Form
from harvester.resolution.forms.reading import to_form
from harvester.resolution.graph.judgements import Judgement
from harvester.resolution.graph.policy import Policy
from harvester.resolution.labelled.datasets import DataSet, Labelled, ordered
from harvester.resolution.labelled.members import to_members
from harvester.resolution.labelled.metrics import (
    Agreement,
    Pair,
    b_cubed,
    compare_clusters,
    compare_pairs,
    components,
    pairs_of,
)
from harvester.resolution.matching.blocking import hashes_of, most_bearers
from harvester.resolution.matching.comparing import UNKNOWN
from harvester.resolution.matching.ruling import to_judgement
from harvester.resolution.matching.scoring import Model, Score, score
from harvester.resolution.matching.tying import are_of_one_work
from harvester.resolution.repeating import repeating_in

THRESHOLD = 0.7
"""From this probability on two records count as one thing when the model itself is judged."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a labelled set gives before any threshold: forms in order, scored pairs of positions, keys of too many."""

    records: Sequence[Labelled]
    forms: Sequence[Form]
    scores: Mapping[tuple[int, int], Score]
    stop_keys: int
    model: Model

    @property
    def names(self) -> list[str]:
        """Give the names of the records in the set."""
        return [record.name for record in self.records]


@dataclass(frozen=True, slots=True)
class Found:
    """A pair the resolver is wrong about: both names and titles, the score where it was compared, and why in words."""

    a: str
    b: str
    title_a: str
    title_b: str
    score: Score | None
    why: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a labelled set came out; ``pairs`` counts pairs in one cluster, ``clusters`` exactly equal ones.

    ``wrong`` and ``missed`` are the worst errors of each kind, with the score where the pair was compared at all.
    """

    name: str
    records: int
    compared: int
    stop_keys: int
    threshold: float
    reachable: float
    pairs: Agreement
    clusters: Agreement
    b_cubed: tuple[float, float, float]
    traps: int
    wrong: Sequence[Found] = field(default=())
    missed: Sequence[Found] = field(default=())


def score_dataset(dataset: DataSet, model: Model) -> Candidates:
    """Bring the records of a set together and score every pair that shares a key."""
    forms = [to_form(record.facts) for record in dataset.records]
    bearers: dict[int, list[int]] = defaultdict(list)
    for at, form in enumerate(forms):
        for key in hashes_of(form):
            bearers[key].append(at)
    crowded = sum(len(each) > most_bearers(key) for key, each in bearers.items())
    telling = (each for key, each in bearers.items() if 1 < len(each) <= most_bearers(key))
    pairs = {pair for each in telling for pair in combinations(each, 2)}
    scores = {(a, b): score(forms[a], forms[b], model) for a, b in sorted(pairs)}
    return Candidates(dataset.records, forms, scores, crowded, model)


def evaluate(dataset: DataSet, model: Model, *, threshold: float = THRESHOLD, worst: int = 10) -> Evaluation:
    """Resolve a labelled set from nothing and say how it agrees with its labels."""
    candidates = score_dataset(dataset, model)
    return judge(dataset, candidates, cluster(candidates, threshold), threshold=threshold, worst=worst)


def cluster(candidates: Candidates, threshold: float) -> list[list[int]]:
    """Give the clusters of positions the resolver comes to where the model may join from a threshold on."""
    return resolve(candidates, Policy(automatic=True, threshold=threshold))


def resolve(candidates: Candidates, policy: Policy) -> list[list[int]]:
    """Give the clusters of positions the resolver comes to: by identifiers, by rules, and by what a policy lets join.

    Sources are taken as the resolver takes them, to tell a thing once unless the pairs show otherwise. A set of one
    source is not, nor records that name none: there would be nothing to find.
    """
    members = to_members(candidates.records, candidates.forms)
    place = {member.place: at for at, member in enumerate(members)}
    sources = {record.source for record in candidates.records}
    repeating = frozenset(sources if len(sources) == 1 else {""})
    judged = list(_judged(candidates, members, policy, repeating))
    known = clusters.Known(repeating | repeating_in(judged), candidates.model)
    found = clusters.cluster(members, judged, known)
    return [sorted(place[member.place] for member in together) for together in found]


def _judged(
    candidates: Candidates, members: Sequence[clusters.Member], policy: Policy, repeating: Set[str]
) -> Iterator[Judgement]:
    """Yield what rules and model say of the pairs that were compared, as ``ruling.judge_pair`` does."""
    forms, model = candidates.forms, candidates.model
    model = replace(model, review=min(model.review, policy.threshold))
    for (a, b), found in candidates.scores.items():
        one, other = members[a], members[b]
        is_one_source = one.place[0] == other.place[0] and one.place[0] not in repeating
        if is_one_source and not are_of_one_work(forms[a], forms[b]):
            continue
        if judged := to_judgement(one.place, other.place, (forms[a], forms[b]), found, (model, policy)):
            yield judged


def judge(
    dataset: DataSet, candidates: Candidates, groups: Sequence[Sequence[int]], *, threshold: float, worst: int
) -> Evaluation:
    """Say how groups of positions agree with the labels of a set."""
    names = candidates.names
    found = [[names[at] for at in members] for members in groups]
    true = components(names, dataset.same)
    same = frozenset(pairs_of(true)) if dataset.exhaustive else dataset.same
    together = pairs_of(found)
    labelled = together if dataset.exhaustive else together & (same | dataset.different)
    place = {name: at for at, name in enumerate(names)}
    compared = {ordered(names[a], names[b]) for a, b in candidates.scores}
    return Evaluation(
        name=dataset.name,
        records=len(names),
        compared=len(candidates.scores),
        stop_keys=candidates.stop_keys,
        threshold=threshold,
        reachable=len(compared & same) / len(same) if same else 1.0,
        pairs=compare_pairs(labelled, same),
        clusters=compare_clusters(found, true),
        b_cubed=b_cubed(found, true),
        traps=len(together & dataset.different),
        wrong=list(_worst(set(labelled - same), candidates, place, worst, likeliest=True)),
        missed=list(_worst(set(same - together), candidates, place, worst, likeliest=False)),
    )


def _worst(
    pairs: set[Pair], candidates: Candidates, place: Mapping[str, int], worst: int, *, likeliest: bool
) -> Iterator[Found]:
    def score_of(pair: Pair) -> Score | None:
        a, b = sorted((place[pair[0]], place[pair[1]]))
        return candidates.scores.get((a, b))

    def rank(entry: tuple[Pair, Score | None]) -> tuple[float, Pair]:
        probability = entry[1].probability if entry[1] else 0.0
        return (-probability if likeliest else probability, entry[0])

    for (a, b), scored in sorted(((pair, score_of(pair)) for pair in pairs), key=rank)[:worst]:
        titles = [_title(candidates.forms[place[name]]) for name in (a, b)]
        yield Found(a, b, titles[0], titles[1], scored, _why(scored))


def _title(form: Form) -> str:
    return " | ".join(title for _, title in form.titles)


def _why(scored: Score | None) -> str:
    if scored is None:
        return "never compared: they share no key that is read"
    if scored.veto:
        return f"veto: {scored.veto}"
    levels = ", ".join(f"{name} {level}" for name, level in scored.comparison.levels if level != UNKNOWN)
    return f"{scored.probability:.3f}: {levels}"
