"""A real centre reads a real node by each of the node's surfaces and keeps what no reader may lose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served import HARVESTER, NODE, command, get_json, serving

from chm_node.app import create_app as create_node
from chm_node.publishing.settings_source import read_settings
from chm_node.settings import Settings as NodeSettings
from harvester.app import create_app as create_centre
from harvester.settings import Settings as CentreSettings

TITLES = {"en": "Mangroves of Lamu", "fr": "Mangroves de Lamu"}
SUMMARY = {"en": "What grows on the coast and how it fares.", "fr": "Ce qui pousse sur la côte."}
FILE = {"url": "https://lamu.example/a.csv", "rel": "data", "mediaType": "text/csv", "language": "en"}
RECORDS: dict[str, dict[str, Any]] = {
    "data": {"type": "dataset", "links": [FILE], "keywords": [{"label": {"en": "mangrove"}}]},
    "meeting": {"type": "event", "subtype": "meeting", "details": {"start": "2026-05-06", "end": "2026-05-08"}},
    "plan": {"type": "nationalSubmission", "subtype": "nbsap", "treaties": ["cbd"]},
    "guide": {"type": "resource", "subtype": "guideline", "gbfTargets": ["GBF-TARGET-02"]},
}
ROADS: dict[str, tuple[str, tuple[str, ...], set[str]]] = {
    "dcat_ap": (
        "/oai",
        ("--protocol", "oai_pmh", "--set", "metadata_prefix=dcat_ap", "--set", "set=type:dataset"),
        {"data"},
    ),
    "eml": ("/oai", ("--protocol", "oai_pmh", "--set", "metadata_prefix=eml"), {"data"}),
    "data.json": ("/data.json", ("--protocol", "dcat"), {"data"}),
    "atom": ("/feed.atom", ("--protocol", "feed"), set(RECORDS)),
    "informea": ("/informea.svc", ("--protocol", "informea"), {"meeting", "plan", "guide"}),
    "cbd": ("/api/v2013/index/select", ("--protocol", "cbd"), set(RECORDS)),
}
"""A path of the node, the options it is added with, and the records to be had there."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("roads")
    facts = ("--country", "KE", "--name", "Kenya CHM", "--email", "chm@example.org")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CHM_HOME", "CHM_DATABASE_URL", "CHM_BASE_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("CHM_ALLOW_LOOPBACK", "1")
        assert command(NODE, home / "ke", "init", "--defaults", *facts) == 0
        shared = {
            "title": TITLES,
            "summary": SUMMARY,
            "languages": ["en", "fr"],
            "government": "KE",
            "dates": {"issued": "2024-06-30"},
            "publisher": {"node": "ke"},
        }
        lines = [json.dumps({"id": f"urn:chm:ke:{name}", **shared, **own}) for name, own in RECORDS.items()]
        (home / "in.jsonl").write_text("\n".join(lines), "utf-8")
        with serving(create_node(read_settings(NodeSettings, home / "ke"))) as url:
            patch.setenv("CHM_BASE_URL", url)
            assert command(NODE, home / "ke", "import", str(home / "in.jsonl"), "--publish") == 0
            yield url


@pytest.mark.parametrize("road", ROADS)
def test_a_centre_reads_the_node_by(road: str, node: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, options, expected = ROADS[road]
    monkeypatch.delenv("CHM_BASE_URL", raising=False)
    assert command(HARVESTER, tmp_path, "init", "--defaults") == 0
    assert command(HARVESTER, tmp_path, "add", node + path, "--id", "ke", "--country", "KE", *options) == 0
    assert command(HARVESTER, tmp_path, "run", "ke") == 0
    with serving(create_centre(read_settings(CentreSettings, tmp_path))) as centre:
        found = get_json(f"{centre}/api/v1/records?limit=100")["results"]
    assert len(found) == len(expected), [record["title"] for record in found]
    for record in found:
        assert TITLES["en"] in record["title"].values(), road
        assert record.get("government") == "KE" or "KE" in record.get("countryRegions", ()), road
