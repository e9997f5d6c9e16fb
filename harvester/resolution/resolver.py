"""Resolution against what is stored: finds the records a change touches and says what is published of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, RowMapping, func, select, tuple_

from harvester.resolution.clusters import MAX_HOLDERS, Cluster, Member, Origin, assign_ids, cluster
from harvester.tables import identity_key, source, source_record
from vocabularies.formats.native import parse_native
from vocabularies.record import Record

_ROUNDS = 8
_CHUNK = 900


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a page's changes mean for the index: things to publish by canonical id, ids nothing is left of (those whose
    members went to another thing are in ``merged_away``), and members of other sources that moved to another id."""

    clusters: Mapping[str, Cluster]
    emptied: tuple[str, ...] = ()
    moved: tuple[tuple[str, tuple[str, str]], ...] = ()
    merged_away: frozenset[str] = frozenset()


def resolve(
    connection: Connection,
    incoming: Sequence[Member],
    gone: Sequence[tuple[tuple[str, str], str]],
    *,
    mint: Callable[[], str],
) -> Resolution:
    """Find the canonical id of every incoming member and of whatever its coming or going changes.

    ``gone`` holds place and canonical id of the records deleted at the source. Must run inside the writing transaction:
    two sources may bring the same new thing at once.
    """
    replaced = {member.place for member in incoming} | {place for place, _ in gone}
    touched = {member.local_id for member in incoming if member.local_id} | {local_id for _, local_id in gone}
    keys = {key for member in incoming for key in member.keys}
    neighbours = _neighbours(connection, touched, keys, replaced)
    if not neighbours and not gone and _all_new_and_alone(incoming):
        return Resolution({mint(): (member,) for member in incoming})
    everyone = [*incoming, *neighbours]
    before = {member.place: member.local_id for member in everyone}
    named = assign_ids(cluster(everyone), mint)
    touched |= {member.local_id for member in neighbours if member.local_id}
    changed = _changed(named, before, replaced, {local_id for _, local_id in gone})
    moved = [
        (local_id, member.place)
        for local_id, members in named.items()
        for member in members
        if member.place not in replaced and member.local_id != local_id
    ]
    emptied = tuple(sorted(touched - named.keys()))
    return Resolution(changed, emptied, tuple(moved), frozenset(filter(None, before.values())) & set(emptied))


def _all_new_and_alone(incoming: Sequence[Member]) -> bool:
    keys = [key for member in incoming for key in member.keys]
    return len(keys) == len(set(keys)) and not any(member.local_id for member in incoming)


def _changed(
    named: Mapping[str, Cluster],
    before: Mapping[tuple[str, str], str | None],
    replaced: set[tuple[str, str]],
    losing: set[str],
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


def _neighbours(
    connection: Connection, local_ids: set[str], keys: set[str], replaced: set[tuple[str, str]]
) -> list[Member]:
    found: dict[tuple[str, str], Member] = {}
    wanted, asked = set(local_ids), set(keys)
    seen_ids: set[str] = set()
    seen_keys: set[str] = set()
    for _ in range(_ROUNDS):
        wanted |= _ids_of_bearers(connection, asked - seen_keys)
        seen_keys |= asked
        fresh = wanted - seen_ids
        if not fresh:
            break
        seen_ids |= fresh
        for member in _members_of(connection, fresh):
            if member.place not in replaced:
                found[member.place] = member
                asked.update(member.keys)
    return list(found.values())


def _ids_of_bearers(connection: Connection, keys: Iterable[str]) -> set[str]:
    ids: set[str] = set()
    for chunk in _chunks(sorted(keys)):
        common = (
            select(identity_key.c.key)
            .where(identity_key.c.key.in_(chunk))
            .group_by(identity_key.c.key)
            .having(func.count() > MAX_HOLDERS)
        )
        query = (
            select(source_record.c.local_id)
            .join(
                identity_key,
                (identity_key.c.source_id == source_record.c.source_id)
                & (identity_key.c.identifier == source_record.c.identifier),
            )
            .where(identity_key.c.key.in_(chunk), identity_key.c.key.not_in(common))
        )
        ids.update(local_id for (local_id,) in connection.execute(query) if local_id)
    return ids


def _members_of(connection: Connection, local_ids: Iterable[str]) -> list[Member]:
    rows: list[RowMapping] = []
    for chunk in _chunks(sorted(local_ids)):
        query = (
            select(source_record, source.c.rank, source.c.protocol, source.c.url)
            .join(source, source.c.id == source_record.c.source_id)
            .where(source_record.c.local_id.in_(chunk), source_record.c.record.is_not(None))
        )
        rows.extend(connection.execute(query).mappings())
    keys = keys_of(connection, [(row["source_id"], row["identifier"]) for row in rows])
    members = []
    for row in rows:
        place = (row["source_id"], row["identifier"])
        origin = Origin(row["source_id"], row["rank"], row["protocol"], row["url"])
        record = _stored(row["record"])
        member = Member(origin, place[1], record, keys.get(place, ()), row["accepted_at"], row["local_id"])
        members.append(replace(member, fingerprint=row["fingerprint"]))
    return members


def keys_of(connection: Connection, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Give the stored keys of records by their place."""
    keys: dict[tuple[str, str], tuple[str, ...]] = {}
    for chunk in _chunks(places):
        query = select(identity_key.c.source_id, identity_key.c.identifier, identity_key.c.key).where(
            tuple_(identity_key.c.source_id, identity_key.c.identifier).in_(chunk)
        )
        for source_id, identifier, key in connection.execute(query):
            keys[source_id, identifier] = (*keys.get((source_id, identifier), ()), key)
    return keys


def _stored(payload: bytes) -> Record:
    record = parse_native(payload).record
    if record is None:  # we wrote it ourselves: only an incompatible change of Record can bring this about
        raise ValueError("a stored record can no longer be read; run chm-harvester replay --all")
    return record


def _chunks(items: Sequence[tuple[str, str]] | Sequence[str]) -> Iterable[list]:  # type: ignore[type-arg]
    for start in range(0, len(items), _CHUNK):
        yield list(items[start : start + _CHUNK])
