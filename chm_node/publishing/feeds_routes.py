"""Atom and RSS feeds of what was published last, of everything or of one type, country or target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from chm_node.publishing.catalogue import Item
from chm_node.publishing.filters import set_specs
from chm_node.publishing.service import Publishing
from chm_node.publishing.sets import set_name
from chm_node.shell.conditional import cached
from chm_node.shell.languages import choose_language, translations
from vocabularies.formats.feeds import FeedHead, FeedKind, dump_feed

_ENTRIES = 50
_LOOKED_AT = 1_000


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


def feeds_router(publishing: Publishing) -> APIRouter:
    """Give the routes of the feeds."""
    router = APIRouter(tags=["Feeds"])
    for path, feed in FEEDS.items():
        _add_feed(publishing, router, path, feed)
    return router


def _add_feed(publishing: Publishing, router: APIRouter, path: str, feed: Feed) -> None:
    @router.get(path, response_class=Response, summary=f"The newest records ({feed.kind})", name=f"feed {feed.kind}")
    def entries(
        request: Request,
        type: list[str] = Query([]),  # noqa: B008 - FastAPI reads the default
        country: list[str] = Query([]),  # noqa: B008
        target: list[str] = Query([]),  # noqa: B008
    ) -> Response:
        specs = set_specs(type, country, target)
        found = _newest(publishing, feed.kind, specs)
        modified_at = publishing.catalogue.modified_at()  # a withdrawal changes the feed and leaves no entry
        updated_at = found[0][0].datestamp if found else modified_at
        head = _head(publishing, request, path=path, specs=specs, updated_at=updated_at)
        body = dump_feed([entry for _, entry in found], head, feed.kind)
        headers = {"Vary": "Accept-Language, Cookie"}
        return cached(request, body, feed.media_type, modified_at=modified_at, headers=headers)


def _newest(publishing: Publishing, kind: str, specs: tuple[str, ...]) -> list[tuple[Item, bytes]]:
    """Give the newest entries that are in every set; of several sets the last 1,000 of the first are looked at."""
    looked_at = _ENTRIES if len(specs) < 2 else _LOOKED_AT
    newest = publishing.catalogue.newest(kind, specs[0] if specs else None, limit=looked_at)
    return [(item, entry) for item, entry in newest if set(specs).issubset(item.sets)][:_ENTRIES]


def _head(
    publishing: Publishing, request: Request, *, path: str, specs: tuple[str, ...], updated_at: datetime
) -> FeedHead:
    site, language = publishing.site, choose_language(request)
    held, name = site.name.best(language) or (language, site.node_id)
    query = urlencode([pair for pair in request.query_params.multi_items() if pair[0] in ("type", "country", "target")])
    url = publishing.url(path + (f"?{query}" if query else ""))
    title = ": ".join([name, ", ".join(set_name(spec, language) for spec in specs)]) if specs else name
    return FeedHead(
        id=url,
        title=title,
        url=url,
        site_url=publishing.url(f"/records?{query}" if query else "/"),
        updated_at=updated_at,
        description=translations(language).gettext("What was published last"),
        language=held,
        author=name,
    )
