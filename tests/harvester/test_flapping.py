"""What goes back and forth is named: records whose versions take turns, sources that answer and fail in turns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import select

from harvester import tables
from harvester.runs import Order, Report, run_source


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def told(federation: Federation, report: Report) -> dict[str, str]:
    [row] = federation.rows(select(tables.run.c.reconciliation).where(tables.run.c.id == report.run))
    return {remark["code"]: remark["text"] for remark in orjson.loads(row[0])["remarks"]}


def flaps(federation: Federation) -> list[int]:
    return [row.flaps for row in federation.rows(select(tables.raw_record.c.flaps))]


def test_a_record_that_goes_back_and_forth_is_named_from_the_third_time(federation: Federation) -> None:
    node = federation.add("ke")
    named = []
    for title in "ABABAB":
        node.put(a_record("ke", "a", title))
        named.append(told(federation, run_source(federation.centre, "ke")).get("RECORDS_FLAP", ""))
    assert [bool(text) for text in named] == [False, False, False, False, True, True]
    assert named[-1] == "1 records change back and forth, such as urn:chm:ke:a"
    assert told(federation, run_source(federation.centre, "ke")) == {}, "it did nothing in this run"


def test_a_record_that_only_changes_often_is_not_named(federation: Federation) -> None:
    node = federation.add("ke")
    for title in "ABACADAEAFAG":
        node.put(a_record("ke", "a", title))
        assert told(federation, run_source(federation.centre, "ke")) == {}
    assert flaps(federation) == [0]


def test_the_same_bytes_taken_again_are_no_flap(federation: Federation) -> None:
    node = federation.add("ke")
    for title in "AB":
        node.put(a_record("ke", "a", title))
        run_source(federation.centre, "ke")
    for order in (Order(full=True), Order(replay=True), Order(full=True)):
        run_source(federation.centre, "ke", order)
    assert flaps(federation) == [0]


@pytest.mark.parametrize("titles", ["AAAA", "ABCD"])
def test_a_record_deleted_and_made_again_three_times_is_named(federation: Federation, titles: str) -> None:
    node = federation.add("ke")
    for title in titles:
        node.put(a_record("ke", "a", title))
        last = run_source(federation.centre, "ke", Order(full=True))
        node.delete("urn:chm:ke:a")
        run_source(federation.centre, "ke", Order(full=True))
    assert "RECORDS_FLAP" in told(federation, last)
    assert flaps(federation)[0] >= 3


def test_a_source_that_answers_and_fails_in_turns_is_named(federation: Federation) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a"))
    seen = []
    for number in range(7):
        node.fails_after, node.asked = (0 if number % 2 else None), []
        report = run_source(federation.centre, "ke")
        seen.append((report.state, "SOURCE_FLAPS" in told(federation, report)))
        federation.clock.forward(days=1)
    assert seen == [
        ("done", False),
        ("failed", False),
        ("done", False),
        ("failed", False),
        ("done", True),
        ("failed", False),
        ("done", True),
    ]
    node.fails_after = None
    for _ in range(10):
        last = run_source(federation.centre, "ke")
    assert told(federation, last) == {}, "a source that stays well is forgiven"


def test_a_source_that_failed_once_for_long_is_not_named(federation: Federation) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a"))
    for fails in (False, False, True, True, True, False, False):
        node.fails_after, node.asked = (0 if fails else None), []
        assert "SOURCE_FLAPS" not in told(federation, run_source(federation.centre, "ke"))
        federation.clock.forward(days=1)
