"""Feeds are well-formed, complete and stable, and readers understand them."""

from datetime import UTC, datetime

import feedparser
import pytest
from format_samples import ADDRESS, bare_record, full_record, records
from hypothesis import given, settings
from lxml import etree

from vocabularies.formats import FORMATS
from vocabularies.formats.feeds import FeedHead, dump_feed
from vocabularies.namespaces import DCTERMS, XML

HEAD = FeedHead(
    id="urn:chm:ke:feed",
    title="Kenya CHM & friends",
    url="https://ke.chm.example/feed?page=2",
    site_url="https://ke.chm.example/",
    updated_at=datetime(2024, 2, 29, 10, tzinfo=UTC),
    description="News <of> the node",
    next_url="https://ke.chm.example/feed?page=3&x=1",
)
KINDS = pytest.mark.parametrize("kind", ["atom", "rss", "rss1"])


def read(kind, *found):
    return feedparser.parse(dump_feed([FORMATS[kind].render(record, ADDRESS) for record in found], HEAD, kind))


@KINDS
def test_a_reader_finds_title_address_and_text(kind):
    feed = read(kind, full_record(), bare_record())
    assert feed.bozo is False
    assert feed.feed.title in ("Kenya CHM & friends", "Kenya CHM &amp; friends")
    first, second = feed.entries
    assert first.title.replace("&amp;", "&") == "Restoring mangroves & reefs"
    assert first.link == "https://ke.chm.example/records/b1"
    assert first.summary == "What was learnt in Lamu."
    assert second.title == "Bare"


@given(records())
@settings(max_examples=60, deadline=None)
def test_any_record_makes_a_sound_feed(record):
    for kind in ("atom", "rss", "rss1"):
        feed = read(kind, record)
        assert feed.bozo is False, feed.get("bozo_exception")
        assert len(feed.entries) == 1


@pytest.mark.parametrize(
    ("modified", "expected"),
    [
        ("2024", "2024-01-01T00:00:00Z"),
        ("2024-02", "2024-02-01T00:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
        ("2024-02-29T10:11:12Z", "2024-02-29T10:11:12Z"),
    ],
)
def test_a_partial_date_stands_for_its_first_instant(modified, expected):
    entry = read("atom", bare_record(dates={"modified": modified})).entries[0]
    assert entry.updated == expected


def test_an_entry_keeps_the_records_own_identifier():
    assert read("atom", full_record()).entries[0].id == "urn:chm:ke:b1"
    assert read("rss", full_record()).entries[0].id == "urn:chm:ke:b1"


def test_categories_are_terms_of_their_scheme():
    terms = {(tag.term, tag.scheme) for tag in read("atom", full_record()).entries[0].tags}
    assert ("GBF-TARGET-03", "urn:chm:vocab:gbf-targets") in terms
    assert ("resource", "urn:chm:vocab:record-types") in terms


@KINDS
def test_markup_in_a_text_stays_text(kind):
    record = bare_record(summary={"en": "<p>Area <script>x</script> 3 < 4</p>"})
    payload = FORMATS[kind].render(record, ADDRESS).decode()
    assert "<script>" not in payload
    assert "<p>" not in payload


def test_the_next_page_is_linked():
    assert {"rel": "next", "type": "application/atom+xml", "href": HEAD.next_url} in read("atom").feed.links


def test_an_rss1_channel_lists_its_items():
    payload = dump_feed([FORMATS["rss1"].render(bare_record(), ADDRESS)], HEAD, "rss1").decode()
    assert '<rdf:li rdf:resource="https://ke.chm.example/records/b1"/>' in payload


@KINDS
def test_the_same_record_gives_the_same_bytes(kind):
    assert FORMATS[kind].render(full_record(), ADDRESS) == FORMATS[kind].render(full_record(), ADDRESS)


def with_languages_and_dates():
    return full_record(
        title={"en": "Fens", "fr": "Marais"},
        summary={"en": "About fens", "fr": "<p>Des marais</p>"},
        dates={"issued": "1998", "created": "1997-04", "published": "2024-02-29", "modified": "2024-03-01"},
        links=[{"url": "https://x.example/a.pdf", "rel": "document"}, {"url": "https://x.example/b", "rel": "landing"}],
    )


@KINDS
def test_further_languages_and_the_days_of_the_thing_stand_beside_in_dcmi_terms(kind):
    item = etree.fromstring(FORMATS[kind].render(with_languages_and_dates(), ADDRESS))
    found = item.findall(f"{{{DCTERMS}}}*")
    told = [(each.tag.rpartition("}")[2], each.get(f"{{{XML}}}lang"), each.text) for each in found]
    assert told[:4] == [
        ("title", "fr", "Marais"),
        ("abstract", "fr", "Des marais"),
        ("issued", None, "1998"),
        ("created", None, "1997-04"),
    ]


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_a_reader_that_takes_any_date_still_sees_the_feeds_own(kind):
    entry = read(kind, with_languages_and_dates()).entries[0]
    assert (entry.title, entry.published_parsed[:3]) == ("Fens", (2024, 2, 29))


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_a_file_of_unknown_size_is_an_enclosure(kind):
    entry = read(kind, with_languages_and_dates()).entries[0]
    assert [each.href for each in entry.enclosures] == ["https://x.example/a.pdf"]
    assert entry.link == ADDRESS.record_url
