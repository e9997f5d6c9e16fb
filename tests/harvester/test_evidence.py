"""What would take many records away without anybody's look: by small steps, by refusals, by lists that do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from fake_node import FakeNode, Federation, a_record, new_federation
from sqlalchemy import select

from chm_node.publishing.sql import read, write
from harvester.configs import NativeConfig
from harvester.fetch import Response
from harvester.proof.decisions import discard, release
from harvester.proof.evidence import Listing
from harvester.proof.holding import list_open
from harvester.protocols.pages import Page
from harvester.raw import deleted_raw, new_raw
from harvester.registry import change_source, get_source
from harvester.runs import Order, Report, run_source
from harvester.tables import absence, deferral, run
from harvester.telling import notices


@pytest.fixture
def federation(sqlite_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(sqlite_url, tmp_path)


def a_node_with(federation: Federation, count: int) -> FakeNode:
    node = federation.add("ke", page_size=7, contact="chm@ke.example")
    for number in range(count):
        node.put(a_record("ke", f"r{number:02}", f"Nursery {number}"))
    assert run_source(federation.centre, "ke").state == "done"
    return node


def a_day_later(federation: Federation, **order: bool) -> Report:
    federation.clock.forward(hours=25)
    report = run_source(federation.centre, "ke", Order(**order))
    report.counts.check()
    return report


def numbers(report: Report) -> dict[str, int]:
    return {name: number for name, number in report.counts.as_dict().items() if number}


def forget(node: FakeNode, *numbers: int) -> None:
    """Let the node lose records without a word."""
    lost = {f"urn:chm:ke:r{number:02}" for number in numbers}
    node.order = [identifier for identifier in node.order if identifier not in lost]


def test_a_source_that_loses_a_few_records_a_day_is_held_within_a_week(federation: Federation) -> None:
    node = a_node_with(federation, 60)
    states = []
    for day in range(4):
        for number in range(5):
            node.delete(f"urn:chm:ke:r{5 * day + number:02}")
        report = a_day_later(federation)
        states.append(report.state)
    assert states == ["done", "done", "held", "held"]
    assert len(federation.published()) == 50
    assert report.run is not None
    release(federation.centre, report.run, by="Amina")
    node.delete("urn:chm:ke:r50")
    assert a_day_later(federation).state == "done", "what a person has looked at is not counted again"


def test_a_few_records_a_fortnight_go_without_asking(federation: Federation) -> None:
    node = a_node_with(federation, 60)
    for fortnight in range(4):
        for number in range(5):
            node.delete(f"urn:chm:ke:r{5 * fortnight + number:02}")
        federation.clock.forward(days=14)
        assert a_day_later(federation).state == "done"


def test_refusals_that_would_empty_a_source_wait_for_a_person(federation: Federation) -> None:
    node = a_node_with(federation, 20)
    ours = [{"source": "hub", "original_id": "urn:chm:hub:7", "harvested_at": "2026-04-01T00:00:00Z", "hops": 3}]
    for number in range(20):
        node.put(a_record("ke", f"r{number:02}", f"Nursery {number}", provenance=ours))
    report = a_day_later(federation)
    assert (report.state, report.reason_code, numbers(report)) == ("held", "REMOVALS", {"read": 20, "held": 20})
    assert len(federation.published()) == 20
    assert report.run is not None
    assert release(federation.centre, report.run, by="Amina").counts.refused == 20
    assert federation.published() == {}


def test_a_record_withdrawn_and_given_again_in_one_list_does_not_wait(federation: Federation) -> None:
    node = a_node_with(federation, 20)
    names = [f"urn:chm:ke:r{number:02}" for number in range(10)]
    lines = [orjson.dumps({"seq": 21 + at, "op": "delete", "id": name}) for at, name in enumerate(names)]
    for at, name in enumerate(names):
        head = orjson.dumps({"seq": 31 + at, "op": "upsert", "id": name})
        lines.append(head[:-1] + b',"record":' + (node.changes[name] or b"") + b"}")
    headers = {"chm-next-since": "40", "content-type": "application/x-ndjson"}
    node.get = lambda url, **_: Response(200, headers, b"\n".join(lines), url)  # type: ignore[method-assign,assignment]
    report = a_day_later(federation)
    assert (report.state, numbers(report)) == ("done", {"read": 10, "unchanged": 10})
    assert federation.rows(select(run.c.read, run.c.held).where(run.c.id == report.run)) == [(10, 0)]
    assert federation.rows(select(deferral)) == []
    assert len(federation.published()) == 20


def test_a_list_that_stays_empty_keeps_the_run_held_and_one_that_is_whole_again_closes_the_decision(
    federation: Federation,
) -> None:
    node = a_node_with(federation, 20)
    order, node.order = node.order, []
    assert [a_day_later(federation, full=True).state for _ in range(3)] == ["held", "held", "held"]
    assert [change.state for change in notices.tell(federation.centre).changes] == ["held"]
    node.order = order
    assert a_day_later(federation, full=True).state == "done"
    with read(federation.centre.engine) as connection:
        assert list_open(connection) == [], "nothing waits for a decision any more"
    assert [change.state for change in notices.tell(federation.centre).changes] == ["live"]


def test_a_trial_says_of_a_list_that_lost_its_records_what_the_run_would(federation: Federation) -> None:
    node = a_node_with(federation, 20)
    node.order = []
    shadow = a_day_later(federation, full=True, shadow=True)
    assert shadow.difference is not None
    assert (shadow.state, dict(shadow.difference.put_off)) == ("held", {"absent": 20})
    dry, real = a_day_later(federation, full=True, dry=True), a_day_later(federation, full=True)
    assert (dry.state, dry.counts) == (real.state, real.counts)


def test_a_record_whose_change_was_discarded_goes_when_its_source_no_longer_has_it(federation: Federation) -> None:
    node = federation.add("ke")
    for number in range(20):
        node.put(a_record("ke", f"r{number:02}", {"en": f"Nursery {number}", "fr": "Pépinière"}))
    a_day_later(federation)
    for number in range(10):
        node.put(a_record("ke", f"r{number:02}", f"Nursery {number}"))
    held = a_day_later(federation)
    assert (held.state, held.reason_code) == ("held", "LANGUAGES")
    assert held.run is not None
    discard(federation.centre, held.run, by="Amina")
    forget(node, 0, 1)
    states = []
    for page_size in (100, 101):
        with write(federation.centre.engine) as connection:  # another setting: its list is read from its head
            changed = replace(get_source(connection, "ke"), config=NativeConfig(page_size))
            change_source(connection, changed, now=federation.clock())
        states.append(a_day_later(federation).state)
    assert states == ["done", "done"]
    assert len(federation.published()) == 18


def test_a_list_that_had_to_be_begun_again_proves_nothing(federation: Federation) -> None:
    node = a_node_with(federation, 20)
    answer, refused = node.get, False

    def get(url: str, *, params: dict[str, str], **options: Any) -> Response:
        nonlocal refused
        given = answer(url, params=params, **options)
        cut, refused = refused, params["since"] == "14"
        if refused:  # this place is known no more
            return Response(410, {}, b"", url)
        if cut:
            return replace(given, headers={name: value for name, value in given.headers.items() if name != "link"})
        return given

    node.get = get  # type: ignore[method-assign,assignment]
    for _ in range(3):
        report = a_day_later(federation, full=True)
        assert (report.state, numbers(report)) == ("done", {"read": 21, "unchanged": 21})
        refused = False
    assert federation.rows(select(absence)) == []


def test_an_open_decision_stays_the_same_where_its_list_is_read_in_full(federation: Federation) -> None:
    node = a_node_with(federation, 20)
    for number in range(8):
        node.delete(f"urn:chm:ke:r{number:02}")
    first, again = a_day_later(federation), a_day_later(federation, full=True)
    assert (first.state, again.state) == ("held", "held")
    with read(federation.centre.engine) as connection:
        [held] = list_open(connection)
    assert (held.run, held.difference["tombstone"]) == (first.run, 8)


def test_a_list_that_repeats_its_records_does_not_reach_the_size_it_announced() -> None:
    def page(first: int, *, cursor: str | None) -> Page:
        raws = tuple(new_raw(f"r{first + at}", b"x", format="f") for at in range(5))
        return Page((*raws, deleted_raw(f"d{first}", format="f")), cursor, None, 12, whole=True)

    honest, repeats = Listing(), Listing()
    for listing, second in ((honest, 5), (repeats, 0)):
        listing.add_page(page(0, cursor="2"))
        listing.add_page(page(second, cursor=None))
    assert honest.fault() == ""
    assert repeats.fault() == "only 7 of 12 announced records were named"


def test_a_source_that_only_withdraws_does_not_empty_what_others_hold_without_a_person(federation: Federation) -> None:
    hub = federation.add("hub2")
    for number in range(30):
        hub.put(a_record("ke", f"r{number:02}", f"Nursery {number}"))
    run_source(federation.centre, "hub2")
    owner = federation.add("ke", namespace="ke")
    for number in range(30):
        owner.delete(f"urn:chm:ke:r{number:02}")
    report = run_source(federation.centre, "ke")
    assert (report.state, report.reason_code, report.counts.held) == ("held", "COPIES", 30)
    assert len(federation.published()) == 30
    assert report.run is not None
    release(federation.centre, report.run, by="Amina")
    assert federation.published() == {}


def test_a_few_withdrawals_beside_many_records_of_its_own_are_the_owners_affair(federation: Federation) -> None:
    hub = federation.add("hub2")
    for number in range(3):
        hub.put(a_record("ke", f"old{number}", f"Old nursery {number}"))
    run_source(federation.centre, "hub2")
    owner = federation.add("ke", namespace="ke")
    for number in range(20):
        owner.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    for number in range(3):
        owner.delete(f"urn:chm:ke:old{number}")
    report = run_source(federation.centre, "ke")
    assert (report.counts.created, report.counts.deleted, report.counts.held) == (20, 3, 0)
    assert len(federation.published()) == 20
