"""Carrying out what was put off: the stored bytes go the usual way again, and what waited is forgotten."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement

from harvester.counts import Counts
from harvester.pipeline import take_again
from harvester.proof import deferrals
from harvester.proof.deferrals import ABSENT, Deferred
from harvester.raw import RawRecord, deleted_raw
from harvester.records import ledger
from harvester.work import Work

BATCH = 500


def carry_out(work: Work, wanted: ColumnElement[bool]) -> Counts:
    """Carry out the waiting changes that meet the condition and give what became of the records.

    Each batch is one transaction that also forgets what waited: stopped anywhere, the rest is carried out later and
    nothing twice. What this run had counted as held is counted anew.
    """
    total, after = Counts(), ""
    while True:
        with work.transactions.read() as connection:
            batch = deferrals.list_some(connection, wanted, after=after, limit=BATCH)
        if not batch:
            return total
        after = batch[-1].identifier
        own = [waiting for waiting in batch if waiting.run_id == work.run_id]
        for part, settles in ((own, True), ([each for each in batch if each not in own], False)):
            if part:
                total.take(_carry_out(replace(work, applies=True, whole=True, settles=settles), part))


def _carry_out(work: Work, batch: list[Deferred]) -> Counts:
    absent = {waiting.identifier for waiting in batch if waiting.reason == ABSENT}
    with work.transactions.read() as connection:
        raws = ledger.find_raw(connection, work.source.id, [waiting.identifier for waiting in batch])
    return take_again(work, [_removed(raw) if raw.identifier in absent else raw for raw in raws])


def _removed(raw: RawRecord) -> RawRecord:
    return deleted_raw(raw.identifier, format=raw.format, datestamp=raw.datestamp, sets=raw.sets)
