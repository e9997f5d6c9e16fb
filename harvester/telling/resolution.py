"""Numbers of how resolution stands: judgements, things, what waits, keys too common to be read; it changes nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, RowMapping, case, func, select, union_all

from harvester.resolution.clusters import MAX_HOLDERS
from harvester.resolution.forms.form import parse_form
from harvester.resolution.graph.review import count_waiting
from harvester.resolution.keys import CONTENT
from harvester.resolution.matching.bearers import number_of
from harvester.resolution.matching.blocking import CAPS, key_hash, keys_of, most_bearers
from harvester.resolution.matching.wording import words_of_key
from harvester.resolution.repeating import kept_repeating
from harvester.tables import form, identity_key, judgement, matching_queue, metadata, source_record
from harvester.telling.pair_words import pair_words

_KEYS = ("blocking_key", "recent_key")
_MOST = 20
_WORST = 5


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
        **_find_stop_keys(connection),
        "common_identifiers": _find_common(connection),
        "repeating_sources": sorted(kept_repeating(connection)),
        "judgements": [dict(row) for row in connection.execute(said).mappings()],
    }


def _find_stop_keys(connection: Connection) -> dict[str, Any]:
    """Give how many keys bring none together, by how many records may bear them, and the commonest in words."""
    tables = [metadata.tables[name].c for name in _KEYS]
    borne = union_all(*(select(each.key, each.bearer) for each in tables)).subquery().c
    cap = case(*((borne.key.bitwise_and(3) == bits, most) for bits, most in enumerate(CAPS)))
    count = func.count()
    query = select(borne.key, count.label("records"), func.max(borne.bearer).label("bearer")).group_by(borne.key)
    rows = connection.execute(query.having(count > cap).order_by(count.desc(), borne.key)).mappings().all()
    by_cap = Counter(most_bearers(row["key"]) for row in rows)
    return {
        "stop_keys": len(rows),
        "stop_keys_by_cap": [{"cap": most, "keys": by_cap[most]} for most in sorted(by_cap)],
        "commonest_keys": [_in_words(connection, row) for row in rows[:_WORST]],
    }


def _in_words(connection: Connection, row: RowMapping) -> dict[str, Any]:
    """Say which key it is, as one of the records that bear it has it; without words where that has changed since."""
    told = {"records": row["records"], "cap": most_bearers(row["key"]), "kind": "", "meaning": ""}
    payload = connection.execute(select(form.c.payload).where(form.c.no == number_of(row["bearer"]))).scalar()
    if payload is None:
        return told
    borne = parse_form(payload)
    for key in keys_of(borne):
        if key_hash(*key) == row["key"]:
            return told | {"kind": key[0], "meaning": pair_words("en").key(key, words_of_key(key, borne))}
    return told


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
