"""Harvesting a DCAT catalogue page by page, in any RDF syntax or as data.json. Understands no metadata."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from harvester.configs import DcatConfig
from harvester.errors import CursorExpired, ListLoops, ResponseTooLarge, WrongAnswer
from harvester.fetch import Fetcher, Response
from harvester.network.response_body import MIB, Limits
from harvester.protocols import data_json, dcat_records
from harvester.protocols.dcat_course import Course, Document, Entry
from harvester.protocols.dcat_place import Place, dump_place, parse_place
from harvester.protocols.dcat_syntax import ACCEPT, JSON, find_syntax, get_syntax
from harvester.protocols.link_header import find_next_link
from harvester.protocols.list_guard import ListGuard
from harvester.protocols.next_address import to_onward
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.raw import RawRecord
from harvester.rdf.reading import RdfReader
from harvester.sources import Source
from vocabularies.problems import Problem

LIMITS = Limits(wire_bytes=192 * MIB, body_bytes=192 * MIB, deadline_s=900.0)
"""What one document may take; data.json is cut up to this size without being built in memory."""
PARSED_BYTES = 64 * MIB
"""What a document of RDF may have, which is parsed as a whole; the parser has limits of its own beside it."""
PROBE_LIMITS = Limits(wire_bytes=32 * MIB, body_bytes=32 * MIB, deadline_s=60.0)
RECORDS_A_PAGE = 500
ETAG, LAST_MODIFIED, UNCHANGED_RUNS = "etag", "last_modified", "unchanged_runs"
MOST_UNCHANGED_RUNS = 6
"""So often in a row a source may say that nothing changed; then its catalogue is read again, to see what is gone."""
_JSON_LD_KEYS = frozenset({"@context", "@graph", "@id", "@type"})


@dataclass(frozen=True, slots=True)
class _Step:
    """One document of a run: the answer, the place it was asked for at, and the place after it."""

    source: Source
    response: Response
    place: Place
    after: Place


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give all datasets and services of a catalogue, or those from the cursor on; DCAT tells no changes.

    Where the source says that the catalogue is as it was at the last complete run, the one page is empty and not whole.
    ListLoops comes after the last useful page. For documents that are refused see get_syntax and RdfReader.read.
    """
    config = source.config if isinstance(source.config, DcatConfig) else DcatConfig()
    place = _resume(source, window)
    course = Course(ListGuard(config.max_pages), place.is_head)
    with RdfReader() as reader:
        while True:
            known = _validators(source, window) if place.is_head else {}
            etag, modified = known.get(ETAG), known.get(LAST_MODIFIED)
            response = fetcher.get(place.address, accept=ACCEPT, limits=LIMITS, etag=etag, last_modified=modified)
            if response.status == 304 and known:
                yield _unchanged(source, response, window)
                return
            document = _read(response, reader)
            onward = to_onward(document.next or find_next_link(response), response.url)
            document.remarks += (onward.remark,) if onward.remark else ()
            total = place.total if document.total is None else document.total
            after = Place(onward.address or "", place.pages + 1, place.delivered, total)
            faults = course.faults
            after, identifiers = yield from _give(_Step(source, response, place, after), document, course)
            unread = course.faults > faults
            if reason := course.guard.notice(place.address, identifiers, onward.address, unread=unread):
                raise ListLoops(url=source.url, reason=reason)
            if onward.address is None:
                return
            place = after


def probe(fetcher: Fetcher, url: str) -> Probe | None:
    """Give what a catalogue says of itself; None where the address is no DCAT catalogue and no data.json."""
    response = fetcher.get(url, accept=ACCEPT, limits=PROBE_LIMITS)
    syntax = find_syntax(response) if response.status == 200 else None
    if syntax is None:
        return None
    host = urlsplit(url).netloc
    if syntax == JSON:
        if not response.body.lstrip().startswith(b"["):
            members = data_json.get_members(response.body, url=url)
            if data_json.is_data_json(response.body, members):
                name = data_json.find_name(response.body, members) or host
                return Probe("dcat", url, name, url, {"syntax": "data.json"})
            if not members.keys() & _JSON_LD_KEYS:
                return None
        syntax = "json-ld"
    with RdfReader() as reader:
        graph = reader.read(response.body, syntax, url=response.url).graph
    told = dcat_records.find_title(graph)
    if told is None:
        return None
    return Probe("dcat", url, told[1] or host, told[0] or url, {"syntax": syntax})


