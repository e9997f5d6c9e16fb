"""A fast source is saved in groups of pages, a slow one page by page; nothing is lost on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from harvester.errors import SourceUnreachable
from harvester.protocols.pages import Page
from harvester.raw import new_raw
from harvester.running.grouping import Retrieved, grouped, limited


def pages_of(number: int, size: int, *, breaks: bool = False) -> Iterator[Retrieved]:
    for at in range(number):
        raws = tuple(new_raw(f"r{at}-{each}", b"{}", format="native", datestamp=None) for each in range(size))
        yield Page(raws, cursor=f"after {at}", response_date=f"answer {at}", total=number * size), None
    if breaks:
        raise SourceUnreachable(url="http://ke.example", reason="connection reset")


def test_groups_begin_with_one_page_double_and_stay_near_five_hundred_records() -> None:
    groups = [page for page, _ in grouped(pages_of(30, 100))]
    assert [len(page.records) for page in groups][:4] == [100, 200, 400, 500]
    assert max(len(page.records) for page in groups) == 500
    assert [raw for page in groups for raw in page.records] == [
        raw for page, _ in pages_of(30, 100) for raw in page.records
    ]
    assert sum(page.answers for page in groups) == 30
    assert (groups[1].cursor, groups[1].response_date) == ("after 2", "answer 1")


def test_what_came_before_an_error_of_the_source_is_given_first() -> None:
    seen = []
    with pytest.raises(SourceUnreachable):
        for page, _ in grouped(pages_of(4, 10, breaks=True)):
            seen.append(len(page.records))
    assert seen == [10, 20, 10]


def test_a_slow_source_is_given_page_by_page() -> None:
    def slow() -> Iterator[Retrieved]:
        for answer in pages_of(3, 10):
            time.sleep(0.3)
            yield answer

    assert [page.answers for page, _ in grouped(slow())] == [1, 1, 1]


def test_a_limit_cuts_the_page_it_falls_in_and_asks_for_no_further_one() -> None:
    asked = pages_of(10, 10, breaks=True)
    assert [len(page.records) for page, _ in limited(asked, 25)] == [10, 10, 5]
    assert next(asked)[0].cursor == "after 3"
