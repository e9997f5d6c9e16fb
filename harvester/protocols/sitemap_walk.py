"""Walking through the sitemaps of a source, index by index, never in a circle; gives the pages they list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harvester.errors import AddressRefused, BlockedByRobots, ListLoops, SourceBusy, SourceError
from harvester.protocols.site import SITEMAP_LIMITS, Site
from harvester.protocols.sitemap_files import Hosts, Listed, SitemapFile, parse_sitemap
from vocabularies.problems import Problem, Severity

MAX_DEPTH = 3
MAX_FILES = 2_000
_ACCEPT = "application/xml, text/xml, text/plain;q=0.8, */*;q=0.1"
_ENDINGS = (".xml", ".xml.gz", ".txt", ".txt.gz")


@dataclass(slots=True)
class Tally:
    """How often something was seen, and one example."""

    number: int = 0
    example: str = ""

    def add(self, example: str) -> None:
        """Count once more."""
        self.number += 1
        self.example = self.example or example[:200]

    def remarks(self, code: str, severity: Severity, what: str) -> tuple[Problem, ...]:
        """Give the remark that it happened, or none."""
        return (Problem(code, severity, value=f"{self.number} {what}, such as {self.example}"),) if self.number else ()


@dataclass(slots=True)
class Walk:
    """One way through the sitemaps of a source; what it could not follow is told by ``remarks``."""

    site: Site
    url: str
    hosts: Hosts
    files: int = 0
    unread: Tally = field(default_factory=Tally)
    deep: Tally = field(default_factory=Tally)
    again: Tally = field(default_factory=Tally)
    foreign: Tally = field(default_factory=Tally)
    unusable: int = 0
    _visited: set[str] = field(default_factory=set)

    def listed(self) -> Iterator[tuple[str, Listed]]:
        """Give (sitemap, page) in the order of the sitemaps, each sitemap once.

        The error of a source whose only sitemap cannot be read is raised; one sitemap of several is passed over, and
        told. ListLoops where there are more sitemaps than any site has.
        """
        first: SourceError | None = None
        stack = [(address, 1) for address in reversed(self._roots())]
        while stack:
            address, depth = stack.pop()
            try:
                found = self._read(address, depth)
            except (SourceBusy, BlockedByRobots, ListLoops):
                raise
            except SourceError as error:
                first = first or error
                self.unread.add(f"{address} ({error.message})")
                continue
            if found is None:
                continue
            self.unusable += found.unusable
            if found.is_index:
                stack.extend((child, depth + 1) for child in reversed(self._children(found)))
            else:
                yield from ((address, page) for page in found.listed)
        if self.files == 0 and first is not None:
            raise first

    def remarks(self) -> tuple[Problem, ...]:
        """Say what was odd about the sitemaps; what hides pages is grave."""
        found = (
            *self.unread.remarks("LIST_INCOMPLETE", "warning", "sitemaps could not be read"),
            *self.deep.remarks("LIST_INCOMPLETE", "warning", f"sitemaps lie more than {MAX_DEPTH} levels deep"),
            *self.foreign.remarks("NEXT_ADDRESS", "warning", "listed addresses lie on other hosts and were not asked"),
            *self.again.remarks("SITEMAP_LOOP", "note", "sitemaps are listed more than once or in a circle"),
        )
        unusable = Problem("LIST_INCOMPLETE", "warning", value=f"{self.unusable} entries hold no usable address")
        return (*found, unusable) if self.unusable else found

    def _roots(self) -> list[str]:
        if looks_like_sitemap(self.url):
            return [self.url]
        named = [self.hosts.address_of(address) for address in self.site.robots_of(self.url).sitemaps]
        own = list(dict.fromkeys(address for address in named if address))
        return own or [f"{self.url.partition('?')[0].rstrip('/')}/sitemap.xml"]

    def _read(self, address: str, depth: int) -> SitemapFile | None:
        if address in self._visited:
            self.again.add(address)
            return None
        if depth > MAX_DEPTH:
            self.deep.add(address)
            return None
        if len(self._visited) >= MAX_FILES:
            raise ListLoops(url=self.url, reason=f"it has more than {MAX_FILES} sitemaps")
        self._visited.add(address)
        response = self.site.get(address, accept=_ACCEPT, limits=SITEMAP_LIMITS).require_ok()
        if self.hosts.address_of(response.url) is None:
            raise AddressRefused(url=response.url, reason=f"{address} redirects there, to another host")
        found = parse_sitemap(response)
        self.files += 1
        return found

    def _children(self, found: SitemapFile) -> list[str]:
        asked = [(entry.url, self.hosts.address_of(entry.url)) for entry in found.listed]
        for url, address in asked:
            if address is None:
                self.foreign.add(url)
        return [address for _, address in asked if address is not None]


def looks_like_sitemap(url: str) -> bool:
    """Say whether an address is that of a sitemap rather than of a site."""
    path = urlsplit(url).path.lower()
    return path.endswith(_ENDINGS) or "sitemap" in path.rpartition("/")[2]
