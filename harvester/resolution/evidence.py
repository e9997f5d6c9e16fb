"""What speaks for two members being one thing, whether or not anybody compared them before; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING

from harvester.resolution.forms.form import Form
from harvester.resolution.forms.reading import read_form
from harvester.resolution.keys import certain
from harvester.resolution.matching.scoring import Model, Score, load_model, score

if TYPE_CHECKING:
    from harvester.resolution.clusters import Member

_SURELY = 8.0
"""So many bits are said by whoever is not the model, and by a key in common; the model's own go no further."""
_DOUBTED = -4.0
"""No more is said by a pair that only a person may join, or that nobody could compare."""
_PAGE = "url:"
Ties = Mapping[int, Set[int]]
"""Positions by position."""


class Evidence:
    """Bits of evidence between members by their positions, each pair weighed once.

    ``surely`` are the pairs people, owners and rules called the same, ``supported`` those the models found likely too.
    Without a model the shipped one compares.
    """

    def __init__(self, members: Sequence[Member], surely: Ties, supported: Ties, model: Model | None = None) -> None:
        """Begin with nothing weighed."""
        self._members, self._surely, self._supported, self._model = members, surely, supported, model
        self._known: dict[tuple[int, int], float] = {}

    def bits(self, one: int, two: int) -> float:
        """Give how many bits speak for two positions being one thing; against it where they are below zero."""
        pair = (one, two) if one < two else (two, one)
        bits = self._known.get(pair)
        if bits is None:
            bits = self._known[pair] = self._weigh(*pair)
        return bits

    def form(self, at: int) -> Form | None:
        """Give the form of a member, or None where nothing to compare is known of it."""
        native = self._members[at].native
        return read_form(native) if native else None

    def _weigh(self, one: int, two: int) -> float:
        if two in self._surely.get(one, ()) or _share_key(self._members[one], self._members[two]):
            return _SURELY
        form, other = self.form(one), self.form(two)
        if form is None or other is None:
            return _SURELY if two in self._supported.get(one, ()) else _DOUBTED
        return to_bits(score(form, other, self._model or load_model()))


def to_bits(found: Score) -> float:
    """Give what a score says for joining the groups its two records stand in."""
    bits = max(-_SURELY, min(_SURELY, found.bits))
    return min(bits, _DOUBTED) if found.comparison.doubt else bits


def share_identifier(one: Member, other: Member) -> bool:
    """Tell whether two members bear one identifier; the page of a source may be that of many records."""
    shared = set(certain(one.keys)) & set(certain(other.keys))
    return any(not key.startswith(_PAGE) for key in shared)


def _share_key(one: Member, other: Member) -> bool:
    return not set(certain(one.keys)).isdisjoint(certain(other.keys))
