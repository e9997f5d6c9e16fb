"""Words for numbers in six languages: ordinals in all their inflections, and misspelt ones; roman numerals; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

_ENGLISH = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_FRENCH = (
    "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme onzieme douzieme "
    "treizieme quatorzieme quinzieme seizieme"
)
_SPANISH = (
    "primer segund tercer cuart quint sext septim octav noven decim undecim duodecim decimotercer decimocuart "
    "decimoquint decimosext decimoseptim decimoctav decimonoven vigesim"
)
_RUSSIAN = (
    "перв втор треть четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат "
    "шестнадцат семнадцат восемнадцат девятнадцат двадцат"
)
_RUSSIAN_ENDINGS = (
    "ыи",
    "ои",
    "ого",
    "ому",
    "ым",
    "ом",
    "ая",
    "ую",
    "ое",
    "ые",
    "ых",
    "ыми",
    "еи",
    "ю",
    "я",
    "е",
    "его",
    "ему",
    "им",
    "ем",
)
_ARABIC = "اول ثاني ثالث رابع خامس سادس سابع ثامن تاسع عاشر"
_ARABIC_TENS = {"عشر": 10, "عشره": 10, "والعشرون": 20, "والعشرين": 20, "والثلاثون": 30, "والثلاثين": 30}
_OTHERS = {
    "premiere": 1, "seconde": 2, "primero": 1, "primera": 1, "tercero": 3, "tercera": 3, "третии": 3,
    "الاولي": 1, "اولي": 1, "للاولي": 1, "حادي": 1, "الحادي": 1, "الثان": 2, "ثان": 2, "setimo": 7, "setima": 7,
    "vingtieme": 20, "unieme": 1, "decimotercera": 13, "primeiro": 1, "terceiro": 3,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "vingt": 20, "trente": 30, "quarante": 40, "decimo": 10,
    "decima": 10, "vigesimo": 20, "vigesima": 20, "trigesimo": 30, "trigesima": 30, "двадцать": 20, "тридцать": 30,
    "сорок": 40,
}  # fmt: skip
_CARDINALS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "один": 1, "два": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9,
    "واحد": 1, "اثنان": 2, "ثلاثه": 3, "اربعه": 4, "خمسه": 5, "سته": 6, "سبعه": 7,
}  # fmt: skip
"""Read as numbers only behind a word such as "part"."""


@cache
def ordinal_words() -> dict[str, int]:
    """Give the value of every ordinal word, folded and collapsed, in all its inflections."""
    words = {word: at for at, word in enumerate(_ENGLISH.split(), 1)}
    words |= {word + ending: at for at, word in enumerate(_FRENCH.split(), 1) for ending in ("", "s")}
    words |= {stem + ending: at for at, stem in enumerate(_SPANISH.split(), 1) for ending in ("o", "a", "os", "as")}
    words |= {"primer": 1, "tercer": 3}
    for at, stem in enumerate(_RUSSIAN.split(), 1):
        words |= {stem + ending: at for ending in _RUSSIAN_ENDINGS}
    for at, stem in enumerate(_ARABIC.split(), 1):
        for form in (stem, stem + "ه"):
            words |= {form: at, "ال" + form: at, "لل" + form: at, "بال" + form: at, "وال" + form: at}
    for stray in ("пятью", "пяте", "шестя", "десятю", "десятя"):
        words.pop(stray, None)
    return words | _OTHERS


def find_compound(words: list[str], at: int) -> tuple[int, int] | None:
    """Give (value, words taken) of an ordinal that begins at a place, such as "decimo quinta", or None."""
    known = ordinal_words()
    value = known.get(words[at])
    after = words[at + 1] if at + 1 < len(words) else ""
    if value is not None and value < 10 and after in _ARABIC_TENS:
        return value + _ARABIC_TENS[after], 2
    tens = TENS.get(words[at])
    if tens is not None:
        taken = 3 if after == "et" and at + 2 < len(words) else 2
        unit = known.get(words[at + taken - 1]) if after else None
        if unit is not None and unit < 10:
            return tens + unit, taken
    return None if value is None else (value, 1)


def may_begin_ordinal(word: str) -> bool:
    """Tell whether an ordinal may begin with this word."""
    return word in ordinal_words() or word in TENS


_SUFFIXED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|ere|re|e|eme|ieme|nd|nde|o|a|ro|ra|do|da|to|ta|mo|ma|vo|va|no|na|ыи|ии|и|я|е|го|ая|ое|ого|oa)"
)


@lru_cache(maxsize=4096)
def find_figure(word: str) -> int | None:
    """Give the value of a figure with an ordinal's ending, such as "5th", "3eme" or "2ое", or None."""
    match = _SUFFIXED.fullmatch(word)
    return int(match[1]) if match else None


