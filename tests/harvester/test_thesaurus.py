"""Vocabularies follow the CBD's thesaurus when it answers with their list, and stay as they are when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from chm_node.shell.terminal import run_cli
from harvester.cli import app
from harvester.stored_schemes import load_stored, store
from harvester.testing import Answer, FakeFetch, Recorded, serve_recorded
from harvester.thesaurus import DOMAINS, Refreshed, refresh
from vocabularies.concepts import find_term, load_scheme, scheme_turtle, use_schemes
from vocabularies.skos import parse_scheme

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ROOT = "https://thesaurus.example/api/v2013"


def a_term(identifier: str, **labels: str) -> dict[str, Any]:
    return {"termId": 1, "identifier": identifier, "name": labels.get("en", ""), "title": labels, "shortTitle": {},
            "broaderTerms": [], "narrowerTerms": [], "nonPreferedTerms": []}  # fmt: skip


def terms_of(scheme: str, **changed: dict[str, Any] | None) -> bytes:
    """The list of a scheme as the thesaurus gives it, with some terms changed, added or (None) left out."""
    listed: dict[str, Any] = {
        each.id: a_term(each.id, en=each.label("en")[0]) for each in load_scheme(scheme).concepts.values()
    }
    listed |= {name.replace("_", "-"): term for name, term in changed.items()}
    return orjson.dumps([term for term in listed.values() if term is not None])


def refreshed(answer: bytes, scheme: str, home: Path | None) -> Refreshed:
    domain = DOMAINS[scheme].replace(" ", "%20")
    fetcher = FakeFetch({f"{ROOT}/thesaurus/domains/{domain}/terms": answer})
    [found] = refresh(fetcher, ROOT, [scheme], now=NOW, home=home)
    return found


@pytest.fixture(autouse=True)
def _shipped_again() -> Iterator[None]:
    yield
    use_schemes({})


def test_a_list_that_says_the_same_changes_nothing(tmp_path: Path) -> None:
    assert refreshed(terms_of("gbf-goals"), "gbf-goals", tmp_path).state == "current"
    assert load_stored(tmp_path) == {}


def test_new_renamed_and_vanished_terms_are_told_and_the_newer_list_is_stored(tmp_path: Path) -> None:
    before = load_scheme("cbd-subjects")
    answer = terms_of(
        "cbd-subjects",
        CBD_SUBJECT_VENTS=a_term("CBD-SUBJECT-VENTS", en="Deep-sea vents", fr="Sources hydrothermales"),
        CBD_SUBJECT_MAR=a_term("CBD-SUBJECT-MAR", en="Seas and coasts", fr="Mers et côtes"),
        CBD_SUBJECT_FOR=None,
    )
    found = refreshed(answer, "cbd-subjects", tmp_path)
    assert found.differences.new == {"CBD-SUBJECT-VENTS": "Deep-sea vents"}
    assert found.differences.renamed["CBD-SUBJECT-MAR"] == (
        before.concepts["CBD-SUBJECT-MAR"].label("en")[0],
        "Seas and coasts",
    )
    assert list(found.differences.removed) == ["CBD-SUBJECT-FOR"]
    newer = parse_scheme(load_stored(tmp_path)["cbd-subjects"])
    assert newer.concepts["CBD-SUBJECT-MAR"].label("fr") == ("Mers et côtes", "fr")
    assert newer.concepts["CBD-SUBJECT-MAR"].is_official("fr")
    assert "CBD-SUBJECT-FOR" in newer.concepts, "records bear it"
    assert newer.version == "thesaurus of 2026-05-01"
    assert before.concepts.keys() < newer.concepts.keys()


def test_a_newer_list_is_used_and_the_same_answer_then_changes_nothing(tmp_path: Path) -> None:
    answer = terms_of("cbd-subjects", CBD_SUBJECT_VENTS=a_term("CBD-SUBJECT-VENTS", en="Deep-sea vents"))
    refreshed(answer, "cbd-subjects", tmp_path)
    assert find_term("subjects", "Deep-sea vents") is None
    use_schemes(load_stored(tmp_path))
    concept = find_term("subjects", "deep sea vents")
    assert concept is not None
    assert concept.id == "CBD-SUBJECT-VENTS"
    assert b"CBD-SUBJECT-VENTS" in scheme_turtle("cbd-subjects")
    assert refreshed(answer, "cbd-subjects", tmp_path).state == "current"


def test_codes_before_a_title_are_no_part_of_the_name(tmp_path: Path) -> None:
    goal = next(iter(load_scheme("gbf-goals").concepts.values()))
    letter = goal.id[-1]
    answer = terms_of(
        "gbf-goals", **{goal.id.replace("-", "_"): a_term(goal.id, en=f"GBF-G-{letter}. {goal.label('en')[0]}")}
    )
    assert refreshed(answer, "gbf-goals", tmp_path).state == "current"


def test_a_list_of_our_own_learns_the_numbers_of_what_it_has_and_takes_in_the_rest(tmp_path: Path) -> None:
    known, other = "11111111-2222-4333-8444-555555555555", "11111111-2222-4333-8444-666666666666"
    answer = orjson.dumps([a_term(known, en="Training", fr="Formation"), a_term(other, en="Genome mapping")])
    found = refreshed(answer, "assistance-types", tmp_path)
    assert (found.state, found.differences.removed) == ("newer", {})
    use_schemes(load_stored(tmp_path))
    names = [find_term("details.assistance_types", each) for each in (known, other)]
    assert [each.id if each else None for each in names] == ["training", other]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"<html>Please log in</html>", "a web page"),
        (b"", "stops being JSON"),
        (b'{"error": "no such domain"}', "no list of terms"),
        (b"[]", "0 terms"),
        (orjson.dumps([a_term("GBF-GOAL-A", en="A")]), "only 1 of the 4"),
        (orjson.dumps([a_term("GBF-GOAL-A", en="A")] * 2), "twice"),
        (orjson.dumps([a_term("GBF GOAL> A", en="A")]), "no identifier"),
        (orjson.dumps([a_term("GBF-GOAL-A")]), "no label"),
        (orjson.dumps(["GBF-GOAL-A"]), "without identifier"),
    ],
)
def test_what_is_not_the_list_changes_nothing(answer: bytes, reason: str, tmp_path: Path) -> None:
    found = refreshed(answer, "gbf-goals", tmp_path)
    assert found.state == "failed"
    assert reason in found.reason
    assert load_stored(tmp_path) == {}


def test_a_stored_list_that_somebody_broke_is_not_used(tmp_path: Path) -> None:
    store(tmp_path, "gbf-goals", b"this is no turtle")
    shipped = scheme_turtle("gbf-goals")
    use_schemes(load_stored(tmp_path))
    assert len(load_scheme("gbf-goals").concepts) == 4
    assert scheme_turtle("gbf-goals") == shipped


def test_where_nobody_answers_the_rest_is_not_asked_for() -> None:
    fetcher = FakeFetch({})
    states = [each.state for each in refresh(fetcher, ROOT, list(DOMAINS), now=NOW, home=None)]
    assert states == ["failed", *["not asked"] * (len(DOMAINS) - 1)]
    assert len(fetcher.asked) == 1


def test_the_command_tells_stores_and_uses_the_newer_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    home = str(tmp_path / "home")
    assert run_cli(app, ["init", "--defaults", "--home", home], name="chm-harvester") == 0
    answer = terms_of("gbf-goals", GBF_GOAL_E=a_term("GBF-GOAL-E", en="A fifth goal"))
    json = {"Content-Type": "application/json"}
    answers: dict[str, Answer] = {"/api/v2013/thesaurus/domains/GBF-GOALS/terms": Recorded(answer, 200, json)}
    with serve_recorded(answers) as server:
        command = ["terms", "refresh", "--url", f"{server.url}/api/v2013", "--home", home, "--scheme", "gbf-goals"]
        capsys.readouterr()
        assert run_cli(app, [*command, "-n"], name="chm-harvester") == 0
        assert "A fifth goal" in capsys.readouterr().out
        assert load_stored(Path(home)) == {}
        assert run_cli(app, command, name="chm-harvester") == 0
        assert run_cli(app, [*command, "--json"], name="chm-harvester") == 0
        told = orjson.loads(capsys.readouterr().out.splitlines()[-1])
        assert [each["state"] for each in told["schemes"]] == ["current"]
        assert run_cli(app, [*command, "--scheme", "cbd-subjects"], name="chm-harvester") == 3
        assert run_cli(app, [*command[:-1], "treaties"], name="chm-harvester") == 2
