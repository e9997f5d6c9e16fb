"""How alike titles are: word by word, in the best pair of languages; pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from harvester.resolution.matching.contrast_words import value_of
from harvester.resolution.matching.words import telling, weight_of, words_of

UNDETERMINED = "und"
_MOST_PAIRS = 8
Titles = tuple[tuple[str, str], ...]


class Likeness(NamedTuple):
    """How alike two titles are: a level, the share of what they tell that both tell, how much that is, which two."""

    level: str
    share: float
    told: float
    a: str = ""
    b: str = ""


LIKE = 0.6
LONG = 5.5
LEAST_PARTED = 7
"""So many letters a word has that may be found in two pieces."""
NOT_COMPARABLE = Likeness("no common language", 0.0, 0.0)
UNTITLED = Likeness("unknown", 0.0, 0.0)


def compare_titles(some: Titles, others: Titles) -> Likeness:
    """Give how alike the best pair of titles is; of two languages of one script only likeness counts."""
    if not (some and others):
        return UNTITLED
    best = NOT_COMPARABLE
    for a, b, told in _comparable(some, others):
        found = compare_words(a, b) if a <= b else compare_words(b, a)
        if not told and found.share < LIKE:
            continue  # a translation differs
        if (found.share, found.told) > (best.share, best.told) or best is NOT_COMPARABLE:
            best = found
    return best


def _comparable(some: Titles, others: Titles) -> Iterator[tuple[str, str, bool]]:
    """Yield pairs of titles of one script, and whether they are, or may be, of one language."""
    if len(some) == 1 and len(others) == 1 and some[0][0] == others[0][0]:
        yield some[0][1], others[0][1], True
        return
    pairs: dict[tuple[str, str], None] = {}
    for language, a in some:
        for language_too, b in others:
            if _primary(language) == _primary(language_too) or UNDETERMINED in (language, language_too):
                pairs[a, b] = None
    one_language = bool(pairs)
    if not pairs:
        for _, a in some:
            for _, b in others:
                if script_of(a) == script_of(b):
                    pairs[a, b] = None
    for count, (a, b) in enumerate(pairs):
        if count == _MOST_PAIRS:
            return
        if script_of(a) == script_of(b):
            yield a, b, one_language


def _primary(language: str) -> str:
    return language.partition("-")[0]


@lru_cache(maxsize=16_384)
def script_of(text: str) -> str:
    """Give the script most letters of a text are of, as Unicode names it: LATIN, CYRILLIC, ARABIC, CJK …"""
    if text.isascii():
        return "LATIN"
    scripts: dict[str, int] = {}
    for letter, count in Counter(text[:80]).items():
        if letter.isalpha():
            script = _script_of_letter(letter)
            scripts[script] = scripts.get(script, 0) + count
    return max(scripts, key=scripts.__getitem__) if scripts else ""


@lru_cache(maxsize=16_384)
def _script_of_letter(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


@lru_cache(maxsize=65_536)
def compare_words(a: str, b: str) -> Likeness:
    """Give how alike two folded titles of one script are."""
    words, words_too = words_of(a), words_of(b)
    if a == b or words == words_too:
        told = telling(words)
        return Likeness(_with_amount("identical", told), 1.0, told, a, b)
    both, left, left_too = _parted(words, words_too)
    told = sum(map(weight_of, both))
    if left and left_too and "".join(left) == "".join(left_too):
        told, left, left_too = told + telling(tuple(left)), [], []
    if left and left_too:
        told += _match_parted(a, left, left_too) + _match_parted(b, left_too, left)
    told += take_out_misspelt(left, left_too)
    more, more_too = telling(tuple(left)), telling(tuple(left_too))
    return Likeness(_level(told, more, more_too), _share(told, more, more_too), told, a, b)


def _parted(words: tuple[str, ...], words_too: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """Give the words two titles both have, and those left over of either, in the order of the titles."""
    some, others = set(words), set(words_too)
    if len(some) == len(words) and len(others) == len(words_too):
        both = [word for word in words if word in others]
        return both, [word for word in words if word not in others], [word for word in words_too if word not in some]
    rest, rest_too = Counter(words), Counter(words_too)
    shared = rest & rest_too
    return list(shared.elements()), list((rest - shared).elements()), list((rest_too - shared).elements())


def take_out_misspelt(left: list[str], left_too: list[str]) -> float:
    """Take words out of both lists that are one word misspelt, inflected or shortened, and give what they tell."""
    told = 0.0
    for word in list(left):
        for met in left_too:
            if _may_be_misspelt(word, met) and _is_misspelt(word, met):
                left.remove(word)
                left_too.remove(met)
                told += 0.9 * max(weight_of(word), weight_of(met))
                break
    return told


def _match_parted(title: str, left: list[str], left_too: list[str]) -> float:
    """Take out of both lists words that ``title`` has in two pieces ("for mulae"), and give what they tell.

    The longer piece must be left over; of the shorter nothing may be left where it is a word that carries nothing.
    """
    long = [word for word in left_too if len(word) >= LEAST_PARTED]
    if not (long and left):
        return 0.0
    told = 0.0
    glued = title.replace(" ", "")
    for word in long:
        pieces = _pieces_of(word, title) if word in glued else None
        if pieces and max(pieces, key=len) in left:
            left_too.remove(word)
            for piece in pieces:
                if piece in left:
                    left.remove(piece)
            told += weight_of(word)
    return told


def _tell_numbers(words: Iterable[str]) -> bool:
    return any(word.isdecimal() for word in words)


def _pieces_of(word: str, title: str) -> tuple[str, str] | None:
    words = title.split()
    return next((pair for pair in pairwise(words) if pair[0] + pair[1] == word and not _tell_numbers(pair)), None)


def _may_be_misspelt(one: str, other: str) -> bool:
    """Tell whether a cheap look lets two words be one: one error leaves short words their first or last letter."""
    sizes = len(one), len(other)
    if abs(sizes[0] - sizes[1]) > 4 or min(sizes) < 4:
        return False
    return one[0] == other[0] or one[-1] == other[-1] or min(sizes) >= 8


@lru_cache(maxsize=65_536)
def _is_misspelt(one: str, other: str) -> bool:
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    if shorter.isdecimal() or longer.isdecimal() or len(shorter) < 4:
        return False
    value, value_too = value_of(shorter), value_of(longer)
    if value and value_too and value != value_too:
        return False  # "fifth" and "fifteenth", "030e" and "040e", "northern" and "southern"
    allowed = 1 if len(shorter) < 8 else 2
    if len(longer) - len(shorter) <= allowed and OSA.distance(shorter, longer, score_cutoff=allowed) <= allowed:
        return True
    return len(shorter) >= 5 and longer.startswith(shorter[:-1]) and len(longer) - len(shorter) <= 4


def _share(told: float, more: float, more_too: float) -> float:
    return told / (told + more + more_too) if told else 0.0


def _level(told: float, more: float, more_too: float) -> str:
    if more <= 0.2 and more_too <= 0.2:
        return _with_amount("same words", told)
    share = _share(told, more, more_too)
    if share >= 0.85:
        return "close"
    if min(more, more_too) <= 0.2 and told >= 1.5:
        return "one is longer" if share >= LIKE else "one is much longer"
    if share >= 0.8:
        return "close"
    if share >= LIKE:
        return "like"
    return "partly" if share >= 0.4 else "different"


def _with_amount(level: str, told: float) -> str:
    if told < 1.6:
        return f"{level}, a common title"
    if told < 3:
        return f"{level}, a short title"
    return f"{level}, a long title" if told >= LONG else level
