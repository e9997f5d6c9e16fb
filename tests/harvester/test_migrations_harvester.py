"""The harvester's migrations lead from nothing to the tables the code uses, and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

import migrations
from chm_node.publishing.sql import make_engine
from harvester import tables
from harvester.records.debts import find_due


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


def test_what_was_refused_before_there_were_debts_is_tried_by_this_program(engine: Engine) -> None:
    migrations.upgrade(engine, "harvester", "0001")
    row = {"source_id": "ke", "code": "TITLE_MISSING", "problems": "[]", "run_id": 7}
    columns = [
        tables.source_record.c[name] for name in ("source_id", "identifier", "state", "code", "problems", "run_id")
    ]
    names = ", ".join(column.name for column in columns)
    values = ", ".join(f":{column.name}" for column in columns)
    with engine.begin() as connection:
        for identifier, state in (("a", "refused"), ("b", "accepted"), ("c", "failed")):
            statement = text(f"INSERT INTO source_record ({names}) VALUES ({values})")
            connection.execute(statement, row | {"identifier": identifier, "state": state})
    migrations.upgrade(engine, "harvester")
    with engine.connect() as connection:
        due = find_due(connection, "ke", datetime(2026, 5, 1, tzinfo=UTC), fetches=False, limit=5)
    assert [(owed.identifier, owed.stage) for owed in due] == [("a", "validate"), ("c", "crosswalk")]
