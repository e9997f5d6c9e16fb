"""The beginning of a text as a name for what has none, as readers of feeds show it. Pure."""

from __future__ import annotations

import re

from vocabularies.text import LangText

LONGEST = 90
_SENTENCE = re.compile(r"(.{12,}?[.!?。！？؟])(?=\s|\Z)", re.DOTALL)


def first_words(text: str) -> str:
    """Give the first line's first sentence, or as many whole words as fit, with an ellipsis where more follows."""
    line = next((" ".join(part.split()) for part in text.splitlines() if part.strip()), "")
    found = _SENTENCE.match(line)
    if found and len(found[1]) <= LONGEST:
        return found[1].rstrip(".。") if len(found[1]) == len(line) else found[1]
    if len(line) <= LONGEST:
        return line
    head = line[:LONGEST]
    words = head.rpartition(" ")[0] if " " in head[LONGEST // 2 :] else head
    return f"{words.rstrip(' ,;:–—-')}…"


def title_from(summary: LangText) -> LangText:
    """Give the first words of each language."""
    return LangText({tag: words for tag, text in summary.items() if (words := first_words(text))})
