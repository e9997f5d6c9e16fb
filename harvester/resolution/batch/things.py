"""From ties and judgements to things: components first, then the pipeline's own grouping inside each; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from harvester.resolution.batch.edges import Edge, repeating_of
from harvester.resolution.batch.members import Row, group_rows
from harvester.resolution.batch.pairs import components
from harvester.resolution.graph.judgements import Judgement, Place

_AT_ONCE = 4_000
Said = tuple[int, int, Judgement]
"""A judgement with the numbers of the records at its ends."""


@dataclass(frozen=True, slots=True)
class Graph:
    """All records and what ties them: shared certain keys, judgements by rules and model, and what people ``said``.

    ``rows_of`` gives what grouping looks at of some records.
    """

    places: Sequence[Place]
    ties: Sequence[tuple[int, int]]
    edges: Sequence[Edge]
    said: Sequence[Said]
    model_version: str
    rows_of: Callable[[Sequence[int]], list[Row]]
    registered: Set[str]


def find_things(graph: Graph) -> Iterator[list[int]]:
    """Yield the numbers of the records of each thing of several, in order."""
    found = _components(graph)
    repeating = repeating_of(graph.edges, graph.places.__getitem__)
    home = {number: at for at, each in enumerate(found) for number in each}
    edges: dict[int, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        if (at := home.get(edge.a, -1)) >= 0 and at == home.get(edge.b):
            edges[at].append(edge)
    said: dict[int, list[Judgement]] = defaultdict(list)
    for a, b, judgement in graph.said:
        if (at := home.get(a, -1)) >= 0 and at == home.get(b):
            said[at].append(judgement)
    for part in _parts(found):
        rows = _rows(graph, [number for at in part for number in found[at]], home)
        for at in part:
            judgements = [
                edge.judgement(graph.places[edge.a], graph.places[edge.b], graph.model_version) for edge in edges[at]
            ]
            numbers = {graph.places[number]: number for number in found[at]}
            for places in group_rows(rows[at], [*judgements, *said[at]], graph.registered, repeating):
                yield sorted(numbers[place] for place in places)


def _rows(graph: Graph, wanted: Sequence[int], home: Mapping[int, int]) -> dict[int, list[Row]]:
    numbers = {graph.places[number]: number for number in wanted}
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in graph.rows_of(sorted(wanted)):
        rows[home[numbers[row.place]]].append(row)
    return rows


def _components(graph: Graph) -> list[list[int]]:
    """Give the records connected by anything that may join them, where there are several."""
    joining = [*graph.ties, *((each.a, each.b) for each in graph.edges if each.verdict == "same")]
    joining += [(a, b) for a, b, judgement in graph.said if judgement.verdict == "same"]
    ends = np.array(joining, np.int32).reshape(-1, 2)
    label = components(len(graph.places), ends[:, 0], ends[:, 1])
    connected = np.unique(ends)
    found: dict[int, list[int]] = defaultdict(list)
    for number, least in zip(connected.tolist(), label[connected].tolist(), strict=True):
        found[least].append(number)
    return list(found.values())


def _parts(found: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield the components by their place in the list, so many that they hold a few thousand records together."""
    some: list[int] = []
    size = 0
    for at, each in enumerate(found):
        some.append(at)
        size += len(each)
        if size >= _AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some
