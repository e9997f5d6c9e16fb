"""Stored records as grouping looks at them, and the copies among them that stand in no thing; only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

import orjson
from sqlalchemy import Connection, select

from harvester.resolution.among import among
from harvester.resolution.batch.members import Row, said_of, to_member
from harvester.resolution.graph.judgements import Place
from harvester.resolution.keys import bounded
from harvester.resolution.lookups import find_disowned, find_owners
from harvester.resolution.origin import asked_of_owners, namespace_of, own_keys, qualified
from harvester.tables import identity_key, source, source_record

_CHUNK = 400


def find_sources(connection: Connection) -> dict[str, tuple[int, str, str, str]]:
    """Give rank, protocol, address and namespace of every source."""
    query = select(source.c.id, source.c.rank, source.c.protocol, source.c.url, source.c.namespace)
    return {row[0]: (row[1], row[2], row[3], row[4] or "") for row in connection.execute(query)}


def find_rows(
    connection: Connection, places: Sequence[Place], sources: Mapping[str, tuple[int, str, str, str]]
) -> list[Row]:
    """Give living records as grouping looks at them, without forms; ``sources`` are as ``find_sources`` gives them."""
    keys: dict[Place, list[str]] = defaultdict(list)
    rows: list[Row] = []
    for start in range(0, len(places), _CHUNK):
        chunk = places[start : start + _CHUNK]
        borne, stored = identity_key.c, source_record.c
        asked = select(borne.source_id, borne.identifier, borne.key).where(
            among(borne.source_id, borne.identifier, chunk)
        )
        for source_id, identifier, key in connection.execute(asked):
            keys[source_id, identifier].append(key)
        query = select(stored.source_id, stored.identifier, stored.record).where(
            among(stored.source_id, stored.identifier, chunk)
        )
        for source_id, identifier, record in connection.execute(query):
            if source_id in sources and record is not None:
                place = (source_id, identifier)
                said = said_of(orjson.loads(record))
                rows.append(Row(source_id, identifier, *sources[source_id], said, tuple(sorted(keys[place]))))
    return rows


def find_silent(connection: Connection, crowded: Set[str]) -> frozenset[Place]:
    """Give the copies whose every original was deleted by its owner: they are kept, and stand in no thing.

    It begins with what owners deleted, so that nothing else is read. Keys too ``crowded`` tell nobody's copies.
    """
    owners, sources = find_owners(connection), find_sources(connection)
    deleted = {key for key in _deleted_by_owners(connection, owners) if bounded(key) not in crowded}
    bearers = _living_bearers(connection, sorted(map(bounded, deleted)))
    silent: dict[Place, Set[str]] = {}
    members = [to_member(row, owners.keys()) for row in find_rows(connection, sorted(bearers), sources)]
    alive = {key for member in members if not member.is_copy for key in own_keys(member)}
    for member in members:
        asked = asked_of_owners(member)
        if asked and asked <= deleted - alive:
            silent[member.place] = asked
    return frozenset(silent.keys() - find_disowned(connection, silent, owners))


def _deleted_by_owners(connection: Connection, owners: Mapping[str, Sequence[str]]) -> Iterator[str]:
    table = source_record.c
    query = select(table.source_id, table.identifier).where(
        table.source_id.in_(sorted({each for some in owners.values() for each in some})),
        table.state == "deleted",
        table.record.is_(None),
    )
    for source_id, identifier in connection.execute(query):
        if qualified(identifier) == identifier and source_id in owners.get(namespace_of(identifier), ()):
            yield identifier


def _living_bearers(connection: Connection, keys: Sequence[str]) -> Set[Place]:
    borne, held = identity_key.c, source_record.c
    same = (borne.source_id == held.source_id) & (borne.identifier == held.identifier)
    found: set[Place] = set()
    for start in range(0, len(keys), _CHUNK):
        query = (
            select(held.source_id, held.identifier)
            .join(identity_key, same)
            .where(borne.key.in_(keys[start : start + _CHUNK]), held.record.is_not(None))
        )
        found.update((row.source_id, row.identifier) for row in connection.execute(query))
    return found
