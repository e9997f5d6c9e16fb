"""Harvesting an InforMEA service (OData): entity set after entity set; gives entities as they are, understands none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import orjson

from harvester.configs import InformeaConfig
from harvester.errors import (
    AnswerUnreadable,
    CursorExpired,
    ProtocolFault,
    SourceError,
    SourceRefused,
    SourceUnreachable,
    WrongAnswer,
)
from harvester.fetch import Fetcher
from harvester.protocols import odata_answers
from harvester.protocols.informea_list import SetReader, is_refusal
from harvester.protocols.informea_sets import KNOWN, by_name, find_set, list_sets, service_url
from harvester.protocols.oai_windows import SECONDS_FORM, parse_instant
from harvester.protocols.odata_entities import find_identifier, to_plain
from harvester.protocols.pages import Named, Page, Probe, Protocol, Roll, Window
from harvester.protocols.positions import Place, PositionList, Slice, Step, is_older, page_of, parse_cursor, roll_of
from harvester.raw import RawRecord
from harvester.sources import Source
from vocabularies.problems import Problem

SETS_QUIRK = "informea_sets"
"""The entity sets the service has had, with spaces: one that is gone must not look like records that are gone."""
WHOLE_QUIRK = "informea_whole"
"""The entity sets always read whole, with spaces: their dates are missing, or the window is refused or passed over."""
NAMES_A_PAGE = 1000
_PROBED = ("Decisions", "Meetings", "CountryReports", "NationalPlans", "Contacts", "Sites", "Documents")


@dataclass(frozen=True, slots=True)
class _Course:
    """How far the service has been read.

    ``left`` are names and addresses of the sets to read, the first of them from ``place`` on, where ``link`` leads;
    ``before`` is what the sets before it announced, None where one did not; ``found`` says that one was there.
    """

    left: tuple[tuple[str, str], ...]
    place: Place = Place()
    link: str | None = None
    before: int | None = 0
    found: bool = False


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the entities of all sets, page by page; an identifier is ``EntitySet/id``.

    A window (``$filter=updated gt``) is asked for where the set has dates and honours it; what is learnt otherwise is
    kept, and the set read whole. No service tells of deletions, so a list without windows is ``whole``.
    """
    yield from _Harvest(fetcher, source, window).pages()


def identifiers(fetcher: Fetcher, source: Source) -> Iterator[Roll]:
    """Give the ids of everything the service has now, without its content where it honours ``$select``."""
    config = _config(source)
    sets = _sets(fetcher, source, config)
    known, found, before = _words(source, SETS_QUIRK), False, 0
    for place, (name, address) in enumerate(sets.items(), 1):
        reader = SetReader(fetcher, name, address, rows=NAMES_A_PAGE, names_only=True)
        walked: PositionList[Named] = PositionList(
            reader.ask_names, address, rows=NAMES_A_PAGE, max_pages=config.max_pages
        )
        try:
            for step in walked.walk(Place()):
                found = True
                roll = roll_of(step)
                total = None if roll.total is None else before + roll.total
                yield replace(roll, total=total, last=roll.last and place == len(sets))
                before += (step.part.total or step.place.delivered) if step.ends else 0
        except SourceRefused as error:
            if error.status != 404:
                raise
            yield Roll((), place == len(sets), remarks=(_missing(name, grave=name in known),))
    if not found:
        raise WrongAnswer(url=source.url, protocol="InforMEA", saw="no entity set that we know")


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one entity anew; a problem where the service no longer gives it."""
    name, _, key = identifier.partition("/")
    address = _sets(fetcher, source, _config(source)).get(name)
    try:
        if address is None:
            raise SourceRefused(url=source.url, status=404)
        found = SetReader(fetcher, name, address, rows=1).fetch_one(key)
    except (SourceRefused, ProtocolFault) as error:
        found = Problem("RECORD_UNREACHABLE", "error", value=str(error)[:300], record_id=identifier)
    if isinstance(found, RawRecord):
        return Page((found,), None, None, None, tracks_deletions=False)
    return Page((), None, None, None, problems=(found,), tracks_deletions=False)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what entity sets there are at an address or above it; None where none of InforMEA's answers as one."""
    root = service_url(url)
    named = list_sets(fetcher, root)
    stated = find_set(url)
    asked = named or by_name(root, [stated] if stated else [])
    if not asked and ".svc" in root.lower():
        asked = by_name(root, _PROBED)
    for address in asked.values():
        if _answers_as_set(fetcher, address):
            sets = sorted(named or asked)
            return Probe("informea", root, "", root, {"entity_sets": ", ".join(sets)})
    return None


