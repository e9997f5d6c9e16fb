"""What has been learnt of a source, kept with it by key; the protocols say what, this only keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from chm_node.publishing.sql import upsert
from harvester.tables import source_quirk

IDENTITY = "identity"
"""The quirk that says which repository a source is."""


def find_quirks(connection: Connection, source_id: str | None = None) -> dict[str, dict[str, str]]:
    """Give what is known, by source and key; of one source where one is named."""
    query = select(source_quirk.c.source_id, source_quirk.c.key, source_quirk.c.value)
    if source_id is not None:
        query = query.where(source_quirk.c.source_id == source_id)
    known: dict[str, dict[str, str]] = {}
    for of, key, value in connection.execute(query):
        known.setdefault(of, {})[key] = value
    return known


def keep_quirks(connection: Connection, source_id: str, learnt: Mapping[str, str], *, now: datetime) -> None:
    """Keep what was learnt; an empty text forgets."""
    rows = [
        {"source_id": source_id, "key": key, "value": value, "learnt_at": now} for key, value in learnt.items() if value
    ]
    if rows:
        upsert(connection, source_quirk, rows, key=("source_id", "key"))
    if forgotten := [key for key, value in learnt.items() if not value]:
        mine = source_quirk.c.source_id == source_id
        connection.execute(delete(source_quirk).where(mine, source_quirk.c.key.in_(forgotten)))
