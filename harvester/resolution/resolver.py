"""Resolution against what is stored: finds the records a change touches and says what is published of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from harvester.resolution.clusters import Cluster, Known, Member, cluster
from harvester.resolution.crowding import Crowding, find_crowding
from harvester.resolution.graph.derived import derive, differences
from harvester.resolution.graph.judgements import Judgement, Place, is_derived
from harvester.resolution.graph.naming import Naming, Trace, name_things
from harvester.resolution.keys import bears, bounded, certain
from harvester.resolution.lookups import Bearer, find_bearers, find_deleted, find_disowned, find_owners, ids_of
from harvester.resolution.nearby import Change, Nearby, find_nearby
from harvester.resolution.origin import asked_of_owners, is_copy, namespace_of, own_keys, qualified
from harvester.resolution.renames import find_renamed, take_over
from harvester.resolution.repeating import kept_repeating
from harvester.resolution.ties import find_ties


@dataclass(frozen=True, slots=True)
class Lead:
    """Where the id of a joined thing leads, and what joined it: one of the judgements between the two, if any."""

    target: str
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a page's changes mean for the index: things to publish by canonical id, ids nothing is left of (those whose
    members went to another thing are in ``merged_away``), and members of other sources that moved to another id.

    ``silent`` are copies among the changes whose owner deleted the record: kept under its canonical id, not shown.
    What is to be kept of it besides: the judgements ``derived`` from keys, why others are ``over``, where ids
    ``leads``, the ids that are things' own again (``returned``), those members ``brought`` and ``since`` when they are
    at home under theirs (None: now), and both of what renamed records ``inherited``.
    ``ties`` are the judgements that tie records of two things; ``shifted`` the records that came, went or belong to
    another thing now, and ``left`` those of them that are gone.
    """

    clusters: Mapping[str, Cluster]
    emptied: tuple[str, ...] = ()
    moved: tuple[tuple[str, Place], ...] = ()
    merged_away: frozenset[str] = frozenset()
    silent: Mapping[Place, str] = field(default_factory=dict)
    derived: Sequence[Judgement] = ()
    over: Mapping[int, str] = field(default_factory=dict)
    leads: Mapping[str, Lead] = field(default_factory=dict)
    returned: frozenset[str] = frozenset()
    brought: Mapping[Place, str | None] = field(default_factory=dict)
    since: Mapping[Place, datetime | None] = field(default_factory=dict)
    inherited: Mapping[Place, tuple[datetime, str | None]] = field(default_factory=dict)
    ties: Sequence[Judgement] = ()
    shifted: frozenset[Place] = frozenset()
    left: frozenset[Place] = frozenset()

    def homes(self) -> dict[Place, str]:
        """Give the canonical id of every member by its place."""
        shown = {member.place: local_id for local_id, members in self.clusters.items() for member in members}
        return shown | dict(self.silent)

    @property
    def touched(self) -> tuple[str, ...]:
        """Give every canonical id whose thing is another now, or none."""
        return tuple(sorted({*self.clusters, *self.emptied}))


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
    stored = {member.place for member in incoming if member.local_id} | {place for place, local_id in gone if local_id}
    crowding, bearers = _find_sharers(connection, incoming, stored, asked)
    came = replaced
    pairs = find_renamed(connection, incoming, [each for each in bearers if _place(each) not in replaced])
    renamed = {place: _place(old) for place, old in pairs.items()}
    if renamed:  # what is put away bears its keys no more
        crowding, bearers = _find_sharers(connection, incoming, stored | set(renamed.values()), asked)
    incoming = take_over(connection, incoming, pairs)
    replaced = replaced | set(renamed.values())
    losing = {local_id for _, local_id in gone if local_id}
    touched = {member.local_id for member in incoming if member.local_id} | losing
    nearby = find_nearby(connection, Change(touched, came, bearers, replaced, crowding), owners.keys())
    known = {trace.place: trace for trace in nearby.traces}
    incoming = [_with_trace(member, known) for member in incoming]
    going = {place for place, _ in gone}
    everyone = [_less(member, nearby.crowded) for member in (*incoming, *nearby.members)]
    dead = find_dead(connection, everyone, owners, going)
    if not (nearby.members or nearby.retired or nearby.judgements or gone or dead) and _all_new_and_alone(incoming):
        return Resolution({mint(): (member,) for member in incoming})
    solved = _Change(everyone, dead, replaced, losing, touched)
    silent = _homes_of_silent([member for member in incoming if member.place in dead], bearers, mint)
    found = _solve(solved, nearby, Known(kept_repeating(connection)), mint)
    inherited = {
        member.place: (member.first_at, found.brought.get(member.place, member.own_id))
        for member in incoming
        if member.place in renamed and member.first_at
    }
    return replace(found, silent=silent, inherited=inherited)


