"""Countries are found in titles of six languages, and no country is taken for another whose name contains its own."""

from __future__ import annotations

import pytest

from harvester.resolution.forms.folding import collapse, flatten, smooth
from harvester.resolution.forms.form import Facts
from harvester.resolution.forms.places import find_codes, find_countries, find_slipped_countries, to_country_codes
from harvester.resolution.forms.reading import to_form


def named(title: str) -> set[str]:
    smoothed = smooth(title)
    return find_countries(collapse(flatten(smoothed)).split(), collapse(smoothed))


TITLES = [
    ("National Report – Niger", "NE"),
    ("National Report – Nigeria", "NG"),
    ("Republic of the Niger: wetlands", "NE"),
    ("Wetlands of Guinea", "GN"),
    ("Wetlands of Guinea-Bissau", "GW"),
    ("Wetlands of Equatorial Guinea", "GQ"),
    ("Wetlands of Papua New Guinea", "PG"),
    ("Forests of the Congo", "CG"),
    ("Forests of the Democratic Republic of the Congo", "CD"),
    ("Congo, Democratic Republic of the: forests", "CD"),
    ("Congo-Kinshasa", "CD"),
    ("Dominica: reefs", "DM"),
    ("Dominican Republic: reefs", "DO"),
    ("Georgia: fourth report", "GE"),
    ("South Georgia and the South Sandwich Islands", "GS"),
    ("Biodiversity of Jordan", "JO"),
    ("Biodiversity of Chad", "TD"),
    ("Sudan", "SD"),
    ("South Sudan", "SS"),
    ("Republic of Korea", "KR"),
    ("Democratic People's Republic of Korea", "KP"),
    ("American Samoa", "AS"),
    ("Côte d’Ivoire / Ivory Coast", "CI"),
    ("Lao PDR: agrobiodiversity", "LA"),
    ("Kenya's forests", "KE"),
    ("Rapport du Kenya", "KE"),
    ("Rapport de l'Ouganda", "UG"),
    ("Stratégie de la Côte d'Ivoire", "CI"),
    ("Rapport d’Haïti", "HT"),
    ("Rapport aux Comores", "KM"),
    ("République Centrafricaine", "CF"),
    ("Informe del Perú", "PE"),
    ("Informe de los Estados Unidos", "US"),
    ("Estado Plurinacional de Bolivia", "BO"),
    ("Доклад Кении", "KE"),
    ("в Республике Беларусь", "BY"),
    ("Доклад Кыргызской Республики", "KG"),
    ("леса Российской Федерации", "RU"),
    ("биоразнообразие Бразилии", "BR"),
    ("Соединённых Штатов Америки", "US"),
    ("التقرير الوطني لكينيا", "KE"),
    ("في الهند", "IN"),
    ("استراتيجية المملكة العربية السعودية", "SA"),
    ("التنوع البيولوجي للهند", "IN"),
    ("جمهورية الكونغو الديمقراطية", "CD"),
    ("摩尔多瓦2003年传粉者保护年度报告", "MD"),
    ("尼日尔国家报告", "NE"),
    ("尼日利亚国家报告", "NG"),
    ("几内亚比绍湿地", "GW"),
    ("赤道几内亚湿地", "GQ"),
    ("几内亚湿地", "GN"),
    ("多米尼加共和国海草制图指南", "DO"),
    ("多米尼克海草", "DM"),
    ("刚果（金）森林", "CD"),
    ("中国湿地", "CN"),
    ("科特迪瓦", "CI"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "code"), TITLES)
def test_the_country_a_title_names_is_found(title: str, code: str) -> None:
    assert named(title) == {code}


@pytest.mark.parametrize(
    "title",
    [
        "The Niger Delta", "Lake Chad basin", "Gulf of Guinea", "Guinea pigs", "New Mexico", "University of Georgia",
        "Rapport de la réunion du groupe de travail", "Informe de la reunión", "кроме того, леса", "Inland waters",
        "Supply chain of fish", "发展中国家的能力建设", "New Guinea birds", "Turkey vulture", "Jordan algebras",
    ],
)  # fmt: skip
def test_what_is_no_country_names_none(title: str) -> None:
    assert named(title) == set()


def test_a_doubtful_name_behind_a_sign_is_meant() -> None:
    assert named("Rapport annuel 2010 : Réunion") == {"RE"}
    assert named("Лесное хозяйство: Того") == {"TG"}


def test_several_countries_are_all_found() -> None:
    assert named("Cooperation of Kenya, Uganda and the United Republic of Tanzania") == {"KE", "UG", "TZ"}


def test_the_name_of_a_people_counts_only_before_an_office() -> None:
    assert to_form(Facts(titles={"en": "Kenyan Government position"})).named == ("KE",)
    assert to_form(Facts(titles={"en": "Chinese pangolin"})).named == ()


def test_a_three_letter_code_counts_in_capitals_and_a_known_series_only() -> None:
    assert find_codes("NBSAP of KEN 2011-2020") == {"KE"}
    assert find_codes("NBSAP of COM 2011") == set()
    assert find_codes("NATIONAL KEN") == set()
    assert to_form(Facts(titles={"en": "NBSAP of KEN 2011-2020"})).countries == ("KE",)


def test_letters_changed_about_in_a_country_are_allowed_for_in_a_known_series() -> None:
    slipped = ["brukina", "zmabia", "belairus", "chain", "angora", "falkland", "islnads"]
    assert find_slipped_countries(slipped, " ".join(slipped)) == {"BF", "ZM", "FK"}
    assert find_slipped_countries(["kenya", "inland"], "kenya inland") == set()
    form = to_form(Facts(titles={"en": "Fifth National Report, Zmabia"}))
    assert (form.named, form.countries) == (("ZM",), ("ZM",))


def test_stated_countries_stand_before_named_ones() -> None:
    form = to_form(Facts(titles={"en": "Forests of Kenya"}, countries=("ug", "150", "Kenya"), government="tz"))
    assert (form.countries, form.named) == (("KE", "TZ", "UG"), ("KE",))


def test_places_that_are_no_countries_are_left_out() -> None:
    assert list(to_country_codes(["002", "CBD-Africa", "ke"])) == ["KE"]
