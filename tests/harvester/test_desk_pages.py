"""The secretariat's pages and JSON: what asks for nothing that is there gets a plain no, whatever the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_node import Federation, a_record, new_federation
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from chm_node.publishing.sql import write
from harvester import tables
from harvester.app import create_app
from harvester.proof.decisions import discard
from harvester.runs import run_source


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


@pytest.fixture
def client(federation: Federation) -> Iterator[TestClient]:
    node = federation.add("ke")
    node.put(a_record("ke", "a"))
    node.put_json("urn:chm:ke:bad", {"id": "urn:chm:ke:bad", "type": "spaceship", "title": {"en": "A"}})
    run_source(federation.centre, "ke")
    with TestClient(create_app(federation.centre.settings)) as opened:
        yield opened


@pytest.mark.parametrize(
    "path",
    ["/runs/{0}", "/api/v1/runs/{0}", "/api/v1/runs/{0}/errors", "/runs/{0}/problems.csv", "/nodes/nobody"],
)
@pytest.mark.parametrize("number", [0, 2, 2**31, 10**20])
def test_what_is_not_there_is_not_found(client: TestClient, path: str, number: int) -> None:
    assert client.get(path.format(number)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nodes/ke/receipts?since=99999999999999999999",
        "/api/v1/runs/1/errors?after=4294967296",
        "/runs/1?after=-1",
    ],
)
def test_a_token_nobody_gave_is_refused(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_pages_show_what_became_of_the_records(client: TestClient, federation: Federation, language: str) -> None:
    with write(federation.centre.engine) as connection:
        connection.execute(update(tables.run).values(reason="About the list: it is odd."))
    for path in ("/nodes", "/nodes/ke", "/runs", "/runs/1"):
        answer = client.get(path, params={"lang": language})
        assert answer.status_code == 200, path
        assert 'class="stack"' in answer.text
    shown = client.get("/runs/1", params={"lang": language}).text
    assert '<span lang="en" dir="ltr">About the list: it is odd.</span>' in shown
    assert "TYPE_UNKNOWN" in shown
    assert "urn:chm:ke:bad" in shown


def test_nobody_outside_is_told_on_which_machine_a_run_works(federation: Federation) -> None:
    federation.add("ke").put(a_record("ke", "a"))
    run_source(federation.centre, "ke")
    [[owner]] = federation.rows(select(tables.run.c.owner))
    machine = owner.partition(":")[0]
    client = TestClient(create_app(federation.centre.settings))
    for path in ("/api/v1/runs", "/api/v1/runs/1", "/api/v1/nodes", "/api/v1/nodes/ke", "/runs/1", "/nodes/ke"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert machine
        assert machine not in answer.text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_held_run_says_what_waits_and_how_to_decide(
    client: TestClient, federation: Federation, language: str
) -> None:
    node = next(iter(federation.nodes.values()))
    for number in range(10):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    run_source(federation.centre, "ke")
    for number in range(9):
        node.delete(f"urn:chm:ke:r{number}")
    held = run_source(federation.centre, "ke")
    assert held.state == "held" and held.run is not None
    page = client.get(f"/runs/{held.run}", params={"lang": language}).text
    assert f"chm-harvester hold release {held.run}" in page and "urn:chm:ke:r0" in page and "Nursery 0" in page
    told = client.get(f"/api/v1/runs/{held.run}").json()["hold"]
    assert (told["waiting"], told["by_reason"], told["decision"]) == (9, {"tombstone": 9}, None)
    discard(federation.centre, held.run, by="Amina")
    assert client.get(f"/api/v1/runs/{held.run}").json()["hold"]["decision"] == "discarded"
    assert "hold release" not in client.get(f"/runs/{held.run}", params={"lang": language}).text
    assert client.get("/api/v1/runs/1").json()["hold"] is None
