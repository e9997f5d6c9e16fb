"""Runs of letters hashed for many titles at once come out as they do title by title."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harvester.resolution.matching import blocking
from harvester.resolution.matching.grams import smallest_grams

TITLES = st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True)


@given(titles=TITLES)
def test_grams_of_many_titles_are_those_of_each(titles: list[str]) -> None:
    assert smallest_grams(titles) == {title: blocking.smallest_grams(title) for title in titles}


def test_grams_are_those_of_each_title_in_any_script() -> None:
    titles = [
        "wetlands of lake chad",
        "озеро чад",
        "湿地生物多样性的保护与管理",
        "𐐷𐐷𐐷𐐷𐐷𐐷 𐐷a",
        "aaaaaaaaaaaa",
        "",
        "abcd",
    ]
    assert smallest_grams(titles) == {title: blocking.smallest_grams(title) for title in titles}
    assert smallest_grams([]) == {}
