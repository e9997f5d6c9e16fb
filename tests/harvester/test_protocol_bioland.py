"""The Bioland road: languages joined, windows, places and single nodes, over real HTTP."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from harvester.errors import CursorExpired, WrongAnswer
from harvester.hostile.bioland_site import LIST, BiolandSite, a_node, dump, some_nodes
from harvester.hostile.scenario import Call
from harvester.protocols import Page, Window, bioland, recognise
from harvester.protocols.drupal_nodes import flat_node
from harvester.testing import Recorded
from tests.harvester.played_source import identifiers_of, played

SINCE = Window(since="2024-01-03T12:00:00Z")


def node_ids(*numbers: int) -> list[str]:
    return [str(a_node(number)["id"]) for number in numbers]


def languages_of(pages: list[Page]) -> list[list[str]]:
    return [orjson.loads(record.payload)["languages"] for page in pages for record in page.records]


def test_a_node_is_one_record_with_all_its_languages() -> None:
    with played("bioland", BiolandSite(some_nodes(25)), page_size="10", locales="en fr") as stage:
        pages = stage.pages()
        assert identifiers_of(pages) == node_ids(*range(1, 26))
        assert languages_of(pages) == [["en", "fr"]] * 25
        assert all(page.whole and not page.tracks_deletions and page.total == 25 for page in pages)
        assert [page.cursor is None for page in pages] == [False, False, True]
        assert len(stage.asked) == 8, "whether each language is there, and a page in each"


def test_the_languages_a_site_serves_are_found_out_and_kept() -> None:
    with played("bioland", BiolandSite(some_nodes(2))) as stage:
        [page] = stage.pages()
        assert page.learnt == {bioland.LOCALES_QUIRK: "en fr"}
        assert languages_of([page]) == [["en", "fr"]] * 2
        asked = len(stage.asked)
        stage.pages(SINCE, **page.learnt)
        assert not [call for call in stage.asked[asked:] if call.path.startswith("/ru/")]


def test_a_site_without_languages_in_its_addresses_is_read_bare() -> None:
    def bare(call: Call) -> Recorded:
        return site(call) if call.path.startswith("/jsonapi") else Recorded(b"no", 404)

    site = BiolandSite({"en": [a_node(1, "de")]})
    with played("bioland", bare) as stage:
        assert languages_of(stage.pages()) == [["de"]]


def test_a_cursor_goes_on_behind_its_page_in_another_process() -> None:
    with played("bioland", BiolandSite(some_nodes(25)), page_size="10", locales="en fr") as stage:
        first = stage.pages()[0]
        rest = stage.pages(Window(cursor=first.cursor))
        assert identifiers_of(rest) == node_ids(*range(11, 26))
        assert not any(page.whole for page in rest)


@pytest.mark.parametrize(
    "cursor", ["[]", "x", '{"at": 3, "locales": ["en"], "strays": []}', '{"locales": [], "strays": []}']
)
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    with played("bioland", BiolandSite()) as stage, pytest.raises(CursorExpired):
        stage.pages(Window(cursor=cursor))


def test_a_window_asks_for_what_changed_in_any_language() -> None:
    nodes = some_nodes(5)
    nodes["fr"][0] |= {"changed": "2024-01-05T00:00:00+00:00"}
    with played("bioland", BiolandSite(nodes), locales="en fr") as stage:
        pages = stage.pages(SINCE)
        assert sorted(identifiers_of(pages)) == node_ids(1, 3, 4, 5)
        assert not any(page.whole for page in pages)
    assert languages_of(pages) == [["en", "fr"]] * 4


def test_a_language_named_in_the_settings_and_not_served_is_told() -> None:
    with played("bioland", BiolandSite(some_nodes(2)), locales="en,ru") as stage:
        [page] = stage.pages()
    assert languages_of([page]) == [["en"]] * 2
    assert [(remark.code, remark.severity) for remark in page.remarks] == [("LIST_INCOMPLETE", "note")]


def test_a_site_that_serves_none_of_the_languages_named_is_no_empty_list() -> None:
    with played("bioland", BiolandSite(some_nodes(2)), locales="ru") as stage, pytest.raises(WrongAnswer):
        stage.pages()


def test_one_node_is_fetched_anew_as_it_is_in_the_list_or_told_as_missing() -> None:
    with played("bioland", BiolandSite(some_nodes(2)), locales="en fr") as stage:
        listed = stage.pages()[0].records[1]
        [record] = bioland.fetch_one(stage.fetcher, stage.source, listed.identifier).records
        missing = bioland.fetch_one(stage.fetcher, stage.source, "nobody")
    assert record == listed
    assert (missing.records, missing.problems[0].record_id) == ((), "nobody")


def test_names_are_those_of_all_languages() -> None:
    nodes = {**some_nodes(12), "fr": [a_node(3, "fr"), a_node(99, "fr")]}
    with played("bioland", BiolandSite(nodes), page_size="10", locales="en fr") as stage:
        rolls = list(bioland.identifiers(stage.fetcher, stage.source))
        assert all("fields[node--content]" in call.query for call in stage.asked)
    assert {each.identifier for roll in rolls for each in roll.named} == set(node_ids(*range(1, 13), 99))
    assert [roll.last for roll in rolls] == [False, False, True]
    assert not any(roll.remarks for roll in rolls)


def test_relationships_are_put_in_place_as_the_site_would() -> None:
    resource: dict[str, Any] = {
        "type": "node--content",
        "id": "n",
        "links": {"self": {"href": "x"}},
        "attributes": {"title": "Reef"},
        "relationships": {
            "field_type_placement": {"data": {"type": "taxonomy_term--tags", "id": "t"}, "links": {}},
            "field_attachments": {"data": [{"type": "media--image", "id": "gone"}]},
            "uid": {"data": None},
        },
    }
    included = {
        ("taxonomy_term--tags", "t"): {"type": "taxonomy_term--tags", "id": "t", "attributes": {"name": "News"}}
    }
    assert flat_node(resource, included) == {
        "type": "node--content",
        "id": "n",
        "title": "Reef",
        "field_type_placement": {"type": "taxonomy_term--tags", "id": "t", "name": "News"},
        "field_attachments": [{"type": "media--image", "id": "gone"}],
    }


@pytest.mark.parametrize("path", ["", "/en", "/en/jsonapi/node/content?page[limit]=5", "/jsonapi"])
def test_a_site_is_recognised_from_any_address_of_it(path: str) -> None:
    with played("bioland", BiolandSite(some_nodes(3))) as stage:
        found = recognise(stage.fetcher, stage.source.url + path)
    assert (found.protocol, found.url, found.details) == ("bioland", stage.source.url, {"nodes": "3"})


@pytest.mark.parametrize("value", [{"data": [{"type": "articles", "id": "1"}]}, {"data": 7}, {"results": []}, []])
def test_another_api_is_no_bioland_site(value: object) -> None:
    with played("bioland", lambda call: dump(value)) as stage:
        assert bioland.probe(stage.fetcher, stage.source.url) is None


def test_an_answer_that_is_none_is_no_empty_list() -> None:
    with played("bioland", lambda call: dump({"results": []}), locales="en") as stage, pytest.raises(WrongAnswer):
        stage.pages()


def test_the_kind_of_content_can_be_another() -> None:
    def articles(call: Call) -> Recorded:
        return site(Call(call.root, call.path.replace("/node/article", "/node/content"), call.query))

    site = BiolandSite(some_nodes(1))
    with played("bioland", articles, locales="en", resource="node/article") as stage:
        stage.pages()
        assert {call.path for call in stage.asked} == {"/en" + LIST.replace("content", "article")}
