"""Feeds that go wrong: no feeds at all, broken off, circles of pages, entries without names, dates in the future."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harvester.hostile.feed import Feed, an_atom_feed, an_entry, an_rss_feed, some_entries
from harvester.hostile.scenario import FEED, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, web_page
from harvester.testing import Recorded

_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&b;&c;</title></channel></rss>'
)


def _feed(*replies: Reply) -> Callable[[], Play]:
    """Give a feed with an answer a harvest, the last for ever."""
    return lambda: Feed(lambda call, harvests: replies[min(max(harvests, 1), len(replies)) - 1])


def _paged(answer: Callable[[Call, int], Reply]) -> Callable[[], Play]:
    return lambda: Feed(lambda call, harvests: answer(call, int(call.query.get("page", "1"))))


def _page_of(call: Call, number: int, next_number: int | None, rel: str = "next", head: str = "") -> Recorded:
    links = {} if next_number is None else {rel: f"{call.root}/feed?page={next_number}"}
    return an_atom_feed(some_entries(5, 1 + 5 * (4 - number)), links=links, head=head)


def _archived(call: Call, number: int) -> Reply:
    """Give three archives; the oldest holds an old version of an entry."""
    old = an_entry(15, "The oldest version", updated="2020-01-01T00:00:00Z") if number == 3 else ""
    links = {} if number == 3 else {"prev-archive": f"{call.root}/feed?page={number + 1}"}
    return an_atom_feed(
        some_entries(5, 1 + 5 * (3 - number)) + old, links=links, head="<fh:archive/>" if number > 1 else ""
    )


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), FEED, does, must, make, settings)


_GOOD = an_atom_feed(some_entries(5))
_KEPT = "The run fails and says so; nothing is removed."
_LOOP = "The run stops and names the loop; the entries read are kept."
_TWO = an_entry(1, "The newer", updated="2026-03-09T08:00:00Z") + an_entry(
    1, "The older", updated="2026-03-02T08:00:00Z"
)
_NAMELESS = (
    "<item><pubDate>Thu, 01 May 2026 10:00:00 GMT</pubDate></item><item><title>Nameless</title></item>"
    "<item><title>Named</title><link>https://nursery.example/1</link></item>"
)

_ODD_DATES = an_entry(1, updated="2099-01-01T00:00:00Z") + an_entry(2, updated="soon")


def _deleted(number: int) -> str:
    return f'<at:deleted-entry ref="tag:nursery.example,2026:{number}" when="2026-03-29T00:00:00Z"/>'


FEED_LISTS: Mapping[str, Scenario] = {
    "feed-web-page": _scenario(
        "H06 F07", "From the second harvest on it is a web page.", _KEPT, _feed(_GOOD, web_page("News")),
    ),
    "feed-cut-short": _scenario("F42 F02", "From the second harvest on the XML ends in the middle.", _KEPT,
                                _feed(_GOOD, cut_short(_GOOD, by=300))),
    "feed-doctype": _scenario("H42", "It declares entities that multiply and one that reads a file.", _KEPT,
                              _feed(_GOOD, Recorded(_BOMB.encode()))),
    "feed-empty": _scenario("F01", "From the second harvest on it has no entry.", "It is told; nothing is removed.",
                            _feed(_GOOD, an_atom_feed(""))),
    "feed-window-moves": _scenario("F10", "The second harvest sees only newer entries.",
                                   "The older ones stay: a feed is a window.",
                                   _feed(_GOOD, an_atom_feed(some_entries(5, 6)))),
    "feed-repeated-ids": _scenario("H16 F55", "Two entries have one id and other content.",
                                   "The newer one wins, and both are told.", _feed(an_atom_feed(_TWO + an_entry(2)))),
    "feed-without-ids": _scenario("F56", "Items have neither guid nor link.",
                                  "One that says nothing is told as failed; others go by their link or their words.",
                                  _feed(an_rss_feed(_NAMELESS))),
    "feed-future-dates": _scenario("F39 H22", "An entry is dated 2099, another never.",
                                   "They arrive, and no later entry is missed.",
                                   _feed(an_atom_feed(_ODD_DATES), an_atom_feed(some_entries(3)))),
    "feed-paged-loop": _scenario("H08 F24", "Its pages go 1, 2, 3, 2, 3.", _LOOP,
                                 _paged(lambda call, page: _page_of(call, page, {1: 2, 2: 3}.get(page, 2)))),
    "feed-names-itself": _scenario("H07 F23", "Its next page is itself.", _LOOP,
                                   _paged(lambda call, page: _page_of(call, 1, page))),
    "feed-next-elsewhere": _scenario("F30", "Its next page lies on another host.",
                                     "That host is never asked, which is told; the entries of the first page arrive.",
                                     _feed(an_atom_feed(some_entries(5), links={"next": "http://169.254.169.254/feed"}))),
    "feed-archives": _scenario("F55", "An archive holds an old version of a newer entry.",
                               "The newer one stays; all archives arrive.", _paged(_archived)),
    "feed-unknown-deleted": _scenario("H27 F11", "It deletes an entry that never came, and one that did.",
                                      "The first is no error; the second goes.",
                                      _feed(_GOOD, an_atom_feed(some_entries(4) + _deleted(5) + _deleted(99)))),
}  # fmt: skip
