"""Harvesting Protected Planet by its API, version 3: protected areas page by page, with a token. Understands none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson

from harvester.configs import ProtectedPlanetConfig
from harvester.errors import CursorExpired, ListLoops, ProtocolFault, SourceError, SourceUnreachable, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.network.machine import machine_of
from harvester.protocols.dcat_payload import cannot_be_kept
from harvester.protocols.json_answers import canonical, find_text, parse_object
from harvester.protocols.keyed import Keyed
from harvester.protocols.list_guard import ListGuard
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.raw import RawRecord, new_raw
from harvester.sources import Source
from vocabularies.concepts import load_scheme
from vocabularies.problems import Problem

FORMAT = "protected_area"
HOST = "protectedplanet.net"
MOST_A_PAGE = 50
_SPEAKER = "Protected Planet"


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the protected areas of the source's country, or all, in pages of at most 50; there is no window.

    The API announces no total and may send smaller pages than asked for: the list ends with an empty page, or one
    smaller than the first when that was full. SettingError where the token is not set, ProtocolFault in its own words.
    """
    asking = _begin(fetcher, source)
    number, usual = _parse_cursor(window.cursor, source.url)
    guard = ListGuard(asking.config.max_pages)
    from_head = window.cursor is None
    while True:
        response, areas = asking.ask(number)
        found = [_cut_out(area) for area in areas]
        records = tuple(each for each in found if isinstance(each, RawRecord))
        ends = not areas or len(areas) < usual and number > 1
        usual = min(usual, len(areas) or usual)
        yield Page(
            records=records,
            cursor=None if ends else orjson.dumps({"page": number + 1, "usual": usual}).decode(),
            response_date=response.headers.get("date"),
            total=None,
            problems=tuple(each for each in found if isinstance(each, Problem)),
            remarks=_remarks(number, areas) if ends else (),
            tracks_deletions=False,
            whole=from_head,
        )
        following = None if ends else f"page {number + 1}"
        names = [record.identifier for record in records]
        if reason := guard.notice(f"page {number}", names, following, unread=len(names) < len(areas)):
            raise ListLoops(url=source.url, reason=reason)
        if ends:
            return
        number += 1


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one protected area anew by its number; a problem where it is known no more."""
    response = _begin(fetcher, source).ask_one(identifier)
    found: RawRecord | Problem = Problem("RECORD_UNREACHABLE", "error", value="HTTP status 404", record_id=identifier)
    if response.status != 404:
        found = _cut_out(_answer(response).get("protected_area"))
    records, problems = ((found,), ()) if isinstance(found, RawRecord) else ((), (found,))
    return Page(records, None, response.headers.get("date"), None, problems, tracks_deletions=False)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give the API by its name: without a token it says nothing that would tell it from any other."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host != HOST and not host.endswith(f".{HOST}"):
        return None
    return Probe("protected_planet", f"https://api.{HOST}", "Protected Planet", f"api.{HOST}")


PROTECTED_PLANET = Protocol("protected_planet", ProtectedPlanetConfig, pages, probe, fetch_one=fetch_one)


@dataclass(frozen=True, slots=True)
class _Asking:
    door: Keyed
    root: str
    country: str
    config: ProtectedPlanetConfig

    def ask(self, number: int) -> tuple[Response, list[object]]:
        params = {"page": str(number), "per_page": str(min(self.config.page_size, MOST_A_PAGE))}
        params["with_geometry"] = "true" if self.config.geometry else "false"
        path = "/protected_areas"
        if self.country:
            path, params["country"] = "/protected_areas/search", self.country
        response = self.door.get(self.root + path, params=params, accept="application/json")
        areas = _answer(response).get("protected_areas")
        if not isinstance(areas, list):
            raise WrongAnswer(url=response.url, protocol=_SPEAKER, saw="JSON without a list of protected areas")
        return response, areas

    def ask_one(self, identifier: str) -> Response:
        address = f"{self.root}/protected_areas/{identifier}" if identifier.isdecimal() else self.root
        return self.door.get(address, params={"with_geometry": "true" if self.config.geometry else "false"})


def _begin(fetcher: Fetcher, source: Source) -> _Asking:
    config = source.config if isinstance(source.config, ProtectedPlanetConfig) else ProtectedPlanetConfig()
    secret = machine_of(fetcher).get_secret(config.token, key="token")
    wanted = config.country or source.country or ""
    known = load_scheme("countries").find(wanted) if wanted else None
    country = known.codes.get("alpha-3", wanted.upper()) if known else wanted.upper()
    return _Asking(Keyed(fetcher, "token", secret), api_root(source.url), country, config)


def api_root(url: str) -> str:
    """Give where the API begins: the address up to its version, or version 3 below it."""
    plain = url.partition("?")[0].rstrip("/")
    head, version, _ = plain.partition("/v3")
    return f"{head}{version}" if version else f"{plain}/v3"


def _answer(response: Response) -> dict[str, object]:
    """Give the answer's object; its own word where it reports an error."""
    if response.status >= 500:
        raise SourceUnreachable(url=response.url, reason=f"HTTP status {response.status}")
    try:
        told = parse_object(response, _SPEAKER)
    except SourceError:
        response.require_ok()
        raise
    response.require_ok()
    if told.get("error"):
        raise ProtocolFault(url=response.url, fault="error", reason=str(told["error"])[:300])
    return told


def _cut_out(area: object) -> RawRecord | Problem:
    named = [area.get(key) for key in ("wdpa_id", "site_id", "id")] if isinstance(area, dict) else []
    identifier = next(filter(None, map(find_text, named)), None)
    if not isinstance(area, dict) or identifier is None:
        return Problem("ID_SYNTAX", "error", value="a protected area without a number")
    payload = canonical(area)
    return cannot_be_kept(identifier, payload) or new_raw(identifier, payload, format=FORMAT)


def _remarks(number: int, areas: list[object]) -> tuple[Problem, ...]:
    if number == 1 and not areas:
        return (Problem("LIST_EMPTY", "warning", value="there is no protected area; check the setting country"),)
    return ()


def _parse_cursor(cursor: str | None, url: str) -> tuple[int, int]:
    """Give the page to ask for and how many areas the pages before it had."""
    if cursor is None:
        return 1, MOST_A_PAGE
    try:
        told = orjson.loads(cursor)
        number, usual = told["page"], told["usual"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        number = usual = None
    if not isinstance(number, int) or not isinstance(usual, int) or number < 1:
        raise CursorExpired(url=url, cursor=cursor, reason="the cursor is not one of this protocol")
    return number, usual
