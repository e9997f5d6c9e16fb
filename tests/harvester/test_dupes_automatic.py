"""The model joins by itself only where people's own decisions show the precision asked for, and lets go exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_node import Federation, a_record, new_federation

from chm_node.publishing import sql
from harvester.automatic_joining import find_switch, switch_off, switch_on
from harvester.matching_queue import follow
from harvester.operating_errors import PrecisionNotShown
from harvester.resolution.graph.judgements import Judgement, judge
from harvester.resolution.graph.model_joins import count_waiting
from harvester.resolution.graph.own_labels import LEAST_PAIRS, judge_model
from harvester.resolution.graph.policy import find_policy
from harvester.resolution.matching.scoring import load_model
from harvester.runs import run_source

MODEL = load_model()
JUDGED, MORE = LEAST_PAIRS, 12
PLACES = ("Kisumu", "Mwanza", "Lamu", "Tanga", "Pemba", "Mafia", "Jinja", "Gulu", "Moroni", "Toliara")
THINGS = ("mangrove", "seagrass", "coral", "turtle", "dugong", "wetland")
DEEDS = ("restoration", "monitoring", "mapping", "nursery", "education", "tourism", "fisheries")


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    """Two sources with as many alike records as must be judged, which people called the same, and a few more."""
    for made in new_federation(database_url, tmp_path):
        one, other = made.add("one"), made.add("two")
        for number in range(JUDGED + MORE):
            place, rest = PLACES[number % 10], number // 10
            title = f"{THINGS[rest % 6]} {DEEDS[rest // 6 % 7]} for the villages around {place}".capitalize()
            one.put(a_record("one", f"r{number}", title))
            other.put(a_record("two", f"s{number}", title))
        for name in ("one", "two"):
            run_source(made.centre, name)
        follow(made.centre)
        yield made


def judge_all(federation: Federation, wrong: int = 0) -> None:
    said = [
        Judgement(
            ("one", f"urn:chm:one:r{number}"),
            ("two", f"urn:chm:two:s{number}"),
            "different" if number < wrong else "same",
            "person",
            "amina",
        )
        for number in range(JUDGED)
    ]
    with sql.write(federation.centre.engine) as connection:
        judge(connection, said, now=federation.clock())


def joined(federation: Federation) -> int:
    with sql.read(federation.centre.engine) as connection:
        return find_switch(connection, MODEL).joined


def test_without_enough_decisions_it_stays_off_and_says_what_is_missing(federation: Federation) -> None:
    with pytest.raises(PrecisionNotShown) as caught:
        switch_on(federation.centre, MODEL, asked=0.99, by="amina")
    assert "no pair yet" in caught.value.message
    assert "Judge 300 more pairs from 0.9 on" in caught.value.remedy
    judge_all(federation, wrong=40)
    with pytest.raises(PrecisionNotShown) as caught:
        switch_on(federation.centre, MODEL, asked=0.95, by="amina")
    assert "called 260 the same" in caught.value.message
    with sql.read(federation.centre.engine) as connection:
        assert not find_policy(connection).automatic


def test_once_shown_it_joins_what_waits_and_lets_go_again(federation: Federation) -> None:
    judge_all(federation)
    before = federation.published()
    assert joined(federation) == 0
    switch_on(federation.centre, MODEL, asked=0.95, by="amina")
    with sql.read(federation.centre.engine) as connection:
        assert find_switch(connection, MODEL).waiting_above == MORE, "the others people have settled"
    follow(federation.centre)
    assert joined(federation) == MORE, "the others are one thing by people's word, whatever the model says"
    assert len(federation.published()) == JUDGED + MORE
    with sql.read(federation.centre.engine) as connection:
        policy = find_policy(connection)
        assert (policy.by, policy.asked, policy.pairs) == ("amina", 0.95, JUDGED)
        least = min(probability for _, probability in judge_model(connection, MODEL).scored)
        assert least - 0.0001 <= policy.threshold <= least, "nobody judged anything below"
        assert find_switch(connection, MODEL).waiting_above == 0
        other = find_switch(connection, replace(MODEL, version="another"))
        assert (other.counts, other.policy.automatic) == (False, True)
    switch_off(federation.centre, by="ben")
    follow(federation.centre)
    assert joined(federation) == 0
    with sql.read(federation.centre.engine) as connection:
        assert count_waiting(connection, policy.threshold) == MORE
    assert len(federation.published()) == JUDGED + 2 * MORE, "what people called the same stays"
    left = federation.published()
    assert all(left[local_id] == record for local_id, record in before.items() if local_id in left and _is_more(record))


def _is_more(record: dict[str, object]) -> bool:
    return any(str(record).count(f":r{number}'") for number in range(JUDGED, JUDGED + MORE))
