"""Sitemaps and the pages they list: which pages are read, when they are read again, and where a reading goes on."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from harvester.configs import SitemapConfig
from harvester.errors import BlockedByRobots, CursorExpired, SourceUnreachable, WrongAnswer
from harvester.fetch import Response
from harvester.protocols.pages import Page, Window
from harvester.protocols.sitemap import fetch_one, pages, probe
from harvester.protocols.sitemap_files import Hosts
from harvester.sources import Source
from harvester.testing import FakeFetch

SITE = "https://lagoon.example"
SITEMAP = f"{SITE}/sitemap.xml"
NO_ROBOTS = {f"{SITE}/robots.txt": Response(404, {}, b"", f"{SITE}/robots.txt")}


def html(*things: dict[str, Any]) -> bytes:
    scripts = (f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things)
    return f"<!DOCTYPE html><html><head>{''.join(scripts)}</head><body>x</body></html>".encode()


def thing(name: str, **more: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "Dataset", "name": name, **more}


def urlset(*entries: tuple[str, str]) -> bytes:
    rows = "".join(
        f"<url><loc>{SITE}{path}</loc>{'<lastmod>' + at + '</lastmod>' if at else ''}</url>" for path, at in entries
    )
    return f'<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def site(listed: bytes, count: int = 3, **more: bytes | Response) -> FakeFetch:
    answers: dict[str, bytes | Response] = {**NO_ROBOTS, SITEMAP: listed}
    answers |= {f"{SITE}/{number}": html(thing(f"Survey {number}")) for number in range(1, count + 1)}
    return FakeFetch(answers | {f"{SITE}/{name}": answer for name, answer in more.items()})


def source(url: str = SITEMAP, quirks: dict[str, str] | None = None, **settings: Any) -> Source:
    return Source("lagoon", "Lagoon", url, "sitemap", SitemapConfig(**settings), quirks=quirks or {})


def identifiers(found: list[Page]) -> list[str]:
    return [raw.identifier.removeprefix(SITE) for page in found for raw in page.records]


def asked(fetcher: FakeFetch) -> list[str]:
    return [url.removeprefix(SITE) for url in fetcher.asked if not url.endswith(("robots.txt", ".xml"))]


def test_every_page_is_a_page_of_one_whole_list() -> None:
    found = list(pages(site(urlset(("/1", "2026-01-01"), ("/2", ""), ("/3", "2026-02-01"))), source(), Window()))
    assert identifiers(found) == ["/1", "/2", "/3"]
    assert all(page.whole and not page.tracks_deletions for page in found)
    assert [page.cursor is None for page in found] == [False, False, False, True]
    assert found[0].records[0].datestamp == "2026-01-01"
    assert found[-1].next_since is not None and found[-1].next_since.startswith("2026-02-01T00:00:00Z swept ")


def test_a_page_is_read_again_where_its_lastmod_is_new_or_missing() -> None:
    listed = urlset(("/1", "2026-01-01"), ("/2", ""), ("/3", "2026-02-01"))
    since = list(pages(site(listed), source(), Window()))[-1].next_since
    fetcher = site(listed)
    found = list(pages(fetcher, source(), Window(since=since)))
    assert asked(fetcher) == ["/2", "/3"]
    assert not any(page.whole for page in found)


def test_after_a_while_every_page_is_read_again() -> None:
    fetcher = site(urlset(("/1", "2020-01-01"), ("/2", "2026-01-01")))
    found = list(pages(fetcher, source(), Window(since="2026-01-01T00:00:00Z swept 2026-01-01T00:00:00Z")))
    assert asked(fetcher) == ["/1", "/2"]
    assert found[-1].whole


def test_a_reading_goes_on_behind_the_page_where_it_stopped() -> None:
    listed = urlset(("/1", ""), ("/2", ""), ("/3", "2026-02-01"))
    first = next(iter(pages(site(listed), source(), Window())))
    fetcher = site(listed)
    rest = list(pages(fetcher, source(), Window(cursor=first.cursor)))
    assert asked(fetcher) == ["/2", "/3"]
    assert rest[-1].cursor is None
    assert not any(page.whole for page in rest), "what was not read from its head is no proof of what is gone"


def test_a_place_that_is_listed_no_more_is_told() -> None:
    first = next(iter(pages(site(urlset(("/1", ""), ("/2", ""))), source(), Window())))
    with pytest.raises(CursorExpired):
        list(pages(site(urlset(("/2", ""), ("/3", ""))), source(), Window(cursor=first.cursor)))
    with pytest.raises(CursorExpired):
        list(pages(site(urlset(("/1", ""))), source(), Window(cursor="{]")))


def test_a_page_that_failed_is_asked_again_though_it_did_not_change() -> None:
    listed = urlset(("/1", "2020-01-01"), ("/2", "2026-01-01"))
    broken = site(listed, **{"1": Response(500, {}, b"", f"{SITE}/1")})
    last = list(pages(broken, source(), Window()))[-1]
    assert json.loads(last.learnt["again"]) == [f"{SITE}/1"]
    fetcher = site(listed)
    again = list(pages(fetcher, source(quirks=dict(last.learnt)), Window(since=last.next_since)))
    assert "/1" in asked(fetcher)
    assert again[-1].learnt == {"again": ""}


def test_five_failures_in_a_row_end_the_reading_at_the_last_good_page() -> None:
    listed = urlset(*((f"/{number}", "") for number in range(1, 9)))
    reading = pages(site(listed, count=2), source(), Window())
    assert [json.loads(page.cursor or "{}")["page"] for page in (next(reading), next(reading))] == [
        f"{SITE}/1",
        f"{SITE}/2",
    ]
    with pytest.raises(SourceUnreachable):
        next(reading)


def test_pages_that_are_gone_are_absent() -> None:
    gone = Response(404, {}, b"", f"{SITE}/2")
    found = list(pages(site(urlset(("/1", ""), ("/2", ""), ("/3", "")), **{"2": gone}), source(), Window()))
    assert (identifiers(found), [page.problems for page in found if page.problems]) == (["/1", "/3"], [])
    assert found[-1].whole and all(remark.severity == "note" for remark in found[-1].remarks)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"{SITE}/1\n# a remark\n{SITE}/2\n".encode(), id="text"),
        pytest.param(
            f"<urlset><url><loc>{SITE}/1</loc></url><url><loc>{SITE}/2</loc><x>a&b</x></url></urlset>".encode(), id="&"
        ),
        pytest.param(b"\xef\xbb\xbf" + urlset(("/1", ""), ("/2", "")), id="byte order mark"),
    ],
)
def test_sitemaps_come_as_text_and_with_a_byte_order_mark(body: bytes) -> None:
    assert identifiers(list(pages(site(body), source(), Window()))) == ["/1", "/2"]


def test_a_site_names_its_sitemaps_in_robots_txt() -> None:
    robots = f"User-agent: *\nDisallow:\nSitemap: {SITE}/a.xml\nSitemap: https://elsewhere.example/b.xml\n".encode()
    fetcher = FakeFetch({
        f"{SITE}/robots.txt": robots, f"{SITE}/a.xml": urlset(("/1", "")), f"{SITE}/1": html(thing("One")),
    })  # fmt: skip
    assert identifiers(list(pages(fetcher, source(SITE), Window()))) == ["/1"]


def test_one_sitemap_of_several_that_cannot_be_read_moves_no_window() -> None:
    rows = "".join(f"<sitemap><loc>{SITE}/{name}.xml</loc></sitemap>" for name in "ab")
    index = f"<sitemapindex>{rows}</sitemapindex>"
    parts = {"a.xml": urlset(("/1", "2026-01-01")), "b.xml": Response(404, {}, b"", f"{SITE}/b.xml")}
    last = list(pages(site(index.encode(), **parts), source(), Window()))[-1]  # type: ignore[arg-type]
    assert last.next_since is None
    assert [(remark.code, remark.severity) for remark in last.remarks] == [("LIST_INCOMPLETE", "warning")]


def test_only_wanted_pages_are_read() -> None:
    listed = urlset(("/1", ""), ("/dataset/9", ""))
    fetcher = site(listed, **{"dataset/9": html(thing("Nine"))})
    assert identifiers(list(pages(fetcher, source(include="/dataset/"), Window()))) == ["/dataset/9"]


def test_a_host_that_cannot_say_what_is_allowed_is_not_read() -> None:
    fetcher = FakeFetch({f"{SITE}/robots.txt": Response(500, {}, b"", f"{SITE}/robots.txt")})
    with pytest.raises(SourceUnreachable):
        list(pages(fetcher, source(), Window()))


def test_the_pace_a_host_wants_is_kept() -> None:
    answers = {f"{SITE}/robots.txt": b"User-agent: *\nCrawl-delay: 0.1\n", SITEMAP: urlset(("/1", ""), ("/2", ""))}
    fetcher = FakeFetch({**answers, f"{SITE}/1": html(thing("One")), f"{SITE}/2": html(thing("Two"))})
    started = time.monotonic()
    list(pages(fetcher, source(), Window()))
    assert time.monotonic() - started >= 0.2


def test_a_closed_sitemap_is_blocked_and_not_empty() -> None:
    with pytest.raises(BlockedByRobots):
        list(pages(FakeFetch({f"{SITE}/robots.txt": b"User-agent: *\nDisallow: /\n"}), source(), Window()))


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://www.lagoon.example/1?a=b#c", "https://lagoon.example/1?a=b"),
        ("https://lagoon.example:8080/1", "https://lagoon.example/1"),
        ("https://other.example/1", None),
        ("http://10.0.0.7/1", None),
        ("https://user@lagoon.example/1", None),
        ("https://data.lagoon.example/1", "https://data.lagoon.example/1"),
        ("https://[broken/1", None),
    ],
)
def test_only_pages_of_its_own_hosts_are_asked(url: str, address: str | None) -> None:
    assert Hosts(SITEMAP, "data.lagoon.example intranet 10.0.0.7").address_of(url) == address


def test_one_record_can_be_fetched_anew() -> None:
    fetcher = site(urlset(("/1", "")))
    page = fetch_one(fetcher, source(), f"{SITE}/2")
    assert [raw.identifier for raw in page.records] == [f"{SITE}/2"]
    assert [problem.record_id for problem in fetch_one(fetcher, source(), f"{SITE}/2#gone").problems] == [
        f"{SITE}/2#gone"
    ]


def test_a_site_is_recognised_by_the_descriptions_in_its_pages() -> None:
    found = probe(site(urlset(("/about", ""), ("/2", "")), about=b"<html><p>About</p></html>"), SITE)
    assert found is not None and (found.protocol, found.url) == ("sitemap", SITE)
    with pytest.raises(WrongAnswer):
        probe(site(urlset(("/about", "")), about=b"<html><p>About</p></html>"), SITE)
    assert probe(site(urlset()), SITE) is None


def test_files_are_no_pages() -> None:
    fetcher = site(urlset(("/1", ""), ("/report.pdf?x=1", ""), ("/a.ZIP", "")))
    found = list(pages(fetcher, source(), Window()))
    assert (identifiers(found), asked(fetcher)) == (["/1"], ["/1"])
    assert [(remark.code, remark.severity) for remark in found[-1].remarks] == [("PAGES_NOT_READ", "note")]


def test_a_page_has_one_name_however_its_address_is_written() -> None:
    rows = "".join(
        f"<url><loc>{url}</loc></url>" for url in ("http://www.lagoon.example/1", "http://lagoon.example:8080/1")
    )
    found = list(pages(site(f"<urlset>{rows}</urlset>".encode()), source(), Window()))
    assert [raw.identifier for page in found for raw in page.records] == [f"{SITE}/1"]


def test_a_form_to_log_in_beside_good_pages_is_only_a_page_without_records() -> None:
    form = b"<html><body><form><input type=password></form></body></html>"
    listed = urlset(*((f"/{number}", "") for number in range(1, 8)), ("/3a", ""))
    found = list(pages(site(listed, count=7, **{"3a": form}), source(), Window()))
    assert len(identifiers(found)) == 7
    assert [(remark.code, remark.severity) for remark in found[-1].remarks] == [("PAGES_WITHOUT_RECORDS", "note")]


def test_pages_that_lead_to_a_log_in_are_told() -> None:
    login = Response(200, {}, b"<html><body>Log in</body></html>", f"{SITE}/user/login?next=2")
    found = list(pages(site(urlset(("/1", ""), ("/2", "")), **{"2": login}), source(), Window()))
    [problem] = [each for page in found for each in page.problems]
    assert (problem.code, problem.record_id) == ("PAGE_UNREADABLE", f"{SITE}/2")


def test_a_place_told_with_a_failure_lies_before_the_next_page() -> None:
    listed = urlset(("/1", ""), ("/2", ""), ("/3", ""))
    reading = pages(site(listed, **{"2": Response(500, {}, b"", f"{SITE}/2")}), source(), Window())
    cursor = [page.cursor for page in reading if page.problems][0]
    fetcher = site(listed)
    assert identifiers(list(pages(fetcher, source(), Window(cursor=cursor)))) == ["/2", "/3"]


def test_a_site_without_lastmods_is_read_as_a_whole_each_time() -> None:
    listed = urlset(("/1", ""), ("/2", ""))
    since = list(pages(site(listed), source(), Window()))[-1].next_since
    assert since is None
