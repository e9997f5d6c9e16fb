"""The pairs of the set with their verdicts: what is one thing, and what only looks like it; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random

from tests.identity.generator.things import Thing, Trap
from tests.identity.generator.writing import Written
from vocabularies.identifiers import identity_keys
from vocabularies.record import RECORD_CLASSES, Record

Pair = tuple[str, str]
PER_TRAP = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """Two records by place, whether they are one thing, of what kind the pair is, and how the two relate."""

    a: str
    b: str
    verdict: str
    kind: str
    relation: str = ""


def make_pairs(things: Sequence[Thing], traps: Iterable[Trap], records: Sequence[Written], seed: int) -> list[Verdict]:
    """Give every pair that is one thing and, of each trap, up to ``PER_TRAP`` pairs that are not."""
    nouns = {thing.key: thing.noun for thing in things}
    of_thing: dict[str, list[Written]] = defaultdict(list)
    for record in records:
        of_thing[record.entity].append(record)
    keys = {record.place: frozenset(identity_keys(to_model(record))) for record in records}
    found: dict[Pair, Verdict] = {}
    for entity, members in of_thing.items():
        for one, other in combinations(members, 2):
            a, b = sorted((one.place, other.place))
            kind = _kind(one, other, nouns[entity], keys)
            found[a, b] = Verdict(a, b, "same", kind, _copied(one, other))
    for trap in traps:
        for one, other in _of_trap(trap, of_thing, seed):
            a, b = sorted((one.place, other.place))
            found.setdefault((a, b), Verdict(a, b, "different", trap.kind, trap.relation))
    return sorted(found.values(), key=lambda each: (each.verdict, each.kind, each.a, each.b))


def to_model(record: Written) -> Record:
    """Give a record of the set as the Record the federation reads."""
    return RECORD_CLASSES[record.record["type"]].model_validate(dict(record.record))


def _kind(one: Written, other: Written, noun: str, keys: Mapping[str, frozenset[str]]) -> str:
    if _copied(one, other):
        return "aggregator copy"
    if one.source == other.source:
        return "same source twice"
    if keys[one.place] & keys[other.place]:
        return "identifier in common"
    languages = [{*each.record["title"]} for each in (one, other)]
    if "und" in languages[0] | languages[1]:
        return f"{noun}, language unknown"
    return f"{noun}, same language" if languages[0] & languages[1] else f"cross-language {noun}"


def _copied(one: Written, other: Written) -> str:
    origins = [{entry.get("originalId") for entry in each.record.get("provenance", ())} for each in (one, other)]
    return "copy_of" if one.record["id"] in origins[1] or other.record["id"] in origins[0] else ""


def _of_trap(trap: Trap, of_thing: Mapping[str, list[Written]], seed: int) -> Iterator[tuple[Written, Written]]:
    choices = [(one, other) for one in of_thing[trap.one] for other in of_thing[trap.other]]
    choices.sort(key=lambda pair: _unlike(*pair))
    likest, rest = choices[:1], choices[1:]
    yield from likest
    if rest and PER_TRAP > 1:
        yield Random(f"{seed}/trap/{trap.one}/{trap.other}").choice(rest)


def _unlike(one: Written, other: Written) -> tuple[bool, bool, str, str]:
    """Give an order in which pairs of one language across two sources, the most deceiving ones, come first."""
    common = {*one.record["title"]} & {*other.record["title"]}
    return not common, one.source == other.source, one.place, other.place
