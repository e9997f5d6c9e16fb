"""Grouping by scored pairs: best first, guarded, and the same whatever order the pairs come in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harvester.resolution.grouping import Bridge, group


def always(_some: object, _others: object) -> bool:
    return True


def test_a_chain_whose_ends_nothing_ties_is_not_one_group() -> None:
    chain = [Bridge(0, 1, 0.99), Bridge(1, 2, 0.98), Bridge(2, 3, 0.97), Bridge(3, 4, 0.96), Bridge(4, 5, 0.6)]
    groups = group(6, chain, always)
    assert len(groups) > 1
    assert [0, 1] in [members[:2] for members in groups]


def test_a_clique_is_one_group() -> None:
    pairs = [Bridge(a, b, 0.9) for a in range(4) for b in range(a + 1, 4)]
    assert group(4, pairs, always) == [[0, 1, 2, 3]]


def test_what_may_not_join_stays_apart_and_the_likeliest_pair_wins() -> None:
    pairs = [Bridge(0, 1, 0.9), Bridge(1, 2, 0.95)]
    apart = group(3, pairs, lambda some, others: not {0, 2} <= {*some, *others})
    assert apart == [[0], [1, 2]]


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(50, 100)), max_size=20),
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=4),
    st.randoms(),
)
def test_the_order_of_the_pairs_makes_no_difference(
    found: list[tuple[int, int, int]], apart: set[tuple[int, int]], random: object
) -> None:
    best: dict[tuple[int, int], int] = {}
    for a, b, chance in found:
        if a != b:
            pair = (min(a, b), max(a, b))
            best[pair] = max(chance, best.get(pair, 0))
    pairs = [Bridge(a, b, chance / 100) for (a, b), chance in best.items()]

    def may_join(some: list[int], others: list[int]) -> bool:
        return not any((a, b) in apart or (b, a) in apart for a in some for b in others)

    first = group(8, pairs, may_join)  # type: ignore[arg-type]
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert group(8, shuffled, may_join) == first  # type: ignore[arg-type]
    assert sorted(each for members in first for each in members) == list(range(8))
