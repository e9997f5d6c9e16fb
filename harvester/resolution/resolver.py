"""Resolution against what is stored: finds the records a change touches and says what is published of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from harvester.resolution.clusters import Cluster, Member, assign_ids, cluster
from harvester.resolution.keys import bounded, certain
from harvester.resolution.lookups import (
    Bearer,
    find_bearers,
    find_deleted,
    find_owners,
    members_of,
)
from harvester.resolution.origin import asked_of_owners, is_copy, namespace_of, own_keys, qualified
from harvester.resolution.renames import take_over

_ROUNDS = 8
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a page's changes mean for the index: things to publish by canonical id, ids nothing is left of (those whose
    members went to another thing are in ``merged_away``), and members of other sources that moved to another id.

    ``silent`` are copies among the changes whose owner deleted the record: kept under its canonical id, not shown.
    """

    clusters: Mapping[str, Cluster]
    emptied: tuple[str, ...] = ()
    moved: tuple[tuple[str, Place], ...] = ()
    merged_away: frozenset[str] = frozenset()
    silent: Mapping[Place, str] = field(default_factory=dict)

    def homes(self) -> dict[Place, str]:
        """Give the canonical id of every member by its place."""
        shown = {member.place: local_id for local_id, members in self.clusters.items() for member in members}
        return shown | dict(self.silent)


@dataclass(slots=True)
class _Nearby:
    """Living members a change may concern, and the ids of things that are gone with the keys of their members."""

    members: list[Member]
    retired: Mapping[str, Set[str]]


def resolve(
    connection: Connection,
    incoming: Sequence[Member],
    gone: Sequence[tuple[Place, str | None]],
    *,
    mint: Callable[[], str],
) -> Resolution:
    """Find the canonical id of every incoming member and of whatever its coming or going changes.

    ``gone`` holds place and canonical id of the records deleted at the source, those never held included. Must run
    inside the writing transaction: two sources may bring the same new thing at once.
    """
    owners = find_owners(connection)
    incoming = [replace(member, is_copy=is_copy(member, owners.keys())) for member in incoming]
    replaced = {member.place for member in incoming} | {place for place, _ in gone}
    unheard = filter(None, (qualified(identifier) for (_, identifier), local_id in gone if not local_id))
    asked = {key for member in incoming for key in member.keys} | set(map(bounded, unheard))
    bearers = find_bearers(connection, asked)
    incoming, left = take_over(connection, incoming, [each for each in bearers if _place(each) not in replaced])
    replaced |= left
    losing = {local_id for _, local_id in gone if local_id}
    touched = {member.local_id for member in incoming if member.local_id} | losing
    nearby = _nearby(connection, touched, bearers, replaced=replaced, registered=owners.keys())
    everyone = [*incoming, *nearby.members]
    dead = _find_dead(connection, everyone, owners, {place for place, _ in gone})
    living = [member for member in everyone if member.place not in dead]
    if not nearby.members and not gone and not nearby.retired and not dead and _all_new_and_alone(incoming):
        return Resolution({mint(): (member,) for member in incoming})
    before = {member.place: member.local_id for member in everyone}
    named = assign_ids(cluster(living), mint, nearby.retired)
    touched |= {member.local_id for member in nearby.members if member.local_id}
    moved = [
        (local_id, member.place)
        for local_id, members in named.items()
        for member in members
        if member.place not in replaced and member.local_id != local_id
    ]
    emptied = tuple(sorted(touched - named.keys()))
    shown = {before[member.place] for member in living}
    return Resolution(
        _changed(named, before, replaced, losing | {before[place] or "" for place in dead}),
        emptied,
        tuple(moved),
        frozenset(filter(None, shown)) & set(emptied),
        _homes_of_silent([member for member in incoming if member.place in dead], bearers, mint),
    )


def _place(bearer: Bearer) -> Place:
    return bearer.source_id, bearer.identifier


def _all_new_and_alone(incoming: Sequence[Member]) -> bool:
    keys = [key for member in incoming for key in certain(member.keys)]
    return len(keys) == len(set(keys)) and not any(member.local_id for member in incoming)


def _changed(
    named: Mapping[str, Cluster], before: Mapping[Place, str | None], replaced: set[Place], losing: set[str]
) -> dict[str, Cluster]:
    left = {
        previous
        for local_id, members in named.items()
        for member in members
        if (previous := before[member.place]) and previous != local_id
    }
    return {
        local_id: members
        for local_id, members in named.items()
        if local_id in losing
        or local_id in left
        or any(member.place in replaced or before[member.place] != local_id for member in members)
    }


def _nearby(
    connection: Connection,
    local_ids: Set[str],
    bearers: Sequence[Bearer],
    *,
    replaced: Set[Place],
    registered: Set[str],
) -> _Nearby:
    found: dict[Place, Member] = {}
    seen_ids: set[str] = set()
    seen_keys = {bearer.key for bearer in bearers}
    joining = [bearer for bearer in bearers if certain((bearer.key,))]
    wanted = set(local_ids) | {bearer.local_id for bearer in joining if bearer.local_id}
    for _ in range(_ROUNDS):
        fresh = wanted - seen_ids
        if not fresh:
            break
        seen_ids |= fresh
        asked: set[str] = set()
        for member in members_of(connection, fresh, registered):
            if member.place not in replaced:
                found[member.place] = member
                asked.update(certain(member.keys))
        wanted |= {bearer.local_id for bearer in find_bearers(connection, asked - seen_keys) if bearer.local_id}
        seen_keys |= asked
    in_use = {member.local_id for member in found.values()} | set(local_ids)
    retired: dict[str, set[str]] = defaultdict(set)
    for bearer in joining:
        if not bearer.live and bearer.local_id and bearer.local_id not in in_use:
            retired[bearer.local_id].add(bearer.key)
    return _Nearby(list(found.values()), retired)


def _find_dead(
    connection: Connection, everyone: Sequence[Member], owners: Mapping[str, Sequence[str]], going: Set[Place]
) -> set[Place]:
    """Give the copies whose every original was deleted by its owner; where the owner is not ours to ask, it lives."""
    asked = {member.place: asked_of_owners(member) for member in everyone if member.is_copy}
    wanted = {key for keys in asked.values() for key in keys if namespace_of(key) in owners}
    if not wanted:
        return set()
    alive = {key for member in everyone if not member.is_copy for key in own_keys(member)}
    deleted = find_deleted(connection, wanted, owners, going) - alive
    return {place for place, keys in asked.items() if keys and keys <= deleted}


def _homes_of_silent(silent: Sequence[Member], bearers: Sequence[Bearer], mint: Callable[[], str]) -> dict[Place, str]:
    home_of = {bearer.key: bearer.local_id for bearer in bearers if bearer.local_id}
    homes: dict[Place, str] = {}
    for member in silent:
        known = (home_of[key] for key in certain(member.keys) if key in home_of)
        homes[member.place] = member.local_id or next(known, None) or mint()
    return homes
