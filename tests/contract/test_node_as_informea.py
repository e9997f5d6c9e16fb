"""A real node, harvested by the InforMEA service it offers: each record comes with its type, languages and country."""

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

RECORDS: tuple[dict[str, Any], ...] = (
    {"type": "legalInstrument", "subtype": "copDecision", "treaties": ["cbd"], "details": {"number": "15/4"}},
    {"type": "event", "subtype": "meeting", "treaties": ["cbd"], "details": {"start": "2026-05-06", "city": "Nairobi"}},
    {"type": "nationalSubmission", "subtype": "nbsap", "government": "KE", "dates": {"issued": "2024-02-01"}},
    {"type": "nationalSubmission", "subtype": "nationalReport", "government": "KE"},
    {"type": "place", "subtype": "ramsarSite", "spatial": {"point": {"latitude": -0.5, "longitude": 36.5}}},
    {"type": "resource", "subtype": "publication", "links": [{"url": "https://x.example/d.pdf", "language": "fr"}]},
)


def title_of(number: int) -> dict[str, str]:
    return {"en": f"Mangrove paper {number}", "fr": f"Papier des mangroves {number}"}


@pytest.fixture
def node_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("CHM_HOME", "CHM_DATABASE_URL", "CHM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    node, file = tmp_path / "node", tmp_path / "records.jsonl"
    facts = ("--country", "KE", "--name", "Kenya CHM", "--email", "chm@example.org")
    assert command(NODE, node, "init", "--defaults", *facts) == 0
    envelope = {"languages": ["en", "fr"], "publisher": {"node": "ke"}, "summary": {"en": "What is to be said."}}
    records = [
        {"id": f"urn:chm:ke:{number}", "title": title_of(number), **envelope, **fields}
        for number, fields in enumerate(RECORDS)
    ]
    file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    assert command(NODE, node, "import", str(file), "--publish") == 0
    with serving(create_node(read_settings(NodeSettings, node))) as url:
        yield url


def test_its_service_brings_every_record_of_its_sets(tmp_path: Path, node_url: str) -> None:
    centre = tmp_path / "centre"
    assert command(HARVESTER, centre, "init", "--defaults") == 0
    assert command(HARVESTER, centre, "add", f"{node_url}/informea.svc", "--id", "kenya") == 0
    assert command(HARVESTER, centre, "run", "kenya") == 0
    assert command(HARVESTER, centre, "run", "kenya") == 0, "a second time, now with a window"
    with serving(create_centre(read_settings(CentreSettings, centre))) as url:
        found = {record["title"]["en"]: record for record in get_json(f"{url}/api/v1/records?limit=100")["results"]}
    assert len(found) == len(RECORDS)
    for number, fields in enumerate(RECORDS):
        same = found[f"Mangrove paper {number}"]
        names = ("type", "subtype", "government", "treaties", "spatial")
        assert same["title"] == title_of(number)
        assert {name: same.get(name) for name in names} == {name: fields.get(name) for name in names}
        if "details" in fields:
            assert fields["details"].items() <= same["details"].items()
    assert found["Mangrove paper 2"]["dates"]["issued"] == "2024-02-01"
    files = [link["language"] for link in found["Mangrove paper 5"]["links"] if link["url"].endswith("d.pdf")]
    assert files == ["fr"]
