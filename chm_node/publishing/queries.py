"""The selections the catalogue reads by; each is one statement that an index answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, false, func, literal, literal_column, or_, select

from chm_node.publishing.renditions import site_key
from chm_node.publishing.site import Site
from chm_node.publishing.tables import PublicationTables

Sets = str | tuple[str, ...] | None
"""A setSpec, several that all must hold, or none: every item."""


def sequence_of(tables: PublicationTables, sets: Sets) -> Column[int]:
    """Give the column that orders a list: of all items, or of the members of a set."""
    return (tables.item_set if sets else tables.item).c.sequence


def members(tables: PublicationTables, sets: Sets) -> list[ColumnElement[bool]]:
    """Give the conditions on ``item_set`` that its item is in every set; none where none is asked for."""
    specs = (sets,) if isinstance(sets, str) else sets or ()
    item_set = tables.item_set
    found: list[ColumnElement[bool]] = [item_set.c.set_spec == spec for spec in specs[:1]]
    for spec in specs[1:]:
        other = item_set.alias()
        also = select(literal(1)).where(other.c.set_spec == spec, other.c.sequence == item_set.c.sequence)
        found.append(also.correlate(item_set).exists())
    return found


def with_bodies(tables: PublicationTables, site: Site, format_name: str, sets: Sets = None) -> Select[Any]:
    """Select items, of sets or all, with ``body``: their bytes in a format, NULL where none usable are stored."""
    item, rendition, item_set = tables.item, tables.rendition, tables.item_set
    held = and_(
        rendition.c.local_id == item.c.local_id,
        rendition.c.format == format_name,
        rendition.c.site_key == site_key(format_name, site),
    )
    if not sets:
        return select(item, rendition.c.body).join_from(item, rendition, held, isouter=True)
    joined = item_set.join(item, item.c.sequence == item_set.c.sequence).join(rendition, held, isouter=True)
    return select(item, rendition.c.body).select_from(joined).where(*members(tables, sets))


def between(
    tables: PublicationTables, sequence: Column[int], from_: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    """Give the conditions of a period, both ends inclusive.

    Datestamps grow with the sequence, so a period is a range of sequences: no item is read to be thrown away.
    """
    item = tables.item.alias("bound")
    conditions: list[ColumnElement[bool]] = []
    if from_ is not None:
        first = select(item.c.sequence).where(item.c.datestamp >= int(from_.timestamp()))
        first = first.order_by(item.c.datestamp, item.c.sequence).limit(1)
        conditions.append(sequence >= first.scalar_subquery())
    if until is not None:
        last = select(item.c.sequence).where(item.c.datestamp <= int(until.timestamp()))
        last = last.order_by(item.c.datestamp.desc(), item.c.sequence.desc()).limit(1)
        conditions.append(sequence <= last.scalar_subquery())
    return conditions


def page_ends(tables: PublicationTables, size: int, from_: datetime | None) -> Select[Any]:
    """Select sequence, datestamp and number, counted from 1, of the last live item of every page of ``size``."""
    item = tables.item
    live = [item.c.deleted == false(), *between(tables, item.c.sequence, from_, None)]
    number = func.row_number().over(order_by=item.c.sequence)
    total = func.count().over()
    counted = (
        select(item.c.sequence, item.c.datestamp, number.label("number"), total.label("total")).where(*live).subquery()
    )
    last = or_(counted.c.number % size == 0, counted.c.number == counted.c.total)
    return select(counted.c.sequence, counted.c.datestamp, counted.c.number).where(last).order_by(counted.c.sequence)


def distinct_sets(tables: PublicationTables) -> Select[Any]:
    """Select every setSpec with members by one index look-up each: DISTINCT would read every membership."""
    spec = tables.item_set.c.set_spec
    found = select(func.min(spec).label("spec")).cte("found", recursive=True)
    following = select(func.min(spec)).where(spec > literal_column("found.spec")).scalar_subquery()
    found = found.union_all(select(following).select_from(found).where(found.c.spec.is_not(None)))
    return select(found.c.spec).where(found.c.spec.is_not(None))
