"""A record a stage cannot deal with is alone with that; it is tried again though its source says nothing new."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_node import FakeNode, Federation, a_record, new_federation
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as SATimeout

from chm_node.publishing.sql import read, write
from harvester import debts, deferrals, tables
from harvester.crosswalks import CROSSWALKS, Context
from harvester.errors import ProtocolFault, SourceUnreachable
from harvester.isolation import is_of_record
from harvester.ledger import parse_problems
from harvester.operating_errors import LeaseLost
from harvester.protocols import PROTOCOLS
from harvester.protocols.pages import Named, Page, Roll
from harvester.raw import RawRecord, new_raw
from harvester.reconciliation import balance
from harvester.runs import Order, Report, run_source
from harvester.sources import Source
from vocabularies.formats.native import Parsed, dump_native

SECRET = "postgresql://centre:secret@10.0.0.1/chm"
DOI = {"source_ids": [{"scheme": "doi", "value": "10.5555/poison"}]}


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def counts(report: Report) -> dict[str, int]:
    report.counts.check()
    return {name: number for name, number in report.counts.as_dict().items() if number}


def owed(federation: Federation) -> list[tuple[str, str, str, int]]:
    columns = (tables.debt.c.identifier, tables.debt.c.stage, tables.debt.c.code, tables.debt.c.tries)
    return [tuple(row) for row in federation.rows(select(*columns).order_by(tables.debt.c.identifier))]


def titles(federation: Federation) -> set[str]:
    return {record["title"]["en"] for record in federation.published().values()}


def execute(federation: Federation, *statements: Any) -> None:
    with write(federation.centre.engine) as connection:
        for statement in statements:
            connection.execute(text(statement) if isinstance(statement, str) else statement)


class PoisonCrosswalk:
    """A crosswalk that cannot read the records that bear a word."""

    def __init__(self, federation: Federation, patch: pytest.MonkeyPatch) -> None:
        self.patch, self.native = patch, CROSSWALKS["native"]
        patch.setitem(_writable(CROSSWALKS), "native", self)

    def __call__(self, raw: RawRecord, context: Context) -> Parsed:
        if b"Poison" in raw.payload:
            raise RuntimeError(f"{SECRET} does not like it")
        return self.native(raw, context)

    def mend(self) -> None:
        self.patch.setitem(_writable(CROSSWALKS), "native", self.native)


class PoisonNeighbour:
    """A stored record of another source, known by the same DOI, that can no longer be read."""

    def __init__(self, federation: Federation, patch: pytest.MonkeyPatch) -> None:
        self.federation = federation
        federation.add("ug").put(a_record("ug", "neighbour", **DOI))
        assert counts(run_source(federation.centre, "ug")) == {"read": 1, "created": 1}
        [kept] = federation.rows(select(tables.source_record.c.record))
        self.kept = kept.record
        execute(federation, update(tables.source_record).values(record=b"{}"))

    def mend(self) -> None:
        mine = tables.source_record.c.source_id == "ug"
        execute(self.federation, update(tables.source_record).where(mine).values(record=self.kept))


class PoisonRow:
    """A database that does not take some rows."""

    table, column, word = "item", "title", "Poison"

    def __init__(self, federation: Federation, patch: pytest.MonkeyPatch) -> None:
        self.federation, name, wrong = federation, f"no_{self.table}", f"{self.column} LIKE '%{self.word}%'"
        if federation.centre.engine.dialect.name == "sqlite":
            refuse = f"SELECT RAISE(ABORT, '{SECRET}')"
            head = f"CREATE TRIGGER {name} BEFORE INSERT ON {self.table} WHEN NEW.{wrong} BEGIN {refuse}; END"
            self.mending = f"DROP TRIGGER {name}"
        else:
            head = f"ALTER TABLE {self.table} ADD CONSTRAINT {name} CHECK (NOT ({wrong})) NOT VALID"
            self.mending = f"ALTER TABLE {self.table} DROP CONSTRAINT {name}"
        execute(federation, head.replace(":", r"\:"))

    def mend(self) -> None:
        execute(self.federation, self.mending)


class PoisonKey(PoisonRow):
    """A database that does not take some keys."""

    table, column, word = "identity_key", "key", "poison"


def _writable(table: Mapping[str, Any]) -> dict[str, Any]:
    assert isinstance(table, dict)
    return table


BREAKS = [
    (PoisonCrosswalk, "crosswalk", "CROSSWALK_FAILED"),
    (PoisonNeighbour, "resolve", "RESOLVE_FAILED"),
    (PoisonRow, "index", "INDEX_FAILED"),
    (PoisonKey, "save", "SAVE_FAILED"),
]


@pytest.mark.parametrize(("breaks", "stage", "code"), BREAKS, ids=[code for _, _, code in BREAKS])
def test_a_record_a_stage_breaks_on_is_alone_with_it_and_arrives_once_that_is_mended(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, breaks: Callable[..., Any], stage: str, code: str
) -> None:
    node = federation.add("ke", page_size=50)
    for number in range(37):
        node.put(a_record("ke", f"r{number:02}", f"Nursery {number}"))
    node.put(a_record("ke", "poison", "Poison", **DOI))
    fault = breaks(federation, monkeypatch)
    before = len(federation.published())
    report = run_source(federation.centre, "ke")
    assert (report.state, counts(report)) == ("done-with-errors", {"read": 38, "created": 37, "failed": 1})
    assert owed(federation) == [("urn:chm:ke:poison", stage, code, 1)]
    [outcome] = federation.rows(select(tables.outcome).where(tables.outcome.c.outcome == "failed"))
    assert [found.code for found in parse_problems(outcome.problems)] == [code]
    assert SECRET not in outcome.problems
    assert len(federation.published()) == before + 37

    federation.clock.forward(minutes=30)
    quiet = run_source(federation.centre, "ke")
    assert (quiet.state, counts(quiet)) == ("done", {}), "not before its time"
    federation.clock.forward(hours=1)
    again = run_source(federation.centre, "ke")
    assert counts(again) == {"read": 1, "failed": 1}
    assert owed(federation)[0][3] == 2

    fault.mend()
    asked = len(node.asked)
    federation.clock.forward(hours=1, minutes=30)
    assert counts(run_source(federation.centre, "ke")) == {}, "the second wait is twice the first"
    federation.clock.forward(hours=1)
    mended = run_source(federation.centre, "ke")
    assert (mended.state, counts(mended)) == ("done", {"read": 1, "created": 1})
    assert node.asked[asked:] == ["38", "38"], "nothing was read again from the source"
    assert owed(federation) == []
    assert "Poison" in str(federation.published().values())


def test_many_poisons_among_many_records_cost_nobody_else_anything(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = federation.add("ke", page_size=200)
    for number in range(120):
        node.put(a_record("ke", f"r{number:03}", f"{'Poison' if number % 17 == 0 else 'Nursery'} {number}"))
    PoisonRow(federation, monkeypatch)
    report = run_source(federation.centre, "ke")
    assert counts(report) == {"read": 120, "created": 112, "failed": 8}
    since = federation.rows(select(tables.source.c.since, tables.source.c.cursor))
    assert [tuple(row) for row in since] == [("120", None)], "the cursor goes on behind them"


def test_a_failing_change_leaves_the_last_good_version_in_the_index(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a"))
    run_source(federation.centre, "ke")
    fault = PoisonRow(federation, monkeypatch)
    node.put(a_record("ke", "a", "Poison"))
    assert counts(run_source(federation.centre, "ke")) == {"read": 1, "failed": 1}
    assert titles(federation) == {"Mangrove nursery"}
    fault.mend()
    federation.clock.forward(hours=2)
    assert counts(run_source(federation.centre, "ke")) == {"read": 1, "updated": 1}
    assert titles(federation) == {"Poison"}


def test_a_refused_record_waits_for_its_owner_or_for_other_rules(federation: Federation) -> None:
    node = federation.add("ke")
    node.put_json("urn:chm:ke:a", {"id": "urn:chm:ke:a", "type": "spaceship", "title": {"en": "?"}})
    run_source(federation.centre, "ke")
    assert [row[2:] for row in owed(federation)] == [("TYPE_UNKNOWN", 1)]
    federation.clock.forward(days=400)
    assert counts(run_source(federation.centre, "ke")) == {}
    execute(federation, update(tables.debt).values(code_version="0.0.9+older"))
    assert counts(run_source(federation.centre, "ke")) == {"read": 1, "refused": 1}
    federation.clock.forward(days=400)
    assert counts(run_source(federation.centre, "ke")) == {}, "these rules have had their say"
    node.put(a_record("ke", "a"))
    assert counts(run_source(federation.centre, "ke")) == {"read": 1, "created": 1}
    assert owed(federation) == []


def test_another_program_tries_a_failed_record_at_once(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a", "Poison"))
    fault = PoisonCrosswalk(federation, monkeypatch)
    run_source(federation.centre, "ke")
    fault.mend()
    execute(federation, update(tables.debt).values(code_version="0.0.9+older"))
    assert counts(run_source(federation.centre, "ke")) == {"read": 1, "created": 1}


def test_waits_double_up_to_a_week(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a", "Poison"))
    PoisonCrosswalk(federation, monkeypatch)
    waits = []
    for _ in range(10):
        run_source(federation.centre, "ke")
        [at] = federation.rows(select(tables.debt.c.next_try_at))
        waits.append(at[0] - federation.clock())
        federation.clock.now = at[0]
    assert waits == [timedelta(hours=2**number) for number in range(8)] + [timedelta(days=7)] * 2


def test_what_could_not_be_cut_out_is_owed_until_it_comes(federation: Federation) -> None:
    node = federation.add("ke")
    node.changes["urn:chm:ke:broken"] = b"17"
    node.order.append("urn:chm:ke:broken")
    run_source(federation.centre, "ke")
    assert [row[:2] for row in owed(federation)] == [("urn:chm:ke:broken", "fetch")]
    node.put(a_record("ke", "broken"))
    run_source(federation.centre, "ke")
    assert owed(federation) == []


def test_a_replay_of_one_record_takes_that_one_and_no_network(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = federation.add("ke")
    for name in ("a", "b"):
        node.put(a_record("ke", name, f"Poison {name}"))
    fault = PoisonCrosswalk(federation, monkeypatch)
    run_source(federation.centre, "ke")
    fault.mend()
    asked = len(node.asked)
    report = run_source(federation.centre, "ke", Order(replay=True, record="urn:chm:ke:b"))
    assert counts(report) == {"read": 1, "created": 1}
    assert (len(node.asked), titles(federation)) == (asked, {"Poison b"})
    assert [row[0] for row in owed(federation)] == ["urn:chm:ke:a"]


def test_a_dry_run_tries_debts_and_keeps_nothing_of_it(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a", "Poison"))
    fault = PoisonCrosswalk(federation, monkeypatch)
    run_source(federation.centre, "ke")
    fault.mend()
    before = owed(federation)
    federation.clock.forward(hours=2)
    assert counts(run_source(federation.centre, "ke", Order(dry=True))) == {"read": 1, "created": 1}
    assert (owed(federation), federation.published()) == (before, {})


@pytest.mark.parametrize("identifier", ["urn:chm:ke:nul\0nul", "urn:chm:ke:half\ud83d", "urn:chm:ke:" + "ü" * 3_000])
def test_an_identifier_no_database_keeps_is_told_and_costs_nobody_else_anything(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, identifier: str
) -> None:
    good = dump_native(a_record("ke", "a"))
    page = Page((new_raw(identifier, good, format="native"), new_raw("a", good, format="native")), None, None, None)
    node = federation.add("ke")
    assert node.order == []
    table = _writable(PROTOCOLS)
    monkeypatch.setitem(table, "native", replace(table["native"], pages=lambda fetcher, source, window: iter([page])))
    report = run_source(federation.centre, "ke")
    assert counts(report) == {"read": 2, "created": 1, "failed": 1}
    [outcome] = federation.rows(select(tables.outcome).where(tables.outcome.c.outcome == "failed"))
    assert outcome.identifier.startswith("urn:chm:ke:")
    assert outcome.code == "ID_SYNTAX"
    with read(federation.centre.engine) as connection:
        assert balance(connection, "ke").missing == 1


def test_a_record_even_whose_failure_cannot_be_stored_is_told_and_owed(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = dump_native(a_record("ke", "a"))
    torn = new_raw("urn:chm:ke:torn", good, format="native", datestamp="half a \ud83d pair and a \0")
    page = Page((torn, new_raw("urn:chm:ke:a", good, format="native")), None, None, None)
    federation.add("ke")
    table = _writable(PROTOCOLS)
    monkeypatch.setitem(table, "native", replace(table["native"], pages=lambda fetcher, source, window: iter([page])))
    assert counts(run_source(federation.centre, "ke")) == {"read": 2, "created": 1, "failed": 1}
    [outcome] = federation.rows(select(tables.outcome).where(tables.outcome.c.outcome == "failed"))
    assert (outcome.identifier, outcome.code) == ("urn:chm:ke:torn", "SAVE_FAILED")
    assert [row[0] for row in owed(federation)] == ["urn:chm:ke:torn"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("INSERT", {}, Exception("the connection was closed")), False),
        (OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")), False),
        (SATimeout("the pool is empty"), False),
        (LeaseLost(source="ke"), False),
        (OSError(28, "No space left on device"), False),
        (IntegrityError("INSERT", {}, Exception("NOT NULL")), True),
        (StatementError("a value", "INSERT", {}, UnicodeEncodeError("utf-8", "x", 0, 1, "surrogates")), True),
        (RecursionError(), True),
    ],
)
def test_an_absent_database_or_a_lost_lease_is_no_records_fault(error: Exception, expected: bool) -> None:
    assert is_of_record(error) is expected


def test_debts_wait_while_their_record_waits_for_a_person(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a", "Poison"))
    PoisonCrosswalk(federation, monkeypatch)
    run_source(federation.centre, "ke")
    with write(federation.centre.engine) as connection:
        deferrals.put_off(connection, "ke", {"urn:chm:ke:a": "owner"}, run_id=1, now=federation.clock())
        now = federation.clock() + timedelta(days=1)
        assert debts.find_due(connection, "ke", now, fetches=False, limit=5) == []


def test_a_stuck_record_the_source_no_longer_lists_is_let_go_and_may_come_again(federation: Federation) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a"))
    node.put_json("urn:chm:ke:bad", {"id": "urn:chm:ke:bad", "type": "spaceship", "title": {"en": "?"}})
    run_source(federation.centre, "ke")
    assert len(owed(federation)) == 1
    bad = node.changes.pop("urn:chm:ke:bad")
    node.order.remove("urn:chm:ke:bad")
    gone = run_source(federation.centre, "ke", Order(full=True))
    assert counts(gone) == {"read": 2, "unchanged": 1, "deleted": 1}
    assert owed(federation) == []
    node.changes["urn:chm:ke:bad"] = bad
    node.order.append("urn:chm:ke:bad")
    assert counts(run_source(federation.centre, "ke", Order(full=True)))["refused"] == 1
    assert len(owed(federation)) == 1


def test_one_failing_record_in_every_run_stops_neither_the_cursor_nor_the_increments(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = federation.add("ke")
    PoisonCrosswalk(federation, monkeypatch)
    for number in range(10):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    run_source(federation.centre, "ke")
    for number in range(4):
        node.put(a_record("ke", "poison", f"Poison {number}"))
        federation.clock.forward(minutes=1)
        assert counts(run_source(federation.centre, "ke")) == {"read": 1, "failed": 1}
    assert node.asked == ["0", "10", "11", "12", "13"], "every run began where the last one ended"


def _torn(node: FakeNode, records: int) -> None:
    for number in range(records):
        node.changes[f"urn:chm:ke:r{number:03}"] = b"17"
        node.order.append(f"urn:chm:ke:r{number:03}")


def _fetching(patch: pytest.MonkeyPatch, give: Callable[[str], Page]) -> list[str]:
    """Let the protocol of these nodes give single records; what it is asked for is the answer."""
    asked: list[str] = []

    def fetch_one(fetcher: Any, source: Source, identifier: str) -> Page:
        asked.append(identifier)
        return give(identifier)

    table = _writable(PROTOCOLS)
    patch.setitem(table, "native", replace(table["native"], fetch_one=fetch_one))
    return asked


def _whole(identifier: str) -> Page:
    payload = dump_native(a_record("ke", identifier.rpartition(":")[2], identifier))
    return Page((new_raw(identifier, payload, format="native"),), None, None, None)


def test_records_that_never_came_whole_are_asked_for_one_by_one_a_hundred_a_run(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _torn(federation.add("ke"), 130)
    run_source(federation.centre, "ke")
    assert {row[1] for row in owed(federation)} == {"fetch"}
    asked = _fetching(monkeypatch, _whole)
    assert counts(run_source(federation.centre, "ke")) == {}, "not before its time"
    federation.clock.forward(hours=1)
    assert counts(run_source(federation.centre, "ke")) == {"read": 100, "created": 100}
    assert counts(run_source(federation.centre, "ke")) == {"read": 30, "created": 30}
    assert len(asked) == len(set(asked)) == 130
    assert owed(federation) == []


def test_a_source_that_is_not_well_is_not_asked_for_record_after_record(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(identifier: str) -> Page:
        raise SourceUnreachable(url="http://ke.example", reason="connection reset")

    def unknown(identifier: str) -> Page:
        raise ProtocolFault(url="http://ke.example", fault="idDoesNotExist", reason="")

    _torn(federation.add("ke"), 3)
    run_source(federation.centre, "ke")
    with monkeypatch.context() as patch:
        asked = _fetching(patch, away)
        federation.clock.forward(hours=1)
        assert run_source(federation.centre, "ke").state == "done"
        assert len(asked) == 1
    with monkeypatch.context() as patch:
        asked = _fetching(patch, unknown)
        assert run_source(federation.centre, "ke").state == "done"
        assert len(asked) == 2, "the first waits twice as long"
    assert [row[3] for row in owed(federation)] == [2, 2, 2]


def test_every_record_a_source_names_and_never_sent_is_owed_and_fetched_in_time(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a"))
    run_source(federation.centre, "ke")
    names = ["urn:chm:ke:a", *(f"urn:chm:ke:late{number:03}" for number in range(350))]
    roll = Roll(tuple(Named(name) for name in names), last=True, total=len(names))
    asked = _fetching(monkeypatch, _whole)
    table = _writable(PROTOCOLS)
    incremental = Page((), None, None, None)
    monkeypatch.setitem(
        table,
        "native",
        replace(
            table["native"],
            pages=lambda fetcher, source, window: iter([incremental]),
            identifiers=lambda fetcher, source: iter([roll]),
        ),
    )
    run_source(federation.centre, "ke")  # plans the audit for a day later
    federation.clock.forward(days=1, hours=1)
    audited = run_source(federation.centre, "ke")
    assert counts(audited) == {"read": 200, "created": 200}
    with read(federation.centre.engine) as connection:
        found = balance(connection, "ke")
        assert (found.source_has, found.missing, found.reasons) == (351, 150, {"fetch": 150})
    federation.clock.forward(hours=2)
    assert counts(run_source(federation.centre, "ke"))["created"] == 100
    assert counts(run_source(federation.centre, "ke"))["created"] == 50
    assert len(asked) == len(set(asked)) == 350
    assert owed(federation) == []
