"""The tables of a node: working copies, immutable versions, accounts and tokens, and the published side; no query."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)  # fmt: skip

from chm_node.publishing.tables import add_publication_tables

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware UTC date and time in both databases; SQLite itself would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant in UTC; an instant without a zone is a mistake of the caller."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored instant as UTC."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


metadata = MetaData(naming_convention=NAMING)

draft = Table(
    "draft",
    metadata,
    Column("local_id", String(128), primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("type", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("record", Text, nullable=False, comment="native JSON of the working copy"),
    Column("problems", Text, nullable=False, comment="JSON list"),
    Column("revision", Integer, nullable=False, comment="counts every change; guards against lost updates"),
    Column("published", Boolean, nullable=False, comment="whether some version is public now"),
    Column("author", String(254), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("modified_at", Instant, nullable=False),
)
"""One working copy a record; the only mutable form of it."""

version = Table(
    "version",
    metadata,
    Column("local_id", String(128), ForeignKey("draft.local_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("native", LargeBinary, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("approved_by", String(254), nullable=False),
    Column("approved_at", Instant, nullable=False),
)
"""What was approved, for good: triggers refuse to change or delete a row."""

transition = Table(
    "transition",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("local_id", String(128), ForeignKey("draft.local_id"), nullable=False),
    Column("source", String(16), nullable=False),
    Column("target", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(254), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_transition_local_id_id", "local_id", "id"),
)
"""Every step every record took."""

account = Table(
    "account",
    metadata,
    Column("email", String(254), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""People who may sign in."""

token = Table(
    "token",
    metadata,
    Column("prefix", String(16), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("label", String(254), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
)
"""Programs that may write; the token itself is not kept."""

setting = Table(
    "setting",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""What the node remembers about itself between runs, such as the node id its records were minted under."""

publication = add_publication_tables(metadata)
"""The published side: written only through ``publishing.publication.publish``."""
