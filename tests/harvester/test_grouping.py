"""Groups are joined best first, only where what lies between them speaks for it, and the same in whatever order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fake_node import a_record
from hypothesis import given
from hypothesis import strategies as st

from harvester.resolution.clusters import Known, Member, Origin, cluster
from harvester.resolution.graph.judgements import Judgement
from harvester.resolution.grouping import EXEMPLARS, Groups, is_supported

FOR, AGAINST = 6.0, -6.0
AT = datetime(2026, 5, 1, tzinfo=UTC)


def told(bits: Mapping[tuple[int, int], float], otherwise: float) -> Any:
    return lambda one, two: bits.get((min(one, two), max(one, two)), otherwise)


def test_two_that_stand_alone_need_nobody_else() -> None:
    assert is_supported([0], [1], told({}, AGAINST))


def test_one_pair_does_not_join_what_the_others_speak_against() -> None:
    assert not is_supported([0, 1], [2], told({(1, 2): FOR}, AGAINST))
    assert is_supported([0, 1], [2], told({(1, 2): FOR}, -1.0))


def test_of_many_pairs_half_may_outweigh_a_few_that_speak_loudly_against() -> None:
    some, others = [0, 1, 2, 3], [4, 5, 6, 7]
    leaning = {(one, two): 0.7 for one in some for two in (4, 5)}
    assert is_supported(some, others, told(leaning, AGAINST))
    assert not is_supported(some, [4, 5, 6, 7, 8], told(leaning, AGAINST))


def test_of_a_large_group_some_stand_for_all() -> None:
    asked: set[int] = set()

    def bits(one: int, _: int) -> float:
        asked.add(one)
        return FOR

    assert is_supported(list(range(1000)), [2000], bits)
    assert len(asked) == EXEMPLARS
    assert {0, 999} <= asked


@given(st.permutations(range(40)))
def test_who_stands_for_a_group_depends_on_its_members_alone(order: list[int]) -> None:
    def asked_of(group: list[int]) -> list[int]:
        seen: list[int] = []

        def bits(one: int, _: int) -> float:
            seen.append(one)
            return 0.0

        is_supported(group, [99], bits)
        return seen

    assert asked_of(order) == asked_of(sorted(order))


def test_a_group_keeps_the_least_of_its_positions_as_home() -> None:
    groups = Groups(range(4))
    assert groups.join(3, 2, lambda home, guest: (home, guest) == (2, 3))
    assert not groups.join(3, 0, lambda _home, _guest: False)
    assert groups.join(1, 3, lambda _home, _guest: True)
    assert {home: sorted(group) for home, group in groups.by_home.items()} == {0: [0], 1: [1, 2, 3]}


def member(source: str, title: str, identifier: str = "x") -> Member:
    record = a_record(source, identifier, title={"en": title})
    native = record.model_dump_json(by_alias=True, exclude_defaults=True).encode()
    origin = Origin(source, 5, "native", f"https://{source}.example")
    return Member(origin, identifier, record, (), AT, native=native)


def likely(a: Member, b: Member, probability: float = 0.97) -> Judgement:
    return Judgement(a.place, b.place, "same", "model", "model", probability=probability)


def sources(found: list[tuple[Member, ...]]) -> list[list[str]]:
    return sorted(sorted(each.origin.source_id for each in members) for members in found)


SEAGRASS = "Restoring seagrass meadows along the coast of Zanzibar"


def test_pairs_nobody_compared_are_compared_where_groups_meet() -> None:
    alike = [member(name, SEAGRASS) for name in "abcd"]
    said = [likely(alike[0], alike[1]), likely(alike[2], alike[3]), likely(alike[1], alike[2], 0.9)]
    assert sources(cluster(alike, said)) == [["a", "b", "c", "d"]]


def test_a_likely_pair_does_not_tie_two_things_together() -> None:
    other = "Register of protected forests in the highlands"
    members = [member("a", SEAGRASS), member("b", SEAGRASS), member("c", other), member("d", other)]
    said = [likely(members[0], members[1]), likely(members[2], members[3]), likely(members[1], members[2], 0.9)]
    assert sources(cluster(members, said)) == [["a", "b"], ["c", "d"]]


def test_records_of_one_source_are_one_only_where_it_repeats_itself_or_their_identifiers_agree() -> None:
    one, two = member("a", SEAGRASS, "1"), member("a", SEAGRASS, "2")
    assert len(cluster([one, two], [likely(one, two)])) == 2
    again = [replace(each, keys=("doi:10.1/x",)) for each in (one, two)]
    assert len(cluster(again)) == 2
    assert len(cluster(again, [likely(again[0], again[1])])) == 1
    same_page = [replace(each, keys=("url:a.example/list",)) for each in (one, two)]
    assert len(cluster(same_page, [likely(same_page[0], same_page[1])])) == 2
    assert len(cluster([one, two], [likely(one, two)], Known(frozenset("a")))) == 1


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(50, 99)), max_size=20),
    st.lists(st.sampled_from([SEAGRASS, SEAGRASS + ", phase two", "Seagrass of Zanzibar"]), min_size=8, max_size=8),
    st.randoms(),
)
def test_the_order_of_members_and_judgements_makes_no_difference(
    found: list[tuple[int, int, int]], titles: list[str], random: Any
) -> None:
    members = [member(f"s{at}", title) for at, title in enumerate(titles)]
    best = {(min(a, b), max(a, b)): chance for a, b, chance in found if a != b}
    said = [likely(members[a], members[b], chance / 100) for (a, b), chance in best.items()]
    first = sources(cluster(members, said))
    random.shuffle(members)
    random.shuffle(said)
    assert sources(cluster(members, said)) == first
