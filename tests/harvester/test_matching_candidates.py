"""Keys of records in the database: found in both tables, capped, and settled without a change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

import migrations
from chm_node.publishing import sql
from harvester.resolution.matching.blocking import MAX_BEARERS, MAX_VAGUE, MAX_WEAK
from harvester.resolution.matching.candidates import add_keys, find_bearers, remove_keys, settle_keys


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = sql.make_engine(database_url)
    migrations.upgrade(engine, "harvester")
    yield engine
    engine.dispose()


def test_keys_are_found_alike_before_and_after_they_settle(engine: Engine) -> None:
    with sql.write(engine) as connection:
        add_keys(connection, [(-5, 1), (-5, 2), (9, 2)])
        assert settle_keys(connection, most=2)
        add_keys(connection, [(-5, 3), (2**63 - 1, 3)])
        assert not settle_keys(connection, most=2)
        found = find_bearers(connection, [-5, 9, 2**63 - 1, 77])
        assert found == {-5: {1, 2, 3}, 9: {2}, 2**63 - 1: {3}}
        assert settle_keys(connection, most=0)
        assert find_bearers(connection, [-5, 9, 2**63 - 1, 77]) == found


def test_a_key_taken_away_is_gone_from_wherever_it_lies(engine: Engine) -> None:
    with sql.write(engine) as connection:
        add_keys(connection, [(1, 1), (1, 2)])
        settle_keys(connection, most=0)
        add_keys(connection, [(1, 3)])
        remove_keys(connection, [(1, 2), (1, 3), (4, 4)])
        assert find_bearers(connection, [1, 4]) == {1: {1}}


@pytest.mark.parametrize(("key", "most"), [(8, MAX_BEARERS), (5, MAX_WEAK), (7, MAX_VAGUE)])
def test_of_a_crowded_key_no_more_than_the_cap_and_one_are_told_of_either_table(
    engine: Engine, key: int, most: int
) -> None:
    with sql.write(engine) as connection:
        add_keys(connection, [(key, bearer) for bearer in range(1, most + 11)])
        assert find_bearers(connection, [key]) == {key: set(range(1, most + 2))}
        settle_keys(connection, most=0)
        assert find_bearers(connection, [key]) == {key: set(range(1, most + 2))}
        add_keys(connection, [(key, 9_999)])
        assert find_bearers(connection, [key]) == {key: {*range(1, most + 2), 9_999}}
