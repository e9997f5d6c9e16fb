"""What titles and names of offices speak of, told by words in six languages; pure but for reading its own list.

A topic is a word of no language, so that "zones humides" and "wetlands" meet. What is not in the list is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from harvester.resolution.forms.folding import collapse, fold
from harvester.resolution.forms.places import names_in_signs, words_of_names
from harvester.resolution.forms.transliteration import to_latin

_ARTICLES = re.compile("(?:وال|بال|كال|فال|ال|ولل|لل)(?=...)")
_PARTICLES = re.compile("[وبلف](?=....)")
_SHORTEST_ABROAD = 4
"""Letters a Russian word's beginning must have more than to be known in Latin letters too."""
_SHORTEST, _LONGEST_SIGN = 3, 5
"""Letters of the shortest beginning, and of the longest text in ideographs."""
_FOREIGN = "\u2e80"
"""The first of the characters that are written without blanks."""


class _Lexicon(NamedTuple):
    whole: Mapping[str, str]
    starts: Mapping[str, Sequence[tuple[str, str]]]
    signs: Mapping[str, str]
    offices: frozenset[str]
    common: frozenset[str]
    nothing: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    whole: dict[str, str] = {}
    starts: dict[str, str] = {}
    signs: dict[str, str] = {}
    of_section: dict[str, list[str]] = {}
    nothing: set[str] = set()
    section = ""
    for line in files(__package__).joinpath("topics.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif section == "nothing":
            nothing.update(line.split())
        elif line and not line.startswith("#"):
            topic, _, words = line.partition(" = ")
            of_section.setdefault(section, []).append(topic)
            for word in words.split():
                key = collapse(fold(word))
                where = signs if key[0] >= _FOREIGN else whole if word.endswith(".") else starts
                where[key] = topic
    for start in [each for each in starts if "\u0400" <= each[0] <= "\u04ff" and len(each) > _SHORTEST_ABROAD]:
        starts.setdefault(to_latin(start), starts[start])
    signs |= dict.fromkeys(names_in_signs(), "")  # 法国 is France and no law
    signs |= dict.fromkeys((word for word in nothing if word[0] >= _FOREIGN), "")
    common, offices = frozenset(of_section["common"]), frozenset(of_section["office"])
    return _Lexicon(whole, _indexed(starts), signs, offices, common, frozenset(nothing))


def _indexed(starts: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Give the beginnings of words with their topics by their first letters, the longest first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for start in sorted(starts, key=lambda each: (-len(each), each)):
        found.setdefault(start[:_SHORTEST], []).append((start, starts[start]))
    return found


@lru_cache(maxsize=65_536)
def topic_of(word: str) -> str:
    """Give the topic of a collapsed word, empty where it has none."""
    lexicon = _lexicon()
    found = _sought(word, lexicon)
    if found or not "\u0600" <= word[0] <= "\u06ff":
        return found
    bare = _ARTICLES.sub("", word, count=1) if _ARTICLES.match(word) else word
    return _sought(bare, lexicon) or (_sought(bare[1:], lexicon) if _PARTICLES.match(bare) else "")


def _sought(word: str, lexicon: _Lexicon) -> str:
    if word in lexicon.whole:
        return lexicon.whole[word]
    for start, topic in lexicon.starts.get(word[:_SHORTEST], ()):
        if word.startswith(start):
            return topic
    return ""


@cache
def _topics_of_countries() -> Mapping[str, frozenset[str]]:
    """Give what the names of countries speak of, in any language: coasts, of Ivory Coast."""
    found: dict[str, set[str]] = {}
    for word, code in words_of_names():
        if topic := topic_of(word):
            found.setdefault(code, set()).add(topic)
    return {code: frozenset(topics) for code, topics in found.items()}


def topics_of(words: Sequence[str], named: Iterable[str] = ()) -> set[str]:
    """Give the topics of a title's collapsed words, without those of the names of the countries ``named`` in it."""
    found = _said(words)
    for code in named:
        found -= _topics_of_countries().get(code, frozenset())
    if "land" in found and not found.isdisjoint(_LANDS):
        found.discard("land")  # dry lands
    return found


_LANDS = frozenset({"wetland", "dryland", "pasture"})


def _said(words: Sequence[str]) -> set[str]:
    if words and max(words) < _FOREIGN:
        found = set(map(topic_of, words))
        found.discard("")
        return found
    found = set()
    for word in words:
        if word[0] >= _FOREIGN:
            found.update(_signs(word)[0])
        else:
            found.add(topic_of(word))
    found.discard("")
    return found


@lru_cache(maxsize=8_192)
def telling_topics(topics: tuple[str, ...]) -> tuple[str, ...]:
    """Give those of a form's topics that tell one thing from another: not "report", "project" or "area"."""
    common = _lexicon().common
    return tuple(topic for topic in topics if topic not in common)


@lru_cache(maxsize=8_192)
def _signs(text: str) -> tuple[frozenset[str], str]:
    """Give the topics of a text without blanks, and what is left of it."""
    signs = _lexicon().signs
    found: set[str] = set()
    rest = ""
    at = 0
    while at < len(text):
        for size in range(min(_LONGEST_SIGN, len(text) - at), 0, -1):
            topic = signs.get(text[at : at + size])
            if topic is not None:
                found.add(topic)
                at += size
                break
        else:
            rest += text[at]
            at += 1
    return frozenset(found), rest


def understand(words: Iterable[str]) -> tuple[set[str], list[str], bool]:
    """Give (topics, words that are not understood, whether an office is among the topics) of collapsed words."""
    lexicon = _lexicon()
    found: set[str] = set()
    rest: list[str] = []
    for word in words:
        if word[0] >= _FOREIGN:
            topics, left = _signs(word)
            found |= topics
            rest += [left] if left else []
        elif word not in lexicon.nothing:
            topic = topic_of(word)
            if topic:
                found.add(topic)
            else:
                rest.append(word)
    found.discard("")
    return found, rest, not found.isdisjoint(lexicon.offices)
