"""The write API as a program meets it: tokens, scopes, problems, revisions and limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from chm_node.authoring.accounts import create_account, find_role, list_accounts
from chm_node.authoring.tokens import is_whole, list_tokens, make_token, revoke_token
from chm_node.database import Node
from chm_node.errors import AccountExists, AddressWrong, PasswordWeak
from chm_node.publishing.sql import read, write
from chm_node.tables import token as token_table
from tests.chm_node.write_api import NEWS, NOW, token


def test_a_draft_is_stored_and_not_public(node: Node, client: TestClient) -> None:
    answer = client.post("/api/v1/records", json=NEWS, headers=token(node, "draft"))
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["state"], answer.json()["published"]) == (
        "urn:chm:ke:day",
        "draft",
        False,
    )
    assert answer.headers["location"].endswith("/api/v1/drafts/day")
    assert client.get("/api/v1/records/day").status_code == 404
    found = client.get("/api/v1/drafts", headers=token(node, "read"), params={"state": "draft"}).json()
    assert [each["local_id"] for each in found["drafts"]] == ["day"]


def test_publishing_needs_the_scope_and_is_seen_at_once(node: Node, client: TestClient) -> None:
    refused = client.post("/api/v1/records?publish=true", json=NEWS, headers=token(node, "draft"))
    assert (refused.status_code, refused.json()["code"]) == (403, "SCOPE_MISSING")
    answer = client.post("/api/v1/records?publish=true", json=NEWS, headers=token(node, "publish"))
    assert answer.status_code == 201
    assert client.get("/api/v1/records/day").json()["title"] == {"en": "Wetlands day"}


def test_a_record_goes_through_moderation_step_by_step(node: Node, client: TestClient) -> None:
    author, publisher = token(node, "draft"), token(node, "publish")
    client.post("/api/v1/records", json=NEWS, headers=author)
    steps = "/api/v1/records/day/transitions"
    assert client.post(steps, json={"to": "approved"}, headers=publisher).status_code == 409
    assert client.post(steps, json={"to": "submitted"}, headers=author).json()["state"] == "submitted"
    assert client.post(steps, json={"to": "approved"}, headers=author).status_code == 403
    assert client.post(steps, json={"to": "returned"}, headers=publisher).json()["code"] == "REASON_MISSING"
    assert client.post(steps, json={"to": "returned", "reason": "Dead link"}, headers=publisher).status_code == 200
    client.post(steps, json={"to": "submitted"}, headers=author)
    assert client.post(steps, json={"to": "approved"}, headers=publisher).json()["published"] is True
    draft = client.get("/api/v1/drafts/day", headers=author).json()
    assert [step["target"] for step in draft["transitions"]] == ["submitted", "returned", "submitted", "approved"]
    assert draft["transitions"][1]["reason"] == "Dead link"


def test_withdrawing_needs_a_reason_and_leaves_it_behind(node: Node, client: TestClient) -> None:
    publisher = token(node, "publish")
    client.post("/api/v1/records?publish=true", json=NEWS, headers=publisher)
    assert client.delete("/api/v1/records/day", headers=publisher).status_code == 422
    assert client.delete("/api/v1/records/day?reason=Over", headers=publisher).json()["state"] == "withdrawn"
    gone = client.get("/api/v1/records/day")
    assert (gone.status_code, gone.json()["reason"]) == (410, {"en": "Over"})


def test_a_lost_update_is_refused_whichever_validator_was_read(node: Node, client: TestClient) -> None:
    publisher = token(node, "publish")
    first = client.post("/api/v1/records?publish=true", json=NEWS, headers=publisher)
    public = client.get("/api/v1/records/day", headers={"Accept-Encoding": "identity"}).headers["etag"]
    changed = {**NEWS, "title": {"en": "Wetlands week"}}
    done = client.put("/api/v1/records/day", json=changed, headers={**publisher, "If-Match": public})
    assert (done.status_code, done.json()["outcome"], done.json()["state"]) == (200, "updated", "draft")
    for stale in (public, first.headers["etag"]):
        late = client.put("/api/v1/records/day", json=NEWS, headers={**publisher, "If-Match": stale})
        assert (late.status_code, late.json()["code"]) == (412, "REVISION_OUTDATED")


def test_put_makes_a_record_under_its_address_and_no_other(node: Node, client: TestClient) -> None:
    author = token(node, "draft")
    made = client.put("/api/v1/records/week", json={**NEWS, "id": None}, headers=author)
    assert (made.status_code, made.json()["id"]) == (201, "urn:chm:ke:week")
    for wrong in ("other", "urn:chm:ug:week"):
        answer = client.put("/api/v1/records/week", json={**NEWS, "id": wrong}, headers=author)
        assert (answer.status_code, answer.json()["code"]) == (422, "ID_MISMATCH")
    assert client.put("/api/v1/records/urn:chm:ug:x", json=NEWS, headers=author).status_code == 404


def test_a_taken_id_is_refused_with_the_place(node: Node, client: TestClient) -> None:
    author = token(node, "draft")
    client.post("/api/v1/records", json=NEWS, headers=author)
    again = client.post("/api/v1/records", json={**NEWS, "title": {"en": "Other"}}, headers=author)
    assert again.status_code == 409
    assert [(each["code"], each["pointer"]) for each in again.json()["errors"]] == [("ID_DUPLICATE", "/id")]
    assert client.get("/api/v1/drafts/day", headers=author).json()["title"] == {"en": "Wetlands day"}


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ('{"type": "banana", "title": {"en": "x"}}', "TYPE_UNKNOWN", "/type"),
        (
            '{"type": "news", "title": {"en": "x"}, "dates": {"issued": "2024-02-31"}}',
            "DATE_IMPOSSIBLE",
            "/dates/issued",
        ),
        ('{"id": "a/b", "type": "news", "title": {"en": "x"}}', "ID_SYNTAX", "/id"),
        ('{"type": "news", "title": {"en": "x"}, "extra": {"n": NaN}}', "JSON_SYNTAX", ""),
        ('{"type": "news", "title": {"en": "x"}, "extra": {"n": ' + "[" * 5000 + "}", "NESTING_TOO_DEEP", ""),
        ('{"type": ', "JSON_SYNTAX", ""),
        ("", "JSON_SYNTAX", ""),
        ('{"type": "news", "title": {"en": "' + "x" * 9_000_000 + '"}}', "RECORD_TOO_LARGE", ""),
    ],
)
def test_bad_records_are_problems_with_code_place_and_fix(
    node: Node, client: TestClient, body: str, code: str, pointer: str
) -> None:
    headers = {**token(node, "draft"), "Accept-Language": "fr"}
    answer = client.post("/api/v1/records", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    errors = {(each["code"], each["pointer"]): each for each in answer.json()["errors"]}
    assert errors[code, pointer]["fix"] and errors[code, pointer]["message"]
    assert client.get("/api/v1/drafts", headers=headers).json()["drafts"] == []


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_is_not_read(node: Node, client: TestClient, announced: bool) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(11):
            yield b" " * 1_000_000

    content = b" " * 11_000_000 if announced else pieces()
    answer = client.post("/api/v1/records", content=content, headers=token(node, "draft"))
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")


def test_wrong_expired_and_revoked_tokens_are_told_apart(node: Node, client: TestClient) -> None:
    expired = token(node, "draft", expires_days=0)
    revoked = token(node, "draft")
    with write(node.engine) as connection:
        assert revoke_token(connection, revoked["Authorization"].removeprefix("Bearer "), now=NOW)
        assert not revoke_token(connection, "nonsense", now=NOW)
    whole = token(node, "draft")["Authorization"]
    for headers, code in (
        ({}, "TOKEN_MISSING"),
        ({"Authorization": "Basic Y2htOmNobQ=="}, "TOKEN_MISSING"),
        ({"Authorization": whole[:-1]}, "TOKEN_WRONG"),
        ({"Authorization": (whole[:-2] + "é").encode()}, "TOKEN_WRONG"),  # as many bytes as a whole one
        ({"Authorization": f"Bearer {make_token()}"}, "TOKEN_WRONG"),
        (expired, "TOKEN_EXPIRED"),
        (revoked, "TOKEN_REVOKED"),
    ):
        answer = client.post("/api/v1/records", json=NEWS, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["detail"]


def test_a_token_is_kept_as_a_hash_and_its_use_noted(node: Node, client: TestClient) -> None:
    headers = token(node, "read", label="portal", expires_days=30)
    secret = headers["Authorization"].removeprefix("Bearer ")
    client.get("/api/v1/drafts", headers=headers)
    with read(node.engine) as connection:
        row = connection.execute(token_table.select()).mappings().one()
        (listed,) = list_tokens(connection)
    assert secret not in str(dict(row)) and len(row["sha256"]) == 64
    assert row["expires_at"] == NOW + timedelta(days=30)
    assert listed["last_used_at"] is not None and "sha256" not in listed


def test_tokens_are_unlike_one_another_and_a_slip_of_the_pen_shows() -> None:
    made = {make_token() for _ in range(50)}
    assert len(made) == 50 and all(is_whole(each) for each in made)
    for each in made:
        at = len(each) // 2
        assert not is_whole(each[:at] + ("a" if each[at] != "a" else "b") + each[at + 1 :])


def test_validate_judges_one_or_many_and_stores_nothing(node: Node, client: TestClient) -> None:
    assert client.post("/api/v1/validate", json=NEWS).json()["valid"] is True
    many = client.post("/api/v1/validate", content=json.dumps([NEWS, {"type": "banana"}, 3])).json()
    assert (many["valid"], [each["valid"] for each in many["records"]]) == (False, [True, False, False])
    assert many["records"][1]["problems"][0]["row"] == 2
    odd = client.post("/api/v1/validate", content=f'[{{"type": "news", "title": NaN}}, {json.dumps(NEWS)}]').json()
    assert [each["valid"] for each in odd["records"]] == [False, True]
    assert client.get("/api/v1/drafts", headers=token(node, "read")).json()["drafts"] == []


def test_drafts_are_paged_by_id(node: Node, client: TestClient) -> None:
    author = token(node, "draft")
    for local_id in "cab":
        client.post("/api/v1/records", json={**NEWS, "id": local_id}, headers=author)
    first = client.get("/api/v1/drafts?limit=2", headers=author).json()
    rest = client.get("/api/v1/drafts", params={"limit": 2, "after": first["next"]}, headers=author).json()
    assert [each["local_id"] for each in (*first["drafts"], *rest["drafts"])] == ["a", "b", "c"]
    assert rest["next"] is None


def test_accounts_keep_a_hash_and_know_the_right_password(node: Node) -> None:
    with write(node.engine) as connection:
        create_account(connection, "A@example.org", role="author", password="a long sentence", now=NOW)
        with pytest.raises(AccountExists):
            create_account(connection, "a@example.org ", role="author", password="a long sentence", now=NOW)
        with pytest.raises(AddressWrong):
            create_account(connection, "nobody", role="author", password="a long sentence", now=NOW)
        with pytest.raises(PasswordWeak):
            create_account(connection, "b@example.org", role="author", password="short", now=NOW)
    with read(node.engine) as connection:
        assert find_role(connection, "a@EXAMPLE.org", "a long sentence") == "author"
        assert find_role(connection, "a@example.org", "another sentence") is None
        assert find_role(connection, "nobody@example.org", "a long sentence") is None
        assert [each["email"] for each in list_accounts(connection)] == ["a@example.org"]
