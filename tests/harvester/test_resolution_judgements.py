"""What is said of two records is kept, ended and found again, and people do not contradict one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, text

import migrations
from chm_node.publishing import sql
from harvester.resolution.among import among
from harvester.resolution.graph.judgements import (
    Judgement,
    Verdict,
    check_contradiction,
    end,
    find_judgement,
    find_live,
    history,
    judge,
)
from harvester.resolution.graph.verdicts import to_verdicts
from harvester.tables import form, identity_key, judgement, matching_queue, source_record

AT = datetime(2026, 5, 1, tzinfo=UTC)
A, B, C, D = (("one", "a"), ("two", "b"), ("three", "c"), ("two", "d"))


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = sql.make_engine(database_url)
    migrations.upgrade(engine, "harvester")
    with sql.write(engine) as connection:
        yield connection
    engine.dispose()


def said(one: tuple[str, str], two: tuple[str, str], verdict: Verdict = "same", by: str = "ana") -> Judgement:
    return Judgement(one, two, verdict, "person", by)


def test_a_pair_has_one_name_whichever_record_comes_first(connection: Connection) -> None:
    model = Judgement(B, A, "unsure", "model", "weights", model_version="3", probability=0.71, evidence=[{"bits": 4}])
    [made] = judge(connection, [model], now=AT)
    assert find_live(connection, [A]) == find_live(connection, [B]) == [replace(model, id=made, made_at=AT)]
    assert (model.a, model.b) == (A, B)
    assert find_live(connection, [C]) == []
    with pytest.raises(ValueError, match="itself"):
        said(A, A)


def test_a_relation_is_read_from_either_end_whichever_was_named_first(connection: Connection) -> None:
    part = Judgement(B, A, "different", "person", "ana", relation="part_of")
    judge(connection, [part], now=AT)
    [kept] = find_live(connection, [A])
    assert (kept.a, kept.relation) == (A, "has_part")
    assert (kept.relation_from(B), kept.relation_from(A)) == ("part_of", "has_part")
    model = Judgement(B, A, "unsure", "model", "w", relation="translation_of", probability=0.5)
    assert model.relation_from(A) == model.relation_from(B) == "translation_of"


def test_saying_the_same_again_writes_nothing_and_another_word_ends_the_first(connection: Connection) -> None:
    [first] = judge(connection, [said(A, B)], now=AT)
    assert judge(connection, [said(B, A)], now=AT + timedelta(days=1)) == []
    later = AT + timedelta(days=2)
    [second, model] = judge(
        connection, [said(A, B, "different", "ben"), Judgement(A, B, "same", "model", "w", probability=0.9)], now=later
    )
    assert [each.id for each in find_live(connection, [A, B])] == [second, model]
    ended = find_judgement(connection, first)
    assert ended is not None
    assert (ended.ended_at, ended.ended_by, ended.ended_why) == (later, "ben", "judged again: different")
    assert [each.id for each in history(connection, B)] == [first, second, model]


def test_what_is_ended_counts_no_more_and_stays_in_the_history(connection: Connection) -> None:
    [made] = judge(connection, [said(A, B)], now=AT)
    end(connection, [made], by="ben", why="a mistake", now=AT)
    end(connection, [made], by="eve", why="too late", now=AT)
    assert find_live(connection, [A, B]) == []
    assert [(each.ended_by, each.ended_why) for each in history(connection, A)] == [("ben", "a mistake")]


def test_a_contradiction_is_shown_as_the_chain_of_what_people_said(connection: Connection) -> None:
    judge(connection, [said(A, B), said(B, C)], now=AT)
    assert check_contradiction(connection, said(A, C, "different")) == [A, B, C]
    assert check_contradiction(connection, said(A, B, "different")) is None, "a person may change a mind"
    assert check_contradiction(connection, said(A, C, "unsure")) is None
    judge(connection, [said(C, D, "different")], now=AT)
    assert check_contradiction(connection, said(D, A)) == [C, B, A, D]
    assert check_contradiction(connection, said(C, D)) is None
    judge(connection, [Judgement(A, C, "different", "model", "w")], now=AT)
    assert check_contradiction(connection, said(A, C)) is None, "a person outranks a model"


def test_people_outrank_owners_and_those_rules_and_models_and_a_relation_joins_nothing() -> None:
    model, rule = Judgement(A, B, "same", "model", "w", probability=0.9), Judgement(A, B, "different", "rule", "slot")
    assert to_verdicts([model]).by_models == (model.pair,)
    assert to_verdicts([model, rule]).apart == {model.pair}
    owner = Judgement(A, B, "same", "owner", "statement")
    assert to_verdicts([model, rule, owner]).by_rules == (model.pair,)
    assert to_verdicts([model, rule, owner, said(A, B, "different")]).apart_by_people == {model.pair}
    unsure = to_verdicts([model, said(A, B, "unsure")])
    assert (unsure.by_models, unsure.apart) == ((), frozenset())
    version = to_verdicts([replace(said(A, B), relation="version_of"), model])
    assert (version.by_people, version.by_models, version.apart) == ((), (), frozenset())
    assert to_verdicts([replace(model, ended_at=AT)]).by_models == ()


def test_asking_about_some_records_reads_no_table_whole(database_url: str, connection: Connection) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("a planner with statistics reads a small table whole, and rightly so")
    places = [A, B, C, D]
    for table, source_id, identifier in (
        (judgement, judgement.c.a_source, judgement.c.a_identifier),
        (judgement, judgement.c.b_source, judgement.c.b_identifier),
        (identity_key, identity_key.c.source_id, identity_key.c.identifier),
        (source_record, source_record.c.source_id, source_record.c.identifier),
        (form, form.c.source_id, form.c.identifier),
        (matching_queue, matching_queue.c.source_id, matching_queue.c.identifier),
    ):
        asked = select(table).where(among(source_id, identifier, places))
        words = asked.compile(connection.engine, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {words}"))]
        assert plan, "the planner says what it does"
        assert not [step for step in plan if step.startswith("SCAN")], plan
