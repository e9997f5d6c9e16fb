"""Runs the command line chm-node for the tests, as an operator and a script would."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import chm_node
from chm_node.cli import app
from chm_node.shell.terminal import run_cli

ROOT = Path(chm_node.__file__).parent.parent
INIT = ("init", "--defaults", "--country", "KE", "--name", "Kenya CHM", "--email", "chm@example.org")


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


class Cli:
    """Runs chm-node on one home: in this process, where starting one of its own would prove nothing more."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CHM_")}
        self.env = {**kept, "CHM_HOME": str(home), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "chm_node.cli", *map(str, arguments)]

    def process(self, *arguments: object) -> Done:
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, env=self.env, timeout=60, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def __call__(self, *arguments: object, **env: str) -> Done:
        out, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(errors):
            for name in [name for name in os.environ if name.startswith("CHM_")]:
                patch.delenv(name)
            for name, value in {"CHM_HOME": str(self.home), **env}.items():
                patch.setenv(name, value)
            code = run_cli(app, [str(each) for each in arguments], name="chm-node")
        shown = [stream.buffer.getvalue().decode() for stream in (out, errors)]  # type: ignore[attr-defined]
        return Done(code, *shown)

    def json(self, *arguments: object) -> Any:
        return json.loads(self(*arguments, "--json").stdout)
