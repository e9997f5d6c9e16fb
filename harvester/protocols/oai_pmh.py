"""Harvesting an OAI-PMH 2.0 repository page by page, whatever it gets wrong on the way. Understands no metadata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from harvester.errors import CursorExpired, ListLoops, ProtocolFault, SourceRefused, WrongAnswer
from harvester.fetch import Fetcher
from harvester.protocols.oai_answers import Answer, Fault, ListPart, identify, list_part, metadata_prefixes
from harvester.protocols.oai_loops import LoopWatch
from harvester.protocols.oai_requests import ask, base_url
from harvester.protocols.oai_windows import (
    NO_DATE,
    Place,
    dump_place,
    is_plausible,
    next_since,
    parse_place,
    to_from,
    trusted_date,
)
from harvester.protocols.pages import Page, Probe, Protocol, Window
from harvester.sources import OaiPmhConfig, Source
from vocabularies.problems import Problem

PREFERRED_PREFIXES = ("chm", "oai_dc")
_NOTHING = frozenset({"noRecordsMatch", "idDoesNotExist"})
_NOTHING_STATUSES = frozenset({404, 422})


def pages(fetcher: Fetcher, source: Source, window: Window) -> Iterator[Page]:
    """Give the pages of ListRecords changed since the window's start, or from its cursor on (OAI-PMH 2.0 §4.5).

    CursorExpired: the repository refuses the token, start again from the last complete window. ListLoops comes after
    the last useful page. ProtocolFault for any other OAI error.
    """
    config = source.config if isinstance(source.config, OaiPmhConfig) else OaiPmhConfig()
    place = _resume(source, window) or _begin(fetcher, source.url, config, window)
    watch = LoopWatch(config.max_pages)
    while True:
        answer, place = _ask_patiently(fetcher, source.url, config, place)
        part = _content(answer, source.url, place)
        if watch.is_round_complete(part, place.total):
            part = ListPart((), part.problems, None, part.total)
        place_after = _advance(place, part, answer)
        reason = watch.notice(part, place.token)
        yield _page(part, place_after, answer, config, whole=window == Window())
        if reason:
            raise ListLoops(url=source.url, reason=reason)
        if part.token is None:
            return
        place = place_after


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


OAI_PMH = Protocol("oai_pmh", OaiPmhConfig, pages, probe)


def _resume(source: Source, window: Window) -> Place | None:
    if window.cursor is None:
        return None
    place = parse_place(window.cursor)
    if place is None:
        raise CursorExpired(url=source.url, cursor=window.cursor, reason="the cursor is not one of this protocol")
    return place


def _begin(fetcher: Fetcher, url: str, config: OaiPmhConfig, window: Window) -> Place:
    answer = ask(fetcher, url, {"verb": "Identify"})
    found = identify(answer)
    if not found and not answer.faults:
        raise WrongAnswer(url=url, protocol="OAI-PMH", saw="an answer without Identify")
    by_day = "hh" not in found.get("granularity", "").lower()  # every repository must accept days (§2.7.1)
    return Place(
        prefix=_choose_prefix(fetcher, url, config),
        by_day=by_day,
        tracks_deletions=found.get("deletedRecord") == "persistent",
        since=window.since,
    )


def _choose_prefix(fetcher: Fetcher, url: str, config: OaiPmhConfig) -> str:
    if config.metadata_prefix != "auto":
        return config.metadata_prefix
    offered = metadata_prefixes(ask(fetcher, url, {"verb": "ListMetadataFormats"}))
    return next((prefix for prefix in PREFERRED_PREFIXES if prefix in offered), PREFERRED_PREFIXES[-1])


def _arguments(place: Place, config: OaiPmhConfig) -> Mapping[str, str]:
    if place.token is not None:
        arguments = {"verb": "ListRecords", "resumptionToken": place.token}
        return arguments | ({"metadataPrefix": place.prefix} if place.prefix_with_token else {})
    arguments = {"verb": "ListRecords", "metadataPrefix": place.prefix}
    if start := to_from(place.since, by_day=place.by_day):
        arguments["from"] = start
    return arguments | ({"set": config.set} if config.set else {})


def _ask_patiently(fetcher: Fetcher, url: str, config: OaiPmhConfig, place: Place) -> tuple[Answer, Place]:
    """Ask for the next page; where arguments are refused, ask once more in the way that known repositories need."""
    answer = _ask_window(fetcher, url, config, place)
    other = _other_way(place, config, {fault.code for fault in answer.faults})
    if other is None:
        return answer, place
    second = ask(fetcher, url, _arguments(other, config), cp1252=config.cp1252)
    return (answer, place) if second.faults and not _is_empty(second) else (second, other)


def _ask_window(fetcher: Fetcher, url: str, config: OaiPmhConfig, place: Place) -> Answer:
    """Ask for a page. Where only a window is refused with 404 or 422, nothing is in it (Zenodo, 2023).

    That answer bears no date, so the window stays where it was: nothing is lost should it have been an error after all.
    """
    try:
        return ask(fetcher, url, _arguments(place, config), cp1252=config.cp1252)
    except SourceRefused as error:
        if error.status not in _NOTHING_STATUSES or place.since is None or place.token is not None:
            raise
        return Answer(
            url, None, None, (Fault("noRecordsMatch", f"HTTP status {error.status} was taken for no news"),), (), False
        )


def _other_way(place: Place, config: OaiPmhConfig, codes: set[str]) -> Place | None:
    if "cannotDisseminateFormat" in codes and config.metadata_prefix == "auto" and place.prefix != "oai_dc":
        return replace(place, prefix="oai_dc")
    if "badArgument" in codes and place.token is not None and not place.prefix_with_token:
        return replace(place, prefix_with_token=True)
    if "badArgument" in codes and place.since and place.token is None and not place.by_day:
        return replace(place, by_day=True)  # announces seconds and refuses them (Dataverse #11020, 2024)
    return None


def _is_empty(answer: Answer) -> bool:
    return bool(answer.faults) and all(fault.code in _NOTHING for fault in answer.faults)


def _content(answer: Answer, url: str, place: Place) -> ListPart:
    part = list_part(answer, place.prefix)
    if not answer.faults or _is_empty(answer):
        return part
    if part.records:  # records beside an error: keep them, and say so
        words = [f"beside its records the source reports {fault.code}: {fault.text}" for fault in answer.faults]
        notes = tuple(Problem("LIST_FAULT", "warning", value=text) for text in words)
        return replace(part, problems=part.problems + notes)
    fault = answer.faults[0]
    if any(fault.code == "badResumptionToken" for fault in answer.faults) and place.token is not None:
        raise CursorExpired(url=url, cursor=dump_place(place), reason=fault.text or "badResumptionToken")
    raise ProtocolFault(url=url, fault=fault.code or "without a code", reason=fault.text or "no reason given")


def _advance(place: Place, part: ListPart, answer: Answer) -> Place:
    unreadable = sum(problem.severity == "error" for problem in part.problems)
    return replace(
        place,
        token=part.token,
        asked_at=place.asked_at or trusted_date(answer.response_date, datetime.now(UTC)),
        delivered=place.delivered + len(part.records) + unreadable,
        total=part.total if part.total is not None else place.total,
    )


def _page(part: ListPart, place: Place, answer: Answer, config: OaiPmhConfig, *, whole: bool) -> Page:
    problems = tuple(found for found in part.problems if found.severity == "error")
    remarks = tuple(found for found in part.problems if found.severity != "error")
    if odd := [record.datestamp or "" for record in part.records if not is_plausible(record.datestamp)]:
        value = f"some datestamps cannot be used, such as “{odd[0][:40]}”"
        remarks += (Problem("DATESTAMP_UNUSABLE", "note", value=value),)
    if part.token is None and place.total is not None and place.delivered < place.total:
        value = f"only {place.delivered} of {place.total} announced records were sent"
        remarks += (Problem("LIST_INCOMPLETE", "warning", value=value),)
    if part.token is None and place.asked_at == NO_DATE:
        why = answer.faults[0].text if answer.faults else f"its date “{answer.response_date or ''}” cannot be used"
        remarks += (Problem("DATE_UNUSABLE", "note", value=f"{why}; the next run asks from the same place again"),)
    return Page(
        records=part.records,
        cursor=dump_place(place) if part.token is not None else None,
        response_date=answer.response_date,
        total=place.total,
        problems=problems,
        remarks=remarks,
        next_since=next_since(place, config.overlap_s),
        tracks_deletions=place.tracks_deletions,
        whole=whole,
    )
