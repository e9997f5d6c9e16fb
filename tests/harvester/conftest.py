"""The command line of a centre for the tests that type at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chm_node.shell.terminal import run_cli
from harvester.cli import app

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CHM_HOME", "CHM_DATABASE_URL", "CHM_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def command(home: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run_cli(app, [*arguments, "--home", str(home)], name="chm-harvester")
        return code, capsys.readouterr().out

    return run
