"""The catalogue as DCAT-AP in pages, as open-data portals harvest it: by number and by date, with Hydra and Link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from chm_node.publishing.catalogue import PageEnd
from chm_node.publishing.service import Publishing
from chm_node.shell.conditional import cached, is_unchanged, not_modified
from chm_node.shell.negotiate import choose_media_type
from chm_node.shell.problems_http import HttpProblem
from vocabularies.formats.dcat import CatalogueHead, dump_catalogue
from vocabularies.formats.rdf_tree import Syntax
from vocabularies.text import LangText

_DESCRIPTION = LangText(
    en="Records published by this clearing-house",
    fr="Fiches publiées par ce centre d'échange",
    es="Registros publicados por este centro de intercambio",
    ar="سجلات تنشرها غرفة تبادل المعلومات هذه",
    ru="Записи, опубликованные этим посредническим механизмом",
    zh="本信息交换所发布的记录",
)
PageEnds = Callable[[int, datetime | None], Sequence[PageEnd]]
_LAST = 10**18


@dataclass(frozen=True, slots=True)
class _Kind:
    path: str
    syntax: Syntax
    format: str
    media_type: str


_KINDS = (
    _Kind("/catalog.jsonld", "jsonld", "dcat_jsonld", "application/ld+json"),
    _Kind("/catalog.ttl", "ttl", "dcat_ttl", "text/turtle"),
    _Kind("/catalog.rdf", "rdf", "dcat_rdf", "application/rdf+xml"),
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A page of the catalogue: its number from 1, the sequence it goes on after, and the period asked for."""

    number: int
    after: int | None
    since: datetime | None

    def query(self) -> str:
        pairs = [("page", str(self.number))] + ([("after", str(self.after))] if self.after else [])
        if self.since is not None:
            pairs.append(("modified_since", self.since.isoformat(timespec="seconds").replace("+00:00", "Z")))
        return "?" + urlencode(pairs)


def dcat_router(publishing: Publishing) -> APIRouter:
    """Give the routes of the catalogue in JSON-LD, Turtle and RDF/XML."""
    router = APIRouter(tags=["DCAT"])
    catalogue, size = publishing.catalogue, publishing.site.page_size

    @lru_cache(maxsize=16)
    def ends_at(_sequence: int, since: datetime | None) -> Sequence[PageEnd]:
        return tuple(catalogue.page_ends(size, since))

    _add_negotiated(publishing, router)
    for kind in _KINDS:
        _add_catalogue(publishing, router, kind, ends_at)
    return router


def _add_negotiated(publishing: Publishing, router: APIRouter) -> None:
    """Add the catalogue's own IRI: it sends programs to the syntax they prefer, and people to the records."""
    paths = {kind.media_type: kind.path for kind in _KINDS} | {"text/html": "/records"}
    alternates = ", ".join(
        f'<{publishing.url(kind.path)}>; rel="alternate"; type="{kind.media_type}"' for kind in _KINDS
    )

    @router.get("/catalog", response_class=Response, summary="The catalogue as DCAT, in the syntax the client prefers")
    def negotiated(request: Request) -> Response:
        media_type = choose_media_type(request.headers.get("accept"), tuple(paths))
        if media_type is None:
            raise HttpProblem("NOT_ACCEPTABLE", offered=", ".join(paths))
        headers = {"Location": publishing.url(paths[media_type]), "Vary": "Accept", "Link": alternates}
        return Response(status_code=303, headers=headers)


def _add_catalogue(publishing: Publishing, router: APIRouter, kind: _Kind, ends_at: PageEnds) -> None:
    @router.get(
        kind.path, response_class=Response, summary=f"The catalogue as DCAT ({kind.syntax})", name=f"dcat {kind.syntax}"
    )
    def catalogue_page(
        request: Request,
        page: Annotated[int, Query(ge=1)] = 1,
        after: Annotated[int | None, Query(ge=0, le=_LAST, description="As the next page's link has it")] = None,
        modified_since: Annotated[datetime | None, Query(description="ISO 8601; changed then or later")] = None,
    ) -> Response:
        last = publishing.catalogue.last_sequence()
        modified_at = publishing.catalogue.modified_at()
        etag = publishing.list_tag(last, request.url.query)
        if is_unchanged(request, etag, modified_at):
            return not_modified(etag, {})
        place = _Place(page, after, _utc(modified_since))
        ends = ends_at(last, place.since)
        body, following = _document(publishing, kind, place, ends)
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return cached(request, body, kind.media_type, etag=etag, modified_at=modified_at, headers=headers)


def _utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:  # midnight of the year 1 east of Greenwich, the end of 9999 west of it
        return at.replace(tzinfo=UTC)


def _document(publishing: Publishing, kind: _Kind, place: _Place, ends: Sequence[PageEnd]) -> tuple[bytes, str | None]:
    if place.number > max(len(ends), 1) and place.after is None:
        raise HttpProblem("NOT_FOUND")
    after = place.after
    if after is None:
        after = ends[place.number - 2].sequence if place.number > 1 else 0
    fragments, reached, more = _fragments(publishing, kind.format, after, place.since)
    base = publishing.url(kind.path)
    following = base + _Place(place.number + 1, reached, place.since).query() if more else None
    pages = max(len(ends), place.number + (1 if more else 0), 1)
    head = CatalogueHead(
        iri=publishing.url("/catalog"),
        title=publishing.site.name,
        description=_DESCRIPTION,
        publisher_iri=publishing.url("/#publisher"),
        publisher_name=publishing.site.name,
        page_url=base + place.query(),
        total=ends[-1].number if ends else 0,
        page_size=publishing.site.page_size,
        first_url=base + _Place(1, None, place.since).query(),
        last_url=base + _Place(pages, None, place.since).query(),
        next_url=following,
        previous_url=base + _Place(place.number - 1, None, place.since).query() if place.number > 1 else None,
        languages=publishing.site.languages,
        homepage=publishing.url("/"),
    )
    return dump_catalogue(fragments, head, kind.syntax), following


def _fragments(
    publishing: Publishing, format_name: str, after: int, since: datetime | None
) -> tuple[list[bytes], int, bool]:
    """Give a page of live records, the sequence of its last one, and whether more follow."""
    size = publishing.site.page_size
    found: list[bytes] = []
    reached = after
    while True:
        window = publishing.catalogue.window(format_name, from_=since, after=after, limit=size + 1)
        for item, body in window:
            if body is not None:
                if len(found) == size:
                    return found, reached, True
                found.append(body)
                reached = item.sequence
        if len(window) <= size:
            return found, reached, False
        after = window[-1][0].sequence
