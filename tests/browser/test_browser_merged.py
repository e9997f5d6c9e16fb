"""The page of a record made of several, in a browser: where each field is from stands under it, and it stays narrow."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_server import free_port, serve
from playwright.sync_api import Browser

from harvester.app import create_app
from harvester.duplicates import decide_pair
from harvester.runs import run_source

sys.path.insert(0, str(Path(__file__).parents[1] / "harvester"))  # the nodes that exist only in memory
from fake_node import a_record, new_federation

pytestmark = pytest.mark.browser
DOI = [{"scheme": "doi", "value": "10.5555/mangrove"}]


@pytest.fixture(scope="module")
def page_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A thing that two sources tell of, and a later version of it."""
    home = tmp_path_factory.mktemp("merged")
    for federation in new_federation(f"sqlite:///{home / 'harvester.sqlite'}", home):
        ke = federation.add("ke", name="Kenya Clearing-House Mechanism")
        portal = federation.add("portal", name="Portal of Regional Knowledge")
        ke.put(
            a_record(
                "ke", "a", {"en": "Mangrove nurseries", "ar": "مشاتل المانغروف"}, source_ids=DOI,
                summary={"en": "How to plant.", "ar": "كيفية الزراعة."}, languages=["en", "ar"],
                government="KE", links=[{"url": "https://ke.example/guide.pdf"}],
            )
        )  # fmt: skip
        portal.put(
            a_record(
                "portal", "b", {"en": "Mangrove nurseries", "fr": "Pépinières de mangrove"}, source_ids=DOI,
                summary={"fr": "Comment planter."}, languages=["en", "fr"], gbf_targets=["GBF-TARGET-02"],
                keywords=[{"label": {"en": "mangrove"}}], license="CC-BY-4.0",
                links=[{"url": "https://ke.example/guide.pdf"}, {"url": "https://portal.example/b"}],
            )
        )  # fmt: skip
        portal.put(a_record("portal", "c", "Mangrove nurseries, second edition", languages=["en"]))
        for name in ("ke", "portal"):
            run_source(federation.centre, name)
        decide_pair(federation.centre, "urn:chm:portal:c", "urn:chm:ke:a", "different", by="ana", relation="version_of")
        [local_id] = [name for name, each in federation.published().items() if "fr" in each["title"]]
        with serve(create_app(federation.centre.settings), free_port()) as served:
            yield f"{served}/records/{local_id}"


@pytest.mark.parametrize(
    ("language", "word", "version"), [("en", "from:", "Has the version"), ("ar", "المصدر:", "من نسخه")]
)
@pytest.mark.parametrize("width", [360, 1280])
def test_each_field_says_where_it_is_from_and_the_page_fits_its_screen(
    chromium: Browser, page_address: str, language: str, word: str, version: str, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800}, locale=language)
    page.goto(page_address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    told = page.locator(".from").all_inner_texts()
    assert told[0] == f"{word} Kenya Clearing-House Mechanism"
    targets = page.locator("dd", has=page.locator("a[href*='GBF-TARGET-02']"))
    assert targets.locator(".from").inner_text() == f"{word} Portal of Regional Knowledge"
    assert page.locator("dt", has_text=version).count() == 1
    page.close()
