"""What a run remembers of the catalogue it reads: what came already, what was only named, what is still owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from harvester.protocols.dcat_place import Place
from harvester.protocols.list_guard import ListGuard
from harvester.raw import RawRecord
from vocabularies.problems import Problem

Entry = RawRecord | Problem


@dataclass(slots=True)
class Document:
    """One document of a catalogue: its entries in order, what it says of itself, and the address it names as the next.

    ``named`` are the things the catalogue lists, ``described`` those of them something is said of; ``others`` counts
    listed things that are no records of ours.
    """

    entries: Iterable[Entry]
    named: Iterable[str] = ()
    described: Iterable[str] = ()
    remarks: tuple[Problem, ...] = ()
    total: int | None = None
    next: str | None = None
    others: int = 0


@dataclass(slots=True)
class Course:
    """Follows one reading of a catalogue; ``from_head`` says that it began at its first page. Keeps hashes only."""

    guard: ListGuard
    from_head: bool
    others: int = 0
    faults: int = 0
    _contents: dict[int, str] = field(default_factory=dict)
    _named: set[int] = field(default_factory=set)
    _described: set[int] = field(default_factory=set)

    def open(self, document: Document) -> None:
        """Take note of what a document names and describes."""
        self._named.update(map(hash, document.named))
        self._described.update(map(hash, document.described))
        self.others += document.others

    def fresh(self, entries: Iterable[Entry], remarks: list[Problem]) -> Iterator[Entry]:
        """Give the entries that have not come yet; of those that come again with other content the first is kept."""
        again = 0
        for entry in entries:
            if isinstance(entry, Problem):
                self.faults += 1
                yield entry
                continue
            held = self._contents.setdefault(hash(entry.identifier), "")
            if not held:
                self._contents[hash(entry.identifier)] = entry.sha256
                yield entry
            elif held != entry.sha256:
                again += 1
        if again:
            value = f"{again} entries came again with other content; the first of each was kept"
            remarks.append(Problem("ENTRY_REPEATED", "note", value=value))

    def owed(self, place: Place) -> tuple[Problem, ...]:
        """Give what makes the list incomplete, now that its last page was read; begun in the middle it owes nothing."""
        if not self.from_head:
            return ()
        found = []
        if silent := len(self._named - self._described):
            found.append(f"{silent} entries the catalogue names are described on none of its pages")
        came = place.delivered + self.others
        if place.total is not None and came < place.total:
            found.append(f"only {came} of {place.total} announced entries were sent")
        return tuple(Problem("LIST_INCOMPLETE", "warning", value=value) for value in found)

    def announced(self, place: Place) -> int | None:
        """Give how many records of ours the catalogue announced."""
        return None if place.total is None else max(0, place.total - self.others)
