"""Listings of web servers: each server's own way to write names and dates."""

from __future__ import annotations

import pytest

from harvester.protocols.listing import is_below, is_listing, parse_listing

URL = "https://waf.example/records/"
APACHE_TABLE = (
    b"<html><head><title>Index of /records</title></head><body><table><tr><th><a href='?C=N;O=D'>Name</a></th></tr>"
    b"<tr><td><a href='/'>Parent Directory</a></td></tr><tr><td><a href='a.xml'>a.xml</a></td>"
    b"<td align='right'>2024-03-05 10:11  </td><td>1K</td></tr></table></body></html>"
)
NGINX = (
    b"<html><head><title>Index of /records/</title></head><body><pre><a href='../'>../</a>\n"
    b"<a href='a.xml'>a.xml</a>       05-Mar-2024 10:11       1234\n</pre></body></html>"
)
IIS = (
    b"<html><head><title>waf.example - /records/</title></head><body><H1>waf.example - /records/</H1><hr><pre>"
    b'<A HREF="/">[To Parent Directory]</A><br><br> 3/5/2024 10:11 AM   1234 <A HREF="/records/a.xml">a</A><br></pre>'
)
LIGHTTPD = (
    b"<html><head><title>Index of /records/</title></head><body><table><tr><td class='n'><a href='a.xml'>a.xml</a></td>"
    b"<td class='m'>2024-Mar-05 10:11:00</td></tr></table></body></html>"
)


@pytest.mark.parametrize("page", [APACHE_TABLE, NGINX, IIS, LIGHTTPD])
def test_every_server_s_listing_is_read_with_its_dates(page: bytes) -> None:
    assert is_listing(page)
    listing = parse_listing(page, url=URL)
    assert [(each.url, each.changed, each.is_folder) for each in listing.linked] == [
        (f"{URL}a.xml", "2024-03-05T10:11:00", False)
    ]
    assert listing.away == ()


def test_a_page_with_links_is_no_listing() -> None:
    assert not is_listing(b"<html><title>Our data</title><body><h1>Data</h1><a href='a.csv'>a table</a></body></html>")


@pytest.mark.parametrize(
    "address",
    [
        "https://waf.example/records-of-others/a.xml",
        "https://waf.example/records/../a.xml",
        "https://waf.example/records/%2e%2e/a.xml",
        "https://waf.example/records/..%2fa.xml",
        "https://waf.example/records/%252e%252e/a.xml",
        "https://waf.example:444/records/a.xml",
        "http://waf.example/records/a.xml",
        "https://other.example/records/a.xml",
    ],
)
def test_what_is_not_below_the_listing_is_not_followed(address: str) -> None:
    assert not is_below(address, URL)
