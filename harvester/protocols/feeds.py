"""Harvesting an RSS or Atom feed and the pages or archives behind it; a feed is a window, not a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from harvester.configs import FeedConfig
from harvester.errors import ListLoops, SourceError
from harvester.fetch import Fetcher, Response
from harvester.network.response_body import MIB, Limits
from harvester.protocols.feed_entries import HASHED, FeedPage, parse_feed
from harvester.protocols.list_guard import ListGuard
from harvester.protocols.oai_windows import parse_instant
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.protocols.sitemap_files import Hosts
from harvester.raw import RawRecord
from harvester.sources import Source
from vocabularies.problems import Problem

ETAG, LAST_MODIFIED = "etag", "last_modified"
_LIMITS = Limits(wire_bytes=8 * MIB, body_bytes=8 * MIB)
_ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, */*;q=0.5"
_OVERLAP = timedelta(days=1)
_FORM = "%Y-%m-%dT%H:%M:%SZ"
_KEPT_TAG = 512


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the entries of a feed, then those of its further pages while they hold something newer than the last run.

    A reading that was interrupted begins at the head again, so that no archived version of an entry follows its newer
    one. Only a feed that says it is complete, or whose archives were all read, names everything there is (RFC 5005).
    """
    reading = _Reading(source, ListGuard(_config(source).max_pages), parse_instant(window.since))
    response = fetcher.get(
        source.url, accept=_ACCEPT, limits=_LIMITS, etag=reading.known(ETAG), last_modified=reading.known(LAST_MODIFIED)
    )
    if response.status == 304 and reading.since is not None:
        yield Page((), None, response.headers.get("date"), None, next_since=window.since, tracks_deletions=False)
        return
    reading.note_head(response)
    url = source.url
    while True:
        found = parse_feed(response.require_ok())
        further, refused = reading.next_of(found)
        page = reading.page(found, response, further, refused)
        yield page
        if reason := reading.guard.notice(
            url, (raw.identifier for raw in found.records), further, unread=bool(found.problems)
        ):
            raise ListLoops(url=source.url, reason=reason)
        if further is None:
            return
        url = further
        response = fetcher.get(url, accept=_ACCEPT, limits=_LIMITS)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what a feed says of itself; None where the address answers with something else."""
    response = fetcher.get(url, accept=_ACCEPT, limits=_LIMITS)
    if response.status != 200:
        return None
    try:
        found = parse_feed(response)
    except SourceError:
        return None
    return Probe("feed", url, found.title or url, url, {"entries": str(len(found.records))})


FEED = Protocol("feed", FeedConfig, pages, probe)


@dataclass(slots=True)
class _Reading:
    """One reading of a feed: which entries came already, how far back it goes, what the next run needs to know."""

    source: Source
    guard: ListGuard
    since: datetime | None
    newest: datetime | None = None
    learnt: dict[str, str] = field(default_factory=dict)
    _whole: bool = True

    def known(self, validator: str) -> str | None:
        """Give a validator of the last run's answer; none where everything is asked for."""
        return None if self.since is None else self.source.quirks.get(validator) or None

    def note_head(self, response: Response) -> None:
        """Take note of the validators of the feed itself; they are kept once all of it was read."""
        told = {ETAG: response.headers.get("etag", ""), LAST_MODIFIED: response.headers.get("last-modified", "")}
        self.learnt = {name: value if len(value) <= _KEPT_TAG else "" for name, value in told.items()}

    def next_of(self, found: FeedPage) -> tuple[str | None, str | None]:
        """Give the address of the page to read next, or the one that was refused because it is another host's."""
        self.newest = max(filter(None, (self.newest, found.newest)), default=None)
        self._whole &= found.is_complete or found.is_archived
        if found.next_url is None:
            return None, None
        old = self.since is not None and found.newest is not None and found.newest < self.since - _OVERLAP
        if old:
            return None, None
        address = Hosts(self.source.url).address_of(found.next_url)
        return (address, None) if address else (None, found.next_url)

    def page(self, found: FeedPage, response: Response, further: str | None, refused: str | None) -> Page:
        """Give a document's entries without those of which a newer version came before."""
        last = further is None
        fresh = tuple(raw for raw in found.records if not self.guard.is_known(raw.identifier))
        page = Page(
            records=fresh,
            cursor=None if last else further,
            response_date=response.headers.get("date"),
            total=None,
            problems=found.problems,
            remarks=_remarks(found, fresh, refused),
            tracks_deletions=False,
            whole=self._whole and self.since is None and refused is None,
        )
        return replace(page, next_since=self._next_since(), learnt=self.learnt) if last else page

    def _next_since(self) -> str:
        newest = max(filter(None, (self.newest, self.since)), default=None)
        return newest.strftime(_FORM) if newest else "1970-01-01T00:00:00Z"


def _config(source: Source) -> FeedConfig:
    return source.config if isinstance(source.config, FeedConfig) else FeedConfig()


def _remarks(found: FeedPage, records: tuple[RawRecord, ...], refused: str | None) -> tuple[Problem, ...]:
    told: list[Problem] = []
    if refused:
        value = f"the next page {refused[:200]} lies on another host and was not asked"
        told.append(Problem("NEXT_ADDRESS", "warning", value=value))
    if found.ahead:
        told.append(Problem("DATESTAMP_UNUSABLE", "note", value=f"{found.ahead} entries are dated in the future"))
    repeated = len(records) - len({raw.identifier for raw in records})
    if repeated:
        told.append(
            Problem("ID_REPEATED", "note", value=f"{repeated} entries share their id with another; the newest counts")
        )
    if made := sum(raw.identifier.startswith(HASHED) for raw in records):
        value = (
            f"{made} entries have neither an id nor a link and are known by what they say; any change makes new ones"
        )
        told.append(Problem("ID_MISSING", "note", value=value))
    if not found.records and not found.problems:
        told.append(Problem("LIST_EMPTY", "warning", value="the feed has no entry"))
    told += [Problem("XML_REPAIRED", "note", value=repair) for repair in found.repairs]
    return tuple(told)
