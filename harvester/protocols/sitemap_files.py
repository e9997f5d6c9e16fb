"""Sitemaps as values: what a file lists, and which of its addresses may be read for a source. Asks nothing itself."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from lxml import etree

from harvester.errors import WrongAnswer
from harvester.fetch import Response
from harvester.protocols.mended_xml import parse_mended
from harvester.protocols.oai_windows import parse_instant
from harvester.xml import local_name

MAX_ADDRESS = 2048
_ROOTS = {"urlset": "url", "sitemapindex": "sitemap"}
_AHEAD = timedelta(days=1)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|csv|zip|gz|tar|7z|epub|mp[34]|avi|mov|jpe?g|png|gif|svg|webp|tiff?|nc|shp|kmz?)\Z",
    re.IGNORECASE,
)
_DAY_LENGTH = len("2026-01-31")


@dataclass(frozen=True, slots=True)
class Listed:
    """An address a sitemap lists; ``lastmod`` is the sitemap's own text."""

    url: str
    lastmod: str | None = None

    @property
    def is_file(self) -> bool:
        """Whether the address is that of a document or picture, in which no description can be embedded."""
        return _FILE.search(self.url.partition("?")[0]) is not None

    def changed_before(self, limit: datetime | None, now: datetime) -> bool:
        """Say whether the lastmod can be believed and lies before a limit; a day counts to its end."""
        at = self.changed_at(now)
        if at is None or limit is None:
            return False
        whole_day = len((self.lastmod or "").strip()) <= _DAY_LENGTH
        return at + (timedelta(days=1) if whole_day else timedelta()) < limit

    def changed_at(self, now: datetime) -> datetime | None:
        """Give the lastmod where it is a date that has been, else None."""
        at = parse_instant(_from_month(self.lastmod))
        return at if at is not None and at <= now + _AHEAD else None


@dataclass(frozen=True, slots=True)
class SitemapFile:
    """One sitemap: the pages it lists, or where ``is_index`` the sitemaps; ``unusable`` entries had no address."""

    listed: tuple[Listed, ...]
    is_index: bool
    unusable: int = 0


def parse_sitemap(response: Response) -> SitemapFile:
    """Give what a sitemap lists: XML in any namespace, or a text file with an address a line (sitemaps.org).

    WrongAnswer where it is neither, such as a web page; AnswerUnreadable for broken XML.
    """
    head = response.body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise WrongAnswer(url=response.url, protocol="a sitemap", saw="a web page")
    if head.startswith((b"http://", b"https://")):
        return _text_file(response)
    root = parse_mended(response.body, url=response.url).root
    entry_name = _ROOTS.get(local_name(root))
    if entry_name is None:
        raise WrongAnswer(url=response.url, protocol="a sitemap", saw=f"XML that begins with <{local_name(root)[:40]}>")
    entries = [_entry(element, response.url) for element in root if local_name(element) == entry_name]
    listed = tuple(entry for entry in entries if entry is not None)
    return SitemapFile(listed, entry_name == "sitemap", len(entries) - len(listed))


def _text_file(response: Response) -> SitemapFile:
    lines = [line.strip() for line in response.body.decode("utf-8", "replace").splitlines()]
    wanted = [line for line in lines if line and not line.startswith("#")]
    listed = tuple(Listed(line) for line in wanted if _is_usable(line))
    return SitemapFile(listed, False, len(wanted) - len(listed))


def _entry(element: etree._Element, base: str) -> Listed | None:
    texts = {local_name(child): (child.text or "").strip() for child in element}
    loc = texts.get("loc", "")
    try:
        url = urljoin(base, loc) if loc else ""
    except ValueError:
        return None
    return Listed(url.partition("#")[0], texts.get("lastmod") or None) if _is_usable(url) else None


def _is_usable(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url.encode()) <= MAX_ADDRESS and "\x00" not in url


def _from_month(text: str | None) -> str | None:
    """Give a W3C date of a year or a month as its first day."""
    plain = (text or "").strip()
    return {4: f"{plain}-01-01", 7: f"{plain}-01"}.get(len(plain), plain) or None


class Hosts:
    """Whose pages a source may list: its own host, in any scheme or port and with or without www, and those named."""

    def __init__(self, url: str, further: str = "") -> None:
        """Take the source's address and the further hosts its settings name."""
        self._own = urlsplit(url)
        self._names = {_bare(self._own.hostname or ""), *(_bare(name) for name in further.split())}

    def address_of(self, url: str) -> str | None:
        """Give the address to ask for a listed one; None where it lies on another host.

        Another port or scheme of the source's own host is that of a server behind its proxy: the path is asked there
        where the source itself is.
        """
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            return None
        if _bare(host) not in self._names or parts.username is not None:
            return None
        if _bare(host) != _bare(self._own.hostname or ""):
            return None if _is_internal(host) else url
        return parts._replace(scheme=self._own.scheme, netloc=self._own.netloc, fragment="").geturl()


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.").rstrip(".")


def _is_internal(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host


def to_limit(since: str | None, overlap_s: int) -> datetime | None:
    """Give the instant before which a lastmod says that nothing has changed since the last run; None for no such."""
    at = parse_instant(since)
    return None if at is None else at - timedelta(seconds=overlap_s)


def later(one: str | None, other: datetime | None) -> str | None:
    """Give the later of an instant's text and an instant, as text in UTC."""
    if other is None:
        return one
    text = other.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return text if one is None or text > one else one
