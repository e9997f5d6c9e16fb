"""Words that tell one thing of a series from another: numbers, seasons, points of the compass, levels; values only."""

from __future__ import annotations

import re
from functools import cache

from harvester.resolution.forms.folding import collapse
from harvester.resolution.forms.ordinals import find_cardinal, find_figure, find_roman, ordinal_words

_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_WORDS = {
    "season": {
        "winter": "winter hiver invierno شتاء",
        "summer": "summer ete verano estival صيف",
        "spring": "spring printemps primavera ربيع",
        "autumn": "autumn fall automne otono خريف",
    },
    "direction": {
        "n": "n north northern nord norte septentrional شمال",
        "s": "s south southern sud sur meridional جنوب",
        "e": "e east eastern est este oriental orientale شرق",
        "w": "w west western ouest oeste occidental occidentale غرب",
        "ne": "ne northeast northeastern nordest noreste",
        "nw": "nw northwest northwestern noroeste",
        "se": "se southeast southeastern sudest sureste sudeste",
        "sw": "sw southwest southwestern suroeste sudoeste",
    },
    "level": {
        "upper": "upper superieur superieure superior haut haute alto alta علوي اعلي",
        "middle": "middle moyen moyenne medio media اوسط",
        "lower": "lower inferieur inferieure inferior bas basse bajo baja سفلي اسفل",
    },
}
_STEMS = {
    "зимн": ("season", "winter"), "зима": ("season", "winter"), "летн": ("season", "summer"),
    "лето": ("season", "summer"), "весн": ("season", "spring"), "весен": ("season", "spring"),
    "осен": ("season", "autumn"), "север": ("direction", "n"), "южн": ("direction", "s"),
    "восточн": ("direction", "e"), "западн": ("direction", "w"), "верхн": ("level", "upper"),
    "средн": ("level", "middle"), "нижн": ("level", "lower"),
}  # fmt: skip


def is_year(word: str) -> bool:
    """Tell whether a word is a year in figures."""
    return _YEAR.fullmatch(word) is not None


def value_of(word: str, *, at_end: bool = False) -> tuple[str, str] | None:
    """Give the kind and the value of a folded word; None of a year, which is compared as one, and of all others.

    A single letter is only known as a number where it stands ``at_end``.
    """
    word = collapse(word)
    if any(map(str.isdigit, word)):
        return None if is_year(word) else ("number", _value_of_figure(word))
    if number := _number_in_words(word):
        return "number", str(number)
    if len(word) > 1 and (roman := find_roman(word)):
        return "number", str(roman)
    if told := _kinds().get(word if word.isascii() else _bare(word)):
        return told
    if not word.isascii():
        return next((told for stem, told in _STEMS.items() if word.startswith(stem)), None)
    return ("number", str(find_roman(word) or word)) if at_end and len(word) == 1 else None


def _number_in_words(word: str) -> int | None:
    """Give the value of an ordinal, or of a cardinal that is not an article too ("un", "una")."""
    known = ordinal_words().get(word)
    if known is not None:
        return known
    cardinal = find_cardinal(word)
    return cardinal if cardinal != 1 else None


def _value_of_figure(word: str) -> str:
    figure = find_figure(word)
    return str(figure) if figure else word.lstrip("0") or "0"


def _bare(word: str) -> str:
    """Give an Arabic adjective without article and endings."""
    return word.removeprefix("ال").removesuffix("ه").removesuffix("ي")


@cache
def _kinds() -> dict[str, tuple[str, str]]:
    """Give what words tell, plain and in the plural; Arabic ones are bare."""
    return {
        (word if word.isascii() else _bare(word)) + ending: (kind, value)
        for kind, values in _WORDS.items()
        for value, words in values.items()
        for word in words.split()
        for ending in (("", "s", "es") if word.isascii() and len(word) > 3 else ("",))
    }
