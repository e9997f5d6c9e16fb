"""A source that names its records anew: what it says tells them again, and they keep their canonical ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from harvester.resolution.clusters import Member
from harvester.resolution.graph.judgements import Place, end, find_live, is_derived, judge
from harvester.resolution.keys import CONTENT
from harvester.resolution.lookups import Bearer
from harvester.resolution.origin import namespace_of, qualified
from harvester.resolution.waiting import enqueue
from harvester.tables import identity_key, raw_record, source, source_record

MOVED = "MOVED"
LEAST_SHARE = 0.5
_Since = tuple[datetime | None, str | None]
_HEADS = ("urn:chm:", "oai:", "http://", "https://")


def find_renamed(connection: Connection, incoming: Sequence[Member], bearers: Iterable[Bearer]) -> dict[Place, Bearer]:
    """Give the records that new members replace, by the place of the new one; changes nothing.

    A new record replaces a living one of the same source that says the same or bears the same local name and a certain
    key, under an identifier of another node, repository or host. All of that has to be new to the source, and most of
    what comes under it has to replace something: a collection of many repositories is not one that was renamed.
    """
    new = {member.place: member for member in incoming if member.local_id is None}
    by_key: dict[Place, set[Bearer]] = defaultdict(set)
    for bearer in bearers if new else ():
        if bearer.live and bearer.local_id:
            by_key[bearer.source_id, bearer.key].add(bearer)
    pairs = _only_to_one({place: _replaced_by(member, by_key) for place, member in new.items()})
    return _of_renamed(connection, pairs, new) if pairs else {}


def take_over(connection: Connection, incoming: Sequence[Member], pairs: Mapping[Place, Bearer]) -> list[Member]:
    """Put away the records that were named anew, and give the members with their canonical ids.

    What is put away leaves no tombstone: the thing lives, and what people and owners judged of it is judged of its new
    name.
    """
    if not pairs:
        return list(incoming)
    new = {member.place: member for member in incoming}
    renamed = {place: (old.source_id, old.identifier) for place, old in pairs.items()}
    known = _known_since(connection, renamed.values())
    _put_away(connection, renamed.values())
    enqueue(connection, renamed.values(), now=incoming[0].accepted_at)
    for place, old in renamed.items():
        _carry_judgements(connection, old, place, now=new[place].accepted_at)
    return [_named(member, pairs, known) for member in incoming]


def _named(member: Member, pairs: Mapping[Place, Bearer], known: Mapping[Place, _Since]) -> Member:
    old = pairs.get(member.place)
    if old is None:
        return member
    first_at, own_id = known.get((old.source_id, old.identifier), (None, None))
    return replace(member, local_id=old.local_id, first_at=first_at, own_id=own_id)


def _known_since(connection: Connection, places: Iterable[Place]) -> dict[Place, _Since]:
    """Give since when records are known, and the ids they brought, by their place."""
    found: dict[Place, _Since] = {}
    for source_id, identifier in places:
        table = source_record.c
        query = select(table.first_at, table.own_id).where(table.source_id == source_id, table.identifier == identifier)
        for row in connection.execute(query):
            found[source_id, identifier] = row.first_at, row.own_id
    return found


def _carry_judgements(connection: Connection, old: Place, new: Place, *, now: datetime) -> None:
    """Say of a record's new name what people and owners said of it under the old one."""
    live = [each for each in find_live(connection, [old]) if not is_derived(each)]
    carried = [
        replace(each, a=new, b=each.other(old), id=None)
        for each in live
        if each.by_kind in ("person", "owner") and each.other(old) != new
    ]
    why = f"the source names the record anew: {new[1]}"
    end(connection, [each.id for each in live if each.id is not None], by=old[0], why=why, now=now)
    judge(connection, carried, now=now)


def _replaced_by(member: Member, by_key: Mapping[Place, set[Bearer]]) -> dict[str, Bearer]:
    space, local = split_name(member.identifier)
    found: dict[str, Bearer] = {}
    for key in member.keys:
        for old in by_key.get((member.origin.source_id, key), ()):
            old_space, old_local = split_name(old.identifier)
            told = local == old_local or (key.startswith(CONTENT) and bool(member.record.summary))
            if space and old_space and space != old_space and told:
                found[old.identifier] = old
    return found


def _only_to_one(candidates: Mapping[Place, dict[str, Bearer]]) -> dict[Place, Bearer]:
    pairs = {place: next(iter(olds.values())) for place, olds in candidates.items() if len(olds) == 1}
    claims = Counter((old.source_id, old.identifier) for old in pairs.values())
    return {place: old for place, old in pairs.items() if claims[old.source_id, old.identifier] == 1}


def _of_renamed(
    connection: Connection, pairs: Mapping[Place, Bearer], new: Mapping[Place, Member]
) -> dict[Place, Bearer]:
    """Keep the pairs whose new name's beginning came up after the last complete run and mostly replaces."""
    spaces = Counter((source_id, split_name(identifier)[0]) for source_id, identifier in new)
    matched = Counter((source_id, split_name(identifier)[0]) for source_id, identifier in pairs)
    last_run = {source_id: _last_complete_run(connection, source_id) for source_id, _ in matched}
    renamed = {
        (source_id, space)
        for (source_id, space), number in matched.items()
        if number >= LEAST_SHARE * spaces[source_id, space] and not _is_known(connection, source_id, space, last_run)
    }
    return {
        place: old
        for place, old in pairs.items()
        if (place[0], split_name(place[1])[0]) in renamed and old.run_id <= last_run[place[0]]
    }


def _last_complete_run(connection: Connection, source_id: str) -> int:
    query = select(source.c.last_run_id, source.c.last_success_at).where(source.c.id == source_id)
    row = connection.execute(query).one()
    return row.last_run_id or 0 if row.last_success_at is not None else 0


def _is_known(connection: Connection, source_id: str, space: str, last_run: Mapping[str, int]) -> bool:
    """Tell whether the source had records under that node, repository or host before."""
    table = source_record.c
    begins = [table.identifier.startswith(f"{head}{space}", autoescape=True) for head in _HEADS]
    query = select(table.identifier).where(
        table.source_id == source_id, table.run_id <= last_run[source_id], table.record.is_not(None), or_(*begins)
    )
    return any(split_name(identifier)[0] == space for identifier in connection.execute(query).scalars())


def split_name(identifier: str) -> tuple[str, str]:
    """Give the node, repository or host an identifier begins with, empty for a bare one, and what follows."""
    key = qualified(identifier)
    if key is not None:
        space = namespace_of(key)
        return space, key.split(f"{space}:", 1)[1]
    parts = urlsplit(identifier) if identifier.startswith(("http://", "https://")) else None
    if parts is None:
        return "", identifier
    return parts.netloc.lower(), parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")


def _put_away(connection: Connection, places: Iterable[Place]) -> None:
    rows = [{"of": source_id, "named": identifier} for source_id, identifier in places]
    if not rows:
        return

    for table, values in (
        (source_record, {"record": None, "fingerprint": None, "state": "deleted", "code": MOVED, "problems": "[]"}),
        (raw_record, {"deleted": True}),
    ):
        place = (table.c.source_id == bindparam("of")) & (table.c.identifier == bindparam("named"))
        connection.execute(update(table).where(place).values(values), rows)
    keys = (identity_key.c.source_id == bindparam("of")) & (identity_key.c.identifier == bindparam("named"))
    connection.execute(delete(identity_key).where(keys), rows)
