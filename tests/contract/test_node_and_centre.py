"""A real node and a real centre over HTTP: what is published arrives, what changes follows, what goes disappears."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from served import HARVESTER, NODE, command, get, get_json, serving

from chm_node.app import create_app as create_node
from chm_node.publishing.settings_source import read_settings
from chm_node.settings import Settings as NodeSettings
from harvester.app import create_app as create_centre
from harvester.settings import Settings as CentreSettings


def write_records(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def a_record(local: str, title: str, **more: Any) -> dict[str, Any]:
    common = {"type": "resource", "languages": ["en"], "publisher": {"node": "ke"}, "government": "KE"}
    return {"id": f"urn:chm:ke:{local}", "title": {"en": title}, "summary": {"en": f"About {title}."}, **common, **more}


@dataclass(frozen=True)
class Pair:
    """A node and a centre that harvests it under one of its two addresses."""

    node: Path
    centre: Path
    node_url: str
    centre_url: str

    def publish(self, *records: dict[str, Any]) -> None:
        file = write_records(self.node.parent / "records.jsonl", *records)
        assert command(NODE, self.node, "import", str(file), "--publish") == 0

    def harvest(self) -> int:
        return command(HARVESTER, self.centre, "run", "--all")

    def titles(self) -> dict[str, str]:
        found = get_json(f"{self.centre_url}/api/v1/records?limit=1000")["results"]
        return {record["title"]["en"]: record["id"] for record in found}


@pytest.fixture(params=["native", "oai_pmh"])
def pair(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    for name in ("CHM_HOME", "CHM_DATABASE_URL", "CHM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    node, centre = tmp_path / "node", tmp_path / "centre"
    facts = ("--country", "KE", "--name", "Kenya CHM", "--email", "chm@example.org")
    assert command(NODE, node, "init", "--defaults", *facts) == 0
    assert command(HARVESTER, centre, "init", "--defaults") == 0
    with (
        serving(create_node(read_settings(NodeSettings, node))) as node_url,
        serving(create_centre(read_settings(CentreSettings, centre))) as centre_url,
    ):
        address = node_url if request.param == "native" else f"{node_url}/oai"
        protocol = () if request.param == "native" else ("--protocol", "oai_pmh", "--set", "metadata_prefix=chm")
        assert command(HARVESTER, centre, "add", address, "--id", "ke", *protocol) == 0
        yield Pair(node, centre, node_url, centre_url)


def test_what_a_node_publishes_changes_and_withdraws_is_what_the_centre_shows(pair: Pair) -> None:
    pair.publish(a_record("a", "Mangrove guide"), a_record("b", "Seed bank manual"))
    assert pair.harvest() == 0
    first = pair.titles()
    assert set(first) == {"Mangrove guide", "Seed bank manual"}
    pair.publish(a_record("a", "Mangrove guide, second edition"))
    assert command(NODE, pair.node, "withdraw", "b", "--reason", "Replaced") == 0
    assert pair.harvest() == 0
    assert pair.titles() == {"Mangrove guide, second edition": first["Mangrove guide"]}
    local_id = first["Seed bank manual"].rsplit(":", 1)[1]
    assert get(f"{pair.centre_url}/records/{local_id}", "text/html")[0] == 410
    [node] = get_json(f"{pair.centre_url}/api/v1/nodes")["results"]
    assert (node["state"], node["records"]) == ("live", 1)


def test_the_owner_reads_what_became_of_each_record(pair: Pair) -> None:
    pair.publish(a_record("a", "Mangrove guide"))
    pair.harvest()
    answer = get_json(f"{pair.centre_url}/api/v1/nodes/ke/receipts")
    [receipt] = answer["results"]
    assert (receipt["outcome"], receipt["visible"]) == ("created", True)
    later = get_json(f"{pair.centre_url}/api/v1/nodes/ke/receipts?since={answer['next_since']}")
    assert later["results"] == []
    run = get_json(f"{pair.centre_url}/api/v1/runs/{receipt['run']}")
    assert (run["read"], run["created"], run["stages"].keys() >= {"fetch", "crosswalk", "save"}) == (1, 1, True)


def test_the_desk_has_a_page_for_everything_in_every_language(pair: Pair) -> None:
    pair.publish(a_record("a", "Mangrove guide"))
    pair.harvest()
    for path in ("/nodes", "/nodes/ke", "/runs", "/runs/1", "/", "/search?q=mangrove"):
        for language in ("ar", "en", "es", "fr", "ru", "zh"):
            address = f"{pair.centre_url}{path}{'&' if '?' in path else '?'}lang={language}"
            status, text = get(address, "text/html")
            assert (status, f'<html lang="{language}"' in text) == (200, True), address
            assert len(text) < 30_000
            if language != "en":
                assert ">Harvests<" not in text, address


def test_what_is_not_there_is_a_problem_and_not_a_page_of_a_server(pair: Pair) -> None:
    for path in ("/api/v1/nodes/nobody", "/api/v1/runs/99", "/api/v1/runs/99/errors", "/api/v1/nodes/nobody/receipts"):
        status, text = get(f"{pair.centre_url}{path}")
        assert (status, json.loads(text)["code"]) == (404, "NOT_FOUND")
    assert get(f"{pair.centre_url}/runs/99", "text/html")[0] == 404


def test_a_centre_can_itself_be_harvested(pair: Pair, tmp_path: Path) -> None:
    pair.publish(a_record("a", "Mangrove guide"), a_record("b", "Seed bank manual"))
    pair.harvest()
    above = tmp_path / "above"
    assert command(HARVESTER, above, "init", "--defaults", "--id", "above") == 0
    assert command(HARVESTER, above, "add", pair.centre_url) == 0
    assert command(HARVESTER, above, "run", "--all") == 0
    with serving(create_centre(read_settings(CentreSettings, above))) as url:
        records = get_json(f"{url}/api/v1/records")["results"]
    assert sorted(record["title"]["en"] for record in records) == ["Mangrove guide", "Seed bank manual"]
    assert all({"ke", "centre"} <= {entry["source"] for entry in record["provenance"]} for record in records)
