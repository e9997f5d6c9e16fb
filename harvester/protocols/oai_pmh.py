"""Harvesting an OAI-PMH 2.0 repository page by page, whatever it gets wrong on the way. Understands no metadata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from harvester.configs import OaiPmhConfig
from harvester.errors import CursorExpired, ListLoops
from harvester.fetch import Fetcher
from harvester.protocols.oai_answers import ListPart, identify
from harvester.protocols.oai_asking import Reading, Way, nothing, read_list
from harvester.protocols.oai_loops import LoopWatch
from harvester.protocols.oai_names import UNREACHABLE, fetch_one, identifiers, way_of
from harvester.protocols.oai_opening import Opening, check_names, open_repository
from harvester.protocols.oai_pages import Step, conflict, to_page
from harvester.protocols.oai_places import Place, next_part, note_order, parse_place, restarted
from harvester.protocols.oai_requests import ask, base_url
from harvester.protocols.oai_rescue import Rescue
from harvester.protocols.oai_windows import trusted_date
from harvester.protocols.pages import Named, Page, Probe, Protocol, Window
from harvester.sources import Source
from vocabularies.problems import Problem


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the pages of ListRecords changed since the window's start, or from its cursor on (OAI-PMH 2.0 §4.5).

    What cannot be had at once is had in smaller windows; a record that cannot be had at all is a problem of its page.
    CursorExpired: the repository refuses the token, start again from the last complete window. ListLoops comes after
    the last useful page, which has no cursor. ProtocolFault for any other OAI error. RepositoryReplaced where another
    repository answers, before a record is given.
    """
    way = way_of(fetcher, source)
    resumed = _resume(source, window)
    opening = open_repository(way, window)
    yield from _Harvest(way, window, opening).pages(resumed or opening.place)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what Identify says where the address is an OAI-PMH endpoint; None where it answers OAI but not Identify."""
    address = base_url(url)
    found = identify(ask(fetcher, address, {"verb": "Identify"}))
    if not found:
        return None
    wanted = ("protocolVersion", "granularity", "deletedRecord", "earliestDatestamp", "adminEmail", "baseURL")
    details = {name: found[name] for name in wanted if found.get(name)}
    name = found.get("repositoryName", "")
    return Probe("oai_pmh", address, name, found.get("repositoryIdentifier") or found.get("baseURL", address), details)


OAI_PMH = Protocol("oai_pmh", OaiPmhConfig, pages, probe, identifiers, fetch_one)


def _resume(source: Source, window: Window) -> Place | None:
    if window.cursor is None:
        return None
    place = parse_place(window.cursor)
    if place is None:
        raise CursorExpired(url=source.url, cursor=window.cursor, reason="the cursor is not one of this protocol")
    return place


class _Harvest:
    """One run through a repository's lists, page by page."""

    def __init__(self, way: Way, window: Window, opening: Opening) -> None:
        self._way = way
        self._is_whole = window == Window()
        self._identity = opening.identity
        self._watch = LoopWatch(way.config.max_pages)
        self._rescue = Rescue(way, opening.earliest)
        self._remarks = list(opening.remarks)
        self._learnt = dict(opening.learnt)
        self._is_first = True

    def pages(self, begin: Place) -> Iterator[Page]:
        """Give the pages from a place to the list's end."""
        place: Place | None = begin
        while place is not None:
            try:
                for step in self._steps(read_list(self._way, place)):
                    yield self._to_page(step)
                    if step.loop:
                        raise ListLoops(url=self._way.url, reason=step.loop)
                    place = step.after
            except UNREACHABLE as error:
                assert place is not None, "a step without a place after it is the last"
                broken, place = place, self._rescue.around(place, error)
                self._watch.begin_again()
                if place is None:
                    broken = replace(broken, total=None)
                    yield self._to_page(Step(nothing(self._way.url), ListPart(closed=True), broken, ends=True))
            except CursorExpired as error:
                assert place is not None, "a step without a place after it is the last"
                place = self._go_on(place, error)

    def _go_on(self, place: Place, error: CursorExpired) -> Place:
        """Go on by date where the token is refused, or begin the window again."""
        again = restarted(place)
        if again is None:
            raise error
        where = f"went on from {again.begins}" if again.begins else "was begun again"
        words = f"the repository forgot the place in its list, which {where}"
        self._remarks.append(Problem("LIST_RESTARTED", "note", value=words))
        self._watch.begin_again()
        return again

    def _steps(self, got: Reading) -> Iterator[Step]:
        """Give what a page brings: itself, or the records it names, some at a time."""
        if not got.place.by_name:
            self._rescue.note_arrived(len(got.part.records))
            yield self._step(got, got.part, len(got.part.records))
            return
        for part, done in self._rescue.one_by_one(got.place, got.part, self._has_come):
            if done < len(got.part.named):
                yield Step(got.answer, part, got.place, replace(got.place, done=done), learnt=got.learnt)
            else:
                last = replace(got.part, records=part.records, problems=(*part.problems, *got.part.problems))
                yield self._step(got, last, len(got.part.named) - len(part.problems))

    def _has_come(self, named: Named) -> bool:
        return self._watch.has_come(named.identifier, named.datestamp)

    def _step(self, got: Reading, part: ListPart, sent: int) -> Step:
        seen = [(raw.identifier, raw.datestamp, raw.sha256) for raw in part.records]
        if got.place.by_name:
            seen = [(named.identifier, named.datestamp, "") for named in part.named]
        if self._watch.is_round_complete(seen, got.place.total):
            part, seen, sent = ListPart(problems=part.problems, closed=True), [], 0
        learnt = dict(got.learnt)
        if self._is_first:
            names = [identifier for identifier, _, _ in seen]
            learnt |= check_names(self._way, self._identity, names, whole=self._is_whole)
        lost = sum(problem.severity == "error" for problem in part.problems)
        loop = self._watch.notice(seen, asked_with=got.place.token, token=part.token, unread=lost > 0)
        read = _advance(got, part, sent + lost)
        ends = part.token is None and loop is None
        after = next_part(read) if ends else replace(read, token=part.token)
        if ends:
            self._watch.begin_again()
        return Step(got.answer, part, read, None if loop else after, ends, learnt, loop)

    def _to_page(self, step: Step) -> Page:
        self._remarks += self._rescue.remarks
        self._rescue.remarks.clear()
        self._learnt |= step.learnt
        if self._watch.conflict is not None:
            remarks, learnt = conflict(self._way, self._watch.conflict)
            self._remarks += remarks
            self._learnt |= learnt
            self._watch.conflict = None
        page = to_page(self._way, replace(step, learnt=self._learnt), self._remarks, whole=self._is_whole)
        self._remarks, self._learnt, self._is_first = [], {}, False
        return page


def _advance(got: Reading, part: ListPart, sent: int) -> Place:
    """Give the place with a page taken note of; its token is still the one it was asked with."""
    now = datetime.now(UTC)
    place = replace(
        got.place,
        asked_at=got.place.asked_at or trusted_date(got.answer.response_date, now),
        delivered=got.place.delivered + sent,
        total=part.total if part.total is not None else got.place.total,
        done=0,
    )
    if part.token is None and place.total is not None:
        place = replace(place, short=place.short + max(0, place.total - place.delivered))
    return note_order(place, [raw.datestamp for raw in part.records], now) if not place.by_name else place
