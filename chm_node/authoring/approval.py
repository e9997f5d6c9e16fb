"""From working copy to public and back: the version row, the log and the published side change in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Row, and_, func, insert, select

from chm_node.authoring.drafts import Step, WorkingCopy, get_copy, list_copies, load_copies, log_steps, store_copies
from chm_node.authoring.intake import has_errors
from chm_node.authoring.moderation import get_transition, path_to_approved
from chm_node.errors import RecordNotReady, RecordUnknown
from chm_node.publishing.publication import Publication, Withdrawal, publish
from chm_node.publishing.site import Site
from chm_node.tables import publication
from chm_node.tables import version as version_table
from vocabularies.fingerprint import fingerprint
from vocabularies.formats.disclosure import to_public
from vocabularies.formats.native import dump_native
from vocabularies.problems import Problem
from vocabularies.record import Record
from vocabularies.text import LangText, strip_control_characters
from vocabularies.validation import validate

_AT_ONCE = 500
_UNPUBLISHED = ("draft", "inReview", "retracted")


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approves, when, and as which node it is published."""

    by: str
    now: datetime
    site: Site


@dataclass(frozen=True, slots=True)
class Approved:
    """What approving did to one record; ``refused`` ones keep their state and name what is wrong."""

    copy: WorkingCopy
    outcome: Literal["published", "unchanged", "refused"]
    problems: tuple[Problem, ...] = ()


def approve(connection: Connection, local_ids: Sequence[str], approval: Approval) -> list[Approved]:
    """Publish the working copies of these records, whatever state they are in, through each step of the table.

    A copy that equals the version readers see now gets no new version. RecordUnknown where a record is not there.
    """
    copies = load_copies(connection, local_ids, lock=True)
    for local_id in local_ids:
        if local_id not in copies:
            raise RecordUnknown(id=local_id)
    latest = _latest_versions(connection, copies)
    done = [_approved(copy, latest.get(local_id), approval) for local_id, copy in copies.items()]
    fresh = [each.copy for each in done if each.outcome == "published"]
    _add_versions(connection, fresh, approval)
    moved = [each.copy for each in done if each.outcome != "refused" and each.copy != copies[each.copy.local_id]]
    store_copies(connection, moved)
    steps = [
        Step(copy.local_id, step.source, step.target)
        for copy in moved
        if (before := copies[copy.local_id].state) != "approved"
        for step in path_to_approved(before)
    ]
    log_steps(connection, steps, by=approval.by, now=approval.now)
    publications = [Publication(copy.local_id, to_public(copy.record)) for copy in fresh]
    if publications:
        publish(connection, publication, publications, site=approval.site, now=approval.now)
    return done


def approve_waiting(connection: Connection, approval: Approval) -> list[Approved]:
    """Publish every record that is a draft or waits for a decision."""
    done: list[Approved] = []
    after = ""
    while copies := list_copies(connection, states=("draft", "submitted"), after=after, limit=_AT_ONCE):
        done += approve(connection, [copy.local_id for copy in copies], approval)
        after = copies[-1].local_id
    return done


def withdraw(connection: Connection, local_id: str, reason: str, approval: Approval) -> WorkingCopy:
    """Take a record back: a tombstone with the reason stays where readers saw it; ReasonMissing without one."""
    return move(connection, local_id, "withdrawn", reason=reason, approval=approval)


def move(connection: Connection, local_id: str, to: str, *, reason: str = "", approval: Approval) -> WorkingCopy:
    """Take one step with its effect; TransitionRefused, ReasonMissing or RecordNotReady where it cannot be."""
    reason = strip_control_characters(reason)
    held = get_copy(connection, local_id, lock=True)
    step = get_transition(held.state, to, reason=reason)
    if step.needs_soundness and has_errors(problems := validate(held.record)):
        raise RecordNotReady(problems, id=local_id)
    if step.effect == "publish":
        (done,) = approve(connection, [local_id], approval)
        return done.copy
    copy = replace(held, state=to, revision=held.revision + 1, modified_at=approval.now)
    if step.effect == "withdraw":
        copy = replace(copy, published=False)
    store_copies(connection, [copy])
    log_steps(connection, [Step(local_id, held.state, to, reason)], by=approval.by, now=approval.now)
    if step.effect == "withdraw" and held.published:
        language = approval.site.languages[0] if approval.site.languages else "en"
        gone = Withdrawal(local_id, LangText({language: reason}))
        publish(connection, publication, [gone], site=approval.site, now=approval.now)
    return copy


def load_version(connection: Connection, local_id: str, number: int) -> bytes | None:
    """Give the native bytes of one approved version, or None where there is none of that number."""
    where = and_(version_table.c.local_id == local_id, version_table.c.number == number)
    found: bytes | None = connection.execute(select(version_table.c.native).where(where)).scalar()
    return found


def _approved(copy: WorkingCopy, latest: Row[tuple[str, int, str]] | None, approval: Approval) -> Approved:
    problems = validate(copy.record)  # again: the rules may have changed since it was saved
    if has_errors(problems):
        return Approved(copy, "refused", problems)
    if (
        latest is not None
        and copy.published
        and latest.fingerprint == fingerprint(_published(copy.record, 1, approval))
    ):
        done = copy if copy.state == "approved" else replace(copy, state="approved", revision=copy.revision + 1)
        return Approved(done, "unchanged", problems)
    record = _published(copy.record, latest.number + 1 if latest else 1, approval)
    done = replace(copy, record=record, problems=problems, state="approved", published=True)
    return Approved(replace(done, revision=copy.revision + 1, modified_at=approval.now), "published", problems)


def _published(record: Record, number: int, approval: Approval) -> Record:
    dates = record.dates
    if dates.published is None:
        dates = dates.model_copy(update={"published": f"{approval.now:%Y-%m-%dT%H:%M:%SZ}"})
    status = "published" if record.status in _UNPUBLISHED else record.status
    return record.with_(revision=number, dates=dates, status=status)


def _latest_versions(connection: Connection, local_ids: Iterable[str]) -> dict[str, Row[tuple[str, int, str]]]:
    wanted = list(local_ids)
    found: dict[str, Row[tuple[str, int, str]]] = {}
    columns = version_table.c
    for start in range(0, len(wanted), _AT_ONCE):
        newest = (
            select(columns.local_id, func.max(columns.number).label("number"))
            .where(columns.local_id.in_(wanted[start : start + _AT_ONCE]))
            .group_by(columns.local_id)
            .subquery()
        )
        same = and_(columns.local_id == newest.c.local_id, columns.number == newest.c.number)
        query = select(columns.local_id, columns.number, columns.fingerprint).join(newest, same)
        found |= {row.local_id: row for row in connection.execute(query)}
    return found


def _add_versions(
    connection: Connection,
    copies: Sequence[WorkingCopy],
    approval: Approval,
) -> None:
    rows = [
        {
            "local_id": copy.local_id,
            "number": copy.record.revision,
            "native": dump_native(copy.record),
            "fingerprint": fingerprint(copy.record),
            "approved_by": approval.by,
            "approved_at": approval.now,
        }
        for copy in copies
    ]
    if rows:
        connection.execute(insert(version_table), rows)
