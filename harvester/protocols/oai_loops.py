"""Noticing that a list will never end: tokens that return, pages without news, too many pages. Keeps hashes only."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

MAX_PAGES_WITHOUT_NEWS = 3
_BUCKET_BITS = 12
_MASK = 2**64 - 1

Seen = tuple[str, str | None, str]
"""A record as a list names it: identifier, datestamp and, where there is one, the digest of its content."""


class Hashes:
    """A set of numbers of 64 bits that takes eight bytes and a little for each."""

    def __init__(self) -> None:
        """Begin with none."""
        self._buckets: dict[int, array[int]] = {}
        self._count = 0

    def __len__(self) -> int:
        """Give how many there are."""
        return self._count

    def __contains__(self, number: int) -> bool:
        """Say whether a number is there."""
        bucket = self._buckets.get(number >> (64 - _BUCKET_BITS))
        at = bisect_left(bucket, number) if bucket else 0
        return bool(bucket) and at < len(bucket) and bucket[at] == number  # type: ignore[arg-type,index]

    def add(self, number: int) -> bool:
        """Add a number and say whether it is new."""
        bucket = self._buckets.setdefault(number >> (64 - _BUCKET_BITS), array("Q"))
        at = bisect_left(bucket, number)
        if at < len(bucket) and bucket[at] == number:
            return False
        bucket.insert(at, number)
        self._count += 1
        return True


class LoopWatch:
    """Follows one list; ``notice`` says after each page why it does not end, or None while it makes progress."""

    def __init__(self, max_pages: int) -> None:
        """Begin a list of at most so many pages."""
        self._max_pages = max_pages
        self._pages = 0
        self._without_news = 0
        self._tokens = Hashes()
        self._stamps = Hashes()
        self._contents = Hashes()
        self._ever = Hashes()
        self.conflict: str | None = None
        """The identifier of the last record that came with two contents under one datestamp."""

    def is_round_complete(self, seen: Sequence[Seen], total: int | None) -> bool:
        """Say whether a page only repeats records after all announced ones came: some lists restart at their end."""
        if not seen or total is None or len(self._stamps) < total:
            return False
        return all(_number(identifier, datestamp) in self._stamps for identifier, datestamp, _ in seen)

    def has_come(self, identifier: str, datestamp: str | None) -> bool:
        """Say whether a record has come, in this list or in one before it was begun again."""
        return _number(identifier, datestamp) in self._ever

    def begin_again(self) -> None:
        """Let pages and tokens come again that have been seen: the list was begun anew. The pages still count."""
        self._tokens, self._stamps, self._contents, self._without_news = Hashes(), Hashes(), Hashes(), 0

    def notice(
        self, seen: Sequence[Seen], *, asked_with: str | None, token: str | None, unread: bool = False
    ) -> str | None:
        """Take note of a page, of the token it was asked with and of its own; unread records count as news."""
        if asked_with:
            self._tokens.add(_number(asked_with))
        self._pages += 1
        news = sum([self._is_new(each) for each in seen])
        self._without_news = 0 if news or unread else self._without_news + 1
        if token is None:
            return None
        if _number(token) in self._tokens:
            return f"the resumption token “{token[:80]}” came back"
        if self._without_news >= MAX_PAGES_WITHOUT_NEWS:
            return f"{self._without_news} pages in a row brought nothing new"
        if self._pages >= self._max_pages:
            return f"it has more than {self._max_pages} pages"
        return None

    def _is_new(self, seen: Seen) -> bool:
        identifier, datestamp, digest = seen
        is_new = self._stamps.add(_number(identifier, datestamp))
        if digest:
            self._ever.add(_number(identifier, datestamp))
        if digest and self._contents.add(_number(identifier, datestamp, digest)) and not is_new:
            self.conflict = identifier
        return is_new


def _number(*parts: str | None) -> int:
    return hash(parts) & _MASK
