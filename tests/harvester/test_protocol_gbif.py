"""GBIF's registry and publishing toolkits over HTTP: recognised, read page by page, resumed, asked for one record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harvester.configs import GbifConfig, IptConfig
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.hostile import HostileServer, Scenario, serve_hostile
from harvester.hostile.gbif_lists import Registry, some_entries
from harvester.hostile.ipt_lists import IPT_LISTS, key_of
from harvester.hostile.scenario import GBIF
from harvester.protocols import PROTOCOLS, Window, gbif, ipt, recognise
from harvester.sources import Source

REGISTRY = Scenario(("own",), GBIF, "", "", lambda: Registry(some_entries(25)))
TOOLKIT = IPT_LISTS["ipt-behind-proxy"]


@pytest.fixture
def fetcher() -> Iterator[HttpFetcher]:
    with HttpFetcher(FetchSettings(allow_loopback=True)) as fetcher:
        yield fetcher


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with serve_hostile({"registry": REGISTRY, "toolkit": TOOLKIT}) as server:
        yield server


def registry(server: HostileServer, query: str = "") -> Source:
    return Source("gbif", "GBIF", server.source_url("registry") + query, "gbif", GbifConfig(page_size=10))


def toolkit(server: HostileServer) -> Source:
    return Source("ipt", "IPT", server.source_url("toolkit"), "ipt", IptConfig(page_size=2))


def test_every_list_is_whole_and_goes_on_from_its_cursor(fetcher: HttpFetcher, server: HostileServer) -> None:
    pages = list(PROTOCOLS["gbif"].pages(fetcher, registry(server, "?country=KE&limit=3"), Window()))
    assert [len(page.records) for page in pages] == [10, 10, 5]
    assert all(page.whole and not page.tracks_deletions for page in pages)
    assert {call.query["country"] for call in server.requests} == {"KE"}
    rest = list(PROTOCOLS["gbif"].pages(fetcher, registry(server), Window(cursor=pages[1].cursor)))
    assert [raw.identifier for page in rest for raw in page.records] == [raw.identifier for raw in pages[2].records]
    assert not any(page.whole for page in rest)


def test_one_dataset_is_asked_for_by_its_key_and_a_missing_one_is_a_problem(
    fetcher: HttpFetcher, server: HostileServer
) -> None:
    page = gbif.fetch_one(fetcher, registry(server), "nobody")
    assert [problem.record_id for problem in page.problems] == ["nobody"]
    assert server.requests[-1].path == "/v1/dataset/nobody"


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"type": "CHECKLIST"}, "gbif_dataset"),
        ({"publishingOrganizationKey": "p", "endorsingNodeKey": "n"}, "gbif_dataset"),
        ({"endorsingNodeKey": "n"}, "gbif_organization"),
        ({"numConstituents": 3}, "gbif_organization"),
        ({"organizationKey": "p", "type": "IPT_INSTALLATION"}, "gbif_installation"),
    ],
)
def test_what_an_entry_is_shows_in_the_keys_it_names(entry: dict[str, object], kind: str) -> None:
    assert gbif.kind_of(entry) == kind


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("https://gbif.example", ("https://gbif.example/v1/dataset",)),
        ("https://gbif.example/v1/dataset?limit=5&country=KE", ("https://gbif.example/v1/dataset?country=KE",)),
        ("https://gbif.example/news", ()),
    ],
)
def test_an_address_somebody_copied_leads_to_the_list(given: str, found: tuple[str, ...]) -> None:
    assert gbif.list_addresses(given) == found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("https://ipt.example/ipt/rss.do", ("https://ipt.example/ipt/rss.do",)),
        ("https://ipt.example/ipt/resource?r=moss", ("https://ipt.example/ipt/rss.do", "https://ipt.example/rss.do")),
        ("https://ipt.example", ("https://ipt.example/rss.do",)),
    ],
)
def test_the_address_of_a_resource_leads_to_the_toolkits_list(given: str, found: tuple[str, ...]) -> None:
    assert ipt.list_addresses(given) == found


def test_both_are_recognised(fetcher: HttpFetcher, server: HostileServer) -> None:
    assert recognise(fetcher, server.source_url("registry")).protocol == "gbif"
    found = recognise(fetcher, server.source_url("toolkit"))
    assert (found.protocol, found.name, found.details["resources"]) == ("ipt", "Moss toolkit", "3")


def test_a_toolkit_is_read_some_resources_at_a_time_the_oldest_first(
    fetcher: HttpFetcher, server: HostileServer
) -> None:
    pages = list(ipt.pages(fetcher, toolkit(server), Window()))
    assert [[raw.identifier for raw in page.records] for page in pages] == [[key_of(1), key_of(2)], [key_of(3)]]
    assert [page.next_since for page in pages] == [None, "2026-03-03T08:00:00Z"]
    assert pages[0].records[0].datestamp == "2026-03-01T08:00:00Z"
    assert not any(page.whole or page.tracks_deletions for page in pages)
    rest = list(ipt.pages(fetcher, toolkit(server), Window(cursor=pages[0].cursor)))
    assert [raw.identifier for page in rest for raw in page.records] == [key_of(3)]


def test_a_window_asks_for_the_latest_versions_only(fetcher: HttpFetcher, server: HostileServer) -> None:
    pages = list(ipt.pages(fetcher, toolkit(server), Window(since="2026-03-04T00:00:00Z")))
    assert [raw.identifier for page in pages for raw in page.records] == [key_of(3)]
    assert pages[-1].next_since == "2026-03-04T00:00:00Z"


def test_one_resource_is_asked_for_by_its_key(fetcher: HttpFetcher, server: HostileServer) -> None:
    assert [raw.identifier for raw in ipt.fetch_one(fetcher, toolkit(server), key_of(2)).records] == [key_of(2)]
    assert ipt.fetch_one(fetcher, toolkit(server), "nobody").problems[0].record_id == "nobody"
