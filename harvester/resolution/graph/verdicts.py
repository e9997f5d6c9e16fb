"""What counts of all that was said of a set of records, a pair at a time; pure, whatever order it was said in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harvester.resolution.graph.judgements import OUTRANKING, Judgement, Place, is_derived

LEANING = 0.5
"""A model that leaves a pair open at this probability or above supports a bridge, though it builds none."""
_OTHER_THINGS = frozenset({"version_of", "has_version", "part_of", "has_part"})

Pair = tuple[Place, Place]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Pairs by what counts of them: to join, in the order to try it, and to keep apart, by people or by anybody.

    ``doubted`` are the pairs people left open: rules and models join no groups across one. ``supported`` are the pairs
    that speak for joining two groups of records.
    """

    by_people: tuple[Pair, ...]
    by_rules: tuple[Pair, ...]
    by_models: tuple[Pair, ...]
    apart: frozenset[Pair]
    apart_by_people: frozenset[Pair]
    doubted: frozenset[Pair]
    supported: frozenset[Pair]


def to_verdicts(judgements: Iterable[Judgement]) -> Verdicts:
    """Give what counts: of a pair the word of people, else of owners, else of rules and models, where `different` wins.

    A person's `unsure` keeps rules and models from joining the groups of the pair, and takes nothing apart that people
    or certain keys hold together. So does a person's word that one is a translation, version or part of the other.
    """
    pairs: dict[Pair, list[Judgement]] = defaultdict(list)
    for judgement in judgements:
        if judgement.ended_at is None and not is_derived(judgement):
            pairs[judgement.pair].append(judgement)
    people, rules, models = [], [], []
    apart, apart_by_people, doubted, supported = set(), set(), set(), set()
    for pair, said in pairs.items():
        heard = _heard(said)
        verdict = _verdict(heard)
        if verdict == "different":
            apart.add(pair)
            if heard[0].by_kind == "person":
                apart_by_people.add(pair)
        elif verdict == "same":
            supported.add(pair)
            kinds = {each.by_kind for each in heard if each.joins}
            probability = max((each.probability or 0.0 for each in heard if each.by_kind == "model"), default=0.0)
            if "person" in kinds:
                people.append(pair)
            elif kinds & {"owner", "rule"}:
                rules.append(pair)
            else:
                models.append((-probability, pair))
        elif heard[0].by_kind == "person":
            doubted.add(pair)
        elif any(_leans(each) for each in heard if each.by_kind == "model"):
            supported.add(pair)
    return Verdicts(
        tuple(sorted(people)),
        tuple(sorted(rules)),
        tuple(pair for _, pair in sorted(models)),
        frozenset(apart),
        frozenset(apart_by_people),
        frozenset(doubted),
        frozenset(supported),
    )


def _leans(said: Judgement) -> bool:
    """Tell whether a model finds a pair likely to be one thing, and not a version or a part of it."""
    return (said.probability or 0.0) >= LEANING and said.relation not in _OTHER_THINGS


def _heard(said: Sequence[Judgement]) -> list[Judgement]:
    for kinds in OUTRANKING:
        heard = [each for each in said if each.by_kind in kinds]
        if heard:
            return heard
    return []


def _verdict(heard: Sequence[Judgement]) -> str:
    if any(each.verdict == "different" for each in heard):
        return "different"
    return "same" if any(each.joins for each in heard) else "unsure"
