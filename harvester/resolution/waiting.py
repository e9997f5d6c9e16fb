"""The queue of records that matching has yet to look at; it is a table, so that no process can lose it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from chm_node.publishing.sql import upsert
from harvester.resolution.graph.judgements import Place
from harvester.tables import matching_queue


def enqueue(connection: Connection, places: Iterable[Place], *, now: datetime) -> None:
    """Have records matched that came, changed or left; one that waits already goes on waiting once."""
    rows = [{"source_id": place[0], "identifier": place[1], "queued_at": now} for place in places]
    upsert(connection, matching_queue, rows, key=("source_id", "identifier"))
