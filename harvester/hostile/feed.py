"""A small Atom or RSS feed in memory that behaves well, for scenarios to spoil; knows no misbehaviour itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from harvester.hostile.scenario import Call, Reply
from harvester.testing import Recorded

_ATOM = {"Content-Type": "application/atom+xml"}
_RSS = {"Content-Type": "application/rss+xml"}


def an_entry(number: int, title: str = "", *, updated: str = "", identifier: str | None = None) -> str:
    """Give an Atom entry with nothing wrong with it."""
    own = f"tag:nursery.example,2026:{number}" if identifier is None else identifier
    at = updated or f"2026-03-{number % 28 + 1:02}T08:00:00Z"
    name = escape(title or f"Nursery news {number}")
    named = f'<id>{escape(own)}</id><link href="https://nursery.example/{number}"/>' if own else ""
    summary = f"<summary>What happened at nursery {number}.</summary>"
    return f"<entry>{named}<title>{name}</title><updated>{at}</updated>{summary}</entry>"


def some_entries(count: int, first: int = 1) -> str:
    """Give so many entries, the newest first."""
    return "".join(an_entry(number) for number in reversed(range(first, first + count)))


def an_atom_feed(entries: str, *, links: dict[str, str] | None = None, head: str = "") -> Recorded:
    """Give a feed of entries; links are by relation."""
    further = "".join(f"<link rel={quoteattr(rel)} href={quoteattr(href)}/>" for rel, href in (links or {}).items())
    body = (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" '
        'xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns:fh="http://purl.org/syndication/history/1.0">'
        f"<id>tag:nursery.example,2026:feed</id><title>Nursery news</title><updated>2026-03-28T08:00:00Z</updated>"
        f"{further}{head}{entries}</feed>"
    )
    return Recorded(body.encode(), 200, _ATOM)


def an_rss_feed(items: str) -> Recorded:
    """Give an RSS 2.0 feed of items."""
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Nursery</title><link>https://nursery.example/</link>{items}</channel></rss>'
    return Recorded(body.encode(), 200, _RSS)


@dataclass(slots=True)
class Feed:
    """Answers with what a function makes of a request and of the number of harvests, which begin at the feed itself."""

    answer: Callable[[Call, int], Reply]
    harvests: int = 0

    def __call__(self, call: Call) -> Reply:
        """Answer a request."""
        self.harvests += call.path == "/feed" and not call.query
        return self.answer(call, self.harvests)
