"""Harvesting the schema.org descriptions in the pages a sitemap lists, a page at a time. Understands no description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import orjson

from harvester.configs import SitemapConfig
from harvester.errors import (
    AddressRefused,
    BlockedByRobots,
    CursorExpired,
    ListLoops,
    SourceBusy,
    SourceError,
    SourceRefused,
    WrongAnswer,
)
from harvester.fetch import Fetcher, Response
from harvester.protocols.page_records import Found, records_of
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.protocols.robots import ROBOT
from harvester.protocols.site import PAGE_LIMITS, Site, robots_url
from harvester.protocols.sitemap_files import Hosts, Listed, later, to_limit
from harvester.protocols.sitemap_place import (
    Place,
    begin_place,
    dump_place,
    next_since,
    page_remarks,
    parse_place,
)
from harvester.protocols.sitemap_walk import Walk
from harvester.sources import Source
from vocabularies.problems import Problem, problem

FAILURES_IN_A_ROW = 5
BARE_AT_FIRST = 50
PAGES_TRIED = 3
AGAIN = "again"
_ACCEPT = "text/html, application/ld+json, application/xhtml+xml;q=0.9, application/json;q=0.8, */*;q=0.1"
_SPEAKER = "a site with schema.org descriptions in its pages"
_GONE = frozenset({404, 410})
_LOGIN = ("login", "signin", "sign-in", "sso", "authenticate")


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the records of every listed page that may have changed since the last run, or from the cursor on.

    A page that is not there (404, 410) is absent; one that fails is a problem under its address and is asked again in
    the next run. Five failures in a row end the run. BlockedByRobots where robots.txt leaves nothing to read,
    WrongAnswer where no page holds JSON-LD, CursorExpired where the page of the cursor is listed no more.
    """
    reading = _begin(fetcher, source, window)
    place, failed = reading.place, list[Page]()
    for sitemap, listed in reading.due():
        try:
            answer = _read(reading, listed)
        except SourceBusy as error:
            if place.busy != listed.url:
                place.busy = listed.url
                yield _page(reading, (), ())
                raise
            answer = error  # it was let alone for a while and is still busy: the others need not wait for it
        if isinstance(answer, SourceError):
            failed.append(_failure(listed, answer))
            place.note_failure(listed.url)
            if len(failed) >= FAILURES_IN_A_ROW:
                raise answer
            continue
        yield from reading.told(failed)
        place.note_read(sitemap, listed.url)
        _count(place, listed, answer)
        yield _page(reading, answer.records if answer else (), answer.problems if answer else ())
        if place.bare >= BARE_AT_FIRST and not place.useful:
            break
    yield from reading.told(failed)
    reading.judge()
    yield reading.last_page()
    if reading.is_endless:
        limit = reading.config.max_pages
        raise ListLoops(url=source.url, reason=f"it lists more than {limit} pages; raise max_pages if it should")


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give a site whose sitemap lists pages with schema.org among the first; None where there is no sitemap."""
    source = Source("probe", "", url, "sitemap", SitemapConfig())
    reading = _begin(fetcher, source, Window())
    tried = 0
    try:
        for _, listed in reading.due():
            answer = _read(reading, listed)
            tried += 1
            if isinstance(answer, Found) and answer.records:
                name = urlsplit(url).hostname or url
                return Probe("sitemap", url, name, url, {"page": listed.url})
            if tried >= PAGES_TRIED:
                break
    except SourceRefused:
        return None
    if tried:
        raise WrongAnswer(url=url, protocol=_SPEAKER, saw="a sitemap whose first pages hold no JSON-LD")
    return None


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give the page of a record anew; the record's own problem where the page does not describe it any more."""
    reading = _begin(fetcher, source, Window())
    listed = Listed(identifier.partition("#")[0])
    answer = _read(reading, listed)
    if isinstance(answer, SourceError):
        return _failure(listed, answer, identifier)
    found = [raw for raw in answer.records if raw.identifier == identifier] if answer else []
    told = [each for each in answer.problems if each.record_id in (identifier, listed.url)] if answer else []
    if not found and not told:
        told = [replace(problem("PAGE_UNREADABLE", "", "it is not described on its page"), record_id=identifier)]
    return _page(reading, found, told, last=True)


SITEMAP = Protocol("sitemap", SitemapConfig, pages, probe, fetch_one=fetch_one)


