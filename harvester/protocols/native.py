"""Harvesting another node by its change list: NDJSON, one change a line, sequence numbers instead of dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson

from harvester.errors import CursorExpired, ListLoops, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.raw import RawRecord, deleted_raw, new_raw
from harvester.sources import NativeConfig, Source
from vocabularies.problems import Problem

DESCRIPTOR_PATH = "/.well-known/chm-node.json"
CHANGES_PATH = "/api/v1/changes"
NEXT_SINCE = "chm-next-since"
_REL_NEXT = re.compile(r"<[^>]*>\s*;[^,]*\brel\s*=\s*\"?next\b", re.IGNORECASE)


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the pages of changes after the window's sequence number, oldest first; a deletion is a change too.

    ProtocolFault and WrongAnswer where the address is no node; CursorExpired where the node no longer knows the number.
    """
    limit = source.config.page_size if isinstance(source.config, NativeConfig) else NativeConfig().page_size
    since = window.cursor or window.since or "0"
    url = source.url.rstrip("/") + CHANGES_PATH
    while True:
        response = fetcher.get(url, params={"since": since, "limit": str(limit)}, accept="application/x-ndjson")
        _check(response, url, since)
        page = _page(response, since)
        yield page
        if page.cursor is None:
            return
        if page.cursor == since:
            raise ListLoops(url=url, reason=f"after sequence {since} it leads back to {since}")
        since = page.cursor


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what the node at an address says of itself; None where there is no node descriptor."""
    for root in dict.fromkeys((url.rstrip("/"), _origin(url))):
        response = fetcher.get(root + DESCRIPTOR_PATH, accept="application/json")
        described = _descriptor(response)
        if described:
            return _to_probe(described, root)
    return None


NATIVE = Protocol("native", NativeConfig, pages, probe)


def _check(response: Response, url: str, since: str) -> None:
    if response.status in {400, 410, 422} and since != "0":
        raise CursorExpired(url=url, cursor=since, reason=f"HTTP status {response.status}")
    response.require_ok()
    if response.body.lstrip()[:1] not in {b"", b"{"} or NEXT_SINCE not in response.headers:
        saw = "a web page" if b"<html" in response.body[:1000].lower() else "something else than a list of changes"
        raise WrongAnswer(url=url, protocol="a node", saw=saw)


def _page(response: Response, since: str) -> Page:
    records: list[RawRecord] = []
    problems: list[Problem] = []
    for number, line in enumerate(response.body.split(b"\n"), 1):
        if line.strip():
            found = _parse_line(line, number)
            (records if isinstance(found, RawRecord) else problems).append(found)  # type: ignore[arg-type]
    reached = response.headers.get(NEXT_SINCE, "").strip() or since
    more = bool(_REL_NEXT.search(response.headers.get("link", "")))
    return Page(
        records=tuple(records),
        cursor=reached if more else None,
        response_date=response.headers.get("date"),
        total=None,
        problems=tuple(problems),
        next_since=reached,
    )


def _parse_line(line: bytes, number: int) -> RawRecord | Problem:
    try:
        change: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        params = {"line": str(number), "column": str(error.colno)}
        return Problem("JSON_SYNTAX", "error", value=line[:200].decode("utf-8", "replace"), params=params)
    identifier = change.get("id") if isinstance(change, dict) else None
    if not isinstance(identifier, str) or not identifier:
        return Problem("ID_SYNTAX", "error", value=line[:200].decode("utf-8", "replace"))
    datestamp = change.get("datestamp")
    stamp = datestamp if isinstance(datestamp, str) else None
    if change.get("op") == "delete":
        return deleted_raw(identifier, format="native", datestamp=stamp)
    record = change.get("record")
    if not isinstance(record, dict):
        return Problem("VALUE_MISSING", "error", path="/record", record_id=identifier)
    return new_raw(identifier, orjson.dumps(record), format="native", datestamp=stamp)


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
