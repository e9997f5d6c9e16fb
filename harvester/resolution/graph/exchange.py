"""Judgements as tables and lines of JSON, to keep outside, carry over, or have somebody judge elsewhere."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any, cast, get_args

import orjson
from sqlalchemy import Connection, select

from harvester.resolution.graph.judgements import (
    INVERSE,
    Judgement,
    Kind,
    Place,
    Verdict,
    to_judgement,
)
from harvester.tables import judgement as table

COLUMNS = (
    "a_source", "a_identifier", "b_source", "b_identifier", "verdict", "relation", "by_kind", "by", "model_version",
    "probability", "made_at", "ended_at", "ended_by", "ended_why", "note", "evidence",
)  # fmt: skip
RELATIONS = ("", *INVERSE)
SHEET = (*COLUMNS[:5], "note", "title_a", "title_b", "one_thing", "probability", "why")
"""The columns of pairs to be judged elsewhere."""
_NEEDED = COLUMNS[:5]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: its number, from 1, and what to do about it."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A row that is well as it is, of which there is nothing to take."""

    reason: str


NOT_JUDGED = PassedOver("have no verdict yet")
MADE_ANEW = PassedOver("were said by rules or the model, which say it anew from the records")


def find_all(connection: Connection, *, people_only: bool = True, ended: bool = False) -> Iterator[Judgement]:
    """Give judgements in the order they were made, of people and owners or of all; with ``ended`` the history too."""
    query = select(table).order_by(table.c.id)
    if people_only:
        query = query.where(table.c.by_kind.in_(("person", "owner")))
    if not ended:
        query = query.where(table.c.ended_at.is_(None))
    for row in connection.execute(query).mappings():
        yield to_judgement(row)


def to_row(judgement: Judgement) -> dict[str, Any]:
    """Give a judgement as one flat row; instants are ISO 8601 in UTC, evidence is JSON."""
    values = {
        "a_source": judgement.a[0],
        "a_identifier": judgement.a[1],
        "b_source": judgement.b[0],
        "b_identifier": judgement.b[1],
        "made_at": _dump_at(judgement.made_at),
        "ended_at": _dump_at(judgement.ended_at),
        "evidence": [dict(each) for each in judgement.evidence],
    }
    return {name: values[name] if name in values else getattr(judgement, name) for name in COLUMNS}


def dump_jsonl(judgements: Iterable[Judgement]) -> Iterator[bytes]:
    """Give judgements a line of JSON each."""
    for each in judgements:
        yield orjson.dumps(to_row(each)) + b"\n"


def dump_csv(judgements: Iterable[Judgement]) -> Iterator[str]:
    """Give judgements as a table with a head; a cell that a spreadsheet would take for a formula gets an apostrophe."""
    for number, each in enumerate(judgements):
        row = to_row(each)
        row["evidence"] = orjson.dumps(row["evidence"]).decode()
        line = StringIO()
        writer = csv.writer(line, lineterminator="\n")
        if number == 0:
            writer.writerow(COLUMNS)
        writer.writerow(_safe(row[name]) for name in COLUMNS)
        yield line.getvalue()


def dump_sheet(pairs: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give pairs that wait, as ``tell_waiting`` tells them, as a table to judge: ``verdict`` and ``note`` are empty."""
    line = StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(SHEET)
    for each in pairs:
        a, b = each["a"], each["b"]
        places = (a["source"], a["identifier"], b["source"], b["identifier"], "", "")
        told = (a["title"], b["title"], each["likelihood"], each["probability"], each["why"])
        writer.writerow(_safe(value) for value in (*places, *told))
    yield line.getvalue()


def parse_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Give the rows of a table, of lines of JSON, or of one list in JSON, with their numbers from 1.

    A table may be parted by commas, semicolons or tabs: spreadsheets write what is usual in their language.
    """
    if (listed := _parse_list(text)) is not None:
        yield from enumerate(listed, 1)
        return
    if text.lstrip().startswith("{"):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    row = orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    yield number, {"unreadable": str(error)}
                else:
                    yield number, row if isinstance(row, dict) else {"unreadable": "it should be one object"}
        return
    head = text.partition("\n")[0]
    yield from enumerate(csv.DictReader(StringIO(text), delimiter=max(",;\t", key=head.count)), 1)


def _parse_list(text: str) -> list[Mapping[str, Any]] | None:
    """Give the rows of one list in JSON; None for a text that is none."""
    if not text.lstrip().startswith("["):
        return None
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return [{"unreadable": str(error)}]
    return [each if isinstance(each, dict) else {"unreadable": "it should be one object"} for each in told]


def read_labels(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> tuple[list[Judgement], list[Refused]]:
    """Give what people judged by rows, the last word on each pair, and the rows that cannot be read, with why.

    Rows of rules and models, ended ones, and those nobody put a verdict into are passed over.
    """
    labels: dict[tuple[Place, Place], Judgement] = {}
    refused: list[Refused] = []
    for number, row in rows:
        found = read_row(row, "")
        if isinstance(found, str):
            refused.append(Refused(number, found))
        elif isinstance(found, Judgement) and found.by_kind == "person" and found.ended_at is None:
            labels[found.pair] = found
    return list(labels.values()), refused


def read_row(row: Mapping[str, Any], by: str) -> Judgement | PassedOver | str:
    """Give what a row says, by ``by`` where it names nobody; text says what to mend where it cannot be read."""
    if "unreadable" in row:
        return f"the line is no JSON: {row['unreadable']}"
    if row.get("verdict") == "" and all(row.get(name) for name in _NEEDED[:4]):
        return NOT_JUDGED
    if missing := [name for name in _NEEDED if not row.get(name)]:
        return f"{', '.join(missing)} is missing"
    kind = row.get("by_kind") or "person"
    if kind not in ("person", "owner"):
        return MADE_ANEW if kind in get_args(Kind) else f"by_kind {kind} is not known; give person or owner"
    verdict, relation = str(row["verdict"]).strip().lower(), str(row.get("relation") or "")
    if verdict not in get_args(Verdict):
        return f"verdict {verdict} is not known; give same, different or unsure"
    if relation not in RELATIONS:
        return f"relation {relation} is not known; give one of {', '.join(RELATIONS[1:])}, or nothing"
    a, b = _place(row, "a"), _place(row, "b")
    if a == b:
        return "a record is not judged against itself"
    judgement = Judgement(
        a,
        b,
        cast(Verdict, verdict),
        cast(Kind, kind),
        str(row.get("by") or by),
        relation=relation,
        note=str(row.get("note") or ""),
    )
    made_at, ended_at = _parse_at(row.get("made_at")), _parse_at(row.get("ended_at"))
    if not row.get("ended_at"):
        return replace(judgement, made_at=made_at)
    if ended_at is None or made_at is None:
        return "made_at and ended_at of what counts no more are no instants; write them as 2026-05-01T12:00:00Z"
    who, why = str(row.get("ended_by") or "") or None, str(row.get("ended_why") or "") or None
    return replace(judgement, made_at=made_at, ended_at=ended_at, ended_by=who, ended_why=why)


def _place(row: Mapping[str, Any], end: str) -> Place:
    return str(row[f"{end}_source"]), str(row[f"{end}_identifier"]).removeprefix("'")


def _dump_at(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None


def _parse_at(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _safe(value: object) -> object:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def to_document(judgements: Sequence[Judgement]) -> list[dict[str, Any]]:
    """Give judgements as JSON objects, with their ids."""
    return [{"id": each.id} | to_row(each) for each in judgements]
