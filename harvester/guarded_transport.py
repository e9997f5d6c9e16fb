"""Connections to checked addresses only, each request under one deadline for everything; knows no HTTP."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from harvester.address_guard import resolve


class GuardedBackend(httpcore.NetworkBackend):
    """Opens sockets to the very addresses that were checked, so that a name cannot change its meaning in between.

    One request at a time: ``start`` sets the deadline that connecting, TLS, sending, headers and body share. A peer
    that sends a byte now and then never trips a read timeout, but does trip this.
    """

    def __init__(self, *, allow_loopback: bool) -> None:
        """Say whether loopback and private addresses may be called."""
        self._allow_loopback = allow_loopback
        self._sockets = httpcore.SyncBackend()
        self._deadline = 0.0

    def start(self, deadline_s: float) -> None:
        """Begin a request that must be over in so many seconds."""
        self._deadline = time.monotonic() + deadline_s

    @property
    def is_over(self) -> bool:
        """Say whether the current request's time is up."""
        return time.monotonic() >= self._deadline

    def remaining(self, timeout_s: float | None) -> float:
        """Give the shorter of a timeout and the time left; httpcore.ReadTimeout when none is left."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return left if timeout_s is None else min(left, timeout_s)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers; all were checked before the first is tried."""
        failure: Exception | None = None
        for address in resolve(host, port, allow_loopback=self._allow_loopback):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self.remaining(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _GuardedStream(stream, self)
        raise failure or httpcore.ConnectError("the name has no address")

    def sleep(self, seconds: float) -> None:
        """Wait, as the pool asks between its own attempts."""
        time.sleep(seconds)


class _GuardedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, backend: GuardedBackend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._backend.remaining(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._backend.remaining(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._backend.remaining(timeout))
        return _GuardedStream(secured, self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
