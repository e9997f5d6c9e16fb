"""Which members describe one thing, by their exact keys and what was judged; pure, whatever order they came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from harvester.resolution.forms.form import Form
from harvester.resolution.forms.reading import read_form
from harvester.resolution.graph.judgements import Judgement
from harvester.resolution.graph.verdicts import Pair, Verdicts, to_verdicts
from harvester.resolution.grouping import LEAST_SUPPORT
from harvester.resolution.keys import certain
from harvester.resolution.matching.vetoing import are_vetoed, are_volumes_apart
from harvester.resolution.origin import own_keys, taken_from
from vocabularies.record import Record

MAX_HOLDERS = 50
"""A key borne by more records than this (a home page given as landing page, say) identifies nothing."""
_OF_SETS = "isbn:"
"""Begins the keys that may name a set of several volumes."""
EXEMPLARS = 5
"""No more members a side are asked for that: in a large group a record is compared with some of the others only."""


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

    ``is_copy`` says that the record is another owner's than its source's. ``own_id`` is the id it brought with it when
    its thing was joined with an older one, ``first_at`` when its first version was accepted. ``native`` is the record
    in our own format, or what comparing needs of it; without it no veto is found that looks at more than the record.
    """

    origin: Origin
    identifier: str
    record: Record
    keys: tuple[str, ...]
    accepted_at: datetime
    local_id: str | None = None
    fingerprint: str = ""
    is_copy: bool = False
    own_id: str | None = None
    first_at: datetime | None = None
    native: bytes = field(default=b"", repr=False, compare=False)

    @property
    def place(self) -> tuple[str, str]:
        """Where it is stored: source and identifier."""
        return self.origin.source_id, self.identifier


Cluster = tuple[Member, ...]


def cluster(members: Iterable[Member], judgements: Iterable[Judgement] = ()) -> list[Cluster]:
    """Group members that describe one thing; the strongest source's member comes first in each.

    First what people called the same, then members that share a certain key, then what rules and owners said, then what
    models did, most probable first. A pair that is to stay apart keeps its groups apart, a veto (``may_merge``) as well
    but for people, and models join no groups by a weak bridge. A copy goes where the record it was taken from is, and
    brings nothing else together: others' words about a record do not tie it to a third one.
    """
    ordered = sorted(members, key=lambda member: (member.is_copy, member.origin.rank, *member.place))
    verdicts = to_verdicts(judgements)
    leader_of = _leaders(ordered, verdicts)
    groups = _Groups(ordered, leader_of, verdicts)
    for pair in verdicts.by_people:
        groups.join_pair(pair, groups.may_by_people)
    groups.note_blocks()
    for key, bearers in _bearers(ordered, leader_of):
        for position in bearers[1:]:
            groups.join_first(position, bearers, is_of_set=key.startswith(_OF_SETS))
    for pair in verdicts.by_rules:
        groups.join_pair(pair, groups.may_by_rule)
    for pair in verdicts.by_models:
        groups.join_pair(pair, groups.may_by_model)
    for follower, leader in leader_of.items():
        groups.follow(follower, leader)
    return [tuple(ordered[position] for position in sorted(group)) for group in groups.by_home.values()]


