"""What is said of two records, and whose record a copy is, follow from what they say now, not from what came first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_node import Federation, a_record, harvest, new_federation
from histories import difference, edges, shown_places

from harvester.matching_queue import follow
from vocabularies.record import Record, new_record

DOI = [{"scheme": "doi", "value": "10.5555/report"}]


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    for federation in new_federation(database_url, tmp_path):
        for rank, source in enumerate(("one", "two", "pool"), 1):
            node = federation.add(source, rank=rank, namespace=source)
            for number in range(4):
                node.put(a_record(source, f"o{number}", f"{source} {'klmn'[number] * 5} of its own"))
            harvest(federation, source)
        yield federation


def a_report(source: str, *, named: bool) -> Record:
    fields = {"id": f"urn:chm:{source}:nr5", "languages": ["en"], "government": "KE", "publisher": {"node": source}}
    fields |= {"title": {"en": "Fifth National Report of Kenya"}, "dates": {"issued": "2015"}}
    return new_record("nationalSubmission", **fields, details={"reportType": "nr"}, source_ids=DOI if named else [])


def harvest_later(federation: Federation, source: str) -> None:
    federation.clock.forward(minutes=1)
    harvest(federation, source)


def said(federation: Federation) -> set[str]:
    return {by for _, kind, by, *_ in edges(federation) if kind == "rule"}


@pytest.mark.parametrize("named_first", [True, False])
def test_an_identifier_and_a_place_in_a_series_are_both_kept_whichever_was_seen_first(
    federation: Federation, named_first: bool
) -> None:
    one, two = (federation.nodes[f"http://{source}.example"] for source in ("one", "two"))
    one.put(a_report("one", named=True))
    two.put(a_report("two", named=named_first))
    for source in ("one", "two"):
        harvest_later(federation, source)
    follow(federation.centre)
    two.put(a_report("two", named=True))
    harvest_later(federation, "two")
    follow(federation.centre)
    assert said(federation) == {"certain-identifier", "report-slot"}
    found = difference(federation)
    assert (found.merged, found.split, found.added, found.ended) == (0, 0, 0, 0)
    two.put(a_report("two", named=False))
    harvest_later(federation, "two")
    assert said(federation) == {"report-slot"}, "one that ends takes nothing with it"
    assert frozenset({("one", "urn:chm:one:nr5"), ("two", "urn:chm:two:nr5")}) in shown_places(federation)


def test_a_copy_goes_with_the_record_it_says_it_was_taken_from_now(federation: Federation) -> None:
    pool = federation.nodes["http://pool.example"]
    for source in ("one", "two"):
        federation.nodes[f"http://{source}.example"].put(a_record(source, "x", f"What {source} does for its wetlands"))
        harvest_later(federation, source)

    def taken_from(source: str) -> set[str]:
        entry = {"source": source, "original_id": f"urn:chm:{source}:x", "harvested_at": "2026-05-01T00:00:00Z"}
        pool.put(a_record("pool", "copy", "A copy", provenance=[entry | {"protocol": "native"}]))
        harvest_later(federation, "pool")
        [thing] = [each for each in shown_places(federation) if ("pool", "urn:chm:pool:copy") in each]
        return {place[0] for place in thing}

    assert taken_from("one") == {"one", "pool"}
    assert taken_from("two") == {"two", "pool"}, "nothing else of it changed"
    follow(federation.centre)
    found = difference(federation)
    assert (found.merged, found.split, found.added, found.ended) == (0, 0, 0, 0)
