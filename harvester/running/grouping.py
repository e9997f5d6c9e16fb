"""Pages of one source joined to groups, as a group is what one transaction takes; reads ahead, writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic

from harvester.errors import HarvesterError
from harvester.protocols.pages import Page

GROUP_RECORDS = 500
GROUP_BYTES = 16 * 1024 * 1024
PATIENCE_S = 0.25
"""What has been fetched waits no longer than this for more, so a slow source is saved page by page."""

Retrieved = tuple[Page, datetime | None]
"""A page, and when its records were fetched where that was not just now."""


def limited(pages: Iterable[Retrieved], limit: int | None) -> Iterator[Retrieved]:
    """Give the pages up to so many records; nothing is asked for after them."""
    left = limit
    for page, fetched_at in pages:
        if left is not None:
            page = replace(page, records=page.records[:left])
            left -= len(page.records)
        yield page, fetched_at
        if left == 0:
            return


def fetched(pages: Iterable[Retrieved]) -> Iterator[Retrieved]:
    """Fetch every page now and give them afterwards; an error of the source comes where it came, after its pages."""
    kept: list[Retrieved] = []
    try:
        for page in pages:
            kept.append(page)
    except HarvesterError as error:
        return _ending(kept, error)
    return iter(kept)


def _ending(pages: Sequence[Retrieved], error: HarvesterError) -> Iterator[Retrieved]:
    yield from pages
    raise error


def grouped(pages: Iterable[Retrieved]) -> Iterator[Retrieved]:
    """Give the pages joined to groups of up to some five hundred records; the first alone, each next twice as big.

    What came before an error of the source is given before the error is raised. All pages must have been fetched at the
    same time.
    """
    retrieved, wanted = iter(pages), 1
    while True:
        group, ending = _gather(retrieved, wanted)
        if group:
            yield _joined([page for page, _ in group]), group[0][1]
        if isinstance(ending, HarvesterError):
            raise ending
        if ending:
            return
        wanted = min(GROUP_RECORDS, 2 * sum(len(page.records) for page, _ in group) or 1)


def _gather(retrieved: Iterator[Retrieved], wanted: int) -> tuple[list[Retrieved], HarvesterError | bool]:
    """Give the pages of a group, and the error that ends the list, or whether it ends."""
    group: list[Retrieved] = []
    until = monotonic() + PATIENCE_S
    records = size = 0
    while not group or (records < wanted and size < GROUP_BYTES and monotonic() < until):
        try:
            answer = next(retrieved, None)
        except HarvesterError as error:
            return group, error
        if answer is None:
            return group, True
        group.append(answer)
        records += len(answer[0].records)
        size += sum(len(raw.payload) for raw in answer[0].records)
    return group, False


def _joined(pages: Sequence[Page]) -> Page:
    if len(pages) == 1:
        return pages[0]
    return replace(
        pages[-1],
        records=tuple(raw for page in pages for raw in page.records),
        response_date=next((page.response_date for page in pages if page.response_date), None),
        total=next((page.total for page in reversed(pages) if page.total is not None), None),
        problems=tuple(problem for page in pages for problem in page.problems),
        remarks=tuple(remark for page in pages for remark in page.remarks),
        answers=len(pages),
        learnt={key: value for page in pages for key, value in page.learnt.items()},
    )
