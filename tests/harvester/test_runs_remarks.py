"""What is odd about a list is told with its run; it counts as no record, and nobody's address is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import select

import migrations
from chm_node.publishing.sql import read, write
from harvester import tables
from harvester.centre import Centre, open_centre
from harvester.commands.opening import exit_of
from harvester.configs import OaiPmhConfig
from harvester.registry import add_source
from harvester.runs import run_source
from harvester.settings import Settings
from harvester.sources import Source
from harvester.telling import reports
from harvester.testing import Answer, serve_recorded

HEAD = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-05-01T10:00:00Z</responseDate>'
IDENTIFY = (
    f"{HEAD}<Identify><repositoryName>Library</repositoryName><granularity>YYYY-MM-DDThh:mm:ssZ</granularity>"
    "<deletedRecord>persistent</deletedRecord></Identify></OAI-PMH>"
)
DC = 'xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
RECORD = (
    "<record><header><identifier>oai:x:1</identifier><datestamp>2026-04-01T10:00:00Z</datestamp></header>"
    f"<metadata><dc {DC}><dc:title>Mangroves %s</dc:title><dc:language>en</dc:language></dc></metadata></record>"
)


@pytest.fixture
def federation(sqlite_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(sqlite_url, tmp_path)


@pytest.fixture
def centre(sqlite_url: str, tmp_path: Path) -> Iterator[Centre]:
    settings = Settings(home=tmp_path, database_url=sqlite_url, token_secret="ab" * 32, allow_loopback=True)
    opened = open_centre(settings)
    migrations.upgrade(opened.engine, "harvester")
    yield opened
    opened.engine.dispose()


def repository(listed: str) -> dict[str, Answer]:
    return {"/oai?verb=Identify": IDENTIFY.encode(), "/oai": f"{HEAD}{listed}</OAI-PMH>".encode()}


@pytest.mark.parametrize(
    ("listed", "state", "told", "code"),
    [
        (
            f'<ListRecords>{RECORD % ""}<resumptionToken completeListSize="9"/></ListRecords>',
            "done-with-errors",
            "only 1 of 9",
            "LIST_INCOMPLETE",
        ),
        (
            f'<ListRecords>{RECORD % ""}</ListRecords><error code="badArgument">odd</error>',
            "done-with-errors",
            "badArgument: odd",
            "LIST_FAULT",
        ),
        (f"<ListRecords>{RECORD % chr(1)}</ListRecords>", "done", "1 characters that XML forbids", ""),
    ],
    ids=["short", "with an error", "repaired"],
)
def test_an_odd_list_is_the_runs_reason_and_no_record(
    centre: Centre, listed: str, state: str, told: str, code: str
) -> None:
    with serve_recorded(repository(listed)) as server:
        source = Source("lib", "Library", f"{server.url}/oai", "oai_pmh", OaiPmhConfig(metadata_prefix="oai_dc"))
        with write(centre.engine) as connection:
            add_source(connection, source, now=centre.clock())
        report = run_source(centre, "lib")
    assert (report.counts.read, report.counts.created, report.counts.failed) == (1, 1, 0)
    assert (report.state, report.reason_code) == (state, code)
    assert told in report.reason
    assert exit_of([report.as_dict()]) == (3 if code else 0)
    with read(centre.engine) as connection:
        [row] = connection.execute(select(tables.run))
        assert (row.state, row.reason) == (state, report.reason)
        assert [kept.outcome for kept in connection.execute(select(tables.outcome))] == ["created"]


def test_of_an_address_in_a_bad_value_only_the_domain_is_told(federation: Federation) -> None:
    node = federation.add("ke")
    node.put_json(
        "urn:chm:ke:a",
        json.loads(a_record("ke", "a").model_dump_json(by_alias=True, exclude_defaults=True))
        | {"contacts": [{"consent": "ask jane.doe+home@mail.example"}]},
    )
    node.changes["urn:chm:ke:broken"] = b'{"contacts": [{"email": "jane.doe@mail.example"'
    node.order.append("urn:chm:ke:broken")
    run_source(federation.centre, "ke")
    with read(federation.centre.engine) as connection:
        told = [
            list(reports.problems_of_run(connection, 1)),
            list(reports.problems_of_source(connection, "ke")),
            reports.list_receipts(connection, "ke", base_url="")[0],
        ]
    for each in map(str, told):
        assert "jane" not in each
        assert "…@mail.example" in each


def test_a_source_whose_records_another_one_holds_is_told_after_its_first_harvest_only(federation: Federation) -> None:
    for name in ("ke", "mirror"):
        node = federation.add(name)
        for number in range(8):
            node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    assert run_source(federation.centre, "ke").state == "done"
    report = run_source(federation.centre, "mirror")
    assert (report.state, report.reason_code) == ("done-with-errors", "SOURCE_TWICE")
    assert "100 % of its records are held from ke already" in report.reason
    assert run_source(federation.centre, "mirror").state == "done"
