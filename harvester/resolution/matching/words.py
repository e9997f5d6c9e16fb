"""The words of a folded title, and how much each of them tells; pure."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_LIST = Path(__file__).with_name("common_words.txt")
COMMON, NUMBER, ORDINARY = 0.35, 0.8, 1.0


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    """Give the words that carry nothing, and those that are common in titles of this field."""
    carrying_nothing: set[str] = set()
    common: set[str] = set()
    target = carrying_nothing
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("["):
            target = carrying_nothing if line == "[nothing]" else common
            continue
        target.update(line.split())
    return frozenset(carrying_nothing), frozenset(common)


@lru_cache(maxsize=65_536)
def words_of(title: str) -> tuple[str, ...]:
    """Give the words of a folded title that carry something, in order; ideographs by twos. All, where none does."""
    nothing, _ = _lists()
    words = [word for word in title.split() if word not in nothing] or title.split()
    if not _IDEOGRAPHS.search(title):
        return tuple(words)
    parted: list[str] = []
    for word in words:
        at = 0
        for run in _IDEOGRAPHS.finditer(word):
            if run.start() > at:
                parted.append(word[at : run.start()])
            text = run[0]
            parted.extend([text[n : n + 2] for n in range(len(text) - 1)] or [text])
            at = run.end()
        if at < len(word):
            parted.append(word[at:])
    return tuple(parted)


@lru_cache(maxsize=65_536)
def weight_of(word: str) -> float:
    """Give how much a word tells: little where it is common in such titles, less where it is short."""
    _, common = _lists()
    if word in common:
        return COMMON
    if word.isdecimal():
        return NUMBER
    if _IDEOGRAPHS.match(word):
        return 0.6
    return ORDINARY if len(word) > 3 else 0.7


def is_telling(word: str) -> bool:
    """Tell whether a folded word carries something."""
    return word not in _lists()[0]


def telling(words: tuple[str, ...]) -> float:
    """Give how much words tell together; about one for each word that is neither common nor short."""
    return sum(map(weight_of, words))
