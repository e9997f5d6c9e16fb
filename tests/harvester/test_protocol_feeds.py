"""RSS and Atom feeds: what is taken from each, how far back a reading goes, and what it proves."""

from __future__ import annotations

import json

import pytest

from harvester.configs import FeedConfig
from harvester.errors import AnswerForbidden, AnswerUnreadable, WrongAnswer
from harvester.fetch import FetchSettings, HttpFetcher, Response
from harvester.protocols.feed_entries import parse_feed
from harvester.protocols.feeds import pages, probe
from harvester.protocols.pages import Window
from harvester.sources import Source
from harvester.testing import FakeFetch, Recorded, serve_recorded

URL = "https://nursery.example/feed"


def source(quirks: dict[str, str] | None = None, url: str = URL) -> Source:
    return Source("nursery", "Nursery", url, "feed", FeedConfig(), quirks=quirks or {})


def entry(number: int, updated: str = "2026-03-01T08:00:00Z", title: str = "") -> str:
    return f"<entry><id>urn:x:{number}</id><title>{title or number}</title><updated>{updated}</updated></entry>"


def atom(*entries: str, head: str = "") -> bytes:
    names = 'xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"'
    return f"<feed {names} xml:lang='fr'><title>N</title>{head}{''.join(entries)}</feed>".encode()


def response(body: bytes) -> Response:
    return Response(200, {}, body, URL)


RSS_1 = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://n.example/"><title>N</title></channel>
 <item rdf:about="https://n.example/1"><title>One</title><link>https://n.example/1</link><dc:date>2008-05-01</dc:date>
 <dc:subject>Forests</dc:subject></item></rdf:RDF>"""
RSS_091 = b"""<rss version="0.91"><channel><title>N</title><link>https://n.example/</link>
 <item><title>One</title><link>https://n.example/1</link></item></channel></rss>"""
RSS_2 = b"""<rss version="2.0"><channel><title>N</title><link>https://n.example/</link><item><title>One</title>
 <guid isPermaLink="false">https://n.example/1</guid><pubDate>Thu, 01 May 2008 10:00:00 +0200</pubDate></item>
 </channel></rss>"""


@pytest.mark.parametrize(
    ("body", "datestamp"), [(RSS_1, "2008-05-01T00:00:00Z"), (RSS_091, None), (RSS_2, "2008-05-01T08:00:00Z")]
)
def test_rss_of_every_age_is_read(body: bytes, datestamp: str | None) -> None:
    [raw] = parse_feed(response(body)).records
    assert (raw.identifier, raw.datestamp) == ("https://n.example/1", datestamp)


def test_entries_come_the_oldest_first_and_know_the_feeds_language() -> None:
    found = parse_feed(response(atom(entry(2, "2026-03-02T08:00:00Z"), entry(1), entry(3, "soon"))))
    assert [raw.identifier for raw in found.records] == ["urn:x:3", "urn:x:1", "urn:x:2"]
    assert json.loads(found.records[1].payload)["language"] == "fr"


