"""Checks that any protocol's list can be put to, by what its protocol module gives: pages, names, one record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from harvester.errors import ListLoops, SourceError
from harvester.preflight.metered import EnoughAsked, Metered
from harvester.preflight.verdicts import Check, Verdict, good, idle, must, should, shown
from harvester.protocols import PROTOCOLS
from harvester.protocols.oai_windows import parse_instant
from harvester.protocols.pages import Page, Window
from harvester.raw import RawRecord
from harvester.sources import Source

FEW_PAGES, MOST_PAGES = 3, 20
ENOUGH_RECORDS = 25
_NO_RECORD = "No record was seen."
_DATE = "Say of each record when it last changed, in UTC: 2024-06-30T12:00:00Z."


class Listing:
    """A source under examination, seen through its protocol alone."""

    def __init__(self, door: Metered, source: Source) -> None:
        """Take a door that counts; nothing is asked yet."""
        self.door = door
        self.source = source
        self.protocol = PROTOCOLS[source.protocol]
        self.loop = ""
        self._seen: tuple[Page, ...] | SourceError | None = None

    @property
    def pages(self) -> tuple[Page, ...]:
        """The first pages: three, or more where they are small. ``loop`` says where they lead back."""
        if isinstance(self._seen, SourceError):
            raise self._seen
        if self._seen is None:
            try:
                self._seen = tuple(self._look())
            except SourceError as error:
                self._seen = error
                raise
        return self._seen

    def _look(self) -> Iterator[Page]:
        pages = records = 0
        try:
            for page in self._read():
                yield page
                pages, records = pages + 1, records + len(page.records)
                if pages >= MOST_PAGES or (pages >= FEW_PAGES and records >= ENOUGH_RECORDS):
                    return
        except ListLoops as error:
            self.loop = error.message
        except EnoughAsked:
            if not pages:
                raise

    def first_again(self) -> Page | None:
        """The first page, asked for anew."""
        return next(self._read(), None)

    def _read(self) -> Iterator[Page]:
        return iter(self.protocol.pages(self.door, self.source, Window()))

    @property
    def records(self) -> list[RawRecord]:
        """The records of all pages."""
        return [record for page in self.pages for record in page.records]

    @property
    def ended(self) -> bool:
        """Whether the pages seen are the whole list."""
        return bool(self.pages) and self.pages[-1].cursor is None


def _answers(listing: Listing) -> Verdict:
    probe = listing.protocol.probe(listing.door, listing.source.url)
    url = listing.source.url
    if probe is None:
        return must(f"It does not answer as {listing.source.protocol} should.", "Check the address.", url)
    return good(f"It answers as {shown(probe.name or probe.url)}.", url)


def _records(listing: Listing) -> Verdict:
    url, count = listing.source.url, len(listing.records)
    broken = sum(len(page.problems) for page in listing.pages)
    if listing.loop:
        return must(listing.loop, "Let each page lead further, and end the list.", url)
    if broken:
        first = next(problem for page in listing.pages for problem in page.problems)
        return must(
            f"{broken} entries of the list cannot be read, such as {shown(first.record_id or first.value)}.",
            "Look at these entries; what is no record stays out of the index.",
            url,
        )
    if not count:
        return should("There is no record yet.", "Test again once there are some.", url)
    return good(f"{count} records came on {len(listing.pages)} pages.", url)


def _identifiers(listing: Listing) -> Verdict:
    if not listing.records:
        return idle(_NO_RECORD)
    twice = [name for name, times in Counter(raw.identifier for raw in listing.records).items() if times > 1]
    if twice:
        return must(
            f"{len(twice)} identifiers come more than once, such as {shown(twice[0])}.",
            "Give each record one identifier of its own, and list it once.",
            listing.source.url,
        )
    return good("Every record has an identifier of its own.", listing.source.url)


def _stable(listing: Listing) -> Verdict:
    first = [raw.identifier for raw in listing.pages[0].records] if listing.pages else []
    page = listing.first_again()
    again = [raw.identifier for raw in page.records] if page else []
    url = listing.source.url
    if first and not again:
        fix = "Answer with an error where records cannot be given for the moment, never with an empty list."
        return must(f"The first time {len(first)} records came, the second time none.", fix, url)
    if first == again:
        return good("Asked twice, the list begins with the same records.", url)
    if set(first) & set(again):
        return should(
            "Asked twice, the list begins with other records or in another order.", "Sort it by a fixed key.", url
        )
    return must("Asked twice, not one identifier is the same.", "Give each record one identifier for ever.", url)


def _dates(listing: Listing) -> Verdict:
    told = [(raw.identifier, raw.datestamp) for raw in listing.records if raw.datestamp]
    url = listing.source.url
    if not listing.records:
        return idle(_NO_RECORD)
    if not told:
        return should("Records do not say when they changed; each is read anew every time.", _DATE, url)
    odd = [pair for pair in told if not _is_plausible(pair[1])]
    if odd:
        return should(
            f"{len(odd)} of {len(told)} dates cannot be used: {shown(odd[0][1])} of {shown(odd[0][0])}.",
            _DATE,
            url,
        )
    return good("Dates are plausible.", url)


def _is_plausible(text: str) -> bool:
    at = parse_instant(text)
    return at is not None and at.year >= 1990 and at <= datetime.now(UTC) + timedelta(days=1)


def _size(listing: Listing) -> Verdict:
    totals = [page.total for page in listing.pages if page.total is not None]
    url = listing.source.url
    seen = len(listing.records) + sum(len(page.problems) for page in listing.pages)
    if listing.ended and totals and totals[0] > seen:
        return must(f"{totals[0]} records are announced and {seen} come.", "Send as many as are announced.", url)
    if totals or listing.ended:
        return good("The list ends, or says how long it is.", url)
    return should("The list does not say how long it is.", "Announce its size; a cut is then noticed.", url)


def _deletions(listing: Listing) -> Verdict:
    if not listing.pages:
        return idle("No page was seen.")
    page, url = listing.pages[-1], listing.source.url
    if page.tracks_deletions:
        return good("Deletions are told.", url)
    if page.whole or listing.protocol.identifiers is not None:
        return good("Deletions are not told; we find them by comparing whole lists.", url)
    return should("Deletions are not told and cannot be found.", "Keep deleted records listed as deleted.", url)


def _remarks(listing: Listing) -> Verdict:
    told = [remark for page in listing.pages for remark in page.remarks if remark.severity != "note"]
    if told:
        return should(f"Reading it, this was noticed: {told[0].value}.", "Look at it before the first harvest.", "")
    return good("Nothing else was noticed.", listing.source.url)


ANY_LIST: tuple[Check[Listing], ...] = (
    Check("G01", "It answers as its protocol says", _answers),
    Check("G02", "Every entry of the list can be read", _records),
    Check("G03", "Every record has an identifier of its own", _identifiers),
    Check("G04", "The same list twice is the same list", _stable),
    Check("G05", "Dates are plausible", _dates),
    Check("G06", "The list ends, or says how long it is", _size),
    Check("G07", "Deletions are told or can be found", _deletions),
    Check("G08", "Nothing else was noticed", _remarks),
)
