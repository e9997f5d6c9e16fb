"""The JSON Schema of the record, for those who write records by other means; derived from the classes, never kept."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from vocabularies.formats.native import record_adapter

DIALECT = "https://json-schema.org/draft/2020-12/schema"
IDENTIFIER = "urn:chm:schema:record:1"
_DESCRIPTION = (
    "A record of one of 16 types. Texts are objects by BCP 47 language tag; dates may be partial. "
    "Nodes read somewhat more than this, such as numbers written as text, and refuse days no month has."
)


def record_schema() -> dict[str, Any]:
    """Give one JSON Schema (2020-12) for all 16 record types, told apart by ``type``; the caller owns the copy."""
    return deepcopy(_schema())


@cache
def _schema() -> dict[str, Any]:
    built = record_adapter().json_schema(by_alias=True, mode="validation")
    return {
        "$schema": DIALECT,
        "$id": IDENTIFIER,
        "title": "Record of the Clearing-House Mechanism federation",
        "description": _DESCRIPTION,
        **built,
    }
