"""The OGC API - Records road: catalogues, next links, places and single records, over real HTTP."""

from __future__ import annotations

import orjson
import pytest

from harvester.errors import CursorExpired, WrongAnswer
from harvester.hostile.records_service import CLASSES, RecordsService, a_feature, dump, page, some_features
from harvester.hostile.scenario import Call
from harvester.protocols import Window, ogc_records, recognise
from harvester.testing import Recorded
from tests.harvester.played_source import identifiers_of, played


def test_a_list_is_read_by_its_next_links_and_says_that_it_is_whole() -> None:
    with played("ogc_records", RecordsService(some_features(25)), page_size="10") as stage:
        pages = stage.pages()
    assert [len(each.records) for each in pages] == [10, 10, 5]
    assert all(each.whole and not each.tracks_deletions and each.next_since is None for each in pages)
    assert (pages[-1].cursor, pages[0].total) == (None, 25)
    assert pages[0].records[0].identifier == "catalogue/lake-001"
    assert pages[0].records[0].datestamp == "2024-03-01T08:00:00Z"


def test_a_cursor_goes_on_behind_its_page_in_another_process() -> None:
    with played("ogc_records", RecordsService(some_features(25)), page_size="10") as stage:
        first = stage.pages()[0]
        rest = stage.pages(Window(cursor=first.cursor))
    assert identifiers_of(rest)[0] == "catalogue/lake-011"
    assert len(identifiers_of(rest)) == 15
    assert not any(each.whole for each in rest)
    assert rest[-1].remarks == (), "what came before the cursor counts"


def test_a_strange_cursor_is_refused() -> None:
    with played("ogc_records", RecordsService()) as stage, pytest.raises(CursorExpired):
        stage.pages(Window(cursor='{"left": 7}'))


def two_catalogues(call: Call) -> Recorded:
    if call.path == "/collections":
        return dump({"collections": [{"id": "a", "itemType": "record"}, {"id": "b", "itemType": "record"}]})
    return page([a_feature(1)], None, 1)


def test_every_catalogue_is_read_and_its_records_are_told_apart() -> None:
    with played("ogc_records", two_catalogues) as stage:
        pages = stage.pages()
    assert identifiers_of(pages) == ["a/lake-001", "b/lake-001"]
    assert [each.cursor is None for each in pages] == [False, True]


def test_only_the_catalogues_wanted_are_read() -> None:
    with played("ogc_records", two_catalogues, collections="b") as stage:
        assert identifiers_of(stage.pages()) == ["b/lake-001"]


def test_an_endpoint_without_catalogues_is_no_empty_one() -> None:
    only_features = dump({"collections": [{"id": "outlines", "itemType": "feature"}]})
    with played("ogc_records", lambda call: only_features) as stage, pytest.raises(WrongAnswer):
        stage.pages()


def with_links_of_the_answer(call: Call) -> Recorded:
    """Add links to a single record as pygeoapi 0.24 does."""
    reply = RecordsService(some_features(2))(call)
    if not call.path.endswith("lake-001"):
        return reply
    single, here = orjson.loads(reply.body), call.root + call.path
    links = [
        {"rel": "self", "href": here},
        {"rel": "alternate", "href": f"{here}?f=html"},
        {"rel": "prev", "href": "/"},
    ]
    return dump(single | {"links": links})


def test_one_record_is_fetched_anew_or_told_as_missing() -> None:
    with played("ogc_records", with_links_of_the_answer) as stage:
        [listed, _] = stage.pages()[0].records
        [record] = ogc_records.fetch_one(stage.fetcher, stage.source, "catalogue/lake-001").records
        missing = ogc_records.fetch_one(stage.fetcher, stage.source, "catalogue/nobody")
    assert (record.identifier, record.sha256) == (listed.identifier, listed.sha256)
    assert missing.problems[0].record_id == "catalogue/nobody"


@pytest.mark.parametrize("path", ["", "/", "/collections", "/collections/catalogue/items?limit=5"])
def test_an_endpoint_is_recognised_from_any_page_of_it(path: str) -> None:
    with played("ogc_records", RecordsService(some_features(2))) as stage:
        found = recognise(stage.fetcher, stage.source.url + path)
        assert (found.protocol, found.url, found.name) == ("ogc_records", stage.source.url, "Lakes")


def test_an_endpoint_of_features_only_is_not_claimed() -> None:
    landing = dump({"title": "Maps", "links": [], "conformsTo": [CLASSES[0]]})
    with played("ogc_records", lambda call: landing) as stage:
        assert ogc_records.probe(stage.fetcher, stage.source.url) is None
