"""JSON sent to the node cut into one payload a record, each number kept as it was written; it judges no record."""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json, to_json

_BOM = b"\xef\xbb\xbf"
_LISTED_UNDER = ("records", "results")


def parse_object(payload: bytes) -> dict[str, Any] | None:
    """Give the JSON object of a payload; None where it is something else or no JSON, for the record parser to report.

    Whole numbers keep all their digits, which a parser that knows 64 bits only would not do.
    """
    try:
        value = from_json(payload.removeprefix(_BOM), allow_inf_nan=False)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def cut_records(payload: bytes) -> list[bytes] | None:
    """Give each record of a list, of an object that lists them under ``records`` or ``results``, or the one there is.

    None where the payload is no JSON. A number JSON does not have (NaN) spoils the record it stands in, not the others.
    """
    try:
        value = from_json(payload.removeprefix(_BOM), allow_inf_nan=True)
        if isinstance(value, dict):
            listed = next((value[name] for name in _LISTED_UNDER if isinstance(value.get(name), list)), None)
            value = [value] if listed is None else listed
        if not isinstance(value, list):
            return None
        return [to_json(each, inf_nan_mode="constants") for each in value]
    except ValueError:
        return None
