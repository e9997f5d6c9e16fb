"""Real services over loopback for the tests of the contract between node and centre."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from chm_node import cli as node_cli
from chm_node.shell.terminal import run_cli
from harvester import cli as harvester_cli

NODE, HARVESTER = "chm-node", "chm-harvester"
_APPS = {NODE: node_cli.app, HARVESTER: harvester_cli.app}


def command(program: str, home: Path, *arguments: str) -> int:
    """Run a command of either program and give its exit code."""
    return run_cli(_APPS[program], [*arguments, "--home", str(home)], name=program)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an app on a free port of loopback and give its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive() and time.monotonic() < deadline, "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def get(url: str, accept: str = "application/json") -> tuple[int, str]:
    """Get a URL; status and text, whatever the status is."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def get_json(url: str) -> Any:
    """Get a JSON document."""
    status, text = get(url)
    assert status == 200, text
    return json.loads(text)
