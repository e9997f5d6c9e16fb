"""The queue of pairs that wait for a person, those first where a word of theirs is worth most; changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from harvester.operating_errors import BadRequest
from harvester.resolution.graph.judgements import Judgement, check_contradiction, to_judgement
from harvester.resolution.graph.outward import Mark, Met, Step, seen, uncertainty, walk
from harvester.tables import judgement as table
from harvester.tables import publication, source_record
from vocabularies.record import RECORD_TYPES

KINDS = ("alike", "doubt", "translation_of", "version_of", "part_of", "copy_of")
"""What a pair may be: only alike, left to people by a doubt, or tied in a way the model found."""
MOST_COUNTED = 10_000
"""So many pairs that wait are counted where a page of them is shown."""
_HALF = 0.5
_LOT = 2_654_435_761, 4_294_967_296
_ITEM = publication.item.c
_LIVE = table.c.ended_at.is_(None)
_PERSON: ColumnElement[str] = literal_column("'person'")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pair that waits for a person: what was found of it, and the canonical ids of the things of both records.

    ``worth`` is uncertainty (1 at probability 0.5, 0 at 0 and 1) times visibility (how many records stand behind both).
    """

    judgement: Judgement
    things: tuple[str, str]
    records: int
    worth: float
    mark: Mark


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pairs are asked for; empty means all. One of the two records or its thing has to be so.

    ``country`` is the code of a government or country, ``kind`` one of KINDS.
    """

    type: str = ""
    country: str = ""
    source: str = ""
    kind: str = ""


EVERYTHING = Wanted()


def to_wanted(*, type_: str = "", country: str = "", source: str = "", kind: str = "") -> Wanted:
    """Give which pairs are asked for. BadRequest for a type, country or kind there is none of."""
    if kind and kind not in KINDS:
        raise BadRequest(reason=f"“{kind}” is no kind of pair. Write one of: {', '.join(KINDS)}.")
    if type_ and type_ not in RECORD_TYPES:
        raise BadRequest(reason=f"“{type_}” is no type of record. Write one of: {', '.join(RECORD_TYPES)}.")
    if country and not re.fullmatch(r"[A-Za-z]{2}", country):
        raise BadRequest(reason=f"“{country}” is no code of a country. Write two letters (ISO 3166-1), such as KE.")
    if "\0" in source:
        raise BadRequest(reason="source holds a character that is none (U+0000). Write the id of a source.")
    return Wanted(type_, country.upper(), source, kind)


def find_waiting(
    connection: Connection,
    *,
    limit: int = 50,
    likely: float | None = None,
    wanted: Wanted = EVERYTHING,
    after: Mark | None = None,
) -> list[Waiting]:
    """Give pairs that wait, the most worthwhile first; with ``likely`` those from that probability on, drawn by lot.

    What a person has judged, what is one thing already and what is gone does not wait, nor what cannot be the same by
    all that people said. ``after`` goes on behind a pair: what was shown before is not shown again.
    """
    pairs = _Pairs("unsure", wanted)
    if likely is None:
        marks = walk(lambda step: pairs.read(connection, step), after)
    else:
        marks = _drawn(connection, pairs.by_lot(table.c.probability >= likely), limit, after)
    apart = _called_different(connection)
    found: list[Waiting] = []
    while len(found) < limit and (some := _waiting(connection, list(islice(marks, limit)))):
        found += [each for each in some if not (set(each.things) in apart and _is_settled(connection, each))]
    return found[:limit]


def _is_settled(connection: Connection, each: Waiting) -> bool:
    """Tell whether a person who called the pair the same would be refused."""
    said = replace(each.judgement, id=None, verdict="same", by_kind="person", relation="")
    return bool(check_contradiction(connection, said))


def _called_different(connection: Connection) -> set[frozenset[str]]:
    """Give the things of which a person called two records different."""
    one, other = source_record.alias(), source_record.alias()
    joined = table.join(one, _is_end(one, "a")).join(other, _is_end(other, "b"))
    live = and_(_LIVE, table.c.by_kind == _PERSON, table.c.verdict == "different")
    query = select(one.c.local_id, other.c.local_id).select_from(joined).where(live)
    return {frozenset(filter(None, row)) for row in connection.execute(query)}


def count_waiting(connection: Connection, *, wanted: Wanted = EVERYTHING, most: int | None = None) -> int:
    """Give how many pairs wait: those of things people called different, wholly or in part, among them.

    With ``most`` it stops counting there: as many wait, or more.
    """
    pairs = _Pairs("unsure", wanted)
    counted = pairs.select(literal_column("1")).where(table.c.probability.is_not(None))
    if most is not None:
        counted = counted.limit(most)
    return int(connection.execute(select(func.count()).select_from(counted.subquery())).scalar_one())


def find_sample(
    connection: Connection, *, limit: int = 20, wanted: Wanted = EVERYTHING, after: Mark | None = None
) -> list[Waiting]:
    """Give pairs joined by rule or model that no person has judged, drawn by lot: to see whether that was right."""
    pairs = _Pairs("same", wanted)
    return _waiting(connection, list(islice(_drawn(connection, pairs.by_lot(), limit, after), limit)))


class _Pairs:
    """The statement of live judgements by rule or model on living records, of pairs no person has judged."""

    def __init__(self, verdict: str, wanted: Wanted) -> None:
        self._one, self._other = source_record.alias(), source_record.alias()
        one, other = self._one, self._other
        is_one = one.c.local_id == other.c.local_id
        self._conditions = [
            _LIVE,
            table.c.verdict == literal_column(f"'{verdict}'"),
            table.c.by_kind.in_(("rule", "model")),
            one.c.record.is_not(None),
            other.c.record.is_not(None),
            is_one if verdict == "same" else not_(is_one),
            not_(_judged()),
            *_limits(wanted, one, other),
        ]
        self._visible = _count(one) if verdict == "same" else _count(one) + _count(other)

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        joined = table.join(self._one, _is_end(self._one, "a")).join(self._other, _is_end(self._other, "b"))
        return select(*columns).select_from(joined).where(*self._conditions)

    def read(self, connection: Connection, step: Step) -> list[Met]:
        """Read the next pairs outward from probability 0.5, on one side of it."""
        chance, number = table.c.probability, table.c.id
        from_here = chance >= step.chance if step.is_up else and_(chance <= step.chance, chance < _HALF)
        query = self.select(chance, number, self._visible).where(from_here).limit(step.limit)
        if step.id is not None:
            passed = chance == step.chance, number <= step.id if step.is_up else number >= step.id
            query = query.where(not_(and_(*passed)))
        order = (chance, number) if step.is_up else (chance.desc(), number.desc())
        return [Met(*row) for row in connection.execute(query.order_by(*order))]

    def by_lot(self, *limits: ColumnElement[bool]) -> Select[Any]:
        """Give id and rank of pairs, drawn by lot: the same draw each time."""
        factor, modulus = _LOT
        return self.select(table.c.id, ((table.c.id * factor) % modulus).label("rank")).where(*limits)


def _judged() -> ColumnElement[bool]:
    person = table.alias()
    pair = ("a_source", "a_identifier", "b_source", "b_identifier")
    same = [person.c[name] == table.c[name] for name in pair]
    return select(person.c.id).where(person.c.ended_at.is_(None), person.c.by_kind == _PERSON, *same).exists()


def _is_end(record: FromClause, end: str) -> ColumnElement[bool]:
    return and_(record.c.source_id == table.c[f"{end}_source"], record.c.identifier == table.c[f"{end}_identifier"])


def _count(record: FromClause) -> ColumnElement[Any]:
    other = source_record.alias()
    query = select(func.count()).where(other.c.local_id == record.c.local_id, other.c.record.is_not(None))
    return query.correlate(record).scalar_subquery()


def _limits(wanted: Wanted, one: FromClause, other: FromClause) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if wanted.source:
        limits.append(or_(table.c.a_source == wanted.source, table.c.b_source == wanted.source))
    if wanted.kind in ("alike", "doubt"):
        limits += [table.c.note == "", table.c.relation == ""] if wanted.kind == "alike" else [table.c.note != ""]
    elif wanted.kind:
        limits.append(table.c.relation == wanted.kind)
    shown: list[ColumnElement[bool]] = []
    if wanted.type:
        shown.append(_ITEM.type == wanted.type)
    if wanted.country:
        shown.append((" " + _ITEM.sets + " ").contains(f" country:{wanted.country.upper()} ", autoescape=True))
    if shown:
        ends = _ITEM.local_id.in_((one.c.local_id, other.c.local_id))
        limits.append(select(_ITEM.local_id).where(ends, *shown).correlate(one, other).exists())
    return limits


def _drawn(connection: Connection, ranked: Select[Any], limit: int, after: Mark | None) -> Iterator[Mark]:
    """Yield the marks of ranked pairs behind one, so many read at once."""
    found = ranked.subquery()
    rank, number = found.c.rank, found.c.id
    page = select(rank, number).order_by(rank.desc(), number).limit(limit)
    more = True
    while more:
        behind = [] if after is None else [or_(rank < after.rank, and_(rank == after.rank, number > after.id))]
        marks = [Mark(*row) for row in connection.execute(page.where(*behind))]
        yield from marks
        more = len(marks) == limit
        after = marks[-1] if marks else after


def _waiting(connection: Connection, marks: Sequence[Mark]) -> list[Waiting]:
    said = _said(connection, [mark.id for mark in marks])
    sizes = _sizes(connection, {local_id for _, *things in said.values() for local_id in things})
    return [_weighed(mark, *said[mark.id], sizes) for mark in marks]


def _weighed(mark: Mark, said: Judgement, a: str, b: str, sizes: Mapping[str, int]) -> Waiting:
    records = sum(sizes[local_id] for local_id in {a, b})
    chance = 1.0 if said.probability is None else said.probability
    return Waiting(said, (a, b), records, round(uncertainty(chance) * seen(records), 4), mark)


def _said(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[Judgement, str, str]]:
    one, other = source_record.alias(), source_record.alias()
    query = select(*table.c, one.c.local_id.label("thing_a"), other.c.local_id.label("thing_b")).select_from(
        table.join(one, _is_end(one, "a")).join(other, _is_end(other, "b"))
    )
    rows = connection.execute(query.where(table.c.id.in_(ids))).mappings()
    return {row["id"]: (to_judgement(row), row["thing_a"], row["thing_b"]) for row in rows}


def _sizes(connection: Connection, local_ids: Set[str]) -> dict[str, int]:
    stored = source_record.c
    query = select(stored.local_id, func.count()).where(
        stored.local_id.in_(sorted(local_ids)), stored.record.is_not(None)
    )
    return {row[0]: row[1] for row in connection.execute(query.group_by(stored.local_id))}
