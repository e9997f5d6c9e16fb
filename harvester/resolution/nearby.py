"""What a change may concern: everything tied to it by keys, ids or judgements, however far. Changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from sqlalchemy import Connection

from harvester.resolution.clusters import Member
from harvester.resolution.crowding import Crowding, find_crowded
from harvester.resolution.graph.judgements import Judgement, Place, find_live, is_derived
from harvester.resolution.graph.naming import Trace
from harvester.resolution.keys import certain
from harvester.resolution.lookups import Bearer, find_bearers, ids_of, members_of

_ROUNDS = 64


@dataclass(slots=True)
class Nearby:
    """Living members a change may concern, what was judged of them, and the traces of all records of their things.

    ``retired`` are the ids of things that are gone, with the keys of their members; ``crowded`` are keys that too many
    records bear to join any.
    """

    members: list[Member]
    judgements: list[Judgement]
    traces: list[Trace]
    retired: Mapping[str, Set[str]]
    crowded: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """Where to begin: the ids touched, the records that came, went or were judged, and who bears their keys.

    Of the records ``replaced`` the stored version counts no more. ``crowding`` says of the keys that come and go which
    are too common.
    """

    local_ids: Set[str]
    places: Set[Place]
    bearers: Sequence[Bearer]
    replaced: Set[Place] = frozenset()
    crowding: Crowding = Crowding()


@dataclass(slots=True)
class _Search:
    """What was found so far, and what was asked for already."""

    registered: Set[str]
    replaced: Set[Place]
    crowded: set[str]
    members: dict[Place, Member] = field(default_factory=dict)
    traces: list[Trace] = field(default_factory=list)
    judgements: dict[int, Judgement] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)


def find_nearby(connection: Connection, change: Change, registered: Set[str]) -> Nearby:
    """Give what the change may concern: whatever may be one thing with it, and what that may be one thing with.

    ``registered`` are the namespaces sources speak for. Vetoes and judgements of `different` end nothing here: what
    they keep apart is looked at together.
    """
    search = _Search(registered, change.replaced, set(change.crowding.now))
    search.keys |= {bearer.key for bearer in change.bearers} | change.crowding.now
    joining = [bearer for bearer in change.bearers if certain((bearer.key,))]
    wanted = set(change.local_ids) | {bearer.local_id for bearer in joining if bearer.local_id}
    wanted |= _tied(connection, search, change.places)
    for _ in range(_ROUNDS):
        if not wanted - search.ids:
            break
        wanted = _widen(connection, search, wanted - search.ids)
    in_use = {member.local_id for member in search.members.values()} | set(change.local_ids)
    retired: dict[str, set[str]] = defaultdict(set)
    for bearer in joining:
        if not bearer.live and bearer.local_id and bearer.local_id not in in_use:
            retired[bearer.local_id].add(bearer.key)
    judgements = [search.judgements[id] for id in sorted(search.judgements)]
    return Nearby(list(search.members.values()), judgements, search.traces, retired, search.crowded)


def _widen(connection: Connection, search: _Search, fresh: Set[str]) -> set[str]:
    """Take in the things of the ids, and give the ids they lead to."""
    search.ids |= fresh
    members, traces = members_of(connection, fresh, search.registered)
    search.traces += traces
    found = {member.place: member for member in members if member.place not in search.replaced}
    search.members |= found
    asked = {key for member in found.values() for key in certain(member.keys)} - search.keys
    search.keys |= asked
    crowded = find_crowded(connection, asked)
    search.crowded |= crowded.keys
    bearers = find_bearers(connection, asked - crowded.keys, worn=crowded.worn)
    led_to = {bearer.local_id for bearer in bearers if bearer.local_id}
    # ids that members brought: how old they are, and whether another thing bears them again
    brought = {trace.own_id for trace in traces if trace.own_id}
    return led_to | brought | _tied(connection, search, found.keys())


def _tied(connection: Connection, search: _Search, places: Iterable[Place]) -> set[str]:
    """Take in what was judged of records, and give the ids of what they were judged the same with."""
    fresh = set(places) - search.places
    search.places |= fresh
    beyond: set[Place] = set()
    for judgement in find_live(connection, fresh):
        if judgement.id is not None:
            search.judgements[judgement.id] = judgement
        if judgement.joins and not is_derived(judgement):
            beyond.update(judgement.pair)
    return ids_of(connection, beyond - search.places)
