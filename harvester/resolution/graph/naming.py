"""Which thing bears which canonical id, and where the ids of joined things lead; pure.

An id is the thing's its first record came for. Where things are joined the oldest id stays, and the others lead to it;
their records remember them, and get them back when they part. No id is ever given to another thing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from harvester.resolution.clusters import Cluster, Member
from harvester.resolution.graph.judgements import Place
from harvester.resolution.keys import certain

_LATEST = datetime.max.replace(tzinfo=UTC)
NOTHING = ""
"""What a record brought that left a thing which went on without it."""
_HOME, _BROUGHT, _GUEST, _SHARES = range(4)
"""How a record is tied to an id: bears its own; brought it when its thing was joined; bears another's; shares a key."""


_Age = tuple[datetime, bool, Place]


class Trace(NamedTuple):
    """What is remembered of a record's ids, living or not."""

    place: Place
    local_id: str | None
    own_id: str | None
    first_at: datetime | None
    live: bool = True


@dataclass(frozen=True, slots=True)
class Naming:
    """Things by canonical id; ``leads`` says of every id known here that is no thing's now which one it leads to.

    ``brought`` holds what members are to remember as the id they brought, where that changed; ``since`` from when on
    they are at home under their id, where that changed, None for now.
    """

    things: Mapping[str, Cluster]
    leads: Mapping[str, str] = field(default_factory=dict)
    brought: Mapping[Place, str | None] = field(default_factory=dict)
    since: Mapping[Place, datetime | None] = field(default_factory=dict)


class _Claim(NamedTuple):
    """A thing's claim on an id by one of its members; the least is the best."""

    tie: int
    is_copy: bool
    shared: int
    first_at: datetime
    place: Place
    thing: int


def name_things(
    clusters: Sequence[Cluster],
    mint: Callable[[], str],
    *,
    retired: Mapping[str, Set[str]] = MappingProxyType({}),
    traces: Iterable[Trace] = (),
) -> Naming:
    """Give every thing its canonical id: the oldest of those its members have the first claim on, else a new one.

    The first claim is that of the oldest record at home under the id; owners' own records count before copies.
    ``retired`` are ids nothing bears any more with the keys of what did: a thing with no id of its own gets one it
    shares a key with. ``traces`` tell how old ids are beyond what the members say.
    """
    claims = _claims(clusters, retired)
    ages = _ages(clusters, traces) if len(claims) > 1 else {}
    order = sorted(claims, key=lambda local_id: (min(claims[local_id]).tie == _SHARES, *_age(ages, local_id), local_id))
    id_of: dict[int, str] = {}
    since: dict[Place, datetime | None] = {}
    for local_id in order:
        best, *others = sorted(claims[local_id])
        if best.thing not in id_of:
            id_of[best.thing] = local_id
            continue
        others = [claim for claim in others if claim.tie in (_HOME, _SHARES) and claim.thing not in id_of]
        if others:
            id_of[others[0].thing] = local_id
            if local_id in ages:
                since[others[0].place] = ages[local_id][0]
    things = {id_of[number] if number in id_of else mint(): members for number, members in enumerate(clusters)}
    new = things.keys() - set(id_of.values())
    home_of = dict(zip(range(len(clusters)), things, strict=True))
    heirs = _heirs(things)
    leads = {
        local_id: home_of[min(theirs).thing]
        for local_id, theirs in claims.items()
        if local_id not in things
        and min(theirs).tie != _SHARES
        # what heirs brought leads on to what they are remembered by instead, and through that
        and any(heirs.get(claim.place, local_id) == local_id for claim in theirs)
    }
    since |= {member.place: None for local_id in new for member in things[local_id] if member.local_id}
    brought = _brought(things, new, heirs)
    return Naming(things, leads, brought, _kept_ages(things, ages, brought) | since)


