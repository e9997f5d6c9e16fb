"""The lists of a Bioland site: from page to page, and as names alone. Understands no content."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from harvester.configs import BiolandConfig
from harvester.errors import ListLoops, ProtocolFault, SourceRefused
from harvester.fetch import Fetcher
from harvester.protocols.bioland_site import LOCALES, SORT, BiolandSite, is_bad_request, serves
from harvester.protocols.drupal_nodes import Nodes, ask, node_id
from harvester.protocols.list_guard import ListGuard
from harvester.protocols.next_address import NEXT_ADDRESS, to_onward
from harvester.protocols.pages import Named, Roll
from harvester.protocols.positions import to_count
from harvester.sources import Source
from vocabularies.problems import Problem

LOCALES_QUIRK = "bioland_locales"
"""The languages the site was seen to serve, with spaces."""
_OFFSET = "page[offset]"


def identifiers(fetcher: Fetcher, source: Source) -> Iterator[Roll]:
    """Give the names of all nodes of all languages, without their content where the site takes that."""
    config = config_of(source)
    site = BiolandSite(fetcher, source.url.rstrip("/"), config, ())
    locales = known_locales(source, config)
    site.locales = locales or tuple(each for each in LOCALES if serves(fetcher, site, each)) or ("",)
    for locale in site.locales:
        yield from _names(site, locale, last=locale == site.locales[-1])


def _names(site: BiolandSite, locale: str, *, last: bool) -> Iterator[Roll]:
    guard, sent = ListGuard(site.config.max_pages), 0
    address: str | None
    address, answer = _head(site, locale)
    while address is not None:
        named = tuple(Named(name) for each in answer.nodes if (name := node_id(each)))
        following, remark = find_next(site, locale, address, answer)
        remarks: tuple[Problem, ...] = (remark,) if remark else ()
        lost = (Problem("ID_SYNTAX", "error", value="a node without an id"),) * (len(answer.nodes) - len(named))
        sent += len(named)
        if following is None and answer.total is not None and sent < answer.total and not answer.omitted:
            words = f"only {sent} of {answer.total} announced nodes were named"
            remarks += (Problem("LIST_INCOMPLETE", "warning", value=words),)
        yield Roll(named, last and following is None, None, answer.date, (*remarks, *lost))
        if reason := guard.notice(address, [each.identifier for each in named], following):
            raise ListLoops(url=address, reason=reason)
        address = following
        if address is not None:
            answer = ask(site.fetcher, address)


def _head(site: BiolandSite, locale: str) -> tuple[str, Nodes]:
    fields = {f"fields[{site.config.resource.strip('/').replace('/', '--')}]": "drupal_internal__nid"}
    params = {"page[limit]": str(site.config.page_size), **SORT}
    address = f"{site.list_url(locale)}?{urlencode({**params, **fields})}"
    try:
        return address, ask(site.fetcher, address)
    except (ProtocolFault, SourceRefused) as error:
        if not is_bad_request(error):
            raise
    address = f"{site.list_url(locale)}?{urlencode(params)}"
    return address, ask(site.fetcher, address)


def find_next(site: BiolandSite, locale: str, address: str, answer: Nodes) -> tuple[str | None, Problem | None]:
    """Give the next page's address, None at the end, and what is to be told of it.

    It is the one named, on the site's own host, or the one that comes next by number.
    """
    onward = to_onward(answer.next or _by_offset(address, answer), answer.url)
    if onward.address is None and _OFFSET in _arguments(answer.next):
        words = f"a page names {answer.next} as the next; that page was asked of the site itself"[:500]
        return site.at_query(locale, str(answer.next)), Problem(NEXT_ADDRESS, "note", value=words)
    return onward.address, onward.remark


def config_of(source: Source) -> BiolandConfig:
    """Give the settings of a source of this protocol."""
    return source.config if isinstance(source.config, BiolandConfig) else BiolandConfig()


def known_locales(source: Source, config: BiolandConfig) -> tuple[str, ...]:
    """Give the languages the site was seen to serve, else those its settings name."""
    return tuple((source.quirks.get(LOCALES_QUIRK, "") or config.locales.replace(",", " ")).split())


def _by_offset(address: str, answer: Nodes) -> str | None:
    """Give the next page by its number, where a site counts more nodes than it sent and names no next page."""
    parts, query = urlsplit(address), _arguments(address)
    reached = (to_count(query.get(_OFFSET)) or 0) + len(answer.nodes)
    if answer.total is None or not answer.nodes or reached >= answer.total:
        return None
    return urlunsplit(parts._replace(query=urlencode({**query, _OFFSET: str(reached)})))


def _arguments(address: str | None) -> dict[str, str]:
    try:
        return dict(parse_qsl(urlsplit(address or "").query))
    except ValueError:
        return {}
