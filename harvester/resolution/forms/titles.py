"""One title read once: its words, numbers, countries and marks, which whatever looks at it next shares; pure."""

from __future__ import annotations

from functools import lru_cache

from harvester.resolution.forms.folding import collapse, flatten, smooth, strip_noise
from harvester.resolution.forms.marks import find_marks
from harvester.resolution.forms.numerals import Numbers, read_numbers
from harvester.resolution.forms.places import find_named, find_peoples


class Title:
    """What one title says.

    ``folded`` is for comparing; ``words`` are its collapsed words, ``text`` the same joined and ``smoothed`` the title
    collapsed with its punctuation. ``placed`` is how many of the words are names of the countries in ``named``.
    """

    __slots__ = ("folded", "marks", "named", "numbers", "placed", "smoothed", "text", "words")

    def __init__(self, title: str) -> None:
        smoothed, final = strip_noise(smooth(title))
        self.folded = flatten(smoothed)
        self.text = collapse(self.folded)
        self.words = self.text.split()
        self.smoothed = collapse(smoothed)
        self.numbers: Numbers = read_numbers(self.words, self.smoothed)
        self.named, self.placed = find_named(self.words, self.smoothed)
        if not self.named:
            self.named = find_peoples(self.words)
        self.marks = find_marks(self.words, self.smoothed, final)


@lru_cache(maxsize=1024)
def read_title(title: str) -> Title:
    """Give what a title says; the last thousand are remembered, for nodes copy each other's."""
    return Title(title)
