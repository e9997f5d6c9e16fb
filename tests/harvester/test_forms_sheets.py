"""Codes of sheets and tiles are read whole, Chinese years and halves of works too; what only looks like one is left."""

from __future__ import annotations

import pytest

from harvester.resolution.forms.form import Facts, Form
from harvester.resolution.forms.reading import to_form


def form_of(title: str) -> Form:
    return to_form(Facts(titles={"und": title}))


@pytest.mark.parametrize(
    ("code", "titles"),
    [
        (
            "na-37-5",
            "Soil map, sheet NA-37-5 | Soil map, sheet no. NA 37-5 | Carte des sols, feuille NA37/5 | "
            "Mapa de suelos, hoja NA-37-5 | Почвенная карта, лист NA-37-5 | 土壤图 图幅 NA-37-5 | "
            "خريطة التربة، اللوحة NA-37-5 | Soil map NA-37-5",
        ),
        ("k-37-12", "Geological map, sheet K-37-12 | Геологическая карта, лист К-37-12"),
        ("10-s-30-e", "Tree cover 10S_030E | Tree cover, tile 10S_030E | Tree cover 10S-030E"),
        ("h-21-v-9", "Land cover, tile h21v09 | Land cover h21v09"),
        ("35-mnv", "Image tile 35MNV"),
        ("nf-33", "Soil map, sheet NF-33"),
        ("4", "Soil map, sheet 4"),
    ],
)
def test_one_code_is_read_whole_however_it_is_written(code: str, titles: str) -> None:
    for title in titles.split(" | "):
        form = form_of(title)
        assert (form.parts, form.numbers) == ((("sheet", code),), ()), title


@pytest.mark.parametrize(
    "title",
    [
        "Sheets of 5 plants",
        "Ice sheet-flow models",
        "Tile drainage",
        "Feuille de route",
        "Map of 10 sites",
        "CO2-15 fluxes",
    ],
)
def test_what_only_looks_like_a_code_is_none(title: str) -> None:
    assert form_of(title).parts == ()


def test_a_year_behind_a_sheet_is_no_part_of_its_code() -> None:
    assert form_of("Fact sheet 12/2015").parts == (("sheet", "12"), ("year", "2015"))
    assert form_of("Soil map, sheet NF-33, 2015").parts == (("sheet", "nf-33"), ("year", "2015"))


@pytest.mark.parametrize(
    "title", ["年度报告 二〇一八年", "年度报告 二零一八年", "年度报告 二○一八年", "年度报告 2018年"]
)
def test_a_year_in_chinese_figures_is_a_year(title: str) -> None:
    assert form_of(title).parts == (("year", "2018"),)


def test_a_period_in_chinese_figures_is_a_period() -> None:
    assert form_of("行动计划（二〇一一至二〇二〇年）").parts == form_of("行动计划（2011至2020年）").parts
    assert form_of("行动计划（二〇一一至二〇二〇年）").parts == (("period", "2011-2020"),)


@pytest.mark.parametrize(
    ("volume", "titles"),
    [
        ("1", "植物志 上册 | 植物志（上） | 植物志·上卷"),
        ("middle", "植物志 中册"),
        ("2", "植物志 下册 | 植物志（下） | 植物志下卷"),
    ],
)
def test_upper_and_lower_volumes_are_volumes(volume: str, titles: str) -> None:
    for title in titles.split(" | "):
        assert form_of(title).parts == (("volume", volume),), title


@pytest.mark.parametrize("title", ["河流上部植被", "水下集水区", "中部地区植物志", "江河中上游"])
def test_what_only_lies_above_or_below_is_no_volume(title: str) -> None:
    assert form_of(title).parts == ()


@pytest.mark.parametrize(
    "title",
    [
        "Wetland manual, revised edition", "Wetland manual. Rev. ed.", "Wetland manual (revised and enlarged edition)",
        "Manuel, édition révisée", "Manuel, éd. rév. et augmentée", "Manual, edición revisada", "Manual. Ed. rev.",
        "Руководство, исправленное издание", "Руководство. Изд. испр. и доп.", "Руководство. 2-е изд., перераб.",
        "湿地手册（修订版）", "湿地手册 增订本", "دليل الأراضي الرطبة، طبعة منقحة", "دليل، الطبعة المنقحة",
    ],
)  # fmt: skip
def test_a_revised_edition_says_so_in_six_languages(title: str) -> None:
    # "rév." is folded to "rev"
    assert "revised edition" in form_of(title).marks


@pytest.mark.parametrize(
    "title", ["Revised national strategy", "Reviewed editions of floras", "Second edition", "Editorial, revised"]
)
def test_what_is_revised_but_no_edition_is_none(title: str) -> None:
    assert "revised edition" not in form_of(title).marks
