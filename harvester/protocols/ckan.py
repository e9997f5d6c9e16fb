"""Harvesting a CKAN site by its Action API (package_search); gives packages as they are and understands none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from harvester.configs import CkanConfig
from harvester.errors import ProtocolFault, SourceError, SourceRefused, SourceUnreachable, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.protocols.json_answers import MAX_DATESTAMP_BYTES, canonical, find_text, parse_object
from harvester.protocols.oai_windows import SECONDS_FORM, parse_instant
from harvester.protocols.pages import Named, Page, Probe, Protocol, Roll, Window
from harvester.protocols.positions import Place, PositionList, Slice, is_older, page_of, parse_cursor, roll_of, to_count
from harvester.raw import RawRecord, deleted_raw, new_raw
from harvester.sources import Source
from vocabularies.problems import Problem

FORMAT = "ckan"
SORT = "id asc"
"""The one order in which a change moves no package past the place we have reached; a deletion shows in the count."""
NAMES_A_PAGE = 1000
WINDOW_QUIRK = "ckan_window"
_WINDOWED, _WHOLE = 0, 1
_VOLATILE = frozenset({"tracking_summary"})
_GONE_STATES = frozenset({"deleted", "draft"})
_PAGES = re.compile(r"/(?:api(?:/\d)?(?:/action.*)?|dataset(?:/.*)?|organization(?:/.*)?|group(?:/.*)?)/?$")


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the packages changed since the window's start, or all of them, page by page in the order of their ids.

    A deleted package is missing without a word (CKAN 2.11, API guide), so a list without window is ``whole``. Where the
    site refuses the window or passes over it, that is learnt, and everything is read.
    """
    config = source.config if isinstance(source.config, CkanConfig) else CkanConfig()
    place = _begin(source, config, window)
    listing = _Listing(fetcher, source.url, config, place)
    learnt: Mapping[str, str] = {}
    if place.way == _WINDOWED and place.start == 0 and not listing.takes_window():
        learnt, place = {WINDOW_QUIRK: "refused"}, Place(since=place.since, way=_WHOLE)
        listing = _Listing(fetcher, source.url, config, place)
    from_head = window.cursor is None and place.way == _WHOLE
    walked = PositionList(listing.ask, source.url, rows=config.page_size, max_pages=config.max_pages)
    for step in walked.walk(place):
        if place.way == _WINDOWED and not learnt and is_older(step, place.since):
            learnt = {WINDOW_QUIRK: "ignored"}
        yield page_of(step, config.overlap_s, whole=from_head, learnt=learnt)


def identifiers(fetcher: Fetcher, source: Source) -> Iterator[Roll]:
    """Give the ids of all packages there are now, without their content where the site honours ``fl``."""
    config = source.config if isinstance(source.config, CkanConfig) else CkanConfig()

    def ask(start: int, rows: int) -> Slice[Named]:
        params = {"fl": "id,metadata_modified", "start": str(start), "rows": str(rows), "sort": SORT}
        response, result = _search(fetcher, source.url, params | ({"fq": config.fq} if config.fq else {}))
        found = [_name(package) for package in result["results"]]
        named = tuple(name for name in found if name is not None)
        lost = (_unnamed("a package without id"),) * (len(found) - len(named))
        return Slice(named, len(found), to_count(result.get("count")), response.headers.get("date"), lost)

    for step in PositionList(ask, source.url, rows=NAMES_A_PAGE, max_pages=config.max_pages).walk(Place()):
        yield roll_of(step)


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one package anew by package_show; a problem where the site no longer knows it."""
    url = api_url(source.url, "package_show")
    response = fetcher.get(url, params={"id": identifier}, accept="application/json")
    if response.status in {403, 404}:
        value = f"the site does not give this package (HTTP status {response.status})"
        missing = Problem("RECORD_UNREACHABLE", "error", value=value, record_id=identifier)
        return Page((), None, response.headers.get("date"), None, problems=(missing,))
    found = _cut_out(_result(response))
    records = (found,) if isinstance(found, RawRecord) else ()
    problems = () if isinstance(found, RawRecord) else (found,)
    return Page(records, None, response.headers.get("date"), None, problems, tracks_deletions=False)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what a CKAN site says of itself at an address or its host's root; None where package_search is not there."""
    for root in site_roots(url):
        try:
            _, result = _search(fetcher, root, {"rows": "0"})
        except (SourceRefused, WrongAnswer, ProtocolFault):
            continue
        status = _status(fetcher, root)
        details = {"ckan_version": status["ckan_version"]} if status.get("ckan_version") else {}
        details |= {"packages": str(result.get("count"))}
        return Probe("ckan", root, status.get("site_title", ""), status.get("site_url", "") or root, details)
    return None


CKAN = Protocol("ckan", CkanConfig, pages, probe, identifiers, fetch_one)


def api_url(root: str, action: str) -> str:
    """Give the address of an action of the site."""
    return f"{root.rstrip('/')}/api/3/action/{action}"


