"""Answers in JSON: an object, or a clear word about what came instead. Knows no protocol."""

from __future__ import annotations

from typing import Any

import orjson

from harvester.errors import AnswerUnreadable, WrongAnswer
from harvester.fetch import Response

MAX_IDENTIFIER_BYTES = 2048
MAX_DATESTAMP_BYTES = 64
_BOM = b"\xef\xbb\xbf"


def parse_object(response: Response, protocol: str) -> dict[str, Any]:
    """Give the JSON object an answer holds, whatever its status and content type.

    WrongAnswer where it is a web page or another kind of document, AnswerUnreadable where it is empty or broken JSON.
    """
    body = response.body.removeprefix(_BOM).lstrip()
    if not body:
        raise AnswerUnreadable(url=response.url, reason="it is empty")
    if body[:1] == b"<":
        saw = "a web page" if b"<html" in body[:1000].lower() else "an XML document"
        raise WrongAnswer(url=response.url, protocol=protocol, saw=saw)
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        reason = f"it stops being JSON at line {error.lineno}, column {error.colno}"
        raise AnswerUnreadable(url=response.url, reason=reason) from None
    if not isinstance(value, dict):
        raise WrongAnswer(url=response.url, protocol=protocol, saw="JSON that is no object")
    return value


def canonical(value: object) -> bytes:
    """Give the bytes that are the same for equal values, whatever the order of their keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def find_text(value: object, most_bytes: int = MAX_IDENTIFIER_BYTES) -> str | None:
    """Give a text or whole number as text any database can keep: not empty, not too long, no NUL; else None."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if 0 < len(text.encode("utf-8", "replace")) <= most_bytes and "\x00" not in text else None
