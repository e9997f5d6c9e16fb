"""The pages as people meet them: narrow and wide, from either side, by keyboard, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from loopback_server import free_port, serve
from playwright.sync_api import Browser, Page
from published_pages import make_read_side, one_of_each_type
from published_site import SITE, sample_record

pytestmark = pytest.mark.browser

PATHS = (
    "/", "/records", "/records?q=wetland&type=resource", "/records/need-1", "/records/merged", "/records/gone",
    "/vocabularies", "/vocabularies/sdg-targets", "/vocabularies/gbf-targets/GBF-TARGET-03", "/docs", "/problems",
    "/nowhere",
)  # fmt: skip
SOURCES = (
    {
        "source": "ke",
        "originalId": "urn:chm:ke:a-long-identifier-that-does-not-break",
        "harvestedAt": "2024-05-04T04:10:00Z",
    },
    {"source": "unep", "originalUrl": "https://unep.example/a/long/address/that/goes/on/and/on?with=parameters"},
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A node served on loopback."""
    port = free_port()
    site = replace(SITE, base_url=f"http://127.0.0.1:{port}")
    made = make_read_side(f"sqlite:///{tmp_path_factory.mktemp('site') / 'site.db'}", site)
    title = {"en": "Wetlands", "ar": "الأراضي الرطبة"}
    made.site.publish(
        [*one_of_each_type(), sample_record("gone"), sample_record("merged", title=title, provenance=SOURCES)]
    )
    made.site.publish(sample_record(f"r{n}") for n in range(30))
    made.site.withdraw("gone")
    with serve(made.app, port) as served:
        yield served


def open_page(chromium: Browser, width: int, **context: object) -> Page:
    return chromium.new_page(viewport={"width": width, "height": 800}, java_script_enabled=False, **context)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_its_screen(chromium: Browser, address: str, language: str, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800}, locale=language)
    for path in PATHS:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.close()


def test_nothing_is_fetched_from_elsewhere_and_nothing_fails(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    for path in ("/", "/records", "/records/merged", "/vocabularies", "/docs"):
        asked.clear()
        page.goto(address + path)
        assert 1 <= len(asked) <= 6 and all(url.startswith(address) for url in asked), path
    assert complaints == []
    page.close()


def test_the_page_is_mirrored_for_arabic(chromium: Browser, address: str) -> None:
    starts = {}
    for language in ("en", "ar"):
        page = open_page(chromium, 1280)
        page.goto(f"{address}/records?lang={language}")
        box = page.locator(".facets").bounding_box()
        results = page.locator(".results section").bounding_box()
        assert box is not None and results is not None
        starts[language] = box["x"] < results["x"]
        page.close()
    assert starts == {"en": True, "ar": False}


def test_a_search_works_by_keyboard_and_without_javascript(chromium: Browser, address: str) -> None:
    page = open_page(chromium, 1280, locale="en")
    page.goto(address + "/")
    page.locator("#q").focus()
    page.keyboard.type("wetlands")
    page.keyboard.press("Enter")
    assert page.locator("#found").inner_text() == "47 records found"
    page.locator(".facets a", has_text="Knowledge resource").click()
    assert page.locator(".chips a").inner_text().startswith("Record type: Knowledge resource")
    page.locator(".next a").click()
    assert page.locator(".cards > li").count() == 12
    page.locator(".chips a").click()
    assert page.locator("#found").inner_text() == "47 records found"
    page.close()


def test_the_first_tab_leads_past_the_navigation(chromium: Browser, address: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, locale="en")
    page.goto(address + "/records/merged")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box is not None and box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


def test_the_chosen_language_stays_without_any_sign_in_the_address(chromium: Browser, address: str) -> None:
    context = chromium.new_context(locale="en", java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/records?q=wetland")
    page.get_by_role("link", name="Français").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.locator("#q").input_value() == "wetland"
    page.goto(address + "/vocabularies")
    assert page.locator("html").get_attribute("lang") == "fr"
    context.close()


def test_links_in_lists_are_large_enough_to_hit(chromium: Browser, address: str) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 800}, locale="en")
    for path, links in (
        ("/", ".languages a, .main-nav a, .tiles a, footer a"),
        ("/records?type=event", ".facets a:visible, .chips a"),
    ):
        page.goto(address + path)
        for link in page.locator(links).all():
            box = link.bounding_box()
            assert box is not None and box["height"] >= 24 and box["width"] >= 24, (path, link.inner_text())
    page.close()


def test_text_stands_out_from_its_ground(chromium: Browser, address: str) -> None:
    """WCAG 2.2 §1.4.3: 4.5 : 1, computed for every element that holds text."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, locale="en")
    for path in ("/", "/records?q=wetland&type=resource", "/records/merged", "/records/gone"):
        page.goto(address + path)
        assert page.evaluate(CONTRAST) == [], path
    page.close()


CONTRAST = """() => {
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m };
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor); if (c[3]) return c }
    return [255, 255, 255, 1] };
  const poor = [];
  for (const e of document.body.querySelectorAll('*')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(`${e.tagName} ${e.className} ${ratio.toFixed(2)}`);
  }
  return poor }"""
