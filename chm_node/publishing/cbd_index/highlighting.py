"""Where the words of a query stand in the texts of a result: pieces of text with those words in ``<em>``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from chm_node.publishing.cbd_index.documents import is_named
from chm_node.publishing.search.conditions import Condition, Every, Some, Worded
from chm_node.publishing.search.tokens import fold, parse_query

PIECE = 100
"""So many characters a piece has at most, but for a longer word."""
DEFAULT_FIELDS = ("title_*", "summary_*")
_WORD = re.compile(r"[^\W_]+")
_PIECES = re.compile(rf"\S.{{0,{PIECE}}}(?!\S)|\S+", re.DOTALL)
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
Words = tuple[frozenset[str], tuple[str, ...]]
"""Words as they are, and beginnings of words."""


def words_of(condition: Condition) -> Words:
    """Give the words a query looks for, folded; what it leaves out is none of them."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for text in _texts(condition):
        for clause in parse_query(text):
            if not clause.excluded:
                (beginnings if clause.prefix else whole).update(clause.words)
    return frozenset(whole), tuple(sorted(beginnings))


def highlight(fields: Mapping[str, Any], words: Words, names: Iterable[str], most: int) -> dict[str, list[str]]:
    """Give by field up to ``most`` pieces of its text that hold a word; everything else in them is escaped."""
    wanted = tuple(names) or DEFAULT_FIELDS
    found: dict[str, list[str]] = {}
    for name, value in fields.items():
        if isinstance(value, str) and any(is_named(name, pattern) for pattern in wanted):
            pieces = [marked for piece in _PIECES.findall(value) if (marked := _mark(piece, words))]
            if pieces:
                found[name] = pieces[:most]
    return found


def _texts(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Worded):
        yield condition.text
    elif isinstance(condition, Every | Some):
        for each in condition.conditions:
            yield from _texts(each)


def _mark(piece: str, words: Words) -> str | None:
    """Give a piece with its words marked; None where it holds none."""
    spans = sorted(_spans(piece, words))
    if not spans:
        return None
    out, place = [], 0
    for first, last in spans:
        if last <= place:
            continue
        first = max(first, place)
        out += [escape(piece[place:first], quote=False), f"<em>{escape(piece[first:last], quote=False)}</em>"]
        place = last
    return "".join([*out, escape(piece[place:], quote=False)]).replace("</em><em>", "")


def _spans(piece: str, words: Words) -> Iterator[tuple[int, int]]:
    whole, beginnings = words
    for match in _WORD.finditer(piece):
        if fold(match[0]) in whole or (beginnings and fold(match[0]).startswith(beginnings)):
            yield match.span()
    for word in whole:  # Chinese, Japanese and Korean are indexed in pairs of letters, without spaces between words
        if _WIDE.search(word):
            for match in re.finditer(re.escape(word), piece):
                yield match.span()
