"""What a server's answer is, and whoever can get one: the network or recorded answers. Opens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from harvester.errors import SourceRefused, SourceUnreachable
from harvester.network.response_body import Limits

DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Response:
    """A finished answer: headers by lower-case name, the body unpacked, ``url`` where it was found after redirects.

    ``moved_to`` is the address a permanent redirect (301, 308) led to on another host; None where nothing moved.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    elapsed_s: float = 0.0
    moved_to: str | None = None

    def require_ok(self) -> Response:
        """Give the response itself where its status is 2xx, else raise SourceRefused; SourceUnreachable for a 5xx."""
        if self.status >= 500:
            raise SourceUnreachable(url=self.url, reason=f"HTTP status {self.status}")
        if not 200 <= self.status < 300:
            raise SourceRefused(url=self.url, status=self.status)
        return self


class Fetcher(Protocol):
    """Whatever can get a URL: the network, or recorded answers."""

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        accept: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Response:
        """Get a URL; SourceError where there is no usable answer. A 4xx, 500 or 304 is an answer."""


@runtime_checkable
class Exchanger(Protocol):
    """Whatever can send one request exactly as it is wanted, to see how a server takes it."""

    def exchange(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Response:
        """Get a URL with these headers, or post a form to it; no redirect is followed and nothing is repeated."""
