"""A search index follows the change log of a real catalogue, can be thrown away, and finds records across languages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from published_site import PublishedSite, make_site, sample_record

from chm_node.publishing.search.engine import SearchRequest
from chm_node.publishing.search.live import LiveSearch, open_engine


@pytest.fixture
def site(database_url: str) -> Iterator[PublishedSite]:
    made = make_site(database_url)
    yield made
    made.engine.dispose()


def open_search(site: PublishedSite, directory: Path | None = None) -> LiveSearch:
    return LiveSearch(site.catalogue, open_engine(directory, site.site.node_id))


def found(search: LiveSearch, query: str = "") -> set[str]:
    return {hit.local_id for hit in search.search(SearchRequest(query, limit=100)).hits}


def test_a_reader_sees_what_was_published_changed_and_withdrawn(site: PublishedSite) -> None:
    search = open_search(site)
    assert found(search) == set()
    site.publish([sample_record("a"), sample_record("b", title={"en": "Mangrove atlas"})])
    assert found(search, "mangrove") == {"b"}
    site.publish([sample_record("b", title={"en": "Seagrass atlas"})])
    assert (found(search, "mangrove"), found(search, "seagrass")) == (set(), {"b"})
    site.withdraw("a")
    assert found(search) == {"b"}


def test_a_question_in_one_language_finds_a_record_in_another_by_its_terms(site: PublishedSite) -> None:
    search = open_search(site)
    site.publish([sample_record("x", title={"fr": "Zones humides"}, summary={}, languages=("fr",), government="EG")])
    assert found(search, "مصر") == {"x"}
    assert found(search, "埃及") == {"x"}
    assert found(search, "Египет") == {"x"}


def test_an_index_in_a_directory_goes_on_where_it_stopped(site: PublishedSite, tmp_path: Path) -> None:
    site.publish([sample_record("a")])
    assert found(open_search(site, tmp_path / "index")) == {"a"}
    site.publish([sample_record("b")])
    site.withdraw("a")
    assert found(open_search(site, tmp_path / "index")) == {"b"}


def test_an_index_of_another_node_or_a_newer_past_is_made_anew(site: PublishedSite, tmp_path: Path) -> None:
    other = make_site(f"sqlite:///{tmp_path}/other.db")
    other.publish([sample_record(f"o{n}") for n in range(5)])
    assert len(found(open_search(other, tmp_path / "index"))) == 5
    site.publish([sample_record("a")])
    assert found(open_search(site, tmp_path / "index")) == {"a"}
    (tmp_path / "index" / "owner.txt").write_text("somebody else\n")
    assert found(open_search(site, tmp_path / "index")) == {"a"}
    other.engine.dispose()


def test_rebuilding_gives_the_same_answers(site: PublishedSite) -> None:
    search = open_search(site)
    site.publish([sample_record(f"r{n}", type="event" if n % 2 else "news") for n in range(40)])
    site.withdraw("r7")
    before = search.search(SearchRequest("wetland", limit=100))
    search.rebuild()
    after = search.search(SearchRequest("wetland", limit=100))
    assert (before.total, before.facets) == (after.total, after.facets)
    assert {hit.local_id for hit in before.hits} == {hit.local_id for hit in after.hits}


def test_readers_never_fail_while_records_arrive(site: PublishedSite, tmp_path: Path) -> None:
    search, second = open_search(site, tmp_path / "index"), open_search(site, tmp_path / "index")
    failures: list[Exception] = []

    def read(through: LiveSearch) -> None:
        try:
            for _ in range(30):
                through.search(SearchRequest("wetland"))
        except Exception as failure:  # noqa: BLE001 - the thread hands it to the test
            failures.append(failure)

    readers = [threading.Thread(target=read, args=(through,)) for through in (search, second, search)]
    for reader in readers:
        reader.start()
    for batch in range(10):
        site.publish([sample_record(f"b{batch}-{n}") for n in range(5)], formats=("native",))
    for reader in readers:
        reader.join(60)
    assert failures == []
    assert len(found(search)) == 50


def test_facets_name_countries_regions_targets_languages_years_and_nodes(site: PublishedSite) -> None:
    site.publish([sample_record("a", government="KE", country_regions=("UG",))])
    facets = open_search(site).search(SearchRequest()).facets
    values = {name: {entry.value for entry in entries} for name, entries in facets.items()}
    assert values["country"] == {"KE", "UG"}
    assert {"014", "202", "002"} <= values["region"]
    assert (values["target"], values["language"], values["year"]) == ({"GBF-TARGET-02"}, {"en", "fr"}, {"2024"})
    assert (values["type"], values["node"]) == ({"resource"}, {"ke"})
