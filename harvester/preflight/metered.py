"""A fetcher that asks a provider only so much: so many requests, so much time, and no more once it does not answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from harvester.errors import SourceBusy, SourceError, SourceTooSlow, SourceUnreachable
from harvester.fetch import DEFAULT_LIMITS, Exchanger, Fetcher, Response
from harvester.network.machine import machine_of
from harvester.network.response_body import Limits

MOST_REQUESTS = 60
MOST_TIME_S = 600.0
_PATIENCE = 3


class EnoughAsked(SourceError):
    """It was not asked any more, for {reason}."""

    fix = "Mend what is told first, then test again."
    is_ours = True


class Metered:
    """Passes requests on until one of its limits is reached, then raises EnoughAsked. A busy provider is left alone."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        most_requests: int = MOST_REQUESTS,
        most_time_s: float = MOST_TIME_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the real door and the limits."""
        self._fetcher = fetcher
        self._most_requests = most_requests
        self._clock = clock
        self._ends_at = clock() + most_time_s
        self._failures = 0
        self._stopped = ""
        self.asked = 0
        self.moved_to: str | None = None
        self.machine = machine_of(fetcher)

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
        """Get a URL; see Fetcher."""
        with self._counted(url):
            response = self._fetcher.get(
                url, params=params, accept=accept, limits=limits, etag=etag, last_modified=last_modified
            )
        self.moved_to = response.moved_to or self.moved_to
        return response

    def exchange(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Response:
        """Send one request as it is; see Exchanger. EnoughAsked where the fetcher below cannot."""
        if not isinstance(self._fetcher, Exchanger):
            raise EnoughAsked(url=url, reason="this fetcher only gets addresses")
        with self._counted(url):
            return self._fetcher.exchange(url, headers=headers, form=form, limits=limits)

    @contextmanager
    def _counted(self, url: str) -> Iterator[None]:
        if self.asked >= self._most_requests:
            self._stopped = f"the {self._most_requests} requests of a test are used up"
        elif self._clock() >= self._ends_at:
            self._stopped = "the time of a test is over"
        if self._stopped:
            raise EnoughAsked(url=url, reason=self._stopped)
        self.asked += 1
        try:
            yield
        except SourceBusy as error:
            self._stopped = f"it wants to be left alone for {error.retry_after_s} seconds"
            raise
        except (SourceUnreachable, SourceTooSlow):
            self._failures += 1
            if self._failures >= _PATIENCE:
                self._stopped = f"it failed to answer {_PATIENCE} times"
            raise
