"""What a list of a source proves: whether it is complete, what is gone, and whether that is plausible. Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from harvester.protocols.pages import Page, Roll
from vocabularies.problems import Problem

FEW = 5
SHARE = 0.2
"""A run may change so many records of a source, or this share of them, before a person is asked."""


def _digest(identifier: str) -> int:
    return int.from_bytes(blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


@dataclass(slots=True)
class Listing:
    """What one reading of a source named, as eight bytes a record, and everything that speaks against its being whole.

    Two of the same million identifiers have one digest once in some thirty million listings; a record is then kept too
    long, never removed too soon.
    """

    announced: int | None = None
    read: int = 0
    ended: bool = False
    whole: bool = True
    tracks_deletions: bool = True
    doubts: list[str] = field(default_factory=list)
    _digests: array[int] = field(default_factory=lambda: array("Q"))
    _sorted: bool = False

    def add_page(self, page: Page) -> None:
        """Take note of a page of records; one that is no part of a whole list makes this none."""
        self.tracks_deletions = page.tracks_deletions
        if not page.whole:
            self.whole = False
            return
        self._add((raw.identifier for raw in page.records if not raw.deleted), len(page.records))
        self._add((found.record_id for found in page.problems if found.record_id), len(page.problems))
        if any(not found.record_id for found in page.problems):
            self._doubt("a record in it could not be told apart")
        self._end(page.total, page.remarks, last=page.cursor is None)

    def add_roll(self, roll: Roll) -> None:
        """Take note of an answer of a list of identifiers."""
        self._add((named.identifier for named in roll.named if not named.deleted), len(roll.named))
        self._end(roll.total, roll.remarks, last=roll.last)

    def fault(self) -> str:
        """Say why the list is no proof of what is gone; empty where it is one."""
        if not self.ended:
            return "its end was not reached"
        if self.announced is not None and (named := self.read - self._repeats()) < self.announced:
            return f"only {named} of {self.announced} announced records were named"
        return self.doubts[0] if self.doubts else ""

    def missing_of(self, identifiers: Iterable[str]) -> Iterator[str]:
        """Give those of the identifiers that the list does not name."""
        digests = self._in_order()
        for identifier in identifiers:
            digest = _digest(identifier)
            at = bisect_left(digests, digest)
            if at == len(digests) or digests[at] != digest:
                yield identifier

    def __len__(self) -> int:
        """Give how many live records were named, each once."""
        digests = self._in_order()
        return sum(1 for at, digest in enumerate(digests) if at == 0 or digests[at - 1] != digest)

    def _repeats(self) -> int:
        return len(self._digests) - len(self)

    def _add(self, identifiers: Iterable[str], read: int) -> None:
        self._digests.extend(_digest(identifier) for identifier in identifiers)
        self._sorted = False
        self.read += read

    def _end(self, total: int | None, remarks: Iterable[Problem], *, last: bool) -> None:
        self.announced = total if total is not None else self.announced
        self.ended = last
        for remark in remarks:
            if remark.severity != "note":
                self._doubt(remark.value or remark.code)

    def _doubt(self, reason: str) -> None:
        if reason not in self.doubts:
            self.doubts.append(reason)

    def _in_order(self) -> array[int]:
        if not self._sorted:
            self._digests = array("Q", sorted(self._digests))
            self._sorted = True
        return self._digests


def reason_to_hold(changes: int, live: int, *, removes: bool = True) -> str:
    """Say why a person should look before so many of a source's live records change; empty where nobody need.

    More than five and a fifth; of removals also what empties the source, or more than one that halve it.
    """
    if not changes or not live:
        return ""
    if removes and changes >= live:
        return "nothing of the source would be left"
    if changes > max(FEW, SHARE * live):
        return f"that is {round(100 * changes / live)} % of the source"
    if removes and changes > 1 and 2 * (live - changes) <= live:
        return "half of the source or more would go"
    return ""


def is_implausible(named: int, held: int) -> bool:
    """Tell whether a whole list names so few records, beside those we hold, that it is no proof by itself."""
    return held > 0 and 2 * named <= held
