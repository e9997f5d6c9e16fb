"""Problems as rows of a spreadsheet: which columns, and how a value is kept from being computed. Pure."""

from __future__ import annotations

ERROR_COLUMNS = (
    "source",
    "run",
    "identifier",
    "outcome",
    "severity",
    "code",
    "field",
    "lang",
    "value",
    "message",
    "fix",
    "docs_url",
)
MISSING_COLUMNS = ("identifier", "reason", "code", "shown")


def safe_cell(value: object) -> object:
    """Give the value with an apostrophe before what a spreadsheet would take for a formula (CWE-1236)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
