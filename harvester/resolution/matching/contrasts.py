"""What two titles that are otherwise the same tell apart: numbers, seasons, points of the compass, levels; pure.

A series counts its things in its titles: where nothing else differs, another number is another thing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from harvester.resolution.forms.folding import collapse
from harvester.resolution.forms.form import Form
from harvester.resolution.forms.ordinals import find_chinese, find_compound
from harvester.resolution.matching.contrast_words import is_year, value_of
from harvester.resolution.matching.doubts import UNKNOWN, is_singled_out
from harvester.resolution.matching.titles import Likeness, take_out_misspelt
from harvester.resolution.matching.words import is_telling

_MOST = 5
"""Words left over of a title; where more are, it is another title."""
_SIGNS = {
    "season": re.compile("[春夏秋冬]+"),
    "direction": re.compile("[东南西北東]+"),
    "level": re.compile("[上中下]+"),
    "number": re.compile(r"[\d零〇一二三四五六七八九十两]+"),
}
_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def find_contrast(a: Form, b: Form, likeness: Likeness, levels: Mapping[str, str]) -> tuple[str, bool]:
    """Give the kind of what alone tells two titles apart, and whether that is certain; ("", False) where more does.

    It says nothing where an identifier, an address, the place in a series, or people and pages are the same.
    """
    if not likeness.told or likeness.a == likeness.b:
        return "", False
    kind = kind_of_contrast(likeness.a, likeness.b)
    if not kind or levels["series"] == "same place" or levels["identifiers"] == "agree" or levels["address"] == "agree":
        return "", False
    nothing = dict.fromkeys(levels, UNKNOWN)
    if all(is_singled_out({**nothing, name: levels[name]}) for name in ("people", "numbering")):
        return "", False
    return kind, levels["start"] != "same"


@lru_cache(maxsize=65_536)
def kind_of_contrast(a: str, b: str) -> str:
    """Give the kind of the words that alone tell two folded titles apart, each of another value; empty for none.

    Years are left aside: they are compared as years.
    """
    if _IDEOGRAPH.search(a) and _IDEOGRAPH.search(b):
        return _contrast_of_signs(a, b)
    words, words_too = collapse(a).split(), collapse(b).split()
    if abs(len(words) - len(words_too)) >= _MOST:
        return ""
    rest, rest_too = Counter(words), Counter(words_too)
    left, left_too = list((rest - rest_too).elements()), list((rest_too - rest).elements())
    if not (left and left_too) or max(len(left), len(left_too)) > _MOST:
        return ""
    take_out_misspelt(left, left_too)
    at_end = words[-1:] == left and words_too[-1:] == left_too
    return _compare_values(_values(left, at_end), _values(left_too, at_end))


def _compare_values(found: dict[str, set[str]] | None, found_too: dict[str, set[str]] | None) -> str:
    if not found or not found_too or found.keys() != found_too.keys():
        return ""
    return next((kind for kind in sorted(found) if found[kind].isdisjoint(found_too[kind])), "")


def _values(left: Sequence[str], at_end: bool) -> dict[str, set[str]] | None:
    """Give the values of words by kind; None where one is of no kind and says something."""
    found: dict[str, set[str]] = {}
    at = 0
    while at < len(left):
        word = left[at]
        if compound := find_compound(list(left), at):
            found.setdefault("number", set()).add(str(compound[0]))
            at += compound[1]
            continue
        at += 1
        if told := value_of(word, at_end=at_end):
            found.setdefault(told[0], set()).add(told[1])
        elif is_telling(word) and not is_year(word):
            return None
    return found


def _contrast_of_signs(a: str, b: str) -> str:
    """Tell it of titles written without blanks, where all but one stretch of signs is the same."""
    a, b = a.replace(" ", ""), b.replace(" ", "")
    most = min(len(a), len(b))
    start = next((at for at in range(most) if a[at] != b[at]), most)
    end = next((at for at in range(most - start) if a[-1 - at] != b[-1 - at]), most - start)
    for kind, signs in _SIGNS.items():
        one, other = (_stretch(text, start, len(text) - end, signs) for text in (a, b))
        if one and other and one != other and _number(one) != _number(other):
            return "" if is_year(one) and is_year(other) else kind
    return ""


def _stretch(text: str, start: int, end: int, signs: re.Pattern[str]) -> str:
    """Give the whole stretch of signs of a kind around a place of a text, empty where other signs are in it."""
    if start < end and not signs.fullmatch(text, start, end):
        return ""
    while start and signs.fullmatch(text[start - 1]):
        start -= 1
    while end < len(text) and signs.fullmatch(text[end]):
        end += 1
    return text[start:end]


def _number(signs: str) -> str:
    value = find_chinese(signs)
    return signs if value is None else str(value)
