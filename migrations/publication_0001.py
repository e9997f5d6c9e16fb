"""The published side as the first migration of both services makes it; frozen, however the tables change later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("clock", "item_set", "change", "rendition", "item")


def create() -> None:
    """Create the five tables."""
    op.create_table(
        "item",
        sa.Column("local_id", sa.String(128), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("sequence", NUMBER, nullable=False),
        sa.Column("datestamp", NUMBER, nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("sets", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("local_id", name="pk_item"),
        sa.UniqueConstraint("record_id", name="uq_item_record_id"),
        sa.UniqueConstraint("sequence", name="uq_item_sequence"),
    )
    op.create_index("item_datestamp", "item", ["datestamp", "sequence"])
    op.create_table(
        "rendition",
        sa.Column("local_id", sa.String(128), nullable=False),
        sa.Column("format", sa.String(32), nullable=False),
        sa.Column("site_key", sa.String(16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("local_id", "format", name="pk_rendition"),
    )
    op.create_table(
        "change",
        sa.Column("sequence", NUMBER, autoincrement=False, nullable=False),
        sa.Column("local_id", sa.String(128), nullable=False),
        sa.Column("op", sa.String(8), nullable=False),
        sa.Column("datestamp", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_change"),
    )
    op.create_table(
        "item_set",
        sa.Column("set_spec", sa.String(64), nullable=False),
        sa.Column("sequence", NUMBER, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("set_spec", "sequence", name="pk_item_set"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", NUMBER, server_default="0", nullable=False),
        sa.Column("datestamp", NUMBER, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clock"),
    )


def drop() -> None:
    """Drop the five tables."""
    for table in TABLES:
        op.drop_table(table)
