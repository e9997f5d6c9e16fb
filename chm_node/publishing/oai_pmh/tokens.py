"""Resumption tokens: signed and stateless, so that they survive a restart; a place in the change log, no offset."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(days=7)
_SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class ListState:
    """Where a list stands: its first arguments, the last sequence served, how many were served, and its size."""

    verb: str
    prefix: str
    set_spec: str | None
    from_: str | None
    until: str | None
    after: int
    cursor: int
    size: int
    expires: int


def expiry(now: datetime) -> datetime:
    """Give the instant until which a token issued now is honoured."""
    return now.replace(microsecond=0) + LIFETIME


def dump_token(state: ListState, secret: bytes) -> str:
    """Give the opaque token: URL-safe base64 of the state and its signature."""
    payload = json.dumps(list(asdict(state).values()), separators=(",", ":")).encode()
    signed = hmac.digest(secret, b"resumptionToken" + payload, hashlib.sha256)[:_SIGNATURE_BYTES] + payload
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def parse_token(token: str, secret: bytes, now: datetime) -> ListState | None:
    """Read a token of this repository; None where it is another's, changed by a single bit, or expired (§3.5)."""
    try:
        signed = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    signature, payload = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
    expected = hmac.digest(secret, b"resumptionToken" + payload, hashlib.sha256)[:_SIGNATURE_BYTES]
    if not hmac.compare_digest(signature, expected):
        return None
    if dump_token_bytes(signed) != token:
        return None
    state = ListState(*json.loads(payload))
    return state if state.expires > now.timestamp() else None


def dump_token_bytes(signed: bytes) -> str:
    """Give the one way signed bytes are written, so that unused trailing bits of base64 cannot vary."""
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")
