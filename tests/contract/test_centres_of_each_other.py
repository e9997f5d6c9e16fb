"""Two real centres that harvest the same node and each other come to rest, and nothing is there twice."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from served import HARVESTER, NODE, command, get_json, serving

from chm_node.app import create_app as create_node
from chm_node.publishing.settings_source import read_settings
from chm_node.settings import Settings as NodeSettings
from harvester.app import create_app as create_centre
from harvester.settings import Settings as CentreSettings

CENTRES = ("north", "south")
GUIDE, MANUAL, ATLAS = "Mangrove guide", "Seed bank manual", "Atlas of wetlands"


@dataclass(frozen=True)
class Ring:
    """A node and two centres with their addresses."""

    home: Path
    urls: dict[str, str]
    sources: list[tuple[str, str]] = field(default_factory=list)

    def publish(self, *titles: str) -> None:
        fields = {"type": "resource", "languages": ["en"], "publisher": {"node": "ke"}, "government": "KE"}
        records = [
            {"id": f"urn:chm:ke:{title[0].lower()}", "title": {"en": title}, "summary": {"en": title}, **fields}
            for title in titles
        ]
        file = self.home / "records.jsonl"
        file.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        assert command(NODE, self.home / "ke", "import", str(file), "--publish") == 0

    def add(self, centre: str, *sources: str, path: str = "") -> None:
        options = ("--protocol", "oai_pmh", "--set", "metadata_prefix=chm") if path else ()
        for source in sources:
            self.sources.append((centre, source))
            assert (
                command(HARVESTER, self.home / centre, "add", self.urls[source] + path, "--id", source, *options) == 0
            )

    def rounds(self, number: int) -> None:
        for _ in range(number):
            for centre, source in self.sources:
                command(HARVESTER, self.home / centre, "run", source)

    def titles(self, centre: str) -> list[str]:
        found = get_json(f"{self.urls[centre]}/api/v1/records?limit=1000")["results"]
        return sorted(record["title"]["en"] for record in found)

    def state(self) -> list[Any]:
        """What both centres publish, with every change they ever made."""
        return [get_json(f"{self.urls[centre]}/api/v1/records?limit=1000") for centre in CENTRES] + [
            self._changes(centre) for centre in CENTRES
        ]

    def _changes(self, centre: str) -> str:
        with urllib.request.urlopen(f"{self.urls[centre]}/api/v1/changes?since=0") as answer:
            return answer.headers["CHM-Next-Since"]


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    for name in ("CHM_HOME", "CHM_DATABASE_URL", "CHM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    facts = ("--country", "KE", "--name", "Kenya CHM", "--email", "chm@example.org")
    assert command(NODE, tmp_path / "ke", "init", "--defaults", *facts) == 0
    with ExitStack() as stack:
        urls = {"ke": stack.enter_context(serving(create_node(read_settings(NodeSettings, tmp_path / "ke"))))}
        for centre in CENTRES:
            options = ("--id", centre, "--name", centre.title())
            assert command(HARVESTER, tmp_path / centre, "init", "--defaults", *options) == 0
            with (tmp_path / centre / "config.toml").open("a", encoding="utf-8") as config:
                config.write(f'oai_host = "{centre}.example.org"\n')
            app = create_centre(read_settings(CentreSettings, tmp_path / centre))
            urls[centre] = stack.enter_context(serving(app))
        yield Ring(tmp_path, urls)


@pytest.mark.parametrize("path", ["", "/oai"])
def test_both_harvest_the_node_and_each_other(ring: Ring, path: str) -> None:
    ring.publish(GUIDE, MANUAL, ATLAS)
    ring.add("north", "ke", "south", path=path)
    ring.add("south", "ke", "north", path=path)
    ring.rounds(3)
    settled = ring.state()
    assert ring.titles("north") == ring.titles("south") == sorted((GUIDE, MANUAL, ATLAS))
    ring.rounds(1)
    assert ring.state() == settled, "a further round changes nothing"
    assert command(NODE, ring.home / "ke", "withdraw", "s", "--reason", "Replaced") == 0
    ring.rounds(2)
    assert ring.titles("north") == ring.titles("south") == sorted((GUIDE, ATLAS))


def test_one_has_the_node_from_the_other_and_gets_nothing_of_its_own_back(ring: Ring) -> None:
    ring.publish(GUIDE, MANUAL, ATLAS)
    ring.add("north", "ke", "south")
    ring.add("south", "north")
    ring.rounds(3)
    settled = ring.state()
    assert ring.titles("north") == ring.titles("south") == sorted((GUIDE, MANUAL, ATLAS))
    ring.rounds(1)
    assert ring.state() == settled
    receipts = get_json(f"{ring.urls['north']}/api/v1/nodes/south/receipts")["results"]
    assert {(receipt["outcome"], receipt["visible"]) for receipt in receipts} == {("refused", False)}
    assert command(NODE, ring.home / "ke", "withdraw", "s", "--reason", "Replaced") == 0
    ring.rounds(2)
    assert ring.titles("north") == ring.titles("south") == sorted((GUIDE, ATLAS))
