"""After an update of the model, what the earlier one scored is matched again bit by bit, until nothing rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_node import Federation, a_record, new_federation
from histories import MODEL, TITLES, difference
from histories import things as things_of

from chm_node.publishing import sql
from harvester import matching_queue
from harvester.automatic_joining import find_switch, show_again
from harvester.matching_queue import follow, follow_quietly
from harvester.resolution import rescoring
from harvester.resolution.batch.rebuild import rebuild, swap
from harvester.resolution.graph import own_labels
from harvester.resolution.graph.judgements import Judgement, judge
from harvester.resolution.graph.policy import Policy, find_policy, keep_policy
from harvester.resolution.rescoring import find_rescoring, find_resting
from harvester.runs import run_source
from harvester.telling.diagnosis import diagnose

OLD = replace(MODEL, version="old", bias=MODEL.bias + 4)
"""Finds everything likelier than the shipped one."""
SOURCES = ("one", "two", "three")


@pytest.fixture
def federation(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Federation]:
    """A centre whose records the old model has matched, and joined by itself."""
    for made in new_federation(sqlite_url, tmp_path):
        for at, source in enumerate(SOURCES):
            node = made.add(source, rank=1 + at)
            for number in range(6):
                node.put(a_record(source, f"r{number}", TITLES[number]))
            assert run_source(made.centre, source).state.startswith("done")
        use(monkeypatch, OLD)
        with sql.write(made.centre.engine) as connection:
            keep_policy(connection, Policy(automatic=True, threshold=0.9, asked=0.95, model_version="old", by="amina"))
        follow(made.centre)
        use(monkeypatch, MODEL)
        monkeypatch.setattr(rescoring, "_SPAN", 3)
        yield made


def use(monkeypatch: pytest.MonkeyPatch, model: object) -> None:
    monkeypatch.setattr(matching_queue, "load_model", lambda: model)


def look_until_done(federation: Federation) -> int:
    """Let ``work`` look until nothing is left, and give how often it did."""
    for looks in range(1, 60):
        follow_quietly(federation.centre)
        with sql.read(federation.centre.engine) as connection:
            at = find_rescoring(connection)
            if at is not None and at.is_done and not matching_queue.is_waiting(federation.centre):
                return looks
    raise AssertionError("it never ends")


def findings(federation: Federation) -> list[str]:
    return [each.message for each in diagnose(federation.centre) if each.check == "model"]


def test_work_matches_again_until_nothing_rests_on_the_earlier_model(federation: Federation) -> None:
    before = things_of(federation)
    assert any(len(places) > 1 for places in before.values())
    [told] = findings(federation)
    assert "joins and" in told and "rest on model version old, not" in told
    follow(federation.centre)
    assert things_of(federation) == before, "what a command waits for is no more than what is new"
    looks = look_until_done(federation)
    assert looks > 5, "bit by bit"
    found = difference(federation)
    assert (found.merged, found.split, found.moved, found.added, found.ended) == (0, 0, 0, 0, 0)
    assert all(len(places) == 1 for places in things_of(federation).values()), "the new model has shown nothing here"
    assert findings(federation) == []
    follow_quietly(federation.centre)
    with sql.read(federation.centre.engine) as connection:
        assert find_resting(connection, MODEL.version) == []


def test_what_comes_goes_before_what_is_matched_again(federation: Federation) -> None:
    follow_quietly(federation.centre)
    with sql.read(federation.centre.engine) as connection:
        at = find_rescoring(connection)
    federation.nodes["http://one.example"].put(a_record("one", "late", "Quite another thing that nobody else tells of"))
    assert run_source(federation.centre, "one").state.startswith("done")
    follow_quietly(federation.centre)
    with sql.read(federation.centre.engine) as connection:
        assert find_rescoring(connection) == at


def test_a_rebuild_leaves_nothing_to_match_again(federation: Federation) -> None:
    engine = federation.centre.engine
    follow(federation.centre)
    shadow, found = rebuild(engine, federation.centre.settings.home, MODEL, processes=1)
    swap(engine, shadow, found, now=federation.clock(), told=str)
    with sql.read(engine) as connection:
        at = find_rescoring(connection)
    assert at is not None and at.is_done


def test_a_new_model_may_join_once_what_people_decided_shows_the_precision_that_was_asked(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = [
        Judgement(("one", f"urn:chm:one:r{a}"), ("two", f"urn:chm:two:r{b}"), "same", "person", "amina")
        for a in range(6)
        for b in range(6)
        if a == b
    ]
    with sql.write(federation.centre.engine) as connection:
        judge(connection, same, now=federation.clock())
        assert not show_again(connection, MODEL, now=federation.clock()), "too few pairs"
        assert find_policy(connection).model_version == "old"
        monkeypatch.setattr(own_labels, "LEAST_PAIRS", 3)
        monkeypatch.setattr(own_labels, "LEAST_IN_BAND", 3)
        keep_policy(connection, replace(find_policy(connection), asked=0.5))
    follow(federation.centre)
    with sql.read(federation.centre.engine) as connection:
        policy, switch = find_policy(connection), find_switch(connection, MODEL)
    assert (policy.model_version, policy.by, policy.asked, policy.pairs >= 3) == (MODEL.version, "amina", 0.5, True)
    assert switch.counts
