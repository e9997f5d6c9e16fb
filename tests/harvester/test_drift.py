"""A source whose fields empty or whose words fall out of the vocabularies is named; one that stays as it was is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from fake_node import FakeNode, Federation, a_record, new_federation
from sqlalchemy import func, select

from harvester import tables
from harvester.crosswalks.context import Context
from harvester.raw import new_raw
from harvester.records import drift
from harvester.records.observations import Observations
from harvester.records.understanding import judge, understand
from harvester.runs import Report, run_source
from vocabularies.formats.native import dump_native

FULL: dict[str, Any] = {
    "links": [{"url": "https://example.org/a", "rel": "landing"}],
    "country_regions": ["KE"],
    "license": "http://creativecommons.org/licenses/by/4.0/",
}


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def change_all(node: FakeNode, version: int, *, records: int = 25, having: int | None = None, **more: Any) -> None:
    for number in range(records):
        fields = FULL | more if having is None or number < having else {}
        node.put(a_record("ke", f"r{number:02}", f"Nursery {number}, {version}", **fields))


def told(federation: Federation, report: Report) -> list[tuple[str, str]]:
    import orjson

    [row] = federation.rows(select(tables.run.c.reconciliation).where(tables.run.c.id == report.run))
    return [(remark["code"], remark["text"]) for remark in orjson.loads(row[0])["remarks"]]


def codes(federation: Federation, report: Report) -> list[str]:
    return [code for code, _ in told(federation, report)]


def test_a_field_that_empties_is_named_with_its_numbers_and_the_run_is_not_simply_done(federation: Federation) -> None:
    node = federation.add("ke")
    for version in range(3):
        change_all(node, version)
        assert run_source(federation.centre, "ke").state == "done"
    change_all(node, 4, having=6)
    report = run_source(federation.centre, "ke")
    assert (report.state, report.reason_code) == ("done-with-errors", "FIELD_COVERAGE_FELL")
    fell = {text.split(":")[0] for code, text in told(federation, report) if code == "FIELD_COVERAGE_FELL"}
    assert fell == {f"records that have a {name}" for name in ("country", "link", "licence")}
    assert "of 25 records, 24% now and 100% in the last 3 runs" in report.reason


def test_titles_of_refused_records_are_counted_too(federation: Federation) -> None:
    context = Context("ke", "KE", "http://ke.example", None, None, federation.clock())
    observed = Observations()
    payload = dump_native(a_record("ke", "a")).replace(b'"title":{"en":"Mangrove nursery"}', b'"title":{}')
    finding = judge(understand(new_raw("a", payload, format="native"), context))
    assert finding.outcome == "refused"
    observed.note([finding])
    assert (observed.understood, observed.having["title"], observed.having["summary"]) == (1, 0, 1)


def test_few_records_or_few_that_ever_had_it_raise_no_alarm(federation: Federation) -> None:
    node = federation.add("ke")
    change_all(node, 0)
    run_source(federation.centre, "ke")
    change_all(node, 1, records=19, having=0)
    assert codes(federation, run_source(federation.centre, "ke")) == []
    rare = federation.add("ug")
    for version in range(2):
        for number in range(30):
            more = FULL if number < 5 and not version else {}
            rare.put(a_record("ug", f"r{number}", f"Bank {number}, {version}", **more))
        assert codes(federation, run_source(federation.centre, "ug")) == []


def test_a_field_that_stays_empty_is_the_new_normal_after_five_runs(federation: Federation) -> None:
    node = federation.add("ke")
    change_all(node, 0)
    run_source(federation.centre, "ke")
    alarms = []
    for version in range(1, 8):
        change_all(node, version, having=0)
        alarms.append("FIELD_COVERAGE_FELL" in codes(federation, run_source(federation.centre, "ke")))
    assert alarms == [True, True, False, False, False, False, False]


def test_words_no_vocabulary_has_are_named_when_they_jump(federation: Federation) -> None:
    node = federation.add("ke")
    words = {"keywords": [{"label": {"en": "zzz"}}]}
    for version in range(2):
        change_all(node, version)
        run_source(federation.centre, "ke")
    change_all(node, 3, **words)
    report = run_source(federation.centre, "ke")
    assert (report.state, report.reason_code) == ("done-with-errors", "TERMS_UNKNOWN_JUMPED")
    assert "“subjects”" in report.reason
    assert "100% now and 0% in the last 2 runs" in report.reason


def test_unknown_values_of_a_field_are_counted_by_the_field(federation: Federation) -> None:
    node = federation.add("ke")
    change_all(node, 0)
    run_source(federation.centre, "ke")
    change_all(node, 1, country_regions=["QQ"])
    report = run_source(federation.centre, "ke")
    assert report.counts.refused == 25
    jumped = [text for code, text in told(federation, report) if code == "TERMS_UNKNOWN_JUMPED"]
    assert len(jumped) == 1
    assert "“countryRegions”" in jumped[0]


def test_a_run_that_reads_nothing_writes_nothing_of_it_and_old_runs_are_forgotten(federation: Federation) -> None:
    node = federation.add("ke")
    for version in range(drift.RUNS_KEPT + 3):
        change_all(node, version, records=20)
        run_source(federation.centre, "ke")
    run_source(federation.centre, "ke")
    runs = federation.rows(select(func.count(tables.coverage.c.run_id.distinct())))
    assert runs[0][0] <= drift.RUNS_KEPT + 1


def test_counting_costs_next_to_nothing(federation: Federation) -> None:
    context = Context("ke", "KE", "http://ke.example", None, None, federation.clock())
    raw = new_raw("a", dump_native(a_record("ke", "a", **FULL)), format="native")
    findings = [judge(understand(raw, context))] * 20_000
    best = 1.0
    for _ in range(5):
        began = perf_counter()
        Observations().note(findings)
        best = min(best, perf_counter() - began)
    assert best / len(findings) < 5e-6, f"{best / len(findings) * 1e6:.1f} µs a record"


def test_what_is_carried_out_later_is_counted_once(federation: Federation) -> None:
    node = federation.add("ke")
    change_all(node, 0)
    run_source(federation.centre, "ke")
    for number in range(25):  # a change of owner waits until its run is judged, and is then taken again
        record = a_record("ke", f"r{number:02}", f"Nursery {number}", **FULL)
        owner = "other" if number < 3 else "ke"
        node.put(record.with_(publisher=replace_node(record.publisher, owner)))
    run_source(federation.centre, "ke")
    rows = federation.rows(select(tables.coverage.c.of).where(tables.coverage.c.run_id == 2).distinct())
    assert [row.of for row in rows] == [25]


def replace_node(publisher: Any, node: str) -> Any:
    return publisher.model_copy(update={"node": node})
