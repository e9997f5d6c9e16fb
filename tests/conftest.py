"""Real databases for the tests: SQLite in a file, and a private PostgreSQL cluster that ends with the session."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

_EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
_QUICK = ("-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
_START_S = 20
GROUPS = ("tests/hostile/", "tests/contract/test_real_corpora.py")
"""What stays in one process each: the stories that one matrix tells, and what takes much memory."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep each group in one process where the processes are to share by groups.

    xdist 3.8.0 writes a test's group into its name, which pytest 9.2.0 no longer lets it do, and then spreads the tests
    without a word (pytest-dev/pytest-xdist#1386, 2026-11-22). Groups by path need no mark.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class InGroups(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((group for group in GROUPS if nodeid.startswith(group)), nodeid)

    return InGroups(config, log)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database of the test's own."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def pg_url(pg_server: Server) -> Iterator[str]:
    """A PostgreSQL database of the test's own."""
    with pg_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The same test on both databases."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url")
    return url


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Server]:
    """The PostgreSQL server at CHM_TEST_PG_URL, else a cluster of our own; skips without one, but never in CI."""
    if given := os.environ.get("CHM_TEST_PG_URL"):
        yield Server(given)
        return
    binaries = _find_binaries()
    if binaries is None:
        reason = "no PostgreSQL server: set CHM_TEST_PG_URL, or PG_BIN to the folder of initdb and postgres"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    yield from _run_cluster(binaries)


@dataclass(frozen=True)
class Server:
    """A server on which databases may be made; ``url`` names the one to connect to for that."""

    url: str

    def database(self) -> _Database:
        """Make a database for the length of a with block."""
        return _Database(self.url, f"t{uuid.uuid4().hex}")


@dataclass(frozen=True)
class _Database:
    server_url: str
    name: str

    def __enter__(self) -> str:
        template = "template tpl" if "host=/" in self.server_url else ""
        _execute(self.server_url, f"create database {self.name} {template}")
        address, _, query = self.server_url.partition("?")
        return f"{address.rpartition('/')[0]}/{self.name}" + (f"?{query}" if query else "")

    def __exit__(self, *_: object) -> None:
        _execute(self.server_url, f"drop database {self.name} with (force)")


def _execute(url: str, *statements: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _find_binaries() -> Path | None:
    folders = [Path(os.environ["PG_BIN"])] if "PG_BIN" in os.environ else []
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        folders.append(Path(told.stdout.strip()))
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(installed, key=lambda folder: int(folder.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def _run_cluster(binaries: Path) -> Iterator[Server]:
    # Directly under /tmp: the postgres user cannot enter pytest's folders, and a socket's path is at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="chmpg", dir="/tmp"))
    try:
        options = _process_options(folder)
        cluster = ["-D", str(folder / "data")]
        init = [str(binaries / "initdb"), *cluster, "-U", "chm", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*init, "--locale=C.UTF-8", "--no-sync"], check=True, capture_output=True, **options)
        command = [str(binaries / "postgres"), *cluster, "-k", str(folder), "-c", "listen_addresses=", *_QUICK]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=_end_with_parent, **options)
        try:
            yield _wait_until_ready(server, folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=_START_S)
    finally:
        shutil.rmtree(folder)


def _process_options(folder: Path) -> dict[str, Any]:
    options: dict[str, Any] = {"cwd": folder, "env": {"HOME": str(folder), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}}
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        options |= {"user": "postgres", "group": "postgres", "extra_groups": []}
    return options


def _end_with_parent() -> None:
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGINT)


def _wait_until_ready(server: subprocess.Popen[Any], folder: Path) -> Server:
    deadline = time.monotonic() + _START_S
    url = f"postgresql+psycopg://chm@/postgres?host={folder}"
    while True:
        try:
            _execute(url, "create database tpl")
            break
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
            time.sleep(0.02)
    template = url.replace("/postgres?", "/tpl?")
    _execute(template, *(f"create extension {name}" for name in _EXTENSIONS))
    return Server(url)
