"""Which members describe one thing, by their exact keys and what was judged; pure, whatever order they came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from harvester.resolution.evidence import Evidence, share_identifier
from harvester.resolution.forms.form import Form
from harvester.resolution.graph.judgements import Judgement
from harvester.resolution.graph.verdicts import Pair, Verdicts, to_verdicts
from harvester.resolution.grouping import Groups, is_supported
from harvester.resolution.keys import bears, certain
from harvester.resolution.matching.scoring import Model
from harvester.resolution.matching.vetoing import are_vetoed, are_volumes_apart
from harvester.resolution.origin import own_keys, taken_from
from vocabularies.record import Record

MAX_HOLDERS = 50
"""A key borne by more living records than this (a home page given as landing page, say) identifies nothing."""
_OF_SETS = "isbn:"
"""Begins the keys that may name a set of several volumes."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The source a member came from, as far as merging needs to know it; rank 1 is strongest.

    ``namespace`` is the node or repository whose records it may change, ``country`` whose source it is; empty where
    that is not known.
    """

    source_id: str
    rank: int
    protocol: str
    url: str
    namespace: str = ""
    country: str = ""


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


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides: sources ``repeating`` themselves (``repeating.find_repeating``), and another model."""

    repeating: Set[str] = frozenset()
    model: Model | None = None


_USUAL = Known()


def cluster(members: Iterable[Member], judgements: Iterable[Judgement] = (), known: Known = _USUAL) -> list[Cluster]:
    """Group members that describe one thing; the strongest source's member comes first in each.

    First what people called the same, then members that share a certain key, then what rules and owners said, then what
    models did, most probable first. A pair that is to stay apart keeps its groups apart, a veto (``may_merge``) as well
    but for people. Rules and models join no groups across a pair people left open, nor models any unless what lies
    between them speaks for it (``is_supported``): pairs nobody judged are then compared by the model. A copy goes where
    the record it was taken from is, and brings nothing else together: others' words about a record do not tie it to a
    third one.

    This is the one way of grouping: of what arrives, of everything anew, on Spark, and of labelled sets.
    """
    ordered = sorted(members, key=lambda member: (member.is_copy, member.origin.rank, *member.place))
    verdicts = to_verdicts(judgements)
    leader_of = _leaders(ordered, verdicts)
    solving = _Solving(ordered, leader_of, verdicts, known)
    for pair in verdicts.by_people:
        solving.join_pair(pair, solving.may_by_people)
    solving.note_blocks()
    for key, bearers in _bearers(ordered, leader_of):
        for position in bearers[1:]:
            solving.join_first(position, bearers, is_of_set=key.startswith(_OF_SETS))
    for pair in verdicts.by_rules:
        solving.join_pair(pair, solving.may_by_rule)
    for pair in verdicts.by_models:
        solving.join_pair(pair, solving.may_by_model)
    groups = solving.groups
    for follower, leader in leader_of.items():
        groups.by_home[groups.home_of[leader]].append(follower)
    return [tuple(ordered[position] for position in sorted(group)) for group in groups.by_home.values()]


