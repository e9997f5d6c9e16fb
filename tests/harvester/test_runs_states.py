"""The states of a run are a table: what is not in it cannot happen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_node import Federation, new_federation
from sqlalchemy import select

from chm_node.publishing import sql
from harvester import tables
from harvester.desk.words import STATES
from harvester.running import queueing, run_states
from harvester.running.orders import Order


@pytest.fixture
def federation(sqlite_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(sqlite_url, tmp_path)


@pytest.mark.parametrize(
    ("transitions", "wrong"),
    [
        ({"queued": frozenset({"running"})}, "no state"),
        ({"queued": frozenset({"done"}), "done": frozenset(), "lost": frozenset()}, "lost"),
        ({"queued": frozenset({"running"}), "running": frozenset({"queued"})}, "never ends"),
    ],
)
def test_a_table_that_leaves_a_run_nowhere_is_refused(transitions: dict[str, frozenset[str]], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        run_states.check(transitions, "queued")


def test_a_run_only_goes_where_the_table_lets_it(federation: Federation) -> None:
    federation.add("ke")
    with sql.write(federation.centre.engine) as connection:
        queueing.enqueue(connection, "ke", Order(), now=federation.clock())
        every = tables.run.c.source_id == "ke"
        assert run_states.move(connection, every, "done") == 0
        assert run_states.move(connection, every, "running") == 1
        assert run_states.move(connection, every, "done", reason="fine") == 1
        assert run_states.move(connection, every, "queued") == 0
    [run] = federation.rows(select(tables.run))
    assert (run.state, run.reason) == ("done", "fine")


def test_every_state_has_a_word_for_people() -> None:
    assert run_states.TRANSITIONS.keys() <= STATES.keys()
