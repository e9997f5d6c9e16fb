"""Taking a source away with everything that came from it; what other sources say of the same things stays."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Connection, delete, exists, select, update

from chm_node.publishing import sql
from harvester import index, registry
from harvester.centre import Centre
from harvester.database import lock_index
from harvester.records import ledger
from harvester.resolution import waiting
from harvester.resolution.resolver import resolve
from harvester.running import leases
from harvester.tables import identity_key, source, source_record

_BATCH = 500


def remove_source(centre: Centre, source_id: str) -> int:
    """Withdraw a source's records from the index, forget the source, and give how many records it had there.

    UnknownSource where there is none, SourceLocked while it is being harvested.
    """
    with sql.write(centre.engine) as connection:
        lease = leases.claim(connection, source_id, now=centre.clock())
        # it speaks for its records no longer: copies of them at others come to light again
        connection.execute(update(source).where(source.c.id == source_id).values(namespace=None))
    removed = 0
    while True:
        with sql.write(centre.engine) as connection:
            leases.renew(connection, lease, now=centre.clock())
            live, batch = _withdraw_some(connection, centre, source_id)
            removed += live
            if not batch:
                registry.forget_source(connection, source_id)
                return removed


def _withdraw_some(connection: Connection, centre: Centre, source_id: str) -> tuple[int, int]:
    """Take some records out of resolution, deleted ones too; give how many were shown, and how many there were."""
    table = source_record.c
    remembered = exists().where(identity_key.c.source_id == source_id, identity_key.c.identifier == table.identifier)
    known = table.record.is_not(None) | (table.local_id.is_not(None) & remembered)
    columns = (table.identifier, table.local_id, table.record.is_not(None).label("live"))
    rows = list(connection.execute(select(*columns).where(table.source_id == source_id, known).limit(_BATCH)))
    if not rows:
        return 0, 0
    lock_index(connection)
    gone = [((source_id, row.identifier), row.local_id) for row in rows if row.local_id]
    resolution = resolve(connection, [], gone, mint=lambda: str(uuid4()))
    ledger.move_members(connection, resolution.moved)
    waiting.enqueue(connection, [place for place, _ in gone], now=centre.clock())
    index.publish_resolution(connection, resolution, site=centre.site, now=centre.clock())
    identifiers = [row.identifier for row in rows]
    mine = (table.source_id == source_id) & table.identifier.in_(identifiers)
    connection.execute(update(source_record).where(mine).values(record=None, fingerprint=None, state="deleted"))
    keys = (identity_key.c.source_id == source_id) & identity_key.c.identifier.in_(identifiers)
    connection.execute(delete(identity_key).where(keys))
    return sum(bool(row.live) for row in rows), len(rows)
