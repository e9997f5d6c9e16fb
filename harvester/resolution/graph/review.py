"""The queue of pairs that wait for a person, those first where a word of theirs is worth most; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import islice
from math import log2
from typing import TypeVar

from sqlalchemy import Connection, RowMapping, and_, func, not_, select
from sqlalchemy.sql import Subquery

from harvester.resolution.among import among
from harvester.resolution.graph.judgements import Judgement, Place, check_contradiction, to_judgement
from harvester.tables import judgement as table
from harvester.tables import source_record

_LOOKED_AT = 2_000
_CHUNK = 200
_Item = TypeVar("_Item", str, Place)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair that waits for a person: what was found of it, and the canonical ids of the things of both records.

    ``worth`` is uncertainty (1 at probability 0.5, 0 at 0 and 1) times visibility (how many records stand behind both).
    """

    judgement: Judgement
    things: tuple[str, str]
    records: int
    worth: float


def find_waiting(connection: Connection, *, limit: int = 50, likely: float | None = None) -> list[Waiting]:
    """Give pairs that wait, the most worthwhile first; with ``likely`` those from that probability on, drawn by lot.

    What a person has judged, what is one thing already and what is gone does not wait, nor what cannot be the same by
    all that people said. Of very many only the 2,000 most uncertain are weighed.
    """
    pairs = _undecided("unsure")
    chance = pairs.c.probability
    query = select(pairs).where(chance.is_not(None))
    if likely is None:
        query = query.order_by((chance * (1 - chance)).desc(), pairs.c.id).limit(_LOOKED_AT)
    else:
        query = query.where(chance >= likely)
    rows = connection.execute(query).mappings().all()
    if likely is not None:
        rows = sorted(rows, key=_lot)[: max(limit * 4, limit)]
    waiting = _weigh(connection, rows)
    if likely is None:
        waiting.sort(key=lambda each: (-each.worth, each.judgement.id or 0))
    apart = _called_different(connection)
    open_still = (each for each in waiting if not (set(each.things) in apart and _is_settled(connection, each)))
    return list(islice(open_still, limit))


def _is_settled(connection: Connection, each: Waiting) -> bool:
    """Tell whether a person who called the pair the same would be refused."""
    said = replace(each.judgement, id=None, verdict="same", by_kind="person", relation="")
    return bool(check_contradiction(connection, said))


def _called_different(connection: Connection) -> set[frozenset[str]]:
    """Give the things of which a person called two records different."""
    one, other = source_record.alias(), source_record.alias()
    joined = table.join(one, and_(one.c.source_id == table.c.a_source, one.c.identifier == table.c.a_identifier)).join(
        other, and_(other.c.source_id == table.c.b_source, other.c.identifier == table.c.b_identifier)
    )
    live = and_(table.c.ended_at.is_(None), table.c.by_kind == "person", table.c.verdict == "different")
    query = select(one.c.local_id, other.c.local_id).select_from(joined).where(live)
    return {frozenset(filter(None, row)) for row in connection.execute(query)}


def count_waiting(connection: Connection) -> int:
    """Give how many pairs wait: those of things people called different, wholly or in part, among them."""
    pairs = _undecided("unsure")
    one, other = source_record.alias(), source_record.alias()
    joined = pairs.join(one, and_(one.c.source_id == pairs.c.a_source, one.c.identifier == pairs.c.a_identifier)).join(
        other, and_(other.c.source_id == pairs.c.b_source, other.c.identifier == pairs.c.b_identifier)
    )
    living = and_(one.c.record.is_not(None), other.c.record.is_not(None), pairs.c.probability.is_not(None))
    query = select(func.count()).select_from(joined).where(living, one.c.local_id != other.c.local_id)
    return int(connection.execute(query).scalar_one())


def find_sample(connection: Connection, *, limit: int = 20) -> list[Waiting]:
    """Give pairs joined by rule or model that no person has judged, drawn by lot: to see whether that was right."""
    rows = connection.execute(select(_undecided("same"))).mappings().all()
    return _weigh(connection, sorted(rows, key=_lot)[:limit], joined=True)


def _undecided(verdict: str) -> Subquery:
    """Give live judgements by rule or model of pairs no person has judged."""
    person = table.alias()
    judged = (
        select(person.c.id)
        .where(
            person.c.ended_at.is_(None),
            person.c.by_kind == "person",
            person.c.a_source == table.c.a_source,
            person.c.a_identifier == table.c.a_identifier,
            person.c.b_source == table.c.b_source,
            person.c.b_identifier == table.c.b_identifier,
        )
        .exists()
    )
    derived = table.c.by_kind.in_(("rule", "model"))
    live = and_(table.c.ended_at.is_(None), table.c.verdict == verdict, derived)
    return select(table).where(live, not_(judged)).subquery()


def _lot(row: RowMapping) -> bytes:
    return blake2b(str(row["id"]).encode(), digest_size=8).digest()


def _weigh(connection: Connection, rows: Sequence[RowMapping], *, joined: bool = False) -> list[Waiting]:
    found = [to_judgement(row) for row in rows]
    things = _things_of(connection, {place for each in found for place in each.pair})
    sizes = _sizes(connection, set(things.values()))
    waiting = []
    for each in found:
        a, b = things.get(each.a), things.get(each.b)
        if a is None or b is None or (a == b) is not joined:
            continue
        records = sizes[a] if a == b else sizes[a] + sizes[b]
        chance = 1.0 if each.probability is None else each.probability
        uncertainty = 1 - abs(2 * chance - 1)
        waiting.append(Waiting(each, (a, b), records, round(uncertainty * log2(1 + records), 4)))
    return waiting


def _things_of(connection: Connection, places: Iterable[Place]) -> dict[Place, str]:
    stored = source_record.c
    found: dict[Place, str] = {}
    for chunk in _chunks(sorted(places)):
        query = select(stored.source_id, stored.identifier, stored.local_id).where(
            among(stored.source_id, stored.identifier, chunk), stored.record.is_not(None)
        )
        for source_id, identifier, local_id in connection.execute(query):
            if local_id:
                found[source_id, identifier] = local_id
    return found


def _sizes(connection: Connection, local_ids: Iterable[str]) -> dict[str, int]:
    stored = source_record.c
    sizes: dict[str, int] = {}
    for chunk in _chunks(sorted(local_ids)):
        query = (
            select(stored.local_id, func.count())
            .where(stored.local_id.in_(chunk), stored.record.is_not(None))
            .group_by(stored.local_id)
        )
        sizes |= {row[0]: row[1] for row in connection.execute(query)}
    return sizes


def _chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
