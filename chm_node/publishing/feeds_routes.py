"""Atom and RSS feeds of what was published last, of everything or of one type, country or target.

The Atom feed also says what was withdrawn, and goes back to the first record through archives that no longer move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from chm_node.publishing.catalogue import Item
from chm_node.publishing.filters import set_specs
from chm_node.publishing.service import Publishing
from chm_node.publishing.sets import set_name
from chm_node.shell.conditional import cached
from chm_node.shell.languages import choose_language, translations
from chm_node.shell.problems_http import HttpProblem
from vocabularies.formats.feeds import Archive, FeedHead, FeedKind, dump_deleted, dump_feed

_ENTRIES = 50
_LAST = 10**15
Names = Annotated[list[str], Query()]


@dataclass(frozen=True, slots=True)
class Feed:
    """A kind of feed: its format and its media type."""

    kind: FeedKind
    media_type: str


FEEDS: Mapping[str, Feed] = {
    "/feed.atom": Feed("atom", "application/atom+xml"),
    "/feed.rss": Feed("rss", "application/rss+xml"),
    "/feed.rdf": Feed("rss1", "application/rss+xml"),
}

Found = Sequence[tuple[Item, bytes | None]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which feed somebody asked for: its path, the sets its records are in, and the archive, None for the newest."""

    path: str
    specs: tuple[str, ...]
    filters: tuple[tuple[str, str], ...]
    archive: int | None = None

    def query(self, archive: int | None = None) -> str:
        pairs = [*self.filters, *([("archive", str(archive))] if archive is not None else [])]
        return f"?{urlencode(pairs)}" if pairs else ""


def feeds_router(publishing: Publishing, *, size: int = _ENTRIES) -> APIRouter:
    """Give the routes of the feeds; ``size`` is the number of entries, and of changes in an archive."""
    router = APIRouter(tags=["Feeds"])
    _add_atom(publishing, router, size)
    for path, feed in FEEDS.items():
        if feed.kind != "atom":
            _add_feed(publishing, router, path, size)
    return router


def _asked(request: Request, path: str, names: tuple[list[str], list[str], list[str]]) -> _Asked:
    filters = [pair for pair in request.query_params.multi_items() if pair[0] in ("type", "country", "target")]
    return _Asked(path, set_specs(*names), tuple(filters))


def _add_feed(publishing: Publishing, router: APIRouter, path: str, size: int) -> None:
    kind = FEEDS[path].kind

    @router.get(path, response_class=Response, summary=f"The newest records ({kind})", name=f"feed {kind}")
    def entries(request: Request, type: Names = [], country: Names = [], target: Names = []) -> Response:  # noqa: B006
        asked = _asked(request, path, (type, country, target))
        return _answer(publishing, request, asked, publishing.catalogue.newest(kind, asked.specs, limit=size))


def _add_atom(publishing: Publishing, router: APIRouter, size: int) -> None:
    path = "/feed.atom"
    summary = "The newest records and withdrawals (atom), with archives (RFC 5005, RFC 6721)"

    @router.get(path, response_class=Response, summary=summary, name="feed atom")
    def entries(
        request: Request,
        type: Names = [],  # noqa: B006 - the parameter's public name; FastAPI copies defaults
        country: Names = [],  # noqa: B006
        target: Names = [],  # noqa: B006
        archive: Annotated[int | None, Query(ge=0, le=_LAST, description="As a link to an archive has it")] = None,
    ) -> Response:
        asked = replace(_asked(request, path, (type, country, target)), archive=archive)
        history = _History(publishing, asked, size)
        found, place = history.current() if archive is None else history.archive(archive)
        return _answer(publishing, request, asked, found, place)


@dataclass(frozen=True, slots=True)
class _History:
    """The archives of a feed: each is a fixed range of the change log, so that nothing ever enters an old one.

    An item that changes leaves its archive for the newest part; a subscriber has met it there.
    """

    publishing: Publishing
    asked: _Asked
    size: int

    def current(self) -> tuple[Found, Archive]:
        """Give the newest changes and the archive to go on with."""
        found = self.publishing.catalogue.latest("atom", self.asked.specs, limit=self.size)
        return found, Archive(self._before(found[-1][0].sequence) if found else None)

    def archive(self, number: int) -> tuple[Found, Archive]:
        """Give an archive with its neighbours; NOT_FOUND where it is not complete yet."""
        first, last = number * self.size + 1, (number + 1) * self.size
        catalogue, specs = self.publishing.catalogue, self.asked.specs
        newest = catalogue.last_sequence()
        if last > newest:
            raise HttpProblem("NOT_FOUND")
        found = catalogue.latest("atom", specs, before=last + 1, after=first - 1, limit=self.size)
        following = next(iter(catalogue.window("native", specs, after=last, limit=1)), None)
        next_url = None
        if following is not None and ((after := self._number(following[0].sequence)) + 1) * self.size <= newest:
            next_url = self._url(after)
        return found, Archive(self._before(first), next_url, self._url(None))

    def _before(self, sequence: int) -> str | None:
        older = self.publishing.catalogue.latest("native", self.asked.specs, before=sequence, limit=1)
        return self._url(self._number(older[0][0].sequence)) if older else None

    def _number(self, sequence: int) -> int:
        return (sequence - 1) // self.size

    def _url(self, number: int | None) -> str:
        return self.publishing.url(self.asked.path + self.asked.query(number))


def _answer(
    publishing: Publishing,
    request: Request,
    asked: _Asked,
    found: Found,
    archive: Archive | None = None,
) -> Response:
    feed = FEEDS[asked.path]
    modified_at = publishing.catalogue.modified_at()  # a withdrawal changes the feed and leaves no entry in RSS
    updated_at = found[0][0].datestamp if found else modified_at
    head = _head(publishing, request, asked, updated_at=updated_at, archive=archive)
    entries = [body or dump_deleted(item.record_id, item.datestamp, item.reason) for item, body in found]
    headers = {"Vary": "Accept-Language, Cookie"}
    body = dump_feed(entries, head, feed.kind)
    return cached(request, body, feed.media_type, modified_at=modified_at, headers=headers)


def _head(
    publishing: Publishing,
    request: Request,
    asked: _Asked,
    *,
    updated_at: datetime,
    archive: Archive | None,
) -> FeedHead:
    site, language = publishing.site, choose_language(request)
    held, name = site.name.best(language) or (language, site.node_id)
    title = ": ".join([name, ", ".join(set_name(spec, language) for spec in asked.specs)]) if asked.specs else name
    return FeedHead(
        id=publishing.url(asked.path + asked.query()),
        title=title,
        url=publishing.url(asked.path + asked.query(asked.archive)),
        site_url=publishing.url(f"/records{asked.query()}" if asked.filters else "/"),
        updated_at=updated_at,
        description=translations(language).gettext("What was published last"),
        language=held,
        author=name,
        archive=archive,
    )
