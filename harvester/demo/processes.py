"""Starting, awaiting and stopping the demonstration's services and commands; it knows nothing of records."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

START_S = 60.0
STOP_S = 10.0
HOST = "127.0.0.1"


class DemoFailed(Exception):
    """The demonstration could not go on; its text says why."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its program, state directory, port and settings."""

    program: str
    home: Path
    port: int
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Give the address of the service."""
        return f"http://{HOST}:{self.port}"

    def environment(self) -> dict[str, str]:
        """Give the environment of its commands: ours without settings of another installation."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CHM_")}
        own = {"CHM_HOME": str(self.home), "CHM_BASE_URL": self.url, "CHM_PORT": str(self.port), "PYTHONUTF8": "1"}
        return {**kept, **own, **self.settings}

    def command(self, *arguments: str) -> list[str]:
        """Give the command line of one of its commands."""
        return [sys.executable, "-m", self.program, *arguments]

    def run(self, *arguments: str, allowed: tuple[int, ...] = (0,)) -> Any:
        """Run a command with ``--json`` and give what it printed: a document, or a list of events."""
        done = subprocess.run(
            self.command(*arguments, "--json"), env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode not in allowed:
            said = (done.stdout + done.stderr).strip()[-2_000:]
            raise DemoFailed(f"{self.program} {' '.join(arguments)} ended with {done.returncode}: {said}")
        return _parse_output(done.stdout)

    def fetch_json(self, path: str) -> Any:
        """Give the JSON at a path of the running service."""
        return json.loads(self.fetch(path))

    def fetch(self, path: str) -> bytes:
        """Give the bytes at a path of the running service."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as response:
                body: bytes = response.read()
                return body
        except OSError as error:
            raise DemoFailed(f"{self.url}{path} did not answer: {error}") from error


def _parse_output(printed: str) -> Any:
    try:
        return json.loads(printed)
    except json.JSONDecodeError:
        return [json.loads(line) for line in printed.splitlines() if line.startswith(("{", "["))]


def refuse_taken_ports(services: list[Service]) -> None:
    """Raise DemoFailed where a port is in use, naming the way out."""
    for service in services:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, service.port))
            except OSError:
                raise DemoFailed(
                    f"port {service.port} is in use. Stop what listens there, or choose others: DEMO_PORT=9400"
                ) from None


@contextlib.contextmanager
def serving(services: list[Service]) -> Iterator[None]:
    """Start the services, wait until each is ready, and stop them all at the end, however it comes."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for service in services:
            log = (service.home / "serve.log").open("ab")
            started.append(
                subprocess.Popen(
                    service.command("serve", "--host", HOST, "--port", str(service.port)),
                    env=service.environment(),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                )
            )
            log.close()
        for service, process in zip(services, started, strict=True):
            _await_ready(service, process)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await_ready(service: Service, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"{service.url}/readyz", timeout=2),
        ):
            return
        time.sleep(0.1)
    log = (service.home / "serve.log").read_text("utf-8", "replace")[-2_000:]
    raise DemoFailed(f"{service.url} did not become ready. Its log ends:\n{log}")
