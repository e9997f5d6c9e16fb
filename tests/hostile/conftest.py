"""Fixtures of the hostile tests: an empty database to copy, and the stage on which a scenario is played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import migrations
from chm_node.publishing.sql import make_engine
from harvester.hostile import Scenario
from tests.hostile.stage import Stage, play

Play = Callable[..., Stage]
OBSERVED = pytest.StashKey[dict[str, str]]()
BEGUN = pytest.StashKey[set[str]]()


@pytest.fixture(scope="session")
def observed(request: pytest.FixtureRequest) -> dict[str, str]:
    """What was seen of each scenario in this session."""
    return request.config.stash.setdefault(OBSERVED, {})


@pytest.fixture(scope="session")
def begun(request: pytest.FixtureRequest) -> set[str]:
    """The tests of this directory this process has begun."""
    return request.config.stash[BEGUN]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember which tests this process has begun."""
    item.config.stash.setdefault(BEGUN, set()).add(item.nodeid)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre's database with its tables and nothing in them."""
    path = tmp_path_factory.mktemp("hostile") / "empty.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine, "harvester")
    engine.dispose()
    return path


def _note(observed: dict[str, str], name: str, seen: str) -> None:
    """Keep the longest story of a scenario that several tests play, in whatever order they come."""
    observed[name] = max(observed.get(name, ""), seen, key=lambda story: (len(story), story))


@pytest.fixture(name="play")
def play_fixture(empty_database: Path, tmp_path: Path, observed: dict[str, str]) -> Iterator[Play]:
    """Play a scenario by name; what was seen of it goes into the matrix."""
    with ExitStack() as stack:

        def begin(name: str, **neighbours: Scenario) -> Stage:
            stage = stack.enter_context(play(name, empty_database, tmp_path, neighbours))
            stack.callback(lambda: _note(observed, name, stage.observed()))
            return stage

        yield begin


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Look at the matrix after everything it tells of."""
    items.sort(key=lambda item: "test_hostile_matrix" in item.nodeid)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``python -m tests.hostile.matrix`` ask for the page."""
    parser.addoption("--write-matrix", action="store_true", help="write docs/hostile.md from what was seen")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write what was seen where that was asked for and every test passed."""
    if session.config.getoption("write_matrix", default=False) and exitstatus == pytest.ExitCode.OK:
        from tests.hostile import matrix

        matrix.PATH.write_text(matrix.page(session.config.stash.get(OBSERVED, {})), "utf-8")
