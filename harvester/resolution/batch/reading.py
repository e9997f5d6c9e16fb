"""Stored records to portions on disk, by several processes: anew where a record or the rules changed; writes no row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, case, select, tuple_
from sqlalchemy.sql import Select

from harvester.resolution.batch.folded import fold_records
from harvester.resolution.batch.portions import to_portion
from harvester.resolution.batch.store import find_stamp, save_portion
from harvester.resolution.batch.workers import workers
from harvester.resolution.forms.form import parse_form
from harvester.resolution.graph.judgements import Place
from harvester.resolution.matching.stored_forms import VERSION
from harvester.tables import form as form_table
from harvester.tables import source_record

PORTION = 20_000
_LAYOUT = "3"
"""Raise it when a portion is written in another way."""
Told = Callable[[str], None]
Input = tuple[str, bytes | None, bytes | None]
"""A record's source, its stored form or None, and where there is none the record."""


class Listed(NamedTuple):
    """A living record, as it was when everything was listed; ``is_kept`` says that its form is stored and holds."""

    source_id: str
    identifier: str
    fingerprint: str
    local_id: str
    is_kept: bool

    @property
    def place(self) -> Place:
        """Where it is stored."""
        return self.source_id, self.identifier


@dataclass(frozen=True, slots=True)
class Portions:
    """All living records in the order of their portions; a record's number is its place in the list."""

    records: list[Listed]
    paths: tuple[Path, ...]


class _Task(NamedTuple):
    path: Path
    stamp: str
    inputs: list[Input]


def refresh_portions(connection: Connection, folder: Path, *, processes: int, told: Told) -> Portions:
    """List all living records and bring the folder's portions up to date with them; others there are taken away.

    A portion holds the records of a range of form numbers, so that new records leave the old portions as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    records: list[Listed] = []
    spans: list[tuple[Path, str, Span]] = []
    for span, listed in _spans(connection):
        said = [f"{each.source_id}\0{each.identifier}\0{each.fingerprint}\0" for each in listed]
        stamp = sha256(f"{_LAYOUT} {VERSION}{''.join(said)}".encode())
        records.extend(listed)
        spans.append((folder / span.name, stamp.hexdigest(), span))
    _sweep(folder, {path for path, _, _ in spans})
    missing = [each for each in spans if find_stamp(each[0]) != each[1]]
    told(f"{len(records)} records; {len(spans) - len(missing)} of {len(spans)} portions are up to date")
    tasks = (_Task(path, stamp, _inputs(connection, span)) for path, stamp, span in missing)
    for done, path in enumerate(_make_all(tasks, min(processes, len(missing))), 1):
        told(f"portion {path.name}: {done} of {len(missing)}")
    return Portions(records, tuple(path for path, _, _ in spans))


def _listed(row: Row[Any]) -> Listed:
    _, source_id, identifier, fingerprint, local_id, is_kept = list(row)
    return Listed(intern(source_id), identifier, fingerprint or "", local_id or "", bool(is_kept))


class Span(NamedTuple):
    """A range of form numbers, or where ``is_new`` records that have none yet: so many, from so many on.

    Of the latter ``first`` and ``last`` are where they are stored.
    """

    start: int
    size: int
    is_new: bool
    first: Place = ("", "")
    last: Place = ("", "")

    @property
    def name(self) -> str:
        """Give the name of its portion."""
        return f"{'new' if self.is_new else 'no'}-{self.start // PORTION:06}"


def _joined(*columns: Any) -> Select[Any]:
    record, form = source_record.c, form_table.c
    on = (form.source_id == record.source_id) & (form.identifier == record.identifier)
    return select(*columns).select_from(source_record.outerjoin(form_table, on)).where(record.record.is_not(None))


def _holds() -> Any:
    form = form_table.c
    is_current = (form.version == VERSION) & (form.fingerprint == source_record.c.fingerprint)
    return is_current & form.payload.is_not(None)


def _spans(connection: Connection) -> Iterator[tuple[Span, list[Listed]]]:
    """Yield all living records by span, those that have a form number first."""
    record, form = source_record.c, form_table.c
    columns = (form.no, record.source_id, record.identifier, record.fingerprint, record.local_id)
    query = _joined(*columns, case((_holds(), 1), else_=0))
    numbered = connection.execute(query.where(form.no.is_not(None)).order_by(form.no)).yield_per(10_000)
    for at, rows in groupby(numbered, key=lambda row: int(row.no) // PORTION):
        yield Span(at * PORTION, PORTION, False), [_listed(row) for row in rows]
    fresh = query.where(form.no.is_(None)).order_by(record.source_id, record.identifier)
    for number, some in enumerate(connection.execute(fresh).yield_per(PORTION).partitions(PORTION)):
        listed = [_listed(row) for row in some]
        yield Span(number * PORTION, len(some), True, listed[0].place, listed[-1].place), listed


def _inputs(connection: Connection, span: Span) -> list[Input]:
    record, form = source_record.c, form_table.c
    holds = _holds()
    query = _joined(record.source_id, case((holds, form.payload)), case((holds, None), else_=record.record))
    if span.is_new:
        at = tuple_(record.source_id, record.identifier)
        query = query.where(form.no.is_(None), at.between(span.first, span.last))
        query = query.order_by(record.source_id, record.identifier)
    else:
        query = query.where(form.no >= span.start, form.no < span.start + span.size).order_by(form.no)
    return [(source_id, payload, said) for source_id, payload, said in connection.execute(query)]


def _make_all(tasks: Iterator[_Task], processes: int) -> Iterator[Path]:
    if processes < 2:
        yield from map(make_portion, tasks)
        return
    with workers(processes) as pool:
        yield from pool.imap(make_portion, tasks)


def make_portion(task: _Task) -> Path:
    """Write a portion and give where it is."""
    made = iter(
        fold_records([(source_id, said or b"{}") for source_id, payload, said in task.inputs if payload is None])
    )
    forms = [next(made) if payload is None else parse_form(payload) for _, payload, _ in task.inputs]
    save_portion(task.path, to_portion(forms, [source_id for source_id, _, _ in task.inputs]), task.stamp)
    return task.path


def _sweep(folder: Path, wanted: set[Path]) -> None:
    for path in folder.iterdir():
        if path.with_suffix("") not in wanted:
            path.unlink()
