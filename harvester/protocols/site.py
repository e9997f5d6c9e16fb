"""A web site as a polite reader sees it: robots.txt asked once a host, its pace kept. Understands no page."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from harvester.errors import BlockedByRobots, SourceUnreachable
from harvester.fetch import DEFAULT_LIMITS, Fetcher, Response
from harvester.network.response_body import MIB, Limits
from harvester.protocols.robots import ROBOT, Robots, parse_robots
from harvester.protocols.web_page import MAX_BYTES

SITEMAP_LIMITS = Limits(wire_bytes=52 * MIB, body_bytes=64 * MIB)
"""A sitemap has at most 50 MB unpacked (sitemaps.org)."""
PAGE_LIMITS = Limits(wire_bytes=MAX_BYTES, body_bytes=MAX_BYTES)
_ROBOTS_LIMITS = Limits(wire_bytes=2 * MIB, body_bytes=2 * MIB)


class Site:
    """Gets what a host lets us read; one for each reading of a source."""

    def __init__(self, fetcher: Fetcher) -> None:
        """Begin to read; nothing is asked yet."""
        self._fetcher = fetcher
        self._robots: dict[str, Robots] = {}
        self._asked_at = -1e9

    def robots_of(self, url: str) -> Robots:
        """Give what the robots.txt of an address's host says; a host without one forbids nothing (RFC 9309 §2.3.1.3).

        SourceUnreachable where the host cannot say: then nothing of it may be read (§2.3.1.4).
        """
        origin = origin_of(url)
        if origin not in self._robots:
            response = self._fetcher.get(robots_url(url), accept="text/plain", limits=_ROBOTS_LIMITS)
            if response.status >= 500:
                raise SourceUnreachable(url=response.url, reason=f"HTTP status {response.status}")
            self._robots[origin] = parse_robots(response.body if response.status == 200 else b"")
        return self._robots[origin]

    def allows(self, url: str) -> bool:
        """Say whether we may read an address."""
        return self.robots_of(url).allows(url)

    def get(self, url: str, *, accept: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Response:
        """Get an address, in the time its host wants between two requests; BlockedByRobots where we may not."""
        robots = self.robots_of(url)
        if not robots.allows(url):
            raise BlockedByRobots(url=url, robots=robots_url(url), agent=ROBOT)
        time.sleep(max(0.0, self._asked_at + robots.delay_s - time.monotonic()))
        self._asked_at = time.monotonic()
        return self._fetcher.get(url, accept=accept, limits=limits)


def origin_of(url: str) -> str:
    """Give scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def robots_url(url: str) -> str:
    """Give where the robots.txt of an address's host lies."""
    return f"{origin_of(url)}/robots.txt"
