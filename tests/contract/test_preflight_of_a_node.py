"""Our own node passes the test it puts others to, by either protocol, without anything left to mend."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served import HARVESTER, NODE, command

from chm_node.app import create_app
from chm_node.publishing.settings_source import read_settings
from chm_node.settings import Settings
from tests.chm_node.loopback_server import free_port, serve

_COUNT = 130  # more than a page of either protocol


def a_record(number: int) -> dict[str, Any]:
    return {
        "id": f"urn:chm:ke:{number}",
        "type": "resource",
        "title": {"en": f"Mangrove guide {number}"},
        "summary": {"en": f"How mangroves are planted, part {number}."},
        "languages": ["en"],
        "publisher": {"node": "ke"},
        "government": "KE",
        "gbfTargets": ["GBF-TARGET-02"],
        "license": "CC-BY-4.0",
        "links": [{"url": f"https://example.org/guide/{number}.pdf"}],
    }


@pytest.fixture(scope="module")
def node_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A node with records and one withdrawal, serving at the address it says."""
    home, port = tmp_path_factory.mktemp("node"), free_port()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CHM_HOME", "CHM_DATABASE_URL"):
            patch.delenv(name, raising=False)
        patch.setenv("CHM_BASE_URL", f"http://127.0.0.1:{port}")
        facts = ("--country", "KE", "--name", "Kenya CHM", "--email", "chm@example.org")
        assert command(NODE, home, "init", "--defaults", *facts) == 0
        file = home / "records.jsonl"
        file.write_text("".join(json.dumps(a_record(number)) + "\n" for number in range(_COUNT)), "utf-8")
        assert command(NODE, home, "import", str(file), "--publish") == 0
        assert command(NODE, home, "withdraw", "urn:chm:ke:3", "--reason", "Replaced") == 0
        with serve(create_app(read_settings(Settings, home)), port) as url:
            yield url


@pytest.mark.parametrize(("path", "protocol"), [("/oai", "oai_pmh"), ("", "native")])
def test_our_node_has_nothing_to_mend(
    node_url: str, path: str, protocol: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for name in ("CHM_HOME", "CHM_DATABASE_URL", "CHM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    assert command(HARVESTER, tmp_path, "init", "--defaults") == 0
    capsys.readouterr()
    code = command(HARVESTER, tmp_path, "test", node_url + path, "--protocol", protocol, "--json")
    document = json.loads(capsys.readouterr().out)
    blamed = [found for found in document["verdicts"] if found["level"] in ("fail", "warning")]
    assert not blamed
    assert (code, document["passed"], document["accepted"]) == (0, True, 25)
    assert document["requests"] <= 60
    passed = [found["check"] for found in document["verdicts"] if found["level"] == "pass"]
    assert len(passed) > (60 if protocol == "oai_pmh" else 18)
    idle = {found["check"] for found in document["verdicts"] if found["level"] == "not applicable"}
    assert idle <= {"N13"}
