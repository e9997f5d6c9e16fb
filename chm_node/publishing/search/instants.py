"""The instants a record is found and ordered by, from its native JSON; reads no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

_PATHS = {
    "created": (("dates", "created"), ("dates", "published"), ("dates", "issued")),
    "start": (("details", "start"), ("temporal", "start")),
    "end": (("details", "end"), ("temporal", "end")),
}


def instants_of(record: Mapping[str, Any], changed_at: datetime) -> dict[str, int]:
    """Give the seconds since 1970 of each of ``INSTANTS`` the record has."""
    found = {"updated": int(changed_at.timestamp())}
    for name, paths in _PATHS.items():
        for part, key in paths:
            value = (record.get(part) or {}).get(key)
            if isinstance(value, str) and (at := first_instant(value)) is not None:
                found[name] = int(at.timestamp())
                break
    return found


@lru_cache(maxsize=8192)
def first_instant(partial: str) -> datetime | None:
    """Give the first instant of a partial date; None where the text is none."""
    written = partial if len(partial) > 10 else f"{partial}{'-01-01'[(len(partial) - 4) :]}T00:00:00Z"
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
