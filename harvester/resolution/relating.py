"""Which things are published with which ties after a change: those that changed, and those tied to what did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import Connection, select

from harvester.resolution.among import among
from harvester.resolution.clusters import Cluster, Member
from harvester.resolution.graph.judgements import Judgement, Place, find_live
from harvester.resolution.lookups import find_owners, ids_of, members_of
from harvester.resolution.resolver import Resolution, find_dead
from harvester.resolution.ties import Tie, find_ties, ties_of
from harvester.tables import publication, source_record

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Related:
    """Things to publish by canonical id, and the ties of those that have any."""

    things: Mapping[str, Cluster]
    ties: Mapping[str, tuple[Tie, ...]]


def relate(connection: Connection, resolution: Resolution, judged: Collection[Place] = ()) -> Related:
    """Give what a resolution changes with its ties, and what is tied to it at the other end.

    Looks no further than that: a thing whose records stayed as they are is not asked for. Of the records ``judged``
    every thing is given, as what was said of them may be over.
    """
    if not (resolution.ties or judged):
        return Related(resolution.clusters, {})
    home_of = {member.place: local_id for local_id, members in resolution.clusters.items() for member in members}
    tied = {place for each in resolution.ties for place in each.pair}
    before = _find_shown(connection, {home_of[place] for place in tied & home_of.keys()})
    others = {place for place in judged if place not in home_of}
    for each in resolution.ties:
        for here, there in (each.pair, each.pair[::-1]):
            back = here in home_of and home_of[here] not in before
            if there not in home_of and (back or here in resolution.shifted):
                others.add(there)
    wanted = ids_of(connection, others) - resolution.clusters.keys() - set(resolution.emptied)
    more = shown_things(connection, wanted, resolution.left)
    home_of |= {member.place: local_id for local_id, members in more.items() for member in members}
    theirs = find_ties(find_live(connection, {member.place for members in more.values() for member in members}))
    said = {(each.pair, each.by_kind): each for each in (*resolution.ties, *theirs)}.values()
    home_of |= _homes(connection, {place for each in said for place in each.pair} - home_of.keys(), resolution)
    things = {**resolution.clusters, **more}
    return Related(things, _ties(things, said, home_of))


def _ties(
    things: Mapping[str, Cluster], said: Iterable[Judgement], home_of: Mapping[Place, str]
) -> dict[str, tuple[Tie, ...]]:
    of_thing: dict[str, list[Judgement]] = defaultdict(list)
    for each in said:
        for local_id in {home_of[place] for place in each.pair if place in home_of}:
            of_thing[local_id].append(each)
    return {
        local_id: ties_of({member.place for member in members}, of_thing[local_id], home_of, local_id)
        for local_id, members in things.items()
        if local_id in of_thing
    }


def shown_things(connection: Connection, local_ids: Set[str], left: Set[Place] = frozenset()) -> dict[str, Cluster]:
    """Give things as they are shown, by canonical id: without copies of what its owner deleted, and what ``left``."""
    if not local_ids:
        return {}
    owners = find_owners(connection)
    members, _ = members_of(connection, local_ids, owners.keys())
    dead = find_dead(connection, members, owners, set()) | left
    found: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        if member.place not in dead:
            found[member.local_id or ""].append(member)
    return {local_id: tuple(sorted(some, key=lambda each: each.place)) for local_id, some in found.items()}


def _homes(connection: Connection, places: Set[Place], resolution: Resolution) -> dict[Place, str]:
    """Give the canonical ids of records that did not change, where their thing is shown."""
    table = source_record.c
    found: dict[Place, str] = {}
    for chunk in _chunks(sorted(places - resolution.left)):
        query = select(table.source_id, table.identifier, table.local_id).where(
            among(table.source_id, table.identifier, chunk), table.record.is_not(None), table.local_id.is_not(None)
        )
        found |= {(row.source_id, row.identifier): row.local_id for row in connection.execute(query)}
    shown = _find_shown(connection, set(found.values())) - set(resolution.emptied)
    return {place: local_id for place, local_id in found.items() if local_id in shown}


def _find_shown(connection: Connection, local_ids: Set[str]) -> set[str]:
    item = publication.item.c
    shown: set[str] = set()
    for start in range(0, len(ids := sorted(local_ids)), _CHUNK):
        query = select(item.local_id).where(item.local_id.in_(ids[start : start + _CHUNK]), item.deleted.is_(False))
        shown.update(connection.execute(query).scalars())
    return shown


def _chunks(places: Sequence[Place]) -> Iterable[Sequence[Place]]:
    return (places[start : start + _CHUNK] for start in range(0, len(places), _CHUNK))
