"""The home page and the search page; both work without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from chm_node.publishing.cards import Card, to_card
from chm_node.publishing.field_labels import FACET_LABELS
from chm_node.publishing.filters import ListQuery, can_go_on, read_list_query
from chm_node.publishing.search.engine import FACETS, FacetCount, SearchAnswer, SearchRequest, dump_cursor
from chm_node.publishing.service import Publishing
from chm_node.publishing.shown import Shown, facet_label, facet_shown
from chm_node.shell.languages import choose_language, translations
from vocabularies.formats.native import parse_native

_LATEST = 8
_HOME_LINKS = (
    ("/.well-known/chm-node.json", 'rel="describedby"; type="application/json"'),
    ("/openapi.json", 'rel="service-desc"; type="application/json"'),
    ("/docs", 'rel="service-doc"; type="text/html"'),
    ("/informea.svc", 'rel="service"; type="application/atomsvc+xml"'),
    ("/feed.atom", 'rel="alternate"; type="application/atom+xml"'),
    ("/catalog", 'rel="alternate"; type="text/turtle"'),
)
"""Where programs that come to the home page go on (RFC 8288; RFC 8631 for the descriptions of services)."""
_SHOWN_VALUES = 8
_MOST_VALUES = 60


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a facet: the address with it added, or taken away where it is chosen already."""

    label: Shown
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A facet: the values with most results, then the rest."""

    label: str
    first: tuple[FacetLink, ...]
    rest: tuple[FacetLink, ...]
    is_open: bool

    @property
    def has_unofficial(self) -> bool:
        """Tell whether any value is shown by a name that is not official."""
        return any(link.label.unofficial for link in (*self.first, *self.rest))


def _facet_groups(publishing: Publishing, query: ListQuery, answer: SearchAnswer, language: str) -> list[FacetGroup]:
    groups = []
    for name in FACETS:
        counts = answer.facets.get(name, ())
        chosen = query.filters.get(name, ())
        if len(counts) < 2 and not chosen:
            continue
        links = [_facet_link(publishing, query, name, entry, language) for entry in counts[:_MOST_VALUES]]
        label = translations(language).gettext(FACET_LABELS[name])
        first, rest = tuple(links[:_SHOWN_VALUES]), tuple(links[_SHOWN_VALUES:])
        groups.append(FacetGroup(label, first, rest, bool(chosen) or name == "type"))
    return groups


def _facet_link(publishing: Publishing, query: ListQuery, name: str, entry: FacetCount, language: str) -> FacetLink:
    chosen = entry.value in query.filters.get(name, ())
    return FacetLink(
        _value_label(publishing, name, entry.value, language), entry.count, _toggled(query, name, entry.value), chosen
    )


def _value_label(publishing: Publishing, name: str, value: str, language: str) -> Shown:
    if name == "node":
        return Shown(publishing.name_of_node(value, language))
    return facet_shown(name, value, language)


def _toggled(query: ListQuery, name: str, value: str) -> str:
    pairs = query.parameters()
    return "?" + urlencode(
        [pair for pair in pairs if pair != (name, value)] if (name, value) in pairs else [*pairs, (name, value)]
    )


def _chips(publishing: Publishing, query: ListQuery, language: str) -> list[tuple[str, Shown, str]]:
    texts = translations(language)
    return [
        (
            texts.gettext(FACET_LABELS[name]),
            _value_label(publishing, name, value, language),
            _toggled(query, name, value),
        )
        for name in FACETS
        for value in query.filters.get(name, ())
    ]


def _cards(publishing: Publishing, local_ids: Sequence[str], language: str) -> list[Card]:
    found = ((local_id, publishing.find_record(local_id)) for local_id in local_ids)
    return [to_card(publishing, local_id, record, language) for local_id, record in found if record is not None]


def _home(publishing: Publishing, router: APIRouter) -> None:
    @router.get("/", response_class=Response, include_in_schema=False)
    def home(request: Request) -> Response:
        language = choose_language(request)
        counted = publishing.search.search(SearchRequest(limit=0))
        types = [
            (facet_label("type", entry.value, language), entry.count, f"/records?type={entry.value}")
            for entry in counted.facets.get("type", ())
        ]
        newest = publishing.catalogue.newest("native", limit=_LATEST)
        parsed = ((item.local_id, parse_native(native).record) for item, native in newest)
        cards = [to_card(publishing, local_id, record, language) for local_id, record in parsed if record]
        return publishing.pages.page(
            request,
            "home.html",
            total=counted.total,
            types=types,
            cards=cards,
            several_nodes=len(counted.facets.get("node", ())) > 1,
            headers={"Link": ", ".join(f"<{publishing.url(path)}>; {relation}" for path, relation in _HOME_LINKS)},
        )


def list_router(publishing: Publishing) -> APIRouter:
    """Give the routes of the home page and of the search page, which stands at ``/records`` and at ``/search``."""
    router = APIRouter()
    _home(publishing, router)

    @router.get("/search", response_class=Response, include_in_schema=False)
    @router.get("/records", response_class=Response, summary="The search page", tags=["Pages"])
    def records(request: Request) -> Response:
        query, language = read_list_query(request), choose_language(request)
        answer = publishing.search.search(query.to_request())
        following = ""
        if can_go_on(answer.next_offset):
            following = "?" + urlencode([*query.parameters(), ("cursor", dump_cursor(answer.next_offset or 0))])
        feed = urlencode([pair for pair in query.parameters() if pair[0] in ("type", "country", "target")])
        asked = f"?{urlencode(query.parameters())}" if query.parameters() else ""
        json, tables = f"/api/v1/search{asked}", [f"/api/v1/search.{suffix}{asked}" for suffix in ("csv", "xlsx")]
        return publishing.pages.page(
            request,
            "records.html",
            headers={
                "Link": f'<{publishing.url(json)}>; rel="alternate"; type="application/json", '
                f'<{publishing.url(tables[0])}>; rel="alternate"; type="text/csv"'
            },
            query=query,
            total=answer.total,
            cards=_cards(publishing, [hit.local_id for hit in answer.hits], language),
            groups=_facet_groups(publishing, query, answer, language),
            chips=_chips(publishing, query, language),
            following=following,
            feed=f"/feed.atom?{feed}" if feed else "/feed.atom",
            json=json,
            tables=tables,
            several_nodes=len(answer.facets.get("node", ())) > 1,
        )

    return router
