"""Opening a node's database: the engine, what state it is in, and who publishes from it; no query of records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError

import migrations
from chm_node.errors import DatabaseLocked, DatabaseOutdated, DatabaseUnreachable, NotInitialised
from chm_node.publishing.site import Site
from chm_node.publishing.sql import make_engine, write
from chm_node.settings import Settings, propose_oai_host
from vocabularies.text import LangText

_WRITERS = 0x63686D  # any number, the same for every writer of this database


@dataclass(frozen=True, slots=True)
class Node:
    """A node that is open for work: its settings, its database, and who publishes from it."""

    settings: Settings
    engine: Engine
    site: Site


class _DryRun(Exception):
    """Leaves a transaction so that nothing of it is kept."""


def open_node(settings: Settings) -> Node:
    """Open a node that was initialised and whose database is at the newest migration.

    Raises NotInitialised, DatabaseUnreachable, DatabaseLocked or DatabaseOutdated.
    """
    if not settings.node_id:
        raise NotInitialised(home=settings.home)
    engine = connect(settings)
    try:
        at, newest = migrations.current(engine), migrations.head("node")
    except DBAPIError as error:
        raise _known(error) from None
    if at != newest:
        raise DatabaseOutdated(current=at or "nothing", head=newest)
    return Node(settings, engine, site_of(settings))


def connect(settings: Settings) -> Engine:
    """Give an engine that has answered once, whatever it holds; DatabaseUnreachable where it does not."""
    try:
        engine = make_engine(settings.database_url)
        with engine.connect():
            pass
    except (DatabaseError, ArgumentError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise DatabaseUnreachable(reason=reason) from None
    return engine


@contextmanager
def write_or_try(engine: Engine, *, dry_run: bool = False) -> Iterator[Connection]:
    """Give a connection in a write transaction that is rolled back at its end in a dry run; DatabaseLocked if busy."""
    try:
        with write(engine) as connection:
            _wait_for_writers(connection)
            yield connection
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    except DBAPIError as error:
        raise _known(error) from None


def _known(error: DBAPIError) -> Exception:
    return DatabaseLocked() if "database is locked" in str(error.orig) else error


def _wait_for_writers(connection: Connection) -> None:
    """Let one writer at a time at the records, as SQLite does: there is no row to lock of one that two will make."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_WRITERS)))


def site_of(settings: Settings) -> Site:
    """Give the facts about this node that its published formats name."""
    language = settings.languages[0] if settings.languages else settings.language
    oai_host = settings.oai_host or propose_oai_host(settings.node_id, settings.base_url)
    return Site(
        node_id=settings.node_id,
        name=LangText({language: settings.name or settings.node_id}),
        base_url=settings.public_url,
        admin_email=settings.email or f"chm@{oai_host}",
        oai_host=oai_host,
        country=settings.country or None,
        languages=settings.languages,
        token_secret=bytes.fromhex(settings.token_secret),
    )
