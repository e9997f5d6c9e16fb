"""The judgements that write down why keys brought members together: no more than the members say; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set

from harvester.resolution.clusters import MAX_HOLDERS, Cluster, Member
from harvester.resolution.graph.judgements import CERTAIN, SAME_AS, Judgement, Kind, Place, is_derived
from harvester.resolution.keys import bears, bounded, certain
from harvester.resolution.origin import own_keys, taken_from

_COPY = "copy"

GONE = "one of the records is gone"
BY_WAY = "both still bear the identifier; the records of their thing are tied to another one of them now"
PARTED = "both still bear the identifier; a person called them two things"
KEPT_APART = "both still bear the identifier; what was said of their things keeps them apart"
CROWDED = "so many records bear the identifier that it joins none"
NO_LONGER = "the records no longer say so"
WHY_OVER = (GONE, BY_WAY, PARTED, KEPT_APART, CROWDED, NO_LONGER)
"""Why what was written down of shared keys holds no longer."""


def derive(members: Cluster) -> list[Judgement]:
    """Give the judgements that follow from the keys of one thing's members.

    Of the bearers of a key each is tied to the one whose own identifier it is, else to the strongest. A copy is tied to
    the record it was taken from, by that alone.
    """
    ties: dict[tuple[Place, Place, Kind, str], set[str]] = defaultdict(set)
    copies = _originals(members)
    for at, (original, key) in copies.items():
        ties[members[at].place, original.place, "rule", _COPY].add(key)
    for key, bearers in _bearers([member for at, member in enumerate(members) if at not in copies]):
        main = next((member for member in bearers if key in own_keys(member)), bearers[0])
        for member in bearers:
            if member is main:
                continue
            if key in own_keys(main) and key in _stated(member):
                ties[member.place, main.place, "owner", SAME_AS].add(key)
            else:
                ties[member.place, main.place, "rule", CERTAIN].add(key)
    return [_judgement(*tie, keys) for tie, keys in ties.items()]


def _judgement(place: Place, main: Place, kind: Kind, by: str, keys: Iterable[str]) -> Judgement:
    evidence: list[dict[str, str]] = [{"key": key} for key in sorted(keys)]
    if by != CERTAIN:
        evidence.append({"copy" if by == _COPY else "statedBy": " ".join(place)})
    relation = "copy_of" if by == _COPY else ""
    by = CERTAIN if by == _COPY else by
    return Judgement(place, main, "same", kind, by, relation=relation, evidence=evidence)


def _originals(members: Sequence[Member]) -> dict[int, tuple[Member, str]]:
    owners: dict[str, Member] = {}
    for member in members:
        if not member.is_copy:
            for key in own_keys(member):
                owners.setdefault(key, member)
    found: dict[int, tuple[Member, str]] = {}
    for at, member in enumerate(members):
        taken = sorted(key for key in taken_from(member) if key in owners and bears(member, key))
        if taken:
            found[at] = owners[taken[0]], taken[0]
    return found


def _bearers(members: Sequence[Member]) -> Iterator[tuple[str, list[Member]]]:
    holders: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        for key in certain(member.keys):
            holders[key].append(member)
    for key, bearers in holders.items():
        if 1 < len(bearers) <= MAX_HOLDERS:
            yield key, bearers


def _stated(member: Member) -> set[str]:
    return {relation.target for relation in member.record.relations if relation.type == "sameAs"}


def differences(
    wanted: Sequence[Judgement], live: Collection[Judgement], things: Iterable[Cluster], crowded: Set[str] = frozenset()
) -> tuple[list[Judgement], dict[int, str]]:
    """Give the derived judgements that are missing among the live ones, and why others hold no longer, by their ids.

    ``crowded`` are the keys too many records bear to join any; the members of ``things`` are without them.
    """
    standing = {each.slot: each for each in live if is_derived(each)}
    missing = [each for each in wanted if (before := standing.get(each.slot)) is None or not each.says_the_same(before)]
    held = {each.slot for each in wanted}
    over = {each.id: each for slot, each in standing.items() if slot not in held and each.id is not None}
    if not over:
        return missing, {}
    found = {member.place: (at, member) for at, members in enumerate(things) for member in members}
    parted = {each.pair for each in live if each.verdict == "different" and each.by_kind == "person"}
    return missing, {id: _why_over(each, found, crowded, parted) for id, each in over.items()}


def _why_over(
    said: Judgement, found: Mapping[Place, tuple[int, Member]], crowded: Set[str], parted: Set[tuple[Place, Place]]
) -> str:
    """Say why a judgement that wrote down shared keys holds no longer, the gravest reason first."""
    if said.a not in found or said.b not in found:
        return GONE
    (thing, one), (other, two) = found[said.a], found[said.b]
    keys = {bounded(item["key"]) for item in said.evidence if "key" in item}
    if keys.intersection(one.keys).intersection(two.keys):
        if thing == other:
            return BY_WAY
        return PARTED if said.pair in parted else KEPT_APART
    return CROWDED if keys & crowded else NO_LONGER
