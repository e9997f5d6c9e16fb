"""OGC API - Records endpoints that go wrong: next links that lead back or out, pages that are none, odd records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harvester.hostile.records_service import (
    ITEMS_PATH,
    RecordsService,
    a_feature,
    dump,
    page,
    some_features,
    where,
)
from harvester.hostile.scenario import OGC_RECORDS, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, web_page
from harvester.testing import Recorded

_Answer = Callable[[RecordsService, Call, int], Reply]
_INTERNAL = "http://10.0.0.7:8080"


def _items(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give an endpoint that is right but for its items; the answer is told the offset."""

    def make() -> Play:
        service = RecordsService(some_features(count))

        def play(call: Call) -> Reply:
            if call.path != ITEMS_PATH:
                return service(call)
            return answer(service, call, int(call.query.get("offset", "0")))

        return play

    return make


def _later(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give an endpoint whose items are right in the first harvest only."""

    def later(service: RecordsService, call: Call, offset: int) -> Reply:
        good = service(call)
        return good if service.lists < 2 else answer(service, call, offset)

    return _items(count, later)


def _features(*features: Any) -> Callable[[], Play]:
    return _items(0, lambda service, call, offset: page(features, None, len(features)))


def _linked(link: Callable[[Call, int], str]) -> Callable[[], Play]:
    """Give an endpoint of 25 records whose next link is what a function makes of the offset."""

    def answer(service: RecordsService, call: Call, offset: int) -> Reply:
        more = offset + 10 < 25
        return page(service.features[offset : offset + 10], link(call, offset) if more else None, 25)

    return _items(25, answer)


def _cycle(service: RecordsService, call: Call, offset: int) -> Reply:
    return page(service.features[offset : offset + 10], where(call, {0: 10, 10: 20}.get(offset, 10)), 30)


def _old_records(service: RecordsService, call: Call, offset: int) -> Reply:
    return page(service.features[:10], where(call, offset + 10), 1000)


def _empty_pages(service: RecordsService, call: Call, offset: int) -> Reply:
    return page([], where(call, offset + 10), 1000)


def _extra_empty_page(service: RecordsService, call: Call, offset: int) -> Reply:
    """Give one empty page behind the last record, as pygeoapi 0.24 does."""
    return page(service.features[offset : offset + 10], where(call, offset + 10) if offset < 20 else None, 20)


def _cut_once() -> Play:
    service, cut = RecordsService(some_features(25)), [False]

    def play(call: Call) -> Reply:
        reply = service(call)
        if call.query.get("offset") == "10" and not cut[0]:
            cut[0] = True
            return cut_short(reply, by=300)
        return reply

    return play


def _down_for_a_day() -> Play:
    """Answer the second page with status 500 until the list is taken up again the next day."""
    service, down = RecordsService(some_features(25)), [0]

    def play(call: Call) -> Reply:
        if call.query.get("offset") == "10" and down[0] < 1:
            down[0] += 1
            return Recorded(b"Internal Server Error", 500)
        return service(call)

    return play


_LOOP = "The run stops and names the loop; the records read are kept."
_ALL = "All records arrive, each once."
_OTHERS = "It is told as failed; the others arrive."
_NO_ENDPOINT = "The run fails as “not OGC API - Records”; nothing is removed and the place stays."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), OGC_RECORDS, does, must, make, {"page_size": "10", **settings})


RECORDS_LISTS: Mapping[str, Scenario] = {
    "records-next-is-itself": _scenario(
        "H50 H07", "The next link of a page is the page itself.", _LOOP, _linked(where),
    ),
    "records-cycle": _scenario("H08 F24", "The second and third page lead to each other.", _LOOP, _items(30, _cycle)),
    "records-old-records": _scenario(
        "H09", "Every page has a new address and the same records.", _LOOP, _items(10, _old_records),
    ),
    "records-endless-empty-pages": _scenario(
        "H14 F26", "Empty pages with new addresses follow for ever.", _LOOP, _items(0, _empty_pages),
    ),
    "records-extra-empty-page": _scenario(
        "H14", "An empty page follows the last record.", _ALL, _items(20, _extra_empty_page),
    ),
    "records-internal-next": _scenario(
        "F30", "The next link names a host behind its proxy.", "That host is never asked; all records arrive.",
        _linked(lambda call, offset: where(call, offset + 10).replace(call.root.rpartition("/")[0], _INTERNAL)),
    ),
    "records-foreign-next": _scenario(
        "F30", "The next link leads to another host and another path.",
        "That host is never asked; the run is not simply done.",
        _linked(lambda call, offset: f"{_INTERNAL}/elsewhere?offset={offset + 10}"),
    ),
    "records-file-next": _scenario(
        "F87 F30", "The next link is a file: address.", "It is not opened; the run is not simply done.",
        _linked(lambda call, offset: "file:///etc/passwd"),
    ),
    "records-fewer-than-announced": _scenario(
        "F05 H50", "Forty records are announced, the list ends after 25.", "The missing ones are told.",
        _items(25, lambda service, call, offset: page(
            service.features[offset : offset + 10], where(call, offset + 10) if offset < 20 else None, 40)),
    ),
    "records-cut-short-once": _scenario("H01", "The second page breaks off, once.", _ALL, _cut_once),
    "records-page-down": _scenario(
        "F03 F04", "The second page is answered with status 500; the next day it is well again.",
        "The first page is kept, and the next run goes on behind it.", _down_for_a_day,
    ),
    "records-empty-later": _scenario(
        "F01", "From the second harvest on there is no record any more.", "Nothing is removed.",
        _later(25, lambda service, call, offset: page([], None, 0)),
    ),
    "records-login-page": _scenario(
        "H06 F07", "From the second harvest on there is a login page with status 200.", _NO_ENDPOINT,
        _later(3, lambda service, call, offset: web_page("Please log in")),
    ),
    "records-error-object": _scenario(
        "H39 F07", "From the second harvest on there is an error object with status 200.", _NO_ENDPOINT,
        _later(3, lambda service, call, offset: dump({"code": "NoApplicableCode", "description": "later"})),
    ),
    "records-broken-record": _scenario(
        "F44 F56", "Among good records one has no id, one no properties, one is a number.", _OTHERS,
        _features(a_feature(1), {"type": "Feature", "properties": {"title": "Nameless"}}, a_feature(2, properties=None),
                  7, a_feature(3)),
    ),
    "records-wrong-types": _scenario(
        "F51", "Titles, keywords, links and geometries are of wrong types.",
        "Each arrives or is refused with the reason; the others arrive.",
        _features(a_feature(1), a_feature(2, properties={"title": 7, "keywords": {"a": 1}, "themes": "x"}),
                  a_feature(3, geometry={"type": "Point", "coordinates": "here"}, links=[7, {"href": None}]),
                  a_feature(4, properties={"title": None, "contacts": [{"name": 3}]})),
    ),
    "records-repeats-across-pages": _scenario(
        "H15", "The last records of a page come again on the next.", "Each record is there once.",
        _items(25, lambda service, call, offset: page(
            service.features[max(0, offset - 3) : offset + 10], where(call, offset + 10) if offset < 20 else None, 25)),
    ),
}  # fmt: skip
