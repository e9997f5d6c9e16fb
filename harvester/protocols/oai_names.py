"""The names of all an OAI-PMH repository has, and one record anew by its name."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.configs import OaiPmhConfig
from harvester.errors import (
    AnswerForbidden,
    AnswerUnreadable,
    CursorExpired,
    ProtocolFault,
    ResponseTooLarge,
    SourceError,
    SourceRefused,
    SourceTooSlow,
    SourceUnreachable,
    WrongAnswer,
)
from harvester.fetch import Fetcher
from harvester.protocols.oai_answers import ListPart, list_part
from harvester.protocols.oai_asking import BY_DAY, PREFIX_WITH_TOKEN, Way, read_list
from harvester.protocols.oai_loops import LoopWatch
from harvester.protocols.oai_opening import choose_prefix
from harvester.protocols.oai_places import Place
from harvester.protocols.pages import Page, Roll
from harvester.raw import RawRecord
from harvester.sources import Source
from vocabularies.problems import Problem

UNREACHABLE: tuple[type[SourceError], ...] = (SourceUnreachable, AnswerUnreadable, ResponseTooLarge, SourceTooSlow)
"""What a repository does that breaks over one record; a source that is down does it everywhere."""
_BREAKS: tuple[type[SourceError], ...] = (*UNREACHABLE, AnswerForbidden, WrongAnswer)
_UNAVAILABLE = "RECORD_UNREACHABLE"
_ABOUT_THE_RECORD = frozenset({400, 404, 410, 422})


def way_of(fetcher: Fetcher, source: Source) -> Way:
    """Give how a source is asked, with what is known of it."""
    config = source.config if isinstance(source.config, OaiPmhConfig) else OaiPmhConfig()
    return Way(fetcher, source.url, config, source.quirks)


def identifiers(fetcher: Fetcher, source: Source) -> Iterator[Roll]:
    """Give what ListIdentifiers names, deleted records too (OAI-PMH 2.0 §4.3).

    A list that does not end, expires or leaves its end unsaid says so in a remark. SourceError where it breaks off.
    """
    way = way_of(fetcher, source)
    quirks = source.quirks
    place = Place(choose_prefix(way), BY_DAY in quirks, prefix_with_token=PREFIX_WITH_TOKEN in quirks, by_name=True)
    watch, total, read = LoopWatch(way.config.max_pages), None, 0
    while True:
        try:
            got = read_list(way, place)
        except CursorExpired as error:
            yield Roll((), False, remarks=(Problem("LIST_BROKEN", "warning", value=error.message),))
            return
        part, total = got.part, got.part.total if got.part.total is not None else total
        seen = [(named.identifier, named.datestamp, "") for named in part.named]
        read += len(seen)
        reason = watch.notice(seen, asked_with=place.token, token=part.token)
        remarks = [found for found in part.problems if found.severity != "note"]
        if reason:
            remarks.append(Problem("LIST_LOOPS", "warning", value=f"the list of identifiers does not end: {reason}"))
        elif is_end_unsaid(part, place.token, total, read):
            remarks.append(Problem("LIST_END_UNSAID", "warning", value="the list of identifiers has no proper end"))
        last = part.token is None and not reason
        yield Roll(part.named, last, total, got.answer.response_date, tuple(remarks))
        if last or reason:
            return
        place = _after(got.place, part)


def _after(place: Place, part: ListPart) -> Place:
    return Place(place.prefix, place.by_day, prefix_with_token=place.prefix_with_token, by_name=True, token=part.token)


def is_end_unsaid(part: ListPart, asked_with: str | None, total: int | None, read: int) -> bool:
    """Tell whether a list of several answers stops without the empty token that ends it (OAI-PMH 2.0 §3.5).

    A list that brought all it announced has ended all the same.
    """
    if part.token is not None or part.closed or asked_with is None:
        return False
    return total is None or read < total


def fetch_one(fetcher: Fetcher, source: Source, identifier: str) -> Page:
    """Give one record by GetRecord, or the problem why it cannot be had (OAI-PMH 2.0 §4.1).

    SourceError where the source refuses to be asked at all.
    """
    way = way_of(fetcher, source)
    found = get_record(way, identifier, choose_prefix(way))
    is_record = isinstance(found, RawRecord)
    return Page(
        records=(found,) if isinstance(found, RawRecord) else (),
        cursor=None,
        response_date=None,
        total=None,
        problems=() if is_record else (found,),  # type: ignore[arg-type]
    )


def get_record(way: Way, identifier: str, prefix: str) -> RawRecord | Problem:
    """Give one record, or the problem why it cannot be had."""
    arguments = {"verb": "GetRecord", "identifier": identifier, "metadataPrefix": prefix}
    try:
        answer = way.ask(arguments)
    except _BREAKS as error:
        return _unavailable(identifier, str(getattr(error, "reason", "") or error.message))
    except SourceRefused as error:
        if error.status not in _ABOUT_THE_RECORD:
            raise
        return _unavailable(identifier, f"HTTP status {error.status}")
    if answer.faults:
        fault = answer.faults[0]
        return _unavailable(identifier, ProtocolFault(url="it", fault=fault.code, reason=fault.text).message)
    part = list_part(answer, prefix)
    same = [record for record in part.records if record.identifier == identifier]
    if same:
        return same[0]
    lost = [found for found in part.problems if found.severity == "error"]
    if lost:
        return Problem(lost[0].code, "error", value=lost[0].value, record_id=identifier)
    return _unavailable(identifier, "the answer holds another record" if part.records else "the answer holds no record")


def _unavailable(identifier: str, why: str) -> Problem:
    return Problem(_UNAVAILABLE, "error", value=why[:500], record_id=identifier)
