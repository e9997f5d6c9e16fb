"""A directory listing of a web server → its files and folders with the dates shown. Fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from harvester.protocols.web_page import Anchor, parse_anchors

SUFFIXES = (
    ".xml", ".json", ".jsonl", ".ndjson", ".geojson", ".csv", ".tsv", ".xlsx", ".xls", ".ods", ".zip", ".mrc", ".marc",
    ".ris", ".bib", ".yaml", ".yml",
)  # fmt: skip
_TITLE = re.compile(r"\s*(?:index of|directory listing|directory:|listing of|contents of|list of files in)\b", re.I)
_PARENT = re.compile(r"\s*\[?\s*(?:to )?parent directory|\s*\.\./?\s*\Z", re.IGNORECASE)
_T = re.compile(r"(\d)T(?=\d)")
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d{4}-\d\d-\d\d[ T]+\d\d:\d\d:\d\d"), "%Y-%m-%d %H:%M:%S"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]+\d\d:\d\d"), "%Y-%m-%d %H:%M"),
    (re.compile(r"\d\d-[A-Za-z]{3}-\d{4} +\d\d:\d\d:\d\d"), "%d-%b-%Y %H:%M:%S"),
    (re.compile(r"\d\d-[A-Za-z]{3}-\d{4} +\d\d:\d\d"), "%d-%b-%Y %H:%M"),
    (re.compile(r"\d{4}-[A-Za-z]{3}-\d\d +\d\d:\d\d:\d\d"), "%Y-%b-%d %H:%M:%S"),
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4} +\d{1,2}:\d\d +[AP]M"), "%m/%d/%Y %I:%M %p"),
    (re.compile(r"\d\d [A-Za-z]{3} \d{4} +\d\d:\d\d:\d\d"), "%d %b %Y %H:%M:%S"),
)
"""Apache and Python, nginx, lighttpd, IIS, Tomcat; the hour of the server, whatever zone that is."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A file or folder below a listing; ``changed`` is an ISO date and time without a zone."""

    url: str
    changed: str | None
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What a page links to: what lies below the root, how much is of another kind, and what leads away."""

    linked: tuple[Linked, ...]
    left_out: int
    away: tuple[str, ...]


def is_listing(body: bytes, content_type: str = "") -> bool:
    """Say whether a page is a server's listing of a directory: by its title, or by its link to the parent."""
    titles, anchors = parse_anchors(body, content_type)
    return any(map(_TITLE.match, titles)) or any(_PARENT.match(anchor.text) for anchor in anchors)


def parse_listing(body: bytes, *, url: str, content_type: str = "") -> Listing:
    """Read the listing of the folder at ``url``; only what lies below it counts, on the same host, without a query.

    Links to the parent and to other orders of the same listing are passed over; all others are told as leading away.
    """
    found: dict[str, Linked] = {}
    away: dict[str, None] = {}
    left_out = 0
    for anchor, address in _addresses(parse_anchors(body, content_type)[1], url):
        path = unquote(urlsplit(address).path)
        if not is_below(address, url):
            if not _PARENT.match(anchor.text) and not url.startswith(address.rstrip("/") + "/"):
                away[address] = None
        elif path.endswith("/") and address.rstrip("/") != url.rstrip("/"):
            found.setdefault(address, Linked(address, None, True))
        elif path.lower().endswith(SUFFIXES):
            found.setdefault(address, Linked(address, _date_in(anchor), False))
        else:
            left_out += not path.endswith("/")
    return Listing(tuple(sorted(found.values(), key=lambda each: each.url)), left_out, tuple(away))


def is_below(address: str, root: str) -> bool:
    """Say whether an address lies below a folder's, on its host; a path with ``..`` in any spelling does not."""
    there, here = urlsplit(address), urlsplit(root)
    path = unquote(unquote(there.path))
    if (there.scheme, there.netloc) != (here.scheme, here.netloc) or ".." in path.split("/") or "\\" in path:
        return False
    return path.startswith(unquote(here.path))


def folder_of(address: str) -> str:
    """Give the address of the folder a listing shows, with its slash and without a query."""
    parts = urlsplit(address)
    path = parts.path if parts.path.endswith("/") else parts.path.rpartition("/")[0] + "/"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _addresses(anchors: tuple[Anchor, ...], url: str) -> Iterator[tuple[Anchor, str]]:
    for anchor in anchors:
        if anchor.href.startswith(("#", "?", "mailto:", "javascript:")):
            continue
        try:
            parts = urlsplit(urljoin(url, anchor.href.strip()))
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and not parts.query:
            yield anchor, urlunsplit(parts._replace(fragment=""))


def _date_in(anchor: Anchor) -> str | None:
    """Give the date beside a link: most servers write it behind, IIS before."""
    for text in (anchor.after, anchor.before):
        for pattern, form in _FORMS:
            if match := pattern.search(text):
                plain = " ".join(_T.sub(r"\1 ", match[0]).split())
                try:
                    return datetime.strptime(plain, form).isoformat()
                except ValueError:
                    continue
    return None
