"""Words as every search index sees them: Latin, Cyrillic and Arabic folded, Chinese, Japanese and Korean as bigrams."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from operator import add

_CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31a0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
)
_RUN = re.compile(rf"([{_CJK}]+)|([^\W_{_CJK}]+)")
_HAS_CJK = re.compile(f"[{_CJK}]")
_WORD = re.compile(r"[^\W_]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
_LETTERS = {
    "ى": "ي",
    "ة": "ه",
    "ٱ": "ا",
    "ـ": "",
    "ء": "",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
}
_MAX_TOKEN = 64


def fold(text: str) -> str:
    """Give the text casefolded, without diacritics, harakat and tatweel, Arabic letter variants joined."""
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold())
    folded = unicodedata.normalize("NFC", bare)
    for letter, plain in _LETTERS.items():
        if letter in folded:
            folded = folded.replace(letter, plain)
    return folded


def _bigrams(run: str) -> list[str]:
    return list(map(add, run, run[1:])) or [run]


def tokens(text: str) -> list[str]:
    """Give the index tokens of a text in reading order; a CJK run becomes overlapping bigrams."""
    folded = fold(text)
    if folded.isascii():
        return [token[:_MAX_TOKEN] for token in _ASCII_WORD.findall(folded)]
    if not _HAS_CJK.search(folded):
        return [token[:_MAX_TOKEN] for token in _WORD.findall(folded)]
    found: list[str] = []
    for cjk, word in _RUN.findall(folded):
        if cjk:
            found.extend(_bigrams(cjk))
        else:
            found.append(word[:_MAX_TOKEN])
    return found


@dataclass(frozen=True, slots=True)
class Clause:
    """One required piece of a query: tokens that stand beside each other; ``excluded`` and ``prefix`` as typed."""

    words: tuple[str, ...]
    excluded: bool = False
    prefix: bool = False


_CLAUSE = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_MAX_CLAUSES = 32


def parse_query(text: str) -> tuple[Clause, ...]:
    """Read what people type: words are all required, ``"a phrase"``, ``-without``, ``begin*``.

    Anything else is plain text. At most 32 clauses count; the rest is ignored.
    """
    clauses: list[Clause] = []
    for minus, phrase, word in _CLAUSE.findall(text)[:_MAX_CLAUSES]:
        excluded = bool(minus)
        if phrase:
            if words := tokens(phrase):
                clauses.append(Clause(tuple(words), excluded))
            continue
        folded = fold(word)
        pieces = _RUN.findall(folded)
        for place, (cjk, plain) in enumerate(pieces):
            last = place == len(pieces) - 1
            prefix = (last and word.endswith("*")) or len(cjk) == 1
            words = _bigrams(cjk) if cjk else [plain[:_MAX_TOKEN]]
            clauses.append(Clause(tuple(words), excluded, prefix))
    return tuple(clauses)
