"""Two reports of one country with different numbers never join by the rule, however their titles are misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from random import Random

import pytest

from harvester.resolution.forms.form import Facts, Form
from harvester.resolution.forms.reading import to_form
from harvester.resolution.matching.ruling import is_same_slot

ORDINALS = {
    "en": ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh"],
    "fr": ["Premier", "Deuxième", "Troisième", "Quatrième", "Cinquième", "Sixième", "Septième"],
    "es": ["Primer", "Segundo", "Tercer", "Cuarto", "Quinto", "Sexto", "Séptimo"],
    "ru": ["Первый", "Второй", "Третий", "Четвёртый", "Пятый", "Шестой", "Седьмой"],
    "ar": ["الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع"],
    "zh": list("一二三四五六七"),
}
TITLES = {
    "en": ["{} National Report to the Convention on Biological Diversity", "{} national report: Cartagena Protocol"],
    "fr": ["{} rapport national sur la diversité biologique", "{} rapport national, Protocole de Cartagena"],
    "es": ["{} informe nacional sobre diversidad biológica", "{} informe nacional: Protocolo de Cartagena"],
    "ru": ["{} национальный доклад о биологическом разнообразии", "{} национальный доклад, Картахенский протокол"],
    "ar": ["التقرير الوطني {} المقدم إلى اتفاقية التنوع البيولوجي", "التقرير الوطني {} عن تنفيذ بروتوكول قرطاجنة"],
    "zh": ["《生物多样性公约》第{}次国家报告", "《卡塔赫纳生物安全议定书》第{}次国家报告"],
}


def slip(word: str, rng: Random) -> str:
    """Give a word with two letters changed about, one left out, doubled or exchanged for another of its own."""
    if len(word) < 4:
        return word
    at = rng.randrange(len(word) - 1)
    return rng.choice((
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + rng.choice(word) + word[at + 1 :],
    ))  # fmt: skip


def reports(rng: Random) -> Iterator[tuple[str, str, Form]]:
    """Yield (what it is, its title, its form) of reports of one country, with one slip or two in most titles."""
    for number in range(1, 8):
        for language, titles in TITLES.items():
            for treaty, pattern in enumerate(titles):
                title = pattern.format(slip(ORDINALS[language][number - 1], rng))
                words = title.split(" ")
                at = rng.randrange(len(words))
                words[at] = slip(words[at], rng)
                title = " ".join(words)
                facts = Facts(type="nationalSubmission", titles={language: title}, government="KE")
                yield f"{treaty}/{number}", title, to_form(facts)


@pytest.mark.parametrize("seed", range(12))
def test_reports_of_different_numbers_or_treaties_never_join_by_the_rule(seed: int) -> None:
    made = list(reports(Random(seed)))
    joined = [
        (title, title_too)
        for (what, title, form), (what_too, title_too, form_too) in combinations(made, 2)
        if what != what_too and is_same_slot(form, form_too)
    ]
    assert joined == []


def test_most_of_them_are_understood_all_the_same() -> None:
    made = [each for seed in range(12) for each in reports(Random(seed))]
    understood = [form for what, _, form in made if form.slot == what[-1]]
    assert len(understood) > 0.7 * len(made)
