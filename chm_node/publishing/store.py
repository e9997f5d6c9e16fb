"""The statements of the publishing transaction, in bulk; it decides nothing about what is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.engine import Row, RowMapping

from chm_node.publishing.sql import upsert
from chm_node.publishing.tables import PublicationTables

_KEYS_AT_ONCE = 500

States = Mapping[str, Row[Any]]
"""Rows of ``item`` by local_id."""


@dataclass(frozen=True, slots=True)
class Store:
    """The published tables inside one write transaction."""

    connection: Connection
    tables: PublicationTables

    def load_states(self, local_ids: Sequence[str]) -> States:
        """Give the item rows of those ids that were ever published."""
        item = self.tables.item
        states: dict[str, Row[Any]] = {}
        for some in _slices(local_ids):
            rows = self.connection.execute(select(item).where(item.c.local_id.in_(some)))
            states.update((row.local_id, row) for row in rows)
        return states

    def find_holders(self, record_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Give (record id, local id) for those record ids that are published."""
        item = self.tables.item
        for some in _slices(record_ids):
            rows = self.connection.execute(select(item.c.record_id, item.c.local_id).where(item.c.record_id.in_(some)))
            yield from ((row.record_id, row.local_id) for row in rows)

    def lock(self) -> tuple[int, int]:
        """Wait until no other transaction publishes, keep others waiting, and give the last (sequence, datestamp)."""
        clock = self.tables.clock
        same = clock.update().values(sequence=clock.c.sequence).returning(clock.c.sequence, clock.c.datestamp)
        row = self.connection.execute(same).one_or_none()
        if row is None:
            upsert(self.connection, clock, [{"id": 1}], key=("id",))
            row = self.connection.execute(same).one()
        return row.sequence, row.datestamp

    def set_clock(self, sequence: int, datestamp: int) -> None:
        """Note the last sequence and datestamp given out."""
        self.connection.execute(self.tables.clock.update().values(sequence=sequence, datestamp=datestamp))

    def write_items(self, rows: Sequence[Mapping[str, Any]], before: Iterable[Row[Any]]) -> None:
        """Write item rows, their set membership and the change log; ``before`` are the rows they replace.

        The replaced items lose their renditions: ``add_renditions`` comes after.
        """
        self._forget(list(before))
        upsert(self.connection, self.tables.item, rows, key=("local_id",))
        self._insert(
            "item_set", [{"set_spec": spec, "sequence": row["sequence"]} for row in rows for spec in _sets(row)]
        )
        self._insert(
            "change",
            [
                {
                    "sequence": row["sequence"],
                    "local_id": row["local_id"],
                    "op": "delete" if row["deleted"] else "upsert",
                    "datestamp": row["datestamp"],
                }
                for row in rows
            ],
        )

    def add_renditions(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Store the bytes of items that have none."""
        self._insert("rendition", list(rows))

    def stamp_again(self, after: int, datestamp: int) -> None:
        """Give everything after a sequence a later datestamp, and the clock too."""
        item, change, clock = self.tables.item, self.tables.change, self.tables.clock
        for table in (item, change):
            self.connection.execute(table.update().where(table.c.sequence > after).values(datestamp=datestamp))
        self.connection.execute(clock.update().values(datestamp=datestamp))

    def _forget(self, before: Sequence[Row[Any]]) -> None:
        if not before:
            return
        item_set, rendition = self.tables.item_set, self.tables.rendition
        leave = item_set.delete().where(
            item_set.c.set_spec == bindparam("spec"), item_set.c.sequence == bindparam("old")
        )
        left = [{"spec": spec, "old": row.sequence} for row in before for spec in _sets(row._mapping)]
        self.connection.execute(leave, left)
        forget = rendition.delete().where(rendition.c.local_id == bindparam("gone"))
        self.connection.execute(forget, [{"gone": row.local_id} for row in before])

    def _insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.connection.execute(getattr(self.tables, table).insert(), rows)


def _sets(row: Mapping[str, Any] | RowMapping) -> list[str]:
    sets: str = row["sets"]
    return sets.split()


def _slices(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + _KEYS_AT_ONCE] for start in range(0, len(keys), _KEYS_AT_ONCE))
