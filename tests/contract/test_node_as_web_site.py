"""A real node, harvested as any web site: by the schema.org in the pages its sitemap lists, and by its feeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import HARVESTER, NODE, command, get_json, serving

from chm_node.app import create_app as create_node
from chm_node.publishing.settings_source import read_settings
from chm_node.settings import Settings as NodeSettings
from harvester.app import create_app as create_centre
from harvester.settings import Settings as CentreSettings

RECORDS = [
    {
        "id": f"urn:chm:ke:{number}",
        "type": record_type,
        "title": {"en": f"Mangrove {record_type} {number}", "fr": f"Mangrove {number} en français"},
        "summary": {"en": "What is to be said of it."},
        "languages": ["en"],
        "publisher": {"node": "ke"},
        "government": "KE",
        "gbfTargets": ["GBF-TARGET-02"],
    }
    for number, record_type in enumerate(("resource", "dataset", "event"), 1)
]


@pytest.fixture
def node_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("CHM_HOME", "CHM_DATABASE_URL", "CHM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    node, file = tmp_path / "node", tmp_path / "records.jsonl"
    facts = ("--country", "KE", "--name", "Kenya CHM", "--email", "chm@example.org")
    assert command(NODE, node, "init", "--defaults", *facts) == 0
    file.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), "utf-8")
    assert command(NODE, node, "import", str(file), "--publish") == 0
    with serving(create_node(read_settings(NodeSettings, node))) as url:
        yield url


def harvested(tmp_path: Path, *source: str) -> dict[str, dict[str, object]]:
    centre = tmp_path / "centre"
    assert command(HARVESTER, centre, "init", "--defaults") == 0
    assert command(HARVESTER, centre, "add", *source, "--id", "kenya") == 0
    assert command(HARVESTER, centre, "run", "--all") == 0
    with serving(create_centre(read_settings(CentreSettings, centre))) as url:
        return {record["title"]["en"]: record for record in get_json(f"{url}/api/v1/records?limit=100")["results"]}


def test_its_pages_bring_every_record_with_its_type_its_languages_and_its_terms(tmp_path: Path, node_url: str) -> None:
    found = harvested(tmp_path, f"{node_url}/sitemap.xml", "--protocol", "sitemap")
    for record in RECORDS:
        same = found[record["title"]["en"]]  # type: ignore[index]
        assert {name: same.get(name) for name in ("type", "title", "summary", "gbfTargets")} == {
            name: record[name] for name in ("type", "title", "summary", "gbfTargets")
        }
    assert len(found) == len(RECORDS)


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss", "/feed.rdf"])
def test_its_feeds_bring_what_came_last(tmp_path: Path, node_url: str, path: str) -> None:
    found = harvested(tmp_path, f"{node_url}{path}", "--protocol", "feed")
    assert set(found) == {record["title"]["en"] for record in RECORDS}  # type: ignore[index]
