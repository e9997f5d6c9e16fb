"""A source that names its records anew: what it says tells them again, and they keep their canonical ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, delete, update

from harvester.resolution.clusters import Member
from harvester.resolution.keys import CONTENT
from harvester.resolution.lookups import Bearer
from harvester.resolution.origin import namespace_of, qualified
from harvester.tables import identity_key, raw_record, source_record

MOVED = "MOVED"


def take_over(
    connection: Connection, incoming: Sequence[Member], bearers: Iterable[Bearer]
) -> tuple[list[Member], set[tuple[str, str]]]:
    """Give new members the canonical ids of the records they replace, and the places of those, which are put away.

    A new record replaces a living one of the same source that says the same or bears the same local name and a certain
    key, under an identifier of another node, repository or host. What is put away leaves no tombstone: the thing lives.
    """
    new = {member.place: member for member in incoming if member.local_id is None}
    if not new:
        return list(incoming), set()
    by_key: dict[tuple[str, str], set[Bearer]] = defaultdict(set)
    for bearer in bearers:
        if bearer.live and bearer.local_id:
            by_key[bearer.source_id, bearer.key].add(bearer)
    pairs: dict[tuple[str, str], Bearer] = {}
    for place, member in new.items():
        olds = {old.identifier: old for old in _replaced_by(member, by_key)}
        if len(olds) == 1:
            pairs[place] = next(iter(olds.values()))
    claimed = [(old.source_id, old.identifier) for old in pairs.values()]
    pairs = {place: old for place, old in pairs.items() if claimed.count((old.source_id, old.identifier)) == 1}
    left = {(old.source_id, old.identifier) for old in pairs.values()}
    _put_away(connection, left)
    named = [
        replace(member, local_id=pairs[member.place].local_id) if member.place in pairs else member
        for member in incoming
    ]
    return named, left


def _replaced_by(member: Member, by_key: dict[tuple[str, str], set[Bearer]]) -> Iterable[Bearer]:
    space, local = split_name(member.identifier)
    for key in member.keys:
        for old in by_key.get((member.origin.source_id, key), ()):
            old_space, old_local = split_name(old.identifier)
            renamed = bool(space and old_space) and space != old_space
            if renamed and (key.startswith(CONTENT) or local == old_local):
                yield old


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


def _put_away(connection: Connection, places: Iterable[tuple[str, str]]) -> None:
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
