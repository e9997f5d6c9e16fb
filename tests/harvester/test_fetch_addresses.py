"""Which addresses may be called."""

from __future__ import annotations

import pytest

from harvester.errors import AddressRefused, SourceUnreachable
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.network.address_guard import check_url, reason_to_refuse, resolve

NEVER = [
    "169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "fe80::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378::", "100.64.0.1", "240.0.0.1",
]  # fmt: skip
PRIVATE = ["127.0.0.1", "127.8.8.8", "10.1.2.3", "192.168.1.1", "172.16.0.1", "::1", "fd00::1"]


@pytest.mark.parametrize("address", NEVER)
def test_addresses_of_no_public_host_are_always_refused(address: str) -> None:
    assert reason_to_refuse(address, allow_loopback=True)
    assert reason_to_refuse(address, allow_loopback=False)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_unless_allowed(address: str) -> None:
    assert reason_to_refuse(address, allow_loopback=False)
    assert reason_to_refuse(address, allow_loopback=True) is None


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.6.139", "2001:67c:2e8::1", "2a00:1450::1"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert reason_to_refuse(address, allow_loopback=False) is None


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "[::1]".strip("[]")])
def test_every_way_to_write_this_machine_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused):
        resolve(host, 80, allow_loopback=False)


@pytest.mark.parametrize("port", [0, 22, 25, 81, 1023, 3306, 5432, 6379, 9200, 11211, 27017])
def test_ports_of_other_services_are_refused_on_the_public_network_only(port: int) -> None:
    with pytest.raises(AddressRefused, match=f"8.8.8.8:{port} is not allowed: port {port} is"):
        resolve("8.8.8.8", port, allow_loopback=False)
    assert resolve("8.8.8.8", port, allow_loopback=True) == ("8.8.8.8",)


@pytest.mark.parametrize("port", [80, 443, 1024, 8080, 8443, 65535])
def test_ports_of_web_servers_are_allowed(port: int) -> None:
    assert resolve("8.8.8.8", port, allow_loopback=False) == ("8.8.8.8",)


def test_the_door_to_the_network_calls_no_port_of_another_service() -> None:
    with (
        HttpFetcher(FetchSettings()) as fetcher,
        pytest.raises(AddressRefused, match="port 6379 is that of a database"),
    ):
        fetcher.get("http://8.8.8.8:6379/")


def test_an_unknown_name_is_unreachable() -> None:
    with pytest.raises(SourceUnreachable, match="not known"):
        resolve("no-such-host.invalid", 80, allow_loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://example.org/",
        "http://",
        "//example.org",
        "http://a:b@example.org/",
        "http://[::1",
        "http://a b/",
    ],
)
def test_urls_of_other_kinds_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url)


def test_a_password_in_a_refused_address_is_not_repeated() -> None:
    with pytest.raises(AddressRefused) as raised:
        check_url("https://admin:hunter2@example.org/oai")
    assert "hunter2" not in str(raised.value)
