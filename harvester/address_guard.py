"""Which addresses we may call: public ones only, checked after the name is resolved; opens no connection."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from harvester.errors import AddressRefused, SourceUnreachable

_TUNNELS = tuple(ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10"))
"""IPv6 ranges that carry an IPv4 address or leave the public network though Python may call them global."""


def check_url(url: str) -> None:
    """Raise AddressRefused unless the URL is http or https, names a host and carries no user name or password."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused(url=url, reason=f"it is no valid URL ({error})") from None
    if parts.scheme not in {"http", "https"}:
        raise AddressRefused(url=url, reason="only http and https are harvested")
    if not host:
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


def resolve(host: str, port: int, *, allow_loopback: bool) -> tuple[str, ...]:
    """Give the IP addresses of a host, every one checked; AddressRefused where a single one is not public."""
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
