"""Every country's every report in each of the six languages has its own country and number; none is another's."""

from __future__ import annotations

import pytest

from harvester.resolution.forms.form import Facts
from harvester.resolution.forms.reading import to_form
from vocabularies.concepts import load_scheme

ORDINALS = {
    "en": ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth"],
    "fr": ["Premier", "Deuxième", "Troisième", "Quatrième", "Cinquième", "Sixième", "Septième", "Huitième"],
    "es": ["Primer", "Segundo", "Tercer", "Cuarto", "Quinto", "Sexto", "Séptimo", "Octavo"],
    "ru": ["Первый", "Второй", "Третий", "Четвёртый", "Пятый", "Шестой", "Седьмой", "Восьмой"],
    "ar": ["الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن"],
    "zh": ["一", "二", "三", "四", "五", "六", "七", "八"],
}  # fmt: skip
TITLES = {
    "en": "{ordinal} National Report to the Convention on Biological Diversity – {country}",
    "fr": "{country} : {ordinal} rapport national sur la diversité biologique",
    "es": "{ordinal} informe nacional sobre la diversidad biológica. {country}",
    "ru": "{country}. {ordinal} национальный доклад о биологическом разнообразии",
    "ar": "التقرير الوطني {ordinal} عن التنوع البيولوجي ({country})",
    "zh": "{country}第{ordinal}次国家报告（生物多样性）",
}
EVERYDAY_WORDS = {("fr", "RE"), ("es", "RE"), ("ru", "TG")}
"""Réunion is a meeting too, and Того "of that": they are believed in fewer places, and never taken for another."""


@pytest.mark.parametrize("language", sorted(TITLES))
def test_each_report_of_each_country_is_known(language: str) -> None:
    wrong = []
    for concept in load_scheme("countries").concepts.values():
        code, label = concept.codes.get("alpha-2", concept.id), concept.pref_labels.get(language)
        if label is None or (language, code) in EVERYDAY_WORDS:
            continue
        for number, ordinal in enumerate(ORDINALS[language], 1):
            title = TITLES[language].format(ordinal=ordinal, country=label)
            form = to_form(Facts(titles={language: title}))
            if (form.countries, form.series, form.slot) != ((code,), "national-report", str(number)):
                wrong.append((title, form.countries, form.series, form.slot))
    assert not wrong
