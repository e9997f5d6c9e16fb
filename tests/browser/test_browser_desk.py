"""The secretariat's pages in a browser: no table wider than a telephone, no word of a heading broken on a desk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_server import free_port, serve
from playwright.sync_api import Browser

from harvester.app import create_app
from harvester.runs import run_source

sys.path.insert(0, str(Path(__file__).parents[1] / "harvester"))  # the nodes that exist only in memory
from fake_node import a_record, new_federation

pytestmark = pytest.mark.browser
PATHS = ("/nodes", "/nodes/ke", "/runs", "/runs/1")
HEIGHT_OF_ONE_LINE = 60


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A centre with a node that works, one that fails, and problems."""
    home = tmp_path_factory.mktemp("centre")
    for federation in new_federation(f"sqlite:///{home / 'harvester.sqlite'}", home):
        node = federation.add("ke", name="A clearing-house with a name of some length")
        node.put(a_record("ke", "a"))
        long_id = "urn:chm:ke:an-identifier-that-does-not-break-anywhere-and-goes-on-for-very-long-indeed"
        node.put_json(long_id, {"id": long_id, "type": "spaceship-of-unusual-length-and-beauty", "title": {"en": "A"}})
        federation.add("broken").fails_after = 0
        for name in ("ke", "broken"):
            run_source(federation.centre, name)
        with serve(create_app(federation.centre.settings), free_port()) as served:
            yield served


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [360, 800, 1280])
def test_no_page_of_the_desk_is_wider_than_its_screen(
    chromium: Browser, address: str, language: str, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800}, locale=language)
    for path in PATHS:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        tallest = page.evaluate(
            "Math.max(...[...document.querySelectorAll('thead')].map(each => each.getBoundingClientRect().height))"
        )
        assert tallest <= HEIGHT_OF_ONE_LINE * 1.5, path
    page.close()
