"""Harvesting the CBD's clearing-houses by their index, with or without full documents; understands no record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from harvester.configs import CbdConfig
from harvester.errors import AddressRefused, ProtocolFault, SourceError, SourceRefused
from harvester.fetch import Fetcher
from harvester.protocols.cbd_course import Course, Part, parse_course, plan_all, plan_window
from harvester.protocols.cbd_documents import Documents
from harvester.protocols.cbd_entries import NAMING_FIELDS, Cut, cut_out, is_earlier_version
from harvester.protocols.cbd_select import CENTRAL, PUBLIC, REALM_OF_HOST, Answer, Select, api_root, filters_of, quoted
from harvester.protocols.oai_windows import SECONDS_FORM, parse_instant
from harvester.protocols.pages import Named, Page, Probe, Protocol, Roll, Window
from harvester.protocols.positions import Place, PositionList, Slice, Step, is_older, page_of, roll_of
from harvester.raw import RawRecord
from harvester.sources import Source
from vocabularies.problems import Problem

WINDOW_QUIRK = "cbd_window"
NAMES_A_PAGE = 1000
MOST_DOCUMENTS_A_PAGE = 50
_NAMES = {"chm": "CBD Clearing-House Mechanism", "absch": "ABS Clearing-House", "bch": "Biosafety Clearing-House"}
_NAMES |= {"ort": "CBD Online Reporting Tool", "api": "Convention on Biological Diversity"}
T = TypeVar("T", RawRecord, Named)


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the entries changed since the window's start, or all of them, in the order of their ids, part by part.

    An entry withdrawn is missing without a word, so a list without window is ``whole``. Where the index refuses the
    window or passes over it, that is learnt, and everything is read. With ``documents`` each record that is read
    brings its document: one request more, two where the index lacks its dates.
    """
    config = source.config if isinstance(source.config, CbdConfig) else CbdConfig()
    select = _settled(Select(fetcher, api_root(source.url), filters_of(source.url, config)))
    course, learnt = _begin(select, source, config, window)
    documents = Documents(fetcher, api_root(source.url)) if config.documents else None
    rows = min(config.page_size, MOST_DOCUMENTS_A_PAGE) if documents else config.page_size
    reading = _Reading[RawRecord](select, lambda cut: cut.raw)
    from_head = window.cursor is None and not course.windowed
    for at in range(course.at, len(course.parts)):
        course = replace(course, at=at)
        walked = PositionList(reading.of(course.parts[at]), source.url, rows=rows, max_pages=config.max_pages)
        for step in walked.walk(course.place):
            if course.windowed and is_older(step, step.place.since) and course.parts[at].filter.startswith("updated"):
                learnt = {WINDOW_QUIRK: "ignored"}
            page = page_of(step, config.overlap_s, whole=from_head, learnt=learnt)
            yield _joined(_placed(page, step, course, reading.doubles), documents)
            course = replace(course, place=step.place)
        course = replace(course, place=_carried(course.place))


def identifiers(fetcher: Fetcher, source: Source) -> Iterator[Roll]:
    """Give the names of all entries there are now, without their content."""
    config = source.config if isinstance(source.config, CbdConfig) else CbdConfig()
    select = _settled(Select(fetcher, api_root(source.url), filters_of(source.url, config)))
    total = select.count()
    parts = plan_all(select.count, total=total, deep=config.deep, now=datetime.now(UTC))
    reading = _Reading[Named](select, _name, fields=NAMING_FIELDS)
    for at, part in enumerate(parts):
        course = Course(parts, at)
        walked = PositionList(reading.of(part), source.url, rows=NAMES_A_PAGE, max_pages=config.max_pages)
        for step in walked.walk(Place()):
            roll = roll_of(replace(step, remarks=_remarks(step, reading.doubles)))
            whole = None if roll.total is None else roll.total + course.others - reading.doubles
            yield replace(roll, last=step.ends and at == len(parts) - 1, total=whole)


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one record anew from the index, with its document where the source wants documents, else from its document.

    A problem where neither knows it.
    """
    config = source.config if isinstance(source.config, CbdConfig) else CbdConfig()
    root = api_root(source.url)
    select = _settled(Select(fetcher, root, filters_of(source.url, config)))
    wanted = quoted(identifier)
    answer = select.ask(f"identifier_s:{wanted} OR id:{wanted}", start=0, rows=10)
    cuts = [cut for cut in map(cut_out, answer.entries) if isinstance(cut, Cut) and cut.identifier == identifier]
    documents = Documents(fetcher, root)
    if cuts:
        newest = max(cuts, key=lambda cut: cut.revision)
        page = Page((newest.raw,), None, answer.date, None, tracks_deletions=False)
        return _joined(page, documents if config.documents else None)
    try:
        found = documents.find(identifier)
    except SourceRefused:
        found = None
    records = (found,) if found else ()
    missing = Problem("RECORD_UNREACHABLE", "error", value="the index does not name it any more", record_id=identifier)
    return Page(records, None, answer.date, None, () if found else (missing,), tracks_deletions=False)


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what the index at an address, its host or the CBD's own API says; None where there is none."""
    own = api_root(url)
    host = urlsplit(own).hostname or ""
    label, is_central = host.partition(".")[0], host == "cbd.int" or host.endswith(".cbd.int")
    realm = REALM_OF_HOST.get(label, "")
    for root in (own, CENTRAL) if is_central and own != CENTRAL else (own,):
        try:
            total = Select(fetcher, root, ()).count()
        except AddressRefused:
            raise
        except SourceError:
            continue
        if total is None:
            continue
        address = f"{root}?realm={realm}" if realm and root != own else root
        details = {"entries": str(total)} | ({"realm": realm} if realm else {})
        return Probe("cbd", address, _NAMES.get(label, "") if is_central else "", address, details)
    return None


