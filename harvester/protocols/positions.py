"""Lists paged by position: reading on from a place, and around what a source cannot give. Knows no format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, Protocol, TypeVar

import orjson

from harvester.errors import (
    AnswerUnreadable,
    CursorExpired,
    ListLoops,
    ResponseTooLarge,
    SourceError,
    SourceTooSlow,
    SourceUnreachable,
)
from harvester.protocols.list_guard import ListGuard
from harvester.protocols.oai_windows import SECONDS_FORM, parse_instant, trusted_date
from harvester.protocols.pages import Named, Page, Roll
from harvester.raw import RawRecord
from vocabularies.problems import Problem

MAX_LOST_IN_A_ROW = 3
MAX_STEPS_BACK = 5
MAX_DIGITS = 9
_SMALLER = 4
_OF_THE_PAGE = (AnswerUnreadable, ResponseTooLarge, SourceTooSlow, SourceUnreachable)


class Identified(Protocol):
    """Whatever bears the source's identifier: a raw record, or a name."""

    @property
    def identifier(self) -> str:
        """The source's own identifier."""


T = TypeVar("T", bound=Identified)


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """What one answer holds from a position on.

    ``reach`` is how many positions it covers, those it left out included. ``last`` says that the source calls it the
    last one; it is believed only where no total was announced.
    """

    records: tuple[T, ...]
    reach: int
    total: int | None
    date: str | None = None
    problems: tuple[Problem, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list has been read; ``way`` is how it is asked for, as its protocol numbers the ways.

    ``since`` is the window asked for, ``asked_at`` the date of the list's first answer (empty: none we can use),
    ``lost`` how many records could not be read.
    """

    start: int = 0
    delivered: int = 0
    total: int | None = None
    since: str | None = None
    asked_at: str | None = None
    lost: int = 0
    way: int = 0


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """One answer and the place after it; ``ends`` where the list is complete."""

    part: Slice[T]
    place: Place
    ends: bool
    remarks: tuple[Problem, ...] = ()

    @property
    def cursor(self) -> str | None:
        """Give the text that resumes after this answer in another process; None at the end."""
        kept = {name: getattr(self.place, name) for name in Place.__slots__}
        wanted = {name: value for name, value in kept.items() if value not in (None, 0)}
        return None if self.ends else orjson.dumps(wanted).decode()

    def next_since(self, overlap_s: int) -> str | None:
        """Give where the next window begins, at the end only; it stays where a record was lost or no date was given."""
        if not self.ends:
            return None
        at = parse_instant(self.place.asked_at)
        if at is None or self.place.lost:
            return self.place.since
        return (at - timedelta(seconds=overlap_s)).strftime(SECONDS_FORM)


def page_of(step: Step[RawRecord], overlap_s: int, *, whole: bool, learnt: Mapping[str, str]) -> Page:
    """Give an answer of raw records as a page; ``whole`` and ``learnt`` as a page says them."""
    return Page(
        records=step.part.records,
        cursor=step.cursor,
        response_date=step.part.date,
        total=step.part.total,
        problems=step.part.problems,
        remarks=step.remarks,
        next_since=step.next_since(overlap_s),
        tracks_deletions=False,
        whole=whole,
        learnt=learnt,
    )


def roll_of(step: Step[Named]) -> Roll:
    """Give an answer of names as a part of the roll; a name that cannot be read makes it no evidence."""
    remarks = (*step.remarks, *step.part.problems)
    return Roll(step.part.records, step.ends, step.part.total, step.part.date, remarks)


def is_older(step: Step[RawRecord], since: str | None) -> bool:
    """Say whether a record is here that the window leaves out by more than a day: then the source passes over it."""
    start = parse_instant(since)
    stamps = [parse_instant(record.datestamp) for record in step.part.records]
    return start is not None and any(stamp is not None and stamp < start - timedelta(days=1) for stamp in stamps)


def parse_cursor(text: str, url: str) -> Place:
    """Give the place a cursor names; CursorExpired where it is not one of ours."""
    try:
        place = Place(**orjson.loads(text))
    except (orjson.JSONDecodeError, TypeError):
        place = None
    if place is None or not all(
        isinstance(part, int) for part in (place.start, place.delivered, place.lost, place.way)
    ):
        raise CursorExpired(url=url, cursor=text, reason="the cursor is not one of this protocol")
    return place


def to_count(value: object) -> int | None:
    """Give a number of records that can be one, or None."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS else None


class PositionList(Generic[T]):
    """One list; ``ask(start, rows)`` gives what lies from a position on, counted from 0."""

    def __init__(self, ask: Callable[[int, int], Slice[T]], url: str, *, rows: int, max_pages: int) -> None:
        """Begin with so many rows a page; nothing is asked yet."""
        self._ask = ask
        self._url = url
        self._most = self._rows = rows
        self._guard = ListGuard(max_pages)
        self._steps_back = 0
        self._page: tuple[str, ...] = ()
        self._begins = self._furthest = 0

    def walk(self, place: Place) -> Iterator[Step[T]]:
        """Give the answers from a place on, each position once; ListLoops comes after the last useful one.

        A page that cannot be read is asked for in smaller parts, until the record that breaks it is alone, told and
        left out; the error itself is raised where more than three in a row are broken.
        """
        while True:
            begins, part = self._read(place)
            after, ends, remarks = self._advance(replace(place, start=begins), part)
            yield Step(part, after, ends, remarks)
            if reason := self._notice(begins, part, after, ends=ends):
                raise ListLoops(url=self._url, reason=reason)
            if ends:
                return
            place = after

    def _read(self, place: Place) -> tuple[int, Slice[T]]:
        start, rows = place.start, self._rows
        lost: list[Problem] = []
        while not (lost and place.total is not None and start >= place.total):
            try:
                part = self._ask(start, rows)
            except _OF_THE_PAGE as error:
                if not _is_of_the_page(error) or len(lost) >= MAX_LOST_IN_A_ROW:
                    raise
                if rows > 1:
                    rows = max(1, rows // _SMALLER)
                    continue
                words = f"the record at place {start + 1} of the list cannot be read: {error}"
                lost.append(Problem("RECORD_UNREACHABLE", "error", value=words[:500]))
                start += 1
                continue
            self._rows = min(self._most, rows * _SMALLER)
            return start, replace(part, problems=(*lost, *part.problems))
        return start, Slice((), 0, place.total, problems=tuple(lost))

    def _advance(self, place: Place, part: Slice[T]) -> tuple[Place, bool, tuple[Problem, ...]]:
        new = {record.identifier for record in part.records if not self._guard.is_known(record.identifier)}
        after = replace(
            place,
            start=place.start + part.reach,
            delivered=place.delivered + len(new),
            total=part.total,
            asked_at=_date(part.date) if place.asked_at is None else place.asked_at,
            lost=place.lost + len(part.problems),
        )
        remarks: tuple[Problem, ...] = ()
        gone = place.total - part.total if place.total is not None and part.total is not None and place.start > 0 else 0
        if gone > 0:
            words = f"the list shrank from {place.total} to {part.total} while it was read"
            if self._steps_back < MAX_STEPS_BACK:
                self._steps_back += 1
                told = Problem("LIST_CHANGED", "note", value=f"{words}; a part was read again")
                return replace(after, start=max(0, place.start - gone)), False, (told,)
            remarks = (Problem("LIST_CHANGED", "warning", value=f"{words}, again and again; some may be missing"),)
        ends = self._is_end(after.start, part)
        if ends and part.total is not None and after.delivered < part.total:
            words = f"only {after.delivered} of {part.total} announced records were sent"
            return after, ends, (*remarks, Problem("LIST_INCOMPLETE", "warning", value=words))
        return after, ends, remarks

    def _is_end(self, reached: int, part: Slice[T]) -> bool:
        if part.reach == 0:
            return True
        if part.total is None:
            return part.last
        return reached == part.total or (reached > part.total and part.reach < self._most)

    def _notice(self, begins: int, part: Slice[T], after: Place, *, ends: bool) -> str | None:
        page = tuple(record.identifier for record in part.records)
        same = bool(page) and begins > self._begins and page == self._page
        again = begins + part.reach <= self._furthest  # a part read once more brings nothing new, and need not
        self._page, self._begins, self._furthest = page, begins, max(self._furthest, begins + part.reach)
        here, there = f"place {begins} of {part.total}", f"place {after.start} of {after.total}, {self._steps_back}"
        reason = self._guard.notice(here, page, None if ends else there, unread=again or bool(part.problems))
        return f"place {begins + 1} gives the same page as the place before it" if same else reason


def _is_of_the_page(error: SourceError) -> bool:
    """Say whether a smaller page may be answered; not where nobody answers at all."""
    return not isinstance(error, SourceUnreachable) or "HTTP status" in str(error)


def _date(text: str | None) -> str:
    found = trusted_date(text, datetime.now(UTC))
    return found if parse_instant(found) else ""
