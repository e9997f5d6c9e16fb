"""What an OAI-PMH repository says of itself before a list is read, and whether it is still the one it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from harvester.errors import RepositoryReplaced, SourceError, WrongAnswer
from harvester.protocols.oai_answers import Answer, identify, list_part
from harvester.protocols.oai_asking import BY_DAY, METADATA_PREFIX, PREFIX_WITH_TOKEN, Way
from harvester.protocols.oai_choice import best_prefix
from harvester.protocols.oai_formats import OAI_DC
from harvester.protocols.oai_places import Place
from harvester.protocols.oai_windows import parse_instant
from harvester.protocols.pages import Window
from vocabularies.problems import Problem

IDENTITY, CLOCK_OFFSET, MOVED_TO, BASE_URL = "identity", "clock_offset_s", "moved_to", "base_url"
_CLOCK_TOLD_S = 300
_CLOCK_SAME_S = 60
_MOST_NAMESPACES = 20


@dataclass(frozen=True, slots=True)
class Opening:
    """What Identify said: where a list may begin, what was learnt, what to tell, and who it is.

    ``earliest`` is the repository's own word for its first datestamp.
    """

    place: Place
    earliest: str | None
    learnt: Mapping[str, str]
    remarks: tuple[Problem, ...]
    identity: Identity


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a repository is told again: its names, and the namespaces of its records' identifiers."""

    name: str = ""
    repository: str = ""
    spaces: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Give it for a person."""
        marks = ", ".join(dict.fromkeys(filter(None, (self.repository, *self.spaces[:3]))))
        return f"“{self.name or 'without a name'}”{f' ({marks})' if marks else ''}"


def open_repository(way: Way, window: Window) -> Opening:
    """Ask who answers; RepositoryReplaced where it is not who it was, before a record is read.

    WrongAnswer where the address answers in OAI-PMH and not with Identify.
    """
    answer = way.ask({"verb": "Identify"})
    found = identify(answer)
    if not found and not answer.faults:
        raise WrongAnswer(url=way.url, protocol="OAI-PMH", saw="an answer without Identify")
    learnt: dict[str, str] = {}
    prefix = way.quirks.get(METADATA_PREFIX, OAI_DC)
    if window.cursor is None:
        prefix, learnt = _choose_prefix(way, window)
    by_second = "hh" in found.get("granularity", "").lower()  # every repository must accept days (§2.7.1)
    place = Place(
        prefix=prefix,
        by_day=not by_second or BY_DAY in way.quirks,
        tracks_deletions=found.get("deletedRecord") == "persistent",
        since=window.since,
        prefix_with_token=PREFIX_WITH_TOKEN in way.quirks,
    )
    told: list[Problem] = []
    learnt |= _clock(way, answer, told) | _addresses(way, answer, found, told)
    identity = _recognise(way, found, told, prefix)
    return Opening(place, found.get("earliestDatestamp"), learnt, tuple(told), identity)


def check_names(way: Way, identity: Identity, identifiers: Iterable[str], *, whole: bool) -> dict[str, str]:
    """Give what a list's first identifiers teach of who the repository is.

    RepositoryReplaced where a whole list holds no namespace that was there before: the records are of something else.
    """
    spaces = _namespaces(identifiers)
    if whole and identity.spaces and spaces and not set(spaces) & set(identity.spaces):
        raise RepositoryReplaced(url=way.url, before=str(identity), now=str(replace(identity, spaces=spaces)))
    both = tuple(dict.fromkeys((*identity.spaces, *spaces)))[:_MOST_NAMESPACES]
    text = _dump(replace(identity, spaces=both))
    return {IDENTITY: text} if text != way.quirks.get(IDENTITY) else {}


def choose_prefix(way: Way) -> str:
    """Give the metadata format to ask for: what is set, what has worked, or the richest both sides know."""
    return _choose_prefix(way, Window(since="known"))[0]


def _choose_prefix(way: Way, window: Window) -> tuple[str, dict[str, str]]:
    if way.config.metadata_prefix != "auto":
        return way.config.metadata_prefix, {}
    known = way.quirks.get(METADATA_PREFIX)
    if known and window.since is not None:  # a whole list looks again whether something richer is offered now
        return known, {}
    chosen = best_prefix(way)
    return chosen, ({METADATA_PREFIX: chosen} if chosen != known else {})


def _clock(way: Way, answer: Answer, told: list[Problem]) -> dict[str, str]:
    at = parse_instant(answer.response_date)
    if at is None:
        return {}
    offset_s = round((at - datetime.now(UTC)).total_seconds())
    known_s = int(way.quirks.get(CLOCK_OFFSET, "0"))
    if abs(offset_s - known_s) <= max(_CLOCK_SAME_S, abs(offset_s) // 10):
        return {}
    if abs(offset_s) > _CLOCK_TOLD_S:
        words = f"its clock is {_duration(abs(offset_s))} {'ahead of' if offset_s > 0 else 'behind'} ours"
        told.append(Problem("CLOCK_OFFSET", "note", value=words))
    return {CLOCK_OFFSET: str(offset_s)}


def _duration(seconds: int) -> str:
    for unit, length_s in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length_s:
            return f"{seconds // length_s} {unit}"
    return f"{seconds} seconds"


def _addresses(way: Way, answer: Answer, found: Mapping[str, str], told: list[Problem]) -> dict[str, str]:
    """Tell of another address once: where it has moved to for good, and what it calls its own; ours is kept."""
    base = found.get("baseURL", "")
    facts = {MOVED_TO: answer.moved_to or "", BASE_URL: base if _place(base) != _place(way.url) else ""}
    words = {
        MOVED_TO: ("SOURCE_MOVED", "it has moved for good to {}; change the source's address"),
        BASE_URL: ("BASE_URL_DIFFERS", "it calls itself {}; our address was kept"),
    }
    learnt = {key: value for key, value in facts.items() if value != way.quirks.get(key, "")}
    for key, value in learnt.items():
        if value:
            code, text = words[key]
            told.append(Problem(code, "note", value=text.format(value[:300])))
    return learnt


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.path.rstrip("/")


def _recognise(way: Way, found: Mapping[str, str], told: list[Problem], prefix: str) -> Identity:
    """Give who answers; where its names have changed its identifiers must vouch for it."""
    now = Identity(found.get("repositoryName", ""), found.get("repositoryIdentifier", ""))
    before = _parse(way.quirks.get(IDENTITY, ""))
    if before is None:
        return now
    now = replace(now, spaces=before.spaces)
    if (now.name, now.repository) == (before.name, before.repository):
        return now
    spaces = _sample(way, prefix)
    vouched = bool(set(spaces) & set(before.spaces))
    other_names = before.repository != now.repository and before.repository and now.repository
    if not vouched and ((spaces and before.spaces) or other_names):
        raise RepositoryReplaced(url=way.url, before=str(before), now=str(replace(now, spaces=spaces)))
    told.append(Problem("NAME_CHANGED", "note", value=f"it was {before} and calls itself {now} now"))
    return now


def _sample(way: Way, prefix: str) -> tuple[str, ...]:
    try:
        part = list_part(way.ask({"verb": "ListIdentifiers", "metadataPrefix": prefix}), prefix)
    except SourceError:
        return ()
    return _namespaces(named.identifier for named in part.named)


def _namespaces(identifiers: Iterable[str]) -> tuple[str, ...]:
    """Give the namespaces of identifiers of the form oai:namespace:local (OAI identifier guidelines §2.1)."""
    parts = (identifier.split(":", 2) for identifier in identifiers)
    return tuple(dict.fromkeys(found[1].lower() for found in parts if len(found) == 3 and found[0].lower() == "oai"))


def _dump(identity: Identity) -> str:
    kept = {"name": identity.name, "repository": identity.repository, "spaces": list(identity.spaces)}
    return json.dumps(kept, ensure_ascii=False)


def _parse(text: str) -> Identity | None:
    try:
        found = json.loads(text)
        return Identity(str(found["name"]), str(found["repository"]), tuple(map(str, found["spaces"])))
    except (ValueError, TypeError, KeyError):
        return None
