"""The list of a GBIF Integrated Publishing Toolkit (RSS 2.0 with ``ipt:`` elements) as values; asks nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from harvester.errors import WrongAnswer
from harvester.fetch import Response
from harvester.protocols.json_answers import find_text
from harvester.xml import local_name, parse_xml
from vocabularies.problems import Problem

NAMESPACE = "http://ipt.gbif.org/"
FORM = "%Y-%m-%dT%H:%M:%SZ"
_VERSION = re.compile(r"(.+?)/v(\d+(?:\.\d+)*)\Z")
_IN_TITLE = re.compile(r"version\s+(\d+(?:\.\d+)*)\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One resource: the key that stays the same over its versions, its version, when that came, where its EML lies."""

    identifier: str
    version: str
    published_at: datetime | None
    eml_url: str

    @property
    def datestamp(self) -> str | None:
        """When this version came; its number where no time is told."""
        return self.published_at.strftime(FORM) if self.published_at else f"v{self.version}" if self.version else None

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in the order of reading: by time, then by key."""
        return self.published_at.strftime(FORM) if self.published_at else "", self.identifier


@dataclass(frozen=True, slots=True)
class Listing:
    """The toolkit's list: resources the oldest first, what could not be read, and remarks about the list."""

    title: str
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]


def parse_list(response: Response) -> Listing:
    """Read the list; WrongAnswer where the answer is a web page or a feed that no toolkit made."""
    refuse_web_page(response)
    answer = parse_xml(response.body, url=response.url)
    channel = next(answer.root.iterchildren("{*}channel"), None)
    if local_name(answer.root) != "rss" or channel is None or not _is_of_a_toolkit(channel):
        raise WrongAnswer(
            url=response.url, protocol="IPT", saw=f"XML “{local_name(answer.root)[:60]}” without resources"
        )
    items: dict[str, Item] = {}
    problems: list[Problem] = []
    repeated = 0
    for element in channel.iterchildren("{*}item"):
        found = _item(element)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        known = items.get(found.identifier)
        repeated += known is not None
        if known is None or _age(known) < _age(found):
            items[found.identifier] = found
    remarks = [Problem("XML_REPAIRED", "note", value=repair) for repair in answer.repairs]
    if repeated:
        words = f"{repeated} resources are listed in several versions; the newest counts"
        remarks.append(Problem("ID_REPEATED", "note", value=words))
    if not items and not problems:
        remarks.append(Problem("LIST_EMPTY", "warning", value="the toolkit lists no public resource"))
    ordered = tuple(sorted(items.values(), key=lambda item: item.place))
    return Listing(_texts(channel).get("title", ""), ordered, tuple(problems), tuple(remarks))


def _is_of_a_toolkit(channel: etree._Element) -> bool:
    if NAMESPACE in channel.nsmap.values() or any(NAMESPACE in each.nsmap.values() for each in channel):
        return True
    return "IPT" in _texts(channel).get("generator", "")


def refuse_web_page(response: Response) -> None:
    """Raise WrongAnswer where a web page came, such as that of a login."""
    start = response.body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise WrongAnswer(url=response.url, protocol="IPT", saw="a web page")


def _item(element: etree._Element) -> Item | Problem:
    told = _texts(element)
    name = told.get("guid") or told.get("link") or ""
    versioned = _VERSION.fullmatch(name)
    identifier = find_text(versioned[1] if versioned else name.partition("&v=")[0])
    if identifier is None:
        return Problem(
            "ID_SYNTAX", "error", value=f"a resource without a name that can be kept: {told.get('title', '')[:200]}"
        )
    in_title = _IN_TITLE.search(told.get("title", ""))
    version = versioned[2] if versioned else in_title[1] if in_title else ""
    if not told.get("eml"):
        words = "it publishes no EML (a data package, perhaps), and nothing else of it is read"
        return Problem("VALUE_MISSING", "error", value=words, record_id=identifier)
    return Item(identifier, version, _instant(told.get("pubDate", "")), told["eml"])


def _age(item: Item) -> tuple[tuple[int, ...], str]:
    return tuple(int(part) for part in item.version.split(".") if len(part) < 10 and part), item.place[0]


def _texts(element: etree._Element) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for child in element:
        if isinstance(child.tag, str) and len(child) == 0 and (text := (child.text or "").strip()):
            found.setdefault(local_name(child), text)
    return found


def _instant(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