INFORMEA = Protocol("informea", InformeaConfig, pages, probe, identifiers, fetch_one)


class _Harvest:
    """One reading of a service; keeps what is learnt of it on the way."""

    def __init__(self, fetcher: Fetcher, source: Source, window: Window) -> None:
        """Begin, or go on at a cursor; the service document is asked for where a list begins."""
        self._fetcher, self._source, self._config = fetcher, source, _config(source)
        self._known, self._always = _words(source, SETS_QUIRK), _words(source, WHOLE_QUIRK)
        self._today: set[str] = set()
        self._course = _resume(source, window.cursor) if window.cursor else self._begin(window)
        since = self._course.place.since
        names = [name for name, _ in self._course.left]
        self._whole = window.cursor is None and (since is None or self._always.issuperset(names))

    def pages(self) -> Iterator[Page]:
        """Give the pages of the sets that are left."""
        while self._course.left:
            for page, course in self._set_pages():
                self._course = course
                found = course.found or bool(course.left)
                if not found:
                    raise WrongAnswer(url=self._source.url, protocol="InforMEA", saw="no entity set that we know")
                yield replace(page, cursor=_dump(course) if course.left else None)

    def _begin(self, window: Window) -> _Course:
        at = parse_instant(window.since) if self._config.incremental else None
        sets = _sets(self._fetcher, self._source, self._config)
        return _Course(tuple(sets.items()), Place(since=at.strftime(SECONDS_FORM) if at else None))

    def _set_pages(self) -> Iterator[tuple[Page, _Course]]:
        course = self._course
        (name, address), rest = course.left[0], course.left[1:]
        windowed = course.place.since is not None and name not in self._always | self._today
        reader = self._reader(name, address, course, windowed=windowed)
        walked = PositionList(reader.ask, address, rows=self._config.page_size, max_pages=self._config.max_pages)
        steps = walked.walk(course.place)
        try:
            step = next(steps)
        except SourceError as error:
            if isinstance(error, SourceRefused) and error.status == 404 and course.place.start == 0:
                remark = _missing(name, grave=name in self._known)
                yield self._page_of_none(remark, last=not rest), replace(course, left=rest)
                return
            if not (windowed and course.place.start == 0 and is_refusal(error)):
                raise
            (self._today if isinstance(error, SourceUnreachable) else self._always).add(name)
            yield from self._set_pages()
            return
        if windowed and course.place.start == 0 and step.ends and not step.part.reach and self._hides(reader, course):
            self._always.add(name)
            yield from self._set_pages()
            return
        while True:
            yield self._page(step, reader, name, windowed=windowed), self._after(step, reader, rest)
            following = next(steps, None)
            if following is None:
                return
            step = following

    def _reader(self, name: str, address: str, course: _Course, *, windowed: bool) -> SetReader:
        since = (course.place.since or "").rstrip("Z")
        window = f"updated gt datetime'{since}'" if windowed else ""
        reader = SetReader(self._fetcher, name, address, rows=self._config.page_size, window=window)
        reader.lead_on(course.place.start, course.link)
        return reader

    def _hides(self, reader: SetReader, course: _Course) -> bool:
        """Tell whether an empty window is a filter that does not work: the newest entity lies inside it."""
        newest, since = parse_instant(reader.newest()), parse_instant(course.place.since)
        return newest is not None and since is not None and newest > since

    def _page(self, step: Step[RawRecord], reader: SetReader, name: str, *, windowed: bool) -> Page:
        if reader.undated or (windowed and is_older(step, step.place.since)):
            self._always.add(name)
        self._known.add(name)
        learnt = {SETS_QUIRK: " ".join(sorted(self._known)), WHOLE_QUIRK: " ".join(sorted(self._always))}
        page = page_of(step, self._config.overlap_s, whole=self._whole, learnt=learnt)
        last = step.ends and len(self._course.left) == 1
        before, own = self._course.before, step.part.total
        total = None if before is None or own is None or windowed else before + own
        remarks = (*page.remarks, *reader.take_remarks())
        return replace(page, remarks=remarks, total=total, next_since=page.next_since if last else None)

    def _after(self, step: Step[RawRecord], reader: SetReader, rest: tuple[tuple[str, str], ...]) -> _Course:
        course = self._course
        if not step.ends:
            return replace(course, place=step.place, link=reader.link_to(step.place.start), found=True)
        own = step.part.total
        before = None if course.before is None or own is None else course.before + own
        place = Place(since=step.place.since, asked_at=step.place.asked_at, lost=step.place.lost)
        return _Course(rest, place, None, before, found=True)

    def _page_of_none(self, remark: Problem, *, last: bool) -> Page:
        nothing: Slice[RawRecord] = Slice((), 0, None)
        page = page_of(Step(nothing, self._course.place, last), self._config.overlap_s, whole=self._whole, learnt={})
        return replace(page, remarks=(remark,))


