"""The small protocol every search engine meets; it knows documents, requests and answers, and no engine."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from chm_node.publishing.search.conditions import Condition, Order

FACETS = ("type", "country", "region", "target", "subject", "language", "year", "node")
MAX_OFFSET = 10_000


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What an index holds of one item: tokens, facet values, its ``sequence`` in the change log, marks and instants."""

    local_id: str
    sequence: int
    title: Sequence[str]
    body: Sequence[str]
    facets: Mapping[str, Sequence[str]]
    marks: Sequence[str] = ()
    instants: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query: ``filters`` by facet name, several values of one facet are alternatives; ``offset`` ≤ 10,000.

    ``where`` is met too; ``order`` goes before ``newest_first``; ``count_marks`` names families of marks to count.
    """

    query: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    limit: int = 20
    offset: int = 0
    with_facets: bool = True
    newest_first: bool = False
    where: Condition | None = None
    order: Order | None = None
    count_marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetCount:
    """A facet value and the number of results that bear it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A result; a higher score is better, 0 where results are ordered by age."""

    local_id: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The results of a request; ``next_offset`` is None on the last page; ``marks`` holds the families counted."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    next_offset: int | None
    marks: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)


class SearchEngine(Protocol):
    """A full-text index that can be rebuilt; readers see whole commits only."""

    def sequence(self) -> int:
        """Give the greatest change-log sequence held; 0 when empty."""

    def apply(self, documents: Iterable[SearchDocument], deleted: Iterable[str]) -> None:
        """Replace the documents and drop the deleted, then commit once."""

    def replace_all(self, documents: Iterable[SearchDocument]) -> None:
        """Put the documents in place of everything held, in one commit."""

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer a request from the last commit."""


class IndexBusy(Exception):
    """Another process is writing to this search index; it will be up to date in a moment."""


def dump_cursor(offset: int) -> str:
    """Give the opaque cursor for a place in the results."""
    return base64.urlsafe_b64encode(f"o{offset}".encode()).decode().rstrip("=")


def parse_cursor(cursor: str) -> int | None:
    """Read a cursor made by ``dump_cursor``; None where it is not one of ours or lies beyond 10,000."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        return None
    if not text.startswith("o") or not text[1:].isdecimal():
        return None
    offset = int(text[1:])
    return offset if offset <= MAX_OFFSET else None
