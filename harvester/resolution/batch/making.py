"""A shadow made from what is stored, on this machine or on Spark; reads the database and writes files only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import orjson
from sqlalchemy import Connection, select

from harvester.resolution.among import among
from harvester.resolution.batch.edges import Edge, find_edges
from harvester.resolution.batch.members import Row, said_of, tied_by_keys
from harvester.resolution.batch.reading import Listed, Portions, Told, refresh_portions
from harvester.resolution.batch.shadow import Shadow, keep_shadow
from harvester.resolution.batch.store import StoredForms
from harvester.resolution.batch.things import Graph, Said, find_things
from harvester.resolution.graph.exchange import find_all
from harvester.resolution.graph.judgements import Place
from harvester.resolution.graph.policy import Policy, find_policy
from harvester.resolution.graph.verdicts import is_derived
from harvester.resolution.lookups import find_owners
from harvester.resolution.matching.scoring import Model
from harvester.tables import identity_key, source, source_record

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
    shadow = Shadow(folder / "shadow", portions, model, {})
    if cluster is not None:
        graph = _graph(connection, portions, (), model)
        members = iter_members(connection, portions)
        return keep_shadow(shadow, *cluster(portions, members, graph, (model, policy)))
    found = find_edges(portions.paths, model, policy, processes=processes, told=told)
    graph = _graph(connection, portions, found.edges, model)
    counts = {"candidates": found.candidates, "compared": found.compared, "stopKeys": len(found.stop)}
    shadow = keep_shadow(replace(shadow, counts=counts), found.edges, find_things(graph))
    told(f"{shadow.counts['things']} things of several records")
    return shadow


def _said(connection: Connection, records: Sequence[Listed]) -> list[Said]:
    numbers = {each.place: number for number, each in enumerate(records)}
    return [
        (numbers[each.a], numbers[each.b], each)
        for each in find_all(connection)
        if each.a in numbers and each.b in numbers and not is_derived(each)
    ]


def _graph(connection: Connection, portions: Portions, edges: Sequence[Edge], model: Model) -> Graph:
    records = portions.records
    numbers = {each.place: number for number, each in enumerate(records)}
    said = _said(connection, records)
    ties = list(tied_by_keys(_borne(connection, numbers)))
    sources = _find_sources(connection)
    registered = frozenset(find_owners(connection))

    forms = StoredForms(portions.paths)

    def rows_of(some: Sequence[int]) -> list[Row]:
        numbers = {records[number].place: number for number in some}
        rows = _find_rows(connection, list(numbers), sources)
        return [row._replace(form=forms.payload(numbers[row.place])) for row in rows]

    return Graph([each.place for each in records], ties, edges, said, model.version, rows_of, registered)


def _borne(connection: Connection, numbers: Mapping[Place, int]) -> Iterator[tuple[str, int]]:
    query = select(identity_key.c.key, identity_key.c.source_id, identity_key.c.identifier)
    for key, source_id, identifier in connection.execute(query.order_by(identity_key.c.key)).yield_per(20_000):
        yield key, numbers.get((source_id, identifier), -1)


def iter_members(connection: Connection, portions: Portions) -> Iterator[tuple[int, Row]]:
    """Yield what grouping looks at of all records, with their numbers."""
    sources, records, forms = _find_sources(connection), portions.records, StoredForms(portions.paths)
    for start in range(0, len(records), _CHUNK):
        numbers = {records[number].place: number for number in range(start, min(start + _CHUNK, len(records)))}
        for row in _find_rows(connection, list(numbers), sources):
            number = numbers[row.place]
            yield number, row._replace(form=forms.payload(number))


def _find_sources(connection: Connection) -> dict[str, tuple[int, str, str, str]]:
    query = select(source.c.id, source.c.rank, source.c.protocol, source.c.url, source.c.namespace)
    return {row[0]: (row[1], row[2], row[3], row[4] or "") for row in connection.execute(query)}


def _find_rows(
    connection: Connection, places: Sequence[Place], sources: Mapping[str, tuple[int, str, str, str]]
) -> list[Row]:
    keys: dict[Place, list[str]] = defaultdict(list)
    rows: list[Row] = []
    for start in range(0, len(places), _CHUNK):
        chunk = places[start : start + _CHUNK]
        borne, stored = identity_key.c, source_record.c
        asked = select(borne.source_id, borne.identifier, borne.key).where(
            among(borne.source_id, borne.identifier, chunk)
        )
        for source_id, identifier, key in connection.execute(asked):
            keys[source_id, identifier].append(key)
        query = select(stored.source_id, stored.identifier, stored.record).where(
            among(stored.source_id, stored.identifier, chunk)
        )
        for source_id, identifier, record in connection.execute(query):
            if source_id in sources and record is not None:
                place = (source_id, identifier)
                said = said_of(orjson.loads(record))
                rows.append(Row(source_id, identifier, *sources[source_id], said, tuple(sorted(keys[place]))))
    return rows
