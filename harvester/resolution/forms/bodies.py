"""Names of organisations as comparing needs them: one for a body known in six languages, one for an office; pure.

A body of ``bodies.txt`` is given as it is called there. A ministry, museum, institute … whose name is understood word
by word is given as "ke:environment ministry"; the colon tells that it compares as a whole. Any other name is folded.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from harvester.resolution.forms.folding import collapse, fold, smooth
from harvester.resolution.forms.places import find_named
from harvester.resolution.forms.topics import understand

_ARTICLES = frozenset({"the", "la", "le", "les", "el", "los", "las", "l"})
_LONGEST_NAME = 200


@cache
def _known() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in files(__package__).joinpath("bodies.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            body, _, names = line.partition(" = ")
            for name in (body, *names.split(" | ")):
                found[_key(name.split())] = body
    return found


def _key(words: Iterable[str]) -> str:
    folded = collapse(fold(" ".join(words))).split()
    while len(folded) > 1 and folded[0] in _ARTICLES:
        folded = folded[1:]
    return " ".join(folded)


def find_body(name: str) -> str:
    """Give what a body of the list is called there, empty where the name is none's."""
    known = _known()
    key = _key([name[:_LONGEST_NAME]])
    if body := known.get(key):
        return body
    words = key.split()
    for rest, beside in ((words[:-1], words[-1:]), (words[1:], words[:1])):
        body = known.get(" ".join(rest), "")
        if body and known.get(beside[0]) == body:
            return body  # "United Nations Environment Programme (UNEP)"
    return ""


@lru_cache(maxsize=16_384)
def to_body(name: str, country: str = "") -> str:
    """Give the name of an organisation as it compares; ``country`` is where it is at home if the name does not say."""
    return find_known_body(name, country) or fold(name)


@lru_cache(maxsize=16_384)
def find_known_body(name: str, country: str = "") -> str:
    """Give the one name of a body of the list, or of an office that is understood; empty for any other name."""
    return find_body(name) or _office(collapse(fold(name)), name, country)


def _office(text: str, name: str, country: str) -> str:
    """Give an office as its country and what it is for; empty where its country or a word of its name is not known."""
    words = text.split()
    topics, rest, says_office = understand(words)
    if not says_office or len(topics) < 2:
        return ""
    named, placed = find_named(words, collapse(smooth(name)))
    if len(rest) > placed or len(named) > 1:
        return ""
    place = named.pop() if named else country
    return f"{place.lower()}:{' '.join(sorted(topics))}" if place else ""