def site_roots(url: str) -> tuple[str, ...]:
    """Give where a site's API may lie for an address somebody copied: its path without a page's name, its host."""
    parts = urlsplit(url.strip())
    paths = (_PAGES.sub("", parts.path).rstrip("/"), "")
    return tuple(dict.fromkeys(urlunsplit((parts.scheme, parts.netloc, path, "", "")) for path in paths))


class _Listing:
    """Asks for the packages of one place's window; remembers the answer that showed that the window is taken."""

    def __init__(self, fetcher: Fetcher, url: str, config: CkanConfig, place: Place) -> None:
        self._fetcher, self._url, self._config = fetcher, url, config
        since = place.since if place.way == _WINDOWED else None
        own = f"({config.fq})" if since and " or " in config.fq.lower() else config.fq  # “(-a) AND b” finds nothing
        self._filter = " AND ".join(part for part in (own, since and f"metadata_modified:[{since} TO *]") if part)
        self._first: Slice[RawRecord] | None = None

    def takes_window(self) -> bool:
        """Say whether the site answers a search with the window in it; the answer is used as the first page."""
        try:
            self._first = self.ask(0, self._config.page_size)
        except (ProtocolFault, SourceRefused):
            return False
        return True

    def ask(self, start: int, rows: int) -> Slice[RawRecord]:
        """Give the packages from a position on."""
        if start == 0 and self._first is not None:
            first, self._first = self._first, None
            return first
        params = {"start": str(start), "rows": str(rows), "sort": SORT}
        if self._filter:
            params["fq"] = self._filter
        response, result = _search(self._fetcher, self._url, params)
        found = [_cut_out(package) for package in result["results"]]
        records = tuple(each for each in found if isinstance(each, RawRecord))
        problems = tuple(each for each in found if isinstance(each, Problem))
        return Slice(records, len(found), to_count(result.get("count")), response.headers.get("date"), problems)


def _begin(source: Source, config: CkanConfig, window: Window) -> Place:
    if window.cursor is not None:
        return parse_cursor(window.cursor, source.url)
    at = parse_instant(window.since)
    since = at.strftime(SECONDS_FORM) if at else None
    windowed = since is not None and config.incremental and WINDOW_QUIRK not in source.quirks
    return Place(since=since, way=_WINDOWED if windowed else _WHOLE)


def _search(fetcher: Fetcher, root: str, params: Mapping[str, str]) -> tuple[Response, dict[str, Any]]:
    response = fetcher.get(api_url(root, "package_search"), params=params, accept="application/json")
    result = _result(response)
    if not isinstance(result, dict) or not isinstance(result.get("results"), list):
        raise WrongAnswer(url=response.url, protocol="CKAN", saw="JSON without a list of packages")
    return response, result


def _result(response: Response) -> object:
    """Give what an action answered (API guide: ``success``, ``result``, ``error``).

    ProtocolFault for the site's own word; without one a 5xx is SourceUnreachable and a 4xx SourceRefused.
    """
    if response.status >= 500:
        raise SourceUnreachable(url=response.url, reason=f"HTTP status {response.status}")
    try:
        answer = parse_object(response, "CKAN")
    except SourceError:
        response.require_ok()
        raise
    if answer.get("success") is False:
        error = answer.get("error")
        told = error if isinstance(error, dict) else {"message": error}
        reason = str(told.get("message") or told)[:300]
        raise ProtocolFault(url=response.url, fault=str(told.get("__type", "success: false"))[:80], reason=reason)
    response.require_ok()
    if "result" not in answer:
        raise WrongAnswer(url=response.url, protocol="CKAN", saw="JSON without a result")
    return answer["result"]


def _cut_out(package: object) -> RawRecord | Problem:
    identifier = find_text(package.get("id")) if isinstance(package, dict) else None
    if not isinstance(package, dict) or identifier is None:
        return _unnamed("a package without an id that can be kept")
    stamp = find_text(package.get("metadata_modified"), MAX_DATESTAMP_BYTES)
    if package.get("private") is True or package.get("state") in _GONE_STATES:
        return deleted_raw(identifier, format=FORMAT, datestamp=stamp)
    kept = {name: value for name, value in package.items() if name not in _VOLATILE}
    if isinstance(kept.get("resources"), list):
        kept["resources"] = [_without_counts(each) for each in kept["resources"]]
    return new_raw(identifier, canonical(kept), format=FORMAT, datestamp=stamp)


def _without_counts(resource: object) -> object:
    if not isinstance(resource, dict):
        return resource
    return {name: value for name, value in resource.items() if name not in _VOLATILE}


def _name(package: object) -> Named | None:
    identifier = find_text(package.get("id")) if isinstance(package, dict) else None
    if not isinstance(package, dict) or identifier is None:
        return None
    return Named(identifier, find_text(package.get("metadata_modified"), MAX_DATESTAMP_BYTES))


def _unnamed(value: str) -> Problem:
    return Problem("ID_SYNTAX", "error", value=value)


def _status(fetcher: Fetcher, root: str) -> dict[str, str]:
    """Give what status_show says, as texts; nothing where the site keeps it to itself."""
    try:
        result = _result(fetcher.get(api_url(root, "status_show"), accept="application/json"))
    except SourceError:
        return {}
    return {name: value for name, value in result.items() if isinstance(value, str)} if isinstance(result, dict) else {}
