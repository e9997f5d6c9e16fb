"""Database migrations of both services: bring a database up or down by address; each service has its own chain."""

from __future__ import annotations

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


def upgrade(engine: Engine, service: Service, revision: str = "head") -> None:
    """Bring the database up to a revision in one transaction, from empty if need be."""
    with engine.begin() as connection:
        command.upgrade(_config(service, connection), revision)


def downgrade(engine: Engine, service: Service, revision: str = "-1") -> None:
    """Take the database down to a revision, one step by default."""
    with engine.begin() as connection:
        command.downgrade(_config(service, connection), revision)


def head(service: Service) -> str:
    """Give the newest revision this program knows."""
    return ScriptDirectory.from_config(_config(service)).get_current_head() or ""


def current(engine: Engine) -> str:
    """Give the revision the database is at; empty where it was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
