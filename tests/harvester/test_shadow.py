"""A shadow harvest tells what would change in the live index and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_node import Federation, a_record, new_federation
from sqlalchemy import select

from harvester.runs import Order, run_source
from harvester.tables import raw_record, run


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def test_a_shadow_tells_new_changed_and_withdrawn_records_and_keeps_nothing(federation: Federation) -> None:
    node = federation.add("ke")
    for number in range(10):
        node.put(a_record("ke", f"r{number}", f"Nursery {number}"))
    run_source(federation.centre, "ke")
    before = federation.published()
    node.put(a_record("ke", "r0", "Nursery zero"))
    node.put(a_record("ke", "r10", "Nursery 10"))
    node.delete("urn:chm:ke:r1")
    report = run_source(federation.centre, "ke", Order(shadow=True))
    assert report.difference is not None and report.run is None
    told = report.difference.as_dict()
    assert {name: told[name] for name in ("new", "changed", "withdrawn", "joined")} == {
        "new": 1, "changed": 1, "withdrawn": 1, "joined": 0,
    }  # fmt: skip
    assert told["fields"] == {"summary": 1, "title": 1}
    assert {(each["change"], each["title"]) for each in told["samples"]} == {
        ("new", "Nursery 10"), ("changed", "Nursery zero"), ("withdrawn", "Nursery 1"),
    }  # fmt: skip
    assert federation.published() == before
    assert len(federation.rows(select(run))) == 1
    assert run_source(federation.centre, "ke").counts.read == 3


def test_a_shadow_of_a_new_source_tells_what_joins_and_what_would_wait(federation: Federation) -> None:
    doi = {"source_ids": [{"scheme": "doi", "value": "10.1234/mangrove"}]}
    first, second = federation.add("ke"), federation.add("tz", paused=True)
    first.put(a_record("ke", "a", "Mangrove survey", **doi))
    run_source(federation.centre, "ke")
    second.put(a_record("tz", "x", "Mangrove survey of the coast", **doi))
    report = run_source(federation.centre, "tz", Order(shadow=True))
    assert report.difference is not None
    assert (report.difference.new, report.difference.changed) == (0, 1)
    assert federation.rows(select(raw_record.c.identifier).where(raw_record.c.source_id == "tz")) == []
    first.delete("urn:chm:ke:a")
    held = run_source(federation.centre, "ke", Order(shadow=True))
    assert held.difference is not None
    assert (held.state, held.difference.put_off, held.difference.withdrawn) == ("held", {"tombstone": 1}, 0)