def _find_sharers(
    connection: Connection, incoming: Sequence[Member], leaving: Set[Place], asked: Set[str]
) -> tuple[Crowding, list[Bearer]]:
    """Give which keys are too common, and who bears the others."""
    crowding = find_crowding(connection, incoming, leaving, asked)
    return crowding, find_bearers(connection, (asked | crowding.thinned) - crowding.throughout, worn=crowding.worn)


def recluster(connection: Connection, places: Collection[Place], *, mint: Callable[[], str]) -> Resolution:
    """Solve the things of these records, and whatever is tied to them, anew from what is stored and judged of them.

    Like ``resolve`` it must run inside the writing transaction.
    """
    owners = find_owners(connection)
    touched = ids_of(connection, places)
    nearby = find_nearby(connection, Change(touched, set(places), ()), owners.keys())
    everyone = [_less(member, nearby.crowded) for member in nearby.members]
    dead = find_dead(connection, everyone, owners, set())
    known = Known(kept_repeating(connection))
    return _solve(_Change(everyone, dead, set(), set(), touched), nearby, known, mint)


@dataclass(frozen=True, slots=True)
class _Change:
    """Everyone a change concerns; whose original is ``dead``; whose stored version is ``replaced``; the ids concerned,
    those of records that go among them.
    """

    everyone: Sequence[Member]
    dead: Set[Place]
    replaced: Set[Place]
    losing: Set[str]
    touched: Set[str]


def _solve(change: _Change, nearby: Nearby, known: Known, mint: Callable[[], str]) -> Resolution:
    living = [member for member in change.everyone if member.place not in change.dead]
    before = {member.place: member.local_id for member in change.everyone}
    named = name_things(cluster(living, nearby.judgements, known), mint, retired=nearby.retired, traces=nearby.traces)
    touched = set(change.touched) | {member.local_id for member in nearby.members if member.local_id}
    moved = [
        (local_id, member.place)
        for local_id, members in named.things.items()
        for member in members
        if member.place not in change.replaced and member.local_id != local_id
    ]
    emptied = tuple(sorted(touched - named.things.keys()))
    derived, over = differences(
        [judgement for members in named.things.values() if len(members) > 1 for judgement in derive(members)],
        nearby.judgements,
        named.things.values(),
        nearby.crowded,
    )
    ties = find_ties(nearby.judgements)
    shifted, left = _shifts(change, named, nearby) if ties else (frozenset[Place](), frozenset[Place]())
    shown = {before[member.place] for member in living}
    losing = set(change.losing) | {before[place] or "" for place in change.dead}
    return Resolution(
        _changed(named.things, before, change.replaced, losing),
        emptied,
        tuple(moved),
        frozenset(filter(None, shown)) & set(emptied),
        derived=derived,
        over=over,
        leads=_leads(named, [*nearby.judgements, *derived], set(over)),
        returned=_returned(named, nearby, change.dead | change.replaced),
        brought=named.brought,
        since=named.since,
        ties=ties,
        shifted=shifted,
        left=left,
    )


def _shifts(change: _Change, named: Naming, nearby: Nearby) -> tuple[frozenset[Place], frozenset[Place]]:
    """Give the records that came, went or belong to another thing now, and those of them that are gone."""
    now = {member.place: local_id for local_id, members in named.things.items() for member in members}
    before = {member.place: member.local_id for member in change.everyone}
    came = {trace.place for trace in nearby.traces if not trace.live} & now.keys()
    left = (set(change.replaced) | before.keys()) - now.keys()
    moved = {place for place, local_id in now.items() if before[place] != local_id}
    return frozenset(came | left | moved), frozenset(left)


