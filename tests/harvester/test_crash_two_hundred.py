"""Workers killed at random points, again and again, lose nothing, double nothing and need nobody's help."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from crash_stage import CrashStage, Pace, serving
from sqlalchemy import func, select

from harvester import tables

DAYS = 3
SHORTEST_S, LONGEST_S = 0.002, 0.15


def harvest_undisturbed(url: str, home: Path, size: int) -> CrashStage:
    pace = Pace(home / "calm")
    pace.tell(0, 1.0)
    with serving(pace, size) as address:
        stage = CrashStage(url, home, pace)
        stage.set_up(address)
        for stage.day in range(DAYS):
            pace.tell(stage.day, 1.0)
            stage.work_to_the_end()
    return stage


def harvest_killed(url: str, home: Path, size: int, *, kills: int, seed: int, like: CrashStage) -> CrashStage:
    """Kill so many workers over the days; the source opens its list only as fast as the kills go on."""
    lives, pace = random.Random(seed), Pace(home / "killed")
    quotas = [kills * share // 10 for share in (6, 8, 10)]
    pace.tell(0, 0.0)
    with serving(pace, size) as address:
        stage = CrashStage(url, home, pace, statements=like.statements)
        stage.set_up(address)
        before = 0
        for stage.day, quota in enumerate(quotas):
            while stage.kills < quota:
                pace.tell(stage.day, 1.3 * (stage.kills - before) / (quota - before))
                stage.kill_a_worker_after(lives.uniform(SHORTEST_S, LONGEST_S))
            stage.seen.append(stage.progress())
            pace.tell(stage.day, 1.0)
            stage.work_to_the_end()
            before = quota
    return stage


def check(tmp_path: Path, urls: tuple[str, str], *, size: int, kills: int) -> None:
    seed, began = random.randrange(10**6), time.monotonic()
    print(f"seed {seed}")
    undisturbed = harvest_undisturbed(urls[0], tmp_path, size)
    calm = undisturbed.books()
    killed = harvest_killed(urls[1], tmp_path, size, kills=kills, seed=seed, like=undisturbed)
    books = killed.books()
    print(f"{killed.kills} kills in {time.monotonic() - began:.0f} s; {killed.seen}")
    for name, book in calm.items():
        assert books[name] == book, f"{name} differs, seed {seed}"
    assert killed.kills == kills
    [(turns,)] = killed.rows(select(func.sum(tables.run.c.turns)))
    assert turns > kills / 10, "hardly a worker lived long enough to take the run up"
    assert len(calm["index"]) == size + 10 * (DAYS - 1)
    assert {outcome for _, _, outcome, _ in calm["outcomes"]} >= {"created", "updated", "deleted"}


def test_two_hundred_kills_leave_what_an_undisturbed_harvest_leaves(tmp_path: Path) -> None:
    urls = (f"sqlite:///{tmp_path / 'calm.db'}", f"sqlite:///{tmp_path / 'killed.db'}")
    check(tmp_path, urls, size=300, kills=200)


@pytest.mark.postgres
def test_kills_on_postgresql_leave_what_an_undisturbed_harvest_leaves(tmp_path: Path, pg_server: object) -> None:
    with pg_server.database() as calm, pg_server.database() as killed:  # type: ignore[attr-defined]
        check(tmp_path, (calm, killed), size=80, kills=30)
