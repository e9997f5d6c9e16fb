"""Reading lists of records kept in files: one file, a directory listing, or a folder of this machine; maps no field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain, islice
from urllib.parse import unquote, urlsplit

from harvester.configs import FilesConfig
from harvester.errors import (
    AnswerForbidden,
    AnswerUnreadable,
    CursorExpired,
    ListLoops,
    ResponseTooLarge,
    SourceBusy,
    SourceError,
    WrongAnswer,
)
from harvester.fetch import Fetcher
from harvester.protocols.file_entries import (
    ACCEPT,
    FILE_LIMITS,
    Entry,
    Notes,
    folder_entries,
    to_document,
    unpacked,
    web_entries,
)
from harvester.protocols.file_forms import find_form
from harvester.protocols.file_places import Place, begin_place, dump_place, next_since, parse_place
from harvester.protocols.file_records import FORMAT, PAGE_FOR_PEOPLE, Cutter, Document
from harvester.protocols.listing import folder_of, is_listing, parse_listing
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.raw import RawRecord
from harvester.sources import Source
from vocabularies.problems import Problem, problem

FAILURES_IN_A_ROW = 5
TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".jsonl", ".ndjson", ".zip")
"""Endings of addresses that tell this road by themselves."""
_FIRST = 20


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the records of every file, so many a page; of a listing only files whose date moved, until a sweep is due.

    A file of several that cannot be read is a problem and is read again next time; five in a row that the server does
    not give end the run, and so does the only file. WrongAnswer for a web page, SettingError for a folder outside the
    inbox, CursorExpired for a strange cursor.
    """
    reading = _begin(fetcher, source, window)
    row = 0
    for entry in reading.due():
        try:
            yield from reading.read(entry)
            row = 0
        except SourceError as error:
            row += not _is_of_the_file(error)
            if reading.notes.is_single or isinstance(error, SourceBusy) or row >= FAILURES_IN_A_ROW:
                raise
            yield reading.failure(entry, error)
    yield reading.last_page()
    if reading.notes.is_endless:
        limit = reading.config.max_pages
        raise ListLoops(url=source.url, reason=f"it has more than {limit} files; raise max_pages if it should")


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give a file whose first records we can read, or a listing of such files; None where it is neither.

    Tables are taken as they are, since their columns can be mapped; JSON, XML and YAML must hold records of a known
    form, or a title.
    """
    response = fetcher.get(url, accept=ACCEPT, limits=FILE_LIMITS)
    if response.status != 200:
        return None
    document = to_document(response)
    form = find_form(document.body, document.name, document.content_type)
    details = {"form": form}
    if form == "html":
        if not is_listing(document.body, document.content_type):
            return None
        folder = folder_of(response.url)
        listing = parse_listing(document.body, url=folder, content_type=document.content_type)
        if not listing.linked:
            return None
        return Probe("files", url, _name(url), url, {"form": "listing", "entries": str(len(listing.linked))})
    if form in ("empty", "other") or (form == "csv" and not _says_table(url, document.content_type)):
        return None
    cutter = Cutter(FilesConfig())
    found = chain.from_iterable(cutter.cut(each) for each in unpacked(document, Notes()))
    first = [each for each in islice(found, _FIRST) if isinstance(each, RawRecord)]
    known = any(each.format != FORMAT for each in first) or cutter.has_title
    if not first or (form in ("json", "xml", "yaml") and not known):
        return None
    return Probe("files", url, _name(url), url, {**details, "columns": ", ".join(islice(cutter.columns, 20))})


FILES = Protocol("files", FilesConfig, pages, probe)


@dataclass(slots=True)
class _Reading:
    """One reading of a source: its place, the files that are due, and what was odd about them."""

    fetcher: Fetcher
    source: Source
    config: FilesConfig
    place: Place
    resumes: bool
    notes: Notes
    cutter: Cutter
    skipped: int = 0

    @property
    def whole(self) -> bool:
        return self.place.limit_from is None and not self.resumes

    def due(self) -> Iterator[Entry]:
        """Give the files to read, from the one of the cursor on."""
        now, skipping = datetime.now(UTC), bool(self.place.entry)
        for entry in self._entries():
            skipping = skipping and entry.name != self.place.entry
            self.place.note_date(entry.changed, now)
            if skipping:
                continue
            if self.place.is_unchanged(entry.changed, self.config.overlap_s):
                self.skipped += 1
                continue
            yield entry
        if skipping:
            raise CursorExpired(url=self.source.url, cursor=self.place.entry, reason="that file is there no more")

    def read(self, entry: Entry) -> Iterator[Page]:
        """Give the records of a file, behind those a run before this one gave where the file is still the same."""
        document = entry.load()
        digest = sha256(document.body).hexdigest()[:16]
        same = (self.place.entry, self.place.digest) == (entry.name, digest)
        self.place.entry, self.place.digest = entry.name, digest
        self.place.given = self.place.given if same else 0
        rest = islice(self._items(document), self.place.given, None)
        while batch := list(islice(rest, self.config.page_size)):
            self.place.given += len(batch)
            yield self._page(batch)

    def _items(self, document: Document) -> Iterator[RawRecord | Problem]:
        """Give what a file or archive holds; a member of an archive that cannot be read costs no other."""
        for each in unpacked(document, self.notes):
            try:
                yield from self.cutter.cut(each)
            except SourceError as error:
                if each is document:
                    raise
                self.notes.unread.append(error.message)
                yield problem("PAGE_UNREADABLE", "", error.message)

    def failure(self, entry: Entry, error: SourceError) -> Page:
        """Give the problem of a file among several."""
        self.place.failed += 1
        self.notes.unread.append(error.message)
        return self._page([problem("PAGE_UNREADABLE", "", error.message)])

    def last_page(self) -> Page:
        """Give the end of the list, and where the next reading begins: nowhere new while a file could not be read."""
        remarks = (*self.notes.remarks(), *self.cutter.remarks())
        if self.skipped:
            value = f"{self.skipped} files were not read, as their date has not moved"
            remarks = (*remarks, Problem("FILES_UNCHANGED", "note", value=value))
        elif self.notes.entries and not self.cutter.count:
            remarks = (*remarks, Problem("LIST_EMPTY", "warning", value="there is no record in any file"))
        moves = not self.place.failed and not self.notes.is_endless
        since = next_since(self.place) if moves and not self.config.folder else None
        return replace(self._page([]), cursor=None, remarks=remarks, next_since=since)

    def _entries(self) -> Iterator[Entry]:
        if self.config.folder:
            return folder_entries(self.fetcher, self.config, self.notes)
        return web_entries(self.fetcher, self.source.url, self.config, self.notes)

    def _page(self, batch: Sequence[RawRecord | Problem]) -> Page:
        return Page(
            records=tuple(each for each in batch if isinstance(each, RawRecord)),
            cursor=dump_place(self.place),
            response_date=None,
            total=None,
            problems=tuple(each for each in batch if isinstance(each, Problem)),
            tracks_deletions=False,
            whole=self.whole,
        )


def _begin(fetcher: Fetcher, source: Source, window: Window) -> _Reading:
    config = source.config if isinstance(source.config, FilesConfig) else FilesConfig()
    place = begin_place(window.since, config.sweep_s, datetime.now(UTC))
    if window.cursor is not None:
        found = parse_place(window.cursor)
        if found is None:
            raise CursorExpired(url=source.url, cursor=window.cursor, reason="the cursor is not one of this protocol")
        place = found
    return _Reading(fetcher, source, config, place, window.cursor is not None, Notes(), Cutter(config))


def _is_of_the_file(error: SourceError) -> bool:
    """Say whether a file itself is of another kind or damaged: a folder may hold many such, and the server is well."""
    if isinstance(error, WrongAnswer):
        return getattr(error, "saw", "") != PAGE_FOR_PEOPLE
    return isinstance(error, AnswerUnreadable | AnswerForbidden | ResponseTooLarge)


def _says_table(url: str, content_type: str) -> bool:
    return urlsplit(url).path.lower().endswith(TABLES) or content_type.lower().startswith(("text/csv", "text/tab"))


def _name(url: str) -> str:
    parts = urlsplit(url)
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or url
