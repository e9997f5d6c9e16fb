"""Stored raw records as pages again, in the order they were fetched; never touches the network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine, select

from chm_node.publishing import sql
from harvester.ledger import to_raw
from harvester.protocols.pages import Page
from harvester.raw import RawRecord
from harvester.tables import deferral, raw_record

PAGE_RECORDS = 500


def stored_pages(engine: Engine, source_id: str) -> Iterator[tuple[Page, datetime]]:
    """Give what is stored of a source, each page with the time all its records were fetched at.

    What was put off and not released is left out: stored bytes do not decide what a person has to.
    """
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
    waiting = select(deferral.c.identifier).where(deferral.c.source_id == source_id)
    query = (
        select(raw_record)
        .where(table.source_id == source_id, table.fetched_at == fetched_at, table.identifier > after)
        .where(table.identifier.not_in(waiting))
        .order_by(table.identifier)
        .limit(PAGE_RECORDS)
    )
    with sql.read(engine) as connection:
        return tuple(to_raw(row) for row in connection.execute(query))
