"""The test of a provider: single checks, its manners, what any protocol is put to, its report and its command."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvester.configs import OaiPmhConfig
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.hostile import SCENARIOS, serve_hostile
from harvester.hostile.repository import Item, Repository, an_item, dublin_core, some_items
from harvester.hostile.scenario import OAI_PMH, Call, Play, Reply, Scenario
from harvester.hostile.wire import redirect
from harvester.preflight import OAI_CHECKS, Examination, Verdict, examine
from harvester.preflight.any_list import ANY_LIST, Listing
from harvester.preflight.metered import Metered
from harvester.preflight.node_checks import NODE
from harvester.preflight.report import to_document, to_text
from harvester.preflight.verdicts import run_checks
from harvester.sources import Source
from tests.harvester.conftest import Command

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
_SETTINGS = FetchSettings(allow_loopback=True, back_off_s=0.01)


@contextmanager
def playing(make: Callable[[], Play]) -> Iterator[tuple[HttpFetcher, Source]]:
    scenario = Scenario(("own",), OAI_PMH, "", "", make)
    with serve_hostile({"it": scenario}) as server, HttpFetcher(_SETTINGS) as fetcher:
        yield fetcher, Source("it", "A library", server.source_url("it"), OAI_PMH, OaiPmhConfig())


def examined(make: Callable[[], Play], **options: int) -> Examination:
    with playing(make) as (fetcher, source):
        return examine(fetcher, source, now=NOW, **options)


def verdict(found: Examination, check: str) -> Verdict:
    [one] = [each for each in found.verdicts if each.check == check]
    return one


def put_to_any(make: Callable[[], Play]) -> dict[str, Verdict]:
    with playing(make) as (fetcher, source):
        return {each.check: each for each in run_checks(ANY_LIST, Listing(Metered(fetcher), source))}


def test_every_check_has_a_number_of_its_own_and_says_what_it_asks() -> None:
    numbers = [check.id for check in OAI_CHECKS]
    assert len(set(numbers)) == len(numbers)
    assert all(check.asks for check in OAI_CHECKS)


def test_the_guide_names_every_check() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "guides" / "testing.md").read_text("utf-8")
    checks = [(check.id, check.asks) for table in (OAI_CHECKS, NODE, ANY_LIST) for check in table]
    listed = re.findall(r"^\| ([PONG]\d+[a-z]?) \| (.+) \|$", guide, re.MULTILINE)
    assert listed == checks


def test_a_deleted_record_with_metadata_must_be_mended() -> None:
    gone = Item("oai:library.example:9", dublin_core("Not gone at all"), deleted=True)
    found = verdict(examined(lambda: Repository([an_item(1), gone])), "P38b")
    assert (found.level, "oai:library.example:9" in found.seen) == ("fail", True)
    assert verdict(examined(lambda: Repository([an_item(1), an_item(9, deleted=True)])), "P38b").level == "pass"


@pytest.mark.parametrize(
    ("said", "level"), [("persistent", "pass"), ("transient", "warning"), ("no", "warning"), ("perhaps", "fail")]
)
def test_deletions_are_judged_by_what_identify_says(said: str, level: str) -> None:
    assert verdict(examined(lambda: Repository(some_items(3), deleted=said)), "P10").level == level


def _shuffling() -> Play:
    repository, asked = Repository(some_items(6)), [0]

    def play(call: Call) -> Reply:
        if call.query.get("verb") == "ListRecords":
            asked[0] += 1
            repository.items = list(reversed(repository.items))
        return repository(call)

    return play


def _renaming() -> Play:
    repository, asked = Repository([]), [0]

    def play(call: Call) -> Reply:
        asked[0] += 10
        repository.items = some_items(3, first=asked[0])
        return repository(call)

    return play


@pytest.mark.parametrize(("make", "level"), [(_shuffling, "warning"), (_renaming, "fail")])
def test_a_list_that_changes_from_one_reading_to_the_next_is_named(make: Callable[[], Play], level: str) -> None:
    assert verdict(examined(make), "O03").level == level
    assert put_to_any(make)["G04"].level == level


def test_a_permanent_move_to_another_host_is_told_with_the_new_address() -> None:
    repository = Repository(some_items(2))

    def play(call: Call) -> Reply:
        if call.root.startswith("http://127.0.0.1") and call.path == "/oai":
            return redirect(f"{call.root.replace('127.0.0.1', 'localhost')}/moved", 301)
        return repository(call)

    found = verdict(examined(lambda: play), "O02")
    assert found.level == "warning"
    assert "localhost" in found.seen
    assert found.url.endswith("/moved")


def test_no_more_is_asked_than_was_allowed_and_what_was_left_out_is_told() -> None:
    found = examined(lambda: Repository(some_items(25)), most_requests=20)
    assert found.requests <= 20
    assert found.preview is not None
    assert found.preview.read == 25
    left_out = [each for each in found.verdicts if "requests of a test are used up" in each.seen]
    assert left_out
    assert {each.level for each in left_out} == {"not applicable"}


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("oai-repeats-across-pages", "G03"),
        ("oai-token-returned", "G02"),
        ("oai-no-identifier", "G02"),
        ("oai-announces-too-many", "G06"),
    ],
)
def test_any_protocol_is_put_to_the_same_questions(name: str, check: str) -> None:
    good = put_to_any(SCENARIOS["oai-end-attributes"].make)
    assert {each.level for each in good.values()} == {"pass"}
    assert put_to_any(SCENARIOS[name].make)[check].level == "fail"


def test_causes_are_summed_up_by_code_in_the_language_asked_for() -> None:
    nameless = [Item(f"oai:library.example:{number}", dublin_core("")) for number in range(1, 6)]
    with playing(lambda: Repository([*nameless, an_item(9)])) as (fetcher, source):
        found = {language: examine(fetcher, source, now=NOW, language=language) for language in ("en", "fr")}
    told = {language: verdict(each, "TITLE_MISSING") for language, each in found.items()}
    assert told["en"].level == "fail"
    assert "and 2 more" in told["en"].seen
    assert told["en"].fix != told["fr"].fix
    assert to_document(found["fr"], "fr")["problems"][0]["fix"] == told["fr"].fix


def test_a_report_is_read_from_what_must_be_mended_to_what_is_good() -> None:
    text = to_text(examined(lambda: Repository(some_items(3), earliest="2031-01-01T00:00:00Z")))
    places = [text.index(title) for title in ("MUST FIX", "SHOULD FIX", "GOOD", "NOT LOOKED AT")]
    assert places == sorted(places)
    assert "→ Give the lowest datestamp of all records" in text
    assert "Fields filled: Title 100 %" in text
    assert text.splitlines()[-1].startswith("Not ready: ")


def test_the_command_leaves_with_four_where_something_must_be_mended(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    command("init", "--defaults")
    with serve_hostile({"it": replace(SCENARIOS["oai-late-earliest"])}) as server:
        code, out = command("test", server.source_url("it"), "--json", "--limit", "2")
        document = json.loads(out)
        assert (code, document["protocol"], document["read"]) == (4, OAI_PMH, 2)
        assert {"P09", "S01"} <= {found["check"] for found in document["verdicts"]}
        code, out = command("test", server.source_url("it"), "--protocol", "oai_pmh")
        assert (code, "MUST FIX" in out) == (4, True)
        code, out = command("test", server.source_url("it"), "--protocol", "carrier_pigeon", "--json")
        assert (code, "native" in json.loads(out)["error"]["message"]) == (2, True)
    code, out = command("test", "http://127.0.0.1:9", "--protocol", "oai_pmh", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (5, "SOURCE_UNREACHABLE")


def test_the_command_needs_no_centre(command: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    scenario = Scenario(("own",), OAI_PMH, "", "", lambda: Repository(some_items(3)))
    with serve_hostile({"it": scenario}) as server:
        code, out = command("test", server.source_url("it"), "--json")
    assert code in (0, 4) and json.loads(out)["read"] == 3
    assert not home.exists()
