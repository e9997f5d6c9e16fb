"""The command that serves misbehaving providers: a list for people and scripts, and real answers on loopback."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request

import pytest

from chm_node.shell.terminal import run_cli
from harvester.cli import app
from harvester.hostile import SCENARIOS, HostileServer


def test_the_list_names_every_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(app, ["hostile", "--list", "--json"], name="chm-harvester") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["scenario"] for row in rows] == list(SCENARIOS)
    assert all(row["does"] and row["must"] and row["ids"] for row in rows)


def test_a_port_in_use_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    server = HostileServer({})
    try:
        code = run_cli(app, ["hostile", "--serve", "--port", server.url.rpartition(":")[2]], name="chm-harvester")
    finally:
        server.close()
    assert code == 2
    assert "--port" in capsys.readouterr().err


def test_it_serves_until_ctrl_c() -> None:
    command = [sys.executable, "-m", "harvester.cli", "hostile", "--serve", "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        rows = {row["scenario"]: row for row in json.loads(process.stdout.readline())}
        url = rows["oai-token-returned"]["url"]
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{url}?verb=Identify", timeout=5) as answer:
            assert b"<repositoryName>" in answer.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.communicate()
