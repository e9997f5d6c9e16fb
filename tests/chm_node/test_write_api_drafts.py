"""What the write API keeps, and what it refuses: drafts with errors, other nodes' ids, odd texts, writers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from chm_node.database import Node
from chm_node.publishing.sql import write
from chm_node.tables import draft as draft_table
from tests.chm_node.write_api import NEWS, token

BROKEN = [
    ({"title": {"en": "<i>x</i>"}}, "HTML_IN_TITLE", "/title/en"),
    ({"government": "ZZ"}, "COUNTRY_UNKNOWN", "/government"),
    ({"title": {}}, "TITLE_MISSING", "/title"),
    ({"gbfTargets": ["GBF-TARGET-99"]}, "TERM_UNKNOWN", "/gbfTargets/0"),
]


@pytest.mark.parametrize(("change", "code", "pointer"), BROKEN)
def test_a_draft_keeps_its_errors_and_goes_no_further_until_they_are_mended(
    node: Node, client: TestClient, change: dict[str, Any], code: str, pointer: str
) -> None:
    publisher, steps = token(node, "publish"), "/api/v1/records/day/transitions"
    kept = client.post("/api/v1/records", json=NEWS | change, headers=publisher)
    assert (kept.status_code, kept.json()["state"], kept.json()["ready"]) == (201, "draft", False)
    assert (code, pointer) in [(each["code"], each["pointer"]) for each in kept.json()["problems"] if each["fix"]]
    read_again = client.get("/api/v1/drafts/day", headers=publisher).json()
    assert (read_again["ready"], read_again["problems"]) == (False, kept.json()["problems"])
    submitted = client.post(steps, json={"to": "submitted"}, headers=publisher)
    assert (submitted.status_code, submitted.json()["code"]) == (422, "RECORD_NOT_READY")
    assert code in [each["code"] for each in submitted.json()["errors"]]
    mended = client.put("/api/v1/records/day", json=NEWS, headers=publisher)
    assert (mended.json()["outcome"], mended.json()["ready"]) == ("updated", True)
    assert client.post(steps, json={"to": "submitted"}, headers=publisher).json()["state"] == "submitted"


@pytest.mark.parametrize(("change", "code", "pointer"), BROKEN)
def test_a_record_with_errors_is_not_published_and_what_is_public_stays(
    node: Node, client: TestClient, change: dict[str, Any], code: str, pointer: str
) -> None:
    publisher, address = token(node, "publish"), "/api/v1/records/day"
    refused = client.post("/api/v1/records?publish=true", json=NEWS | change, headers=publisher)
    assert (refused.status_code, refused.json()["code"]) == (422, "RECORD_REFUSED")
    assert (code, pointer) in [(each["code"], each["pointer"]) for each in refused.json()["errors"]]
    assert client.get("/api/v1/drafts", headers=publisher).json()["drafts"] == []
    client.post("/api/v1/records?publish=true", json=NEWS, headers=publisher)
    draft = client.put(address, json=NEWS | change, headers=publisher).json()
    assert (draft["state"], draft["published"], draft["ready"]) == ("draft", True, False)
    assert client.get(address).json()["title"] == NEWS["title"]
    assert "government" not in client.get(address).json()


def test_another_nodes_identifier_never_stands_for_a_record_of_ours(node: Node, client: TestClient) -> None:
    publisher, theirs = token(node, "publish"), "/api/v1/records/urn:chm:ug:day"
    client.post("/api/v1/records?publish=true", json=NEWS, headers=publisher)
    for answer in (
        client.delete(f"{theirs}?reason=Over", headers=publisher),
        client.post(f"{theirs}/transitions", json={"to": "draft"}, headers=publisher),
        client.get("/api/v1/drafts/urn:chm:ug:day", headers=publisher),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "RECORD_UNKNOWN")
    assert client.get("/api/v1/records/day").status_code == 200
    assert client.get("/api/v1/drafts/urn:chm:ke:day", headers=publisher).json()["state"] == "approved"


@pytest.mark.parametrize("local_id", ["%00", "a%00b", "a%20b", "%C3%A9", ".", "x" * 129])
def test_an_impossible_id_is_named_and_finds_nothing(node: Node, client: TestClient, local_id: str) -> None:
    publisher = token(node, "publish")
    made = client.put(f"/api/v1/records/{local_id}", json=NEWS | {"id": None}, headers=publisher)
    if local_id != ".":  # a client makes another address of it
        assert (made.status_code, [each["code"] for each in made.json()["errors"]]) == (422, ["ID_SYNTAX"])
        assert client.get(f"/api/v1/drafts/{local_id}", headers=publisher).status_code == 404
        assert client.get(f"/api/v1/records/{local_id}").status_code == 404
        assert client.get(f"/records/{local_id}.ttl").status_code == 404
    assert client.get("/api/v1/drafts", params={"after": "\0"}, headers=publisher).json()["drafts"] == []
    assert client.get("/api/v1/records", params={"type": "\0"}).status_code < 500


def test_a_step_and_a_reason_must_be_text(node: Node, client: TestClient) -> None:
    publisher, steps = token(node, "publish"), "/api/v1/records/day/transitions"
    client.post("/api/v1/records?publish=true", json=NEWS, headers=publisher)
    for body in ({}, {"to": None}, {"to": ["withdrawn"]}, {"to": "withdrawn", "reason": {"en": "Over"}}, []):
        answer = client.post(steps, json=body, headers=publisher)
        assert (answer.status_code, answer.json()["code"]) == (422, "BODY_UNUSABLE")
    answer = client.request("DELETE", "/api/v1/records/day", json={"reason": {"en": "Over"}}, headers=publisher)
    assert (answer.status_code, answer.json()["code"]) == (422, "BODY_UNUSABLE")
    client.request("DELETE", "/api/v1/records/day", json={"reason": "No\0 longer true"}, headers=publisher)
    assert client.get("/api/v1/records/day").json()["reason"] == {"en": "No longer true"}


def test_conditions_on_what_is_there_or_not_are_kept(node: Node, client: TestClient) -> None:
    author, address = token(node, "draft"), "/api/v1/records/day"
    early = client.put(address, json=NEWS, headers={**author, "If-Match": '"draft-1"'})
    assert (early.status_code, early.json()["code"]) == (412, "REVISION_OUTDATED")
    only_new = {**author, "If-None-Match": "*"}
    assert client.put(address, json=NEWS, headers=only_new).status_code == 201
    again = client.put(address, json={**NEWS, "title": {"en": "Other"}}, headers=only_new)
    assert (again.status_code, again.json()["code"]) == (412, "ALREADY_THERE")
    assert client.get("/api/v1/drafts/day", headers=author).json()["title"] == NEWS["title"]


def test_whole_numbers_keep_every_digit(node: Node, client: TestClient) -> None:
    digits = "9" * 300
    body = f'{{"type": "news", "title": {{"en": "x"}}, "extra": {{"n": {digits}}}}}'
    client.put("/api/v1/records/day", content=body, headers=token(node, "draft"))
    assert f'"n":{digits}' in client.get("/api/v1/drafts/day", headers=token(node, "read")).text.replace(" ", "")


def test_of_writers_that_make_one_record_at_once_one_makes_it(node: Node, client: TestClient) -> None:
    author = token(node, "draft")

    def make(number: int) -> int:
        return client.post("/api/v1/records", json=NEWS | {"title": {"en": f"By {number}"}}, headers=author).status_code

    for _ in range(5):
        with ThreadPoolExecutor(4) as pool:
            statuses = sorted(pool.map(make, range(4)))
        assert statuses == [201, 409, 409, 409]
        with write(node.engine) as connection:
            connection.execute(draft_table.delete())
