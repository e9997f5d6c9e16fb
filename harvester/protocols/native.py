"""Harvesting another node by its change list: NDJSON, one change a line, sequence numbers instead of dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from harvester.configs import NativeConfig
from harvester.errors import CursorExpired, ListLoops, SourceUnreachable, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.protocols.pages import Named, Page, Probe, Protocol, Roll, Window
from harvester.raw import RawRecord, deleted_raw, new_raw
from harvester.sources import Source
from vocabularies.problems import Problem

DESCRIPTOR_PATH = "/.well-known/chm-node.json"
CHANGES_PATH = "/api/v1/changes"
RECORDS_PATH = "/api/v1/records"
HEAD = "0"
NEXT_SINCE = "chm-next-since"
MAX_PAGES_WITHOUT_NEWS = 3
MAX_IDENTIFIER_BYTES = 2048
MAX_DATESTAMP_BYTES = 64
_NO_PROBLEM: tuple[Problem, ...] = ()
_REL_NEXT = re.compile(r"<[^>]*>\s*;[^,]*\brel\s*=\s*\"?next\b", re.IGNORECASE)


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the pages of changes after the window's sequence number, oldest first; a deletion is a change too.

    A list that goes back behind that number began anew: it is read whole, and that is told. ProtocolFault and
    WrongAnswer where the address is no node; CursorExpired where the node no longer knows the number; ListLoops, after
    the last useful page, which has no cursor, where the list does not come to an end.
    """
    since = window.cursor or window.since or HEAD
    whole, remarks, watch = window == Window(), _NO_PROBLEM, _Watch()
    while True:
        page, sequence = _ask(fetcher, source, since)
        if not whole and _goes_back(since, page.next_since):
            words = f"the list of changes began anew: after {since} it goes to {page.next_since}; it was read whole"
            since, whole, remarks, watch = HEAD, True, (Problem("LIST_BEGAN_ANEW", "note", value=words),), _Watch()
            continue
        reason = watch.notice(page, since, sequence) if page.cursor is not None else None
        next_since = window.since if reason else page.next_since if page.cursor is None else None
        cursor = None if reason else page.cursor
        yield replace(page, cursor=cursor, next_since=next_since, whole=whole, remarks=remarks)
        if reason:
            raise ListLoops(url=_changes(source), reason=reason)
        if page.cursor is None:
            return
        since, remarks = page.cursor, _NO_PROBLEM


def identifiers(fetcher: Fetcher, source: Source) -> Iterator[Roll]:
    """Give the names of all a node ever published, a page of its change list each; withdrawn ones are deleted.

    A change list holds each record once, with its latest change; one that names a record twice in one reading is told
    apart by the later name, and keeps a record rather too long than too short.
    """
    for page in pages(fetcher, source, Window()):
        named = [Named(raw.identifier, raw.datestamp, raw.deleted) for raw in page.records]
        named += [Named(found.record_id) for found in page.problems if found.record_id]
        nameless = tuple(
            Problem(found.code, "warning", value="a change could not be read")
            for found in page.problems
            if not found.record_id
        )
        yield Roll(tuple(named), page.cursor is None, None, page.response_date, nameless[:1])


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one record from a node's API, as its change list would; a withdrawn one is deleted.

    SourceError where the node refuses to be asked.
    """
    address = f"{source.url.rstrip('/')}{RECORDS_PATH}/{quote(identifier, safe=':')}"
    response = fetcher.get(address, accept="application/json")
    found: RawRecord | Problem
    if response.status == 410:
        found = deleted_raw(identifier, format="native")
    elif response.status in {400, 404, 422, 500}:
        words = f"HTTP status {response.status}"
        found = Problem("RECORD_UNREACHABLE", "error", value=words, record_id=identifier)
    else:
        found = _parse_record(response.require_ok().body, identifier)
    records, problems = ((found,), ()) if isinstance(found, RawRecord) else ((), (found,))
    return Page(records=records, cursor=None, response_date=response.headers.get("date"), total=None, problems=problems)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what the node at an address says of itself; None where there is no node descriptor."""
    for root in dict.fromkeys((url.rstrip("/"), _origin(url))):
        response = fetcher.get(root + DESCRIPTOR_PATH, accept="application/json")
        described = _descriptor(response)
        if described:
            return _to_probe(described, root)
    return None


NATIVE = Protocol("native", NativeConfig, pages, probe, identifiers, fetch_one)


@dataclass(slots=True)
class _Watch:
    """Follows one list of changes: places must not return, and sequence numbers must grow."""

    places: set[str] = field(default_factory=set)
    sequence: int = 0
    without_news: int = 0

    def notice(self, page: Page, since: str, sequence: int | None) -> str | None:
        """Take note of a page that is followed by another; say why the list does not end, or None."""
        self.places.add(since)
        lines = len(page.records) + len(page.problems)
        news = lines > 0 if sequence is None else sequence > self.sequence
        self.sequence = max(self.sequence, sequence or 0)
        self.without_news = 0 if news else self.without_news + 1
        if page.cursor in self.places:
            return f"after sequence {since} it leads back to {page.cursor}"
        if self.without_news >= MAX_PAGES_WITHOUT_NEWS:
            return f"{self.without_news} pages in a row brought nothing new"
        return None


