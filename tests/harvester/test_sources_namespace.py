"""A source speaks for the node or repository it says it is, unless another one does already."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harvester.testing import Recorded, serve_recorded

Command = Callable[..., tuple[int, str]]
NODE = Recorded(json.dumps({"id": "ke", "name": {"en": "Kenya"}}).encode())
IDENTIFY = Recorded(
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-05-01T00:00:00Z</responseDate>'
    b"<request>http://a.example/oai</request><Identify><repositoryName>Repo</repositoryName>"
    b"<baseURL>http://a.example/oai</baseURL><protocolVersion>2.0</protocolVersion><adminEmail>a@b.example</adminEmail>"
    b"<earliestDatestamp>1990-01-01</earliestDatestamp><deletedRecord>no</deletedRecord>"
    b"<granularity>YYYY-MM-DD</granularity><description>"
    b'<oai-identifier xmlns="http://www.openarchives.org/OAI/2.0/oai-identifier"><scheme>oai</scheme>'
    b"<repositoryIdentifier>Repo.example.org</repositoryIdentifier><delimiter>:</delimiter>"
    b"<sampleIdentifier>oai:Repo.example.org:1</sampleIdentifier></oai-identifier></description></Identify></OAI-PMH>",
    200,
    {"Content-Type": "text/xml"},
)


@pytest.fixture(autouse=True)
def centre(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHM_ALLOW_LOOPBACK", "1")
    command("init", "--defaults")


def namespaces(command: Command) -> dict[str, str]:
    return {row["id"]: row["namespace"] for row in json.loads(command("list", "--json")[1])}


def test_a_node_and_a_repository_speak_for_what_they_call_themselves(command: Command) -> None:
    with serve_recorded({"/.well-known/chm-node.json": NODE}) as server:
        assert command("add", server.url, "--id", "kenya")[0] == 0
    with serve_recorded({"/oai?verb=Identify": IDENTIFY}) as server:
        assert command("add", f"{server.url}/oai", "--protocol", "oai_pmh", "--id", "repo")[0] == 0
    assert namespaces(command) == {"kenya": "ke", "repo": "repo.example.org"}


def test_who_calls_itself_like_another_source_does_not_speak_for_its_records(command: Command) -> None:
    for source_id in ("kenya", "stranger"):
        with serve_recorded({"/.well-known/chm-node.json": NODE}) as server:
            assert command("add", server.url, "--id", source_id)[0] == 0
    assert namespaces(command) == {"kenya": "ke", "stranger": ""}
    code, out = command("set", "stranger", "--namespace", "ke", "--json")
    assert (code, "stranger" in json.loads(out)["error"]["message"]) == (2, True)
    assert command("set", "kenya", "--namespace", "")[0] == 0
    assert command("set", "stranger", "--namespace", "ke")[0] == 0
    assert namespaces(command) == {"kenya": "", "stranger": "ke"}