class _Groups:
    """Groups of positions under way; a copy that follows its original is spoken for by that."""

    def __init__(self, ordered: Sequence[Member], leader_of: Mapping[int, int], verdicts: Verdicts) -> None:
        self._ordered = ordered
        self._speaker = {member.place: leader_of.get(at, at) for at, member in enumerate(ordered)}
        self.by_home = {at: [at] for at in range(len(ordered)) if at not in leader_of}
        self._home = list(range(len(ordered)))
        self._by_people: dict[int, int] = {}
        self._apart = self._positions(verdicts.apart)
        self._apart_by_people = self._positions(verdicts.apart_by_people)
        self._supported = self._positions(verdicts.supported)
        self._keys = [frozenset(certain(member.keys)) for member in ordered] if verdicts.by_models else []

    def _positions(self, pairs: Iterable[Pair]) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for one, two in self._spoken_for(pairs):
            found[one].add(two)
            found[two].add(one)
        return found

    def _spoken_for(self, pairs: Iterable[Pair]) -> Iterator[tuple[int, int]]:
        for a, b in pairs:
            one, two = self._speaker.get(a), self._speaker.get(b)
            if one is not None and two is not None and one != two:
                yield one, two

    def join_pair(self, pair: Pair, may: Callable[[int, int], bool]) -> None:
        for one, two in self._spoken_for([pair]):
            home, guest = sorted((self._home[one], self._home[two]))
            if home != guest and may(home, guest):
                self._move(home, guest)

    def note_blocks(self) -> None:
        """Take down what people joined, before anything else joins more."""
        self._by_people = {at: home for home, group in self.by_home.items() if len(group) > 1 for at in group}

    def join_first(self, position: int, bearers: Sequence[int], *, is_of_set: bool) -> None:
        """Join a bearer of a key with the first group of those before it that will have it.

        ``is_of_set`` says that the key may name several volumes together.
        """
        for other in bearers:
            home, guest = self._home[other], self._home[position]
            if other == position or home == guest:
                return
            if self.may(home, guest) and not (is_of_set and self._is_forbidden(home, guest, are_volumes_apart)):
                self._move(home, guest)
                return

    def follow(self, follower: int, leader: int) -> None:
        self.by_home[self._home[leader]].append(follower)

    def may_by_people(self, home: int, guest: int) -> bool:
        return not self._are_apart(home, guest, self._apart_by_people)

    def may(self, home: int, guest: int) -> bool:
        some, others = ([self._ordered[at] for at in self.by_home[group]] for group in (home, guest))
        return may_merge(some, others) and not self._are_apart(home, guest, self._apart)

    def may_by_rule(self, home: int, guest: int) -> bool:
        return self.may(home, guest) and not self._is_forbidden(home, guest, are_vetoed)

    def may_by_model(self, home: int, guest: int) -> bool:
        if not self.may_by_rule(home, guest):
            return False
        some, others = self.by_home[home], self.by_home[guest]
        support = sum(self._supports(one, two) for one, two in product(some, others))
        return support >= LEAST_SUPPORT * min(len(some), EXEMPLARS) * min(len(others), EXEMPLARS)

    def _supports(self, one: int, two: int) -> bool:
        return two in self._supported.get(one, ()) or not self._keys[one].isdisjoint(self._keys[two])

    def _is_forbidden(self, home: int, guest: int, forbids: Callable[[Form, Form], bool]) -> bool:
        """Tell whether a veto holds across two groups; of what people joined one without a veto is enough."""
        for some in self._blocks(home):
            for others in self._blocks(guest):
                forms = [(self._form(one), self._form(two)) for one, two in product(some, others)]
                if all(a is not None and b is not None and forbids(a, b) for a, b in forms):
                    return True
        return False

    def _blocks(self, group: int) -> list[list[int]]:
        blocks: dict[int, list[int]] = defaultdict(list)
        for at in self.by_home[group]:
            blocks[self._by_people.get(at, at)].append(at)
        return list(blocks.values())

    def _form(self, at: int) -> Form | None:
        native = self._ordered[at].native
        return read_form(native) if native else None

    def _are_apart(self, home: int, guest: int, apart: Mapping[int, Set[int]]) -> bool:
        others = set(self.by_home[guest])
        return bool(apart) and any(not others.isdisjoint(apart.get(at, ())) for at in self.by_home[home])

    def _move(self, home: int, guest: int) -> None:
        moved = self.by_home.pop(guest)
        self.by_home[home].extend(moved)
        for at in moved:
            self._home[at] = home


def _bearers(ordered: Sequence[Member], leader_of: Mapping[int, int]) -> Iterator[tuple[str, list[int]]]:
    """Give each certain key with the positions that bear it together, a key after the other."""
    holders: dict[str, list[int]] = defaultdict(list)
    for position, member in enumerate(ordered):
        if position not in leader_of:
            for key in certain(member.keys):
                holders[key].append(position)
    for key in sorted(holders):
        if 1 < len(holders[key]) <= MAX_HOLDERS:
            yield key, holders[key]


def _leaders(ordered: Sequence[Member], verdicts: Verdicts) -> dict[int, int]:
    """Give, for each copy whose original is there, the place of the original; not where they were called different."""
    originals: dict[str, int] = {}
    for position, member in enumerate(ordered):
        if not member.is_copy:
            for key in own_keys(member):
                originals.setdefault(key, position)
    followed: dict[int, int] = {}
    for position, member in enumerate(ordered):
        found = [originals[key] for key in taken_from(member) if key in originals]
        if found and _pair(member, ordered[min(found)]) not in verdicts.apart:
            followed[position] = min(found)
    return followed


def _pair(one: Member, two: Member) -> Pair:
    return (one.place, two.place) if one.place < two.place else (two.place, one.place)


def may_merge(some: Sequence[Member], others: Sequence[Member]) -> bool:
    """Tell whether two groups may be one thing: never across governments or types, nor two records of one source.

    One source may repeat a record only under the very same record id. What people joined all the same may be joined by
    what agrees with any of it.
    """
    if not _agree({member.record.type for member in some}, {member.record.type for member in others}):
        return False
    if not _agree(_governments(some), _governments(others)):
        return False
    ids, their_ids = _ids_by_source(some), _ids_by_source(others)
    return all(_agree(ids[source_id], their_ids[source_id]) for source_id in ids.keys() & their_ids.keys())


def _agree(some: Set[str], others: Set[str]) -> bool:
    return some <= others or others <= some


def _governments(members: Iterable[Member]) -> set[str]:
    return {member.record.government for member in members if member.record.government}


def _ids_by_source(members: Iterable[Member]) -> dict[str, set[str]]:
    ids: dict[str, set[str]] = defaultdict(set)
    for member in members:
        ids[member.origin.source_id].add(member.record.id)
    return ids
