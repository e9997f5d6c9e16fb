"""How well clusters agree with labelled pairs: precision, recall and F1 of pairs and of clusters; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1 with the counts they come from."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Give the share of what was joined that belongs together; 1 where nothing was joined."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Give the share of what belongs together that was joined."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Give the harmonic mean of both."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


def pairs_of(clusters: Iterable[Sequence[str]]) -> set[Pair]:
    """Give every pair of names that stand in one cluster."""
    return {pair for members in clusters for pair in combinations(sorted(members), 2)}


def compare_pairs(found: set[Pair], same: frozenset[Pair]) -> Agreement:
    """Give how found pairs agree with the true ones."""
    return Agreement(len(found & same), len(found - same), len(same - found))


def components(names: Iterable[str], pairs: Iterable[Pair]) -> list[list[str]]:
    """Give the connected components of names under pairs."""
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for one, other in pairs:
        parent[root(one)] = root(other)
    groups: dict[str, list[str]] = defaultdict(list)
    for name in parent:
        groups[root(name)].append(name)
    return list(groups.values())


def compare_clusters(found: Sequence[Sequence[str]], true: Sequence[Sequence[str]]) -> Agreement:
    """Give how found clusters of two or more agree with the true ones, counted as exactly equal sets."""
    there = {frozenset(members) for members in found if len(members) > 1}
    wanted = {frozenset(members) for members in true if len(members) > 1}
    return Agreement(len(there & wanted), len(there - wanted), len(wanted - there))


def b_cubed(found: Sequence[Sequence[str]], true: Sequence[Sequence[str]]) -> tuple[float, float, float]:
    """Give B³ precision, recall and F1 (Bagga and Baldwin 1998)."""
    truth: Mapping[str, int] = {name: number for number, members in enumerate(true) for name in members}
    sizes = Counter(truth.values())
    precision = recall = total = 0.0
    for members in found:
        counts = Counter(truth[name] for name in members)
        for number, count in counts.items():
            precision += count * count / len(members)
            recall += count * count / sizes[number]
        total += len(members)
    if not total:
        return 1.0, 1.0, 1.0
    p, r = precision / total, recall / total
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def lower_bound(right: int, of: int, z: float = 1.645) -> float:
    """Give the lower end of the Wilson score interval of a share: 95 of 100 times the true one lies above it."""
    if not of:
        return 0.0
    share = right / of
    middle = share + z * z / (2 * of)
    spread = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - spread) / (1 + z * z / of)