def _changes(source: Source) -> str:
    return source.url.rstrip("/") + CHANGES_PATH


def _ask(fetcher: Fetcher, source: Source, since: str) -> tuple[Page, int | None]:
    """Give the page after a sequence number, and the highest number among its changes."""
    limit = source.config.page_size if isinstance(source.config, NativeConfig) else NativeConfig().page_size
    url = _changes(source)
    response = fetcher.get(url, params={"since": since, "limit": str(limit)}, accept="application/x-ndjson")
    _check(response, url, since)
    return _page(response, since)


def _goes_back(since: str, reached: str | None) -> bool:
    """Tell whether a list ends before the number it was asked from; only plain numbers can be compared."""
    return reached is not None and reached.isdecimal() and since.isdecimal() and int(reached) < int(since)


def _parse_record(body: bytes, identifier: str) -> RawRecord | Problem:
    try:
        record = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        params = {"line": str(error.lineno), "column": str(error.colno)}
        return Problem("JSON_SYNTAX", "error", value=str(error)[:200], params=params, record_id=identifier)
    if not isinstance(record, dict) or record.get("id") != identifier:
        return Problem("RECORD_UNREACHABLE", "error", value="another record came", record_id=identifier)
    return new_raw(identifier, orjson.dumps(record), format="native")


def _check(response: Response, url: str, since: str) -> None:
    if response.status in {400, 410, 422} and since != HEAD:
        raise CursorExpired(url=url, cursor=since, reason=f"HTTP status {response.status}")
    if response.status >= 500:
        raise SourceUnreachable(url=url, reason=f"HTTP status {response.status}")
    response.require_ok()
    if response.body.lstrip()[:1] not in {b"", b"{"} or NEXT_SINCE not in response.headers:
        saw = "a web page" if b"<html" in response.body[:1000].lower() else "something else than a list of changes"
        raise WrongAnswer(url=url, protocol="a node", saw=saw)


def _page(response: Response, since: str) -> tuple[Page, int | None]:
    """Give the page and the highest sequence number among its changes."""
    records: list[RawRecord] = []
    problems: list[Problem] = []
    sequence: int | None = None
    for number, line in enumerate(response.body.split(b"\n"), 1):
        if line.strip():
            found, at = _parse_line(line, number)
            (records if isinstance(found, RawRecord) else problems).append(found)  # type: ignore[arg-type]
            sequence = max(at, sequence or 0) if isinstance(at, int) else sequence
    reached = response.headers.get(NEXT_SINCE, "").strip() or since
    more = bool(_REL_NEXT.search(response.headers.get("link", "")))
    page = Page(
        records=tuple(records),
        cursor=reached if more else None,
        response_date=response.headers.get("date"),
        total=None,
        problems=tuple(problems),
        next_since=reached,
    )
    return page, sequence


def _parse_line(line: bytes, number: int) -> tuple[RawRecord | Problem, object]:
    try:
        change: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        params = {"line": str(number), "column": str(error.colno)}
        return Problem("JSON_SYNTAX", "error", value=line[:200].decode("utf-8", "replace"), params=params), None
    if not isinstance(change, dict):
        return Problem("ID_SYNTAX", "error", value=line[:200].decode("utf-8", "replace")), None
    return _to_raw(change, line), change.get("seq")


def _to_raw(change: dict[str, Any], line: bytes) -> RawRecord | Problem:
    identifier = change.get("id")
    if not isinstance(identifier, str) or not _can_be_kept(identifier, MAX_IDENTIFIER_BYTES):
        return Problem("ID_SYNTAX", "error", value=line[:200].decode("utf-8", "replace"))
    datestamp = change.get("datestamp")
    stamp = datestamp if isinstance(datestamp, str) and _can_be_kept(datestamp, MAX_DATESTAMP_BYTES) else None
    if change.get("op") == "delete":
        return deleted_raw(identifier, format="native", datestamp=stamp)
    record = change.get("record")
    if not isinstance(record, dict):
        return Problem("VALUE_MISSING", "error", path="/record", record_id=identifier)
    return new_raw(identifier, orjson.dumps(record), format="native", datestamp=stamp)


def _can_be_kept(text: str, most_bytes: int) -> bool:
    """Say whether a text has a length any database can index and no NUL, which PostgreSQL cannot store."""
    return 0 < len(text.encode()) <= most_bytes and "\x00" not in text


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _descriptor(response: Response) -> dict[str, Any]:
    if response.status != 200:
        return {}
    try:
        described = orjson.loads(response.body)
    except orjson.JSONDecodeError:
        return {}
    return described if isinstance(described, dict) else {}


def _to_probe(described: dict[str, Any], root: str) -> Probe | None:
    node = described.get("id") or described.get("node")
    if not isinstance(node, str):
        return None
    names = described.get("name")
    name = names.get("en") or next(iter(names.values()), node) if isinstance(names, dict) else names
    wanted = ("country", "software", "version", "languages", "oai")
    details = {key: str(described[key]) for key in wanted if isinstance(described.get(key), str)}
    return Probe("native", root, name if isinstance(name, str) else node, node, details)
