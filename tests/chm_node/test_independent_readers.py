"""Readers that others wrote find in our pages, files and API what we say is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import extruct
import pytest
from hypothesis import HealthCheck, given, settings
from loopback_server import free_port, serve
from published_pages import BROWSER, ReadSide, make_read_side, one_of_each_type
from published_site import SITE
from schemathesis.openapi import from_asgi
from usp.tree import sitemap_tree_for_homepage

from vocabularies.formats.schema_types import schema_type

NEW = (
    "/api/v1/search.csv",
    "/api/v1/search.xlsx",
    "/api/v2013/index/select",
    "/data.json",
    "/feed.atom",
    "/informea.svc",
    "/informea.svc/{resource}",
)
"""Addresses whose parameters are languages of their own: they are tried more."""


@pytest.fixture(scope="module")
def read_side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadSide]:
    port = free_port()
    site = replace(SITE, base_url=f"http://127.0.0.1:{port}")
    made = make_read_side(f"sqlite:///{tmp_path_factory.mktemp('readers')}/site.db", site)
    made.site.publish(one_of_each_type())
    yield made
    made.site.engine.dispose()


def test_a_crawler_finds_the_json_ld_of_every_page(read_side: ReadSide) -> None:
    for record in one_of_each_type():
        local_id = record.id.rsplit(":", 1)[1]
        page = read_side.client.get(f"/records/{local_id}", headers=BROWSER).text
        found = extruct.extract(page, base_url=read_side.site.site.base_url, syntaxes=["json-ld"], errors="strict")
        things = [thing for block in found["json-ld"] for thing in block.get("@graph", [block])]
        kinds = {kind for thing in things for kind in _listed(thing["@type"])}
        assert schema_type(record.type, record.subtype) in kinds, local_id
        assert any("Sample" in str(thing.get("name")) for thing in things), local_id


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_a_sitemap_reader_walks_from_the_home_page_to_every_record(read_side: ReadSide) -> None:
    base_url = read_side.site.site.base_url
    with serve(read_side.app, int(base_url.rpartition(":")[2])):
        tree = sitemap_tree_for_homepage(f"{base_url}/", use_known_paths=False)
        pages = {page.url: page.last_modified for page in tree.all_pages()}
    wanted = {f"{base_url}/records/{record.id.rsplit(':', 1)[1]}" for record in one_of_each_type()}
    assert set(pages) == wanted and all(pages.values())


def test_no_request_the_description_of_the_api_allows_is_answered_with_a_fault_of_ours(read_side: ReadSide) -> None:
    schema = from_asgi("/openapi.json", read_side.app)
    tried = set()
    for result in schema.include(method="GET").get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=60 if operation.path in NEW else 8,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def holds(case: Any) -> None:
            answer = case.call()
            assert answer.status_code < 500, (case.path, case.query, answer.text[:500])

        holds()
        tried.add(operation.path)
    assert set(NEW) <= tried and len(tried) > 25
