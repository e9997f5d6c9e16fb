"""Matching, decisions, settling and updates of the database that are killed at any statement lose nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, new_federation
from histories import MODEL, POLICY, SOURCES, History, difference, edges, shown_places, things
from sqlalchemy import Engine, event, text

import migrations
from chm_node.publishing.sql import make_engine, read, write
from harvester import matching_queue
from harvester.centre import Centre
from harvester.duplicates import decide_pair, undo_judgement
from harvester.matching_queue import follow, is_waiting
from harvester.resolution.batch import rebuild as rebuilding
from harvester.resolution.graph.policy import keep_policy

SEED = 11
_DONE = 7


def kill_at(url: str, statement: int, do: Callable[[Engine], object]) -> bool:
    """Do something in a child that dies by SIGKILL before a statement, or a commit, and tell whether it got so far."""
    child = os.fork()
    if child == 0:
        try:
            engine, left = make_engine(url), [statement]

            def count(*_: Any) -> None:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(engine, "before_cursor_execute", count)
            event.listen(engine, "commit", count)
            do(engine)
            os._exit(_DONE)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (-signal.SIGKILL, _DONE), code
    return code == -signal.SIGKILL


@dataclass(frozen=True)
class Pair:
    """A centre that is killed, and one with the same records that is not."""

    url: str
    killed: Federation
    calm: Federation

    def die(self, statement: int, do: Callable[[Centre], object]) -> bool:
        self.killed.centre.engine.dispose()
        return kill_at(self.url, statement, lambda engine: do(replace(self.killed.centre, engine=engine)))

    def both(self, do: Callable[[Centre], object]) -> None:
        do(self.killed.centre)
        do(self.calm.centre)


@contextmanager
def filled(url: str, home: Path) -> Iterator[Federation]:
    """Give a centre that has harvested records like one another and matched none of them."""
    home.mkdir()
    for federation in new_federation(url, home):
        for rank, source in enumerate(SOURCES, 1):
            federation.add(source, rank=rank, namespace=source)
        with write(federation.centre.engine) as connection:
            keep_policy(connection, POLICY)
        history = History(federation, SEED, people=False)
        for _ in range(30):
            history.put()
        for source in SOURCES:
            history.harvest(source)
        yield federation


@pytest.fixture
def pair(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    monkeypatch.setattr(matching_queue, "BATCH", 3)
    monkeypatch.setattr(rebuilding, "_AT_ONCE", 2)
    with ExitStack() as opened:
        killed = opened.enter_context(filled(database_url, tmp_path / "killed"))
        calm = opened.enter_context(filled(f"sqlite:///{tmp_path / 'calm.db'}", tmp_path / "calm"))
        yield Pair(database_url, killed, calm)


def state(federation: Federation) -> tuple[Any, ...]:
    return shown_places(federation), edges(federation)


def is_settled(federation: Federation) -> bool:
    found = difference(federation)
    return (found.merged, found.split, found.moved, found.added, found.ended) == (0, 0, 0, 0, 0)


def test_matching_that_is_killed_again_and_again_comes_to_what_undisturbed_matching_comes_to(pair: Pair) -> None:
    untouched = state(pair.killed)
    deaths = sum(pair.die(statement, follow) for statement in range(1, 90, 4))
    assert deaths > 10
    assert state(pair.killed) != untouched, "what was done before a death is kept"
    pair.both(follow)
    assert state(pair.killed) == state(pair.calm)
    assert not is_waiting(pair.killed.centre)
    assert is_settled(pair.killed)


def test_a_decision_that_is_killed_is_not_made_and_can_be_made_again(pair: Pair) -> None:
    pair.both(follow)
    (a, *_), (b, *_) = sorted(map(sorted, shown_places(pair.killed)))[:2]

    def join(centre: Centre) -> object:
        return decide_pair(centre, "/".join(a), "/".join(b), "same", by="ana")

    before, ids = state(pair.killed), things(pair.killed)
    dies_until_done(pair, join, lambda: (state(pair.killed), things(pair.killed)) == (before, ids))
    join(pair.calm.centre)
    assert state(pair.killed) == state(pair.calm) != before
    joined = things(pair.killed)
    [number] = last_said(pair.killed)

    def part(centre: Centre) -> object:
        return undo_judgement(centre, number, by="ana")

    dies_until_done(pair, part, lambda: things(pair.killed) == joined)
    assert (state(pair.killed), things(pair.killed)) == (before, ids)


def dies_until_done(pair: Pair, do: Callable[[Centre], object], holds: Callable[[], bool]) -> None:
    """Kill it at ever later statements until it gets through, and see that none but the last did anything."""
    for statement in range(1, 400, 5):
        if not pair.die(statement, do):
            assert statement > 5
            return
        assert holds(), statement
    pytest.fail("it never came to an end")


def last_said(federation: Federation) -> list[int]:
    query = "SELECT max(id) FROM judgement WHERE by_kind = 'person' AND ended_at IS NULL"
    return [row[0] for row in federation.rows(text(query))]


def test_settling_after_a_swap_that_is_killed_again_and_again_is_gone_on_with(pair: Pair) -> None:
    for federation in (pair.killed, pair.calm):
        engine = federation.centre.engine
        shadow, found = rebuilding.rebuild(engine, federation.centre.settings.home, MODEL, processes=1)
        rebuilding.swap(engine, shadow, found, now=federation.clock(), told=str)
    untouched = shown_places(pair.killed)
    deaths = sum(pair.die(statement, follow) for statement in range(1, 70, 4))
    assert deaths > 10
    pair.both(follow)
    assert state(pair.killed) == state(pair.calm)
    assert shown_places(pair.killed) != untouched
    assert is_settled(pair.killed)


def test_an_update_of_the_tables_that_is_killed_has_not_been_made_and_keeps_all_there_is(database_url: str) -> None:
    engine = make_engine(database_url)
    migrations.upgrade(engine, "harvester", "0005")
    with write(engine) as connection:
        for number in range(3):
            connection.execute(text(_RECORD), {"named": f"r{number}"})
            connection.execute(text(_FORM), {"named": f"r{number}"})
            connection.execute(text("INSERT INTO blocking_key (key, no) VALUES (:key, 1)"), {"key": number})
    before = _counts(engine)
    for statement in range(1, 200, 2):
        engine.dispose()
        if not kill_at(database_url, statement, lambda own: migrations.upgrade(own, "harvester")):
            break
        assert migrations.current(engine) == "0005"
        assert _counts(engine) == before
    assert statement > 10
    assert migrations.current(engine) == migrations.head("harvester")
    assert _counts(engine) == {"source_record": 3, "form": 3, "blocking_key": 0, "matching_queue": 3}
    engine.dispose()


_RECORD = (
    "INSERT INTO source_record (source_id, identifier, state, code, problems, run_id, record, accepted_at)"
    " VALUES ('ke', :named, 'accepted', '', '[]', 1, 'x', '2026-05-01T00:00:00.000000Z')"
)
_FORM = "INSERT INTO form (source_id, identifier, version, fingerprint, payload) VALUES ('ke', :named, 'old', 'f', 'x')"


def _counts(engine: Engine) -> dict[str, int]:
    tables = ("source_record", "form", "blocking_key", "matching_queue")
    with read(engine) as connection:
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}