@dataclass(slots=True)
class _Reading:
    """One reading of a source: where it is, what it may ask, and which pages are due."""

    source: Source
    config: SitemapConfig
    site: Site
    hosts: Hosts
    walk: Walk
    place: Place
    resumes: bool
    due_again: frozenset[str]
    listed: int = 0
    files: int = 0
    is_endless: bool = False
    _seen: set[int] = field(default_factory=set)

    @property
    def whole(self) -> bool:
        return self.place.whole and not self.resumes

    def due(self) -> Iterator[tuple[str, Listed]]:
        """Give (sitemap, page) of the pages to read, those behind the cursor on."""
        now, skipping = datetime.now(UTC), self.resumes
        limit = to_limit(self.place.limit_from, self.config.overlap_s)
        until = (self.place.file, self.place.page)
        for sitemap, listed in self._own():
            if skipping:
                skipping = (sitemap, listed.url) != until
                continue
            at = listed.changed_at(now)
            self.place.newest = later(self.place.newest, at)
            self.place.ahead += listed.lastmod is not None and at is None
            if listed.changed_before(limit, now) and listed.url not in self.due_again:
                continue
            if self.site.allows(listed.url):
                yield sitemap, listed
            else:
                self.place.withheld += 1
        if skipping:
            raise CursorExpired(url=self.source.url, cursor=until[1], reason="that page is listed no more")

    def told(self, failed: list[Page]) -> Iterator[Page]:
        """Give the failures since the last page that was read, and forget them; their cursor lies before them."""
        for page in failed:
            yield replace(page, cursor=dump_place(self.place), whole=self.whole)
        failed.clear()

    def judge(self) -> None:
        """Raise what the pages as a whole say against them."""
        place = self.place
        if place.withheld and not place.fetched:
            raise BlockedByRobots(url=self.source.url, robots=robots_url(self.source.url), agent=ROBOT)
        if place.fetched and not place.useful and (place.whole or place.fetched >= FAILURES_IN_A_ROW):
            why = "they ask to log in" if place.locked else "what a script adds in the browser is not seen"
            saw = f"{place.fetched} pages and none with JSON-LD ({why})"
            raise WrongAnswer(url=self.source.url, protocol=_SPEAKER, saw=saw)

    def last_page(self) -> Page:
        """Give the end of the list: what was odd about it, and where the next reading begins."""
        remarks = (*self.walk.remarks(), *page_remarks(self.place, self.listed, self.files))
        moves = not self.walk.unread.number and not self.is_endless
        again = orjson.dumps(self.place.again).decode() if self.place.again else ""
        page = _page(self, (), (), last=True)
        since = next_since(self.place) if moves else None
        return replace(page, remarks=remarks, next_since=since, learnt={AGAIN: again})

    def _own(self) -> Iterator[tuple[str, Listed]]:
        for sitemap, found in self.walk.listed():
            if self.config.include not in found.url:
                continue
            address = self.hosts.address_of(found.url)
            if address is None:
                self.walk.foreign.add(found.url)
                continue
            if hash(address) in self._seen:
                continue
            if self.listed >= self.config.max_pages:
                self.is_endless = True
                return
            self._seen.add(hash(address))
            self.listed += 1
            if found.is_file:
                self.files += 1
            else:
                yield sitemap, replace(found, url=address)  # one name, whichever scheme and port the sitemap writes


def _begin(fetcher: Fetcher, source: Source, window: Window) -> _Reading:
    config = source.config if isinstance(source.config, SitemapConfig) else SitemapConfig()
    place = None
    if window.cursor is not None:
        place = parse_place(window.cursor)
        if place is None:
            raise CursorExpired(url=source.url, cursor=window.cursor, reason="the cursor is not one of this protocol")
    due_again = _due_again(source)
    site, hosts = Site(fetcher), Hosts(source.url, config.hosts)
    return _Reading(
        source,
        config,
        site,
        hosts,
        Walk(site, source.url, hosts),
        place or begin_place(window.since, config.sweep_s, datetime.now(UTC)),
        place is not None and place.file != "",
        due_again,
    )


def _due_again(source: Source) -> frozenset[str]:
    try:
        found = orjson.loads(source.quirks.get(AGAIN) or "[]")
    except orjson.JSONDecodeError:
        return frozenset()
    return frozenset(each for each in found if isinstance(each, str)) if isinstance(found, list) else frozenset()


def _read(reading: _Reading, listed: Listed) -> Found | None | SourceError:
    """Give what a page holds, None where it is not there, or why it cannot be read."""
    address = reading.hosts.address_of(listed.url)
    if address is None:
        return AddressRefused(url=listed.url, reason="it lies on another host than the source")
    try:
        response = reading.site.get(address, accept=_ACCEPT, limits=PAGE_LIMITS)
        if response.status in _GONE:
            return None
        response.require_ok()
    except SourceBusy:
        raise
    except SourceError as error:
        return error
    if reading.hosts.address_of(response.url) is None:
        return AddressRefused(url=response.url, reason=f"{address} redirects there, to another host")
    found = records_of(response, listed.url, listed.lastmod)
    if found.is_bare and _leads_to_login(response, address):
        return WrongAnswer(url=address, protocol=_SPEAKER, saw="a page that asks to log in")
    return found


def _leads_to_login(response: Response, address: str) -> bool:
    path = urlsplit(response.url).path.lower()
    return response.url != address and any(word in path for word in _LOGIN)


def _count(place: Place, listed: Listed, found: Found | None) -> None:
    if found is None:
        place.gone += 1
        return
    place.fetched += 1
    place.broken += bool(found.problems)
    place.bare += found.is_bare
    place.useful += not found.is_bare
    if found.is_bare:
        place.locked += found.asks_to_log_in
        place.bare_page = place.bare_page or listed.url


def _failure(listed: Listed, error: SourceError, identifier: str = "") -> Page:
    found = replace(problem("PAGE_UNREADABLE", "", error.message), record_id=identifier or listed.url)
    return Page((), None, None, None, problems=(found,), tracks_deletions=False)


def _page(reading: _Reading, records: Sequence[object], problems: Sequence[Problem], *, last: bool = False) -> Page:
    return Page(
        records=tuple(records),  # type: ignore[arg-type]
        cursor=None if last else dump_place(reading.place),
        response_date=None,
        total=None,
        problems=tuple(problems),
        tracks_deletions=False,
        whole=reading.whole,
    )
