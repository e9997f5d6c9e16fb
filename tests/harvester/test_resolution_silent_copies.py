"""A copy whose owner deleted the record stands in no thing, live as in a rebuild; one that is another thing stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_node import START, Federation, a_record, harvest, new_federation
from histories import difference, shown_places, things

from chm_node.publishing.sql import read, write
from harvester.index import list_field_sources, resettle
from harvester.resolution.batch.rows import find_silent
from harvester.resolution.graph.decisions import decide, undo

MINE, COPY, OTHER = ("br", "urn:chm:br:1"), ("hub2", "urn:chm:hub2:1"), ("ke", "urn:chm:ke:1")
DOI = [{"scheme": "doi", "value": "10.5555/nursery"}]


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    """An owner, an aggregator with a copy of its record, and a third source with another record under its DOI."""
    for made in new_federation(database_url, tmp_path):
        for rank, name in enumerate(("br", "ke", "hub2"), 1):
            node = made.add(name, rank=rank, namespace=name)
            for number in range(4):
                node.put(a_record(name, f"own{number}", f"{'klmn'[number] * 6} of {name}"))
        entry = {"source": "br", "original_id": "urn:chm:br:1", "harvested_at": START, "protocol": "native"}
        made.nodes["http://br.example"].put(a_record("br", "1", "Nursery of Brazil"))
        made.nodes["http://hub2.example"].put(a_record("hub2", "1", "Nursery", provenance=[entry], source_ids=DOI))
        made.nodes["http://ke.example"].put(a_record("ke", "1", "Nursery of Kenya", source_ids=DOI))
        harvest(made, "br", "hub2", "ke")
        yield made


def shown(federation: Federation) -> set[frozenset[tuple[str, str]]]:
    return {places for places in shown_places(federation) if not any("own" in place[1] for place in places)}


def changes(federation: Federation) -> tuple[int, int, int]:
    found = difference(federation)
    return found.merged, found.split, found.moved


def test_a_rebuild_leaves_alone_what_the_owner_deleted(federation: Federation) -> None:
    assert shown(federation) == {frozenset({MINE, COPY}), frozenset({OTHER})}
    federation.nodes["http://br.example"].delete(MINE[1])
    harvest(federation, "br")
    assert shown(federation) == {frozenset({OTHER})}
    assert changes(federation) == (0, 0, 0)
    with read(federation.centre.engine) as connection:
        assert find_silent(connection, frozenset()) == {COPY}
    federation.nodes["http://br.example"].put(a_record("br", "1", "Nursery of Brazil"))
    harvest(federation, "br")
    assert shown(federation) == {frozenset({MINE, COPY}), frozenset({OTHER})}
    assert changes(federation) == (0, 0, 0)


def test_what_people_called_another_thing_does_not_go_with_the_record_it_names(federation: Federation) -> None:
    with write(federation.centre.engine) as connection:
        made = decide(connection, MINE, COPY, "different", by="ana", now=federation.clock())
        resettle(connection, made.places, site=federation.centre.site, now=federation.clock())
    assert shown(federation) == {frozenset({MINE}), frozenset({OTHER, COPY})}
    federation.nodes["http://br.example"].delete(MINE[1])
    harvest(federation, "br")
    assert shown(federation) == {frozenset({OTHER, COPY})}
    assert changes(federation) == (0, 0, 0)
    with write(federation.centre.engine) as connection:
        undone = undo(connection, made.judgements[0], by="ana", now=federation.clock())
        resettle(connection, undone.places, site=federation.centre.site, now=federation.clock())
    assert shown(federation) == {frozenset({OTHER})}
    assert changes(federation) == (0, 0, 0)
    with read(federation.centre.engine) as connection:
        told = {local_id: set(list_field_sources(connection, local_id).values()) for local_id in things(federation)}
    assert told == {local_id: set(places) for local_id, places in things(federation).items()}


def test_of_two_copies_called_different_one_goes_with_the_original(federation: Federation) -> None:
    entry = {"source": "br", "original_id": "urn:chm:br:1", "harvested_at": START, "protocol": "native"}
    federation.nodes["http://hub2.example"].put(a_record("hub2", "2", "Nursery", provenance=[entry]))
    harvest(federation, "hub2")
    second = ("hub2", "urn:chm:hub2:2")
    assert frozenset({MINE, COPY, second}) in shown(federation)
    with write(federation.centre.engine) as connection:
        made = decide(connection, COPY, second, "different", by="ana", now=federation.clock())
        resettle(connection, made.places, site=federation.centre.site, now=federation.clock())
    assert shown(federation) >= {frozenset({MINE, COPY}), frozenset({second})}
    assert changes(federation) == (0, 0, 0)
