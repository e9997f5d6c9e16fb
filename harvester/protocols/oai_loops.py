"""Noticing that a list will never end: tokens that return, pages without news, too many pages. Keeps hashes only."""

from __future__ import annotations

from harvester.protocols.oai_answers import ListPart

MAX_PAGES_WITHOUT_NEWS = 3


class LoopWatch:
    """Follows one list; ``notice`` says after each page why it does not end, or None while it makes progress."""

    def __init__(self, max_pages: int) -> None:
        """Begin a list of at most so many pages."""
        self._max_pages = max_pages
        self._pages = 0
        self._without_news = 0
        self._tokens: set[str] = set()
        self._seen: set[int] = set()

    def is_round_complete(self, part: ListPart, total: int | None) -> bool:
        """Say whether a page only repeats records after all announced ones came: some lists restart at their end."""
        known = bool(part.records) and all(self._key(part, at) in self._seen for at in range(len(part.records)))
        return known and total is not None and len(self._seen) >= total

    def notice(self, part: ListPart, asked_with: str | None) -> str | None:
        """Take note of a page and of the token it was asked with."""
        if asked_with:
            self._tokens.add(asked_with)
        self._pages += 1
        before = len(self._seen)
        self._seen.update(self._key(part, at) for at in range(len(part.records)))
        self._without_news = 0 if len(self._seen) > before or _has_error(part) else self._without_news + 1
        if part.token is None:
            return None
        if part.token in self._tokens:
            return f"the resumption token “{part.token[:80]}” came back"
        if self._without_news >= MAX_PAGES_WITHOUT_NEWS:
            return f"{self._without_news} pages in a row brought nothing new"
        if self._pages >= self._max_pages:
            return f"it has more than {self._max_pages} pages"
        return None

    @staticmethod
    def _key(part: ListPart, at: int) -> int:
        record = part.records[at]
        return hash((record.identifier, record.datestamp))


def _has_error(part: ListPart) -> bool:
    return any(problem.severity == "error" for problem in part.problems)
