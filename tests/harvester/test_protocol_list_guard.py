"""A list paged by addresses or offsets is left as soon as it is sure not to end."""

from __future__ import annotations

from harvester.protocols.list_guard import ListGuard

ROOT = "https://data.example/catalogue"


def test_a_list_that_brings_news_and_ends_is_in_order() -> None:
    guard = ListGuard(10)
    assert guard.notice(f"{ROOT}?page=1", ["a", "b"], f"{ROOT}?page=2") is None
    assert guard.notice(f"{ROOT}?page=2", ["b", "c"], None) is None
    assert guard.seen == 3
    assert guard.is_known("c")
    assert not guard.is_known("d")


def test_a_page_that_names_itself_is_noticed_whatever_its_fragment() -> None:
    assert "names itself" in (ListGuard(10).notice(f"{ROOT}?page=1", ["a"], f"{ROOT}?page=1#next") or "")


def test_a_page_visited_before_is_noticed() -> None:
    guard = ListGuard(10)
    assert guard.notice("A", ["a"], "B") is None
    assert "leads back to A" in (guard.notice("B", ["b"], "A") or "")


def test_pages_without_news_are_counted_in_a_row_only() -> None:
    guard = ListGuard(100)
    assert [guard.notice(str(at), ["a"], str(at + 1)) for at in range(3)] == [None, None, None]
    assert guard.notice("3", ["b"], "4") is None
    assert [guard.notice(str(at), [], str(at + 1)) for at in (4, 5)] == [None, None]
    assert guard.notice("6", [], "7") == "3 pages in a row brought nothing new"


def test_records_without_an_identifier_are_news() -> None:
    guard = ListGuard(100)
    assert [guard.notice(str(at), [], str(at + 1), unread=True) for at in range(5)] == [None] * 5


def test_a_list_has_a_most_number_of_pages() -> None:
    guard = ListGuard(2)
    assert guard.notice("1", ["a"], "2") is None
    assert guard.notice("2", ["b"], "3") == "it has more than 2 pages"


def test_an_offset_that_does_not_grow_is_noticed() -> None:
    guard = ListGuard(100)
    assert guard.notice("1", ["a"], "2", next_place=100) is None
    assert guard.notice("2", ["b"], "3", next_place=200) is None
    assert guard.notice("3", ["c"], "4", next_place=200) == "after place 200 it goes to place 200"
