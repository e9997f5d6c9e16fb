"""Harvesting a GBIF Integrated Publishing Toolkit: its list of resources, and the EML of each that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import orjson
from lxml import etree

from harvester.configs import IptConfig
from harvester.errors import (
    AnswerForbidden,
    AnswerUnreadable,
    CursorExpired,
    ResponseTooLarge,
    SourceError,
    SourceRefused,
    SourceTooSlow,
    SourceUnreachable,
    WrongAnswer,
)
from harvester.fetch import Fetcher, Response
from harvester.network.response_body import MIB, Limits
from harvester.protocols.ipt_items import FORM, Item, Listing, parse_list, refuse_web_page
from harvester.protocols.oai_windows import parse_instant
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.protocols.sitemap_files import Hosts
from harvester.raw import RawRecord, new_raw
from harvester.sources import Source
from harvester.xml import REPLACEMENT, local_name, parse_xml
from vocabularies.problems import Problem

FORMAT = "eml"
MAX_FAILURES_IN_A_ROW = 5
_LIST_LIMITS = Limits(wire_bytes=32 * MIB, body_bytes=32 * MIB)
_EML_LIMITS = Limits(wire_bytes=8 * MIB, body_bytes=16 * MIB)
_ACCEPT = "application/xml, text/xml;q=0.9, application/rss+xml;q=0.9, */*;q=0.5"
_OF_THE_RECORD = (
    AnswerForbidden, AnswerUnreadable, ResponseTooLarge, SourceRefused, SourceTooSlow, SourceUnreachable, WrongAnswer,
)  # fmt: skip
_FAR_AHEAD = timedelta(days=1)


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the EML of the resources whose last version came since the window's start, some at a time, the oldest first.

    A toolkit lists its public resources only, and some only the latest: what is missing from the list is not gone. One
    resource that cannot be read is a problem of its page; after several in a row the toolkit counts as unreachable.
    """
    config = source.config if isinstance(source.config, IptConfig) else IptConfig()
    response = fetcher.get(source.url, accept=_ACCEPT, limits=_LIST_LIMITS).require_ok()
    listing = parse_list(response)
    after = _parse_cursor(window.cursor, source.url)
    reading = _Reading(fetcher, Hosts(source.url))
    start = parse_instant(window.since)
    limit = start - timedelta(seconds=config.overlap_s) if start else None
    wanted = [item for item in listing.items if _is_wanted(item, limit) and (after is None or item.place > after)]
    problems, remarks = (listing.problems, listing.remarks) if after is None else ((), ())
    parts = [wanted[at : at + config.page_size] for at in range(0, len(wanted), config.page_size)] or [[]]
    for number, part in enumerate(parts, 1):
        records, failed = reading.read(part)
        last = number == len(parts)
        yield Page(
            records=tuple(records),
            cursor=None if last else _dump_cursor(part[-1].place),
            response_date=response.headers.get("date"),
            total=len(listing.items),
            problems=(*problems, *failed),
            remarks=remarks,
            next_since=_next_since(listing, window.since) if last else None,
            tracks_deletions=False,
        )
        problems, remarks = (), ()


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one resource anew by its key, or the problem why it cannot be had."""
    listing = parse_list(fetcher.get(source.url, accept=_ACCEPT, limits=_LIST_LIMITS).require_ok())
    found = [item for item in listing.items if item.identifier == identifier]
    if not found:
        missing = Problem("RECORD_UNREACHABLE", "error", value="the toolkit does not list it", record_id=identifier)
        return Page((), None, None, None, problems=(missing,), tracks_deletions=False)
    records, problems = _Reading(fetcher, Hosts(source.url)).read(found)
    return Page(tuple(records), None, None, None, problems=tuple(problems), tracks_deletions=False)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what a toolkit's list says of it; None where the address answers with something else."""
    try:
        listing = parse_list(fetcher.get(url, accept=_ACCEPT, limits=_LIST_LIMITS).require_ok())
    except SourceError:
        return None
    return Probe("ipt", url, listing.title or url, url, {"resources": str(len(listing.items))})


