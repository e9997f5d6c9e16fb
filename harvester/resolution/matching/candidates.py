"""Which records share a key, asked of the database; the cost of a question does not grow with the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson
from sqlalchemy import Connection

from harvester.resolution.matching.blocking import MAX_BEARERS

_CHUNK = 20_000
_FIND = {
    "sqlite": (
        "SELECT asked.value, (SELECT group_concat(no) FROM"
        " (SELECT no FROM blocking_key WHERE key = asked.value LIMIT ?)) FROM json_each(?) AS asked"
    ),
    "postgresql": (
        "SELECT asked, (SELECT string_agg(no::text, ',') FROM"
        " (SELECT no FROM blocking_key WHERE key = asked ORDER BY no LIMIT %s) AS borne)"
        " FROM unnest(%s::bigint[]) AS asked"
    ),
}
_ADD = {
    "sqlite": "INSERT OR IGNORE INTO blocking_key (key, no) VALUES (?, ?)",
    "postgresql": "INSERT INTO blocking_key (key, no) VALUES (%s, %s) ON CONFLICT DO NOTHING",
}
_REMOVE = {
    "sqlite": "DELETE FROM blocking_key WHERE key = ? AND no = ?",
    "postgresql": "DELETE FROM blocking_key WHERE key = %s AND no = %s",
}
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
                found[key] = sorted(map(int, numbers.split(",")))
    return found


def add_keys(connection: Connection, bearings: Iterable[Bearing]) -> None:
    """Keep which forms bear which keys; those that are there stay."""
    _each(connection, _ADD, bearings)


def remove_keys(connection: Connection, bearings: Iterable[Bearing]) -> None:
    """Forget that forms bear keys."""
    _each(connection, _REMOVE, bearings)


def _each(connection: Connection, statements: Mapping[str, str], bearings: Iterable[Bearing]) -> None:
    rows: Sequence[Bearing] = sorted(bearings)  # in the order of the tree: neighbours lie on one page
    if rows:
        connection.exec_driver_sql(statements[connection.dialect.name], list(rows))
