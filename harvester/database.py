"""The harvester's database: its two kinds of transaction (kept, or rolled back for a dry run) and its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError

from chm_node.publishing import sql
from harvester.operating_errors import DatabaseUnreachable, DiskFull

INDEX_LOCK = 0x43484D01
AWAY = (OperationalError, InterfaceError, TimeoutError)
"""What SQLAlchemy raises where the database cannot do what any other time it could."""
_NO_ROOM = ("full", "no space left", "no room")
_NO_ROOM_STATES = frozenset({"53100", "53200"})


class Transactions(Protocol):
    """Where a run reads and writes."""

    def read(self) -> AbstractContextManager[Connection]:
        """Give a connection to read from."""

    def write(self) -> AbstractContextManager[Connection]:
        """Give a connection in one write transaction."""

    def joined(self) -> AbstractContextManager[Transactions]:
        """Give transactions that are kept all together at the end of the block, or none of them."""


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

    @contextmanager
    def joined(self) -> Iterator[Transactions]:
        """Give transactions that are parts of one."""
        with sql.write(self._engine) as connection:
            yield Joined(connection)


class Joined:
    """Transactions that are parts of a larger one, which is kept or rolled back by whoever began it."""

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
    def joined(self) -> Iterator[Transactions]:
        """Give transactions that are parts of this part."""
        with self._connection.begin_nested():
            yield self


@contextmanager
def trial(engine: Engine) -> Iterator[Joined]:
    """Give transactions of which nothing is kept: a dry run takes the very same way as a real one."""
    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            yield Joined(connection)
        finally:
            transaction.rollback()


def lock_index(connection: Connection) -> None:
    """Make this transaction the only one that resolves and publishes; on SQLite a writer is alone anyhow."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": INDEX_LOCK})


def to_failure(error: OperationalError | InterfaceError | TimeoutError) -> DatabaseUnreachable:
    """Give what a failure of the database is to its keepers: no room, or no answer, with its own words."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    reason = (str(cause).strip() or type(cause).__name__).splitlines()[0].rstrip(".")
    state = getattr(cause, "sqlstate", None)
    no_room = state in _NO_ROOM_STATES or any(word in reason.lower() for word in _NO_ROOM)
    return (DiskFull if no_room else DatabaseUnreachable)(reason=reason)


@contextmanager
def named_failures() -> Iterator[None]:
    """Raise DatabaseUnreachable or DiskFull where the database fails inside the block."""
    try:
        yield
    except AWAY as error:
        raise to_failure(error) from error
