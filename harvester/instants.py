"""How the harvester's tables keep an instant; nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, String, TypeDecorator

_LAYOUT = "%Y-%m-%dT%H:%M:%S.%fZ"


@lru_cache(maxsize=64)
def _dump_instant(at: datetime) -> str:
    # a page's rows all bear the same few instants
    return at.astimezone(UTC).strftime(_LAYOUT)


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC instant, kept as text of fixed width, so that it sorts and compares alike in every database."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Give the text of an aware instant."""
        return None if value is None else _dump_instant(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the instant back."""
        return None if value is None else datetime.strptime(value, _LAYOUT).replace(tzinfo=UTC)