def _returned(named: Naming, nearby: Nearby, unsure: Set[Place]) -> frozenset[str]:
    """Give the ids that may have led elsewhere: a thing's now, and none's but of who, ``unsure``, may not be shown."""
    known = {each for trace in nearby.traces for each in (trace.local_id, trace.own_id)} | nearby.retired.keys()
    borne = {trace.local_id for trace in nearby.traces if trace.live and trace.place not in unsure}
    return frozenset(local_id for local_id in named.things if local_id in known and local_id not in borne)


def _less(member: Member, crowded: Set[str]) -> Member:
    """Give a member without the keys that are too common to join it with others."""
    if crowded.isdisjoint(member.keys):
        return member
    return replace(member, keys=tuple(key for key in member.keys if key not in crowded))


def _place(bearer: Bearer) -> Place:
    return bearer.source_id, bearer.identifier


def _with_trace(member: Member, known: Mapping[Place, Trace]) -> Member:
    trace = known.get(member.place)
    if trace is None or member.first_at is not None:
        return member
    return replace(member, own_id=trace.own_id, first_at=trace.first_at)


def _all_new_and_alone(incoming: Sequence[Member]) -> bool:
    keys = [key for member in incoming for key in certain(member.keys)]
    return len(keys) == len(set(keys)) and not any(member.local_id for member in incoming)


def _changed(
    named: Mapping[str, Cluster], before: Mapping[Place, str | None], replaced: Set[Place], losing: Set[str]
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


def _leads(named: Naming, judgements: Iterable[Judgement], over: Set[int]) -> dict[str, Lead]:
    """Give where the ids of joined things lead, with the judgement that weighs most of those that join them."""
    if not named.leads:
        return {}
    brought_by: dict[Place, str] = {}
    home_of: dict[Place, str] = {}
    for local_id, members in named.things.items():
        for member in members:
            home_of[member.place] = local_id
            brought_by[member.place] = member.own_id or member.local_id or ""
    said: dict[str, Judgement] = {}
    for judgement in sorted(judgements, key=_weight):
        if judgement.joins and judgement.id not in over and len(set(map(home_of.get, judgement.pair))) == 1:
            ends = {brought_by.get(judgement.a, ""), brought_by.get(judgement.b, "")}
            for local_id in (ends & named.leads.keys()) if len(ends) > 1 else ():
                said.setdefault(local_id, judgement)
    return {local_id: Lead(target, said.get(local_id)) for local_id, target in named.leads.items()}


def _weight(judgement: Judgement) -> tuple[int, bool, float, tuple[Place, Place]]:
    order = ("person", "owner", "rule", "model").index(judgement.by_kind)
    return order, not is_derived(judgement), -(judgement.probability or 0.0), judgement.pair


def find_dead(
    connection: Connection, everyone: Sequence[Member], owners: Mapping[str, Sequence[str]], going: Set[Place]
) -> set[Place]:
    """Give the copies whose every original was deleted by its owner; where the owner is not ours to ask, it lives.

    A copy that people called another thing than its original lives on, and one tied to it by a key too common.
    """
    asked = {member.place: asked_of_owners(member) for member in everyone if member.is_copy}
    wanted = {key for keys in asked.values() for key in keys if namespace_of(key) in owners}
    if not wanted:
        return set()
    alive = {key for member in everyone if not member.is_copy for key in own_keys(member)}
    deleted = find_deleted(connection, wanted, owners, going) - alive
    crowd = {member.place for member in everyone if not all(bears(member, key) for key in asked.get(member.place, ()))}
    dead = {place: keys for place, keys in asked.items() if keys and keys <= deleted and place not in crowd}
    return dead.keys() - find_disowned(connection, dead, owners)


def _homes_of_silent(silent: Sequence[Member], bearers: Sequence[Bearer], mint: Callable[[], str]) -> dict[Place, str]:
    home_of = {bearer.key: bearer.local_id for bearer in bearers if bearer.local_id}
    homes: dict[Place, str] = {}
    for member in silent:
        known = (home_of[key] for key in certain(member.keys) if key in home_of)
        homes[member.place] = member.local_id or next(known, None) or mint()
    return homes
