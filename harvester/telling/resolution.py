"""Numbers of how resolution stands: judgements, things, what waits, keys too common to be read; it changes nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, func, select, union_all

from harvester.resolution.graph.review import count_waiting
from harvester.resolution.matching.blocking import MAX_BEARERS, MAX_WEAK
from harvester.tables import judgement, matching_queue, metadata, source_record

_KEYS = ("blocking_key", "recent_key")


def count_resolution(connection: Connection) -> dict[str, Any]:
    """Give the numbers; it looks at every record and key, so it is for a person who asks, not for each page."""
    said = (
        select(judgement.c.by_kind, judgement.c.verdict, func.count().label("count"))
        .where(judgement.c.ended_at.is_(None))
        .group_by(judgement.c.by_kind, judgement.c.verdict)
        .order_by(judgement.c.by_kind, judgement.c.verdict)
    )
    of = source_record.c
    things = (
        select(of.local_id, func.count().label("records"))
        .where(of.record.is_not(None), of.local_id.is_not(None))
        .group_by(of.local_id)
        .subquery()
    )
    several = select(func.count()).select_from(things).where(things.c.records > 1)
    return {
        "records": _number(connection, select(func.sum(things.c.records))),
        "things": _number(connection, select(func.count()).select_from(things)),
        "things_of_several": _number(connection, several),
        "waiting": count_waiting(connection),
        "queue": _number(connection, select(func.count()).select_from(matching_queue)),
        "stop_keys": _count_stop_keys(connection),
        "judgements": [dict(row) for row in connection.execute(said).mappings()],
    }


def _count_stop_keys(connection: Connection) -> int:
    borne = union_all(*(select(metadata.tables[name].c.key) for name in _KEYS)).subquery()
    most = case((borne.c.key % 2 == 0, MAX_BEARERS), else_=MAX_WEAK)
    common = select(borne.c.key).group_by(borne.c.key).having(func.count() > most).subquery()
    return _number(connection, select(func.count()).select_from(common))


def _number(connection: Connection, query: Any) -> int:
    return int(connection.execute(query).scalar() or 0)
