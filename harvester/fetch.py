"""The harvester's only door to the network: polite, bounded, and closed to private addresses. Understands no format."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from urllib.parse import quote, urlencode, urljoin, urlsplit

import httpcore
import httpx

from harvester.errors import (
    AddressRefused,
    SourceBusy,
    SourceTooSlow,
    SourceUnreachable,
    TooManyRedirects,
)
from harvester.network.address_guard import GuardedBackend, check_url
from harvester.network.exchanges import DEFAULT_LIMITS, Exchanger, Fetcher, Response
from harvester.network.machine import Machine
from harvester.network.response_body import Limits, read_body
from harvester.network.tls_faults import find_tls_reason
from harvester.network.transport import GuardedTransport
from harvester.running.pace import Pace

__all__ = ["DEFAULT_LIMITS", "Exchanger", "FetchSettings", "Fetcher", "HttpFetcher", "Response"]

MAX_REDIRECTS = 5
ATTEMPTS = 3
LONGEST_WAIT_S = 10.0
_BUSY_WITHOUT_WORD_S = 600.0
_LONGEST_TOLD_S = 366 * 86_400.0
_TRY_AGAIN = frozenset({429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOVED_FOR_GOOD = frozenset({301, 308})
FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How a fetcher introduces itself and behaves.

    ``base_url`` and ``email`` tell the source's keepers whom to ask. ``pause_s`` is the least time between two
    requests to a host that is not this machine, ``back_off_s`` the first wait before trying again, doubled each time.
    ``ca_file`` adds certificate authorities to the usual ones. ``machine`` is what sources may use of this machine.
    """

    base_url: str = ""
    email: str = ""
    allow_loopback: bool = False
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 30.0
    pause_s: float = 0.2
    back_off_s: float = 0.5
    ca_file: str | None = None
    machine: Machine = Machine()

    @property
    def user_agent(self) -> str:
        """Give ``chm-harvester/1.0 (+https://centre.example; mailto:chm@example.org)``."""
        contact = "; ".join(
            part for part in (self.base_url and f"+{self.base_url}", self.email and f"mailto:{self.email}") if part
        )
        return f"chm-harvester/{_own_version()}" + (f" ({contact})" if contact else "")


@cache
def _own_version() -> str:
    try:
        return version("chm-federation")
    except PackageNotFoundError:  # run from a bare checkout
        return "0"


@dataclass(slots=True)
class _Request:
    params: Mapping[str, str] | None
    headers: dict[str, str] = field(default_factory=dict)
    limits: Limits = DEFAULT_LIMITS
    method: str = "GET"
    content: bytes | None = None


