"""A record a stage cannot deal with is alone with that, and what goes wrong with us is no record's fault."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, a_record, new_federation
from poisons import (
    DOI,
    SECRET,
    PoisonCrosswalk,
    PoisonKey,
    PoisonNeighbour,
    PoisonRow,
    counts,
    owed,
    titles,
    writable,
)
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as SATimeout

from chm_node.publishing.sql import read
from harvester import tables
from harvester.operating_errors import LeaseLost
from harvester.protocols import PROTOCOLS
from harvester.protocols.pages import Page
from harvester.raw import new_raw
from harvester.records.isolation import is_of_record
from harvester.records.ledger import parse_problems
from harvester.records.reconciliation import balance
from harvester.runs import run_source
from vocabularies.formats.native import dump_native


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


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


@pytest.mark.parametrize("identifier", ["urn:chm:ke:nul\0nul", "urn:chm:ke:half\ud83d", "urn:chm:ke:" + "ü" * 3_000])
def test_an_identifier_no_database_keeps_is_told_and_costs_nobody_else_anything(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, identifier: str
) -> None:
    good = dump_native(a_record("ke", "a"))
    page = Page((new_raw(identifier, good, format="native"), new_raw("a", good, format="native")), None, None, None)
    node = federation.add("ke")
    assert node.order == []
    table = writable(PROTOCOLS)
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
    table = writable(PROTOCOLS)
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
