"""The words of the labelled set: terms in six languages, ordinals, names of countries; reads the files beside it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from vocabularies.concepts import load_scheme

LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
_FILES = Path(__file__).parent / "wordlists"
_NO_WORDS = "∅"


@dataclass(frozen=True, slots=True)
class Term:
    """One value a slot of a title can take: its words by language and what is known of it."""

    id: str
    words: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)


@cache
def load_terms() -> Mapping[str, Mapping[str, Term]]:
    """Read every section of the word files: section → id → term."""
    sections: dict[str, dict[str, Term]] = {}
    section: dict[str, Term] = {}
    for path in sorted(_FILES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                section = sections.setdefault(line.strip("[]"), {})
            elif line and not line.startswith("#"):
                term = _term(line, section)
                section[term.id] = term
    return sections


def _term(line: str, section: Mapping[str, Term]) -> Term:
    name, *cells = (cell.strip() for cell in line.split("|"))
    known: dict[str, str] = {}
    if cells and "=" in cells[-1] and not cells[-1].startswith("="):
        known = dict(pair.split("=", 1) for pair in shlex.split(cells.pop()))
    if cells and cells[0].startswith("="):
        return Term(name, section[cells[0][1:]].words, known)
    if len(cells) == 1:
        cells = cells * len(LANGUAGES)
    words = {
        language: "" if cell == _NO_WORDS else cell for language, cell in zip(LANGUAGES, cells, strict=False) if cell
    }
    return Term(name, words, known)


def country_names(code: str) -> Mapping[str, str]:
    """Give a country's name in the six languages, from the shared vocabulary."""
    return {language: load_scheme("countries").concepts[code].pref_labels[language] for language in LANGUAGES}


_ZH = "〇一二三四五六七八九"


@cache
def load_list(name: str) -> tuple[str, ...]:
    """Read a plain list of words by its name; KeyError where there is none."""
    lines = (_FILES / "lists.cfg").read_text(encoding="utf-8").splitlines()
    parts = (line.partition("=") for line in lines)
    lists = {key.strip(): tuple(words.split()) for key, found, words in parts if found}
    return lists[name]


def ordinals(number: int) -> Mapping[str, Mapping[str, str]]:
    """Give an ordinal by language for the slots {m} (masculine), {f} (feminine; in Russian neuter), {n} and {roman}."""
    written = {
        "en": (load_list("ordinal-en")[number - 1], load_list("ordinal-en")[number - 1]),
        "fr": _french(number),
        "es": _spanish(number),
        "ar": (_arabic(number), load_list("ordinal-ar-f")[number - 1] if number <= 10 else _arabic(number)),
        "ru": _russian(number),
        "zh": (_chinese(number), _chinese(number)),
    }
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    short = {"en": suffix, "fr": "e", "es": ".º", "ar": "", "ru": "-й", "zh": ""}
    return {
        language: {
            "m": masculine, "f": feminine, "n": str(number), "roman": load_list("roman")[number - 1],
            "nth": f"{number}{short[language]}",
        }
        for language, (masculine, feminine) in written.items()
    }  # fmt: skip


def _french(number: int) -> tuple[str, str]:
    if number == 1:
        return "Premier", "Première"
    words = load_list("ordinal-fr")
    word = words[number - 2] if number - 2 < len(words) else f"{number}e"
    return word, word


def _spanish(number: int) -> tuple[str, str]:
    words = load_list("ordinal-es")
    if number > len(words):
        return f"{number}.º", f"{number}.ª"
    word = words[number - 1]
    return word, word[:-1] + "a" if word.endswith("o") else word + "a"


def _arabic(number: int) -> str:
    units = load_list("ordinal-ar")
    if number <= 10:
        return units[number - 1]
    if number < 20:
        return f"{'الحادي' if number == 11 else units[number - 11]} عشر"
    if number == 20:
        return "العشرون"
    return f"{'الحادي' if number == 21 else units[number - 21]} والعشرون"


def _russian(number: int) -> tuple[str, str]:
    words = load_list("ordinal-ru")
    if number > len(words):
        return f"{number}-й", f"{number}-е"
    word = words[number - 1]
    return word, "Третье" if word == "Третий" else word[:-2] + "ое"


def _chinese(number: int) -> str:
    tens, unit = divmod(number, 10)
    if not tens:
        return _ZH[unit]
    return ("" if tens == 1 else _ZH[tens]) + "十" + (_ZH[unit] if unit else "")
