"""What a catalogue gives: an item, a change, the end of a page; values read from stored rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

import orjson
from sqlalchemy.engine import Row

from vocabularies.text import LangText

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Item(NamedTuple):
    """A record ever published here, at its latest change; of a deleted one the title and the reason remain.

    Both texts are stored as JSON and read when asked for: a page of OAI-PMH asks for neither.
    """

    local_id: str
    record_id: str
    type: str
    sequence: int
    datestamp: datetime
    deleted: bool
    sets: tuple[str, ...]
    stored_title: str
    stored_reason: str

    @property
    def title(self) -> LangText:
        """Give the title."""
        return LangText(orjson.loads(self.stored_title))

    @property
    def reason(self) -> LangText:
        """Give why the record was withdrawn; empty for a live one."""
        return LangText(orjson.loads(self.stored_reason))


class Change(NamedTuple):
    """The latest change of one item; ``native`` is its record, None when it was deleted."""

    sequence: int
    local_id: str
    op: Literal["upsert", "delete"]
    datestamp: datetime
    native: bytes | None
    record_id: str
    type: str


class Redirect(NamedTuple):
    """Where the id of a record leads that was joined with an older one, and why, in words for programs."""

    target: str
    why: Mapping[str, Any]


class PageEnd(NamedTuple):
    """The last item of a page of live items; ``number`` counts items from 1, on the last page it is their total."""

    sequence: int
    datestamp: datetime
    number: int


def to_instant(seconds: int) -> datetime:
    """Give the UTC instant a datestamp counts to."""
    return datetime.fromtimestamp(seconds, UTC)


def to_item(row: Row[Any]) -> Item:
    """Give the item a stored row holds."""
    return Item(
        row.local_id,
        row.record_id,
        row.type,
        row.sequence,
        datetime.fromtimestamp(row.datestamp, UTC),
        row.deleted,
        tuple(row.sets.split()),
        row.title,
        row.reason,
    )
