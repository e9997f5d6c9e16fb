"""Two-sided books of a source: it says so many, we show so many, and these are the others and why. Reads; keeps one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, Select, String, case, func, literal, select, union_all, update

from harvester.proof.deferrals import count_live
from harvester.proof.evidence import Listing
from harvester.records.debts import STAGES
from harvester.records.observations import Observations
from harvester.tables import absence, debt, deferral, run, source_record
from harvester.work import Work

HELD, ABSENT, UNKNOWN = "held", "absent", "unknown"
REASONS = (*STAGES, HELD, ABSENT, UNKNOWN)
SAMPLES = 10
LISTED, AUDITED, KNOWN = "list", "audit", "known"
_IN_GRACE = "IN_GRACE"
_BASES = {LISTED: "by its whole list", AUDITED: "by its list of names", KNOWN: "as far as we know"}
_TOLD = 3
Row = dict[str, Any]


@dataclass(slots=True)
class Books:
    """How source and index stand to each other.

    ``source_has = shown + missing - gone``: ``missing`` are records of the source the index does not show, ``gone``
    those it still shows though the source no longer has them. ``unlike`` counts records it shows in an earlier version.
    ``reasons`` counts all three by stage, or by why they wait.
    """

    source_has: int = 0
    basis: str = KNOWN
    shown: int = 0
    missing: int = 0
    gone: int = 0
    unlike: int = 0
    unnamed: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    samples: list[Row] = field(default_factory=list)

    def as_dict(self) -> Row:
        """Give the object of the API."""
        return {
            "source_has": self.source_has,
            "basis": self.basis,
            "shown": self.shown,
            "missing": self.missing,
            "gone": self.gone,
            "unlike": self.unlike,
            "unnamed": self.unnamed,
            "reasons": self.reasons,
            "samples": self.samples,
        }


def tell(books: Row) -> str:
    """Give books as one line for a person."""
    text = f"the source has {books['source_has']} ({_BASES[books['basis']]}), {books['shown']} are shown"
    for name, words in (("missing", "missing"), ("unlike", "in an earlier version"), ("gone", "gone at the source")):
        text += f", {books[name]} {words}" if books[name] else ""
    why = ", ".join(f"{reason} {number}" for reason, number in books["reasons"].items())
    such = ", ".join(f"{row['identifier']} ({row['code'] or row['reason']})" for row in books["samples"][:_TOLD])
    return text + (f": {why}" if why else "") + (f"; such as {such}" if such else "")


def note_listing(observed: Observations, listing: Listing, *, basis: str = LISTED) -> None:
    """Note how many live records a whole list names and announces; nothing where it is none or did not end."""
    if listing.whole and listing.ended:
        observed.source_has = len(listing) + max(0, (listing.announced or 0) - listing.read)
        observed.basis = basis


def balance(connection: Connection, source_id: str, *, listed: int | None = None, basis: str = KNOWN) -> Books:
    """Compare what a source has with what the index shows: as it ``listed``, else from what is known of it.

    What an earlier list named or announced beyond what ever came stays missing until another list is read.
    """
    books = Books(shown=count_live(connection, source_id), basis=basis)
    for row in connection.execute(_counted(source_id)):
        books.reasons[row.reason] = books.reasons.get(row.reason, 0) + row.records
        books.missing += 0 if row.shown else row.records
        if row.shown:
            books.gone += row.records if row.gone else 0
            books.unlike += 0 if row.gone else row.records
    known = books.shown + books.missing - books.gone
    if listed is None:
        books.basis, books.unnamed = _carried(connection, source_id)
    else:
        books.unnamed = max(0, listed - known)
    if books.unnamed:
        books.reasons[UNKNOWN] = books.reasons.get(UNKNOWN, 0) + books.unnamed
    books.missing += books.unnamed
    books.source_has = known + books.unnamed
    books.samples = [_to_row(row) for row in connection.execute(_rows(source_id).limit(SAMPLES))]
    return books


def keep(connection: Connection, work: Work) -> None:
    """Keep the books of a source with its run that ends, and all that was odd about the run, by code."""
    seen = work.observed
    books = balance(connection, work.source.id, listed=seen.source_has, basis=seen.basis).as_dict()
    books["remarks"] = [{"code": each.code, "severity": each.severity, "text": each.value} for each in seen.remarks]
    running = (run.c.id == work.run_id) & (run.c.state == "running")
    connection.execute(update(run).where(running).values(reconciliation=orjson.dumps(books).decode()))


def list_missing(connection: Connection, source_id: str) -> Iterator[Row]:
    """Give every record the index does not show as the source has it: identifier, reason, code, and whether it is
    shown in an earlier version or though it is gone. Read as a stream."""
    # only this one query is read as a stream: the option of a connection would stay with it
    query = _rows(source_id).execution_options(yield_per=1_000)
    return (_to_row(row) for row in connection.execute(query))


def _to_row(row: Any) -> Row:
    return {"identifier": row.identifier, "reason": row.reason, "code": row.code, "shown": bool(row.shown)}


def _carried(connection: Connection, source_id: str) -> tuple[str, int]:
    wanted = (run.c.source_id == source_id) & (run.c.reconciliation != "{}")
    query = select(run.c.reconciliation).where(wanted).order_by(run.c.id.desc()).limit(1)
    text = connection.execute(query).scalar()
    last = orjson.loads(text) if text else {}
    return str(last.get("basis", KNOWN)), int(last.get("unnamed", 0))


def _counted(source_id: str) -> Select[Any]:
    rows = _every(source_id).subquery()
    grouped = (rows.c.reason, rows.c.shown, rows.c.gone)
    return select(*grouped, func.count().label("records")).group_by(*grouped)


def _rows(source_id: str) -> Select[Any]:
    rows = _every(source_id).subquery()
    return select(rows.c.identifier, rows.c.reason, rows.c.code, rows.c.shown).order_by(rows.c.identifier)


def _every(source_id: str) -> Any:
    """Give each such record once: what waits to be judged before a debt, that before an absence."""
    return union_all(_held(source_id), _owed(source_id), _absent(source_id), _stuck(source_id))


def _held(source_id: str) -> Select[Any]:
    gone = case((deferral.c.reason.in_(("tombstone", "absent")), 1), else_=0)
    columns = (literal(HELD, String), func.upper(deferral.c.reason))
    return _select(deferral, columns, gone).where(deferral.c.source_id == source_id, deferral.c.reason != "copy")


def _owed(source_id: str) -> Select[Any]:
    waiting = select(deferral.c.identifier).where(deferral.c.source_id == source_id)
    query = _select(debt, (debt.c.stage, debt.c.code), literal(0))
    return query.where(debt.c.source_id == source_id, debt.c.identifier.not_in(waiting))


def _absent(source_id: str) -> Select[Any]:
    waiting = select(deferral.c.identifier).where(deferral.c.source_id == source_id)
    owed = select(debt.c.identifier).where(debt.c.source_id == source_id)
    query = _select(absence, (literal(ABSENT, String), literal(_IN_GRACE, String)), literal(1))
    return query.where(
        absence.c.source_id == source_id, absence.c.identifier.not_in(waiting), absence.c.identifier.not_in(owed)
    )


def _stuck(source_id: str) -> Select[Any]:
    """Give records refused or failed without a debt: there should be none."""
    table = source_record.c
    others = [
        table.identifier.not_in(select(each.c.identifier).where(each.c.source_id == source_id))
        for each in (deferral, debt, absence)
    ]
    shown = case((table.record.is_not(None), 1), else_=0)
    named = (table.identifier.label("identifier"), literal(UNKNOWN, String).label("reason"), table.code.label("code"))
    query = select(*named, shown.label("shown"), literal(0).label("gone"))
    return query.where(table.source_id == source_id, table.state.in_(("refused", "failed")), *others)


def _select(table: Any, columns: tuple[Any, Any], gone: Any) -> Select[Any]:
    reason, code = columns
    same = (source_record.c.source_id == table.c.source_id) & (source_record.c.identifier == table.c.identifier)
    shown = case((source_record.c.record.is_not(None), 1), else_=0)
    return select(
        table.c.identifier.label("identifier"),
        reason.label("reason"),
        code.label("code"),
        shown.label("shown"),
        gone.label("gone"),
    ).select_from(table.outerjoin(source_record, same))