class HttpFetcher:
    """Gets URLs over HTTP for one source: one connection, one request at a time; close it, or use it in a with."""

    def __init__(self, settings: FetchSettings) -> None:
        """Make the connection pool; nothing is sent yet."""
        self._settings = settings
        self._backend = GuardedBackend(allow_loopback=settings.allow_loopback)
        headers = {"User-Agent": settings.user_agent, "Accept-Encoding": "gzip"}
        if settings.email:
            headers["From"] = settings.email
        self._client = httpx.Client(
            transport=GuardedTransport(self._backend, settings.ca_file),
            headers=headers,
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s),
        )
        self._lock = Lock()
        self._last_start = -1e9
        self.pace = Pace()
        self.machine = settings.machine

    def __enter__(self) -> HttpFetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

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
        """Get a URL, following redirects and trying again where that helps; see Fetcher.

        Waits out a Retry-After of up to ten seconds (RFC 9110 §10.2.3); a longer one raises SourceBusy at once. With
        ``etag`` or ``last_modified`` the answer may be a 304 without a body.
        """
        wanted = {"Accept": accept, "If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in wanted.items() if value}
        request = _Request(params, headers, limits)
        with self._lock:
            return self._get_patiently(url, request)

    def exchange(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Response:
        """Send one request as it is; see Exchanger."""
        check_url(url)
        request = _Request(None, dict(headers or {}), limits)
        if form is not None:
            request = replace(request, method="POST", content=form.encode())
            request.headers["Content-Type"] = FORM_TYPE
        with self._lock:
            return self._send(url, request)

    def _get_patiently(self, url: str, request: _Request) -> Response:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                response = self._follow(url, request)
            except SourceUnreachable:
                if attempt == ATTEMPTS:
                    raise
                time.sleep(self._back_off_s(attempt))
                continue
            if response.status not in _TRY_AGAIN:
                return response
            if response.status == 429:
                self.pace.slow_down()
            wait_s = _retry_after_s(response.headers.get("retry-after"))
            if attempt == ATTEMPTS or (wait_s or 0) > LONGEST_WAIT_S:
                raise _gave_up(response, wait_s)
            time.sleep(self._back_off_s(attempt) if wait_s is None else wait_s)
        raise AssertionError("the last attempt returns or raises")

    def _follow(self, url: str, request: _Request) -> Response:
        here, moved = _with_params(url, request.params), None
        for _hop in range(MAX_REDIRECTS + 1):
            check_url(here)
            response = self._send(here, request)
            location = response.headers.get("location")
            if response.status not in _REDIRECTS or not location:
                return replace(response, moved_to=moved) if moved else response
            there = _joined(here, location)
            if there.startswith("http") and not urlsplit(there).query:  # some servers that moved forget the question
                there = _with_params(there, request.params)
            if here.startswith("https:") and there.startswith("http:"):
                raise AddressRefused(url=there, reason=f"{here} redirects there, from https to http")
            if response.status in _MOVED_FOR_GOOD and urlsplit(there).netloc != urlsplit(here).netloc:
                moved = there.partition("?")[0]
            here = there
        raise TooManyRedirects(url=url, limit=MAX_REDIRECTS)

    def _send(self, url: str, request: _Request) -> Response:
        self._pause(url)
        started = time.monotonic()
        limits = request.limits
        self._backend.start(limits.deadline_s)
        with self._named_failures(url, limits), self._exchange(url, request) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            encoding = headers.get("content-encoding", "")
            body = read_body(answer.iter_raw(), url=url, content_encoding=encoding, limits=limits)
            return Response(answer.status_code, headers, body, url, time.monotonic() - started)

    def _exchange(self, url: str, request: _Request) -> AbstractContextManager[httpx.Response]:
        return self._client.stream(request.method, url, headers=request.headers, content=request.content)

    @contextmanager
    def _named_failures(self, url: str, limits: Limits) -> Iterator[None]:
        try:
            yield
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpx.TransportError,
        ) as error:
            if self._backend.is_over:
                raise SourceTooSlow(url=url, deadline_s=f"{limits.deadline_s:g}") from None
            raise SourceUnreachable(url=url, reason=_plain_reason(error)) from None
        except (httpx.InvalidURL, UnicodeError) as error:
            raise AddressRefused(url=url, reason=f"it is no valid URL ({error})") from None

    def _back_off_s(self, attempt: int) -> float:
        return self._settings.back_off_s * float(2 ** (attempt - 1)) * random.uniform(0.75, 1.25)

    def _pause(self, url: str) -> None:
        own = (urlsplit(url).hostname or "") in {"127.0.0.1", "localhost", "::1"}
        pause_s = max(self.pace.delay_s, 0.0 if own else self._settings.pause_s)
        time.sleep(max(0.0, self._last_start + pause_s - time.monotonic()))
        self._last_start = time.monotonic()


def _joined(here: str, location: str) -> str:
    try:
        return urljoin(here, location)
    except ValueError as error:
        raise AddressRefused(url=location, reason=f"{here} redirects there, and it is no valid URL ({error})") from None


def _with_params(url: str, params: Mapping[str, str] | None) -> str:
    if not params:
        return url
    plain = url.partition("#")[0]
    return f"{plain}{'&' if '?' in plain else '?'}{urlencode(params, quote_via=quote, safe='')}"


def _retry_after_s(value: str | None) -> float | None:
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(float(value), _LONGEST_TOLD_S)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def _gave_up(response: Response, wait_s: float | None) -> SourceBusy | SourceUnreachable:
    if response.status in {429, 503}:
        seconds = _BUSY_WITHOUT_WORD_S if wait_s is None else wait_s
        return SourceBusy(url=response.url, status=response.status, retry_after_s=round(seconds))
    return SourceUnreachable(url=response.url, reason=f"HTTP status {response.status}, {ATTEMPTS} times")


def _plain_reason(error: Exception) -> str:
    if reason := find_tls_reason(error):
        return reason
    if isinstance(error, httpcore.TimeoutException):
        return "nothing was received in time"
    if isinstance(error, httpcore.ProtocolError):
        return f"the answer is not HTTP or breaks off ({error})"
    return str(error) or type(error).__name__
