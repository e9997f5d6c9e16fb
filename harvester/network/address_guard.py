"""Which addresses we may call, and connections to the very addresses that were checked; knows no HTTP."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import httpcore

from harvester.errors import AddressRefused, SourceUnreachable

_TUNNELS = tuple(ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10"))
"""IPv6 ranges that carry an IPv4 address or leave the public network though Python may call them global."""

_WEB_PORTS = frozenset({80, 443})
_SYSTEM_PORTS = range(1024)
_PORTS_OF_STORES = frozenset({
    1433, 1521, 2375, 2376, 2379, 3306, 5432, 5984, 6379, 9042, 9200, 9300, 11211, 27017,
})  # fmt: skip
"""Databases, caches and container engines, which take an HTTP request for a command or give all they hold."""


def check_url(url: str) -> None:
    """Raise AddressRefused unless the URL is http or https, names a host and carries no user name or password."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused(url=url, reason=f"it is no valid URL ({error})") from None
    if parts.scheme not in {"http", "https"}:
        raise AddressRefused(url=url, reason="only http and https are harvested")
    if not host or not host.isprintable() or " " in host:
        raise AddressRefused(url=url, reason="it names no host")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(url=_without_user(url), reason="it carries a user name or password")


def reason_to_refuse(address: str, *, allow_loopback: bool) -> str | None:
    """Say why an IP address may not be called, or give None where it may.

    ``allow_loopback`` admits loopback and private addresses, never link-local, multicast or reserved ones.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        return f"{address} hides an IPv4 address in an IPv6 one"
    if any(ip in network for network in _TUNNELS if network.version == ip.version):
        return f"{address} is a tunnel address"
    if ip.is_multicast or ip.is_unspecified or ip.is_link_local:
        return f"{address} is not the address of one public host"
    if ip.is_global or (allow_loopback and _is_private(ip)):
        return None
    return f"{address} is an address inside a private network"


def reason_to_refuse_port(port: int) -> str | None:
    """Say why a port may not be called on the public network, or give None where it may."""
    if port in _SYSTEM_PORTS and port not in _WEB_PORTS:
        return f"port {port} is none of the web: 80, 443 and those from 1024 on are harvested"
    return f"port {port} is that of a database or a cache" if port in _PORTS_OF_STORES else None


def resolve(host: str, port: int, *, allow_loopback: bool) -> tuple[str, ...]:
    """Give the IP addresses of a host, every one checked; AddressRefused where a single one or the port is not public.

    With ``allow_loopback`` any port may be called.
    """
    if not allow_loopback and (reason := reason_to_refuse_port(port)):
        raise AddressRefused(url=f"{host}:{port}", reason=reason)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceUnreachable(url=host, reason=f"the name is not known ({error})") from None
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if reason := reason_to_refuse(address, allow_loopback=allow_loopback):
            raise AddressRefused(url=host, reason=reason)
    return addresses


def _is_private(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_loopback or (ip.is_private and not ip.is_reserved)


def _without_user(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}"


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
