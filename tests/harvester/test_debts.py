"""What a stage could not do for a record is tried again though its source says nothing new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fake_node import FakeNode, Federation, a_record, new_federation
from poisons import (
    PoisonCrosswalk,
    counts,
    execute,
    owed,
    titles,
    writable,
)
from sqlalchemy import select, update

from chm_node.publishing.sql import read, write
from harvester import tables
from harvester.errors import ProtocolFault, SourceUnreachable
from harvester.proof import deferrals
from harvester.protocols import PROTOCOLS
from harvester.protocols.pages import Named, Page, Roll
from harvester.raw import new_raw
from harvester.records import debts
from harvester.records.reconciliation import balance
from harvester.runs import Order, run_source
from harvester.sources import Source
from vocabularies.formats.native import dump_native
from vocabularies.problems import Problem


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


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

    table = writable(PROTOCOLS)
    patch.setitem(table, "native", replace(table["native"], fetch_one=fetch_one))
    return asked


def _naming(patch: pytest.MonkeyPatch, names: list[str]) -> None:
    """Have the native protocol bring nothing new and name these records."""
    roll = Roll(tuple(Named(name) for name in names), last=True, total=len(names))
    nothing_new = Page((), None, None, None)
    table = writable(PROTOCOLS)
    patch.setitem(
        table,
        "native",
        replace(
            table["native"],
            pages=lambda fetcher, source, window: iter([nothing_new]),
            identifiers=lambda fetcher, source: iter([roll]),
        ),
    )


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
    asked = _fetching(monkeypatch, _whole)
    _naming(monkeypatch, names)
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


@pytest.mark.parametrize("how", ["told", "refused", "away"])
def test_an_audit_asks_for_no_record_before_its_time_and_ends_though_it_cannot_be_had(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def never(identifier: str) -> Page:
        if how == "told":
            why = Problem("RECORD_UNREACHABLE", "error", value="HTTP status 500", record_id=identifier)
            return Page((), None, None, None, problems=(why,))
        if how == "refused":
            raise ProtocolFault(url="http://ke.example", fault="idDoesNotExist", reason="")
        raise SourceUnreachable(url="http://ke.example", reason="HTTP status 500")

    federation.add("ke").put(a_record("ke", "a"))
    run_source(federation.centre, "ke")
    _naming(monkeypatch, ["urn:chm:ke:a", "urn:chm:ke:broken"])
    asked = _fetching(monkeypatch, never)
    run_source(federation.centre, "ke")  # plans the audit for a day later
    federation.clock.forward(days=1, hours=1)
    first = run_source(federation.centre, "ke")
    assert "names 1 records that never came" in first.reason
    assert len(asked) == 1
    federation.clock.forward(days=2, hours=1)
    due = run_source(federation.centre, "ke")
    assert len(asked) == 2, "as its debt is due, and not for the audit a second time"
    assert "names 1 records that never came" in due.reason
    assert [row[0] for row in owed(federation)] == ["urn:chm:ke:broken"]
