"""Which members describe one thing, from their exact keys alone; pure, and the same whatever order they came in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from harvester.resolution.keys import certain
from harvester.resolution.origin import own_keys, taken_from
from vocabularies.record import Record

MAX_HOLDERS = 50
"""A key borne by more records than this (a home page given as landing page, say) identifies nothing."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The source a member came from, as far as merging needs to know it; rank 1 is strongest.

    ``namespace`` is the node or repository whose records it may change, empty where that is not known.
    """

    source_id: str
    rank: int
    protocol: str
    url: str
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One source's accepted record of a thing; ``local_id`` is the canonical id it bore until now.

    ``is_copy`` says that the record is another owner's than its source's.
    """

    origin: Origin
    identifier: str
    record: Record
    keys: tuple[str, ...]
    accepted_at: datetime
    local_id: str | None = None
    fingerprint: str = ""
    is_copy: bool = False

    @property
    def place(self) -> tuple[str, str]:
        """Where it is stored: source and identifier."""
        return self.origin.source_id, self.identifier


Cluster = tuple[Member, ...]


def cluster(members: Iterable[Member]) -> list[Cluster]:
    """Group members that share a key and may be merged; the strongest source's member comes first in each.

    A copy goes where the record it was taken from is, and brings nothing else together: others' words about a record do
    not tie it to a third one.
    """
    ordered = sorted(members, key=lambda member: (member.is_copy, member.origin.rank, *member.place))
    leader_of = _leaders(ordered)
    groups: dict[int, list[int]] = {at: [at] for at in range(len(ordered)) if at not in leader_of}
    group_of = list(range(len(ordered)))
    holders: dict[str, list[int]] = defaultdict(list)
    for position in groups:
        for key in certain(ordered[position].keys):
            holders[key].append(position)
    for key in sorted(holders):
        bearers = holders[key]
        if not 1 < len(bearers) <= MAX_HOLDERS:
            continue
        for position in bearers[1:]:
            _join(position, bearers, groups=groups, group_of=group_of, ordered=ordered)
    for follower, leader in leader_of.items():
        groups[group_of[leader]].append(follower)
    return [tuple(ordered[position] for position in sorted(group)) for group in groups.values()]


def _leaders(ordered: Sequence[Member]) -> dict[int, int]:
    """Give, for each copy whose original is there, the place of the original."""
    originals: dict[str, int] = {}
    for position, member in enumerate(ordered):
        if not member.is_copy:
            for key in own_keys(member):
                originals.setdefault(key, position)
    followed = {
        position: min((originals[key] for key in taken_from(member) if key in originals), default=None)
        for position, member in enumerate(ordered)
        if member.is_copy
    }
    return {position: leader for position, leader in followed.items() if leader is not None}


def _join(
    position: int, bearers: list[int], *, groups: dict[int, list[int]], group_of: list[int], ordered: list[Member]
) -> None:
    for other in bearers:
        if other == position:
            return
        home, guest = group_of[other], group_of[position]
        if home == guest:
            return
        if may_merge([ordered[at] for at in groups[home]], [ordered[at] for at in groups[guest]]):
            moved = groups.pop(guest)
            groups[home].extend(moved)
            for at in moved:
                group_of[at] = home
            return


def may_merge(some: Sequence[Member], others: Sequence[Member]) -> bool:
    """Tell whether two groups may be one thing: never across governments or types, nor two records of one source.

    One source may repeat a record only under the very same record id.
    """
    if some[0].record.type != others[0].record.type:
        return False
    governments = {member.record.government for member in (*some, *others)} - {None}
    if len(governments) > 1:
        return False
    ids = {member.origin.source_id: member.record.id for member in some}
    return all(ids.get(member.origin.source_id, member.record.id) == member.record.id for member in others)


def assign_ids(
    clusters: Sequence[Cluster], mint: Callable[[], str], retired: Mapping[str, Set[str]] = MappingProxyType({})
) -> dict[str, Cluster]:
    """Give every cluster a canonical id: the one most of its members bore, or a new one where none is left.

    Owners' own records count before copies. ``retired`` are ids nothing bears any more with the keys of what did: a
    thing that has none of its own gets the one it shares a key with.
    """
    claims: list[tuple[int, int, int, str, int]] = []
    for number, members in enumerate(clusters):
        own = Counter(member.local_id for member in members if member.local_id and not member.is_copy)
        votes = Counter(member.local_id for member in members if member.local_id)
        claims.extend((0, -own[local_id], -count, local_id, number) for local_id, count in votes.items() if local_id)
        if retired:
            keys = {key for member in members for key in certain(member.keys)}
            again = ((local_id, len(keys & theirs)) for local_id, theirs in retired.items())
            claims.extend((1, 0, -shared, local_id, number) for local_id, shared in again if shared)
    named: dict[str, Cluster] = {}
    served: set[int] = set()
    for *_, local_id, number in sorted(claims):
        if local_id not in named and number not in served:
            named[local_id] = clusters[number]
            served.add(number)
    for number, members in enumerate(clusters):
        if number not in served:
            named[mint()] = members
    return named
