"""Lists paged by position: what stays in a list is read, whatever else happens to it meanwhile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import AnswerUnreadable, SourceUnreachable
from harvester.protocols.pages import Named
from harvester.protocols.positions import Place, PositionList, Slice, Step, to_count

URL = "https://list.example/"
HEAD = Place()


def read(listing: PositionList[Named], place: Place = HEAD) -> list[Step[Named]]:
    return list(listing.walk(place))


def names(steps: list[Step[Named]]) -> list[str]:
    return [record.identifier for step in steps for record in step.part.records]


@given(
    size=st.integers(0, 60),
    rows=st.integers(1, 10),
    deletions=st.dictionaries(st.integers(1, 8), st.lists(st.integers(0, 59), max_size=25), max_size=5),
)
def test_what_stays_is_read_though_others_are_deleted_between_the_pages(
    size: int, rows: int, deletions: dict[int, list[int]]
) -> None:
    held = [f"r{number}" for number in range(size)]
    asked = 0

    def ask(start: int, wanted: int) -> Slice[Named]:
        nonlocal asked
        asked += 1
        for number in deletions.get(asked, []):
            if f"r{number}" in held:
                held.remove(f"r{number}")
        shown = tuple(Named(name) for name in held[start : start + wanted])
        return Slice(shown, len(shown), len(held))

    steps = read(PositionList(ask, URL, rows=rows, max_pages=1000))
    assert set(held) <= set(names(steps))
    assert [step.ends for step in steps] == [False] * (len(steps) - 1) + [True]


@given(size=st.integers(1, 60), rows=st.integers(1, 20), poison=st.integers(0, 59))
def test_one_record_that_cannot_be_read_costs_no_other(size: int, rows: int, poison: int) -> None:
    held = [Named(f"r{number}") for number in range(size)]

    def ask(start: int, wanted: int) -> Slice[Named]:
        if start <= poison < start + wanted and poison < size:
            raise AnswerUnreadable(url=URL, reason="poison")
        shown = tuple(held[start : start + wanted])
        return Slice(shown, len(shown), size)

    steps = read(PositionList(ask, URL, rows=rows, max_pages=1000))
    assert names(steps) == [f"r{number}" for number in range(size) if number != poison]
    assert sum(len(step.part.problems) for step in steps) == (poison < size)


@given(size=st.integers(0, 60), rows=st.integers(1, 10), stop=st.integers(0, 5))
def test_a_list_goes_on_at_the_place_of_any_of_its_pages(size: int, rows: int, stop: int) -> None:
    held = [Named(f"r{number}") for number in range(size)]

    def ask(start: int, wanted: int) -> Slice[Named]:
        shown = tuple(held[start : start + wanted])
        return Slice(shown, len(shown), size)

    steps = read(PositionList(ask, URL, rows=rows, max_pages=1000))
    first = steps[: stop + 1]
    if first[-1].cursor is not None:
        rest = read(PositionList(ask, URL, rows=rows, max_pages=1000), first[-1].place)
        assert names(first) + names(rest) == names(steps)
        assert rest[-1].remarks == ()


def test_a_source_that_is_down_is_not_taken_for_broken_records() -> None:
    asked = []

    def ask(start: int, rows: int) -> Slice[Named]:
        asked.append(rows)
        raise SourceUnreachable(url=URL, reason="HTTP status 500")

    with pytest.raises(SourceUnreachable):
        read(PositionList(ask, URL, rows=100, max_pages=1000))
    assert len(asked) < 10


def test_a_source_nobody_answers_for_is_asked_once() -> None:
    def ask(start: int, rows: int) -> Slice[Named]:
        raise SourceUnreachable(url=URL, reason="connection refused")

    with pytest.raises(SourceUnreachable, match="refused"):
        read(PositionList(ask, URL, rows=100, max_pages=1000))


@pytest.mark.parametrize(
    ("value", "count"), [(7, 7), (" 12 ", 12), ("1e9", None), (-1, None), (True, None), (None, None), (10**12, None)]
)
def test_only_a_plausible_number_is_a_count(value: object, count: int | None) -> None:
    assert to_count(value) == count
