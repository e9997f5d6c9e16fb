"""A search index that follows a catalogue's change log; each web process may hold its own."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from chm_node.publishing.catalogue import Catalogue
from chm_node.publishing.search.documents import to_document
from chm_node.publishing.search.engine import IndexBusy, SearchAnswer, SearchDocument, SearchEngine, SearchRequest
from chm_node.publishing.search.tantivy_engine import TantivyEngine

_LAYOUT = "3"
_MARK = "owner.txt"
_BATCH = 5_000


def open_engine(directory: Path | None, owner: str) -> SearchEngine:
    """Open the index in the directory; one of another node or an older layout is thrown away, as it can be rebuilt."""
    if directory is None:
        return TantivyEngine()
    mark = directory / _MARK
    stamp = f"{owner} {_LAYOUT}\n"
    if directory.exists() and (not mark.exists() or mark.read_text("utf-8") != stamp):
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)
    engine = TantivyEngine(directory)
    mark.write_text(stamp, "utf-8")
    return engine


def forget_index(directory: Path) -> None:
    """Have the index in the directory made anew when it is next opened; one that is open now is not disturbed."""
    (directory / _MARK).unlink(missing_ok=True)


class LiveSearch:
    """Answers requests from an index that it brings up to date with the catalogue first."""

    def __init__(self, catalogue: Catalogue, engine: SearchEngine) -> None:
        """Follow the catalogue; a search first looks whether its change log has grown, which is one row to read."""
        self._catalogue = catalogue
        self._engine = engine
        self._sequence = engine.sequence()
        self._lock = threading.Lock()

    def refresh(self) -> int:
        """Apply every change since the last look and give the sequence reached; what another process wrote is read."""
        with self._lock:
            last = self._catalogue.last_sequence()
            if last < self._sequence:
                self._rebuild()
            while self._sequence < last:
                try:
                    reached = self._apply_batch()
                except IndexBusy:
                    self._sequence = self._engine.sequence()
                    break
                if reached == self._sequence:
                    break
                self._sequence = reached
            return self._sequence

    def rebuild(self) -> int:
        """Make the index anew and give its sequence; readers see the old one until the new one is whole."""
        with self._lock:
            self._rebuild()
            return self._sequence

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer a request; where another thread is bringing the index up to date, from the last commit."""
        if not self._lock.locked():
            self.refresh()
        return self._engine.search(request)

    def _apply_batch(self) -> int:
        changes = self._catalogue.changes(self._sequence, _BATCH)
        if not changes:
            return self._sequence
        # one by one: the engine takes documents in while the next one is made
        documents = (
            to_document(change.local_id, change.sequence, change.native, changed_at=change.datestamp)
            for change in changes
            if change.op != "delete" and change.native is not None
        )
        deleted = [change.local_id for change in changes if change.op == "delete" or change.native is None]
        self._engine.apply(documents, deleted)
        return changes[-1].sequence

    def _rebuild(self) -> None:
        self._engine.replace_all(self._documents())
        self._sequence = self._engine.sequence()

    def _documents(self) -> Iterator[SearchDocument]:
        since = 0
        while changes := self._catalogue.changes(since, _BATCH):
            for change in changes:
                if change.op != "delete" and change.native is not None:
                    yield to_document(change.local_id, change.sequence, change.native, changed_at=change.datestamp)
            since = changes[-1].sequence
