"""One collection under two addresses is noticed, and collections that merely share records are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_node import FakeNode, Federation, a_record, new_federation

from chm_node.publishing.sql import read
from harvester.resolution.twins import find_twin_source
from harvester.runs import run_source


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def add(federation: Federation, name: str, records: range, *, node: str = "ke", **more: Any) -> FakeNode:
    fake = federation.add(name, **more)
    for number in records:
        fake.put(a_record(node, str(number), f"Nursery {number}"))
    assert run_source(federation.centre, name).state in ("done", "done-with-errors")
    return fake


def twin(federation: Federation, name: str) -> tuple[str, float] | None:
    with read(federation.centre.engine) as connection:
        return find_twin_source(connection, name)


def test_the_same_records_under_another_address_are_a_twin(federation: Federation) -> None:
    add(federation, "old", range(10), namespace="ke")
    add(federation, "new", range(1, 11))
    assert twin(federation, "new") == ("old", 0.9)


def test_the_same_content_under_other_identifiers_is_a_twin(federation: Federation) -> None:
    add(federation, "old", range(6))
    add(federation, "new", range(6), node="kenya")
    assert twin(federation, "new") == ("old", 1.0)


def test_too_few_records_or_too_few_shared_ones_prove_nothing(federation: Federation) -> None:
    add(federation, "old", range(10))
    add(federation, "few", range(4))
    assert twin(federation, "few") is None
    add(federation, "half", range(4, 14), namespace="x")
    assert twin(federation, "half") is None
    assert twin(federation, "nobody") is None


def test_a_collection_that_holds_many_others_is_no_twin(federation: Federation) -> None:
    add(federation, "large", range(30))
    add(federation, "small", range(10))
    assert twin(federation, "small") is None


def test_nodes_of_different_names_are_no_twins(federation: Federation) -> None:
    add(federation, "hub2", range(6), namespace="hub2")
    add(federation, "ke", range(6), namespace="ke")
    assert twin(federation, "ke") is None


def test_another_family_of_protocols_is_no_twin(federation: Federation) -> None:
    add(federation, "old", range(6))
    add(federation, "new", range(6))
    with federation.centre.engine.begin() as connection:
        connection.exec_driver_sql("update source set protocol = 'ckan' where id = 'old'")
    assert twin(federation, "new") is None
    with federation.centre.engine.begin() as connection:
        connection.exec_driver_sql("update source set protocol = 'oai_pmh' where id = 'old'")
    assert twin(federation, "new") == ("old", 1.0)
