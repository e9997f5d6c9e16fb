"""A shadow made from what is stored, on this machine or on Spark; reads the database and writes files only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, func, select

from harvester.resolution.batch.edges import Edge, find_edges
from harvester.resolution.batch.members import Row, Ties, tied_by_keys
from harvester.resolution.batch.reading import Listed, Portions, Told, refresh_portions
from harvester.resolution.batch.rows import find_rows, find_silent, find_sources
from harvester.resolution.batch.shadow import Shadow, keep_shadow
from harvester.resolution.batch.store import StoredForms
from harvester.resolution.batch.things import Graph, Said, find_things
from harvester.resolution.graph.exchange import find_all
from harvester.resolution.graph.judgements import Place, is_derived
from harvester.resolution.graph.policy import Policy, find_policy
from harvester.resolution.lookups import find_owners
from harvester.resolution.matching.scoring import Model
from harvester.tables import identity_key

_CHUNK = 400


Rules = tuple[Model, Policy]
Cluster = Callable[[Portions, Iterable[tuple[int, Row]], Graph, Rules], tuple[Sequence[Edge], Sequence[Sequence[int]]]]
"""Finds judgements and things elsewhere than in this process; the graph it is given has no edges yet."""


def make_shadow(
    connection: Connection,
    home: Path,
    model: Model,
    *,
    processes: int,
    told: Told,
    cluster: Cluster | None = None,
) -> Shadow:
    """Resolve all living records anew into files below the home; what is live is read and not changed.

    The connection must see one snapshot (``sql.read``). People's and owners' judgements count as they always do. A
    ``cluster`` (``on_cluster.cluster_at``) comes to the same as this machine.
    """
    folder = home / "resolution"
    portions = refresh_portions(connection, folder / "portions", processes=processes, told=told)
    policy = find_policy(connection).holds_for(model.version)
    ties = _tie(connection, portions.records)
    shadow = Shadow(folder / "shadow", portions, model, {}, find_silent(connection, ties.crowded))
    if cluster is not None:
        graph = _graph(connection, shadow, ties, ())
        members = iter_members(connection, shadow, ties)
        return keep_shadow(shadow, *cluster(portions, members, graph, (model, policy)))
    found = find_edges(portions.paths, model, policy, processes=processes, told=told)
    graph = _graph(connection, shadow, ties, found.edges)
    counts = {"candidates": found.candidates, "compared": found.compared, "stopKeys": len(found.stop)}
    shadow = keep_shadow(replace(shadow, counts=counts), found.edges, find_things(graph))
    told(f"{shadow.counts['things']} things of several records")
    return shadow


def _said(connection: Connection, records: Sequence[Listed]) -> list[Said]:
    said = [each for each in find_all(connection) if not is_derived(each)]
    numbers = _numbers_of({place for each in said for place in each.pair}, records)
    return [(numbers[each.a], numbers[each.b], each) for each in said if each.a in numbers and each.b in numbers]


def _numbers_of(places: Set[Place], records: Sequence[Listed]) -> dict[Place, int]:
    """Give the numbers of some records; all of them by place would take more room than the records."""
    if not places:
        return {}
    return {each.place: number for number, each in enumerate(records) if each.place in places}


def _graph(connection: Connection, shadow: Shadow, ties: Ties, edges: Sequence[Edge]) -> Graph:
    records = shadow.records
    said = _said(connection, records)
    sources = find_sources(connection)
    registered = frozenset(find_owners(connection))
    row_of = _reader(shadow, ties)

    def rows_of(some: Sequence[int]) -> list[Row]:
        numbers = {records[number].place: number for number in some}
        return [row_of(row, numbers[row.place]) for row in find_rows(connection, list(numbers), sources)]

    return Graph([each.place for each in records], ties.pairs, edges, said, shadow.model.version, rows_of, registered)


def _reader(shadow: Shadow, ties: Ties) -> Callable[[Row, int], Row]:
    """Give what makes of a row as it is stored, and its number, what grouping looks at."""
    forms, silent, crowded = StoredForms(shadow.portions.paths), shadow.silent, ties.crowded

    def read(row: Row, number: int) -> Row:
        keys = row.keys if crowded.isdisjoint(row.keys) else tuple(key for key in row.keys if key not in crowded)
        said = b"" if row.place in silent else row.said
        return row._replace(said=said, keys=keys, form=forms.payload(number))

    return read


def _tie(connection: Connection, records: Sequence[Listed]) -> Ties:
    table = identity_key.c
    shared = select(table.key).group_by(table.key).having(func.count() > 1)
    query = select(table.key, table.source_id, table.identifier).where(table.key.in_(shared)).order_by(table.key)
    borne = [(key, (source_id, identifier)) for key, source_id, identifier in connection.execute(query)]
    numbers = _numbers_of({place for _, place in borne}, records)
    return tied_by_keys((key, numbers[place]) for key, place in borne if place in numbers)


def iter_members(connection: Connection, shadow: Shadow, ties: Ties) -> Iterator[tuple[int, Row]]:
    """Yield what grouping looks at of all records, with their numbers."""
    sources, records, row_of = find_sources(connection), shadow.records, _reader(shadow, ties)
    for start in range(0, len(records), _CHUNK):
        numbers = {records[number].place: number for number in range(start, min(start + _CHUNK, len(records)))}
        for row in find_rows(connection, list(numbers), sources):
            yield numbers[row.place], row_of(row, numbers[row.place])