CBD = Protocol("cbd", CbdConfig, pages, probe, identifiers, fetch_one)


class _Reading(Generic[T]):
    """Reads parts of an index; one record named by several entries is given once, in its latest revision."""

    def __init__(self, select: Select, make: Callable[[Cut], T], *, fields: tuple[str, ...] = ()) -> None:
        self._select = select
        self._make: Callable[[Cut], T] = make
        self._fields = fields
        self._seen: dict[str, tuple[str, int]] = {}
        self._passed: set[str] = set()
        self.doubles = 0

    def of(self, part: Part) -> Callable[[int, int], Slice[T]]:
        """Give what asks for the entries of a part from a position on."""

        def ask(start: int, rows: int) -> Slice[T]:
            return self._slice(self._select.ask(part.filter, start=start, rows=rows, fields=self._fields))

        return ask

    def _slice(self, answer: Answer) -> Slice[T]:
        found = [cut_out(entry) for entry in answer.entries if not self._is_passed(entry)]
        problems = tuple(each for each in found if isinstance(each, Problem))
        newest: dict[str, Cut] = {}
        for cut in found:
            if isinstance(cut, Cut) and self._is_newest(cut):
                newest[cut.identifier] = cut
        records = tuple(self._make(cut) for cut in newest.values())
        return Slice(records, len(answer.entries), answer.found, answer.date, problems)

    def _is_passed(self, entry: object) -> bool:
        if not is_earlier_version(entry):
            return False
        place = repr(entry.get("id")) if isinstance(entry, dict) else ""
        self.doubles += place not in self._passed
        self._passed.add(place)
        return True

    def _is_newest(self, cut: Cut) -> bool:
        place, revision = self._seen.setdefault(cut.identifier, (cut.place, cut.revision))
        if place == cut.place:
            return True
        if cut.place not in self._passed:
            self._passed.add(cut.place)
            self.doubles += 1
        if cut.revision > revision:
            self._seen[cut.identifier] = (place, cut.revision)
        return cut.revision > revision


def _settled(select: Select) -> Select:
    """Give the index asked with the state of entries, or without where none bears one."""
    if select.count():
        return select
    bare = select.without(PUBLIC)
    return bare if bare.count() else select


def _begin(select: Select, source: Source, config: CbdConfig, window: Window) -> tuple[Course, Mapping[str, str]]:
    """Give the course of a list and what is learnt of the source at its beginning."""
    if window.cursor is not None:
        return parse_course(window.cursor, source.url), {}
    at, now = parse_instant(window.since), datetime.now(UTC)
    since = at.strftime(SECONDS_FORM) if at else None
    learnt: Mapping[str, str] = {}
    if since is not None and config.incremental and WINDOW_QUIRK not in source.quirks:
        try:
            parts = plan_window(select.count, since, deep=config.deep, now=now)
            return Course(parts, place=Place(since=since), windowed=True), {}
        except (ProtocolFault, SourceRefused):
            learnt = {WINDOW_QUIRK: "refused"}
    try:
        parts = plan_all(select.count, total=select.count(), deep=config.deep, now=now)
    except (ProtocolFault, SourceRefused):
        parts = (Part("", None),)
    return Course(parts, place=Place(since=since)), learnt


def _placed(page: Page, step: Step[RawRecord], course: Course, doubles: int) -> Page:
    """Give a page of a part its place in the whole list; it ends with the last part only."""
    total = None if page.total is None else page.total + course.others - doubles
    page = replace(page, total=total, remarks=_remarks(step, doubles))
    if not step.ends:
        return replace(page, cursor=course.cursor(step.cursor or ""))
    if course.at == len(course.parts) - 1:
        return page
    following = replace(course, at=course.at + 1)
    opened = replace(step, ends=False, place=_carried(step.place))
    return replace(page, cursor=following.cursor(opened.cursor or ""), next_since=None)


def _carried(place: Place) -> Place:
    """Give the place at the head of the next part."""
    return Place(since=place.since, asked_at=place.asked_at, lost=place.lost, way=place.way)


def _remarks(step: Step[T], doubles: int) -> tuple[Problem, ...]:
    """Give the remarks of a step; entries left out because another one stands for their record are no gap."""
    place, total = step.place, step.part.total
    if not doubles or total is None or place.delivered + doubles < total:
        return step.remarks
    value = f"{doubles} of the entries are earlier versions, or name a record that another one names"
    return tuple(
        Problem(each.code, "note", value=value) if each.code == "LIST_INCOMPLETE" else each for each in step.remarks
    )


def _joined(page: Page, documents: Documents | None) -> Page:
    if documents is None:
        return page
    records, problems = documents.join(page.records)
    return replace(page, records=records, problems=(*page.problems, *problems))


def _name(cut: Cut) -> Named:
    return Named(cut.identifier, cut.raw.datestamp, cut.raw.deleted)
