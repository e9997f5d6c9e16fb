"""What a run tells of an OAI-PMH list, page by page: records, remarks, what was learnt, where the next one begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from harvester.protocols.oai_answers import Answer, ListPart
from harvester.protocols.oai_asking import EMPTY_STATUS, Way
from harvester.protocols.oai_names import is_end_unsaid
from harvester.protocols.oai_places import Place, dump_place, next_since
from harvester.protocols.oai_windows import NO_DATE, plausible_instant
from harvester.protocols.pages import Page
from vocabularies.problems import Problem

LATENESS, SHORT_LIST, VERSIONS_CONFLICT = "lateness_s", "short_list", "versions_conflict"
"""Quirks: how late records appear, what a list lacked of what it announced, a record with two contents at one time."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page on its way out: its answer and content, the place after it where one follows, and what was learnt.

    ``read`` is the place with this page taken note of; ``ends`` says that its list ends here, ``loop`` that it never
    would.
    """

    answer: Answer
    part: ListPart
    read: Place
    after: Place | None = None
    ends: bool = False
    learnt: Mapping[str, str] = field(default_factory=dict)
    loop: str | None = None


def to_page(way: Way, step: Step, remarks: list[Problem], *, whole: bool) -> Page:
    """Give a step as a page, with these remarks and its own.

    A loop's page leads nowhere: the next run begins at the head of its window, not inside the loop.
    """
    learnt = dict(step.learnt)
    told = [*_odd(step), *remarks]
    since = step.read.since if step.after is None else None
    if step.after is None and not step.loop:
        since = _next_since(way, step, told, learnt)
    place = step.read
    said = not is_end_unsaid(step.part, place.token, place.total, place.delivered)
    return Page(
        records=step.part.records,
        cursor=dump_place(step.after) if step.after is not None else None,
        response_date=step.answer.response_date,
        total=place.total,
        problems=tuple(found for found in step.part.problems if found.severity == "error"),
        remarks=tuple(told),
        next_since=since,
        tracks_deletions=place.tracks_deletions,
        whole=whole and not place.narrowed and (said or not step.ends),
        learnt=learnt,
    )


def conflict(way: Way, identifier: str) -> tuple[list[Problem], dict[str, str]]:
    """Give what to tell and to keep where a record came twice with one datestamp and two contents."""
    words = f"{identifier[:200]} came with two contents under one datestamp; the later one was taken"
    known = VERSIONS_CONFLICT in way.quirks
    return [Problem("VERSIONS_CONFLICT", "note", value=words)], {} if known else {VERSIONS_CONFLICT: identifier}


def _odd(step: Step) -> list[Problem]:
    """Give what is odd about a page or the end of its list."""
    now = datetime.now(UTC)
    remarks = [found for found in step.part.problems if found.severity != "error"]
    odd = [raw.datestamp or "" for raw in step.part.records if plausible_instant(raw.datestamp, now) is None]
    if odd:
        value = f"some datestamps cannot be used, such as “{odd[0][:40]}”"
        remarks.append(Problem("DATESTAMP_UNUSABLE", "note", value=value))
    if step.ends and step.read.is_short:
        value = f"only {step.read.delivered} of {step.read.total} announced records were sent"
        remarks.append(Problem("LIST_INCOMPLETE", "warning", value=value))
    return remarks


def _next_since(way: Way, step: Step, told: list[Problem], learnt: dict[str, str]) -> str | None:
    """Give where the next window begins; it stays where records are owed, until a second list owes the same."""
    place = step.read
    known = way.quirks.get(SHORT_LIST, "")
    owed = f"{place.since or ''} {place.short}" if place.short else ""
    if owed != known:
        learnt[SHORT_LIST] = owed
    if owed and owed != known:
        return place.since
    if place.asked_at in (None, NO_DATE):
        date = step.answer.response_date or ""
        why = step.answer.faults[0].text if step.answer.faults else f"its date “{date}” cannot be used"
        if EMPTY_STATUS not in way.quirks or not step.answer.faults:
            words = f"{why}; the next run asks from the same place again"
            told.append(Problem("DATE_UNUSABLE", "note", value=words))
    return next_since(place, way.config.overlap_s + int(way.quirks.get(LATENESS, "0")))
