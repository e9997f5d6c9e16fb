"""Working copies: saved in bulk, read one or many; it neither judges a record nor publishes one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select

from chm_node.authoring.intake import Draft
from chm_node.authoring.moderation import START, get_transition
from chm_node.errors import RecordUnknown, RevisionOutdated
from chm_node.publishing.sql import upsert
from chm_node.tables import draft as draft_table
from chm_node.tables import transition as transition_table
from vocabularies.fingerprint import fingerprint
from vocabularies.formats.native import dump_native, parse_native
from vocabularies.identifiers import parse_record_uri
from vocabularies.problems import Problem, problem
from vocabularies.record import Record

Outcome = Literal["created", "updated", "unchanged"]
_AT_ONCE = 500  # bound variables in one IN (…)


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """The one mutable form of a record, with its state and the revision that guards it."""

    local_id: str
    state: str
    record: Record
    problems: tuple[Problem, ...]
    revision: int
    published: bool
    author: str
    created_at: datetime
    modified_at: datetime

    @property
    def etag(self) -> str:
        """Give the strong validator of this revision (RFC 9110 §8.8.3)."""
        return f'"draft-{self.revision}"'


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did to one record."""

    copy: WorkingCopy
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Step:
    """One step a record took, as it is logged."""

    local_id: str
    source: str
    target: str
    reason: str = ""


def local_id_of(record_uri: str) -> str:
    """Give the local id in the URI of a record of this node."""
    return record_uri.rpartition(":")[2]


def own_local_id(id_or_uri: str, node_id: str) -> str:
    """Give the local id from a local id or a URI of this node's; RecordUnknown for another node's, or what is none."""
    parts = parse_record_uri(id_or_uri) or parse_record_uri(f"urn:chm:{node_id}:{id_or_uri}")
    if parts is None or parts[0] != node_id:
        raise RecordUnknown(id=id_or_uri)
    return parts[1]


def load_copies(connection: Connection, local_ids: Iterable[str], *, lock: bool = False) -> dict[str, WorkingCopy]:
    """Give the working copies there are of these records, by local id; ``lock`` holds their rows till the end."""
    wanted = list(dict.fromkeys(local_ids))
    found: dict[str, WorkingCopy] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(draft_table).where(draft_table.c.local_id.in_(wanted[start : start + _AT_ONCE]))
        rows = connection.execute(query.with_for_update() if lock else query).mappings()
        found |= {row["local_id"]: _to_copy(row) for row in rows}
    return found


def get_copy(connection: Connection, local_id: str, *, lock: bool = False) -> WorkingCopy:
    """Give one working copy; RecordUnknown where there is none."""
    copy = load_copies(connection, [local_id], lock=lock).get(local_id)
    if copy is None:
        raise RecordUnknown(id=local_id)
    return copy


def list_copies(
    connection: Connection, *, states: Sequence[str] = (), after: str = "", limit: int = 100
) -> list[WorkingCopy]:
    """Give working copies by local id, those in the states named or all of them."""
    query = select(draft_table).where(draft_table.c.local_id > after).order_by(draft_table.c.local_id).limit(limit)
    if states:
        query = query.where(draft_table.c.state.in_(states))
    return [_to_copy(row) for row in connection.execute(query).mappings()]


def count_copies(connection: Connection) -> list[dict[str, Any]]:
    """Give how many records there are of each type in each state."""
    kinds = (draft_table.c.type, draft_table.c.state)
    query = select(*kinds, func.count().label("records")).group_by(*kinds).order_by(*kinds)
    return [dict(row) for row in connection.execute(query).mappings()]


def save_drafts(connection: Connection, drafts: Sequence[Draft], *, author: str, now: datetime) -> list[Saved]:
    """Store drafts as working copies, with what is wrong with them; one that says nothing new is left as it is.

    Each draft must hold a record of this node, and no two the same id. A change to a record that is published,
    waiting or withdrawn begins a new draft; what readers see stays until that is approved.
    """
    records = [(local_id_of(each.record.id), each) for each in drafts if each.record is not None]
    held = load_copies(connection, (local_id for local_id, _ in records), lock=True)
    saved = [_saved(local_id, each, held.get(local_id), (author, now)) for local_id, each in records]
    changed = [each for each in saved if each.outcome != "unchanged"]
    store_copies(connection, [each.copy for each in changed])
    steps = [
        Step(each.copy.local_id, held[each.copy.local_id].state, START)
        for each in changed
        if each.outcome == "updated" and held[each.copy.local_id].state != START
    ]
    log_steps(connection, steps, by=author, now=now)
    return saved


