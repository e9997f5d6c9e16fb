"""Numbers of how resolution stands: judgements, things, what waits, keys too common to be read; it changes nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, func, select, union_all

from harvester.resolution.clusters import MAX_HOLDERS
from harvester.resolution.graph.review import count_waiting
from harvester.resolution.keys import CONTENT
from harvester.resolution.matching.blocking import CAPS
from harvester.resolution.repeating import kept_repeating
from harvester.tables import identity_key, judgement, matching_queue, metadata, source_record

_KEYS = ("blocking_key", "recent_key")
_MOST = 20


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
        "common_identifiers": _find_common(connection),
        "repeating_sources": sorted(kept_repeating(connection)),
        "judgements": [dict(row) for row in connection.execute(said).mappings()],
    }


def _count_stop_keys(connection: Connection) -> int:
    borne = union_all(*(select(metadata.tables[name].c.key) for name in _KEYS)).subquery()
    most = case(*((borne.c.key.bitwise_and(3) == bits, cap) for bits, cap in enumerate(CAPS)))
    common = select(borne.c.key).group_by(borne.c.key).having(func.count() > most).subquery()
    return _number(connection, select(func.count()).select_from(common))


def _find_common(connection: Connection) -> list[dict[str, Any]]:
    """Give the identifiers so many living records bear that they join none, the commonest first."""
    borne, held = identity_key.c, source_record.c
    same = (borne.source_id == held.source_id) & (borne.identifier == held.identifier)
    query = (
        select(borne.key, func.count().label("records"))
        .join(source_record, same)
        .where(held.record.is_not(None), borne.key.not_like(f"{CONTENT}%"))
        .group_by(borne.key)
        .having(func.count() > MAX_HOLDERS)
        .order_by(func.count().desc(), borne.key)
        .limit(_MOST)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _number(connection: Connection, query: Any) -> int:
    return int(connection.execute(query).scalar() or 0)
