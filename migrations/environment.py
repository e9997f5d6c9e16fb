"""What the env.py of both services does: run the steps on the connection handed in, or on CHM_DATABASE_URL by hand."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection, MetaData, create_engine


def run(metadata: MetaData) -> None:
    """Run the migrations that the command at hand asks for."""
    connection: Connection | None = context.config.attributes.get("connection")
    if connection is not None:
        _run_on(connection, metadata)
        return
    with create_engine(os.environ["CHM_DATABASE_URL"]).begin() as own:
        _run_on(own, metadata)


def _run_on(connection: Connection, metadata: MetaData) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
