"""Titles that only a number, a season, a direction or a level tells apart are of two things, whatever else agrees."""

from __future__ import annotations

import pytest

from harvester.resolution.forms.form import Facts, Form
from harvester.resolution.forms.reading import to_form
from harvester.resolution.matching.comparing import Comparison, compare

APART = {
    "number": [
        "en: Fifteenth national conference on mires, proceedings | Fifth national conference on mires, proceedings",
        "en: Fifteenth national report on wetlands | Fifth national report on wetlands",
        "en: Vegetation of plot 12 | Vegetation of plot 13",
        "en: Camera trap images AB12 | Camera trap images AB13",
        "fr: Inventaire des tourbières II | Inventaire des tourbières III",
        "fr: Sixième conférence sur les tourbières | Dixième conférence sur les tourbières",
        "es: Segundo inventario de humedales | Tercer inventario de humedales",
        "ru: Первый кадастр болот | Второй кадастр болот",
        "ar: الحولية الأولى للطيور | الحولية الثانية للطيور",
        "zh: 第五次湿地保护会议文集 | 第十五次湿地保护会议文集",
    ],
    "season": [
        "en: Waterbird census in the delta, winter | Waterbird census in the delta, summer",
        "fr: Comptage des oiseaux d'eau, hiver | Comptage des oiseaux d'eau, été",
        "ru: Зимний учёт птиц | Летний учёт птиц",
        "zh: 冬季水鸟调查 | 夏季水鸟调查",
    ],
    "direction": [
        "en: Vegetation of the reserve, NE quadrant | Vegetation of the reserve, SE quadrant",
        "en: Flora of the northern delta | Flora of the southern delta",
        "es: Flora del norte del delta | Flora del sur del delta",
        "zh: 保护区东北部植被 | 保护区东南部植被",
    ],
    "level": [
        "en: Flora of the lakes, upper volume | Flora of the lakes, lower volume",
        "fr: Flore des lacs, tome supérieur | Flore des lacs, tome inférieur",
        "es: Flora de los lagos, tomo superior | Flora de los lagos, tomo inferior",
        "ru: Флора озёр. Том верхний | Флора озёр. Том нижний",
    ],
}


def form_of(title: str, language: str = "en", **told: object) -> Form:
    said = {"type": "resource", "date": "2013", "countries": ["KE"], "bodies": ["Ministry of Environment"], **told}
    return to_form(Facts(titles={language: title}, **said))  # type: ignore[arg-type]


def compared(line: str, **told: object) -> Comparison:
    language, _, titles = line.partition(": ")
    one, other = titles.split(" | ")
    return compare(form_of(one, language, **told), form_of(other, language, **told))


@pytest.mark.parametrize(("kind", "line"), [(kind, line) for kind, lines in APART.items() for line in lines])
def test_one_title_with_another_value_is_another_thing(kind: str, line: str) -> None:
    assert compared(line).veto == f"one title with a different {kind}"


@pytest.mark.parametrize(
    ("veto", "line"),
    [
        ("different sheet", "en: Tree cover 10S_030E | Tree cover 10S_040E"),
        ("different sheet", "en: Soil map of Kenya, sheet NA-37-5 | Soil map of Kenya, sheet NA-37-6"),
        ("different volume", "zh: 湿地植物志 上册 | 湿地植物志 下册"),
        ("one title with a different year", "zh: 湿地年度报告 二〇一八年 | 湿地年度报告 二〇一九年"),
        ("one is the amendment", "en: Wildlife Act 2013 | Wildlife (Amendment) Act 2013"),
        ("one is the amendment", "fr: Décret sur la faune | Décret modificatif sur la faune"),
        ("one is the amendment", "es: Ley de fauna silvestre | Ley modificatoria de fauna silvestre"),
        ("one is the amendment", "ru: Закон о животном мире | Закон о животном мире (поправки)"),
        ("one is the amendment", "ar: قانون الحياة البرية | قانون الحياة البرية المعدل"),
        ("one is the amendment", "zh: 野生动物保护法 | 野生动物保护法修正案"),
    ],
)
def test_sheets_halves_years_and_amendments_are_things_of_their_own(veto: str, line: str) -> None:
    assert compared(line).veto == veto


