"""The harvester's migrations lead from nothing to the tables the code uses, and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

import migrations
from chm_node.publishing.sql import make_engine
from harvester import tables


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def test_upgrade_from_empty_makes_exactly_the_tables_the_harvester_names(engine: Engine) -> None:
    migrations.upgrade(engine, "harvester")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    assert migrations.current(engine) == migrations.head("harvester") != ""


def test_harvester_down_one_step_and_up_again_ends_where_it_began(engine: Engine) -> None:
    migrations.upgrade(engine, "harvester")
    migrations.downgrade(engine, "harvester")
    assert migrations.current(engine) != migrations.head("harvester")
    migrations.upgrade(engine, "harvester")
    assert set(tables.metadata.tables) <= set(inspect(engine).get_table_names())
