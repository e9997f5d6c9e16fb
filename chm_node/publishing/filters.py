"""Reading the query of a list: filters, place and size; a value of no use becomes a problem, never a guess."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from chm_node.publishing.search.engine import FACETS, MAX_OFFSET, SearchRequest, parse_cursor
from chm_node.shell.problems_http import HttpProblem
from vocabularies.oai_pmh import SET_SPEC

PAGE_SIZE = 20
MAX_PAGE_SIZE = 1_000
_MAC_DIGITS = 12
_MAX_QUERY = 400


def set_specs(types: Sequence[str], countries: Sequence[str], targets: Sequence[str]) -> tuple[str, ...]:
    """Give the setSpec of each filter: ``type:event``, ``country:KE``, ``gbf:target-03``.

    PARAMETER_WRONG for a value that cannot be part of a setSpec.
    """
    specs = (
        *(f"type:{value}" for value in types),
        *(f"country:{value.upper()}" for value in countries),
        *(f"gbf:{value.upper().removeprefix('GBF-').lower()}" for value in targets),
    )
    if not all(map(SET_SPEC.match, specs)):
        raise HttpProblem("PARAMETER_WRONG")
    return specs


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A search as its address says it."""

    text: str
    filters: Mapping[str, tuple[str, ...]]
    newest_first: bool
    offset: int

    def to_request(self, limit: int = PAGE_SIZE) -> SearchRequest:
        """Give the request for the search engine."""
        return SearchRequest(self.text, self.filters, limit, self.offset, newest_first=self.newest_first)

    def parameters(self) -> list[tuple[str, str]]:
        """Give the query's parameters without the cursor, in a fixed order."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in FACETS for value in self.filters.get(name, ())]
        return [*pairs, ("sort", "newest")] if self.newest_first else pairs


def read_list_query(request: Request) -> ListQuery:
    """Read ``q``, the facets, ``sort`` and ``cursor``; CURSOR_UNKNOWN or SEARCH_TOO_DEEP for a cursor of no use."""
    given = request.query_params
    filters = {
        name: tuple(dict.fromkeys(value for value in given.getlist(name) if value))
        for name in FACETS
        if any(given.getlist(name))
    }
    offset = 0
    if cursor := given.get("cursor"):
        found = parse_cursor(cursor)
        if found is None:
            raise HttpProblem("CURSOR_UNKNOWN")
        offset = found
    text = " ".join(given.get("q", "").split())[:_MAX_QUERY]
    return ListQuery(text, filters, given.get("sort") == "newest", offset)


def can_go_on(next_offset: int | None) -> bool:
    """Say whether a list may be followed further: there is more, and it lies within the first 10,000."""
    return next_offset is not None and next_offset <= MAX_OFFSET


def dump_place(sequence: int, secret: bytes, purpose: str) -> str:
    """Give a token for a place in the change log; the secret makes it this service's, the purpose this list's own."""
    return f"{sequence}.{_mac(sequence, secret, purpose)}"


def parse_place(token: str, secret: bytes, purpose: str) -> int | None:
    """Read a token made by ``dump_place``; None for any other text."""
    number, _, mac = token.partition(".")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    sequence = int(number)
    return sequence if hmac.compare_digest(mac.encode(), _mac(sequence, secret, purpose).encode()) else None


def _mac(sequence: int, secret: bytes, purpose: str) -> str:
    return hmac.new(secret or b"-", f"{purpose} {sequence}".encode(), "sha256").hexdigest()[:_MAC_DIGITS]


def dump_list_cursor(sequence: int, secret: bytes, purpose: str) -> str:
    """Give an opaque cursor for a list in the order of the change log."""
    return base64.urlsafe_b64encode(dump_place(sequence, secret, purpose).encode()).decode().rstrip("=")


def parse_list_cursor(cursor: str | None, secret: bytes, purpose: str) -> int:
    """Give the sequence a cursor stands for, 0 without one; CURSOR_UNKNOWN where it is none of ours."""
    if not cursor:
        return 0
    try:
        token = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        raise HttpProblem("CURSOR_UNKNOWN") from None
    sequence = parse_place(token, secret, purpose)
    if sequence is None:
        raise HttpProblem("CURSOR_UNKNOWN")
    return sequence
