"""Noticing that a list paged by addresses or offsets will never end; keeps hashes only and asks nothing itself."""

from __future__ import annotations

from collections.abc import Iterable

MAX_PAGES_WITHOUT_NEWS = 3
_SHOWN = 120


class ListGuard:
    """Follows one list; ``notice`` says after each page why it does not end, or None while it makes progress."""

    def __init__(self, max_pages: int, *, without_news: int = MAX_PAGES_WITHOUT_NEWS) -> None:
        """Begin a list of at most so many pages, of which so many in a row may bring nothing new."""
        self._max_pages = max_pages
        self._without_news = without_news
        self._pages = 0
        self._dull = 0
        self._visited: set[int] = set()
        self._seen: set[int] = set()
        self._place: int | None = None

    @property
    def seen(self) -> int:
        """How many different identifiers the list has brought so far."""
        return len(self._seen)

    def is_known(self, identifier: str) -> bool:
        """Say whether an earlier page of this list has brought the identifier."""
        return hash(identifier) in self._seen

    def notice(
        self,
        address: str,
        identifiers: Iterable[str],
        next_address: str | None,
        *,
        next_place: int | None = None,
        unread: bool = False,
    ) -> str | None:
        """Take note of a page and of what follows it; call it once a page, after the page was given on.

        ``next_address`` None ends the list. ``next_place`` is the offset or page number asked for next, where there is
        one: it must grow. ``unread`` says that the page held records without an identifier, which count as news.
        """
        self._visited.add(_key(address))
        self._pages += 1
        before = len(self._seen)
        self._seen.update(map(hash, identifiers))
        self._dull = 0 if unread or len(self._seen) > before else self._dull + 1
        if next_address is None:
            return None
        return self._repeats(address, next_address) or self._goes_back(next_place) or self._drags_on()

    def _repeats(self, address: str, next_address: str) -> str | None:
        if _key(next_address) == _key(address):
            return f"its page {address[:_SHOWN]} names itself as the next"
        if _key(next_address) in self._visited:
            return f"after {address[:_SHOWN]} it leads back to {next_address[:_SHOWN]}"
        return None

    def _goes_back(self, next_place: int | None) -> str | None:
        if next_place is None:
            return None
        last, self._place = self._place, next_place
        return f"after place {last} it goes to place {next_place}" if last is not None and next_place <= last else None

    def _drags_on(self) -> str | None:
        if self._dull >= self._without_news:
            return f"{self._dull} pages in a row brought nothing new"
        return f"it has more than {self._max_pages} pages" if self._pages >= self._max_pages else None


def _key(address: str) -> int:
    return hash(address.partition("#")[0])
