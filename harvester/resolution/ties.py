"""How a thing is tied to things that are not it, out of what was said of their records: pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from harvester.resolution.graph.judgements import INVERSE, OUTRANKING, Judgement, Place
from vocabularies.parts import RelationType

RELATION_TYPES: Mapping[str, RelationType] = {
    "translation_of": "translates",
    "has_translation": "hasTranslation",
    "version_of": "isVersionOf",
    "has_version": "hasVersion",
    "part_of": "isPartOf",
    "has_part": "hasPart",
    "copy_of": "derivedFrom",
}
"""What a relation of a judgement is called in a record; an original does not list its copies."""
MOST = 200
"""A thing with more ties of one kind than this (the parts of a long series) does not list them: they name it."""
_RANK = {kind: at for at, kinds in enumerate(OUTRANKING) for kind in kinds}


class Tie(NamedTuple):
    """How one thing is tied to another, as a record says it: the type of the relation and the other's canonical id."""

    type: RelationType
    thing: str


def find_ties(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Give what counts of judgements that tie two records without making them one: of a pair whose word counts first.

    What a model only finds likely, and what is unsure, ties nothing: it waits for a person.
    """
    live = [each for each in judgements if each.ended_at is None]
    tied = {each.pair for each in live if ties(each)}
    pairs: dict[tuple[Place, Place], list[Judgement]] = defaultdict(list)
    for each in live if tied else ():
        if each.pair in tied:
            pairs[each.pair].append(each)
    found = []
    for said in pairs.values():
        first = min(_RANK[each.by_kind] for each in said)
        found += [each for each in said if _RANK[each.by_kind] == first and ties(each)]
    return tuple(sorted(found, key=lambda each: (each.pair, each.by_kind)))


def ties(judgement: Judgement) -> bool:
    """Tell whether a judgement says how two things are tied that are not one."""
    certain = judgement.by_kind != "model" and judgement.verdict != "unsure"
    return certain and judgement.relation in INVERSE and not judgement.joins


def ties_of(places: Set[Place], said: Iterable[Judgement], home_of: Mapping[Place, str], own: str) -> tuple[Tie, ...]:
    """Give the ties of the thing these places are, each once, in order; ``home_of`` has the places that are shown.

    Of what was said of two things the word that counts first is told, and nothing where it goes both ways.
    """
    told: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in said:
        for here in places & set(each.pair):
            thing = home_of.get(each.other(here))
            if thing is not None and thing != own:
                told[thing][_RANK[each.by_kind]].add(each.relation_from(here))
    found: dict[RelationType, list[str]] = defaultdict(list)
    for thing in sorted(told):
        relations = told[thing][min(told[thing])]
        for relation in relations:
            if relation in RELATION_TYPES and INVERSE[relation] not in relations:
                found[RELATION_TYPES[relation]].append(thing)
    return tuple(Tie(kind, thing) for kind in sorted(found) if len(found[kind]) <= MOST for thing in found[kind])
