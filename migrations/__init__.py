"""Database migrations of both services: bring a database up or down by address; each service has its own chain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

Service = Literal["node", "harvester"]

_HERE = Path(__file__).parent


def _config(service: Service, connection: Connection | None = None) -> Config:
    config = Config(_HERE / "alembic.ini", ini_section=service)
    config.set_section_option(service, "script_location", str(_HERE / service).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _transaction(bind: Engine | Connection) -> Iterator[Connection]:
    if isinstance(bind, Connection):  # the caller's transaction
        yield bind
        return
    with bind.begin() as connection:
        yield connection


def upgrade(bind: Engine | Connection, service: Service, revision: str = "head") -> None:
    """Bring the database up to a revision, from empty if need be: in one transaction, or in that of the connection."""
    with _transaction(bind) as connection:
        command.upgrade(_config(service, connection), revision)


def downgrade(bind: Engine | Connection, service: Service, revision: str = "-1") -> None:
    """Take the database down to a revision, one step by default; in a transaction as ``upgrade`` does."""
    with _transaction(bind) as connection:
        command.downgrade(_config(service, connection), revision)


def head(service: Service) -> str:
    """Give the newest revision this program knows."""
    return ScriptDirectory.from_config(_config(service)).get_current_head() or ""


def knows(service: Service, revision: str) -> bool:
    """Tell whether a revision is one this program has the steps for."""
    script = ScriptDirectory.from_config(_config(service))
    return revision in {step.revision for step in script.walk_revisions()}


def current(bind: Engine | Connection) -> str:
    """Give the revision the database is at; empty where it was never migrated."""
    with _transaction(bind) as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
