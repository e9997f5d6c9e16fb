"""Laws of the graph of judgements: order never matters, what is joined comes apart again exactly, nothing is reused."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, a_record, copy_of, new_federation
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from chm_node.publishing.sql import read, write
from harvester import index
from harvester.resolution.clusters import cluster
from harvester.resolution.graph import judgements as graph
from harvester.resolution.graph.decisions import decide, undo
from harvester.resolution.graph.judgements import Judgement, Place
from harvester.resolution.lookups import members_of
from harvester.runs import run_source
from harvester.tables import id_redirect, judgement, source_record
from vocabularies.record import Record

SOURCES = ("one", "two", "three")
LAWS = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
Partition = frozenset[frozenset[Place]]


@dataclass
class Story:
    """Records by source, what is judged of them, and in which order all of it happens."""

    records: Sequence[tuple[int, frozenset[str], str | None]]
    judgements: Sequence[tuple[int, int, str, str, float]]
    order: Any = field(default=None)

    def record(self, number: int) -> Record:
        source, keys, government = self.records[number]
        ids = [{"scheme": "doi", "value": f"10.5555/{key}"} for key in sorted(keys)]
        return a_record(SOURCES[source], f"r{number}", f"Record {number}", source_ids=ids, government=government)

    def place(self, number: int) -> Place:
        source = SOURCES[self.records[number][0]]
        return source, f"urn:chm:{source}:r{number}"

    def said(self) -> list[Judgement]:
        made = {}
        for a, b, verdict, kind, probability in self.judgements:
            one, two = self.place(a % len(self.records)), self.place(b % len(self.records))
            if one != two:
                by = "slot" if kind == "rule" else kind
                each = Judgement(one, two, verdict, kind, by, probability=probability)  # type: ignore[arg-type]
                made[each.pair, kind] = each
        return list(made.values())


_RECORD = st.tuples(
    st.integers(0, 2), st.frozensets(st.sampled_from("pqr"), max_size=2), st.sampled_from([None, None, "KE", "UG"])
)
_JUDGEMENT = st.tuples(
    st.integers(0, 6),
    st.integers(0, 6),
    st.sampled_from(["same", "same", "different", "unsure"]),
    st.sampled_from(["person", "rule", "model", "model", "owner"]),
    st.sampled_from([0.6, 0.9, 0.97]),
)
STORIES = st.builds(Story, st.lists(_RECORD, min_size=2, max_size=7), st.lists(_JUDGEMENT, max_size=6))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("laws")
    for federation in new_federation(f"sqlite:///{home / 'empty.db'}", home):
        for source in SOURCES:
            federation.add(source)
    return home / "empty.db"


def tell(federation: Federation, story: Story, moments: Iterable[Any]) -> None:
    """Let it happen: a number is that record's coming, a judgement is judged, None is a harvest of whatever came."""
    came: set[str] = set()
    for moment in [*moments, None]:
        federation.clock.forward(minutes=1)
        if isinstance(moment, int):
            source = SOURCES[story.records[moment][0]]
            federation.nodes[f"http://{source}.example"].put(story.record(moment))
            came.add(source)
        elif isinstance(moment, Judgement):
            with write(federation.centre.engine) as connection:
                graph.judge(connection, [moment], now=federation.clock())
                index.resettle(connection, moment.pair, site=federation.centre.site, now=federation.clock())
        else:
            for source in sorted(came):
                assert run_source(federation.centre, source).state == "done"
            came.clear()


def partition_of(federation: Federation) -> Partition:
    rows = federation.rows(
        select(source_record.c.source_id, source_record.c.identifier, source_record.c.local_id).where(
            source_record.c.record.is_not(None)
        )
    )
    groups: dict[str, set[Place]] = {}
    for row in rows:
        groups.setdefault(row.local_id, set()).add((row.source_id, row.identifier))
    assert groups.keys() == federation.published().keys()
    return frozenset(map(frozenset, groups.values()))


def graph_of(federation: Federation) -> set[tuple[Any, ...]]:
    with read(federation.centre.engine) as connection:
        rows = connection.execute(select(judgement).where(judgement.c.ended_at.is_(None))).mappings().all()
    said = map(graph.to_judgement, rows)
    return {(each.pair, each.by_kind, each.by, each.verdict, graph.dump_evidence(each.evidence)) for each in said}


def solved_at_once(federation: Federation, story: Story) -> Partition:
    with read(federation.centre.engine) as connection:
        local_ids = connection.execute(select(source_record.c.local_id)).scalars().all()
        members, _ = members_of(connection, set(local_ids), set(SOURCES))
    return frozenset(frozenset(member.place for member in group) for group in cluster(members, story.said()))


@LAWS
@given(story=STORIES, random=st.randoms(use_true_random=False))
def test_order_of_arrival_and_pages_change_neither_things_nor_the_graph(empty: Path, story: Story, random: Any) -> None:
    found = []
    for _ in range(2):
        moments: list[Any] = [*range(len(story.records)), *story.said(), *[None] * random.randrange(4)]
        random.shuffle(moments)
        with copy_of(empty, SOURCES) as federation:
            tell(federation, story, moments)
            found.append((partition_of(federation), graph_of(federation)))
            assert found[-1][0] == solved_at_once(federation, story)
    assert found[0] == found[1]


@LAWS
@given(story=STORIES, random=st.randoms(use_true_random=False))
def test_what_was_joined_comes_apart_in_any_order_as_it_was(empty: Path, story: Story, random: Any) -> None:
    story = replace(story, judgements=[each for each in story.judgements if each[3] != "person"])
    pairs = [pair for pair in itertools.combinations(range(len(story.records)), 2) if random.random() < 0.4]
    with copy_of(empty, SOURCES) as federation:
        tell(federation, story, [*range(len(story.records)), *story.said()])
        before, things = federation.published(), partition_of(federation)
        made: list[int] = []
        for a, b in pairs:
            federation.clock.forward(minutes=1)
            with write(federation.centre.engine) as connection:
                now = federation.clock()
                decision = decide(connection, story.place(a), story.place(b), "same", by="ana", now=now)
                index.resettle(connection, decision.places, site=federation.centre.site, now=now)
                made += decision.judgements
        random.shuffle(made)
        for number in made:
            federation.clock.forward(minutes=1)
            with write(federation.centre.engine) as connection:
                now = federation.clock()
                decision = undo(connection, number, by="ben", now=now)
                index.resettle(connection, decision.places, site=federation.centre.site, now=now)
        assert partition_of(federation) == things
        assert federation.published() == before
        leading = federation.rows(select(id_redirect.c.local_id).where(id_redirect.c.ended_at.is_(None)))
        assert before.keys().isdisjoint(row.local_id for row in leading)


@LAWS
@given(story=STORIES, random=st.randoms(use_true_random=False))
def test_replaying_what_was_judged_from_nothing_gives_the_same_graph(empty: Path, story: Story, random: Any) -> None:
    with copy_of(empty, SOURCES) as federation:
        moments: list[Any] = [*range(len(story.records)), *story.said()]
        random.shuffle(moments)
        tell(federation, story, moments)
        things, edges = partition_of(federation), graph_of(federation)
        places = [story.place(number) for number in range(len(story.records))]
        with read(federation.centre.engine) as connection:
            kept = graph.find_live(connection, places)
    with copy_of(empty, SOURCES) as again:
        with write(again.centre.engine) as connection:
            graph.judge(connection, [replace(each, id=None) for each in kept], now=again.clock())
        tell(again, story, range(len(story.records)))
        assert (partition_of(again), graph_of(again)) == (things, edges)
