"""Candidate pairs as arrays: every pair that shares a key that tells something, once, however it is cut."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.resolution.batch.pairs import components, group, iter_pairs

_BORNE = st.sets(st.tuples(st.integers(-6, 6), st.integers(0, 15)), max_size=60)
_CAPS = st.tuples(*[st.integers(1, 6)] * 4)


def _grouped(borne: list[tuple[int, int]], caps: tuple[int, ...] = (4, 3, 2, 5)):
    keys = np.array([key for key, _ in borne], np.int64)
    numbers = np.array([number for _, number in borne], np.int32)
    return group(keys, numbers, caps)


def _by_hand(borne: set[tuple[int, int]], caps: tuple[int, ...]) -> tuple[set[tuple[int, int]], dict[int, int]]:
    bearers: dict[int, list[int]] = defaultdict(list)
    for key, number in sorted(borne):
        bearers[key].append(number)
    stop = {key: len(each) for key, each in bearers.items() if len(each) > caps[key % 4]}
    pairs = {pair for key, each in bearers.items() if key not in stop for pair in combinations(each, 2)}
    return pairs, stop


@given(_BORNE, _CAPS, st.integers(1, 12), st.randoms())
def test_every_pair_of_a_telling_key_comes_once(borne, caps, chunk, random) -> None:
    shuffled = sorted(borne)
    random.shuffle(shuffled)
    bearers = _grouped(shuffled, caps)
    found = [
        pair
        for first, second in iter_pairs(bearers, chunk=chunk)
        for pair in zip(first.tolist(), second.tolist(), strict=True)
    ]
    pairs, stop = _by_hand(borne, caps)
    assert sorted(found) == sorted(pairs)
    assert dict(bearers.stop) == stop


@given(_BORNE)
def test_entries_in_order_give_the_same_as_entries_mixed(borne) -> None:
    ordered = sorted(borne)
    one, other = _grouped(ordered), _grouped(ordered[::-1])
    assert one.number.tolist() == other.number.tolist()
    assert one.rest.tolist() == other.rest.tolist()


def test_no_more_pairs_are_held_at_a_time_than_asked() -> None:
    bearers = _grouped([(key, number) for key in range(30) for number in range(key, key + 50)], (60,) * 4)
    sizes = [len(first) for first, _ in iter_pairs(bearers, chunk=2_000)]
    assert len(sizes) > 5
    assert max(sizes) <= 2_000


@pytest.mark.parametrize("count", [1, 5, 400])
def test_a_chain_is_one_component_from_end_to_end(count: int) -> None:
    chain = np.arange(count, dtype=np.int32)
    assert set(components(count + 1, chain[:-1], chain[1:])[:count].tolist()) == {0}
    assert components(count + 1, chain[:-1], chain[1:])[count] == count


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_components_are_those_of_a_walk(edges) -> None:
    label = list(range(20))
    for _ in range(20):
        for a, b in edges:
            label[a] = label[b] = min(label[a], label[b])
    first, second = (np.array([edge[side] for edge in edges], np.int32) for side in (0, 1))
    assert components(20, first, second).tolist() == label
