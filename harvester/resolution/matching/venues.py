"""How alike two names of journals, meetings or organisations are: whole, shortened, or by their initials; pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from harvester.resolution.matching.words import words_of

UNKNOWN = "unknown"


@lru_cache(maxsize=65_536)
def _compare_names(one: str, other: str) -> str:
    if not (one and other):
        return UNKNOWN
    if one == other:
        return "same"
    if is_short_for(one, other) or is_short_for(other, one) or float(fuzz.token_set_ratio(one, other)) >= 85:
        return "alike"
    shared = set(words_of(one)) & set(words_of(other))
    return "partly" if shared else "differ"


@lru_cache(maxsize=65_536)
def compare_venues(one: str, other: str) -> str:
    """Compare two journals or meetings as ``_venue`` does, by what tells them from others: "vldb" is in "in proc of
    the 27th conf on very large data bases"."""
    level = _compare_names(one, other)
    if level not in ("partly", "differ"):
        return level
    names, names_too = _names_of(one), _names_of(other)
    if not (names and names_too):
        return level
    if set(names) <= set(names_too) or set(names_too) <= set(names):
        return "alike"
    return "alike" if _has_initials(names, names_too) or _has_initials(names_too, names) else level


def _names_of(venue: str) -> list[str]:
    return [word for word in words_of(venue) if word not in _OF_ANY_VENUE and not word[0].isdecimal()]


def _has_initials(names: Sequence[str], others: Sequence[str]) -> bool:
    initials = "".join(word[0] for word in others)
    return len(initials) >= 3 and any(
        len(name) >= 3 and (name in initials or (name.startswith(initials) and len(name) - len(initials) < 2))
        for name in names
    )


_OF_ANY_VENUE = frozenset({
    "proceedings", "proceeding", "proc", "procs", "conference", "conf", "international", "intl", "int", "annual",
    "symposium", "symp", "workshop", "meeting", "acm", "ieee", "in", "lecture", "notes", "vol", "volume", "pp", "pages",
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
})  # fmt: skip
"""Words that tell no journal or meeting from another."""


@lru_cache(maxsize=16_384)
def is_short_for(short: str, long: str) -> bool:
    """Tell whether a name is the other's initials, or its words shortened: "j clim" of "journal of climate"."""
    words, words_too = short.split(), words_of(long)
    if len(words) == 1 and len(short) > 1 and "".join(word[0] for word in words_too).startswith(short):
        return True
    if len(words) < 2 or len(words) > len(words_too):
        return False
    rest = iter(words_too)
    return all(any(_shortens(word, other) for other in rest) for word in words)


def _shortens(short: str, word: str) -> bool:
    if word.startswith(short):
        return True
    if word[:1] != short[:1]:
        return False
    letters = iter(word)  # "natl" of "national": its letters in order, the first one first
    return len(short) > 2 and all(letter in letters for letter in short)


def compare_bodies(some: Sequence[str], others: Sequence[str]) -> str:
    """Give how like the most alike of the first three bodies of both are, UNKNOWN where either names none."""
    if not (some and others):
        return UNKNOWN
    levels = {_body(one, other) for one in some[:3] for other in others[:3]}
    return next(level for level in ("same", "alike", "partly", "differ") if level in levels)


def _body(one: str, other: str) -> str:
    if ":" in one or ":" in other:  # an office understood: "ke:environment ministry"
        return "same" if one == other else "differ"
    return _compare_names(one, other)
