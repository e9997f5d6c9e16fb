"""The CKAN road: windows, places, names and single packages, over real HTTP."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from harvester.errors import CursorExpired
from harvester.hostile.ckan_site import SEARCH_PATH, CkanSite, a_package, some_packages
from harvester.hostile.scenario import Call
from harvester.protocols import Window, ckan, recognise
from harvester.testing import Recorded
from tests.harvester.played_source import identifiers_of, played


def searches(asked: list[Call]) -> list[dict[str, str]]:
    return [dict(call.query) for call in asked if call.path == SEARCH_PATH]


def test_a_list_is_read_in_the_order_of_ids_and_says_that_it_is_whole() -> None:
    with played("ckan", CkanSite(some_packages(25)), page_size="10") as stage:
        pages = stage.pages()
        assert [len(page.records) for page in pages] == [10, 10, 5]
        assert all(page.whole and not page.tracks_deletions and page.total == 25 for page in pages)
        assert [page.cursor is None for page in pages] == [False, False, True]
        assert {search["sort"] for search in searches(stage.asked)} == {"id asc"}


def test_a_cursor_goes_on_behind_its_page_in_another_process() -> None:
    with played("ckan", CkanSite(some_packages(25)), page_size="10") as stage:
        first = stage.pages()[0]
        rest = stage.pages(Window(cursor=first.cursor))
        assert identifiers_of(rest) == [package["id"] for package in some_packages(15, 11)]
        assert not any(page.whole for page in rest)


@pytest.mark.parametrize(
    "cursor", ["", "[]", '{"start": "x"}', '{"start": 5, "way": "x"}', '{"other": 1}', "resumption"]
)
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    with played("ckan", CkanSite()) as stage, pytest.raises(CursorExpired):
        stage.pages(Window(cursor=cursor))


def test_a_window_asks_for_what_changed_and_is_not_whole() -> None:
    site = CkanSite([a_package(1), a_package(2, metadata_modified="2026-04-01T10:00:00.5")])
    with played("ckan", site, fq="organization:peat OR tags:peat") as stage:
        [page] = stage.pages(Window(since="2026-03-01T00:00:00Z"))
        assert identifiers_of([page]) == [a_package(2)["id"]]
        assert (page.whole, page.learnt) == (False, {})
        expected = "(organization:peat OR tags:peat) AND metadata_modified:[2026-03-01T00:00:00Z TO *]"
        assert searches(stage.asked)[0]["fq"] == expected


def test_a_window_that_is_passed_over_is_learnt_and_not_asked_again() -> None:
    packages = some_packages(3)
    site = CkanSite(packages)

    def deaf(call: Call) -> Recorded:
        return site(replace(call, query={name: value for name, value in call.query.items() if name != "fq"}))

    with played("ckan", deaf) as stage:
        [page] = stage.pages(Window(since="2026-03-01T00:00:00Z"))
        assert (page.learnt, page.whole) == ({ckan.WINDOW_QUIRK: "ignored"}, False)
        [again] = stage.pages(Window(since="2026-03-01T00:00:00Z"), **page.learnt)
        assert again.whole
        assert "fq" not in searches(stage.asked)[-1]


def test_the_next_window_begins_at_the_sites_own_date_less_the_overlap() -> None:
    def dated(call: Call) -> Recorded:
        reply = CkanSite(some_packages(1))(call)
        return Recorded(reply.body, 200, {**reply.headers, "Date": "Fri, 01 May 2026 12:00:00 GMT"})

    with played("ckan", dated, overlap_s="60") as stage:
        [page] = stage.pages()
    assert page.next_since is not None


def test_equal_packages_have_equal_bytes_whatever_the_order_of_their_fields() -> None:
    package = a_package(1, tracking_summary={"total": 9})
    turned = dict(reversed(a_package(1).items()))
    with played("ckan", CkanSite([package])) as one, played("ckan", CkanSite([turned])) as other:
        assert one.pages()[0].records[0].sha256 == other.pages()[0].records[0].sha256


def test_names_are_all_ids_in_few_requests() -> None:
    with played("ckan", CkanSite(some_packages(25))) as stage:
        [roll] = ckan.identifiers(stage.fetcher, stage.source)
    assert len(roll.named) == 25
    assert (roll.last, roll.total, roll.remarks) == (True, 25, ())
    assert roll.named[0].datestamp == "2024-03-01T08:00:00.000000"


def test_one_package_is_fetched_anew_or_told_as_missing() -> None:
    with played("ckan", CkanSite(some_packages(2))) as stage:
        [record] = ckan.fetch_one(stage.fetcher, stage.source, a_package(2)["id"]).records
        missing = ckan.fetch_one(stage.fetcher, stage.source, "nobody")
    assert orjson.loads(record.payload)["title"] == "Peatland survey 2"
    assert (missing.records, missing.problems[0].record_id) == ((), "nobody")


@pytest.mark.parametrize("path", ["", "/dataset", "/api/3/action/package_search?q=x", "/organization/peat"])
def test_a_site_is_recognised_from_any_page_of_it(path: str) -> None:
    with played("ckan", CkanSite(some_packages(3))) as stage:
        found = recognise(stage.fetcher, stage.source.url + path)
        assert (found.protocol, found.url, found.name) == ("ckan", stage.source.url, "Peat data")
        assert found.details["packages"] == "3"


def test_another_api_is_no_ckan_site() -> None:
    with played("ckan", lambda call: Recorded(b'{"success": true, "result": ["a"]}')) as stage:
        assert ckan.probe(stage.fetcher, stage.source.url) is None
