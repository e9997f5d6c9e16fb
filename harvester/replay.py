"""Stored raw records as pages again, in the order they were fetched; never touches the network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine, select

from chm_node.publishing import sql
from harvester.protocols.pages import Page
from harvester.raw import RawRecord
from harvester.tables import raw_record

PAGE_RECORDS = 500


def stored_pages(engine: Engine, source_id: str) -> Iterator[tuple[Page, datetime]]:
    """Give what is stored of a source, each page with the time all its records were fetched at."""
    table = raw_record.c
    with sql.read(engine) as connection:
        query = select(table.fetched_at).where(table.source_id == source_id).distinct().order_by(table.fetched_at)
        times = list(connection.execute(query).scalars())
    for fetched_at in times:
        after = ""
        while records := _records(engine, source_id, fetched_at, after):
            after = records[-1].identifier
            yield Page(records=records, cursor=None, response_date=None, total=None), fetched_at


def _records(engine: Engine, source_id: str, fetched_at: datetime, after: str) -> tuple[RawRecord, ...]:
    table = raw_record.c
    query = (
        select(raw_record)
        .where(table.source_id == source_id, table.fetched_at == fetched_at, table.identifier > after)
        .order_by(table.identifier)
        .limit(PAGE_RECORDS)
    )
    with sql.read(engine) as connection:
        return tuple(
            RawRecord(
                identifier=row.identifier,
                datestamp=row.datestamp,
                deleted=row.deleted,
                format=row.format,
                payload=row.payload,
                sha256=row.sha256,
                sets=tuple(row.sets.split()),
            )
            for row in connection.execute(query)
        )
