"""Folding makes ways of writing alike, keeps what tells words apart, and folding twice is folding once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.resolution.forms.folding import collapse, fold, smooth, strip_noise
from harvester.resolution.forms.form import Facts
from harvester.resolution.forms.reading import to_form

SCRIPTS = st.text(
    alphabet=st.one_of(
        st.characters(blacklist_categories=("Cs",)),
        st.characters(min_codepoint=0x20, max_codepoint=0x24F),
        st.characters(min_codepoint=0x300, max_codepoint=0x52F),
        st.characters(min_codepoint=0x590, max_codepoint=0x6FF),
        st.characters(min_codepoint=0x900, max_codepoint=0xE7F),
        st.sampled_from("\u200c\u200d\u200e\u00ad&;<>#ИйЁёİıßﬁالأ"),
    ),
    max_size=40,
)

ALIKE = [
    ("Stratégie &amp; plan d’action", "STRATEGIE & PLAN D'ACTION"),
    ("<i>Panthera leo</i> in Kenya", "Panthera leo in Kenya"),
    ("Œuvre", "oeuvre"),
    ("ﬁsh", "fish"),
    ("Straße", "STRASSE"),
    ("İstanbul Işık", "istanbul isik"),
    ("2011–2020", "2011-2020"),
    ("２０１１年", "2011年"),
    ("٢٠١١", "2011"),
    ("۲۰۱۱", "2011"),
    ("التَّقريرُ الوطنيّ", "التقرير الوطني"),
    ("إستراتيجية", "استراتيجيه"),
    ("تقـــرير", "تقرير"),
    ("على", "علي"),
    ("کتاب", "كتاب"),
    ("می\u200cشود", "می شود"),
    ("soft\u00adware", "soft-ware"),
    ("a\u200eb", "ab"),
    ("e\u0301te\u0301", "été"),
    ("и\u0306од", "йод"),
    ("μέλι", "μελι"),
    ("Ł\u00f3d\u017a", "lodz"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_ways_of_writing_come_out_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("май", "маи"),
        ("все", "всё"),
        ("कम", "काम"),
        ("ก", "กา"),
        ("が", "か"),
        ("مؤتمر", "موتمر"),
        ("क\u094d\u200dष", "क\u094dष"),
    ],
)
def test_letters_that_tell_words_apart_stay(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_keys_take_short_i_and_yo_as_their_plain_letters() -> None:
    assert collapse(fold("Ёж и чайник")) == "еж и чаиник"


@given(SCRIPTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(SCRIPTS)
def test_a_folded_text_has_single_blanks_and_no_capitals(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert folded == folded.lower()


NOISE = [
    ("Introduction – final version", "introduction", True),
    ("Report (PDF)", "report", False),
    ("Report [final]", "report", True),
    ("Rapport (en ligne)", "rapport", False),
    ("Report (English).pdf", "report", False),
    ("Report [electronic resource]", "report", False),
    ("Kenya NBSAP | CBD", "kenya nbsap", False),
    ("Kenya NBSAP | Clearing-House Mechanism of Kenya", "kenya nbsap", False),
    ("Отчёт (окончательная версия)", "отчёт", True),
    ("Informe (español)", "informe", False),
    ("报告（中文）", "报告", False),
    ("التقرير (نهائي)", "التقرير", True),
    ("Report (1.2 MB)", "report", False),
    ("The final frontier", "the final frontier", False),
    ("Report (draft)", "report (draft)", False),
    ("Fauna (Kenya)", "fauna (kenya)", False),
    ("(PDF)", "(pdf)", False),
    ("Cats | Dogs", "cats | dogs", False),
]  # fmt: skip


@pytest.mark.parametrize(("title", "kept", "final"), NOISE)
def test_what_is_no_part_of_a_title_goes_and_a_draft_stays_one(title: str, kept: str, final: bool) -> None:
    assert strip_noise(smooth(title)) == (kept, final)


@pytest.mark.parametrize("figure", ["5", "٥", "५", "⑤", "❺", "➄", "፭", "⁵"])
def test_a_figure_of_any_script_or_ornament_is_read_as_one(figure: str) -> None:
    assert fold(f"volume {figure}") == "volume 5"
    assert to_form(Facts(titles={"und": f"Wetlands, volume {figure}"})).parts == (("volume", "5"),)
