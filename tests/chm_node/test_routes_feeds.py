"""Feeds, catalogue and sitemap hold what is published, in the forms their readers expect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest
from fastapi import FastAPI
from lxml import etree
from published_pages import ReadSide, make_read_side
from published_site import SITE, sample_record
from rdflib import DCAT, RDF, Graph, Namespace, URIRef
from starlette.testclient import TestClient

from chm_node.publishing.feeds_routes import feeds_router
from chm_node.publishing.routes import Publishing, pages_for
from chm_node.publishing.search.live import LiveSearch, open_engine
from chm_node.publishing.sitemap_routes import sitemap_router

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
RESOURCE = URIRef("http://www.w3.org/ns/dcat#resource")  # DCAT 3; rdflib lists DCAT 2
SYNTAX = {"jsonld": "json-ld", "ttl": "turtle", "rdf": "xml"}

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib 7.6 itself


@pytest.fixture
def read_side(sqlite_url: str) -> ReadSide:
    made = make_read_side(sqlite_url, replace(SITE, page_size=4))
    for n in range(10):
        made.site.now += timedelta(minutes=1)
        made.site.publish(
            [sample_record(f"r{n}", type="event" if n % 2 else "resource", government="KE" if n < 4 else "UG")]
        )
    made.site.withdraw("r9")
    return made


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss", "/feed.rdf"])
def test_a_feed_shows_what_came_last_first(read_side: ReadSide, path: str) -> None:
    answer = read_side.get(path)
    feed = feedparser.parse(answer.content)
    assert not feed.bozo and feed.feed.title == "Kenya Clearing-House"
    assert [entry.link for entry in feed.entries] == [f"http://chm.example.org/records/r{n}" for n in range(8, -1, -1)]
    assert read_side.get(path, **{"if-none-match": answer.headers["etag"]}).status_code == 304


def test_a_feed_may_be_of_one_type_and_country(read_side: ReadSide) -> None:
    feed = feedparser.parse(read_side.get("/feed.atom?type=event&country=KE").content)
    assert [entry.link.rsplit("/", 1)[1] for entry in feed.entries] == ["r3", "r1"]
    assert "Kenya" in feed.feed.title and "Event" in feed.feed.title
    empty = feedparser.parse(read_side.get("/feed.atom?type=nothing").content)
    assert empty.entries == [] and not empty.bozo and empty.feed.updated


def catalogue_pages(read_side: ReadSide, path: str) -> Iterator[bytes]:
    following: str | None = path
    while following:
        answer = read_side.get(following.removeprefix("http://chm.example.org"))
        assert answer.status_code == 200
        yield answer.content
        match = re.match(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
        following = match[1] if match else None


@pytest.mark.parametrize("syntax", ["jsonld", "ttl", "rdf"])
def test_the_catalogue_holds_every_live_record_over_its_pages(read_side: ReadSide, syntax: str) -> None:
    whole = Graph()
    pages = list(catalogue_pages(read_side, f"/catalog.{syntax}"))
    assert len(pages) == 3
    for page in pages:
        whole.parse(data=page, format=SYNTAX[syntax])
    catalogue = URIRef("http://chm.example.org/catalog")
    assert (catalogue, RDF.type, DCAT.Catalog) in whole
    members = {
        str(member) for name in (DCAT.dataset, DCAT.service, RESOURCE) for member in whole.objects(catalogue, name)
    }
    assert members == {f"http://chm.example.org/records/r{n}" for n in range(9)}
    total = URIRef("http://www.w3.org/ns/hydra/core#totalItems")
    assert {int(value) for value in whole.objects(catalogue, total)} == {9}


def test_a_page_may_be_asked_for_by_number(read_side: ReadSide) -> None:
    walked = list(catalogue_pages(read_side, "/catalog.ttl"))
    for number in (1, 2, 3):
        numbered = Graph().parse(data=read_side.get(f"/catalog.ttl?page={number}").content, format="turtle")
        by_link = Graph().parse(data=walked[number - 1], format="turtle")
        assert set(numbered.objects(None, DCAT.dataset)) == set(by_link.objects(None, DCAT.dataset))
    assert read_side.get("/catalog.ttl?page=4").status_code == 404
    assert read_side.get("/catalog.ttl?page=0").status_code == 422


def test_the_next_page_misses_nothing_that_moved_meanwhile(read_side: ReadSide) -> None:
    pages = catalogue_pages(read_side, "/catalog.ttl")
    whole = Graph().parse(data=next(pages), format="turtle")
    read_side.site.now += timedelta(minutes=1)
    read_side.site.publish([sample_record("r0", title={"en": "Moved to the end"})])
    for page in pages:
        whole.parse(data=page, format="turtle")
    members = {str(member) for name in (DCAT.dataset, RESOURCE, DCAT.service) for member in whole.objects(None, name)}
    assert members == {f"http://chm.example.org/records/r{n}" for n in range(9)}


def test_the_catalogue_may_be_asked_for_what_changed_since(read_side: ReadSide) -> None:
    page = read_side.get("/catalog.ttl?modified_since=2026-03-01T12:08:00Z").text
    assert re.findall(r"records/(r\d)> a ", page) == ["r7", "r8"]
    assert "/records/" not in read_side.get("/catalog.ttl?modified_since=2027-01-01").text
    told = read_side.get("/catalog.ttl?modified_since=yesterday")
    assert told.status_code == 422 and "2024-05-01T00:00:00Z" in told.json()["errors"][0]["fix"]


def test_an_unchanged_catalogue_is_not_sent_again(read_side: ReadSide) -> None:
    etag = read_side.get("/catalog.rdf").headers["etag"]
    assert read_side.get("/catalog.rdf", **{"if-none-match": etag}).status_code == 304
    assert read_side.get("/catalog.rdf?page=2", **{"if-none-match": etag}).status_code == 200


def test_the_sitemap_names_every_live_page_with_its_true_date(read_side: ReadSide) -> None:
    root = etree.fromstring(read_side.get("/sitemap.xml").content)
    found = dict(
        zip(
            root.xpath("//s:loc/text()", namespaces=SITEMAP),
            root.xpath("//s:lastmod/text()", namespaces=SITEMAP),
            strict=True,
        )
    )
    assert found == {f"http://chm.example.org/records/r{n}": f"2026-03-01T12:{n + 1:02d}:00Z" for n in range(9)}
    assert "Sitemap: http://chm.example.org/sitemap.xml" in read_side.get("/robots.txt").text


def test_a_large_sitemap_is_an_index_of_files(read_side: ReadSide) -> None:
    catalogue = read_side.site.catalogue
    publishing = Publishing(catalogue, LiveSearch(catalogue, open_engine(None, "ke")), pages_for(SITE))
    app = FastAPI()
    app.include_router(sitemap_router(publishing, size=4))
    client = TestClient(app)
    index = etree.fromstring(client.get("/sitemap.xml").content)
    assert etree.QName(index).localname == "sitemapindex"
    files = index.xpath("//s:loc/text()", namespaces=SITEMAP)
    assert index.xpath("//s:lastmod/text()", namespaces=SITEMAP)[-1] == "2026-03-01T12:09:00Z"
    pages = [etree.fromstring(client.get(url.removeprefix("http://chm.example.org")).content) for url in files]
    urls = [url for page in pages for url in page.xpath("//s:loc/text()", namespaces=SITEMAP)]
    assert urls == [f"http://chm.example.org/records/r{n}" for n in range(9)]


def test_a_withdrawal_is_seen_by_who_asks_by_date(read_side: ReadSide) -> None:
    for path in ("/feed.atom", "/feed.rss?type=event", "/sitemap.xml"):
        held = read_side.get(path)
        read_side.site.now += timedelta(minutes=1)
        gone = next(n for n in range(8, -1, -1) if f"/records/r{n}<" in held.text or f'/records/r{n}"' in held.text)
        read_side.site.withdraw(f"r{gone}")
        again = read_side.get(path, **{"if-modified-since": held.headers["last-modified"]})
        assert again.status_code == 200 and f"/records/r{gone}<" not in again.text, path


@pytest.mark.parametrize(
    ("accept", "leads_to"),
    [
        ("text/turtle", "/catalog.ttl"),
        ("application/rdf+xml", "/catalog.rdf"),
        ("*/*", "/catalog.jsonld"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "/records"),
    ],
)
def test_the_catalogue_has_an_address_of_its_own(read_side: ReadSide, accept: str, leads_to: str) -> None:
    told = read_side.client.get("/catalog", headers={"accept": accept}, follow_redirects=False)
    assert told.status_code == 303 and told.headers["location"] == f"http://chm.example.org{leads_to}"
    assert "Accept" in told.headers["vary"] and "/catalog.rdf" in told.headers["link"]
    assert read_side.get("/catalog", accept="image/png").status_code == 406


def test_each_page_of_the_catalogue_is_linked_in_both_hydra_dialects(read_side: ReadSide) -> None:
    hydra = Namespace("http://www.w3.org/ns/hydra/core#")
    page = Graph().parse(data=read_side.get("/catalog.ttl?page=2").content, format="turtle")
    kinds = set(page.objects(None, RDF.type))
    assert {hydra.PagedCollection, hydra.PartialCollectionView} <= kinds
    for old, new in (
        ("firstPage", "first"),
        ("lastPage", "last"),
        ("nextPage", "next"),
        ("previousPage", "previous"),
    ):
        before = {str(value) for value in page.objects(None, hydra[old])}
        after = {str(value) for value in page.objects(None, hydra[new])}
        assert before == after and len(before) == 1, (old, before, after)
    assert {int(str(total)) for total in page.objects(None, hydra.totalItems)} == {9}


AT = "{http://purl.org/atompub/tombstones/1.0}"


def archive_links(document: etree._Element) -> dict[str, str]:
    links = document.findall("{http://www.w3.org/2005/Atom}link")
    return {str(link.get("rel")): str(link.get("href")).removeprefix("http://chm.example.org") for link in links}


def known_after(documents: list[etree._Element]) -> dict[str, str]:
    """Read a feed and its archives as RFC 5005 §4 says, oldest first; give what a reader then holds."""
    held: dict[str, str] = {}
    for document in reversed(documents):
        for element in reversed(list(document)):
            if element.tag == f"{AT}deleted-entry":
                held[str(element.get("ref"))] = "deleted"
            elif element.tag.endswith("}entry"):
                held[str(element.findtext("{*}id"))] = str(element.findtext("{*}title"))
    return held


@pytest.fixture
def small_feeds(read_side: ReadSide) -> TestClient:
    """The same site, its feeds of three entries."""
    catalogue = read_side.site.catalogue
    publishing = Publishing(catalogue, LiveSearch(catalogue, open_engine(None, "ke")), pages_for(SITE))
    app = FastAPI()
    app.include_router(feeds_router(publishing, size=3))
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("query", ["", "?type=event", "?country=UG&type=resource"])
def test_the_archives_of_a_feed_lead_back_to_the_first_record(
    read_side: ReadSide, small_feeds: TestClient, query: str
) -> None:
    read_side.site.publish([sample_record("r1", type="event", title={"en": "Changed"})])
    documents, url = [], f"/feed.atom{query}"
    while url:
        document = etree.fromstring(small_feeds.get(url).content)
        assert (document.find("{http://purl.org/syndication/history/1.0}archive") is not None) == bool(documents)
        documents.append(document)
        links = archive_links(document)
        assert len(documents) == 1 or links["current"] == f"/feed.atom{query}"
        url = links.get("prev-archive", "")
    numbers = {"": range(10), "?type=event": range(1, 10, 2), "?country=UG&type=resource": (4, 6, 8)}[query]
    held = known_after(documents)
    assert set(held) == {f"urn:chm:ke:r{n}" for n in numbers}
    if query != "?country=UG&type=resource":
        assert held["urn:chm:ke:r9"] == "deleted" and held["urn:chm:ke:r1"] == "Changed"


def test_an_archive_is_complete_and_lets_nothing_new_in(read_side: ReadSide, small_feeds: TestClient) -> None:
    before = {number: small_feeds.get(f"/feed.atom?archive={number}") for number in range(3)}
    assert {answer.status_code for answer in before.values()} == {200}
    assert read_side.get("/feed.atom?archive=0").status_code == 404, "it holds fifty changes, and there are eleven"
    links = archive_links(etree.fromstring(before[1].content))
    assert (links["prev-archive"], links["next-archive"]) == ("/feed.atom?archive=0", "/feed.atom?archive=2")
    read_side.site.publish([sample_record("new"), sample_record("r4", title={"en": "Changed"})])
    for number, answer in before.items():
        again = known_after([etree.fromstring(small_feeds.get(f"/feed.atom?archive={number}").content)])
        assert set(again) == set(known_after([etree.fromstring(answer.content)])) - {"urn:chm:ke:r4"}


def test_a_withdrawal_is_an_entry_of_its_own_in_atom(read_side: ReadSide) -> None:
    answer = read_side.get("/feed.atom")
    assert not feedparser.parse(answer.content).bozo
    [gone] = etree.fromstring(answer.content).findall(f"{AT}deleted-entry")
    assert dict(gone.attrib) == {"ref": "urn:chm:ke:r9", "when": "2026-03-01T12:10:00Z"}
    assert gone.findtext(f"{AT}comment") == "Replaced."
    assert b"deleted-entry" not in read_side.get("/feed.rss").content
