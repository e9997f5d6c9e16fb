"""Stored raw records as pages again, in the order they were fetched; never touches the network."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, select, true

from chm_node.publishing import sql
from harvester.operating_errors import RecordWaits, UnknownRecord
from harvester.protocols.pages import Page
from harvester.raw import RawRecord
from harvester.records.ledger import to_raw
from harvester.tables import deferral, raw_record

PAGE_RECORDS = 500


def stored_pages(engine: Engine, source_id: str, identifier: str | None = None) -> Iterator[tuple[Page, datetime]]:
    """Give what is stored of a source or of one of its records, each page with the time its records were fetched at.

    What was put off and not released is left out: stored bytes do not decide what a person has to.
    """
    table = raw_record.c
    wanted = (table.source_id == source_id) & (true() if identifier is None else table.identifier == identifier)
    with sql.read(engine) as connection:
        query = select(table.fetched_at).where(wanted).distinct().order_by(table.fetched_at)
        times = list(connection.execute(query).scalars())
    for fetched_at in times:
        after = ""
        while records := _records(engine, source_id, wanted & (table.fetched_at == fetched_at), after):
            after = records[-1].identifier
            yield Page(records=records, cursor=None, response_date=None, total=None), fetched_at


def check_stored(connection: Connection, source_id: str, identifier: str) -> None:
    """Raise UnknownRecord unless the bytes of a record are stored, RecordWaits where it waits for a person."""
    named = (raw_record.c.source_id == source_id) & (raw_record.c.identifier == identifier)
    if connection.execute(select(raw_record.c.run_id).where(named)).first() is None:
        raise UnknownRecord(source=source_id, record=identifier)
    waits = (deferral.c.source_id == source_id) & (deferral.c.identifier == identifier)
    run_id = connection.execute(select(deferral.c.run_id).where(waits)).scalar()
    if run_id is not None:
        raise RecordWaits(record=identifier, run=run_id)


def _records(engine: Engine, source_id: str, wanted: ColumnElement[bool], after: str) -> tuple[RawRecord, ...]:
    table = raw_record.c
    waiting = select(deferral.c.identifier).where(deferral.c.source_id == source_id)
    query = (
        select(raw_record)
        .where(wanted, table.identifier > after)
        .where(table.identifier.not_in(waiting))
        .order_by(table.identifier)
        .limit(PAGE_RECORDS)
    )
    with sql.read(engine) as connection:
        return tuple(to_raw(row) for row in connection.execute(query))
