"""The queue of pairs that wait is read to its end page by page, the most worthwhile first, whatever happens then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from fake_node import Federation, new_federation
from sqlalchemy import Connection, bindparam, insert, select, update

from chm_node.publishing import sql
from harvester.resolution.graph.judgements import Judgement, Place, judge
from harvester.resolution.graph.outward import Mark, Met, Step, seen, uncertainty, walk
from harvester.resolution.graph.review import EVERYTHING, Waiting, Wanted, count_waiting, find_sample, find_waiting
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


def in_the_way_of_lists(pairs: list[Met], reads: list[int]) -> Iterator[Mark]:
    """Give a walk over pairs in memory, which counts what it reads."""

    def read(step: Step) -> list[Met]:
        side = sorted(each for each in pairs if (each.chance >= 0.5) == step.is_up)
        from_here = [each for each in side if (each.chance >= step.chance) == step.is_up or each.chance == step.chance]
        way = from_here if step.is_up else from_here[::-1]
        passed = [
            at for at, each in enumerate(way) if step.id is not None and each[:2] == (step.chance, step.id)
        ]  # fmt: skip
        found = way[passed[0] + 1 if passed else 0 :][: step.limit]
        reads.append(len(found))
        return found

    return walk(read)


@pytest.mark.parametrize("seed", range(20))
def test_walking_outward_comes_to_the_order_of_ranking_everything(seed: int) -> None:
    chance = Random(seed)
    pairs = [
        Met(chance.choice((0.5, 0.25, 0.75, round(chance.random(), 4))), number, chance.randint(2, 40))
        for number in range(1, chance.randint(2, 3_000))
    ]
    ranked = sorted((-uncertainty(each.chance) * seen(each.records), each.id) for each in pairs)
    assert [(-mark.rank, mark.id) for mark in in_the_way_of_lists(pairs, [])] == ranked


def test_a_page_of_many_pairs_reads_few_of_them() -> None:
    pairs = [Met(round(0.9 + number / 1_000_000, 6), number, 2) for number in range(50_000)]
    pairs += [Met(round(0.4 + number / 10_000, 6), 50_000 + number, 2) for number in range(1_000)]
    reads: list[int] = []
    assert len(list(islice(in_the_way_of_lists(pairs, reads), 20))) == 20
    assert sum(reads) < 4_000


FILTERS = (EVERYTHING, Wanted(source="three"), Wanted(kind="doubt"), Wanted(kind="part_of"), Wanted(kind="alike"))


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_pages_of_what_is_asked_for_are_those_of_ranking_everything(connection: Connection, wanted: Wanted) -> None:
    """Probabilities, things, doubts and relations at random; pages of odd sizes, each going on behind the last."""
    expected = spread(connection, Random(7), wanted)
    sizes = Random(3)
    met: list[Mark] = []
    while found := find_waiting(connection, limit=sizes.randint(1, 400), wanted=wanted, after=met[-1] if met else None):
        met += [each.mark for each in found]
    assert met == expected and len(expected) > 100


def spread(connection: Connection, chance: Random, wanted: Wanted) -> list[Mark]:
    """Change at random what is said of the pairs, and give the marks of those wanted, by ranking all of them."""
    sizes = Counter(connection.execute(select(source_record.c.local_id)).scalars())
    ranked: list[tuple[float, int]] = []
    changes, more = [], []
    for row in connection.execute(select(judgement)).all():
        probability = chance.choice((0.5, 0.0, 1.0, None, round(chance.random(), 2), round(chance.random(), 4)))
        note, relation = chance.choice(("", "year")), chance.choice(("", "part_of"))
        is_three = chance.random() < 0.3
        said = {"probability": probability, "note": note, "relation": relation}
        changes.append(said | {"b_source": "three" if is_three else "two", "number": row.id})
        if is_three:
            more.append(stored(("three", row.a_identifier), f"u{row.a_identifier}"))
            sizes[f"u{row.a_identifier}"] += 1
        kinds = {relation} | ({"doubt"} if note else set() if relation else {"alike"})
        wants = (not wanted.source or is_three) and (not wanted.kind or wanted.kind in kinds)
        if wants and probability is not None:
            records = sizes[f"t{row.a_identifier}"] + sizes[f"u{row.a_identifier}"]
            ranked.append((-uncertainty(probability) * seen(records), row.id))
    connection.execute(insert(source_record), more)
    columns = ("probability", "note", "relation", "b_source")
    change = update(judgement).where(judgement.c.id == bindparam("number"))
    connection.execute(change.values({name: bindparam(name) for name in columns}), changes)
    return [Mark(-rank, number) for rank, number in sorted(ranked)]
