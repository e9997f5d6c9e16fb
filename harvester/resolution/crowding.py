"""Which exact keys so many living records bear that they identify nothing, before and after a change; only looks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, select

from harvester.resolution.among import among
from harvester.resolution.clusters import MAX_HOLDERS, Member
from harvester.resolution.graph.judgements import Place
from harvester.resolution.lookups import keys_of
from harvester.tables import source_record

_CHUNK = 5_000
_PLACES = 400
_FULL = {
    "sqlite": (
        "SELECT asked.value FROM json_each(?) AS asked"
        " WHERE EXISTS (SELECT 1 FROM identity_key WHERE key = asked.value LIMIT 1 OFFSET ?)"
    ),
    "postgresql": (
        "SELECT asked FROM unnest(%s::text[]) AS asked"
        " WHERE EXISTS (SELECT 1 FROM identity_key WHERE key = asked LIMIT 1 OFFSET %s)"
    ),
}
_LIVING = (
    "SELECT count(*) FROM (SELECT 1 FROM identity_key AS borne JOIN source_record AS held"
    " ON held.source_id = borne.source_id AND held.identifier = borne.identifier"
    " WHERE borne.key = {mark} AND held.record IS NOT NULL LIMIT {mark}) AS living"
)


class Crowded(NamedTuple):
    """Keys that more living records bear than may, and ``worn`` ones: they would be, if those that are gone counted."""

    keys: frozenset[str]
    worn: frozenset[str]


@dataclass(frozen=True, slots=True)
class Crowding:
    """Of the keys a change concerns those that are too common once it is made, and those that were so before.

    ``worn`` are those that would be, if records that are gone counted.
    """

    now: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    worn: frozenset[str] = frozenset()

    @property
    def throughout(self) -> frozenset[str]:
        """Give those that join nobody, and joined nobody: nothing changes by them."""
        return self.now & self.before

    @property
    def thinned(self) -> frozenset[str]:
        """Give those that join their bearers from now on."""
        return self.before - self.now


def find_crowding(connection: Connection, incoming: Sequence[Member], leaving: Set[Place], asked: Set[str]) -> Crowding:
    """Tell what becomes of the keys ``asked`` for, the members' among them, and of those ``leaving`` records bear.

    The stored versions of the members are among those that leave. It reads no more of a key than tells on which side of
    the limit it is.
    """
    coming = Counter(key for member in incoming for key in set(member.keys))
    held = keys_of(connection, sorted(leaving))
    concerned = asked | {key for keys in held.values() for key in keys}
    near = _find_full(connection, {key: max(0, MAX_HOLDERS - coming[key]) for key in concerned})
    near |= {key for key in coming if coming[key] > MAX_HOLDERS}
    if not near:
        return Crowding()
    living = _living_among(connection, [place for place, keys in held.items() if not near.isdisjoint(keys)])
    parting = Counter(key for place in living for key in held[place])
    before = {key: count_living(connection, key, most=MAX_HOLDERS + 1 + parting[key]) for key in near}
    return Crowding(
        frozenset(key for key in near if before[key] - parting[key] + coming[key] > MAX_HOLDERS),
        frozenset(key for key in near if before[key] > MAX_HOLDERS),
        frozenset(key for key in near if before[key] <= MAX_HOLDERS),
    )


def find_crowded(connection: Connection, keys: Iterable[str]) -> Crowded:
    """Give those of the keys that more living records bear than may."""
    full = _find_full(connection, dict.fromkeys(keys, MAX_HOLDERS))
    crowded = {key for key in full if count_living(connection, key, most=MAX_HOLDERS + 1) > MAX_HOLDERS}
    return Crowded(frozenset(crowded), frozenset(full - crowded))


def count_living(connection: Connection, key: str, *, most: int) -> int:
    """Give how many living records bear a key, counted up to so many."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    return int(connection.exec_driver_sql(_LIVING.format(mark=mark), (key, most)).scalar_one())


def _find_full(connection: Connection, limits: Mapping[str, int]) -> set[str]:
    """Give the keys borne by more records, gone ones too, than each its limit."""
    dialect = connection.dialect.name
    by_limit: dict[int, list[str]] = defaultdict(list)
    for key, most in limits.items():
        by_limit[most].append(key)
    found: set[str] = set()
    for most, keys in by_limit.items():
        keys.sort()
        for start in range(0, len(keys), _CHUNK):
            chunk = keys[start : start + _CHUNK]
            asked = orjson.dumps(chunk).decode() if dialect == "sqlite" else chunk
            found.update(connection.exec_driver_sql(_FULL[dialect], (asked, most)).scalars())
    return found


def _living_among(connection: Connection, places: Sequence[Place]) -> set[Place]:
    stored = source_record.c
    found: set[Place] = set()
    for start in range(0, len(places), _PLACES):
        query = select(stored.source_id, stored.identifier).where(
            among(stored.source_id, stored.identifier, places[start : start + _PLACES]), stored.record.is_not(None)
        )
        found.update((row.source_id, row.identifier) for row in connection.execute(query))
    return found
