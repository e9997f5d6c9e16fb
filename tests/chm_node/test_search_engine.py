"""The search engine finds records in many scripts and its facet counts match its results."""

from __future__ import annotations

from pathlib import Path

import pytest

from chm_node.publishing.search.engine import (
    FACETS,
    IndexBusy,
    SearchDocument,
    SearchRequest,
    dump_cursor,
    parse_cursor,
)
from chm_node.publishing.search.tantivy_engine import TantivyEngine
from chm_node.publishing.search.tokens import parse_query, tokens


def document(local_id: str, sequence: int, title: str, body: str = "", **facets: list[str]) -> SearchDocument:
    return SearchDocument(local_id, sequence, tokens(title), tokens(body), facets)


def found(engine: TantivyEngine, query: str, **filters: list[str]) -> set[str]:
    return {hit.local_id for hit in engine.search(SearchRequest(query, filters)).hits}


@pytest.fixture
def engine() -> TantivyEngine:
    made = TantivyEngine()
    made.apply(
        [
            document("en", 1, "Wetland inventory of Kenya", "Rivers and lakes", type=["dataset"], country=["KE"]),
            document("fr", 2, "Forêts protégées", "L'état des forêts", type=["resource"], country=["FR", "KE"]),
            document("zh", 3, "中国生物多样性保护战略", type=["resource"], country=["CN"]),
            document("ar", 4, "المناطق المحميّة في مصر", type=["resource"], country=["EG"]),
            document("ru", 5, "Ёлочные леса России", type=["resource"], country=["RU"]),
        ],
        [],
    )
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("wetland", {"en"}),
        ("WETLAND kenya", {"en"}),
        ("wet*", {"en"}),
        ("forets", {"fr"}),
        ("l'etat", {"fr"}),
        ("生物多样性", {"zh"}),
        ("保护", {"zh"}),
        ("战", {"zh"}),
        ("性生", set()),
        ("المناطق المحمية", {"ar"}),
        ("المحميّة", {"ar"}),
        ("елочные", {"ru"}),
        ('"rivers and lakes"', {"en"}),
        ('"lakes and rivers"', set()),
        ("-wetland", {"fr", "zh", "ar", "ru"}),
        ("wetland -kenya", set()),
        ("nothing-like-this", set()),
        ("", {"en", "fr", "zh", "ar", "ru"}),
        ('"" * ( ) AND', {"en"}),
    ],
)
def test_a_query_in_any_script_finds_what_it_should(engine: TantivyEngine, query: str, expected: set[str]) -> None:
    assert found(engine, query) == expected


def test_facet_counts_equal_the_results_of_choosing_them(engine: TantivyEngine) -> None:
    answer = engine.search(SearchRequest())
    assert set(answer.facets) == set(FACETS)
    for facet, counts in answer.facets.items():
        for entry in counts:
            assert engine.search(SearchRequest(filters={facet: [entry.value]})).total == entry.count
    assert {entry.value: entry.count for entry in answer.facets["country"]}["KE"] == 2


def test_values_of_one_facet_are_alternatives_and_facets_add_up(engine: TantivyEngine) -> None:
    assert found(engine, "", country=["CN", "EG"]) == {"zh", "ar"}
    assert found(engine, "", country=["KE"], type=["resource"]) == {"fr"}


def test_without_words_the_newest_comes_first(engine: TantivyEngine) -> None:
    assert [hit.local_id for hit in engine.search(SearchRequest(limit=2)).hits] == ["ru", "ar"]


def test_pages_follow_each_other_without_gap(engine: TantivyEngine) -> None:
    seen: list[str] = []
    offset: int | None = 0
    while offset is not None:
        answer = engine.search(SearchRequest(limit=2, offset=offset))
        seen += [hit.local_id for hit in answer.hits]
        offset = answer.next_offset
    assert len(seen) == len(set(seen)) == 5


def test_a_changed_record_replaces_its_older_self_and_a_deleted_one_goes(engine: TantivyEngine) -> None:
    engine.apply([document("en", 6, "Mangrove atlas")], ["fr"])
    assert found(engine, "wetland") == set()
    assert found(engine, "mangrove") == {"en"}
    assert found(engine, "forets") == set()
    assert engine.sequence() == 6


def test_an_index_in_a_directory_survives_and_admits_one_writer(tmp_path: Path) -> None:
    first = TantivyEngine(tmp_path)
    first.apply([document("a", 1, "peat")], [])
    writer = first._writer()
    second = TantivyEngine(tmp_path)
    assert found(second, "peat") == {"a"} or second.sequence() == 1
    with pytest.raises(IndexBusy):
        second.apply([document("b", 2, "bog")], [])
    del writer


def test_replacing_all_leaves_only_the_new(engine: TantivyEngine) -> None:
    engine.replace_all([document("x", 9, "coral")])
    assert found(engine, "") == {"x"}


def test_cursors_round_trip_and_others_are_refused() -> None:
    assert parse_cursor(dump_cursor(40)) == 40
    assert [parse_cursor(text) for text in ("", "!!", "abc", dump_cursor(10_001), "é")] == [None] * 5


def test_a_query_of_thousands_of_words_is_cut_short() -> None:
    assert len(parse_query("word " * 5_000)) == 32
