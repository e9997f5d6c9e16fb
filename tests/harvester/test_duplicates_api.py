"""Duplicates over HTTP: everyone may read why, who bears the desk's token decides, and nobody is named in public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, a_record, new_federation
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.openapi import from_asgi

from harvester.app import app_for
from harvester.matching_queue import follow
from harvester.runs import run_source

TOKEN = "a long random text"
DESK = {"Authorization": f"Bearer {TOKEN}"}
TITLE = "Restoring seagrass meadows along the coast of Zanzibar"
PAIR = {"a": "urn:chm:ke:a", "b": "tz/urn:chm:tz:b"}
WRITING = {"/api/v1/duplicates/decisions", "/api/v1/duplicates/splits"}


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    for made in new_federation(database_url, tmp_path):
        settings_too = made.centre.settings.model_copy(update={"desk_token": TOKEN})
        made.centre = replace(made.centre, settings=settings_too)
        for name, local, title in (("ke", "a", TITLE), ("tz", "b", f"{TITLE}, Tanzania"), ("ug", "c", f"{TITLE} 2019")):
            node = made.add(name)
            node.put(a_record(name, local, title))
            run_source(made.centre, name)
        follow(made.centre)
        yield made


@pytest.fixture
def client(federation: Federation) -> TestClient:
    return TestClient(app_for(federation.centre), raise_server_exceptions=False)


def decide(client: TestClient, verdict: str = "same", **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/duplicates/decisions", json=PAIR | {"verdict": verdict} | more, headers=DESK)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_queue_is_read_page_by_page(client: TestClient) -> None:
    whole = client.get("/api/v1/duplicates").json()
    assert whole["waiting"] == len(whole["results"]) >= 2 and whole["next"] is None
    first = client.get("/api/v1/duplicates", params={"limit": 1}).json()
    second = client.get(first["next"].removeprefix("http://127.0.0.1:8400")).json()
    assert [first["results"][0], second["results"][0]] == whole["results"][:2]
    assert client.get("/api/v1/duplicates", params={"likely": 1}).json()["results"] == []
    assert client.get("/api/v1/duplicates", params={"likely": 2}).status_code == 422


def test_a_pair_is_explained_with_its_evidence(client: TestClient) -> None:
    told = client.get("/api/v1/duplicates/explain", params=PAIR).json()
    assert told["one_thing"] is False and told["keys"]
    assert {"feature", "level", "bits", "a", "b", "sentence"} == set(told["evidence"][0])
    answer = client.get("/api/v1/duplicates/explain", params={"a": "nobody", "b": "urn:chm:tz:b"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert client.get("/api/v1/duplicates/explain", params={"a": PAIR["a"], "b": PAIR["a"]}).status_code == 400


def test_a_decision_is_carried_out_told_and_taken_back(client: TestClient, federation: Federation) -> None:
    before = federation.published()
    done = decide(client, note="the same office wrote both", by="Amina")
    [thing], [judgement] = done["things"], done["judgements"]
    assert len(federation.published()) == 2
    told = client.get(f"/api/v1/records/{thing}/history", headers=DESK).json()
    assert {member["source"] for member in told["members"]} == {"ke", "tz"}
    assert [(each["by"], each["note"]) for each in told["joined_by"]] == [("Amina", "the same office wrote both")]
    assert told["field_sources"]["/title/en"]["source"] in ("ke", "tz")
    [left] = set(before) - set(federation.published())
    assert client.get(f"/api/v1/records/{left}/history").json()["thing"] == thing
    answer = client.delete(f"/api/v1/duplicates/decisions/{judgement}", params={"why": "no"}, headers=DESK)
    assert answer.status_code == 200
    assert federation.published() == before
    assert client.delete(f"/api/v1/duplicates/decisions/{judgement}", headers=DESK).status_code == 404


def test_a_thing_is_taken_apart(client: TestClient, federation: Federation) -> None:
    thing = decide(client)["things"][0]
    body = {"id": thing, "records": ["tz/urn:chm:tz:b"], "by": "Ben"}
    assert len(client.post("/api/v1/duplicates/splits", json=body, headers=DESK).json()["things"]) == 2
    assert client.post("/api/v1/duplicates/splits", json=body, headers=DESK).status_code == 422
    assert len(federation.published()) == 3


def test_the_public_is_not_told_who_decided_and_why(client: TestClient) -> None:
    thing = decide(client, note="Baraka told me", by="Amina")["things"][0]
    for address in (f"/api/v1/records/{thing}/history", "/api/v1/duplicates/explain?a=urn:chm:ke:a&b=urn:chm:tz:b"):
        public, desk = client.get(address), client.get(address, headers=DESK)
        assert public.status_code == 200 and "person" in public.text
        assert "Amina" not in public.text and "Baraka" not in public.text
        assert "Amina" in desk.text and "Baraka" in desk.text
        assert "Authorization" in public.headers["vary"]


def test_a_translation_is_another_thing_and_both_histories_name_it(client: TestClient) -> None:
    done = decide(client, "different", relation="translation_of", by="Amina")
    home = {each["identifier"]: each["thing"] for each in done["records"]}
    ends = (
        ("urn:chm:ke:a", "urn:chm:tz:b", "translation_of"),
        ("urn:chm:tz:b", "urn:chm:ke:a", "has_translation"),
    )
    for one, other, relation in ends:
        told = client.get(f"/api/v1/records/{home[one]}/history").json()
        [related] = told["related"]
        assert (related["relation"], related["decided_by"]) == (relation, "person")
        assert (related["identifier"], related["thing"]) == (other, home[other])
        assert [each["identifier"] for each in told["members"]] == [one]
    decide(client, "different", by="Amina")
    assert client.get(f"/api/v1/records/{home['urn:chm:ke:a']}/history").json()["related"] == []


def test_what_people_settled_by_way_of_another_record_waits_no_more(client: TestClient) -> None:
    waits = client.get("/api/v1/duplicates").json()
    assert waits["waiting"] == 3
    decide(client, "same")
    assert client.get("/api/v1/duplicates").json()["waiting"] == 2
    done = decide(client, "different", a="urn:chm:ke:a", b="urn:chm:ug:c")
    assert client.get("/api/v1/duplicates").json()["results"] == [], "what is left would contradict"
    client.delete(f"/api/v1/duplicates/decisions/{done['judgements'][0]}", headers=DESK)
    assert len(client.get("/api/v1/duplicates").json()["results"]) == 2


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer wrong"}, 401), ({"Authorization": f"Basic {TOKEN}"}, 401)],
)
def test_without_the_token_nothing_is_decided(
    client: TestClient, federation: Federation, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/api/v1/duplicates/decisions", json=PAIR | {"verdict": "same"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, "DESK_TOKEN_WRONG")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert client.post("/api/v1/duplicates/splits", json={"id": "x"}, headers=headers).status_code == status
    assert client.delete("/api/v1/duplicates/decisions/1", headers=headers).status_code == status
    assert len(federation.published()) == 3


def test_where_no_token_is_set_it_is_said_how_to_set_it(federation: Federation) -> None:
    closed = replace(federation.centre, settings=federation.centre.settings.model_copy(update={"desk_token": ""}))
    client = TestClient(app_for(closed), raise_server_exceptions=False)
    answer = client.post(
        "/api/v1/duplicates/decisions", json=PAIR | {"verdict": "same"}, headers={"Authorization": "Bearer "}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert "CHM_DESK_TOKEN" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"a": 7, "b": "x", "verdict": "same"}', 400),
        (b'{"a": "urn:chm:ke:a", "b": "urn:chm:tz:b"}', 400),
        (b'{"a": "urn:chm:ke:a", "b": "urn:chm:tz:b", "verdict": "alike"}', 400),
        (b'{"a": "urn:chm:ke:a", "b": "x\\u0000", "verdict": "same"}', 400),
        (b'{"a": "urn:chm:ke:a", "b": "nobody", "verdict": "same"}', 404),
        (b'{"note": "' + b"x" * 70_000 + b'"}', 413),
    ],
)
def test_a_body_that_cannot_be_used_is_a_problem(client: TestClient, body: bytes, status: int) -> None:
    answer = client.post("/api/v1/duplicates/decisions", content=body, headers=DESK)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["title"]


def test_the_description_of_the_api_is_true_of_duplicates(federation: Federation) -> None:
    app = app_for(federation.centre)
    described = TestClient(app).get("/openapi.json").json()
    for path in WRITING:
        operation = described["paths"][path]["post"]
        assert operation["security"] == [{"desk": []}] and "requestBody" in operation
    assert described["components"]["securitySchemes"]["desk"]["scheme"] == "bearer"
    tried = set()
    for result in from_asgi("/openapi.json", app).get_all_operations():
        operation = result.ok()
        if operation.definition.raw.get("tags") != ["Duplicates"]:
            continue

        @given(case=operation.as_strategy())
        @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def holds(case: Any) -> None:
            answer = case.call(headers=DESK)
            assert answer.status_code < 500, (case.path, case.query, case.body, answer.text[:500])
            assert str(answer.status_code) in case.operation.definition.raw["responses"], answer.text[:300]

        holds()
        tried.add((operation.method, operation.path))
    assert len(tried) == 7