class _Solving:
    """Groups of positions under way; a copy that follows its original is spoken for by that."""

    def __init__(
        self, ordered: Sequence[Member], leader_of: Mapping[int, int], verdicts: Verdicts, known: Known
    ) -> None:
        self._ordered = ordered
        self._repeating = known.repeating
        self._speaker = {member.place: leader_of.get(at, at) for at, member in enumerate(ordered)}
        self.groups = Groups(at for at in range(len(ordered)) if at not in leader_of)
        self._by_people: dict[int, tuple[int, ...]] = {}
        self._apart = self._positions(verdicts.apart)
        self._apart_by_people = self._positions(verdicts.apart_by_people)
        self._doubted = self._positions(verdicts.doubted)
        self._evidence = Evidence(ordered, self._surely(verdicts), self._positions(verdicts.supported), known.model)
        self._refused: set[tuple[int, int, int, int]] = set()

    def _surely(self, verdicts: Verdicts) -> dict[int, set[int]]:
        return self._positions((*verdicts.by_people, *verdicts.by_rules)) if verdicts.by_models else {}

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
        """Join the groups of a judged pair where ``may`` lets them."""
        for one, two in self._spoken_for([pair]):
            self.groups.join(one, two, may)

    def note_blocks(self) -> None:
        """Take down what people joined, before anything else joins more."""
        joined = [tuple(group) for group in self.groups.by_home.values() if len(group) > 1]
        self._by_people = {at: group for group in joined for at in group}

    def join_first(self, position: int, bearers: Sequence[int], *, is_of_set: bool) -> None:
        """Join a bearer of a key with the first group of those before it that will have it.

        ``is_of_set`` says that the key may name several volumes together.
        """

        def may(home: int, guest: int) -> bool:
            return self.may(home, guest) and not (is_of_set and self._is_forbidden(home, guest, are_volumes_apart))

        for other in bearers:
            if other == position or self.groups.join(position, other, may):
                return

    def may_by_people(self, home: int, guest: int) -> bool:
        """Tell whether a person may join two groups: not where people called a pair across them different."""
        return not self._are_apart(home, guest, self._apart_by_people)

    def may(self, home: int, guest: int) -> bool:
        """Tell whether a shared identifier may join two groups: not across governments or types, or told apart."""
        return self._may_merge(home, guest) and not self._are_apart(home, guest, self._apart)

    def may_by_rule(self, home: int, guest: int) -> bool:
        """Tell whether a rule may: as an identifier, and not where people were unsure or a veto holds between them."""
        if not self._may_merge(home, guest, is_judged=True):
            return False
        if self._are_apart(home, guest, self._apart) or self._are_apart(home, guest, self._doubted):
            return False
        return not self._is_forbidden(home, guest, are_vetoed)

    def may_by_model(self, home: int, guest: int) -> bool:
        """Tell whether the model may: as a rule, and only where the pairs across the groups speak for it together."""
        some, others = self.groups.by_home[home], self.groups.by_home[guest]
        asked = home, guest, len(some), len(others)  # groups only grow: these are the very same two
        if asked in self._refused:
            return False
        may = is_supported(some, others, self._bits) and self.may_by_rule(home, guest)
        if not may:
            self._refused.add(asked)
        return may

    def _bits(self, one: int, two: int) -> float:
        """Give what speaks for two members; of what people joined, the best is heard."""
        blocks = self._by_people.get(one, (one,)), self._by_people.get(two, (two,))
        return max(self._evidence.bits(*pair) for pair in product(*blocks))

    def _may_merge(self, home: int, guest: int, *, is_judged: bool = False) -> bool:
        some, others = ([self._ordered[at] for at in self.groups.by_home[group]] for group in (home, guest))
        return may_merge(some, others, is_judged=is_judged, repeating=self._repeating)

    def _is_forbidden(self, home: int, guest: int, forbids: Callable[[Form, Form], bool]) -> bool:
        """Tell whether a veto holds across two groups; of what people joined one without a veto is enough."""
        for some in self._blocks(home):
            for others in self._blocks(guest):
                forms = [(self._evidence.form(one), self._evidence.form(two)) for one, two in product(some, others)]
                if all(a is not None and b is not None and forbids(a, b) for a, b in forms):
                    return True
        return False

    def _blocks(self, group: int) -> Set[tuple[int, ...]]:
        return {self._by_people.get(at, (at,)) for at in self.groups.by_home[group]}

    def _are_apart(self, home: int, guest: int, apart: Mapping[int, Set[int]]) -> bool:
        others = set(self.groups.by_home[guest])
        return bool(apart) and any(not others.isdisjoint(apart.get(at, ())) for at in self.groups.by_home[home])


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
    """Give, for each copy whose original is there, the place of the original.

    Not where they were called different, nor where a copy before it was called different that follows already.
    """
    originals: dict[str, int] = {}
    for position, member in enumerate(ordered):
        if not member.is_copy:
            for key in own_keys(member):
                originals.setdefault(key, position)
    followed: dict[int, int] = {}
    following: dict[int, list[Member]] = defaultdict(list)
    for position, member in enumerate(ordered):
        found = [originals[key] for key in taken_from(member) if key in originals and bears(member, key)]
        if not found:
            continue
        there = following[min(found)] or [ordered[min(found)]]
        if not any(_pair(member, other) in verdicts.apart for other in there):
            following[min(found)] = [*there, member]
            followed[position] = min(found)
    return followed


def _pair(one: Member, two: Member) -> Pair:
    return (one.place, two.place) if one.place < two.place else (two.place, one.place)


def may_merge(
    some: Sequence[Member], others: Sequence[Member], *, is_judged: bool = False, repeating: Set[str] = frozenset()
) -> bool:
    """Tell whether two groups may be one thing: never across governments or types, nor two records of one source.

    One source may repeat a record only under the very same record id, or where that was judged of them
    (``is_judged``) if their identifiers agree, unless it is ``repeating`` itself. What people joined all the same may
    be joined by what agrees with any of it.
    """
    if not _agree(_types(some), _types(others)):
        return False
    if not _agree(_governments(some), _governments(others)):
        return False
    ours, theirs = _by_source(some), _by_source(others)
    both = (ours.keys() & theirs.keys()) - repeating
    return all(_may_repeat(ours[source], theirs[source], is_judged) for source in both)


def _may_repeat(some: Sequence[Member], others: Sequence[Member], is_judged: bool) -> bool:
    if _agree({member.record.id for member in some}, {member.record.id for member in others}):
        return True
    return is_judged and all(share_identifier(one, other) for one, other in product(some, others))


def _types(members: Iterable[Member]) -> set[str]:
    return {member.record.type for member in members if member.record.type}


def _agree(some: Set[str], others: Set[str]) -> bool:
    return some <= others or others <= some


def _governments(members: Iterable[Member]) -> set[str]:
    return {member.record.government for member in members if member.record.government}


def _by_source(members: Iterable[Member]) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        found[member.origin.source_id].append(member)
    return found
