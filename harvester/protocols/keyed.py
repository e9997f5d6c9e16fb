"""A fetcher that adds a secret to each address and takes it out of all that comes back: answers, errors, redirects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlsplit

from harvester.errors import AddressRefused, SourceError
from harvester.fetch import DEFAULT_LIMITS, Fetcher, Response
from harvester.network.response_body import Limits

SHOWN = "…"
_LONG_ENOUGH = 8
_OWN_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class Keyed:
    """Gets addresses with ``parameter=secret`` in their query, over HTTPS only but to this machine itself."""

    def __init__(self, fetcher: Fetcher, parameter: str, secret: str) -> None:
        """Take the real door and the secret."""
        self._fetcher = fetcher
        self._parameter = parameter
        self._secret = secret

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        accept: str | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Response:
        """Get a URL; see Fetcher. The secret is in the address itself, so that no redirect is given it anew."""
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _OWN_HOSTS:
            raise AddressRefused(url=url, reason="a secret is only sent over https")
        pair = f"{self._parameter}={quote(self._secret, safe='')}"
        try:
            response = self._fetcher.get(
                f"{url}{'&' if parts.query else '?'}{pair}", params=params, accept=accept, limits=limits
            )
        except SourceError as error:
            told = self._told(error)
        else:
            body = response.body.replace(self._secret.encode(), SHOWN.encode()) if self._is_long else response.body
            moved = response.moved_to and self._hidden(response.moved_to)
            return replace(response, url=self._hidden(response.url), body=body, moved_to=moved)
        raise told  # out here, so that the error that holds the secret is no part of its history

    @property
    def _is_long(self) -> bool:
        return len(self._secret) >= _LONG_ENOUGH

    def _told(self, error: SourceError) -> SourceError:
        facts = {name: value for name, value in vars(error).items() if name != "details"}
        return type(error)(**{name: self._hidden(v) if isinstance(v, str) else v for name, v in facts.items()})

    def _hidden(self, text: str) -> str:
        for spelling in (quote(self._secret, safe=""), self._secret):
            text = text.replace(f"{self._parameter}={spelling}", f"{self._parameter}={SHOWN}")
            text = text.replace(spelling, SHOWN) if self._is_long else text
        return text
