"""Numbers in titles are read by what they count, in six languages, written as figures, words or roman numerals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.resolution.forms.folding import collapse, fold
from harvester.resolution.forms.form import Facts
from harvester.resolution.forms.ordinals import (
    find_chinese,
    find_compound,
    find_roman,
    find_slipped,
    is_one_slip,
    ordinal_words,
)
from harvester.resolution.forms.reading import to_form

ORDINALS = [
    *(("fifth", 5), ("Cinquième", 5), ("quinto", 5), ("quinta", 5), ("пятый", 5), ("пятого", 5), ("пятой", 5)),
    *(("الخامس", 5), ("الخامسة", 5), ("للخامس", 5), ("Première", 1), ("primer", 1), ("третий", 3), ("третьего", 3)),
    *(("twentieth", 20), ("décimo", 10), ("восьмое", 8), ("الأولى", 1), ("الثاني", 2), ("العاشر", 10)),
]


@pytest.mark.parametrize(("word", "value"), ORDINALS)
def test_ordinals_are_known_in_their_inflections(word: str, value: int) -> None:
    assert ordinal_words()[collapse(fold(word))] == value


COMPOUNDS = [
    ("decimo quinta", 15), ("vigésima cuarta", 24), ("twenty fourth", 24), ("twenty-first", 21),
    ("vingt et unième", 21),
    ("vingt-quatrième", 24), ("двадцать четвертое", 24), ("الخامس عشر", 15), ("الثانية عشرة", 12),
]  # fmt: skip


@pytest.mark.parametrize(("words", "value"), COMPOUNDS)
def test_ordinals_of_several_words_are_one_number(words: str, value: int) -> None:
    folded = collapse(fold(words)).split()
    assert find_compound(folded, 0) == (value, len(folded))


SLIPS = [
    ("sixht", 6), ("fith", 5), ("fouth", 4), ("thrid", 3), ("seccond", 2), ("اثلاني", 2), ("cuato", 4), ("cinquime", 5),
    ("пятыи", None), ("fourth", None), ("north", None), ("birth", None), ("kenya", None), ("الابع", None),
    ("الاسع", None), ("الاثل", None), ("الثالت", None), ("السباع", 7), ("venth", None), ("ifth", 5), ("eventh", 7),
]  # fmt: skip


@pytest.mark.parametrize(("word", "value"), SLIPS)
def test_one_slip_is_allowed_for_and_a_word_near_two_ordinals_is_neither(word: str, value: int | None) -> None:
    assert find_slipped(collapse(fold(word))) == value


@given(st.sampled_from(sorted(ordinal_words())), st.data())
def test_exchanging_two_neighbours_is_one_slip(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, max(0, len(word) - 2)))
    other = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    assert is_one_slip(word, other) is (word != other)
    assert is_one_slip(other, word) is (word != other)


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [("abc", "abcd", True), ("abcd", "abd", True), ("abc", "axc", True), ("abc", "abc", False), ("abcd", "badc", False),
     ("abc", "abcde", False), ("", "a", True), ("abc", "cba", False)],
)  # fmt: skip
def test_what_one_slip_is(one: str, other: str, slip: bool) -> None:
    assert is_one_slip(one, other) is slip


@pytest.mark.parametrize(
    ("word", "value"),
    [("i", 1), ("iv", 4), ("ix", 9), ("xii", 12), ("xxxix", 39), ("iiii", None), ("mix", None), ("", None)],
)
def test_roman_numerals_are_read(word: str, value: int | None) -> None:
    assert find_roman(word) == value


@pytest.mark.parametrize(
    ("digits", "value"), [("五", 5), ("十", 10), ("十二", 12), ("二十", 20), ("二十四", 24), ("7", 7), ("百", None)]
)
def test_chinese_numbers_are_read(digits: str, value: int | None) -> None:
    assert find_chinese(digits) == value


TITLES = [
    ("Guidelines, volume 2", {("volume", "2")}, set()),
    ("Guidelines, vol. II", {("volume", "2")}, set()),
    ("Guidelines, volume two", {("volume", "2")}, set()),
    ("Lignes directrices, tome 2", {("volume", "2")}, set()),
    ("Directrices, volumen 2", {("volume", "2")}, set()),
    ("Руководство, том 2", {("volume", "2")}, set()),
    ("مبادئ توجيهية، المجلد ٢", {("volume", "2")}, set()),
    ("指南 第二卷", {("volume", "2")}, set()),
    ("指南 第2卷", {("volume", "2")}, set()),
    ("Workshop, phase 3", {("phase", "3")}, set()),
    ("Workshop, pahse 3", {("phase", "3")}, set()),
    ("Семинар, этап 3", {("phase", "3")}, set()),
    ("حلقة عمل، المرحلة 3", {("phase", "3")}, set()),
    ("研讨会 第3期", {("phase", "3")}, set()),
    ("Third edition", {("edition", "3")}, set()),
    ("3rd ed.", {("edition", "3")}, set()),
    ("3e édition", {("edition", "3")}, set()),
    ("Tercera edición", {("edition", "3")}, set()),
    ("3-е издание", {("edition", "3")}, set()),
    ("الطبعة الثالثة", {("edition", "3")}, set()),
    ("第三版", {("edition", "3")}, set()),
    ("Part B", {("part", "b")}, set()),
    ("Part one", {("part", "1")}, set()),
    ("Première partie", {("part", "1")}, set()),
    ("Version 2.1", {("version", "2.1")}, set()),
    ("Issue no. 5", {("issue", "5")}, set()),
    ("Sheet NE-33", {("sheet", "ne-33")}, set()),
    ("Fifteenth session", {("session", "15")}, set()),
    ("الدورة الخامسة عشرة", {("session", "15")}, set()),
    ("COP15", {("cop", "15")}, set()),
    ("Strategy 2011–2020", {("period", "2011-2020")}, set()),
    ("Strategy 2011-20", {("period", "2011-2020")}, set()),
    ("Strategy 2018/19", {("period", "2018-2019")}, set()),
    ("Stratégie 2011 à 2020", {("period", "2011-2020")}, set()),
    ("с 2011 по 2020 год", {("period", "2011-2020")}, set()),
    ("战略 2011年至2020年", {("period", "2011-2020")}, set()),
    ("Annual report 2007", {("year", "2007")}, set()),
    ("摩尔多瓦2003年年度报告", {("year", "2003")}, set()),
    ("Top 10 species", set(), {"10"}),
    ("Web 2.0", set(), {"2"}),
    ("Web 2.5", set(), {"2.5"}),
    ("Second look at forests", set(), {"2"}),
    ("Natura 2000", {("year", "2000")}, set()),
    ("No one alike", set(), set()),
    ("A part of the plan", set(), set()),
    ("CD-ROM", set(), set()),
]  # fmt: skip


@pytest.mark.parametrize(("title", "parts", "numbers"), TITLES)
def test_numbers_are_told_by_what_they_count(title: str, parts: set[tuple[str, str]], numbers: set[str]) -> None:
    form = to_form(Facts(titles={"und": title}))
    assert (set(form.parts), set(form.numbers)) == (parts, numbers)


@given(st.integers(1, 30))
def test_a_volume_is_the_same_in_figures_and_roman(value: int) -> None:
    roman = next(word for word in _ROMANS if find_roman(word) == value)
    figures, letters = (to_form(Facts(titles={"en": f"Flora, volume {each}"})).parts for each in (value, roman.upper()))
    assert figures == letters == (("volume", str(value)),)


_UNITS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMANS = [tens + unit for tens in ("", "x", "xx", "xxx") for unit in _UNITS]