def _config(source: Source) -> InformeaConfig:
    return source.config if isinstance(source.config, InformeaConfig) else InformeaConfig()


def _sets(fetcher: Fetcher, source: Source, config: InformeaConfig) -> dict[str, str]:
    """Give the entity sets to read: those of the settings, of the service document, or all there may be."""
    root = source.url.rstrip("/")
    wanted = [name for text in config.entity_sets.split(",") if (name := find_set(text.strip()))]
    listed = list_sets(fetcher, root)
    if wanted:
        return by_name(root, wanted) | {name: address for name, address in listed.items() if name in wanted}
    if not listed:
        return by_name(root)
    return by_name(root, {*listed, *_words(source, SETS_QUIRK)} & KNOWN.keys()) | listed


def _words(source: Source, quirk: str) -> set[str]:
    return set(source.quirks.get(quirk, "").split())


def _missing(name: str, *, grave: bool) -> Problem:
    if not grave:
        return Problem("LIST_INCOMPLETE", "note", value=f"there is no entity set {name}")
    words = f"the entity set {name} is no longer there; where it is gone for good, name the others in entity_sets"
    return Problem("LIST_INCOMPLETE", "warning", value=words)


def _dump(course: _Course) -> str:
    kept = {name: getattr(course.place, name) for name in Place.__slots__}
    place = {name: value for name, value in kept.items() if value not in (None, 0)}
    told = {"left": course.left, "place": place, "link": course.link, "before": course.before, "found": course.found}
    return orjson.dumps(told).decode()


def _resume(source: Source, cursor: str) -> _Course:
    try:
        kept = orjson.loads(cursor)
        left = tuple((str(name), str(address)) for name, address in kept["left"])
        place = parse_cursor(orjson.dumps(kept["place"]).decode(), source.url)
        link, before = kept["link"], kept["before"]
    except (ValueError, TypeError, KeyError):
        reason = "the cursor is not one of this protocol"
        raise CursorExpired(url=source.url, cursor=cursor, reason=reason) from None
    if not left or any(name not in KNOWN for name, _ in left):
        raise CursorExpired(url=source.url, cursor=cursor, reason="the cursor is not one of this protocol")
    return _Course(left, place, link, before, found=bool(kept.get("found")))


def _answers_as_set(fetcher: Fetcher, address: str) -> bool:
    """Tell whether an entity set is there: an entity with an id of its own, or none but in the form of OData."""
    for params in ({"$format": "json", "$top": "1"}, {"$top": "1"}):
        try:
            answer = odata_answers.ask(fetcher, address, params)
        except (SourceRefused, ProtocolFault, WrongAnswer, AnswerUnreadable):
            continue
        return all(isinstance(each, dict) and find_identifier(each, to_plain(each)) for each in answer.entities)
    return False
