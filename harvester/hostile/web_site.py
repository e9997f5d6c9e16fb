"""A small web site in memory, pages with JSON-LD and a sitemap, for scenarios to spoil; itself without fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import orjson

from harvester.hostile.scenario import Call, Reply
from harvester.testing import Recorded

SITEMAP_PATH = "/sitemap.xml"
HTML = "text/html; charset=utf-8"
_XML = {"Content-Type": "application/xml"}

Thing = Mapping[str, Any]


def a_thing(number: int, name: str = "", **more: Any) -> dict[str, Any]:
    """Give the description of a dataset with nothing wrong with it."""
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": name or f"Mangrove survey {number}",
        "description": f"What was counted in survey {number}.",
        "inLanguage": "en",
        **more,
    }


def web_page(*blocks: Thing | str, status: int = 200) -> Recorded:
    """Give a page with a JSON-LD script for each thing; a text goes into its script as it is."""
    texts = (block if isinstance(block, str) else orjson.dumps(block).decode() for block in blocks)
    scripts = "".join(f'<script type="application/ld+json">\n{text}\n</script>' for text in texts)
    body = f"<!DOCTYPE html><html><head><title>A survey</title>{scripts}</head><body><h1>A survey</h1></body></html>"
    return Recorded(body.encode(), status, {"Content-Type": HTML})


def a_sitemap(entries: Iterable[tuple[str, str]]) -> Recorded:
    """Give a sitemap of addresses, each with its lastmod or an empty text."""
    rows = "".join(
        f"<url><loc>{escape(url)}</loc>{'<lastmod>' + lastmod + '</lastmod>' if lastmod else ''}</url>\n"
        for url, lastmod in entries
    )
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Recorded(f'<?xml version="1.0"?>\n<urlset xmlns="{namespace}">{rows}</urlset>'.encode(), 200, _XML)


def an_index(urls: Iterable[str]) -> Recorded:
    """Give an index of sitemaps."""
    rows = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>" for url in urls)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Recorded(
        f'<?xml version="1.0"?>\n<sitemapindex xmlns="{namespace}">{rows}</sitemapindex>'.encode(), 200, _XML
    )


@dataclass(slots=True)
class WebSite:
    """Answers for a sitemap and pages ``/1``, ``/2`` …; ``lastmods`` are by path. ``robots`` holds for the scenario."""

    pages: dict[str, Reply] = field(default_factory=dict)
    lastmods: dict[str, str] = field(default_factory=dict)
    robots: str = ""
    harvests: int = 0

    def __call__(self, call: Call) -> Reply:
        """Answer as a web site does; ``harvests`` counts who asked for the sitemap."""
        if call.path == "/robots.txt":
            text = self.robots.replace("{root}", call.root)
            return Recorded(text.encode(), 200 if text else 404, {"Content-Type": "text/plain"})
        if call.path == SITEMAP_PATH:
            self.harvests += 1
            return self.sitemap(call)
        return self.pages.get(call.path) or Recorded(b"not here", 404, {"Content-Type": "text/plain"})

    def sitemap(self, call: Call) -> Recorded:
        """Give the sitemap of all pages."""
        return a_sitemap((call.root + path, self.lastmods.get(path, "")) for path in self.pages)


def some_pages(count: int, first: int = 1) -> dict[str, Reply]:
    """Give so many pages by path, each about a dataset of its own."""
    return {f"/{number}": web_page(a_thing(number)) for number in range(first, first + count)}