def test_an_entry_has_equal_bytes_whatever_the_feed_around_it() -> None:
    one = parse_feed(response(atom(entry(1)))).records[0]
    other = parse_feed(response(atom(entry(2), entry(1), head="<subtitle>new</subtitle>"))).records
    assert one.sha256 in {raw.sha256 for raw in other}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"<!DOCTYPE html><html></html>", WrongAnswer),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', WrongAnswer),
        (b"<OAI-PMH/>", WrongAnswer),
        (b"", AnswerUnreadable),
        (RSS_2[:200], AnswerUnreadable),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]>' + RSS_2, AnswerForbidden),
    ],
)
def test_what_is_no_feed_is_told(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_feed(response(body))


def test_a_feed_is_a_window_unless_it_says_it_is_complete() -> None:
    def whole(body: bytes, since: str | None = None) -> bool:
        [page] = pages(FakeFetch({URL: body}), source(), Window(since=since))
        return page.whole

    assert not whole(atom(entry(1)))
    assert whole(atom(entry(1), head="<fh:complete/>"))
    assert not whole(atom(entry(1), head="<fh:complete/>"), since="2026-01-01T00:00:00Z")


def test_archives_are_read_to_their_end_and_their_old_versions_left_out() -> None:
    archive = f'<fh:archive/><link rel="prev-archive" href="{URL}/1"/>'
    fetcher = FakeFetch({
        URL: atom(entry(3), entry(2, title="New"), head=f'<link rel="prev-archive" href="{URL}/2"/>'),
        f"{URL}/2": atom(entry(2, "2026-02-01T00:00:00Z", "Old"), entry(1, "2026-01-05T00:00:00Z"), head=archive),
        f"{URL}/1": atom(entry(0, "2026-01-01T00:00:00Z"), head="<fh:archive/>"),
    })  # fmt: skip
    found = list(pages(fetcher, source(), Window()))
    assert sorted(raw.identifier for page in found for raw in page.records) == [
        f"urn:x:{number}" for number in range(4)
    ]
    assert [page.cursor is None for page in found] == [False, False, True]
    assert all(page.whole for page in found)


def test_further_pages_are_read_while_they_hold_something_newer_than_the_last_run() -> None:
    fetcher = FakeFetch({
        URL: atom(entry(3, "2026-03-01T00:00:00Z"), head=f'<link rel="next" href="{URL}?page=2"/>'),
        f"{URL}?page=2": atom(entry(2, "2025-01-01T00:00:00Z"), head=f'<link rel="next" href="{URL}?page=3"/>'),
    })  # fmt: skip
    found = list(pages(fetcher, source(), Window(since="2026-02-01T00:00:00Z")))
    assert (len(found), found[-1].next_since) == (2, "2026-03-01T00:00:00Z")


def test_an_interrupted_reading_begins_at_the_head_again() -> None:
    fetcher = FakeFetch({URL: atom(entry(1))})
    [page] = pages(fetcher, source(), Window(cursor=f"{URL}?page=2"))
    assert [raw.identifier for raw in page.records] == ["urn:x:1"]


def test_an_unchanged_feed_is_not_sent_again() -> None:
    headers = {"Content-Type": "application/atom+xml", "ETag": '"one"'}
    with serve_recorded({"/feed": [Recorded(atom(entry(1)), 200, headers), Recorded(b"", 304, headers)]}) as server:
        url = f"{server.url}/feed"
        with HttpFetcher(FetchSettings(allow_loopback=True)) as fetcher:
            [first] = pages(fetcher, source(url=url), Window())
            known = source({name: value for name, value in first.learnt.items() if value}, url)
            [second] = pages(fetcher, known, Window(since=first.next_since))
        assert [request.headers.get("if-none-match") for request in server.requests] == [None, '"one"']
    assert (second.records, second.next_since, second.whole) == ((), first.next_since, False)


def test_a_feed_is_recognised_and_nothing_else_is() -> None:
    found = probe(FakeFetch({URL: atom(entry(1))}), URL)
    assert found is not None and (found.protocol, found.name) == ("feed", "N")
    assert probe(FakeFetch({URL: b"<html></html>"}), URL) is None
    assert probe(FakeFetch({URL: Response(404, {}, b"", URL)}), URL) is None


def test_ampersands_that_xml_does_not_know_are_mended_and_told() -> None:
    entry = b"<item><title>Caf&eacute; &amp; AT&T &#233; &bogus;</title><guid>1</guid></item>"
    found = parse_feed(response(b'<rss version="2.0"><channel>' + entry + b"</channel></rss>"))
    assert json.loads(found.records[0].payload)["title"] == "Caf\u00e9 & AT&T \u00e9 &bogus;"
    assert len(found.repairs) == 1


def test_an_entry_that_has_no_name_keeps_the_one_made_of_its_words() -> None:
    items = (
        "<item><title>One</title></item><item><description>Two.</description></item><item><pubDate>x</pubDate></item>"
    )
    body = f"<rss version='2.0'><channel><title>N</title>{items}</channel></rss>".encode()
    found = parse_feed(response(body))
    assert [raw.identifier for raw in found.records] == [raw.identifier for raw in parse_feed(response(body)).records]
    assert len({raw.identifier for raw in found.records}) == 2
    assert [problem.code for problem in found.problems] == ["ID_SYNTAX"]


def test_the_document_type_of_old_rss_is_passed_over() -> None:
    public = b'<?xml version="1.0"?>\n<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://n.example/rss.dtd">\n'
    assert len(parse_feed(response(public + RSS_091)).records) == 1