IPT = Protocol("ipt", IptConfig, pages, probe, None, fetch_one)


def list_addresses(url: str) -> tuple[str, ...]:
    """Give where the list of a toolkit is for an address somebody copied: itself, or ``/rss.do`` beside the page."""
    parts = urlsplit(url.strip())
    path = parts.path.rstrip("/")
    if path.rpartition("/")[2] in {"rss.do", "rss"}:
        return (urlunsplit((parts.scheme, parts.netloc, path, parts.query, "")),)
    folder = path.rpartition("/")[0] if path.rpartition("/")[2] in {"resource", "resource.do", "eml.do"} else path
    roots = dict.fromkeys((folder, ""))
    return tuple(urlunsplit((parts.scheme, parts.netloc, f"{root}/rss.do", "", "")) for root in roots)


@dataclass(slots=True)
class _Reading:
    """Fetches the EML of resources."""

    fetcher: Fetcher
    hosts: Hosts
    _in_a_row: list[str] = field(default_factory=list)

    def read(self, items: Sequence[Item]) -> tuple[list[RawRecord], list[Problem]]:
        """Give the records, and a problem for each that cannot be had."""
        records: list[RawRecord] = []
        problems: list[Problem] = []
        for item in items:
            found = self._fetch(item)
            if isinstance(found, RawRecord):
                records.append(found)
            else:
                problems.append(found)
        return records, problems

    def _fetch(self, item: Item) -> RawRecord | Problem:
        address = self.hosts.address_of(item.eml_url)
        if address is None:
            words = f"its EML {item.eml_url[:200]} lies on another host and was not asked"
            return Problem("NEXT_ADDRESS", "error", value=words, record_id=item.identifier)
        try:
            response = self.fetcher.get(address, accept=_ACCEPT, limits=_EML_LIMITS).require_ok()
            found = _cut_out(item, response)
        except _OF_THE_RECORD as error:
            self._in_a_row.append(str(error))
            if isinstance(error, SourceUnreachable) and len(self._in_a_row) >= MAX_FAILURES_IN_A_ROW:
                raise
            return Problem("RECORD_UNREACHABLE", "error", value=str(error)[:500], record_id=item.identifier)
        self._in_a_row.clear()
        return found


def _cut_out(item: Item, response: Response) -> RawRecord | Problem:
    """Give the EML as canonical XML (C14N), so that equal documents are equal bytes."""
    refuse_web_page(response)
    answer = parse_xml(response.body, url=response.url)
    if local_name(answer.root) != "eml":
        raise WrongAnswer(url=response.url, protocol="IPT", saw=f"an XML document “{local_name(answer.root)[:60]}”")
    payload = etree.tostring(answer.root, method="c14n", exclusive=True)
    if answer.lost_letters and REPLACEMENT.encode() in payload:
        return Problem("ENCODING", "error", value="letters that are not UTF-8", record_id=item.identifier)
    return new_raw(item.identifier, payload, format=FORMAT, datestamp=item.datestamp)


def _is_wanted(item: Item, limit: datetime | None) -> bool:
    return limit is None or item.published_at is None or item.published_at >= limit


def _next_since(listing: Listing, since: str | None) -> str | None:
    """Give the newest time of a version that has been; a resource that was lost is owed and asked for by its key."""
    ahead = datetime.now(UTC) + _FAR_AHEAD
    known = [item.published_at for item in listing.items if item.published_at and item.published_at < ahead]
    newest = max([*known, *filter(None, [parse_instant(since)])], default=None)
    return newest.strftime(FORM) if newest else since


def _dump_cursor(place: tuple[str, str]) -> str:
    return orjson.dumps({"after": place}).decode()


def _parse_cursor(text: str | None, url: str) -> tuple[str, str] | None:
    if text is None:
        return None
    try:
        found = orjson.loads(text)
        at, identifier = found["after"]
        return str(at), str(identifier)
    except (orjson.JSONDecodeError, TypeError, KeyError, ValueError):
        raise CursorExpired(url=url, cursor=text, reason="the cursor is not one of this protocol") from None
