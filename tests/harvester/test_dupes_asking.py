"""At a terminal a rebuild asks before it changes anything; a no, or a killed process, leaves all as it was."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_node import Federation, a_record, new_federation

from chm_node.publishing import sql
from harvester.index import resettle
from harvester.matching_queue import follow
from harvester.runs import run_source
from harvester.tables import judgement

Command = Callable[..., tuple[int, str]]
TITLE = "Restoring seagrass meadows along the coast of Zanzibar"
ASKED = b"Put that in place?"


@pytest.fixture
def federation(home: Path, command: Command) -> Iterator[Federation]:
    """A centre in which two records are one thing by weights that are no longer those in use."""
    command("init", "--defaults", "--id", "hub")
    for made in new_federation(f"sqlite:///{home / 'harvester.sqlite'}", home):
        for name, local, title in (("ke", "a", TITLE), ("tz", "b", f"{TITLE}, Tanzania")):
            made.add(name).put(a_record(name, local, title))
            run_source(made.centre, name)
        follow(made.centre)
        with sql.write(made.centre.engine) as connection:
            connection.execute(judgement.update().values(verdict="same"))
            places = [("ke", "urn:chm:ke:a"), ("tz", "urn:chm:tz:b")]
            resettle(connection, places, site=made.centre.site, now=made.clock())
        yield made


def rebuild_at_a_terminal(home: Path, answer: bytes | None) -> tuple[int, bytes]:
    """Run the command with a terminal for its input; without an answer it is killed once it asks."""
    mine, theirs = pty.openpty()
    arguments = [sys.executable, "-m", "harvester.cli", "dupes", "rebuild", "--processes", "1", "--home", str(home)]
    with subprocess.Popen(arguments, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        os.close(theirs)
        said = b""
        assert process.stdout is not None
        while ASKED not in said and (part := os.read(process.stdout.fileno(), 4_096)):
            said += part
        assert ASKED in said, said
        if answer is None:
            process.kill()
        else:
            os.write(mine, answer)
        said += process.stdout.read()
    os.close(mine)
    return process.returncode, said


def test_only_a_yes_puts_it_in_place(federation: Federation, home: Path) -> None:
    before = federation.published()
    assert len(before) == 1
    code, said = rebuild_at_a_terminal(home, None)
    assert code == -signal.SIGKILL
    assert federation.published() == before
    code, said = rebuild_at_a_terminal(home, b"n\n")
    assert (code, federation.published()) == (0, before) and b"Nothing was changed." in said
    assert b"1 of 1 portions are up to date" in said, "what the killed one read is used again"
    code, said = rebuild_at_a_terminal(home, b"y\n")
    assert code == 0 and b"It is in place." in said
    assert len(federation.published()) == 2
