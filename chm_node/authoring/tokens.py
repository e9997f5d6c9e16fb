"""Tokens for programs: made once, shown once, kept as a sha-256; it decides what a token may do, not what is done."""

from __future__ import annotations

import secrets
import string
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, insert, select, update

from chm_node.authoring.moderation import SCOPES, allows
from chm_node.errors import ScopeMissing, TokenExpired, TokenMissing, TokenRevoked, TokenWrong
from chm_node.tables import token as token_table

MARK = "chm_live_"
SECRET_BYTES = 32
PREFIX_LENGTH = 8
_DIGITS = string.digits + string.ascii_letters
_SECRET_LENGTH = 43  # 62**43 > 2**256
_CHECK_LENGTH = 6
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who calls: the token's public prefix, its label and scope."""

    prefix: str
    label: str
    scope: str

    @property
    def name(self) -> str:
        """Give the name to note beside what the caller does."""
        return f"token:{self.label or self.prefix}"


def make_token() -> str:
    """Make a token of 256 random bits and a checksum that tells a mistyped one from a foreign one without a query."""
    secret = _base62(int.from_bytes(secrets.token_bytes(SECRET_BYTES)), _SECRET_LENGTH)
    return f"{MARK}{secret}{_checksum(secret)}"


def is_whole(text: str) -> bool:
    """Tell whether the text has a token's form and checksum."""
    secret, check = text[len(MARK) : -_CHECK_LENGTH], text[-_CHECK_LENGTH:]
    formed = text.isascii() and text.startswith(MARK) and len(secret) == _SECRET_LENGTH
    return formed and secrets.compare_digest(check, _checksum(secret))


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def _checksum(secret: str) -> str:
    return _base62(zlib.crc32(secret.encode("ascii", "replace")), _CHECK_LENGTH)


def create_token(
    connection: Connection, scope: str, *, label: str = "", expires_days: int | None = None, now: datetime
) -> str:
    """Store a new token's hash and give the token, the only time it is seen; KeyError for a scope not in SCOPES."""
    if scope not in SCOPES:
        raise KeyError(scope)
    token = make_token()
    row = {
        "prefix": _prefix(token),
        "sha256": _hash(token),
        "label": label,
        "scope": scope,
        "created_at": now,
        "expires_at": None if expires_days is None else now + timedelta(days=expires_days),
    }
    connection.execute(insert(token_table), row)
    return token


def revoke_token(connection: Connection, prefix: str, *, now: datetime) -> bool:
    """Revoke the token with this prefix; False where there is none that still works."""
    bare = prefix.removeprefix(MARK)[:PREFIX_LENGTH]
    where = (token_table.c.prefix == bare) & token_table.c.revoked_at.is_(None)
    return connection.execute(update(token_table).where(where).values(revoked_at=now)).rowcount == 1


def list_tokens(connection: Connection) -> list[dict[str, object]]:
    """Give every token without its hash, oldest first."""
    columns = [column for column in token_table.c if column.name != "sha256"]
    rows = connection.execute(select(*columns).order_by(token_table.c.created_at)).mappings()
    return [dict(row) for row in rows]


def get_bearer(connection: Connection, authorization: str, *, now: datetime) -> tuple[Bearer, bool]:
    """Give who an Authorization header stands for, and whether its use is due to be noted.

    Raises TokenMissing, TokenWrong, TokenRevoked or TokenExpired; only who holds the whole token learns that it
    has expired or was revoked.
    """
    kind, _, text = authorization.strip().partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        raise TokenMissing
    if not is_whole(text.strip()):
        raise TokenWrong
    query = select(token_table).where(token_table.c.sha256 == _hash(text.strip()))
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise TokenWrong
    if row["revoked_at"] is not None:
        raise TokenRevoked(revoked_on=row["revoked_at"].date())
    expires_at = row["expires_at"]
    if expires_at is not None and expires_at <= now:
        raise TokenExpired(expired_on=expires_at.date(), scope=row["scope"])
    used_at = row["last_used_at"]
    return Bearer(row["prefix"], row["label"], row["scope"]), used_at is None or now - used_at > USE_NOTED_EVERY


def note_use(connection: Connection, prefix: str, *, now: datetime) -> None:
    """Note that a token was used; once a minute is often enough."""
    connection.execute(update(token_table).where(token_table.c.prefix == prefix).values(last_used_at=now))


def require_scope(bearer: Bearer, needed: str) -> None:
    """Raise ScopeMissing unless the bearer's scope includes the one needed."""
    if not allows(bearer.scope, needed):
        raise ScopeMissing(held=bearer.scope, needed=needed)


def _prefix(token: str) -> str:
    return token[len(MARK) :][:PREFIX_LENGTH]


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
