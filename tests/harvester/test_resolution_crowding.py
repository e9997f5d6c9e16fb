"""An identifier that too many living records bear joins nobody, and joins them again as soon as few enough bear it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_node import FakeNode, Federation, a_record, new_federation
from histories import difference
from sqlalchemy import select

from chm_node.publishing.sql import read
from harvester.resolution import clusters, crowding
from harvester.resolution.batch import members
from harvester.resolution.crowding import count_living, find_crowded
from harvester.resolution.graph import derived
from harvester.resolution.matching.scoring import load_model
from harvester.runs import run_source
from harvester.tables import source_record
from harvester.telling import resolution
from harvester.telling.pair_accounts import account_lines
from harvester.telling.pairs import account_of
from harvester.telling.resolution import count_resolution

HOME = {"source_ids": [{"scheme": "doi", "value": "10.5555/home"}]}
DOI = "doi:10.5555/home"
FEW = 4


@pytest.fixture
def federation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Federation]:
    """A centre for which few bearers are very many, so that few sources do."""
    for module in (clusters, crowding, derived, members):
        monkeypatch.setattr(module, "MAX_HOLDERS", FEW)
    yield from new_federation(database_url, tmp_path)


def add(federation: Federation, count: int, *, first: int = 0) -> list[FakeNode]:
    """Add so many sources, each with one record under the common identifier and three of its own."""
    nodes = []
    for number in range(first, first + count):
        node = federation.add(f"s{number}", rank=1 + number)
        node.put(a_record(node.node, "x", "The page of all of them", **HOME))
        for other in range(3):
            node.put(a_record(node.node, f"own{other}", f"{'klmnop'[other] * 5} at source {number}"))
        nodes.append(node)
        assert run_source(federation.centre, node.node).state == "done"
    return nodes


def joined(federation: Federation) -> int:
    """Give of how many records the largest thing is made."""
    stored = source_record.c
    rows = federation.rows(select(stored.local_id).where(stored.record.is_not(None)))
    ids = [row.local_id for row in rows]
    return max(ids.count(each) for each in set(ids))


def test_bearers_come_apart_above_the_limit_and_together_again_below_it(federation: Federation) -> None:
    nodes = add(federation, FEW)
    before = federation.published()
    assert joined(federation) == FEW
    [late] = add(federation, 1, first=FEW)
    assert joined(federation) == 1
    assert (difference(federation).merged, difference(federation).split) == (0, 0)
    late.put(a_record(late.node, "x", "The page of all of them"))
    assert run_source(federation.centre, late.node).state == "done"
    assert joined(federation) == FEW
    assert before.items() <= federation.published().items()
    late.put(a_record(late.node, "x", "The page of all of them", **HOME))
    run_source(federation.centre, late.node)
    assert joined(federation) == 1
    nodes[2].delete("urn:chm:s2:x")
    assert run_source(federation.centre, "s2").state == "done"
    assert joined(federation) == FEW, "one that is gone counts no more"
    assert (difference(federation).merged, difference(federation).split) == (0, 0)


def test_records_joined_by_something_else_are_not_tied_by_a_key_too_common(federation: Federation) -> None:
    add(federation, FEW + 1)
    own = {"source_ids": [*HOME["source_ids"], {"scheme": "doi", "value": "10.5555/own"}]}
    for number in (1, 2):
        node = federation.nodes[f"http://s{number}.example"]
        node.put(a_record(node.node, "x", "The page of all of them", **own))
        assert run_source(federation.centre, node.node).state == "done"
    assert joined(federation) == 2
    node.put(a_record(node.node, "x", "The page of all of them", **HOME))
    assert run_source(federation.centre, node.node).state == "done"
    assert joined(federation) == 1


def test_people_are_told_of_identifiers_too_common(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolution, "MAX_HOLDERS", FEW)
    add(federation, FEW + 1)
    with read(federation.centre.engine) as connection:
        account = account_of(connection, ("s1", "urn:chm:s1:x"), ("s2", "urn:chm:s2:x"), load_model())
        assert count_resolution(connection)["common_identifiers"] == [{"key": DOI, "records": FEW + 1}]
    assert account.too_common == {DOI}
    lines = account_lines(account)
    assert f"  {DOI}" in lines[lines.index("Too common to bring them together:") :]


def test_no_more_of_a_key_is_counted_than_tells_that_it_is_too_common(federation: Federation) -> None:
    add(federation, 4)
    with read(federation.centre.engine) as connection:
        assert count_living(connection, DOI, most=3) == 3
        assert count_living(connection, DOI, most=9) == 4
        assert find_crowded(connection, [DOI]) == (frozenset(), frozenset())


def test_a_source_that_names_its_records_anew_leaves_an_identifier_at_the_limit_as_it_was(
    federation: Federation,
) -> None:
    nodes = add(federation, FEW)
    before = federation.published()
    moved = nodes[-1]
    moved.put(a_record("moved", "x", "The page of all of them", **HOME))
    for other in range(3):
        moved.put(a_record("moved", f"own{other}", f"{'klmnop'[other] * 5} at source {FEW - 1}"))
    assert run_source(federation.centre, moved.node).state == "done"
    codes = select(source_record.c.code).where(source_record.c.identifier == f"urn:chm:{moved.node}:x")
    assert [row.code for row in federation.rows(codes)] == ["MOVED"]
    assert joined(federation) == FEW
    assert federation.published().keys() == before.keys()
    assert (difference(federation).merged, difference(federation).split) == (0, 0)
