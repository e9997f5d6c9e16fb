"""Accounts of people: an e-mail address, a role and an argon2id hash; sessions are no business of this module."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, insert, select

from chm_node.authoring.moderation import ROLES
from chm_node.errors import AccountExists, AddressWrong, PasswordWeak
from chm_node.settings import EMAIL
from chm_node.tables import account

SHORTEST_PASSWORD = 12
_hasher = PasswordHasher()  # argon2-cffi's defaults are RFC 9106 low-memory: 64 MiB, 3 passes, above what we need


def create_account(connection: Connection, email: str, *, role: str, password: str, now: datetime) -> None:
    """Store an account; AddressWrong, AccountExists, PasswordWeak, or KeyError for a role not in ROLES."""
    if role not in ROLES:
        raise KeyError(role)
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordWeak
    address = email.strip().lower()
    if not EMAIL.fullmatch(address):
        raise AddressWrong(email=email)
    if connection.execute(select(account.c.email).where(account.c.email == address)).first():
        raise AccountExists(email=address)
    row = {"email": address, "role": role, "password_hash": _hasher.hash(password), "created_at": now}
    connection.execute(insert(account), row)


def find_role(connection: Connection, email: str, password: str) -> str | None:
    """Give the role of whoever knows the password; None for a wrong one or an unknown address, in the same time."""
    row = connection.execute(select(account).where(account.c.email == email.strip().lower())).mappings().one_or_none()
    kept = row["password_hash"] if row else _hasher.hash("nobody has this password")
    try:
        _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return None
    return str(row["role"]) if row else None


def list_accounts(connection: Connection) -> list[dict[str, object]]:
    """Give every account without its password hash, by address."""
    rows = connection.execute(select(account.c.email, account.c.role, account.c.created_at).order_by(account.c.email))
    return [dict(row) for row in rows.mappings()]
