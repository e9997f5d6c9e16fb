"""Conditional answers: strong ETag, Last-Modified and 304 (RFC 9110 §13); it makes no content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

REVALIDATE = "no-cache"
GZIP_MARK = "-gz"
"""Ends the ETag of a compressed answer: other bytes need another strong ETag (RFC 9110 §8.8.3.3)."""

_SETTLED = timedelta(seconds=2)
"""A younger Last-Modified is not sent: more may change within its second, unseen by anybody (RFC 9110 §8.8.2.2)."""


def content_tag(*parts: bytes | str) -> str:
    """Give a strong ETag of the parts: 32 hexadecimal digits of their sha-256, quoted."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return f'"{digest.hexdigest()[:32]}"'


def http_date(at: datetime) -> str:
    """Give an instant as HTTP writes it, ``Sun, 06 Nov 1994 08:49:37 GMT``."""
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _plain(tag: str) -> str:
    tag = tag.strip().removeprefix("W/")
    return tag.removesuffix(f'{GZIP_MARK}"') + '"' if tag.endswith(f'{GZIP_MARK}"') else tag


def is_unchanged(request: Request, etag: str, modified_at: datetime | None = None) -> bool:
    """Say whether the client already holds this version: If-None-Match decides, If-Modified-Since only without it."""
    if wanted := request.headers.get("if-none-match"):
        return wanted.strip() == "*" or etag in {_plain(tag) for tag in wanted.split(",")}
    since = request.headers.get("if-modified-since")
    if since is None or modified_at is None:
        return False
    try:
        return modified_at.replace(microsecond=0) <= parsedate_to_datetime(since).astimezone(UTC)
    except (ValueError, OverflowError):
        return False


def not_modified(etag: str, headers: Mapping[str, str]) -> Response:
    """Give the 304 answer with the validators, the Cache-Control and the Vary of the full one (RFC 9110 §15.4.5)."""
    kept = {name: value for name, value in headers.items() if name.lower() not in ("content-type", "content-length")}
    return Response(status_code=304, headers={"Cache-Control": REVALIDATE, **kept, "ETag": etag})


def cached(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    etag: str | None = None,
    modified_at: datetime | None = None,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Give the body with its validators, or 304; the ETag is the body's hash unless one is given."""
    tag = etag or content_tag(body)
    extra = {"Cache-Control": REVALIDATE, **(headers or {}), "ETag": tag}
    if modified_at is not None and datetime.now(UTC) - modified_at > _SETTLED:
        extra["Last-Modified"] = http_date(modified_at)
    if status == 200 and is_unchanged(request, tag, modified_at):
        return not_modified(tag, extra)
    return Response(body, status_code=status, media_type=media_type, headers=extra)
