"""After every run: the source has so many, we show so many, these are the others and why; the same numbers anywhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from fake_node import Federation, a_record, new_federation
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from chm_node.publishing.sql import read, write
from harvester import tables
from harvester.app import create_app
from harvester.proof import deferrals
from harvester.protocols import PROTOCOLS
from harvester.protocols.pages import Page
from harvester.raw import new_raw
from harvester.records.reconciliation import balance, list_missing
from harvester.runs import Order, run_source
from tests.harvester.conftest import Command
from vocabularies.formats.native import dump_native


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def books(federation: Federation) -> dict[str, Any]:
    with read(federation.centre.engine) as connection:
        found = balance(connection, "ke").as_dict()
    assert found["source_has"] == found["shown"] + found["missing"] - found["gone"]
    return found


def kept(federation: Federation) -> dict[str, Any]:
    last = select(tables.run.c.reconciliation).order_by(tables.run.c.id.desc()).limit(1)
    return orjson.loads(federation.rows(last)[0][0])  # type: ignore[no-any-return]


def stuck(number: int) -> dict[str, Any]:
    return {"id": f"urn:chm:ke:bad{number}", "type": "spaceship", "title": {"en": "?"}}


def with_pages(patch: pytest.MonkeyPatch, *pages: Page) -> None:
    table: Mapping[str, Any] = PROTOCOLS
    assert isinstance(table, dict)
    patch.setitem(table, "native", replace(table["native"], pages=lambda fetcher, source, window: iter(pages)))


def test_a_source_that_is_wholly_in_the_index_lacks_nothing(federation: Federation) -> None:
    node = federation.add("ke")
    for number in range(3):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    run_source(federation.centre, "ke")
    found = kept(federation)
    assert (found["source_has"], found["shown"], found["missing"], found["reasons"]) == (3, 3, 0, {})


def test_each_record_the_index_lacks_is_named_once_with_its_stage(federation: Federation) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "good"))
    node.put(a_record("ke", "later", "Seed bank"))
    node.put_json("urn:chm:ke:bad1", stuck(1))
    node.changes["urn:chm:ke:torn"] = b"17"
    node.order.append("urn:chm:ke:torn")
    run_source(federation.centre, "ke")
    node.put_json("urn:chm:ke:later", stuck(2) | {"id": "urn:chm:ke:later"})
    run_source(federation.centre, "ke")
    found = books(federation)
    assert (found["source_has"], found["shown"], found["missing"], found["unlike"]) == (4, 2, 2, 1)
    with read(federation.centre.engine) as connection:
        rows = list(list_missing(connection, "ke"))
    assert [(row["identifier"], row["shown"]) for row in rows] == [
        ("urn:chm:ke:bad1", False),
        ("urn:chm:ke:later", True),
        ("urn:chm:ke:torn", False),
    ]
    assert {row["identifier"]: row["code"] for row in rows}["urn:chm:ke:bad1"] == "TYPE_UNKNOWN"
    assert found["reasons"]["fetch"] == 1
    assert sum(found["reasons"].values()) == 3


def test_what_a_whole_list_announces_and_never_names_is_missing_until_another_list_is_read(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = federation.add("ke")
    assert node.order == []
    raws = tuple(
        new_raw(f"r{number}", dump_native(a_record("ke", f"r{number}", f"Nursery {number}")), format="native")
        for number in range(4)
    )
    announced = Page(raws, None, None, 7, whole=True)
    with monkeypatch.context() as patch:
        with_pages(patch, announced)
        run_source(federation.centre, "ke")
    found = kept(federation)
    assert (found["source_has"], found["basis"], found["missing"], found["reasons"]) == (7, "list", 3, {"unknown": 3})
    with monkeypatch.context() as patch:
        with_pages(patch, Page((), None, None, None))
        run_source(federation.centre, "ke")
    assert (kept(federation)["source_has"], books(federation)["missing"]) == (7, 3)
    with monkeypatch.context() as patch:
        with_pages(patch, replace(announced, total=4))
        run_source(federation.centre, "ke")
    assert (kept(federation)["source_has"], kept(federation)["missing"]) == (4, 0)


def test_what_waits_or_is_in_its_grace_is_told_apart(federation: Federation) -> None:
    node = federation.add("ke")
    for name in ("a", "b", "c", "d"):
        node.put(a_record("ke", name, f"Nursery {name}"))
    run_source(federation.centre, "ke")
    now = federation.clock()
    with write(federation.centre.engine) as connection:
        waits = {"urn:chm:ke:a": "tombstone", "urn:chm:ke:b": "owner"}
        deferrals.put_off(connection, "ke", waits, run_id=1, now=now)
        deferrals.note_missed(connection, "ke", ["urn:chm:ke:c"], now=now + timedelta(hours=1))
    found = books(federation)
    assert found["reasons"] == {"held": 2, "absent": 1}
    assert (found["source_has"], found["shown"], found["gone"], found["unlike"]) == (2, 4, 2, 1)


def test_the_numbers_are_the_same_on_every_page_in_the_index_and_in_the_reports(federation: Federation) -> None:
    node = federation.add("ke")
    for number in range(5):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    same = {"source_ids": [{"scheme": "doi", "value": "10.5555/one"}]}
    node.put(a_record("ke", "twin", "Twin", **same))
    federation.add("ug").put(a_record("ug", "twin", "Twin", **same))
    assert run_source(federation.centre, "ug").state == "done"
    node.put_json("urn:chm:ke:bad1", stuck(1))
    run_source(federation.centre, "ke")
    node.delete("urn:chm:ke:r0")
    run_source(federation.centre, "ke")
    with TestClient(create_app(federation.centre.settings)) as client:
        told = client.get("/api/v1/nodes/ke").json()
        run = client.get("/api/v1/runs/3").json()
        nodes = client.get("/api/v1/nodes").json()["results"]
        found = client.get("/api/v1/search", params={"node": "ke"}).json()
        page = client.get("/nodes/ke").text
        run_page = client.get("/runs/3").text
        lines = client.get("/api/v1/nodes/ke/missing")
        rows = list(csv.DictReader(io.StringIO(client.get("/nodes/ke/missing.csv").text)))
        assert client.get("/api/v1/nodes/nobody/missing").status_code == 404
        assert client.get("/nodes/nobody/missing.csv").status_code == 404
    listed = {node["id"]: node["records"] for node in nodes}
    assert told["records"] == told["reconciliation"]["shown"] == run["reconciliation"]["shown"] == listed["ke"] == 5
    assert told["in_index"] == found["total"] == len(federation.published()) == 5
    assert listed["ug"] == 1, "the two twins are one entry"
    assert {name: told["reconciliation"][name] for name in ("source_has", "missing", "reasons")} == {
        name: run["reconciliation"][name] for name in ("source_has", "missing", "reasons")
    }
    assert told["refused"] == told["reconciliation"]["missing"] == 1
    for shown in (page, run_page):
        assert "urn:chm:ke:bad1" in shown and "TYPE_UNKNOWN" in shown
    assert [orjson.loads(line)["identifier"] for line in lines.text.splitlines()] == ["urn:chm:ke:bad1"]
    assert [row["code"] for row in rows] == ["TYPE_UNKNOWN"]


def test_a_failed_run_keeps_the_books_too(federation: Federation) -> None:
    node = federation.add("ke", page_size=2)
    for number in range(4):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    node.fails_after = 1
    assert run_source(federation.centre, "ke").state == "failed"
    assert (kept(federation)["source_has"], kept(federation)["shown"]) == (2, 2)


def test_the_list_of_what_is_missing_has_no_end_it_is_cut_at(federation: Federation) -> None:
    federation.add("ke")
    many = 3_000
    row = {"source_id": "ke", "state": "refused", "code": "TITLE_MISSING", "problems": "[]", "run_id": 1}
    with write(federation.centre.engine) as connection:
        connection.execute(
            insert(tables.source_record), [row | {"identifier": f"r{number:05}"} for number in range(many)]
        )
    found = books(federation)
    assert (found["missing"], len(found["samples"])) == (many, 10)
    with TestClient(create_app(federation.centre.settings)) as client:
        assert len(client.get("/api/v1/nodes/ke/missing").text.splitlines()) == many


def test_a_run_with_very_many_problems_is_given_out_as_it_is_read(federation: Federation) -> None:
    import tracemalloc

    from harvester.desk.pages import _csv_lines

    node = federation.add("ke")
    node.put_json("urn:chm:ke:bad1", stuck(1))
    run_source(federation.centre, "ke")
    [template] = [dict(row._mapping) for row in federation.rows(select(tables.outcome))]
    many = 20_000
    template.pop("id")
    with write(federation.centre.engine) as connection:
        connection.execute(insert(tables.outcome), [template] * many)
    lines = _csv_lines(federation.centre, 1, "en")
    first = next(lines)
    tracemalloc.start()
    count = sum(1 for _ in lines)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "source,run,identifier" in first
    assert count >= many
    assert peak < 8 * 1024 * 1024, f"{peak} bytes were held at once"


def test_the_books_balance_whatever_befell_the_records(federation: Federation) -> None:
    node = federation.add("ke", page_size=3)
    for number in range(8):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
        node.put_json(f"urn:chm:ke:bad{number}", stuck(number))
    for step in (
        lambda: None,
        lambda: node.delete("urn:chm:ke:r1"),
        lambda: node.delete("urn:chm:ke:bad1"),
        lambda: node.put(a_record("ke", "bad2", "Mended")),
        lambda: node.put_json("urn:chm:ke:r2", stuck(2) | {"id": "urn:chm:ke:r2"}),
    ):
        step()
        run_source(federation.centre, "ke")
        live = sum(payload is not None for payload in node.changes.values())
        assert books(federation)["source_has"] == live
    run_source(federation.centre, "ke", Order(full=True))
    assert books(federation)["source_has"] == live


@pytest.fixture
def homely(home: Path, command: Command) -> Iterator[Federation]:
    """A centre made by the command, whose nodes exist in memory."""
    command("init", "--defaults")
    yield from new_federation(f"sqlite:///{home / 'harvester.sqlite'}", home)


def test_commands_tell_what_is_missing_and_replay_one_record(homely: Federation, command: Command) -> None:
    node = homely.add("ke")
    node.put(a_record("ke", "a"))
    node.put_json("urn:chm:ke:bad1", stuck(1))
    run_source(homely.centre, "ke")
    code, out = command("missing", "ke", "--csv")
    assert (code, out.splitlines()) == (
        0,
        ["identifier,reason,code,shown", "urn:chm:ke:bad1,crosswalk,TYPE_UNKNOWN,False"],
    )
    code, out = command("missing", "ke", "--json")
    assert (orjson.loads(out)["source_has"], len(orjson.loads(out)["samples"])) == (2, 1)
    assert "urn:chm:ke:bad1" in command("missing", "ke")[1]
    assert orjson.loads(command("status", "--json")[1])[0]["last_run"]["reconciliation"]["missing"] == 1
    assert command("missing", "nobody")[0] == 2
    code, out = command("replay", "ke", "--record", "urn:chm:ke:a", "--json")
    assert orjson.loads(out)["unchanged"] == 1
    assert command("replay", "ke", "--record", "urn:chm:ke:never")[0] == 2
    assert command("replay", "--all", "--record", "urn:chm:ke:a")[0] in (0, 2)


def test_a_record_that_waits_for_a_person_is_not_replayed(homely: Federation, command: Command) -> None:
    node = homely.add("ke")
    node.put(a_record("ke", "a"))
    run_source(homely.centre, "ke")
    with write(homely.centre.engine) as connection:
        deferrals.put_off(connection, "ke", {"urn:chm:ke:a": "owner"}, run_id=1, now=homely.clock())
    assert command("replay", "ke", "--record", "urn:chm:ke:a")[0] == 2


def test_status_says_more_of_the_books_where_more_is_asked(
    homely: Federation, command: Command, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    from chm_node.shell.terminal import run_cli
    from harvester.cli import app

    homely.add("ke").put_json("urn:chm:ke:bad1", stuck(1))
    run_source(homely.centre, "ke")
    capsys.readouterr()
    for arguments in (["status", "-v"], ["runs", "-v"]):
        run_cli(app, [*arguments, "--home", str(home)], name="chm-harvester")
        told = capsys.readouterr().err
        assert "the source has 1 (by its whole list), 0 are shown, 1 missing: crosswalk 1" in told
        assert "urn:chm:ke:bad1 (TYPE_UNKNOWN)" in told
