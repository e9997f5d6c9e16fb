"""One pass over the words of a title that takes each number once, by what it counts; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from harvester.resolution.forms.ordinals import (
    TENS,
    find_cardinal,
    find_compound,
    find_figure,
    find_one_slip,
    find_roman,
    index_slips,
    may_begin_ordinal,
    ordinal_words,
    roman_numerals,
)
from harvester.resolution.forms.part_words import (
    ALPHABETIC,
    BEFORE,
    BETWEEN,
    FIGURE_BEFORE,
    PATIENT,
    kinds_of_words,
)

_GLUED = re.compile(r"(v|vol|no|n|pt|ver|ed|ط|cop|mop|sbi|sbstta|nr|gbo|bur|ndc|nc)(\d{1,3})")
_LETTERED = re.compile(r"(\d{1,3})([a-z])")
_SUFFIXES = frozenset(
    {"st", "nd", "rd", "th", "eme", "ieme", "е", "и", "я", "го", "ое", "ая", "ои", "ыи", "er", "ere", "ro", "do"}
)
_ENDINGS = frozenset({"a", "o", "e"})
_ENGLISH = frozenset({"ed", "edn", "edition"})
_REVISED = frozenset({"revised", "rev", "исправленное", "переработанное", "пересмотренное", "дополненное"})
"""What may stand between an ordinal and what it counts: "second revised edition"."""
_CONJUNCTIONS = frozenset({"a", "e", "o", "y"})
_NAMES_TOO = frozenset({"xi", "vi"})
"""Roman numerals that are names of people or places at least as often."""


@dataclass(slots=True)
class Numbers:
    """A title's numbers: ``parts`` typed, ``others`` not; ``ordinals`` are untyped ones by place among the words."""

    parts: set[tuple[str, str]] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    ordinals: list[tuple[int, int]] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)
    years: list[int] = field(default_factory=list)


@cache
def telling_words() -> frozenset[str]:
    """Give the words at which a number may begin, or what it counts; those with a figure aside."""
    return frozenset({*kinds_of_words(), *ordinal_words(), *TENS, *roman_numerals()})


