"""Numbers of one kind are read alike in six languages, and what only looks like one is left alone."""

from __future__ import annotations

import pytest

from harvester.resolution.forms.form import Facts, Form
from harvester.resolution.forms.reading import to_form

Parts = set[tuple[str, str]]

ALIKE: list[tuple[Parts, str]] = [
    (
        {("edition", "2")},
        "Manual, 2.ª ed. | Manual. 2da ed. | Manual, 2ª edición | Manual 2° edición | Guide, 2nd edn. | "
        "Guide, 2e éd. | Rukovodstvo, 2-e izdanie | Rukovodstvo, 2-e izd. | Руководство. 2-е изд. | "
        "Руководство. Изд. 2-е | Руководство, издание второе | دليل، الطبعة الثانية | دليل (ط. 2) | "
        "دليل، ط2 | 指南（第2版） | Guide, second editon",
    ),
    (
        {("phase", "2")},
        "HPMP stage 2 | HPMP, stage II | PGEH étape 2 | PGEH phase II | PGEH etapa II | II etapa del PGEH | "
        "ПРППО этап II | ПРППО, второй этап | خطة، المرحلة الثانية | خطة، المرحلة ٢ | 淘汰计划 第二阶段 | "
        "淘汰计划阶段2 | HPMP pahse II",
    ),
    (
        {("session", "3")},
        "Webinar, session 3 | Séminaire, séance III | Seminario web, sesión 3 | Вебинар, занятие 3 | "
        "Вебинар, занятие третье | ندوة، الجلسة 3 | ندوة، الجلسة الثالثة | 网络研讨会 第3场 | 网络研讨会（第三场）",
    ),
    (
        {("target", "15")},
        "National target 15 | National Biodiversity Target 15 | Objectif national 15 | Cible 15 | "
        "Meta nacional 15 | Objetivo nacional 15 | Национальная целевая задача 15 | Задача 15 | "
        "الهدف الوطني 15 | 国家目标15 | 第15个国家目标 | 行动目标 15： | 爱知生物多样性目标15",
    ),
    (
        {("goal", "15")},
        "SDG 15 | ODD 15 | ODS 15 | ЦУР 15 | Sustainable Development Goal 15",
    ),
    (
        {("cop", "15")},
        "Address to COP 15 | Address to COP15 | Allocution à la CdP 15 | Выступление на КС 15",
    ),
    (
        {("date", "2002-10-01"), ("year", "2002")},
        "Ice chart, October 1, 2002 | Ice chart, 1 October 2002 | Ice chart 1st Oct. 2002 | "
        "Carte, 1er octobre 2002 | Carta, 1 de octubre de 2002 | Карта, 1 октября 2002 г. | "
        "خريطة، 1 أكتوبر 2002 | خريطة، ١ تشرين الأول ٢٠٠٢ | 冰图，2002年10月1日 | Ice chart 2002-10-01 | "
        "Карта 01.10.2002",
    ),
    (
        {("month", "2010-03"), ("year", "2010")},
        "Newsletter, March 2010 | Bulletin, mars 2010 | Boletín, marzo de 2010 | Бюллетень, март 2010 | "
        "نشرة، مارس 2010 | نشرة، آذار 2010 | 通讯 2010年3月",
    ),
    (
        {("volume", "1")},
        "Handbook. Volue I | Handbook, volumne 1 | Handbook, vol. I",
    ),
    (
        {("scale", "250000"), ("sheet", "nf-33")},
        "Soil map 1:250,000, sheet NF-33 | Soil map 1 : 250 000. Sheet NF-33 | Почвенная карта 1:250000, лист NF-33 | "
        "Carte des sols 1/250.000, feuille NF-33",
    ),
    (
        {("number", "12"), ("year", "1999")},
        "Act No. 12 of 1999 | Ley N° 12 de 1999 | Закон № 12 1999 г. | القانون رقم 12 لسنة 1999",
    ),
]
"""What is read of titles parted by bars."""


def form_of(title: str, **told: str) -> Form:
    return to_form(Facts(titles={"und": title}, **told))


@pytest.mark.parametrize(
    ("parts", "title"), [(parts, title) for parts, titles in ALIKE for title in titles.split(" | ")]
)
def test_one_number_is_read_alike_however_it_is_written(parts: Parts, title: str) -> None:
    form = form_of(title)
    assert (set(form.parts), form.numbers) == (parts, ())


NOT_TYPED = [
    "Stage management in theatres",
    "On target",
    "Man may 5 times more",
    "At a meeting of Mayor 3 times",
    "Marching on",
    "Objetivos y metas",
    "Partes y anexos",
    "A target for all",
    "Meta analysis of 12 studies",
    "Mar 3 species",
    "National targets of 20 countries",
    "12 chapters",
    "5 parts",
    "3 sessions",
]


@pytest.mark.parametrize("title", NOT_TYPED)
def test_what_only_looks_like_a_typed_number_is_none(title: str) -> None:
    assert form_of(title).parts == ()


@pytest.mark.parametrize(
    ("title", "parts", "numbers"),
    [
        ("Meeting the 2020 target", {("year", "2020")}, ()),
        ("Objectif 2020", {("year", "2020")}, ()),
        ("目标2020", {("year", "2020")}, ()),
        ("Ice chart 01/10/2002", {("year", "2002")}, ("1", "10")),
        ("March of 5 species, 2003", {("year", "2003")}, ("5",)),
        ("Ice chart, 32 October 2002", {("month", "2002-10"), ("year", "2002")}, ("32",)),
        ("Bulletin, 5-7 May 2012", {("date", "2012-05-05"), ("date", "2012-05-07"), ("year", "2012")}, ()),
        ("Séminaire, 5 au 7 mai 2012", {("date", "2012-05-05"), ("date", "2012-05-07"), ("year", "2012")}, ()),
        ("Bulletin no. 4, 5 May 2012", {("number", "4"), ("date", "2012-05-05"), ("year", "2012")}, ()),
        ("Loi n° 2004-12", {("year", "2004")}, ("12",)),
        ("Strategy 2004-12", {("period", "2004-2012")}, ()),
        ("World Heritage in Danger VII", set(), ("7",)),
        ("Ratio 1:3 of 12 000 birds", set(), ("0", "1", "12", "3")),
        ("President Xi on nature", set(), ()),
        ("Parte 1ª", {("part", "1")}, ()),
        ("Objective A and Goal B", {("goal", "b")}, ()),
    ],
)
def test_years_months_and_doubtful_dates_are_kept_apart(title: str, parts: Parts, numbers: tuple[str, ...]) -> None:
    form = form_of(title)
    assert (set(form.parts), form.numbers) == (parts, numbers)


@pytest.mark.parametrize(
    "title", ["COP 4 Decision IV/2", "Decision IV/2", "Décision IV/2", "COP4 Decision IV/2", "UNEP/CBD/COP/DEC/IV/2"]
)
def test_numbers_a_place_was_read_from_tell_nothing_more(title: str) -> None:
    form = form_of(title)
    assert (form.slot, form.numbers, form.parts) == ("cop-4/2", (), ())


def test_a_report_told_by_a_number_sign_and_by_a_word_have_the_same_parts() -> None:
    one, other = form_of("Kenya: national report no. 6"), form_of("Sixième rapport national, Kenya")
    assert (one.slot, one.parts, one.numbers) == (other.slot, other.parts, other.numbers) == ("6", (), ())


def test_another_number_beside_the_place_stays() -> None:
    form = form_of("Decision IV/2: 30 sites")
    assert (form.slot, form.numbers) == ("cop-4/2", ("30",))