_ROMAN = re.compile(r"(?=[xvi])(x{0,3})(ix|iv|v?i{0,3})")
_UNITS = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}


@lru_cache(maxsize=1024)
def find_roman(word: str) -> int | None:
    """Give the value of a roman numeral up to XXXIX in small letters, or None."""
    match = _ROMAN.fullmatch(word)
    return len(match[1]) * 10 + _UNITS[match[2]] if match else None


@cache
def roman_numerals() -> frozenset[str]:
    """Give the roman numerals up to XXXIX in small letters."""
    units = list(_UNITS)
    return frozenset(tens + unit for tens in ("", "x", "xx", "xxx") for unit in units if tens + unit)


def find_cardinal(word: str) -> int | None:
    """Give the value of a small number written as a word, or None."""
    return _CARDINALS.get(word)


_CHINESE = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "壹": 1, "贰": 2, "叁": 3}


def find_chinese(digits: str) -> int | None:
    """Give the value of a Chinese number below a hundred, or of ASCII digits, or None."""
    if digits.isascii():
        return int(digits) if digits.isdigit() else None
    tens, ten, units = digits.rpartition("十")
    if not ten:
        return _CHINESE.get(digits)
    first, last = _CHINESE.get(tens, 1 if not tens else None), _CHINESE.get(units, 0 if not units else None)
    return None if first is None or last is None else first * 10 + last


_MIN_SLIP = 4


@lru_cache(maxsize=4096)
def find_slipped(word: str) -> int | None:
    """Give the value of an ordinal word written with one slip ("sixht", "اثلاني"), or None.

    A slip is one letter more, fewer, other but not the first, or two changed about; of Arabic ordinals, which are too
    much alike, only two changed about. A word within one slip of two ordinals is neither.
    """
    if len(word) < _MIN_SLIP or word in ordinal_words():
        return None
    near = {ordinal_words()[each] for each in find_one_slip(word, _slips()) if _is_likely(word, each)}
    return near.pop() if len(near) == 1 else None


def _is_likely(word: str, ordinal: str) -> bool:
    if sorted(word) == sorted(ordinal):
        return True
    return not "\u0600" <= word[0] <= "\u06ff" and (word[0] == ordinal[0] or len(word) != len(ordinal))


@cache
def _slips() -> dict[str, list[str]]:
    return index_slips(word for word in ordinal_words() if len(word) > _MIN_SLIP)


def index_slips(words: Iterable[str]) -> dict[str, list[str]]:
    """Give words by themselves and by what is left of them without any one letter: see ``find_one_slip``."""
    index: dict[str, list[str]] = {}
    for word in words:
        for key in {word, *_shortened(word)}:
            index.setdefault(key, []).append(word)
    return index


def find_one_slip(word: str, index: Mapping[str, list[str]]) -> set[str]:
    """Give the words of an index that are one slip from this one."""
    likely = {each for key in (word, *_shortened(word)) for each in index.get(key, ())}
    return {each for each in likely if is_one_slip(word, each)}


def _shortened(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def is_one_slip(one: str, other: str) -> bool:
    """Tell whether two different words are one insertion, deletion, change or exchange of neighbours apart."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]
