"""The one way into the published store: each change gets a sequence and a datestamp, in commit order."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection
from sqlalchemy.engine import Row

from chm_node.publishing.errors import RecordIdTaken
from chm_node.publishing.renditions import render, rendition_rows
from chm_node.publishing.sets import sets_of
from chm_node.publishing.site import Site as Site
from chm_node.publishing.store import States, Store
from chm_node.publishing.tables import PublicationTables
from vocabularies.fingerprint import fingerprint
from vocabularies.formats import FORMATS
from vocabularies.record import Record
from vocabularies.text import LangText

_NOTHING = "{}"


@dataclass(frozen=True, slots=True)
class Publication:
    """A record to publish, new or changed, under the id it keeps for ever here."""

    local_id: str
    record: Record


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A record to take back; readers learn the reason from its tombstone."""

    local_id: str
    reason: LangText


@dataclass(frozen=True, slots=True)
class Prepared:
    """A publication with what costs time already worked out."""

    local_id: str
    record: Record
    fingerprint: str
    bodies: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """How many items changed: an unchanged record, or a withdrawal of nothing, writes nothing."""

    upserted: int = 0
    unchanged: int = 0
    deleted: int = 0


Change = Publication | Withdrawal | Prepared
_Ready = Prepared | Withdrawal


def prepare(
    changes: Iterable[Change], *, site: Site, formats: Sequence[str] | None = None
) -> tuple[Prepared | Withdrawal, ...]:
    """Make fingerprints and renditions, all formats unless some are named, so that ``publish`` holds its lock briefly.

    ``publish`` does this by itself; call it before opening a transaction on SQLite, which has one lock for all writers.
    """
    names = tuple(FORMATS) if formats is None else formats
    return tuple(_render(ready, site, names) for ready in map(_fingerprinted, changes))


def publish(
    connection: Connection,
    tables: PublicationTables,
    changes: Sequence[Change],
    *,
    site: Site,
    now: datetime,
    formats: Sequence[str] | None = None,
) -> Published:
    """Publish the changes in the caller's transaction and count them; of two for one local_id the last one counts.

    Call it as the transaction's last step, with the time read inside the transaction: on SQLite opening one waits for
    other writers. Datestamps never decrease and grow with the sequence. A client that harvests "since T" misses a
    record stamped before T and committed after it (the commit-order hazard of incremental OAI-PMH harvesting), so
    publishers wait for one another on the clock row, and the stamps are set again when the second has moved on while
    the rows were written.
    Raises RecordIdTaken before anything is written.
    """
    clock = _Clock(now)
    store = Store(connection, tables)
    ready = list({change.local_id: _fingerprinted(change) for change in changes}.values())
    needed = _needed(ready, store.load_states([change.local_id for change in ready]))
    if not needed:
        return Published(unchanged=len(ready))
    needed = list(prepare(needed, site=site, formats=formats))
    needed = _write(store, needed, site=site, clock=clock)
    deleted = sum(isinstance(change, Withdrawal) for change in needed)
    return Published(len(needed) - deleted, len(ready) - len(needed), deleted)


class _Clock:
    """The caller's time, moving on with the machine's steady clock: waiting for the lock takes time too."""

    def __init__(self, now: datetime) -> None:
        self._offset_s = now.timestamp() - time.monotonic()

    def now_s(self) -> int:
        return int(time.monotonic() + self._offset_s)


def _write(store: Store, changes: Sequence[_Ready], *, site: Site, clock: _Clock) -> list[_Ready]:
    last_sequence, last_datestamp = store.lock()
    # Again, now that nobody else can publish: another publisher may have written the same items since.
    states = store.load_states([change.local_id for change in changes])
    needed = _needed(changes, states)
    if not needed:
        return []
    _refuse_taken_ids(store, needed, states)
    datestamp = max(clock.now_s(), last_datestamp)
    rows = [
        _item_row(change, states.get(change.local_id), sequence, datestamp)
        for sequence, change in enumerate(needed, last_sequence + 1)
    ]
    store.write_items(rows, [states[row["local_id"]] for row in rows if row["local_id"] in states])
    store.add_renditions(
        row
        for change in needed
        if isinstance(change, Prepared)
        for row in rendition_rows(change.local_id, change.bodies, site)
    )
    store.set_clock(rows[-1]["sequence"], datestamp)
    if (later := clock.now_s()) > datestamp:
        store.stamp_again(last_sequence, later)
    return needed


def _fingerprinted(change: Change) -> _Ready:
    if isinstance(change, Publication):
        return Prepared(change.local_id, change.record, fingerprint(change.record))
    return change


def _render(ready: _Ready, site: Site, formats: Sequence[str]) -> _Ready:
    if isinstance(ready, Withdrawal) or ready.bodies:
        return ready
    return replace(ready, bodies=render(ready.record, ready.local_id, site, formats))


def _needed(changes: Iterable[_Ready], states: States) -> list[_Ready]:
    return [change for change in changes if _is_needed(change, states.get(change.local_id))]


def _is_needed(change: _Ready, state: Row[Any] | None) -> bool:
    if isinstance(change, Withdrawal):
        return state is not None and not state.deleted
    return state is None or state.deleted or state.fingerprint != change.fingerprint


def _refuse_taken_ids(store: Store, changes: Iterable[_Ready], states: States) -> None:
    claims: dict[str, str] = {}
    for change in changes:
        if isinstance(change, Withdrawal):
            continue
        state, record_id = states.get(change.local_id), change.record.id
        if state is not None and state.record_id == record_id:
            continue
        if record_id in claims:
            raise RecordIdTaken(record_id=record_id, holder=claims[record_id], local_id=change.local_id)
        claims[record_id] = change.local_id
    for record_id, holder in store.find_holders(list(claims)):
        raise RecordIdTaken(record_id=record_id, holder=holder, local_id=claims[record_id])


def _item_row(change: _Ready, state: Row[Any] | None, sequence: int, datestamp: int) -> dict[str, Any]:
    if isinstance(change, Withdrawal):
        kept = dict(state._mapping) if state else {}
        reason = orjson.dumps(dict(change.reason)).decode()
        gone = {"deleted": True, "fingerprint": "", "reason": reason}
        return {**kept, **gone, "sequence": sequence, "datestamp": datestamp}
    record = change.record
    return {
        "local_id": change.local_id,
        "record_id": record.id,
        "type": record.type,
        "sequence": sequence,
        "datestamp": datestamp,
        "deleted": False,
        "fingerprint": change.fingerprint,
        "sets": " ".join(sets_of(record)),
        "title": orjson.dumps(dict(record.title)).decode(),
        "reason": _NOTHING,
    }
