"""Which members describe one thing, from their exact keys alone; pure, and the same whatever order they came in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vocabularies.record import Record

MAX_HOLDERS = 50
"""A key borne by more records than this (a home page given as landing page, say) identifies nothing."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The source a member came from, as far as merging needs to know it; rank 1 is strongest."""

    source_id: str
    rank: int
    protocol: str
    url: str


@dataclass(frozen=True, slots=True)
class Member:
    """One source's accepted record of a thing; ``local_id`` is the canonical id it bore until now."""

    origin: Origin
    identifier: str
    record: Record
    keys: tuple[str, ...]
    accepted_at: datetime
    local_id: str | None = None
    fingerprint: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Where it is stored: source and identifier."""
        return self.origin.source_id, self.identifier


Cluster = tuple[Member, ...]


def cluster(members: Iterable[Member]) -> list[Cluster]:
    """Group members that share a key and may be merged; the strongest source's member comes first in each."""
    ordered = sorted(members, key=lambda member: (member.origin.rank, *member.place))
    groups: dict[int, list[int]] = {position: [position] for position in range(len(ordered))}
    group_of = list(range(len(ordered)))
    holders: dict[str, list[int]] = defaultdict(list)
    for position, member in enumerate(ordered):
        for key in member.keys:
            holders[key].append(position)
    for key in sorted(holders):
        bearers = holders[key]
        if not 1 < len(bearers) <= MAX_HOLDERS:
            continue
        for position in bearers[1:]:
            _join(position, bearers, groups=groups, group_of=group_of, ordered=ordered)
    return [tuple(ordered[position] for position in sorted(group)) for group in groups.values()]


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


def assign_ids(clusters: Sequence[Cluster], mint: Callable[[], str]) -> dict[str, Cluster]:
    """Give every cluster a canonical id: the one most of its members bore, or a new one where none is left."""
    claims: list[tuple[int, str, int]] = []
    for number, members in enumerate(clusters):
        votes = Counter(member.local_id for member in members if member.local_id)
        claims.extend((-count, local_id, number) for local_id, count in votes.items())
    named: dict[str, Cluster] = {}
    served: set[int] = set()
    for _, local_id, number in sorted(claims):
        if local_id not in named and number not in served:
            named[local_id] = clusters[number]
            served.add(number)
    for number, members in enumerate(clusters):
        if number not in served:
            named[mint()] = members
    return named
