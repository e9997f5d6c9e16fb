"""A record's bytes in each format: made before publishing, or later from the native bytes; it decides no change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, and_, func, literal, select

from chm_node.publishing.errors import StoredRecordUnreadable
from chm_node.publishing.site import Site
from chm_node.publishing.sql import read, upsert, write
from chm_node.publishing.store import Store
from chm_node.publishing.tables import PublicationTables
from vocabularies.formats import FORMATS, format_named
from vocabularies.formats.native import parse_native
from vocabularies.record import Record

NATIVE = "native"


def site_key(format_name: str, site: Site) -> str:
    """Give what a stored rendition must be marked with to be served; native bytes never depend on the site."""
    return "" if format_name == NATIVE else site.rendition_key


def render(record: Record, local_id: str, site: Site, formats: Iterable[str]) -> dict[str, bytes]:
    """Give the record's bytes in its native form and in each named format."""
    address = site.address(local_id)
    return {name: FORMATS[name].render(record, address) for name in dict.fromkeys((NATIVE, *formats))}


def render_stored(native: bytes, local_id: str, site: Site, format_name: str) -> bytes:
    """Give a stored record in one format, from its native bytes; StoredRecordUnreadable when they are broken."""
    return native if format_name == NATIVE else _render_each(native, local_id, site, [format_name])[format_name]


def rendition_rows(local_id: str, bodies: Mapping[str, bytes], site: Site) -> list[dict[str, Any]]:
    """Give the rows that store an item's bytes."""
    return [
        {"local_id": local_id, "format": name, "site_key": site_key(name, site), "body": body}
        for name, body in bodies.items()
    ]


def render_missing(engine: Engine, tables: PublicationTables, site: Site, limit: int = 500) -> int:
    """Store up to ``limit`` renditions that are missing or of another site address; give how many it made.

    The bytes are made outside the write transaction; an item that changed meanwhile is left for the next call.
    """
    made: list[tuple[int, dict[str, Any]]] = []
    with read(engine) as connection:
        for name in FORMATS:
            if name != NATIVE and len(made) < limit:
                made += _missing(connection, tables, site, (name, limit - len(made)))
    if not made:
        return 0
    _store_unchanged(engine, tables, made)
    return len(made)


def render_behind(engine: Engine, tables: PublicationTables, site: Site, *, after: int, limit: int = 200) -> int:
    """Store every format of the next items after a sequence number; give how far it came, ``after`` at the end.

    For an index that only stores the native bytes when it publishes: called again and again, each item is read once and
    each format made once a version. An item that changed meanwhile comes again under its new number.
    """
    item, native, held = tables.item, tables.rendition.alias("native"), tables.rendition.alias("held")
    others = [name for name in FORMATS if name != NATIVE]
    usable = and_(held.c.local_id == item.c.local_id, held.c.format.in_(others), held.c.site_key == site.rendition_key)
    number = select(func.count()).select_from(held).where(usable).scalar_subquery()
    has_native = and_(native.c.local_id == item.c.local_id, native.c.format == NATIVE)
    query = select(item.c.local_id, item.c.sequence, native.c.body, number.label("number")).join(native, has_native)
    with read(engine) as connection:
        found = list(connection.execute(query.where(item.c.sequence > after).order_by(item.c.sequence).limit(limit)))
    made = [
        (row.sequence, rendered)
        for row in found
        if row.number < len(others)
        for rendered in rendition_rows(row.local_id, _render_each(row.body, row.local_id, site, others), site)
    ]
    _store_unchanged(engine, tables, made)
    return found[-1].sequence if found else after


def _store_unchanged(engine: Engine, tables: PublicationTables, made: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Store renditions of items that are still at the sequence they were made from."""
    if not made:
        return
    with write(engine) as connection:
        store = Store(connection, tables)
        store.lock()
        held = store.load_states(list({row["local_id"] for _, row in made}))
        rows = [row for sequence, row in made if held[row["local_id"]].sequence == sequence]
        upsert(connection, tables.rendition, rows, key=("local_id", "format"))


def _missing(
    connection: Connection, tables: PublicationTables, site: Site, wanted: tuple[str, int]
) -> list[tuple[int, dict[str, Any]]]:
    name, limit = wanted
    item, native, held = tables.item, tables.rendition.alias("native"), tables.rendition.alias("held")
    has_native = and_(native.c.local_id == item.c.local_id, native.c.format == NATIVE)
    has_it = and_(held.c.local_id == item.c.local_id, held.c.format == name, held.c.site_key == site_key(name, site))
    lacking = (
        select(item.c.local_id, item.c.sequence, native.c.body)
        .join(native, has_native)
        .where(~select(literal(1)).select_from(held).where(has_it).exists())
        .order_by(item.c.sequence)
        .limit(limit)
    )
    return [
        (sequence, row)
        for local_id, sequence, body in connection.execute(lacking)
        for row in rendition_rows(local_id, _render_each(body, local_id, site, [name]), site)
    ]


def _render_each(native: bytes, local_id: str, site: Site, formats: Sequence[str]) -> dict[str, bytes]:
    parsed = parse_native(native)
    if parsed.record is None:
        reasons = ", ".join(f"{problem.code} at {problem.path or '/'}" for problem in parsed.problems)
        raise StoredRecordUnreadable(local_id=local_id, reason=reasons)
    address = site.address(local_id)
    return {name: format_named(name).render(parsed.record, address) for name in formats}
