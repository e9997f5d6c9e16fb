"""A record as JSON for one reader: some fields only, or every text in one language; pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from vocabularies.parts import Part
from vocabularies.record import Record
from vocabularies.text import LangText, text_direction


def to_json(record: Record, *, fields: Collection[str] = (), language: str | None = None) -> dict[str, Any]:
    """Give the record's JSON object, with those ``fields`` and the id only where any are named.

    ``language`` turns every language map into ``{"text", "lang", "dir"}`` of the best text there is.
    """
    if language is None:
        made = record.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    else:
        made = _part(record, language)
    return {name: value for name, value in made.items() if name == "id" or not fields or name in fields}


def _part(part: Part, language: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if field.is_required() or value != field.get_default(call_default_factory=True):
            made[field.alias or name] = _value(value, language)
    return made


def _value(value: Any, language: str) -> Any:
    if isinstance(value, LangText):
        best = value.best(language)
        return {"text": best[1], "lang": best[0], "dir": text_direction(best[0])} if best else None
    if isinstance(value, Part):
        return _part(value, language)
    if isinstance(value, tuple):
        return [_value(member, language) for member in value]
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
