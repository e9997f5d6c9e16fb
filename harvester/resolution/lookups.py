"""What resolution asks the database: who bears a key, belongs to a thing, deleted what was its own. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, RowMapping, select

from harvester.resolution.among import among
from harvester.resolution.clusters import Member, Origin
from harvester.resolution.graph.judgements import Place, find_live
from harvester.resolution.graph.naming import Trace
from harvester.resolution.graph.verdicts import to_verdicts
from harvester.resolution.origin import is_copy, namespace_of
from harvester.tables import identity_key, source, source_record
from vocabularies.formats.native import parse_native
from vocabularies.record import Record

_CHUNK = 900
_Item = TypeVar("_Item", str, tuple[str, str])
_SAME = (identity_key.c.source_id == source_record.c.source_id) & (
    identity_key.c.identifier == source_record.c.identifier
)


class Bearer(NamedTuple):
    """A record that bears a key, or bore it until its source deleted it."""

    key: str
    source_id: str
    identifier: str
    local_id: str | None
    run_id: int
    live: bool


def find_bearers(connection: Connection, keys: Iterable[str], *, worn: Set[str] = frozenset()) -> list[Bearer]:
    """Give whoever bears the keys, of ``worn`` ones the living only; those too common are not to be asked for."""
    table = source_record.c
    bearer = (identity_key.c.key, table.source_id, table.identifier, table.local_id, table.run_id)
    found: list[Bearer] = []
    for chunk in _chunks(sorted(keys)):
        query = (
            select(*bearer, table.record.is_not(None)).join(identity_key, _SAME).where(identity_key.c.key.in_(chunk))
        )
        if not worn.isdisjoint(chunk):
            query = query.where(table.record.is_not(None) | identity_key.c.key.not_in(sorted(worn & set(chunk))))
        for key, source_id, identifier, local_id, run_id, live in connection.execute(query):
            found.append(Bearer(key, source_id, identifier, local_id, run_id, bool(live)))
    return found


def find_owners(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Give the sources that speak for each namespace."""
    owners: dict[str, tuple[str, ...]] = {}
    for source_id, namespace in connection.execute(select(source.c.id, source.c.namespace).order_by(source.c.id)):
        if namespace:
            owners[namespace] = (*owners.get(namespace, ()), source_id)
    return owners


def find_deleted(
    connection: Connection, keys: Iterable[str], owners: Mapping[str, Sequence[str]], going: Set[tuple[str, str]]
) -> set[str]:
    """Give those of the qualified identifiers whose record the owner's own source has deleted, or is ``going`` to."""
    places = {(source_id, key) for key in keys for source_id in owners.get(namespace_of(key), ())}
    deleted = {key for source_id, key in places if (source_id, key) in going}
    table = source_record.c
    for chunk in _chunks(sorted(places)):
        query = select(table.identifier).where(
            among(table.source_id, table.identifier, chunk), table.state == "deleted", table.record.is_(None)
        )
        deleted.update(connection.execute(query).scalars())
    return deleted


def find_disowned(
    connection: Connection, asked: Mapping[Place, Set[str]], owners: Mapping[str, Sequence[str]]
) -> set[Place]:
    """Give those copies that are another thing than a record they name, by the word of people: what becomes of that is
    nothing to them. ``asked`` are the qualified identifiers of the records by the place of the copy.
    """
    apart = to_verdicts(find_live(connection, asked)).apart if asked else frozenset()
    return {
        place
        for place, keys in asked.items()
        for key in keys
        for source_id in owners.get(namespace_of(key), ())
        if (min(place, (source_id, key)), max(place, (source_id, key))) in apart
    }


_OF_SOURCE = (source.c.rank, source.c.protocol, source.c.url, source.c.namespace, source.c.country)


def members_of(
    connection: Connection, local_ids: Iterable[str], registered: Set[str]
) -> tuple[list[Member], list[Trace]]:
    """Give the living members of things by canonical id, each marked where it is a copy, and the traces of all."""
    rows: list[RowMapping] = []
    for chunk in _chunks(sorted(local_ids)):
        query = (
            select(source_record, *_OF_SOURCE)
            .outerjoin(source, source.c.id == source_record.c.source_id)
            .where(source_record.c.local_id.in_(chunk))
        )
        rows.extend(connection.execute(query).mappings())
    traces = [
        Trace(
            (row["source_id"], row["identifier"]),
            row["local_id"],
            row["own_id"],
            row["first_at"],
            row["record"] is not None,
        )
        for row in rows
    ]
    living = [row for row in rows if row["record"] is not None and row["protocol"] is not None]
    keys = keys_of(connection, [(row["source_id"], row["identifier"]) for row in living])
    return [_member(row, keys, registered) for row in living], traces


def _member(row: RowMapping, keys: Mapping[Place, tuple[str, ...]], registered: Set[str]) -> Member:
    place = (row["source_id"], row["identifier"])
    told = (row["namespace"] or "", row["country"] or "")
    member = Member(
        Origin(row["source_id"], row["rank"], row["protocol"], row["url"], *told),
        place[1],
        _stored(row["record"]),
        keys.get(place, ()),
        row["accepted_at"],
        row["local_id"],
        row["fingerprint"],
        own_id=row["own_id"],
        first_at=row["first_at"],
        native=row["record"],
    )
    return replace(member, is_copy=is_copy(member, registered))


def ids_of(connection: Connection, places: Iterable[Place]) -> set[str]:
    """Give the canonical ids records bear, or bore until they were deleted, by their place."""
    table = source_record.c
    found: set[str] = set()
    for chunk in _chunks(sorted(places)):
        query = select(table.local_id).where(among(table.source_id, table.identifier, chunk))
        found.update(filter(None, connection.execute(query).scalars()))
    return found


def keys_of(connection: Connection, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Give the stored keys of records by their place."""
    keys: dict[tuple[str, str], tuple[str, ...]] = {}
    for chunk in _chunks(places):
        query = select(identity_key.c.source_id, identity_key.c.identifier, identity_key.c.key).where(
            among(identity_key.c.source_id, identity_key.c.identifier, chunk)
        )
        for source_id, identifier, key in connection.execute(query):
            keys[source_id, identifier] = (*keys.get((source_id, identifier), ()), key)
    return keys


def _stored(payload: bytes) -> Record:
    record = parse_native(payload).record
    if record is None:  # we wrote it ourselves: only an incompatible change of Record can bring this about
        raise ValueError("a stored record can no longer be read; run chm-harvester replay --all")
    return record


def _chunks(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    for start in range(0, len(items), _CHUNK):
        yield list(items[start : start + _CHUNK])
