"""Which records share a key, asked of the database; the cost of a question does not grow with the index.

A bearer of a key is kept as one number: that of its form and, below it, its class (``bearers``), so that most records
that share a key with another and can never be the same are passed over without being read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import orjson
from sqlalchemy import Connection

from harvester.resolution.matching.blocking import CAPS

_CHUNK = 20_000
MOST_RECENT = 300_000
"""So many new keys lie in a table of their own before they are put with the others, in their order."""
_TABLES = ("blocking_key", "recent_key")
_FIND = {
    "sqlite": " UNION ALL ".join(
        f"SELECT borne.key, borne.bearer FROM json_each(?1) AS asked CROSS JOIN {table} AS borne"
        " ON borne.key = asked.value AND borne.bearer <= coalesce("  # no more than ?2 + 1 of them are read
        f"(SELECT last.bearer FROM {table} AS last WHERE last.key = asked.value ORDER BY last.bearer"
        " LIMIT 1 OFFSET ?2), 9223372036854775807)"
        for table in _TABLES
    ),
    "postgresql": " UNION ALL ".join(
        "SELECT asked, borne.bearer FROM unnest(%(keys)s::bigint[]) AS asked CROSS JOIN LATERAL"
        f" (SELECT bearer FROM {table} WHERE key = asked ORDER BY bearer LIMIT %(most)s + 1) AS borne"
        for table in _TABLES
    ),
}
_ADD = {
    "sqlite": "INSERT OR IGNORE INTO recent_key (key, bearer) VALUES (?, ?)",
    "postgresql": "INSERT INTO recent_key (key, bearer) VALUES (%s, %s) ON CONFLICT DO NOTHING",
}
_REMOVE = {
    "sqlite": (
        "DELETE FROM recent_key WHERE key = ? AND bearer = ?",
        "DELETE FROM blocking_key WHERE key = ? AND bearer = ?",
    ),
    "postgresql": (
        "DELETE FROM recent_key WHERE key = %s AND bearer = %s",
        "DELETE FROM blocking_key WHERE key = %s AND bearer = %s",
    ),
}
_SETTLE = (
    "INSERT INTO blocking_key (key, bearer) SELECT key, bearer FROM recent_key WHERE true"  # SQLite needs a WHERE here
    " ORDER BY key, bearer ON CONFLICT DO NOTHING",
    "DELETE FROM recent_key",
)
Bearing = tuple[int, int]
"""A key, and what bears it."""


def find_bearers(connection: Connection, keys: Iterable[int]) -> dict[int, set[int]]:
    """Give what bears each key that is borne at all; of a key borne by more than may meet by it, more than those."""
    asked = sorted(set(keys))
    found: dict[int, set[int]] = {}
    for most in set(CAPS):
        some = [key for key in asked if CAPS[key & 3] == most]
        for start in range(0, len(some), _CHUNK):
            for key, bearer in _find(connection, some[start : start + _CHUNK], most):
                if key in found:
                    found[key].add(bearer)
                else:
                    found[key] = {bearer}
    return found


def _find(connection: Connection, keys: Sequence[int], most: int) -> Sequence[tuple[int, int]]:
    dialect = connection.dialect.name
    asked = (orjson.dumps(keys).decode(), most) if dialect == "sqlite" else {"keys": keys, "most": most}
    found = connection.exec_driver_sql(_FIND[dialect], asked).all()
    return cast("Sequence[tuple[int, int]]", found)


def add_keys(connection: Connection, bearings: Iterable[Bearing]) -> None:
    """Keep what bears which keys."""
    rows = sorted(bearings)  # in the order of the tree: neighbours lie on one page
    if rows:
        connection.exec_driver_sql(_ADD[connection.dialect.name], rows)


def remove_keys(connection: Connection, bearings: Iterable[Bearing]) -> None:
    """Forget what bears keys."""
    rows = sorted(bearings)
    for statement in _REMOVE[connection.dialect.name] if rows else ():
        connection.exec_driver_sql(statement, rows)


def reset_keys(connection: Connection) -> None:
    """Forget all keys: other rules made them."""
    for name in _TABLES:
        connection.exec_driver_sql(f"DELETE FROM {name}")


def settle_keys(connection: Connection, *, most: int = MOST_RECENT) -> bool:
    """Put new keys with the others where there are more than ``most``; tell whether they were.

    In their order every page of the large tree is written once, however many keys go into it.
    """
    if int(connection.exec_driver_sql("SELECT count(*) FROM recent_key").scalar_one()) <= most:
        return False
    for statement in _SETTLE:
        connection.exec_driver_sql(statement)
    return True
