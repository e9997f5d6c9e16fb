"""The connections of one fetcher, each to an address that was checked; knows no redirect and repeats nothing."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from functools import cache

import httpcore
import httpx

from harvester.network.address_guard import GuardedBackend


@cache
def _ssl_context(ca_file: str | None) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


class GuardedTransport(httpx.BaseTransport):
    """Connections that go through the guard, two at most."""

    def __init__(self, backend: GuardedBackend, ca_file: str | None) -> None:
        """Make the pool; ``ca_file`` adds certificate authorities to the usual ones."""
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(ca_file), max_connections=2, keepalive_expiry=30, network_backend=backend
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and give the answer, its body still to be read."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                url,
                headers=request.headers.raw,
                content=request.read() or None,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
