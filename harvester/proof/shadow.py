"""A harvest nobody sees: what it would change in the live index, told before anything is visible. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from harvester.index import MERGED
from harvester.records.ledger import chunks
from harvester.tables import deferral, publication

SAMPLES = 20
_PAGE = 500
_OF_EVERY_MERGE = frozenset({"id", "provenance", "relations", "revision"})
"""Fields that differ whenever a source joins a record; they tell nothing about its text."""


@dataclass(slots=True)
class Difference:
    """What would be new, changed, withdrawn and joined in the index, which fields would change how often, and samples.

    ``put_off`` counts what would wait for a person, by reason.
    """

    new: int = 0
    changed: int = 0
    withdrawn: int = 0
    joined: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    put_off: Mapping[str, int] = field(default_factory=dict)
    samples: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Give the object ``run --shadow --json`` prints as ``difference``."""
        numbers = {name: getattr(self, name) for name in ("new", "changed", "withdrawn", "joined")}
        told = {"fields": dict(self.fields.most_common()), "put_off": dict(self.put_off), "samples": self.samples}
        return numbers | told

    def told(self) -> str:
        """Give the difference as lines for a person."""
        words = f"{self.new} new, {self.changed} changed, {self.withdrawn} withdrawn, {self.joined} joined with another"
        lines = [f"  The index would have: {words}."]
        if self.fields:
            lines.append("  Fields: " + ", ".join(f"{name} ×{number}" for name, number in self.fields.most_common(12)))
        if self.put_off:
            named = ", ".join(f"{number} for {reason}" for reason, number in self.put_off.items())
            lines.append(f"  Would wait for a person: {named}.")
        lines += [f"  {each['change']:<9} {each['record']}  {each['title']}" for each in self.samples]
        return "\n".join(lines)


def to_difference(inside: Connection, live: Connection, source_id: str) -> Difference:
    """Compare the index inside a transaction that will be rolled back with the one that readers see."""
    clock, found = publication.clock, Difference()
    since = live.execute(select(clock.c.sequence)).scalar() or 0
    for batch in _changed(inside, since):
        before = _bodies(live, [row.local_id for row in batch])
        for row in batch:
            _compare(found, row, before.get(row.local_id))
    waiting = select(deferral.c.reason, func.count()).where(deferral.c.source_id == source_id)
    found.put_off = {row[0]: row[1] for row in inside.execute(waiting.group_by(deferral.c.reason))}
    return found


def _changed(connection: Connection, since: int) -> Iterator[list[Any]]:
    item, rendition = publication.item, publication.rendition
    held = (rendition.c.local_id == item.c.local_id) & (rendition.c.format == "native")
    query = select(item.c.local_id, item.c.sequence, item.c.deleted, item.c.reason, item.c.title, rendition.c.body)
    query = query.join_from(item, rendition, held, isouter=True).order_by(item.c.sequence).limit(_PAGE)
    while rows := list(connection.execute(query.where(item.c.sequence > since))):
        since = rows[-1].sequence
        yield rows


def _bodies(connection: Connection, local_ids: list[str]) -> dict[str, bytes]:
    item, rendition = publication.item, publication.rendition
    held = (rendition.c.local_id == item.c.local_id) & (rendition.c.format == "native")
    found: dict[str, bytes] = {}
    for chunk in chunks(local_ids):
        query = select(item.c.local_id, rendition.c.body).join_from(item, rendition, held)
        rows = connection.execute(query.where(item.c.local_id.in_(chunk), item.c.deleted.is_(False)))
        found |= {row.local_id: row.body for row in rows}
    return found


def _compare(found: Difference, row: Any, before: bytes | None) -> None:
    if row.deleted and before is None:
        return
    fields: list[str] = []
    if row.deleted:
        change = "joined" if orjson.loads(row.reason) == dict(MERGED) else "withdrawn"
    elif before is None:
        change = "new"
    else:
        change, fields = "changed", _differing(orjson.loads(before), orjson.loads(row.body))
        found.fields.update(fields)
    setattr(found, change, getattr(found, change) + 1)
    if sum(each["change"] == change for each in found.samples) * 4 < SAMPLES:
        title = next(iter((orjson.loads(row.title) or {}).values()), "")
        found.samples.append({"change": change, "record": row.local_id, "title": title, "fields": fields})


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    names = (before.keys() | after.keys()) - _OF_EVERY_MERGE
    differing = sorted(name for name in names if before.get(name) != after.get(name))
    return differing or ["sources"]
