"""One page of an OAI-PMH list: how it is asked for, in the way the repository needs, and what its faults mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harvester.configs import OaiPmhConfig
from harvester.errors import CursorExpired, ProtocolFault, SourceRefused
from harvester.fetch import Fetcher
from harvester.protocols.oai_answers import Answer, Fault, ListPart, list_part
from harvester.protocols.oai_places import Place, dump_place
from harvester.protocols.oai_requests import READS, ask
from harvester.protocols.oai_windows import to_bound
from vocabularies.problems import Problem

PREFIX_WITH_TOKEN, BY_DAY, METADATA_PREFIX, EMPTY_STATUS = (
    "prefix_with_token", "by_day", "metadata_prefix", "empty_status",
)  # fmt: skip
"""Quirks: what a repository needs, found out once."""
YES = "yes"
_NOTHING = frozenset({"noRecordsMatch", "idDoesNotExist"})
_NOTHING_STATUSES = frozenset({404, 422})


@dataclass(frozen=True, slots=True)
class Way:
    """Whom to ask, and how it was asked before."""

    fetcher: Fetcher
    url: str
    config: OaiPmhConfig
    quirks: Mapping[str, str] = field(default_factory=dict)

    def ask(self, arguments: Mapping[str, str], *, reads: int = READS) -> Answer:
        """Give the answer to one request."""
        return ask(self.fetcher, self.url, arguments, cp1252=self.config.cp1252, reads=reads)


@dataclass(frozen=True, slots=True)
class Reading:
    """A page of a list, the place it was asked from, and what was learnt of the repository by asking."""

    answer: Answer
    part: ListPart
    place: Place
    learnt: Mapping[str, str]


def read_list(way: Way, place: Place) -> Reading:
    """Give the page at a place; where arguments are refused, ask once more in the way that known repositories need.

    CursorExpired where the token is refused, ProtocolFault for any other OAI error.
    """
    answer, learnt = _ask_window(way, place)
    other = _other_way(place, way.config, {fault.code for fault in answer.faults})
    if other is not None:
        second = way.ask(_arguments(other, way.config))
        if not second.faults or _is_empty(second):
            return Reading(second, _content(second, way.url, other), other, _learnt(place, other))
    return Reading(answer, _content(answer, way.url, place), place, learnt)


def _arguments(place: Place, config: OaiPmhConfig) -> Mapping[str, str]:
    verb = "ListIdentifiers" if place.by_name else "ListRecords"
    if place.token is not None:
        arguments = {"verb": verb, "resumptionToken": place.token}
        return arguments | ({"metadataPrefix": place.prefix} if place.prefix_with_token else {})
    arguments = {"verb": verb, "metadataPrefix": place.prefix}
    if start := to_bound(place.begins, by_day=place.by_day):
        arguments["from"] = start
    if until := to_bound(place.until, by_day=place.by_day):
        arguments["until"] = until
    return arguments | ({"set": config.set} if config.set else {})


def _ask_window(way: Way, place: Place) -> tuple[Answer, dict[str, str]]:
    """Ask for a page. Where only a window is refused with 404 or 422, nothing is in it (Zenodo, 2023).

    That answer bears no date, so the window stays where it was: nothing is lost should it have been an error after all.
    """
    try:
        return way.ask(_arguments(place, way.config), reads=1 if place.narrowed else READS), {}
    except SourceRefused as error:
        if error.status not in _NOTHING_STATUSES or place.since is None or place.token or place.narrowed:
            raise
        return nothing(way.url, f"HTTP status {error.status} was taken for no news"), {EMPTY_STATUS: str(error.status)}


def nothing(url: str, why: str = "") -> Answer:
    """Give an answer that says there is nothing, where none came."""
    return Answer(url, None, None, (Fault("noRecordsMatch", why),), ())


def _other_way(place: Place, config: OaiPmhConfig, codes: set[str]) -> Place | None:
    if "cannotDisseminateFormat" in codes and config.metadata_prefix == "auto" and place.prefix != "oai_dc":
        return replace(place, prefix="oai_dc")
    if "badArgument" in codes and place.token is not None:
        return replace(place, prefix_with_token=not place.prefix_with_token)
    if "badArgument" in codes and (place.begins or place.until) and not place.by_day:
        return replace(place, by_day=True)  # announces seconds and refuses them (Dataverse #11020, 2024)
    return None


def _learnt(place: Place, other: Place) -> dict[str, str]:
    learnt: dict[str, str] = {}
    if place.prefix != other.prefix:
        learnt[METADATA_PREFIX] = other.prefix
    if place.prefix_with_token != other.prefix_with_token:
        learnt[PREFIX_WITH_TOKEN] = YES if other.prefix_with_token else ""
    if place.by_day != other.by_day:
        learnt[BY_DAY] = YES
    return learnt


def _is_empty(answer: Answer) -> bool:
    return bool(answer.faults) and all(fault.code in _NOTHING for fault in answer.faults)


def _content(answer: Answer, url: str, place: Place) -> ListPart:
    part = list_part(answer, place.prefix)
    if not answer.faults or _is_empty(answer):
        return part
    if part.records or part.named:  # records beside an error: keep them, and say so
        words = [f"beside its records the source reports {fault.code}: {fault.text}" for fault in answer.faults]
        notes = tuple(Problem("LIST_FAULT", "warning", value=text) for text in words)
        return replace(part, problems=part.problems + notes)
    fault = answer.faults[0]
    if any(fault.code == "badResumptionToken" for fault in answer.faults) and place.token is not None:
        raise CursorExpired(url=url, cursor=dump_place(place), reason=fault.text or "badResumptionToken")
    if place.narrowed and None in (place.start, place.until) and fault.code == "badArgument":
        return part  # outside the dates it has: some refuse what lies before or after them
    raise ProtocolFault(url=url, fault=fault.code or "without a code", reason=fault.text or "no reason given")
