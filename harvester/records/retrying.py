"""Taking debts up: what a stage could not do for a record is tried again though its source says nothing new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harvester.centre import Centre
from harvester.counts import Counts
from harvester.errors import SourceError
from harvester.operating_errors import Interrupted
from harvester.pipeline import take_again, take_page
from harvester.proof.evidence import Listing
from harvester.protocols import PROTOCOLS
from harvester.raw import deleted_raw
from harvester.records import debts, ledger
from harvester.records.debts import Debt
from harvester.running import leases
from harvester.work import Work

BATCH = 500
MOST_FETCHED = 100


def take_up(centre: Centre, work: Work, *, fetches: bool) -> Counts:
    """Try a source's debts that are due and give what became of the records.

    Stages work on the stored bytes. With ``fetches``, up to a hundred records that never came whole are asked for
    one by one, where the protocol can.
    """
    total = Counts()
    for batch in _due(centre, work):
        with work.transactions.read() as connection:
            raws = ledger.find_raw(connection, work.source.id, [owed.identifier for owed in batch])
        kept = {raw.identifier for raw in raws}
        _put_off(work, [owed for owed in batch if owed.identifier not in kept])
        if raws:
            total.take(take_again(replace(work, whole=True, stored=True, keeps_place=False), raws))
    if fetches and PROTOCOLS[work.source.protocol].fetch_one is not None:
        total.take(_fetch(centre, work))
    return total


def let_go(work: Work, listing: Listing) -> Counts:
    """Let records go that got stuck and that a whole list no longer names: as nothing is shown of them, at once."""
    total, source_id = Counts(), work.source.id
    with work.transactions.read() as connection:
        stuck = debts.list_stuck(connection, source_id, before_run=work.run_id)
    for batch in ledger.chunks(list(listing.missing_of(stuck))):
        with work.transactions.read() as connection:
            raws = ledger.find_raw(connection, source_id, batch)
        gone = [deleted_raw(raw.identifier, format=raw.format, datestamp=raw.datestamp, sets=raw.sets) for raw in raws]
        if gone:
            total.take(take_again(replace(work, whole=True, applies=True, keeps_place=False), gone))
        with work.transactions.write() as connection:
            leases.renew(connection, work.lease, now=work.clock())
            debts.strike(connection, source_id, batch)
    return total


def _due(centre: Centre, work: Work) -> Iterator[list[Debt]]:
    after = ""
    while True:
        if centre.stop.is_set():
            raise Interrupted
        with work.transactions.read() as connection:
            batch = debts.find_due(connection, work.source.id, work.clock(), fetches=False, after=after, limit=BATCH)
        if not batch:
            return
        after = batch[-1].identifier
        yield batch


def _fetch(centre: Centre, work: Work) -> Counts:
    total = Counts()
    with work.transactions.read() as connection:
        due = debts.find_due(connection, work.source.id, work.clock(), fetches=True, limit=MOST_FETCHED)
    fetch_one = PROTOCOLS[work.source.protocol].fetch_one
    if not due or fetch_one is None:
        return total
    with centre.new_fetcher() as fetcher:
        for owed in due:
            if centre.stop.is_set():
                raise Interrupted
            try:
                page = fetch_one(fetcher, work.source, owed.identifier)
            except SourceError as error:
                _put_off(work, [owed])
                if error.temporary:  # the source is not well: the others are for another run
                    break
                continue
            page = replace(page, remarks=(), learnt={}, whole=False)
            total.take(take_page(replace(work, whole=True, keeps_place=False), page))
    return total


def _put_off(work: Work, owed: list[Debt]) -> None:
    if owed:
        with work.transactions.write() as connection:
            debts.put_off(connection, work.source.id, owed, run_id=work.run_id, now=work.clock())
