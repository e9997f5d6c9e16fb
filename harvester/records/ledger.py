"""What is kept of every record: bytes, last accepted version, keys and outcome. Bulk statements only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from chm_node.publishing.sql import upsert
from harvester.raw import RawRecord
from harvester.tables import identity_key, outcome, raw_record, source_record
from vocabularies.problems import Problem

_PLACE = ("source_id", "identifier")
_CHUNK = 1_000


class Turn(NamedTuple):
    """What is kept of a record's versions beside the newest: the digest before it, and how often two took turns."""

    previous_sha256: str | None
    flaps: int


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of a record from before."""

    state: str
    problems: str
    fingerprint: str | None
    local_id: str | None
    live: bool
    owner: str = ""
    languages: str = ""


def dump_problems(problems: Sequence[Problem]) -> str:
    """Give problems as JSON text."""
    if not problems:
        return "[]"
    kept: list[dict[str, object]] = []
    for problem in problems:
        entry: dict[str, object] = {"code": problem.code, "severity": problem.severity}
        more = {
            "path": problem.path,
            "value": problem.value,
            "params": dict(problem.params),
            "record_id": problem.record_id,
            "language": problem.language,
        }
        kept.append(entry | {name: value for name, value in more.items() if value})
    try:
        return orjson.dumps(kept).decode()
    except TypeError:  # half of a surrogate pair, which no UTF-8 holds: the problem is told all the same
        return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace").decode()


def parse_problems(text: str) -> tuple[Problem, ...]:
    """Read back what ``dump_problems`` wrote."""
    return tuple(Problem(**entry) for entry in orjson.loads(text))


def find_digests(
    connection: Connection, source_id: str, identifiers: Sequence[str]
) -> dict[str, tuple[str, bool, str]]:
    """Give digest, deletion and format of the raw records held, by identifier."""
    columns = (raw_record.c.identifier, raw_record.c.sha256, raw_record.c.deleted, raw_record.c.format)
    held: dict[str, tuple[str, bool, str]] = {}
    for chunk in chunks(identifiers):
        query = select(*columns).where(raw_record.c.source_id == source_id, raw_record.c.identifier.in_(chunk))
        held |= {row[0]: (row[1], row[2], row[3]) for row in connection.execute(query)}
    return held


def find_held(connection: Connection, source_id: str, identifiers: Sequence[str]) -> dict[str, Held]:
    """Give what is held of records from before, by identifier."""
    table = source_record.c
    columns = (
        table.identifier, table.state, table.problems, table.fingerprint, table.local_id, table.owner, table.languages,
    )  # fmt: skip
    held: dict[str, Held] = {}
    for chunk in chunks(identifiers):
        query = select(*columns, table.record.is_not(None)).where(
            table.source_id == source_id, table.identifier.in_(chunk)
        )
        for row in connection.execute(query):
            held[row[0]] = Held(row[1], row[2], row[3], row[4], bool(row[7]), row[5] or "", row[6] or "")
    return held


def find_raw(connection: Connection, source_id: str, identifiers: Sequence[str]) -> list[RawRecord]:
    """Give the stored bytes of records, in the order of their identifiers."""
    found: list[RawRecord] = []
    for chunk in chunks(identifiers):
        query = select(raw_record).where(raw_record.c.source_id == source_id, raw_record.c.identifier.in_(chunk))
        found.extend(to_raw(row) for row in connection.execute(query.order_by(raw_record.c.identifier)))
    return found


def to_raw(row: Any) -> RawRecord:
    """Give a stored row as the raw record it was."""
    return RawRecord(
        identifier=row.identifier,
        datestamp=row.datestamp,
        deleted=row.deleted,
        format=row.format,
        payload=row.payload,
        sha256=row.sha256,
        sets=tuple(row.sets.split()),
    )


def find_held_elsewhere(connection: Connection, source_id: str, record_ids: Sequence[str]) -> set[str]:
    """Give those of the record ids under which other sources hold a record that the index may show."""
    found: set[str] = set()
    same = (identity_key.c.source_id == source_record.c.source_id) & (
        identity_key.c.identifier == source_record.c.identifier
    )
    shown = (identity_key.c.source_id != source_id) & source_record.c.record.is_not(None)
    for chunk in chunks(record_ids):
        query = select(identity_key.c.key).join(source_record, same).where(shown, identity_key.c.key.in_(chunk))
        found.update(connection.execute(query).scalars())
    return found


def save_raw(
    connection: Connection,
    source_id: str,
    raws: Iterable[RawRecord],
    turns: Mapping[str, Turn],
    *,
    run_id: int,
    fetched_at: datetime,
) -> None:
    """Keep the bytes of the records as they came, and with those that are known what is kept of their versions."""
    rows = [
        {
            "source_id": source_id,
            "identifier": raw.identifier,
            "format": raw.format,
            "datestamp": raw.datestamp,
            "deleted": raw.deleted,
            "sha256": raw.sha256,
            "sets": " ".join(raw.sets),
            "payload": raw.payload,
            "fetched_at": fetched_at,
            "run_id": run_id,
            **(turns[raw.identifier]._asdict() if raw.identifier in turns else {}),
        }
        for raw in raws
    ]
    for group in _alike(rows):
        upsert(connection, raw_record, group, key=_PLACE)


def save_records(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep new versions, refusals, failures and deletions; rows that name the same columns go in one statement."""
    for group in _alike(rows):
        upsert(connection, source_record, group, key=_PLACE)


def _alike(rows: Iterable[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        alike.setdefault(tuple(row), []).append(row)
    return alike.values()


def save_keys(
    connection: Connection, source_id: str, keys: Mapping[str, Sequence[str]], *, had_keys: Sequence[str]
) -> None:
    """Replace the identity keys of records by identifier; only ``had_keys`` can have old ones."""
    if had_keys:
        statement = delete(identity_key).where(
            identity_key.c.source_id == source_id, identity_key.c.identifier == bindparam("of")
        )
        connection.execute(statement, [{"of": identifier} for identifier in had_keys])
    rows = [
        {"key": key, "source_id": source_id, "identifier": identifier}
        for identifier, own in keys.items()
        for key in own
    ]
    if rows:
        connection.execute(insert(identity_key), rows)


def move_members(connection: Connection, moves: Sequence[tuple[str, tuple[str, str]]]) -> None:
    """Give members of other sources their new canonical id."""
    if moves:
        statement = (
            update(source_record)
            .where(source_record.c.source_id == bindparam("of"), source_record.c.identifier == bindparam("named"))
            .values(local_id=bindparam("now_in"))
        )
        rows = [{"now_in": local_id, "of": place[0], "named": place[1]} for local_id, place in moves]
        connection.execute(statement, rows)


def save_outcomes(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what became of each record that is not unchanged."""
    if rows:
        connection.execute(insert(outcome), rows)


def chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give the items in parts small enough for one statement."""
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
