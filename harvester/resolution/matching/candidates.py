"""Which records share a key, asked of the database; the cost of a question does not grow with the index."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import Connection

from harvester.resolution.matching.blocking import MAX_BEARERS

_CHUNK = 20_000
MOST_RECENT = 300_000
"""So many new keys lie in a table of their own before they are put with the others, in their order."""
_BOTH = "SELECT no FROM blocking_key WHERE key = {key} UNION ALL SELECT no FROM recent_key WHERE key = {key}"
_FIND = {
    "sqlite": (
        f"SELECT asked.value, (SELECT group_concat(no) FROM ({_BOTH.format(key='asked.value')} LIMIT ?))"
        " FROM json_each(?) AS asked"
    ),
    "postgresql": (
        "SELECT wanted, (SELECT string_agg(no::text, ',') FROM"
        f" ({_BOTH.format(key='wanted')} ORDER BY no LIMIT %s) AS few)"
        " FROM unnest(%s::bigint[]) AS wanted"
    ),
}
_COUNT = {
    "sqlite": f"SELECT count(*) FROM ({_BOTH.format(key='?1')})",
    "postgresql": f"SELECT count(*) FROM ({_BOTH.format(key='%(key)s')}) AS few",
}
_ADD = {
    "sqlite": "INSERT OR IGNORE INTO recent_key (key, no) VALUES (?, ?)",
    "postgresql": "INSERT INTO recent_key (key, no) VALUES (%s, %s) ON CONFLICT DO NOTHING",
}
_REMOVE = {
    "sqlite": ("DELETE FROM recent_key WHERE key = ? AND no = ?", "DELETE FROM blocking_key WHERE key = ? AND no = ?"),
    "postgresql": (
        "DELETE FROM recent_key WHERE key = %s AND no = %s",
        "DELETE FROM blocking_key WHERE key = %s AND no = %s",
    ),
}
_SETTLE = (
    "INSERT INTO blocking_key (key, no) SELECT key, no FROM recent_key WHERE true"  # SQLite needs a WHERE here
    " ORDER BY key, no ON CONFLICT DO NOTHING",
    "DELETE FROM recent_key",
)
Bearing = tuple[int, int]
"""A key, and the number of a form that bears it."""


def find_bearers(connection: Connection, keys: Iterable[int]) -> dict[int, list[int]]:
    """Give the numbers of the forms that bear each key, in order; of a key borne by more than MAX_BEARERS one more."""
    dialect = connection.dialect.name
    asked = sorted(set(keys))
    found: dict[int, list[int]] = {}
    for start in range(0, len(asked), _CHUNK):
        chunk = asked[start : start + _CHUNK]
        said = orjson.dumps(chunk).decode() if dialect == "sqlite" else chunk
        for key, numbers in connection.exec_driver_sql(_FIND[dialect], (MAX_BEARERS + 1, said)):
            if numbers:
                found[key] = sorted(set(map(int, numbers.split(","))))
    return found


def count_bearers(connection: Connection, key: int) -> int:
    """Give how many forms bear a key."""
    dialect = connection.dialect.name
    asked = (key,) if dialect == "sqlite" else {"key": key}
    return int(connection.exec_driver_sql(_COUNT[dialect], asked).scalar_one())


def add_keys(connection: Connection, bearings: Iterable[Bearing]) -> None:
    """Keep which forms bear which keys; they bore none of them before."""
    rows = sorted(bearings)  # in the order of the tree: neighbours lie on one page
    if rows:
        connection.exec_driver_sql(_ADD[connection.dialect.name], rows)


def remove_keys(connection: Connection, bearings: Iterable[Bearing]) -> None:
    """Forget that forms bear keys."""
    rows = sorted(bearings)
    for statement in _REMOVE[connection.dialect.name] if rows else ():
        connection.exec_driver_sql(statement, rows)


def reset_keys(connection: Connection) -> None:
    """Forget all keys: other rules made them."""
    for name in ("recent_key", "blocking_key"):
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
