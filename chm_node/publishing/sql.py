"""Engines, transactions and bulk upserts for SQLite and PostgreSQL; it knows no table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite

from chm_node.publishing.errors import DatabaseUnsupported

BUSY_TIMEOUT_S = 30
_POOL = {"pool_size": 16, "max_overflow": 48, "pool_timeout": BUSY_TIMEOUT_S}
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "secure_delete=OFF",
    "temp_store=MEMORY",
    "cache_size=-16384",
    # a checkpoint waits for the disk: once in 40 MB of changes rather than once in 4
    "wal_autocheckpoint=10000",
    "journal_size_limit=67108864",
)
_READS = "chm_reads"


def make_engine(url: str) -> Engine:
    """Make an engine whose connections any thread may use; DatabaseUnsupported for anything but the two databases."""
    address = make_url(url)
    backend = address.get_backend_name()
    if backend == "postgresql":
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **_POOL)
    if backend == "sqlite":
        return _sqlite_engine(address)
    raise DatabaseUnsupported(url=address, reason="it is neither SQLite nor PostgreSQL")


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """Give a connection in one write transaction: committed at the end, rolled back when an exception leaves the block.

    SQLite takes its write lock at the start (BEGIN IMMEDIATE), so a writer waits its turn instead of failing later.
    """
    with engine.begin() as connection:
        yield connection


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one unchanging snapshot and blocks no writer; nothing done in it is kept."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        else:
            connection.execution_options(**{_READS: True})
        yield connection


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str],
    guard: str | None = None,
) -> None:
    """Insert the rows, or update those whose key columns are taken; all rows name the same columns.

    With ``guard``, a column's name, a held row is only rewritten where that column differs. One prepared statement
    for all rows: a statement of many VALUES is compiled each time and costs four to nine times as much.
    """
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    if changed:
        where = None if guard is None else table.c[guard].is_distinct_from(statement.excluded[guard])
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=changed, where=where)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    connection.execute(statement, list(rows))


def _sqlite_engine(address: URL) -> Engine:
    if address.database in (None, "", ":memory:"):
        raise DatabaseUnsupported(url=address, reason="a database in memory would be another one in every thread")
    # isolation_level None: the driver opens no transaction by itself, _begin does.
    options = {"check_same_thread": False, "isolation_level": None, "timeout": BUSY_TIMEOUT_S}
    engine = create_engine(address, poolclass=QueuePool, connect_args=options, **_POOL)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