def _claims(clusters: Sequence[Cluster], retired: Mapping[str, Set[str]]) -> dict[str, list[_Claim]]:
    claims: dict[str, list[_Claim]] = defaultdict(list)
    for thing, members in enumerate(clusters):
        for member in members:
            for local_id, tie in _ties(member):
                first_at = member.first_at or _LATEST
                claims[local_id].append(_Claim(tie, member.is_copy, 0, first_at, member.place, thing))
        if retired:
            keys = {key for member in members for key in certain(member.keys)}
            for local_id, theirs in retired.items():
                if shared := len(keys & theirs):
                    claims[local_id].append(_Claim(_SHARES, True, -shared, _LATEST, members[0].place, thing))
    return claims


def _ties(member: Member) -> list[tuple[str, int]]:
    ties = []
    if member.local_id:
        ties.append((member.local_id, _HOME if member.own_id in (None, member.local_id) else _GUEST))
    if member.own_id and member.own_id != member.local_id:
        ties.append((member.own_id, _BROUGHT))
    return ties


def _ages(clusters: Sequence[Cluster], traces: Iterable[Trace]) -> dict[str, _Age]:
    """Give how old ids are: when the first record came that they are or were home to."""
    ages: dict[str, _Age] = {}
    living = (
        (Trace(member.place, member.local_id, member.own_id, member.first_at), member.is_copy)
        for members in clusters
        for member in members
    )
    for trace, is_copy in (*living, *((each, True) for each in traces)):
        home = trace.local_id if trace.own_id is None else trace.own_id
        if home:
            age = (trace.first_at or _LATEST, is_copy, trace.place)
            ages[home] = min(age, ages.get(home, age))
    return ages


def _kept_ages(
    things: Mapping[str, Cluster], ages: Mapping[str, _Age], brought: Mapping[Place, str | None]
) -> dict[Place, datetime | None]:
    """Give since when the oldest at home in a thing is, where an older one left it: its id stays as old as it was."""
    home_of: dict[Place, str] = {}
    for local_id, members in things.items():
        for member in members:
            own_id = brought.get(member.place, member.own_id)
            home_of[member.place] = local_id if own_id is None else own_id
    since: dict[Place, datetime | None] = {}
    for local_id in things.keys() & ages.keys():
        first_at, _, oldest = ages[local_id]
        if home_of.get(oldest, local_id) == local_id:
            continue
        heir = min((each for each in things[local_id] if home_of[each.place] == local_id), key=_seniority, default=None)
        if heir and (heir.first_at or _LATEST) > first_at:
            since[heir.place] = first_at
    return since


def _age(ages: Mapping[str, _Age], local_id: str) -> _Age:
    return ages.get(local_id, (_LATEST, True, ("", "")))


def _brought(things: Mapping[str, Cluster], new: Set[str], heirs: Mapping[Place, str]) -> dict[Place, str | None]:
    """Give what changes of the ids members brought.

    A thing joined with another is remembered by all it consisted of; where whom it was home to is gone, by the oldest
    of its guests. Who leaves a thing that goes on without it brings nothing, and is a guest where it comes to, unless
    that is a new thing.
    """
    changes: dict[Place, str | None] = {}
    for local_id, members in things.items():
        for member in members:
            brought = heirs.get(member.place, member.own_id)
            if brought is None and member.local_id not in (None, local_id):
                brought = NOTHING if member.local_id in things else member.local_id
            if brought == local_id or (brought == NOTHING and local_id in new):
                brought = None
            if brought != member.own_id:
                changes[member.place] = brought
    return changes


def _heirs(things: Mapping[str, Cluster]) -> dict[Place, str]:
    """Give the oldest guest of each thing that is joined with another and was home to none of its members."""
    before: dict[str, list[Member]] = defaultdict(list)
    for members in things.values():
        for member in members:
            if member.local_id and member.local_id not in things:
                before[member.local_id].append(member)
    return {
        min(some, key=_seniority).place: local_id
        for local_id, some in before.items()
        if not any(member.own_id in (None, local_id) for member in some)
    }


def _seniority(member: Member) -> tuple[bool, datetime, Place]:
    return member.is_copy, member.first_at or _LATEST, member.place
