"""Whatever happens at a centre, in any order: what is one thing follows from what there is and what people said."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from histories import History, a_centre, difference, edges, make_empty, replay, shown_places, things
from sqlalchemy import select

from chm_node.publishing.sql import write
from harvester.errors import JudgementContradicts
from harvester.index import resettle
from harvester.resolution.graph.decisions import decide, undo
from harvester.tables import id_redirect

STEPS = 30


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_empty(tmp_path_factory.mktemp("histories"))


@pytest.mark.parametrize(("seed", "dense"), [(5, False), (101, False), (10033, True)])
def test_what_is_live_is_what_everything_resolved_anew_comes_to_and_what_another_order_does(
    empty: Path, seed: int, dense: bool
) -> None:
    with a_centre(empty) as federation:
        history = History(federation, seed, dense=dense)
        history.run(STEPS)
        found = difference(federation)
        assert (found.merged, found.split, found.moved, found.added, found.ended) == (0, 0, 0, 0, 0), history.told
        assert replay(empty, history, seed) == (shown_places(federation), edges(federation)), history.told


@pytest.mark.parametrize(("seed", "dense"), [(7, False), (10019, True)])
def test_what_people_join_and_take_back_leaves_everything_as_it_was(empty: Path, seed: int, dense: bool) -> None:
    with a_centre(empty) as federation:
        History(federation, seed, dense=dense).run(STEPS)
        before, homes, lot = federation.published(), things(federation), random.Random(seed)
        places = sorted(place for some in homes.values() for place in some)
        made: list[int] = []
        for _ in range(8):
            federation.clock.forward(minutes=1)
            with write(federation.centre.engine) as connection:
                a, b = lot.sample(places, 2)
                try:
                    decision = decide(connection, a, b, "same", by="cem", now=federation.clock())
                except JudgementContradicts:
                    continue
                resettle(connection, decision.places, site=federation.centre.site, now=federation.clock())
                made += decision.judgements
        assert federation.published() != before
        for number in lot.sample(made, len(made)):
            federation.clock.forward(minutes=1)
            with write(federation.centre.engine) as connection:
                decision = undo(connection, number, by="cem", now=federation.clock())
                resettle(connection, decision.places, site=federation.centre.site, now=federation.clock())
        assert things(federation) == homes
        assert federation.published() == before
        leading = federation.rows(select(id_redirect.c.local_id).where(id_redirect.c.ended_at.is_(None)))
        assert before.keys().isdisjoint(row.local_id for row in leading)
