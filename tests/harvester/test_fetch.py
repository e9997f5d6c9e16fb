"""The door to the network over real loopback HTTP: what it refuses, how long it waits, how it introduces itself."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest

from harvester.errors import (
    AddressRefused,
    EncodingRefused,
    ResponseTooLarge,
    SourceBusy,
    SourceRefused,
    SourceTooSlow,
    SourceUnreachable,
    TooManyRedirects,
)
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.network.response_body import MIB, Limits
from harvester.testing import Recorded, serve_recorded

SETTINGS = FetchSettings(base_url="https://centre.example", email="chm@example.org", allow_loopback=True)


@pytest.fixture
def fetcher() -> Iterator[HttpFetcher]:
    with HttpFetcher(SETTINGS) as fetcher:
        yield fetcher


def _dripping(head: bytes, drop: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        try:
            for _ in range(100):
                handler.wfile.write(drop)
                time.sleep(0.1)
        except OSError:  # the client has hung up, as it should
            return

    return write


def test_an_answer_is_given_whole_and_the_harvester_says_who_it_is(fetcher: HttpFetcher) -> None:
    with serve_recorded({"/oai": b"<ok/>"}) as server:
        response = fetcher.get(f"{server.url}/oai", params={"verb": "Identify"}, accept="text/xml").require_ok()
    assert (response.status, response.body, response.url) == (200, b"<ok/>", f"{server.url}/oai?verb=Identify")
    seen = server.requests[0].headers
    assert seen["user-agent"].startswith("chm-harvester/")
    assert "(+https://centre.example; mailto:chm@example.org)" in seen["user-agent"]
    assert (seen["accept-encoding"], seen["from"], seen["accept"]) == ("gzip", "chm@example.org", "text/xml")


def test_arguments_reach_the_server_byte_for_byte(fetcher: HttpFetcher) -> None:
    token = "a+b/c=d%20e&f ü|!"
    with serve_recorded({"/oai": b"x"}) as server:
        fetcher.get(f"{server.url}/oai?site=1", params={"resumptionToken": token})
    assert server.requests[0].query == {"site": "1", "resumptionToken": token}


def test_an_unchanged_answer_is_304_without_a_body(fetcher: HttpFetcher) -> None:
    with serve_recorded({"/feed": Recorded(b"", 304, {"ETag": '"a"'})}) as server:
        response = fetcher.get(f"{server.url}/feed", etag='"a"', last_modified="Mon, 01 Jan 2024 00:00:00 GMT")
    assert (response.status, response.body) == (304, b"")
    assert server.requests[0].headers["if-none-match"] == '"a"'
    assert server.requests[0].headers["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT"


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {}])
def test_gzip_is_unpacked_whether_declared_or_not(fetcher: HttpFetcher, headers: dict[str, str]) -> None:
    body = b"<records>" + b"x" * 100_000
    two_members = gzip.compress(body[:500]) + gzip.compress(body[500:])
    with serve_recorded(
        {"/one": Recorded(gzip.compress(body), 200, headers), "/two": Recorded(two_members, 200, headers)}
    ) as server:
        assert fetcher.get(f"{server.url}/one").body == body
        assert fetcher.get(f"{server.url}/two").body == body


def test_plain_text_declared_as_gzip_is_read(fetcher: HttpFetcher) -> None:
    with serve_recorded({"/": Recorded(b"<plain/>", 200, {"Content-Encoding": "gzip"})}) as server:
        assert fetcher.get(f"{server.url}/").body == b"<plain/>"


def test_a_gzip_bomb_is_cut_off_with_little_memory(fetcher: HttpFetcher) -> None:
    bomb = gzip.compress(bytes(300 * MIB), 9)
    with serve_recorded({"/": Recorded(bomb, 200, {"Content-Encoding": "gzip"})}) as server:
        tracemalloc.start()
        with pytest.raises(ResponseTooLarge):
            fetcher.get(f"{server.url}/")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 30 * MIB


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "deflate"])
def test_stacked_and_other_encodings_are_refused(fetcher: HttpFetcher, encoding: str) -> None:
    body = gzip.compress(gzip.compress(b"x" * 1000))
    with (
        serve_recorded({"/": Recorded(body, 200, {"Content-Encoding": encoding})}) as server,
        pytest.raises(EncodingRefused, match=encoding),
    ):
        fetcher.get(f"{server.url}/")


def test_an_answer_beyond_the_limit_is_cut_off(fetcher: HttpFetcher) -> None:
    with serve_recorded({"/": b"x" * (2 * MIB)}) as server, pytest.raises(ResponseTooLarge, match="1 MiB"):
        fetcher.get(f"{server.url}/", limits=Limits(wire_bytes=MIB))


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"", b"H"),
    ],
    ids=["body", "headers", "status line"],
)
def test_a_source_that_drips_is_given_up_at_the_deadline(fetcher: HttpFetcher, head: bytes, drop: bytes) -> None:
    started = time.monotonic()
    with (
        serve_recorded({"/": _dripping(head, drop)}) as server,
        pytest.raises((SourceTooSlow, SourceUnreachable)) as raised,
    ):
        fetcher.get(f"{server.url}/", limits=Limits(deadline_s=0.6))
    if drop != b"H":  # a status line of repeated letters is no HTTP and may be noticed at once
        assert isinstance(raised.value, SourceTooSlow)
    assert time.monotonic() - started < 6


def test_a_truncated_answer_is_asked_for_again(fetcher: HttpFetcher) -> None:
    def breaks_off(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")

    with serve_recorded({"/": [breaks_off, b"<whole/>"]}) as server:
        assert fetcher.get(f"{server.url}/").body == b"<whole/>"
    assert len(server.requests) == 2


def test_a_source_that_is_not_there_is_unreachable() -> None:
    with serve_recorded({}) as server:
        url = server.url
    with HttpFetcher(SETTINGS) as fetcher, pytest.raises(SourceUnreachable, match="127.0.0.1"):
        fetcher.get(url)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_out(fetcher: HttpFetcher, status: int, form: str) -> None:
    at = datetime.now(UTC) + timedelta(seconds=2)
    value = "1" if form == "seconds" else format_datetime(at, usegmt=True)
    started = time.monotonic()
    with serve_recorded({"/": [Recorded(b"", status, {"Retry-After": value}), b"ok"]}) as server:
        assert fetcher.get(f"{server.url}/").body == b"ok"
    assert 0.9 < time.monotonic() - started < 4


def test_a_long_retry_after_is_not_waited_for(fetcher: HttpFetcher) -> None:
    with (
        serve_recorded({"/": Recorded(b"", 429, {"Retry-After": "86400"})}) as server,
        pytest.raises(SourceBusy) as raised,
    ):
        fetcher.get(f"{server.url}/")
    assert raised.value.retry_after_s == 86400
    assert raised.value.temporary
    assert len(server.requests) == 1


def test_bad_gateways_are_tried_again_and_reported(fetcher: HttpFetcher) -> None:
    with serve_recorded({"/once": [Recorded(b"", 502), b"ok"], "/ever": Recorded(b"", 504)}) as server:
        assert fetcher.get(f"{server.url}/once").body == b"ok"
        with pytest.raises(SourceUnreachable, match="504, 3 times"):
            fetcher.get(f"{server.url}/ever")


def test_other_statuses_are_answers_until_they_are_required_to_be_good(fetcher: HttpFetcher) -> None:
    with serve_recorded({"/": Recorded(b"no", 403)}) as server:
        response = fetcher.get(f"{server.url}/")
    assert response.body == b"no"
    with pytest.raises(SourceRefused, match="403"):
        response.require_ok()


def test_a_fault_of_the_server_is_no_refusal_and_may_be_over_next_time(fetcher: HttpFetcher) -> None:
    with serve_recorded({"/": Recorded(b"boom", 500)}) as server, pytest.raises(SourceUnreachable, match="500"):
        fetcher.get(f"{server.url}/").require_ok()


def test_redirects_are_followed_to_the_end_and_loops_are_not(fetcher: HttpFetcher) -> None:
    answers = {
        "/old": Recorded(b"", 301, {"Location": "/new?verb=Identify"}),
        "/new": b"here",
        "/round": Recorded(b"", 302, {"Location": "/round"}),
    }
    with serve_recorded(answers) as server:
        assert fetcher.get(f"{server.url}/old").url == f"{server.url}/new?verb=Identify"
        with pytest.raises(TooManyRedirects):
            fetcher.get(f"{server.url}/round")


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "ftp://example.org/", "http://u:p@127.0.0.1/"],
)
def test_redirects_to_forbidden_addresses_are_refused(fetcher: HttpFetcher, target: str) -> None:
    with serve_recorded({"/": Recorded(b"", 302, {"Location": target})}) as server, pytest.raises(AddressRefused):
        fetcher.get(f"{server.url}/")
    assert len(server.requests) == 1


def test_loopback_is_refused_unless_it_is_allowed() -> None:
    with serve_recorded({"/": b"secret"}) as server, HttpFetcher(FetchSettings()) as fetcher:
        for url in (
            server.url,
            server.url.replace("127.0.0.1", "localhost"),
            server.url.replace("127.0.0.1", "2130706433"),
        ):
            with pytest.raises(AddressRefused, match="private network"):
                fetcher.get(url)
    assert server.requests == []
