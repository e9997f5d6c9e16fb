"""The harvester's database: its two kinds of transaction (kept, or rolled back for a dry run) and its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from sqlalchemy import Connection, Engine, text

from chm_node.publishing import sql

INDEX_LOCK = 0x43484D01


class Transactions(Protocol):
    """Where a run reads and writes."""

    def read(self) -> AbstractContextManager[Connection]:
        """Give a connection to read from."""

    def write(self) -> AbstractContextManager[Connection]:
        """Give a connection in one write transaction."""


class Kept:
    """Each transaction is committed at its end."""

    def __init__(self, engine: Engine) -> None:
        """Work on the engine's connections."""
        self._engine = engine

    def read(self) -> AbstractContextManager[Connection]:
        """Give a connection that sees one snapshot."""
        return sql.read(self._engine)

    def write(self) -> AbstractContextManager[Connection]:
        """Give a connection in one write transaction."""
        return sql.write(self._engine)


class Trial:
    """Everything goes through one connection that is rolled back in the end: a dry run takes the very same way."""

    def __init__(self, connection: Connection) -> None:
        """Work on a connection inside a transaction somebody else ends."""
        self._connection = connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give the connection."""
        yield self._connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the connection, back where it was when an exception leaves the block."""
        with self._connection.begin_nested():
            yield self._connection


@contextmanager
def trial(engine: Engine) -> Iterator[Trial]:
    """Give transactions of which nothing is kept."""
    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            yield Trial(connection)
        finally:
            transaction.rollback()


def lock_index(connection: Connection) -> None:
    """Make this transaction the only one that resolves and publishes; on SQLite a writer is alone anyhow."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": INDEX_LOCK})
