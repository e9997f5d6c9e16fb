"""The harvester's tables; says how things are stored and nothing about when."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
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
)

from chm_node.publishing.tables import add_publication_tables

_LAYOUT = "%Y-%m-%dT%H:%M:%S.%fZ"


@lru_cache(maxsize=64)
def _dump_instant(at: datetime) -> str:
    # a page's rows all bear the same few instants
    return at.astimezone(UTC).strftime(_LAYOUT)


class UtcInstant(TypeDecorator[datetime]):
    """An aware UTC instant, kept as text of fixed width, so that it sorts and compares alike in every database."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Give the text of an aware instant."""
        return None if value is None else _dump_instant(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the instant back."""
        return None if value is None else datetime.strptime(value, _LAYOUT).replace(tzinfo=UTC)


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)

source = Table(
    "source",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("protocol", String(32), nullable=False),
    Column("country", String(2)),
    Column("every_s", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("added_at", UtcInstant, nullable=False),
    Column("next_due_at", UtcInstant, nullable=False),
    # where the next run begins: `since` after a complete list, `cursor` inside an interrupted one
    Column("since", Text),
    Column("cursor", Text),
    Column("pending_since", Text),
    Column("lease_owner", Text),
    Column("lease_token", String(36)),
    Column("lease_until", UtcInstant),
    Column("failures", Integer, nullable=False),
    Column("last_run_id", Integer),
    Column("last_success_at", UtcInstant),
    Index("source_due", "next_due_at"),
)

source_setting = Table(
    "source_setting",
    metadata,
    Column("source_id", ForeignKey("source.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(63), primary_key=True),
    Column("value", Text, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", String(63), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("reason_code", String(40), nullable=False),
    Column("owner", Text, nullable=False),
    Column("started_at", UtcInstant, nullable=False),
    Column("heartbeat_at", UtcInstant, nullable=False),
    Column("finished_at", UtcInstant),
    Column("since", Text),
    Column("began_at_cursor", Text),
    Column("cursor", Text),
    Column("first_response_date", Text),
    Column("expected", Integer),
    Column("pages", Integer, nullable=False),
    *(
        Column(name, Integer, nullable=False)
        for name in ("read", "created", "updated", "unchanged", "deleted", "refused", "failed", "warned")
    ),
    Column("stages", Text, nullable=False),
    Column("code_version", String(40), nullable=False),
    Index("run_of_source", "source_id", "id"),
    Index("run_by_state", "state"),
)

raw_record = Table(
    "raw_record",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("identifier", Text, primary_key=True),
    Column("format", String(32), nullable=False),
    Column("datestamp", Text),
    Column("deleted", Boolean, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("sets", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("fetched_at", UtcInstant, nullable=False),
    Column("run_id", Integer, nullable=False),
    Index("raw_record_fetched", "source_id", "fetched_at"),
)

source_record = Table(
    "source_record",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("identifier", Text, primary_key=True),
    Column("state", String(8), nullable=False),
    Column("code", String(40), nullable=False),
    Column("problems", Text, nullable=False),
    # the last accepted version; empty once deleted. Later refusals leave it in place
    Column("record", LargeBinary),
    Column("fingerprint", String(64)),
    Column("accepted_at", UtcInstant),
    # the canonical id, kept after a deletion so that a record that comes back gets it again
    Column("local_id", String(128)),
    Column("run_id", Integer, nullable=False),
    Index("source_record_local_id", "local_id"),
    Index("source_record_state", "source_id", "state"),
)

identity_key = Table(
    "identity_key",
    metadata,
    Column("key", Text, primary_key=True),
    Column("source_id", String(63), primary_key=True),
    Column("identifier", Text, primary_key=True),
    Index("identity_key_of_record", "source_id", "identifier"),
)

outcome = Table(
    "outcome",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, nullable=False),
    Column("source_id", String(63), nullable=False),
    Column("identifier", Text, nullable=False),
    Column("outcome", String(9), nullable=False),
    Column("code", String(40), nullable=False),
    Column("problems", Text, nullable=False),
    Column("local_id", String(128)),
    Column("happened_at", UtcInstant, nullable=False),
    Index("outcome_of_run", "run_id", "id"),
    Index("outcome_of_source", "source_id", "id"),
)

publication = add_publication_tables(metadata)
