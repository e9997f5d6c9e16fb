"""How many records only the model's word joins, and how many it would join if it might; counts, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, or_, select

from harvester.resolution.repeating import kept_repeating
from harvester.tables import judgement as table
from harvester.tables import source_record

_JOINING = ("", "copy_of", "has_copy")
_ENDS = ("a_source", "a_identifier", "b_source", "b_identifier")
Edge = tuple[Any, Any]


def count_joined(connection: Connection) -> int:
    """Give how often the model's word alone holds two parts of a thing together, whatever else it says of their pairs.

    A pair counts only where no chain of what people, owners and rules said joins its records as well, nor another pair.
    """
    a, b = source_record.alias(), source_record.alias()
    within = (table.c.verdict == "same", table.c.relation.in_(_JOINING), a.c.local_id == b.c.local_id)
    of_model = _pairs(a, b).where(*within, table.c.by_kind == "model").with_only_columns(a.c.local_id)
    query = _pairs(a, b).where(*within, a.c.local_id.in_(of_model))
    said: list[tuple[bool, float, Edge]] = []
    for row in connection.execute(query).mappings():
        edge = ((row["a_source"], row["a_identifier"]), (row["b_source"], row["b_identifier"]))
        said.append((row["by_kind"] == "model", -(row["probability"] or 0.0), edge))
    groups = _Groups()
    return sum(groups.join(*edge) and is_of_model for is_of_model, _, edge in sorted(said))


def count_waiting(connection: Connection, threshold: float) -> int:
    """Give how many joins the model would make from a probability on, of pairs nobody has settled.

    Pairs somebody judged, that a veto or a doubt leaves to people, or that are one thing already are no joins to come,
    nor those of things that one source tells as two. Vetoes between further records of the things are not looked at:
    it may be fewer.
    """
    a, b = source_record.alias(), source_record.alias()
    other = table.alias()
    settled = exists().where(
        *(other.c[name] == table.c[name] for name in _ENDS),
        other.c.ended_at.is_(None),
        or_(other.c.by_kind.in_(("person", "owner")), other.c.verdict == "different"),
    )
    query = _pairs(a, b).where(
        table.c.by_kind == "model",
        table.c.verdict.in_(("unsure", "same")),
        table.c.note == "",
        table.c.relation.in_(_JOINING),
        table.c.probability >= threshold,
        a.c.local_id != b.c.local_id,
        ~settled,
    )
    rows = connection.execute(query.order_by(table.c.probability.desc(), table.c.id)).mappings().all()
    things = {row[name] for row in rows for name in ("a_thing", "b_thing")}
    apart = _Sources(_sources_of(connection, things), kept_repeating(connection))
    return sum(apart.join(row["a_thing"], row["b_thing"]) for row in rows)


class _Groups:
    """What belongs together, by anything that names it."""

    def __init__(self) -> None:
        self._parent: dict[Any, Any] = {}

    def root(self, of: Any) -> Any:
        while (parent := self._parent.get(of, of)) != of:
            self._parent[of] = of = self._parent.get(parent, parent)
        return of

    def join(self, one: Any, two: Any) -> bool:
        """Put two together; False where they were."""
        here, there = self.root(one), self.root(two)
        self._parent[there] = here
        return bool(here != there)


class _Sources(_Groups):
    """Things that may be one unless a source has records in both, and does not repeat itself."""

    def __init__(self, sources: dict[str, set[str]], repeating: Set[str]) -> None:
        super().__init__()
        self._sources = {thing: found - repeating for thing, found in sources.items()}

    def join(self, one: str, two: str) -> bool:
        here, there = self.root(one), self.root(two)
        if here == there or self._sources[here] & self._sources[there]:
            return False
        self._sources[here] |= self._sources[there]
        return super().join(here, there)


def _pairs(a: FromClause, b: FromClause) -> Any:
    """Give the query of every live judgement of two records held here, with the thing of either."""
    held: ColumnElement[bool] = and_(a.c.record.is_not(None), b.c.record.is_not(None), table.c.ended_at.is_(None))
    return (
        select(table, a.c.local_id.label("a_thing"), b.c.local_id.label("b_thing"))
        .join(a, and_(a.c.source_id == table.c.a_source, a.c.identifier == table.c.a_identifier))
        .join(b, and_(b.c.source_id == table.c.b_source, b.c.identifier == table.c.b_identifier))
        .where(held)
    )


def _sources_of(connection: Connection, things: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {thing: set() for thing in things}
    for chunk in _chunks(sorted(found)):
        query = select(source_record.c.local_id, source_record.c.source_id).where(
            source_record.c.local_id.in_(chunk), source_record.c.record.is_not(None)
        )
        for thing, source in connection.execute(query):
            found[thing].add(source)
    return found


def _chunks(things: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(things), 500):
        yield things[start : start + 500]
