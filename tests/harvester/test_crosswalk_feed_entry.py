"""Entries of feeds → Record, from the feed's own XML on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from harvester.crosswalks import CROSSWALKS, Context
from harvester.fetch import Response
from harvester.protocols.feed_entries import parse_feed
from vocabularies.record import Point, Record, Spatial, Temporal
from vocabularies.text import LangText

CONTEXT = Context("n", "Nursery", "https://n.example", None, None, datetime(2026, 1, 1, tzinfo=UTC), "feed")
_NAMES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:ev="http://purl.org/rss/1.0/modules/event/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:ipt="http://ipt.gbif.org/" xmlns:georss="http://www.georss.org/georss"'
)


def record(item: str, language: str = "fr", context: Context = CONTEXT) -> Record:
    told = f"<language>{language}</language>" if language else ""
    body = f'<rss version="2.0" {_NAMES}><channel><title>N</title>{told}<item>{item}</item></channel></rss>'.encode()
    [raw] = parse_feed(Response(200, {}, body, "https://n.example/feed")).records
    parsed = CROSSWALKS["feed_entry"](raw, context)
    assert parsed.record is not None
    return parsed.record


def item(more: str = "") -> str:
    return f"<title>Les r&#233;cifs &amp;amp; nous</title><guid>https://n.example/1</guid>{more}"


def test_an_entry_is_a_resource_with_the_feeds_language() -> None:
    found = record(item("<description>&lt;p&gt;Un&lt;/p&gt;</description><link>https://n.example/1</link>"))
    assert (found.type, found.title, found.summary) == ("resource", LangText(fr="Les récifs & nous"), LangText(fr="Un"))
    assert [(link.url, link.rel) for link in found.links] == [("https://n.example/1", "landing")]


def test_dates_are_those_of_the_entry() -> None:
    found = record(item("<pubDate>Thu, 01 May 2008 10:00:00 GMT</pubDate>"))
    assert found.dates.issued == "2008-05-01T10:00:00Z"


def test_dcmi_terms_say_further_languages_dates_and_addresses() -> None:
    terms = (
        '<dcterms:title xml:lang="en">The reefs &amp; us</dcterms:title>'
        '<dcterms:abstract xml:lang="en">One</dcterms:abstract><dcterms:issued>1998</dcterms:issued>'
        '<dcterms:created>1997-04</dcterms:created><dcterms:relation rdf:resource="https://n.example/a.pdf"/>'
    )
    found = record(item(f"{terms}<description>Un</description><pubDate>Thu, 01 May 2008 10:00:00 GMT</pubDate>"))
    assert (found.title["fr"], found.title["en"]) == ("Les récifs & nous", "The reefs & us")
    assert found.summary == {"fr": "Un", "en": "One"}
    assert (found.dates.issued, found.dates.created) == ("1998", "1997-04")
    assert [link.url for link in found.links][-1] == "https://n.example/a.pdf"
    assert "feed_entry" not in found.extra


def test_an_entry_that_bears_our_own_mark_is_no_other_for_it() -> None:
    found = record(item("<chmterms>0</chmterms><chmterms>x</chmterms><dcterms:created>1997</dcterms:created>"))
    assert (found.dates.created, found.extra) == ("1997", {})


def test_categories_are_terms_or_keywords() -> None:
    found = record(
        item("<category>GBF-TARGET-02</category><category>Lagune</category><dc:coverage>Kenya</dc:coverage>")
    )
    assert (found.gbf_targets, [keyword.label for keyword in found.keywords]) == (
        ("GBF-TARGET-02",),
        [LangText(fr="Lagune")],
    )
    assert found.country_regions == ("KE",)


def test_a_category_that_is_a_country_says_where_unless_the_source_has_one() -> None:
    entry = item("<category>Uganda</category>")
    assert record(entry).country_regions == ("UG",)
    assert record(entry, context=replace(CONTEXT, country="KE")).country_regions == ("KE",)


def test_an_entry_with_a_beginning_is_an_event() -> None:
    found = record(item("<ev:startdate>2026-05-01</ev:startdate><ev:enddate>2026-05-03</ev:enddate>"))
    details: Any = found.details  # type: ignore[attr-defined]
    assert (found.type, details.start, details.end) == ("event", "2026-05-01", "2026-05-03")
    assert found.temporal == Temporal(start="2026-05-01", end="2026-05-03")


def test_its_category_may_say_what_it_is() -> None:
    assert record(item("<category>News</category>")).type == "news"
    assert record(item("<dc:type>Dataset</dc:type>")).type == "dataset"


def test_a_dataset_of_a_publishing_toolkit_brings_its_files() -> None:
    found = record(
        item("<ipt:eml>https://n.example/eml.do?r=1</ipt:eml><ipt:dwca>https://n.example/a.do?r=1</ipt:dwca>")
    )
    assert found.type == "dataset"
    assert {"https://n.example/eml.do?r=1", "https://n.example/a.do?r=1"} <= {link.url for link in found.links}


def test_files_and_positions_are_kept() -> None:
    enclosure = '<enclosure url="https://n.example/a.pdf" length="9" type="application/pdf"/>'
    found = record(item(f"{enclosure}<georss:point>-2.3 40.9</georss:point>"))
    assert [(link.url, link.bytes) for link in found.links if link.rel == "document"] == [
        ("https://n.example/a.pdf", 9)
    ]
    assert found.spatial == Spatial(point=Point(latitude=-2.3, longitude=40.9))


def test_what_nobody_mapped_is_kept() -> None:
    assert record(item("<comments>https://n.example/1#c</comments>")).extra["feed_entry"] == {
        "comments": "https://n.example/1#c"
    }


def test_an_entry_without_a_title_is_called_by_its_first_words() -> None:
    words = "Les r&#233;cifs sont en fleur. " + "On y voit des coraux de toutes les couleurs. " * 5
    found = record(f"<guid>https://n.example/2</guid><description>{words}</description>")
    assert found.title == LangText(fr="Les récifs sont en fleur.")
    assert found.provenance[-1].field_map == {"title": "summary"}


def test_a_long_beginning_ends_between_words() -> None:
    title = record(f"<guid>https://n.example/3</guid><description>{'mangrove ' * 40}</description>").title["fr"]
    assert title.endswith("mangrove…")
    assert len(title) < 100