DCAT = Protocol("dcat", DcatConfig, pages, probe)


def _resume(source: Source, window: Window) -> Place:
    if window.cursor is None:
        return Place(source.url)
    place = parse_place(window.cursor)
    if place is None:
        raise CursorExpired(url=source.url, cursor=window.cursor, reason="the cursor is not one of this protocol")
    return place


def _validators(source: Source, window: Window) -> dict[str, str]:
    """Give what lets a source say that nothing changed; nothing where all is asked for, or where it said so often."""
    runs = source.quirks.get(UNCHANGED_RUNS, "0")
    if window.since is None or not runs.isdecimal() or int(runs) >= MOST_UNCHANGED_RUNS:
        return {}
    return {key: source.quirks[key] for key in (ETAG, LAST_MODIFIED) if source.quirks.get(key)}


def _unchanged(source: Source, response: Response, window: Window) -> Page:
    runs = source.quirks.get(UNCHANGED_RUNS, "0")
    return Page(
        records=(),
        cursor=None,
        response_date=response.headers.get("date"),
        total=None,
        remarks=(Problem("NOT_MODIFIED", "note", value="the catalogue has not changed since the last run"),),
        next_since=window.since,
        tracks_deletions=False,
        learnt={UNCHANGED_RUNS: str(int(runs) + 1 if runs.isdecimal() else 1)},
    )


def _read(response: Response, reader: RdfReader) -> Document:
    response.require_ok()
    syntax, url = get_syntax(response), response.url
    if syntax == JSON:
        if not response.body.lstrip().startswith(b"["):
            members = data_json.get_members(response.body, url=url)
            if data_json.is_data_json(response.body, members):
                return Document(data_json.cut_datasets(response.body, members, url=url))
            if not members.keys() & _JSON_LD_KEYS:
                raise WrongAnswer(url=url, protocol="a DCAT catalogue", saw="JSON without a list of datasets")
        syntax = "json-ld"
    if len(response.body) > PARSED_BYTES:
        raise ResponseTooLarge(url=url, reason=f"more than {PARSED_BYTES // MIB} MiB of RDF in one document")
    reading = reader.read(response.body, syntax, url=url)
    if not dcat_records.is_catalogue(reading.graph):
        raise WrongAnswer(url=url, protocol="a DCAT catalogue", saw="RDF without a catalogue or a dataset")
    return dcat_records.to_document(reading, url)


def _give(step: _Step, document: Document, course: Course) -> Generator[Page, None, tuple[Place, list[str]]]:
    """Give a document's entries in bearable pages, and at the end the place after it and the new identifiers."""
    course.open(document)
    remarks = list(document.remarks)
    identifiers: list[str] = []
    after, waiting = step.after, None
    for batch in _batches(course.fresh(document.entries, remarks)):
        if waiting is not None:
            yield _page(waiting, step, course, cursor=dump_place(step.place))
        waiting = batch
        after = replace(after, delivered=after.delivered + len(batch))
        identifiers += [entry.identifier for entry in batch if isinstance(entry, RawRecord)]
    last = _page(waiting or [], step, course, cursor=dump_place(after) if after.address else None)
    if not after.address:
        remarks += course.owed(after)
        date = step.response.headers.get("date")
        last = replace(last, next_since=date or "complete", learnt=_learnt(step, course))
    yield replace(last, remarks=tuple(remarks), total=course.announced(after))
    return after, identifiers


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == RECORDS_A_PAGE:
            yield batch
            batch = []
    if batch:
        yield batch


def _page(batch: list[Entry], step: _Step, course: Course, *, cursor: str | None) -> Page:
    return Page(
        records=tuple(entry for entry in batch if isinstance(entry, RawRecord)),
        cursor=cursor,
        response_date=step.response.headers.get("date"),
        total=course.announced(step.after),
        problems=tuple(entry for entry in batch if isinstance(entry, Problem)),
        tracks_deletions=False,
        whole=course.from_head,
    )


def _learnt(step: _Step, course: Course) -> Mapping[str, str]:
    """Give the validators of a catalogue of one document without fault; forget those of any other."""
    headers = step.response.headers
    is_one = step.place.is_head and not course.faults
    told = {ETAG: headers.get("etag", ""), LAST_MODIFIED: headers.get("last-modified", ""), UNCHANGED_RUNS: ""}
    wanted = told if is_one else dict.fromkeys(told, "")
    return {key: value for key, value in wanted.items() if value or step.source.quirks.get(key)}
