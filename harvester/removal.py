"""Taking a source away with everything that came from it; what other sources say of the same things stays."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Connection, delete, select, update

from chm_node.publishing import sql
from harvester import index, leases, registry
from harvester.centre import Centre
from harvester.database import lock_index
from harvester.resolution.resolver import resolve
from harvester.tables import identity_key, source_record

_BATCH = 500


def remove_source(centre: Centre, source_id: str) -> int:
    """Withdraw a source's records from the index, forget the source, and give how many records it had there.

    UnknownSource where there is none, SourceLocked while it is being harvested.
    """
    with sql.write(centre.engine) as connection:
        lease = leases.claim(connection, source_id, now=centre.clock())
    removed = 0
    while True:
        with sql.write(centre.engine) as connection:
            leases.renew(connection, lease, now=centre.clock())
            batch = _withdraw_some(connection, centre, source_id)
            removed += batch
            if not batch:
                registry.forget_source(connection, source_id)
                return removed


def _withdraw_some(connection: Connection, centre: Centre, source_id: str) -> int:
    table = source_record.c
    live = select(table.identifier, table.local_id).where(table.source_id == source_id, table.record.is_not(None))
    rows = list(connection.execute(live.limit(_BATCH)))
    if not rows:
        return 0
    lock_index(connection)
    gone = [((source_id, row.identifier), row.local_id) for row in rows]
    resolution = resolve(connection, [], gone, mint=lambda: str(uuid4()))
    index.publish_resolution(connection, resolution, site=centre.site, now=centre.clock())
    identifiers = [row.identifier for row in rows]
    mine = (table.source_id == source_id) & table.identifier.in_(identifiers)
    connection.execute(update(source_record).where(mine).values(record=None, fingerprint=None, state="deleted"))
    keys = (identity_key.c.source_id == source_id) & identity_key.c.identifier.in_(identifiers)
    connection.execute(delete(identity_key).where(keys))
    return len(rows)
