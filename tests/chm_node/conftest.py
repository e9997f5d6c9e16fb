"""A node of the test's own on both databases, and a client of its HTTP interface."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from chm_node.app import app_for
from chm_node.database import Node, open_node
from chm_node.initialisation import initialise
from tests.chm_node.command_line import INIT, Cli


@pytest.fixture
def node(database_url: str, tmp_path: Path) -> Iterator[Node]:
    answers = {"country": "KE", "name": "Kenya CHM", "email": "chm@example.org", "database_url": database_url}
    opened = open_node(initialise(tmp_path / "home", answers))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def client(node: Node) -> Iterator[TestClient]:
    with TestClient(app_for(node), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def empty(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


@pytest.fixture
def cli(empty: Cli) -> Cli:
    done = empty(*INIT)
    assert done.returncode == 0, done.stderr
    return empty


@pytest.fixture
def records(tmp_path: Path) -> Path:
    file = tmp_path / "in.jsonl"
    file.write_text(
        '{"id": "a", "type": "news", "title": {"en": "A"}, "summary": {"en": "S"}}\n'
        '{"id": "b", "type": "banana", "title": {"en": "B"}}\n'
        '{"id": "c", "type": "news", "title": {"en": "C"}, "summary": {"en": "S"}}\n'
    )
    return file
