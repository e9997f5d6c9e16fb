"""Reading what is published: items, pages of renditions, sets and changes; it never writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Engine, and_, false, func, or_, select
from sqlalchemy.engine import Row

from chm_node.publishing import queries
from chm_node.publishing.items import EPOCH as EPOCH
from chm_node.publishing.items import Change as Change
from chm_node.publishing.items import Item as Item
from chm_node.publishing.items import PageEnd as PageEnd
from chm_node.publishing.items import Redirect as Redirect
from chm_node.publishing.items import to_instant, to_item
from chm_node.publishing.queries import Sets as Sets
from chm_node.publishing.renditions import NATIVE, render_stored, site_key
from chm_node.publishing.sets import SetInfo as SetInfo
from chm_node.publishing.sets import set_name
from chm_node.publishing.site import Site as Site
from chm_node.publishing.sql import read
from chm_node.publishing.tables import PublicationTables

_STREAM_ROWS = 500


class Catalogue(Protocol):
    """What readers of a node or a harvester may ask; every answer is one consistent snapshot."""

    @property
    def site(self) -> Site:
        """Give who publishes."""

    def get_item(self, local_id: str) -> Item | None:
        """Give an item, deleted or not."""

    def find_by_record_id(self, record_id: str) -> Item | None:
        """Give the item of a record id, deleted or not."""

    def find_redirect(self, local_id: str) -> Redirect | None:
        """Give where the id of a deleted item leads, if it was joined with another."""

    def rendition(self, local_id: str, format: str) -> bytes | None:
        """Give a live item's bytes in a format; None for a deleted or unknown one, KeyError for an unknown format."""

    def window(
        self,
        format: str,
        set_spec: Sets = None,
        from_: datetime | None = None,
        until: datetime | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[tuple[Item, bytes | None]]:
        """Give items after a sequence with their bytes, in order; both dates inclusive, deleted items without bytes."""

    def newest(
        self,
        format: str,
        set_spec: Sets = None,
        limit: int = 50,
    ) -> list[tuple[Item, bytes]]:
        """Give the live items that changed last, newest first."""

    def latest(
        self, format: str, set_spec: Sets = None, *, before: int | None = None, after: int = 0, limit: int = 50
    ) -> list[tuple[Item, bytes | None]]:
        """Give what changed last between two sequences, newest first, both left out; deleted items without bytes."""

    def count(self, set_spec: Sets = None, from_: datetime | None = None, until: datetime | None = None) -> int:
        """Give how many items a window without ``after`` and ``limit`` holds, deleted ones included."""

    def earliest(self) -> datetime:
        """Give the lowest datestamp, deletions included; 1970 where nothing was ever published."""

    def sets(self, language: str = "en") -> list[SetInfo]:
        """Give the sets with members, by setSpec."""

    def changes(self, since: int, limit: int) -> list[Change]:
        """Give the latest state of each item that changed after a sequence, in order."""

    def list_items(self, type: str | None = None, after: int = 0, limit: int = 100) -> list[Item]:
        """Give live items after a sequence, in order, of one record type or all."""

    def page_ends(self, size: int, from_: datetime | None = None) -> list[PageEnd]:
        """Give the last live item of every page of ``size``, the last page too: where page 2, 3, … go on after."""

    def iter_native(self) -> Iterator[tuple[Item, bytes]]:
        """Give every live item with its native bytes as of now; close the iterator when you stop early."""

    def last_sequence(self) -> int:
        """Give the sequence of the last change; 0 where nothing was ever published."""

    def modified_at(self) -> datetime:
        """Give when anything last changed; 1970 where nothing was ever published."""


class SqlCatalogue:
    """The catalogue in the published tables; any number of threads may use one."""

    def __init__(self, engine: Engine, tables: PublicationTables, site: Site) -> None:
        """Read the tables through the engine, as the site's."""
        self._engine = engine
        self._tables = tables
        self._site = site

    @property
    def site(self) -> Site:
        """Give who publishes."""
        return self._site

    def get_item(self, local_id: str) -> Item | None:
        """Give an item, deleted or not."""
        return None if "\0" in local_id else self._find(self._tables.item.c.local_id == local_id)

    def find_by_record_id(self, record_id: str) -> Item | None:
        """Give the item of a record id, deleted or not."""
        return None if "\0" in record_id else self._find(self._tables.item.c.record_id == record_id)

    def find_redirect(self, local_id: str) -> Redirect | None:
        """Give None: whoever publishes what is its own joins nothing."""
        return None

    def rendition(self, local_id: str, format: str) -> bytes | None:
        """Give a live item's bytes in a format; None for a deleted or unknown one, KeyError for an unknown format."""
        rendition = self._tables.rendition
        key = site_key(format, self._site)
        usable = or_(rendition.c.format == NATIVE, and_(rendition.c.format == format, rendition.c.site_key == key))
        wanted = select(rendition.c.format, rendition.c.body).where(rendition.c.local_id == local_id, usable)
        with read(self._engine) as connection:
            bodies = {row.format: row.body for row in connection.execute(wanted)}
        if not bodies:
            return None
        return bodies[format] if format in bodies else render_stored(bodies[NATIVE], local_id, self._site, format)

    def window(
        self,
        format: str,
        set_spec: Sets = None,
        from_: datetime | None = None,
        until: datetime | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[tuple[Item, bytes | None]]:
        """Give items after a sequence with their bytes, in order; both dates inclusive, deleted items without bytes."""
        sequence = queries.sequence_of(self._tables, set_spec)
        page = queries.with_bodies(self._tables, self._site, format, set_spec).where(
            sequence > after, *queries.between(self._tables, sequence, from_, until)
        )
        with read(self._engine) as connection:
            rows = connection.execute(page.order_by(sequence).limit(limit)).all()
            return self._filled(connection, rows, format)

    def newest(
        self,
        format: str,
        set_spec: Sets = None,
        limit: int = 50,
    ) -> list[tuple[Item, bytes]]:
        """Give the live items that changed last, newest first."""
        sequence = queries.sequence_of(self._tables, set_spec)
        page = queries.with_bodies(self._tables, self._site, format, set_spec).where(
            self._tables.item.c.deleted == false()
        )
        with read(self._engine) as connection:
            rows = connection.execute(page.order_by(sequence.desc()).limit(limit)).all()
            return [(item, body) for item, body in self._filled(connection, rows, format) if body is not None]

    def latest(
        self, format: str, set_spec: Sets = None, *, before: int | None = None, after: int = 0, limit: int = 50
    ) -> list[tuple[Item, bytes | None]]:
        """Give what changed last between two sequences, newest first, both left out; deleted items without bytes."""
        sequence = queries.sequence_of(self._tables, set_spec)
        page = queries.with_bodies(self._tables, self._site, format, set_spec).where(sequence > after)
        if before is not None:
            page = page.where(sequence < before)
        with read(self._engine) as connection:
            rows = connection.execute(page.order_by(sequence.desc()).limit(limit)).all()
            return self._filled(connection, rows, format)

    def count(self, set_spec: Sets = None, from_: datetime | None = None, until: datetime | None = None) -> int:
        """Give how many items a window without ``after`` and ``limit`` holds, deleted ones included."""
        sequence = queries.sequence_of(self._tables, set_spec)
        counted = select(func.count()).select_from(sequence.table).where(*queries.members(self._tables, set_spec))
        with read(self._engine) as connection:
            return connection.execute(
                counted.where(*queries.between(self._tables, sequence, from_, until))
            ).scalar_one()

    def earliest(self) -> datetime:
        """Give the lowest datestamp, deletions included; 1970 where nothing was ever published."""
        with read(self._engine) as connection:
            datestamp = connection.execute(select(func.min(self._tables.item.c.datestamp))).scalar()
        return to_instant(datestamp or 0)

    def sets(self, language: str = "en") -> list[SetInfo]:
        """Give the sets with members, by setSpec."""
        with read(self._engine) as connection:
            specs = connection.execute(queries.distinct_sets(self._tables)).scalars().all()
        return [SetInfo(spec, set_name(spec, language)) for spec in sorted(specs)]

    def changes(self, since: int, limit: int) -> list[Change]:
        """Give the latest state of each item that changed after a sequence, in order."""
        return [
            Change(
                item.sequence,
                item.local_id,
                "delete" if item.deleted else "upsert",
                item.datestamp,
                native,
                item.record_id,
                item.type,
            )
            for item, native in self.window(NATIVE, after=since, limit=limit)
        ]

    def list_items(self, type: str | None = None, after: int = 0, limit: int = 100) -> list[Item]:
        """Give live items after a sequence, in order, of one record type or all."""
        item, item_set = self._tables.item, self._tables.item_set
        chosen = select(item).where(item.c.sequence > after, item.c.deleted == false())
        if type is not None:
            membership = and_(item_set.c.sequence == item.c.sequence, item_set.c.set_spec == f"type:{type}")
            chosen = chosen.join(item_set, membership)
        with read(self._engine) as connection:
            return [to_item(row) for row in connection.execute(chosen.order_by(item.c.sequence).limit(limit))]

    def page_ends(self, size: int, from_: datetime | None = None) -> list[PageEnd]:
        """Give the last live item of every page of ``size``, the last page too: where page 2, 3, … go on after."""
        with read(self._engine) as connection:
            rows = connection.execute(queries.page_ends(self._tables, size, from_)).all()
        return [PageEnd(row.sequence, to_instant(row.datestamp), row.number) for row in rows]

    def iter_native(self) -> Iterator[tuple[Item, bytes]]:
        """Give every live item with its native bytes as of now; close the iterator when you stop early."""
        sequence = self._tables.item.c.sequence
        live = (
            queries.with_bodies(self._tables, self._site, NATIVE)
            .where(self._tables.item.c.deleted == false())
            .order_by(sequence)
        )
        after = 0
        with read(self._engine) as connection:
            while rows := connection.execute(live.where(sequence > after).limit(_STREAM_ROWS)).all():
                yield from ((to_item(row), row.body) for row in rows)
                after = rows[-1].sequence

    def last_sequence(self) -> int:
        """Give the sequence of the last change; 0 where nothing was ever published."""
        with read(self._engine) as connection:
            return connection.execute(select(self._tables.clock.c.sequence)).scalar() or 0

    def modified_at(self) -> datetime:
        """Give when anything last changed; 1970 where nothing was ever published."""
        with read(self._engine) as connection:
            return to_instant(connection.execute(select(self._tables.clock.c.datestamp)).scalar() or 0)

    def _find(self, condition: ColumnElement[bool]) -> Item | None:
        with read(self._engine) as connection:
            row = connection.execute(select(self._tables.item).where(condition)).one_or_none()
        return to_item(row) if row else None

    def _filled(
        self, connection: Connection, rows: Sequence[Row[Any]], format_name: str
    ) -> list[tuple[Item, bytes | None]]:
        missing = [row.local_id for row in rows if row.body is None and not row.deleted]
        if not missing:
            return [(to_item(row), row.body) for row in rows]
        rendition = self._tables.rendition
        stored = select(rendition.c.local_id, rendition.c.body).where(
            rendition.c.local_id.in_(missing), rendition.c.format == NATIVE
        )
        made = {
            row.local_id: render_stored(row.body, row.local_id, self._site, format_name)
            for row in connection.execute(stored)
        }
        return [(to_item(row), made.get(row.local_id, row.body)) for row in rows]
