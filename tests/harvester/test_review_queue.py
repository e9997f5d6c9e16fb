"""The queue of pairs that wait is read to its end page by page, the most worthwhile first, whatever happens then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_node import Federation, new_federation
from sqlalchemy import Connection, insert, select

from chm_node.publishing import sql
from harvester.resolution.graph.judgements import Judgement, Place, judge
from harvester.resolution.graph.review import Mark, Waiting, count_waiting, find_sample, find_waiting
from harvester.resolution.graph.sampled import find_sampled
from harvester.tables import judgement, source_record

PAIRS = 2_300


@pytest.fixture
def connection(database_url: str, tmp_path: Path) -> Iterator[Connection]:
    for federation in new_federation(database_url, tmp_path):
        with sql.write(federation.centre.engine) as found:
            fill(found, federation)
            yield found


def fill(connection: Connection, federation: Federation) -> None:
    """Put more pairs into the queue than were ever weighed at once; every third is of a thing of three records."""
    now = federation.clock()
    records, pairs = [], []
    for number in range(PAIRS):
        crowd = 3 if number % 3 == 0 else 1
        places = [("one", f"{number}"), ("two", f"{number}"), *(("one", f"{number}-{at}") for at in range(1, crowd))]
        for source_id, identifier in places:
            thing = f"t{number}" if source_id == "one" else f"u{number}"
            records.append(stored((source_id, identifier), thing))
        chance = 0.3 + 0.65 * (number % 97) / 97
        pairs.append(Judgement(places[0], places[1], "unsure", "model", "model", probability=chance))
    connection.execute(insert(source_record), records)
    judge(connection, pairs, now=now)


def stored(place: Place, thing: str) -> dict[str, object]:
    return {
        "source_id": place[0], "identifier": place[1], "state": "accepted", "code": "", "problems": "[]",
        "record": b"{}", "local_id": thing, "run_id": 1,
    }  # fmt: skip


def pages(connection: Connection, **asked: float) -> Iterator[list[Waiting]]:
    after: Mark | None = None
    while found := find_waiting(connection, limit=500, after=after, **asked):  # type: ignore[arg-type]
        yield found
        after = found[-1].mark


def test_every_pair_is_met_once_and_in_order_of_worth(connection: Connection) -> None:
    met = [each for page in pages(connection) for each in page]
    assert len({each.judgement.id for each in met}) == len(met) == PAIRS
    assert [each.worth for each in met] == sorted((each.worth for each in met), reverse=True)
    assert met[0].records == 4, "of two that are as uncertain, that of the larger thing comes first"


def test_what_is_decided_meanwhile_moves_no_page(connection: Connection) -> None:
    before = [each.judgement.id for page in pages(connection) for each in page]
    met: list[int | None] = []
    for number, page in enumerate(pages(connection)):
        met += [each.judgement.id for each in page]
        said = page[0].judgement if number == 0 else None
        if said is not None:
            decided = replace(said, id=None, verdict="different", by_kind="person", by="amina", made_at=said.made_at)
            assert said.made_at is not None
            judge(connection, [decided], now=said.made_at)
    assert met == before
    assert [each.judgement.id for page in pages(connection) for each in page] == before[1:]


def test_a_draw_is_the_same_each_time_and_reads_on(connection: Connection) -> None:
    drawn = [each.judgement.id for page in pages(connection, likely=0.5) for each in page]
    chances = connection.execute(select(judgement.c.id).where(judgement.c.probability >= 0.5)).scalars().all()
    assert set(drawn) == set(chances) and len(drawn) == len(chances)
    assert drawn == [each.judgement.id for page in pages(connection, likely=0.5) for each in page]
    assert drawn != sorted(number for number in drawn if number is not None)


def test_counting_stops_where_it_is_told_to(connection: Connection) -> None:
    assert count_waiting(connection) == PAIRS
    assert count_waiting(connection, most=1_000) == 1_000


def test_what_people_say_of_joined_pairs_is_counted_by_what_had_joined_them(connection: Connection) -> None:
    now = connection.execute(select(judgement.c.made_at)).scalars().first()
    assert now is not None
    joined = [Judgement(("one", f"{n}"), ("one", f"{n}-1"), "same", "model", "model") for n in (0, 3, 6, 9)]
    judge(connection, joined, now=now)
    assert {each.judgement.pair for each in find_sample(connection)} == {each.pair for each in joined}
    assert find_sampled(connection) == []
    verdicts = ("same", "same", "different")
    said = [
        replace(each, by_kind="person", by="amina", verdict=v)  # type: ignore[arg-type]
        for each, v in zip(joined, verdicts, strict=False)
    ]
    judge(connection, said, now=now)
    [found] = find_sampled(connection)
    assert (found.kind, found.judged, found.right) == ("model", 3, 2)
    assert 0 < found.surely < found.precision < 1
    assert [each.judgement.pair for each in find_sample(connection)] == [joined[3].pair]