@pytest.mark.parametrize(
    "line",
    [
        "en: Fifth wetland conference | 5th wetland conference",
        "en: Vegetation of plot 07 | Vegetation of plot 7",
        "en: Inventory of mires II | Inventory of mires 2",
        "zh: 第五次湿地保护会议文集 | 第5次湿地保护会议文集",
        "en: Flora of the northern delta | Flora of the north delta",
        "en: Vegetation of plot 12 | Vegetation of the plot",
        "en: The mires of the basin | A mires of the basin",
        "en: Soil map, sheet NA-37-5 | Soil map. Sheet NA 37/5",
        "zh: 湿地年度报告 二〇一八年 | 湿地年度报告 2018年",
        "fr: Atlas de l'est du bassin | Atlas de l'est du bassin fluvial",
    ],
)
def test_one_value_written_in_two_ways_or_told_once_forbids_nothing(line: str) -> None:
    assert compared(line).veto == ""


@pytest.mark.parametrize(
    "told",
    [
        {"ids": ["doi:10.1234/abc"]},
        {"addresses": ["https://example.org/a/b"]},
        {"people": ["Amina Otieno", "Juma Said"], "volume": "12", "pages": "34-56"},
    ],
)
def test_what_is_a_things_own_outweighs_a_number_in_its_title(told: dict[str, object]) -> None:
    assert compared(APART["number"][2], **told).veto == ""


def test_people_alone_do_not_outweigh_it() -> None:
    assert compared(APART["number"][2], people=["Amina Otieno", "Juma Said"]).veto


def test_two_numbers_on_one_day_are_left_to_a_person() -> None:
    found = compared(APART["number"][0], type="event", start="2013-05-02")
    assert (found.veto, found.doubt) == ("", "one title with a different number")


def test_an_amendment_is_no_veto_where_the_titles_share_no_language() -> None:
    found = compare(form_of("Amendment of Kigali on gases", "en"), form_of("Кигали: газы", "ru"))
    assert found.veto == ""


@pytest.mark.parametrize(
    "line",
    [
        "ru: Смягчение изменения климата | Смягчение изменений климата, Казахстан",
        "ar: سلامة الكائنات المعدلة وراثيا | سلامة الكائنات الحية",
    ],
)
def test_a_changed_climate_and_modified_organisms_are_no_amendments(line: str) -> None:
    assert compared(line).veto == ""


@pytest.mark.parametrize(
    "line",
    [
        "en: Manual of wetland management | Manual of wetland management, revised edition",
        "fr: Manuel de gestion des marais | Manuel de gestion des marais, édition révisée",
        "es: Manual de humedales costeros | Manual de humedales costeros, 2a edición revisada",
        "ru: Руководство по болотам | Руководство по болотам, исправленное издание",
        "ar: دليل إدارة الأراضي الرطبة | دليل إدارة الأراضي الرطبة، طبعة منقحة",
        "zh: 湿地管理手册 | 湿地管理手册（修订版）",
    ],
)
def test_a_revised_edition_is_a_version_left_to_a_person(line: str) -> None:
    found = compared(line)
    assert (found.veto, found.doubt, found.relation) == ("", "one is a revised edition", "version_of")


def test_one_edition_that_says_once_it_is_revised_is_one() -> None:
    assert compared("en: Wetland manual, 2nd edition | Wetland manual, 2nd revised edition").doubt != (
        "one is a revised edition"
    )


@pytest.mark.parametrize(
    ("kind", "title", "other"),
    [
        ("year", "Taxonomy for conservation practitioners, Kenya 2016", "保护工作者分类学 肯尼亚 2018年"),
        ("number", "Fifth conference on mires", "Пятнадцатая конференция по болотам"),
        ("period", "Mires of Kenya 2001-2005", "Болота Кении, 2006-2010"),
    ],
)
def test_translations_with_other_years_or_numbers_are_left_to_a_person(kind: str, title: str, other: str) -> None:
    found = compare(form_of(title, "en"), form_of(other, "zh" if kind == "year" else "ru"))
    assert (found.veto, found.doubt) == ("", f"one title with a different {kind}")


def test_translations_with_the_same_year_and_number_are_not() -> None:
    found = compare(
        form_of("Fifth conference on mires, 2016", "en"), form_of("Пятая конференция по болотам, 2016", "ru")
    )
    assert not found.doubt.startswith("one title")
