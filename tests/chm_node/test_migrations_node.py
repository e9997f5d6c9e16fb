"""The node's migrations lead from nothing to the tables the code uses, and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, delete, insert, inspect, update
from sqlalchemy.exc import DatabaseError

import migrations
from chm_node import tables
from chm_node.publishing.sql import make_engine, write

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def test_upgrade_from_empty_makes_exactly_the_tables_the_code_names(engine: Engine) -> None:
    migrations.upgrade(engine, "node")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    assert migrations.current(engine) == migrations.head("node") != ""


def test_down_one_step_and_up_again_ends_where_it_began(engine: Engine) -> None:
    migrations.upgrade(engine, "node")
    migrations.downgrade(engine, "node")
    assert migrations.current(engine) != migrations.head("node")
    migrations.upgrade(engine, "node")
    assert set(tables.metadata.tables) <= set(inspect(engine).get_table_names())


def test_a_version_can_be_neither_changed_nor_deleted(engine: Engine) -> None:
    migrations.upgrade(engine, "node")
    draft = {"local_id": "a", "state": "approved", "type": "news", "title": "", "record": "", "problems": ""}
    draft |= {"revision": 1, "published": True, "author": "", "created_at": NOW, "modified_at": NOW}
    version = {"local_id": "a", "number": 1, "native": b"{}", "fingerprint": "", "approved_by": "", "approved_at": NOW}
    with write(engine) as connection:
        connection.execute(insert(tables.draft), draft)
        connection.execute(insert(tables.version), version)
    for statement in (update(tables.version).values(native=b"other"), delete(tables.version)):
        with pytest.raises(DatabaseError, match="never changed or deleted"), write(engine) as connection:
            connection.execute(statement)