def check_revision(copy: WorkingCopy, if_match: str | None, *also: str) -> None:
    """Raise RevisionOutdated unless If-Match is absent, ``*``, or names this revision or another validator."""
    given = [tag.strip().removeprefix("W/") for tag in (if_match or "*").split(",")]
    if "*" not in given and not {copy.etag, *also} & set(given):
        raise RevisionOutdated(id=copy.local_id, given=if_match, current=copy.etag)


def store_copies(connection: Connection, copies: Sequence[WorkingCopy]) -> None:
    """Write the rows of working copies, new or held."""
    upsert(connection, draft_table, [_to_row(copy) for copy in copies], key=("local_id",))


def log_steps(connection: Connection, steps: Sequence[Step], *, by: str, now: datetime) -> None:
    """Log the steps in order; TransitionRefused or ReasonMissing where one may not be taken."""
    rows = []
    for step in steps:
        get_transition(step.source, step.target, reason=step.reason)
        rows.append(
            {"local_id": step.local_id, "source": step.source, "target": step.target, "reason": step.reason}
            | {"by": by, "at": now}
        )
    if rows:
        connection.execute(insert(transition_table), rows)


def load_steps(connection: Connection, local_id: str) -> list[dict[str, Any]]:
    """Give the steps a record took, oldest first."""
    columns = [column for column in transition_table.c if column.name not in ("id", "local_id")]
    query = select(*columns).where(transition_table.c.local_id == local_id).order_by(transition_table.c.id)
    return [{str(name): value for name, value in row.items()} for row in connection.execute(query).mappings()]


def _saved(local_id: str, draft: Draft, held: WorkingCopy | None, by: tuple[str, datetime]) -> Saved:
    author, now = by
    assert draft.record is not None
    if held is None:
        record = _stamped(draft.record, None, now)
        return Saved(WorkingCopy(local_id, START, record, draft.problems, 1, False, author, now, now), "created")
    if fingerprint(_stamped(draft.record, held.record, None)) == fingerprint(held.record):
        return Saved(held, "unchanged")
    record = _stamped(draft.record, held.record, now)
    copy = replace(held, record=record, problems=draft.problems, state=START, revision=held.revision + 1)
    return Saved(replace(copy, author=author, modified_at=now), "updated")


def _stamped(record: Record, held: Record | None, now: datetime | None) -> Record:
    """Fill in the dates nobody gave: of creation once, of change with every change; ``now`` None keeps the held one."""
    given, before = record.dates, held.dates if held else None
    instant = f"{now:%Y-%m-%dT%H:%M:%SZ}" if now else None
    dates = given.model_copy(
        update={
            "created": given.created or (before.created if before else instant),
            "modified": given.modified or instant or (before.modified if before else None),
            "published": (before.published if before else None) or given.published,
        }
    )
    return record.with_(dates=dates, revision=held.revision if held else record.revision)


def _to_row(copy: WorkingCopy) -> dict[str, Any]:
    best = copy.record.title.best()
    return {
        "local_id": copy.local_id,
        "state": copy.state,
        "type": copy.record.type,
        "title": best[1] if best else "",
        "record": dump_native(copy.record).decode(),
        "problems": json.dumps([_problem_row(each) for each in copy.problems], ensure_ascii=False),
        "revision": copy.revision,
        "published": copy.published,
        "author": copy.author,
        "created_at": copy.created_at,
        "modified_at": copy.modified_at,
    }


def _problem_row(found: Problem) -> dict[str, Any]:
    return {"code": found.code, "path": found.path, "value": found.value, "params": dict(found.params)}


def _to_copy(row: Mapping[Any, Any]) -> WorkingCopy:
    parsed = parse_native(row["record"])
    if parsed.record is None:
        raise RecordUnknown(id=row["local_id"])
    return WorkingCopy(
        local_id=row["local_id"],
        state=row["state"],
        record=parsed.record,
        problems=tuple(
            replace(problem(each["code"], each["path"], each["value"], **each["params"]), record_id=parsed.record.id)
            for each in json.loads(row["problems"])
        ),
        revision=row["revision"],
        published=row["published"],
        author=row["author"],
        created_at=row["created_at"],
        modified_at=row["modified_at"],
    )
