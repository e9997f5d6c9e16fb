"""Who meets whom: the keys of records that changed are written, and those that share one with others are brought
together; it compares nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from sqlalchemy import Connection

from harvester.resolution.matching.bearers import bearer_of, bearings_of, may_meet, number_of
from harvester.resolution.matching.blocking import GramsOf, most_bearers
from harvester.resolution.matching.candidates import add_keys, find_bearers, remove_keys
from harvester.resolution.matching.grams import smallest_grams
from harvester.resolution.matching.stored_forms import Renewed

_Bearings = defaultdict[int, set[int]]


@dataclass(slots=True)
class _Change:
    """What bears which key now, and what bears it no more, of the records that changed."""

    keys: dict[int, list[int]] = field(default_factory=dict)
    """Of each living record, by its bearer."""
    asked: set[int] = field(default_factory=set)
    added: _Bearings = field(default_factory=lambda: defaultdict(set))
    removed: _Bearings = field(default_factory=lambda: defaultdict(set))

    def take(self, each: Renewed, grams_of: GramsOf) -> None:
        """Take in what became of one record."""
        now = set(bearings_of(each.no, each.now, grams_of)) if each.now else set()
        before = now
        if each.before is not each.now:
            before = set(bearings_of(each.no, each.before, grams_of)) if each.before else set()
        keys = [key for key, _ in now]
        if each.now is not None:
            self.keys[bearer_of(each.no, each.now)] = keys
        self.asked.update(keys)
        for key, bearer in now - before:
            self.added[key].add(bearer)
        for key, bearer in before - now:
            self.asked.add(key)
            self.removed[key].add(bearer)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Whom each living record meets, and whose keys became too common by them, or common no more; numbers of forms."""

    partners: Mapping[int, set[int]]
    too_common: Set[int]
    common_no_more: Set[int]


def bring_together(connection: Connection, renewed: Sequence[Renewed]) -> Meeting:
    """Write the changes of keys and give who meets whom by them."""
    change = _Change()
    forms = [form for each in renewed for form in (each.before, each.now) if form is not None]
    grams = smallest_grams(list({title for form in forms for _, title in form.titles}))
    for each in renewed:
        change.take(each, grams.__getitem__)
    held = find_bearers(connection, change.asked)
    remove_keys(connection, _rows(change.removed))
    add_keys(connection, _rows(change.added))
    after, crossed, freed = _bearers_after(connection, change, held)
    partners = {number_of(bearer): _met(bearer, keys, after) for bearer, keys in change.keys.items()}
    return Meeting(partners, *({number_of(each) for each in bearers} - partners.keys() for bearers in (crossed, freed)))


def _rows(bearings: Mapping[int, set[int]]) -> Iterable[tuple[int, int]]:
    return ((key, bearer) for key, bearers in bearings.items() for bearer in bearers)


def _bearers_after(
    connection: Connection, change: _Change, held: Mapping[int, set[int]]
) -> tuple[dict[int, set[int]], set[int], set[int]]:
    """Give what bears each key that brings anybody together now, and what bears those that did before, or do since."""
    after: dict[int, set[int]] = {}
    crossed, freed = set[int](), set[int]()
    several = (key for key, bearers in change.added.items() if len(bearers) > 1)
    for key in {*held, *several}:
        before = held.get(key, set())
        there = before - change.removed.get(key, set()) | change.added.get(key, set())
        most = most_bearers(key)
        if len(before) > most:
            there = find_bearers(connection, [key]).get(key, set()) if key in change.removed else before
            if len(there) > most:
                continue
            freed |= there
        elif len(there) > most:
            crossed |= before
            continue
        after[key] = there
    return after, crossed, freed


def _met(bearer: int, keys: Iterable[int], after: Mapping[int, set[int]]) -> set[int]:
    others = {other for key in keys if key in after for other in after[key] if may_meet(bearer, other)}
    others.discard(bearer)
    return {number_of(other) for other in others}
