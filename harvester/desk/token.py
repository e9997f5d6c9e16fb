"""The desk's token: who bears it may decide over HTTP, and sees who decided; it is compared in constant time."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest

from fastapi import Request

from harvester.operating_errors import DeskClosed, DeskTokenWrong

_SCHEME = "bearer"


def require_desk(request: Request, token: str) -> None:
    """Raise DeskClosed where no token is set for the desk, DeskTokenWrong where the request does not bear it."""
    if not token:
        raise DeskClosed
    if not bears_token(request, token):
        raise DeskTokenWrong


def bears_token(request: Request, token: str) -> bool:
    """Tell whether a request bears the desk's token (RFC 6750 §2.1)."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if not token or scheme.lower() != _SCHEME:
        return False
    one, other = (sha256(text.encode("utf-8", "surrogateescape")).digest() for text in (given.strip(), token))
    return compare_digest(one, other)
