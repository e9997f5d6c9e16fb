"""Duplicates as a stranger meets them over a real connection: pages, languages, decisions with what they changed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fake_node import Federation, a_record, new_federation

from chm_node.publishing import sql
from harvester.app import app_for
from harvester.matching_queue import follow
from harvester.resolution.graph.policy import Policy, keep_policy
from harvester.resolution.matching.scoring import load_model
from harvester.runs import run_source
from tests.contract.served import serving

TOKEN = "a long random text"
TITLE = "Restoring seagrass meadows along the coast of Zanzibar"
PLACES = ("Kisumu", "Mwanza", "Lamu", "Tanga", "Pemba", "Mafia", "Jinja", "Gulu", "Moroni", "Toliara", "Voi")
Ask = Callable[..., tuple[int, Any, dict[str, str]]]


@pytest.fixture
def federation(sqlite_url: str, tmp_path: Path) -> Iterator[Federation]:
    for made in new_federation(sqlite_url, tmp_path):
        settings = made.centre.settings.model_copy(update={"desk_token": TOKEN})
        made.centre = replace(made.centre, settings=settings)
        one, other = made.add("ke"), made.add("tz")
        for number, place in enumerate(PLACES):
            one.put(a_record("ke", f"a{number}", f"Restoring the seagrass meadows of {place}"))
            other.put(a_record("tz", f"b{number}", f"Restoring the seagrass meadows of {place}, a project"))
        for number, animal in enumerate(("turtles", "dugongs", "cranes", "pangolins")):
            for node, name in ((one, "ke"), (other, "tz")):
                node.put(a_record(name, f"same{number}", f"Community monitoring of {animal} along the Rufiji delta"))
        for name in ("ke", "tz"):
            run_source(made.centre, name)
        yield made


@pytest.fixture
def ask(federation: Federation) -> Iterator[Ask]:
    with serving(app_for(federation.centre)) as address:

        def send(
            path: str, *, body: Any = None, method: str = "GET", **headers: str
        ) -> tuple[int, Any, dict[str, str]]:
            path = path.removeprefix(federation.centre.site.base_url)
            content = None if body is None else json.dumps(body).encode()
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            request = urllib.request.Request(address + path, data=content, method=method, headers=named)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.status, json.load(answer), dict(answer.headers)
            except urllib.error.HTTPError as error:
                with error:
                    return error.code, json.load(error), dict(error.headers)

        yield send


def decide(ask: Ask, a: str, b: str, verdict: str) -> dict[str, Any]:
    body = {"a": a, "b": b, "verdict": verdict, "by": "Amina"}
    address, desk = "/api/v1/duplicates/decisions", f"Bearer {TOKEN}"
    status, done, _ = ask(address, body=body, method="POST", Authorization=desk)
    assert status == 201, done
    found: dict[str, Any] = done
    return found


def named(record: dict[str, Any]) -> str:
    return f"{record['source']}/{record['identifier']}"


def read_all(ask: Ask, path: str) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    following: str | None = path
    while following:
        status, page, _ = ask(following)
        assert status == 200, page
        results += page["results"]
        following = page["next"]
    return results


def test_the_queue_is_followed_to_its_end_and_narrowed(federation: Federation, ask: Ask) -> None:
    follow(federation.centre)
    _, page, _ = ask("/api/v1/duplicates?limit=200")
    assert page["waiting"] == len(page["results"]) > 5 and page["more"] is False
    assert read_all(ask, "/api/v1/duplicates?limit=4&source=tz&type=project") == page["results"]
    assert read_all(ask, "/api/v1/duplicates?source=nobody") == []
    drawn = read_all(ask, "/api/v1/duplicates?likely=0&limit=3")
    assert {each["judgement"] for each in drawn} == {each["judgement"] for each in page["results"]}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"cursor": "nonsense!"}, 400, "CURSOR_UNKNOWN"),
        ({"kind": "cousin"}, 400, "BAD_REQUEST"),
        ({"type": "paper"}, 400, "BAD_REQUEST"),
        ({"country": "Kenya"}, 400, "BAD_REQUEST"),
        ({"limit": "1000"}, 422, "PARAMETER_WRONG"),
    ],
)
def test_a_list_that_cannot_be_given_is_a_problem(ask: Ask, query: dict[str, str], status: int, code: str) -> None:
    for path in ("/api/v1/duplicates", "/api/v1/duplicates/sample"):
        answer, problem, headers = ask(f"{path}?{urlencode(query)}")
        assert (answer, problem["code"]) == (status, code)
        assert headers["content-type"] == "application/problem+json" and problem["title"]


def test_the_cursor_of_one_list_is_of_no_use_for_another(federation: Federation, ask: Ask) -> None:
    follow(federation.centre)
    _, page, _ = ask("/api/v1/duplicates?limit=1")
    status, problem, _ = ask(page["next"].replace("/duplicates?", "/duplicates?source=ke&"))
    assert (status, problem["code"]) == (400, "CURSOR_UNKNOWN")


def test_a_pair_is_explained_in_the_readers_language_and_adds_up(federation: Federation, ask: Ask) -> None:
    follow(federation.centre)
    path = "/api/v1/duplicates/explain?" + urlencode({"a": "ke/urn:chm:ke:a0", "b": "urn:chm:tz:b0"})
    told = {}
    for language, header in (("ru", "ru-RU, en;q=0.5"), ("en", "de")):
        status, told[language], headers = ask(path, Accept_Language=header)
        assert (status, headers["content-language"]) == (200, language)
        assert "Accept-Language" in headers["vary"]
    russian, english = told["ru"], told["en"]
    assert (
        russian["bits"]
        == english["bits"]
        == round(english["start"]["bits"] + sum(each["bits"] for each in english["evidence"]), 2)
    )
    assert english["lines"][0].startswith("They are two things now")
    assert russian["lines"][0].startswith("Сейчас это")
    assert all(key["words"] and key["words"][0] in key["meaning"] for key in english["keys"])
    assert ask(f"{path}&lang=fr")[1]["start"]["sentence"].startswith("Point de départ")


def test_a_decision_answers_with_what_it_changed_and_its_undoing_too(federation: Federation, ask: Ask) -> None:
    follow(federation.centre)
    _, page, _ = ask("/api/v1/duplicates?limit=1")
    [pair] = page["results"]
    done = decide(ask, named(pair["a"]), named(pair["b"]), "same")
    [thing] = done["things"]
    [left] = set(pair["things"]) - {thing}
    assert done["changed"] is True
    assert (done["redirects"], done["returned"]) == ([{"id": left, "leads_to": thing}], [])
    assert {each["was"] for each in done["records"]} == set(pair["things"])
    assert {each["thing"] for each in done["records"]} == {thing}
    assert decide(ask, named(pair["a"]), named(pair["b"]), "same")["changed"] is False
    [number] = done["judgements"]
    path, desk = f"/api/v1/duplicates/decisions/{number}", f"Bearer {TOKEN}"
    status, undone, _ = ask(f"{path}?why=a+mistake", method="DELETE", Authorization=desk)
    assert (status, undone["redirects"], undone["returned"]) == (200, [], [left])
    assert ask(path, method="DELETE", Authorization=desk)[0] == 404


def test_joined_pairs_are_drawn_and_what_is_said_of_them_shows_how_good_the_rule_is(
    federation: Federation, ask: Ask
) -> None:
    version = load_model().version
    with sql.write(federation.centre.engine) as connection:
        keep_policy(connection, Policy(automatic=True, threshold=0.3, model_version=version))
    follow(federation.centre)
    _, page, _ = ask("/api/v1/duplicates/sample?limit=200")
    assert page["judged"] == [] and len(page["results"]) > 1
    assert read_all(ask, "/api/v1/duplicates/sample?limit=2") == page["results"]
    wrong = page["results"][0]
    assert wrong["things"][0] == wrong["things"][1]
    decide(ask, named(wrong["a"]), named(wrong["b"]), "different")
    _, after, _ = ask("/api/v1/duplicates/sample?limit=200")
    [judged] = after["judged"]
    assert (judged["by_kind"], judged["judged"], judged["right"]) == ("model", 1, 0)
    for node in ("ke", "tz"):
        run_source(federation.centre, node)
    follow(federation.centre)
    query = urlencode({"a": named(wrong["a"]), "b": named(wrong["b"])})
    assert ask(f"/api/v1/duplicates/explain?{query}")[1]["one_thing"] is False


def test_every_answer_about_duplicates_has_an_example(ask: Ask) -> None:
    _, described, _ = ask("/openapi.json")
    for path, operations in described["paths"].items():
        for operation in operations.values():
            if operation.get("tags") == ["Duplicates"] and not path.endswith("/history"):
                content = operation["responses"].get("200", operation["responses"].get("201"))["content"]
                assert content["application/json"]["schema"]["example"], path