class Walk:
    """One pass over the words of a title, each number taken once."""

    def __init__(self, words: list[str], found: Numbers, decimals: list[list[str]]) -> None:
        self.words = words
        self.found = found
        self.decimals = decimals
        self.kinds = kinds_of_words()

    def run(self, places: list[int]) -> None:
        """Read the numbers at the places where one may begin, each word once."""
        until = 0
        for at in places:
            if at >= until:
                until = at + (self._part(at) or self._ordinal(at) or self._roman(at) or self._figure(at) or 1)

    def _part(self, at: int) -> int:
        """Read "volume 2", "part B", "phase two"; give how many words that took."""
        kind = self.kinds.get(self.words[at])
        if kind is None or at + 1 >= len(self.words):
            return 0
        start = at + 1
        if kind in PATIENT:
            while start + 1 < len(self.words) and start < at + 4 and self.words[start] in BETWEEN:
                start += 1
        value, taken = self._value(kind, start)
        if not value:
            return 0
        self.found.parts.add((kind, value))
        return start - at + taken

    def _value(self, kind: str, at: int) -> tuple[str, int]:
        word = self.words[at]
        if word in {"no", "n", "nr", "number", "numero"} and at + 1 < len(self.words):
            value, taken = self._value(kind, at + 1)
            return (value, taken + 1) if value else ("", 0)
        if word[0].isdigit():
            return self._digits(at)
        if kind in BEFORE and (compound := self._behind(at)) is not None:
            return str(compound[0]), compound[1]
        number = find_roman(word) or (find_cardinal(word) if kind in ALPHABETIC or kind in BEFORE else None)
        if number is not None and (len(word) > 1 or kind != "number"):
            return str(number), 1
        ends = at + 1 == len(self.words)
        if len(word) == 1 and kind in ALPHABETIC and "a" <= word <= "z" and (ends or word not in _CONJUNCTIONS):
            return word, 1
        return "", 0

    def _behind(self, at: int) -> tuple[int, int] | None:
        """Read the ordinal of "часть первая" where a title ends, or in Arabic, where it always stands behind."""
        compound = find_compound(self.words, at) if may_begin_ordinal(self.words[at]) else None
        if compound is None:
            return None
        end = at + compound[1]
        arabic = "\u0600" <= self.words[at][0] <= "\u06ff"
        return compound if arabic or end == len(self.words) else None

    def _digits(self, at: int) -> tuple[str, int]:
        word = self.words[at]
        if self._is_year(word):
            return "", 0
        decimal = self._decimal(at)
        if decimal:
            return _short(decimal.removeprefix("v")), decimal.count(".") + 1
        if word.isdigit():
            return str(int(word)) if len(word) < 10 else word, 1
        if figure := find_figure(word):
            return str(figure), 1
        match = _LETTERED.fullmatch(word)
        return (f"{int(match[1])}{match[2]}", 1) if match else ("", 0)

    def _ordinal(self, at: int) -> int:
        """Read "third edition", "5th", "decimo quinta reunion"; give how many words that took."""
        word = self.words[at]
        compound = find_compound(self.words, at) if may_begin_ordinal(word) else None
        if compound is None:
            compound = self._suffixed(at)
            if compound is None:
                return 0
        value, taken = compound
        if at + taken + 1 < len(self.words) and self.words[at + taken] in _REVISED:
            taken += 1
        after = self.words[at + taken] if at + taken < len(self.words) else ""
        kind = self.kinds.get(after) or _slipped_kind(after)
        if kind in BEFORE:
            self.found.parts.add((str(kind), str(value)))
            return taken + 1
        self.found.ordinals.append((at, value))
        self.found.others.add(str(value))
        return compound[1]

    def _suffixed(self, at: int) -> tuple[int, int] | None:
        word = self.words[at]
        if not word[0].isdigit() or len(word) > 7:
            return None
        if word.isdigit():
            return (int(word), 2) if len(word) < 3 and self._has_ending(at + 1) else None
        figure = find_figure(word)
        return None if figure is None else (figure, 1)

    def _has_ending(self, at: int) -> bool:
        """Tell whether the ending of an ordinal stands apart: "2 nd", before such a word "2.ª ed.", "1-e izdanie"."""
        if at >= len(self.words):
            return False
        if self.words[at] in _SUFFIXES:
            return True
        return self.words[at] in _ENDINGS and at + 1 < len(self.words) and self.kinds.get(self.words[at + 1]) in BEFORE

    def _roman(self, at: int) -> int:
        """Read "II etapa", "volue II", and other roman numerals that are more than a letter."""
        word = self.words[at]
        if word not in roman_numerals():
            return 0
        value = str(find_roman(word))
        after = self.words[at + 1] if at + 1 < len(self.words) else ""
        if after in FIGURE_BEFORE and (len(word) > 1 or after not in _ENGLISH):
            self.found.parts.add((self.kinds[after], value))
            return 2
        if at and (kind := _slipped_kind(self.words[at - 1])) is not None:
            self.found.parts.add((kind, value))
        elif at and len(word) > 1 and word not in _NAMES_TOO:
            self.found.others.add(value)
        return 1

    def _figure(self, at: int) -> int:
        word = self.words[at]
        if word.isalpha():
            return 0
        if decimal := self._decimal(at):
            if decimal.startswith("v"):
                self.found.parts.add(("version", _short(decimal.removeprefix("v"))))
            else:
                self.found.others.add(_short(decimal))
            return decimal.count(".") + 1
        if word.isdigit():
            if not self._is_year(word) and not self._ends_period(at):
                self._bare(at, str(int(word)) if len(word) < 10 else word)
            return 1
        if match := _GLUED.fullmatch(word):
            kind = self.kinds.get(match[1], {"v": "version", "ed": "edition", "pt": "part"}.get(match[1], match[1]))
            self.found.parts.add((kind, str(int(match[2]))))
            return 1
        self.found.others.update(_inner_figures(word))
        return 1

    def _bare(self, at: int, value: str) -> None:
        kind = _slipped_kind(self.words[at - 1]) if at else None
        if kind is None and len(value) < 3 and at + 1 < len(self.words) and self.words[at + 1] in FIGURE_BEFORE:
            following = self.words[at + 2 : at + 3]
            kind = None if following and following[0].isdigit() else self.kinds[self.words[at + 1]]
        if kind is None:
            self.found.others.add(value)
        else:
            self.found.parts.add((kind, value))

    def _decimal(self, at: int) -> str:
        for digits in self.decimals:
            if self.words[at : at + len(digits)] == digits:
                return ".".join(digits)
        return ""

    def _ends_period(self, at: int) -> bool:
        word = self.words[at]
        return (
            len(word) == 2 and at > 0 and f"{self.words[at - 1]}-{self.words[at - 1][:2]}{word}" in self.found.periods
        )

    def _is_year(self, word: str) -> bool:
        return len(word) == 4 and word.isdigit() and "1800" <= word < "2100"


def _short(decimal: str) -> str:
    """Give "2" of "2.0", and other decimals as they are."""
    return decimal[:-2] if decimal.count(".") == 1 and decimal.endswith(".0") else decimal


@lru_cache(maxsize=4096)
def _slipped_kind(word: str) -> str | None:
    """Give what a misspelt word such as "pahse" counts: two letters changed about, or in a long word any one slip."""
    if len(word) < 4 or word in kinds_of_words():
        return None
    letters, kinds = sorted(word), kinds_of_words()
    likely = find_one_slip(word, _slips_of_kinds())
    near = {kinds[known] for known in likely if len(known) > 5 or sorted(known) == letters}
    return near.pop() if len(near) == 1 else None


@cache
def _slips_of_kinds() -> dict[str, list[str]]:
    return index_slips(word for word, kind in kinds_of_words().items() if kind in BEFORE)


_DIGITS = re.compile(r"\d+")


def _inner_figures(word: str) -> Iterator[str]:
    for digits in _DIGITS.findall(word):
        if not (len(digits) == 4 and "1800" <= digits < "2100"):
            yield str(int(digits)) if len(digits) < 10 else digits
