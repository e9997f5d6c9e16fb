"""Sources that are one and the same under two addresses, told by the records they share. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, distinct, func, select

from harvester.resolution.clusters import MAX_HOLDERS
from harvester.tables import identity_key, source, source_record

LEAST_RECORDS = 5
LEAST_SHARE = 0.8
LEAST_SHARE_BACK = 0.5
"""A large collection that holds a small one among others is no twin of it."""
_FAMILIES: Mapping[str, str] = {"oai_pmh": "native"}
"""A node gives the same records by both protocols."""
_SAMPLE = 1_000


def find_twin_source(connection: Connection, source_id: str) -> tuple[str, float] | None:
    """Give the source that holds the same records already, and the share of this one's records it holds; or None.

    It looks at up to a thousand of the records. Sources that speak for different nodes are no twins, whatever they
    share, and neither are sources of another family of protocols.
    """
    own = connection.execute(select(source.c.protocol, source.c.namespace).where(source.c.id == source_id)).first()
    total = _count_records(connection, source_id)
    if own is None or total < LEAST_RECORDS:
        return None
    looked_at = min(total, _SAMPLE)
    for other, protocol, namespace, shared in _sharing(connection, source_id):
        share = shared / looked_at
        if share < LEAST_SHARE:
            return None
        if _family(protocol) != _family(own.protocol) or (own.namespace and namespace not in (None, own.namespace)):
            continue
        if share * total >= LEAST_SHARE_BACK * _count_records(connection, other):
            return other, share
    return None


def _sharing(connection: Connection, source_id: str) -> list[tuple[str, str, str | None, int]]:
    """Give the other sources by how many of the records looked at they hold, most first."""
    mine, theirs, held = identity_key.alias("mine"), identity_key.alias("theirs"), source_record.alias("held")
    table = source_record.c
    sample = (
        select(table.identifier)
        .where(table.source_id == source_id, table.record.is_not(None))
        .order_by(table.identifier)
        .limit(_SAMPLE)
        .subquery()
    )
    keys = (
        select(mine.c.key, mine.c.identifier)
        .join(sample, sample.c.identifier == mine.c.identifier)
        .where(mine.c.source_id == source_id)
        .subquery()
    )
    generic = (
        select(identity_key.c.key)
        .where(identity_key.c.key.in_(select(keys.c.key)))
        .group_by(identity_key.c.key)
        .having(func.count() > MAX_HOLDERS)
    )
    shared = func.count(distinct(keys.c.identifier))
    query = (
        select(source.c.id, source.c.protocol, source.c.namespace, shared)
        .select_from(keys)
        .join(theirs, (theirs.c.key == keys.c.key) & (theirs.c.source_id != source_id))
        .join(held, (held.c.source_id == theirs.c.source_id) & (held.c.identifier == theirs.c.identifier))
        .join(source, source.c.id == theirs.c.source_id)
        .where(held.c.record.is_not(None), keys.c.key.not_in(generic))
        .group_by(source.c.id, source.c.protocol, source.c.namespace)
        .order_by(shared.desc(), source.c.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


def _count_records(connection: Connection, source_id: str) -> int:
    table = source_record.c
    query = select(func.count()).where(table.source_id == source_id, table.record.is_not(None))
    return connection.execute(query).scalar() or 0


def _family(protocol: str) -> str:
    return _FAMILIES.get(protocol, protocol)
