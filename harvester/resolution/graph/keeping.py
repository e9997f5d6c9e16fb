"""Keeps what a resolution found besides the things themselves: derived judgements, and where ids lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, insert, select, update

from harvester.resolution.graph.judgements import end, judge
from harvester.resolution.resolver import Lead, Resolution
from harvester.tables import id_redirect, source_record

_RESOLVER = "resolver"
_HOPS = 32


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a canonical id leads, since when, and why: who joined the things, as JSON."""

    local_id: str
    target: str
    why: Mapping[str, Any]
    made_at: datetime


def keep(connection: Connection, resolution: Resolution, *, now: datetime) -> None:
    """Keep judgements that follow from keys, the ids members brought, and the redirects of ids; end what is over."""
    for why in sorted(set(resolution.over.values())):
        ids = [id for id, reason in resolution.over.items() if reason == why]
        end(connection, ids, by=_RESOLVER, why=why, now=now)
    judge(connection, resolution.derived, now=now)
    _keep_brought(connection, resolution, now=now)
    if resolution.leads or resolution.returned:
        _keep_redirects(connection, resolution.leads, resolution.returned, now=now)


def _keep_brought(connection: Connection, resolution: Resolution, *, now: datetime) -> None:
    table = source_record.c
    mine = (table.source_id == bindparam("of")) & (table.identifier == bindparam("named"))
    brought = [{"of": place[0], "named": place[1], "mine": own_id} for place, own_id in resolution.brought.items()]
    if brought:
        connection.execute(update(source_record).where(mine).values(own_id=bindparam("mine")), brought)
    since = [{"of": place[0], "named": place[1], "then": at or now} for place, at in resolution.since.items()]
    if since:
        connection.execute(update(source_record).where(mine).values(first_at=bindparam("then")), since)


def _keep_redirects(
    connection: Connection, leads: Mapping[str, Lead], returned: Iterable[str], *, now: datetime
) -> None:
    live = _find_live(connection, {*leads, *returned})
    moved = {local_id for local_id, lead in leads.items() if (at := live.get(local_id)) and at.target != lead.target}
    over = [{"of": local_id} for local_id in sorted(live.keys() & {*returned, *moved})]
    if over:
        theirs = (id_redirect.c.local_id == bindparam("of")) & id_redirect.c.ended_at.is_(None)
        connection.execute(update(id_redirect).where(theirs).values(ended_at=now), over)
    rows = [
        {"local_id": local_id, "target": lead.target, "why": orjson.dumps(_why(lead)).decode(), "made_at": now}
        for local_id, lead in leads.items()
        if local_id not in live or local_id in moved
    ]
    if rows:
        connection.execute(insert(id_redirect), rows)


def _why(lead: Lead) -> dict[str, Any]:
    said = lead.judgement
    if said is None:
        return {"kind": "rule"}
    why: dict[str, Any] = {"kind": said.by_kind, "by": said.by, "records": [list(said.a), list(said.b)]}
    if keys := [item["key"] for item in said.evidence if "key" in item and said.by_kind in ("rule", "owner")]:
        why["keys"] = keys
    more = {"note": said.note, "model": said.model_version, "probability": said.probability}
    return why | {name: value for name, value in more.items() if value}


def _find_live(connection: Connection, local_ids: Iterable[str]) -> dict[str, Redirect]:
    table = id_redirect.c
    query = select(id_redirect).where(table.local_id.in_(sorted(local_ids)), table.ended_at.is_(None))
    return {
        row.local_id: Redirect(row.local_id, row.target, orjson.loads(row.why), row.made_at)
        for row in connection.execute(query)
    }


def find_redirect(connection: Connection, local_id: str) -> Redirect | None:
    """Give where an id leads in the end, with why it was left; None where it leads nowhere."""
    first = _find_live(connection, [local_id]).get(local_id)
    if first is None:
        return None
    last = first
    for _ in range(_HOPS):
        following = _find_live(connection, [last.target]).get(last.target)
        if following is None:
            break
        last = following
    return Redirect(local_id, last.target, first.why, first.made_at)
