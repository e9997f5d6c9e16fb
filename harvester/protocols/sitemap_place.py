"""How far the pages of a sitemap have been read, what was seen on the way, and where the next reading begins."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from harvester.protocols.oai_windows import parse_instant
from vocabularies.problems import Problem

FORM = "%Y-%m-%dT%H:%M:%SZ"
MANY_AGAIN = 200
_SWEPT = " swept "
_GRAVE_SHARE = 5


@dataclass(slots=True)
class Place:
    """The last page read, ``page`` in the sitemap ``file``, and counts of what the pages were.

    ``limit_from`` is the newest lastmod of the last run, None for a reading of everything, which began at ``swept``.
    ``again`` are pages that failed and must be asked again whatever their lastmod, ``busy`` the one that asked to be
    left alone.
    """

    swept: str
    limit_from: str | None = None
    file: str = ""
    page: str = ""
    newest: str | None = None
    fetched: int = 0
    useful: int = 0
    bare: int = 0
    locked: int = 0
    failed: int = 0
    broken: int = 0
    gone: int = 0
    withheld: int = 0
    ahead: int = 0
    bare_page: str = ""
    busy: str = ""
    again: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every page is read, whatever its lastmod."""
        return self.limit_from is None

    def note_failure(self, page: str) -> None:
        """Take note of a page that could not be read."""
        self.again = tuple(dict.fromkeys((*self.again, page)))
        self.failed += 1

    def note_read(self, sitemap: str, page: str) -> None:
        """Move behind a page that was read."""
        self.again = tuple(url for url in self.again if url != page)
        self.file, self.page = sitemap, page


def begin_place(since: str | None, sweep_s: int, now: datetime) -> Place:
    """Give the head of the list, for everything that changed since the last run, or everything where a sweep is due."""
    newest, _, swept = (since or "").partition(_SWEPT)
    swept_at = parse_instant(swept)
    due = swept_at is not None and (now - swept_at).total_seconds() >= sweep_s
    if not newest or due:
        return Place(swept=now.strftime(FORM))
    return Place(swept=swept, limit_from=newest, newest=newest)


def next_since(place: Place) -> str | None:
    """Give the next ``Window.since``: the newest lastmod seen, and when everything was last read."""
    if len(place.again) > MANY_AGAIN or place.newest is None:  # without a lastmod all pages are read each time
        return None
    return f"{place.newest}{_SWEPT}{place.swept}" if place.swept else place.newest


def dump_place(place: Place) -> str:
    """Give the place as one line of JSON, without what is empty."""
    kept = {name: value for name, value in asdict(place).items() if value}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def parse_place(text: str) -> Place | None:
    """Give the place a cursor names, or None where it is not one of ours."""
    try:
        found = Place(**json.loads(text))
        found.again = tuple(found.again)
    except (ValueError, TypeError):
        return None
    return found if isinstance(found.file, str) and isinstance(found.page, str) else None


def page_remarks(place: Place, listed: int, files: int) -> tuple[Problem, ...]:
    """Say what was odd about the pages; what makes their list no proof of what is gone is grave."""
    found: list[Problem] = []
    if place.bare:
        severity = "warning" if place.bare * _GRAVE_SHARE > place.fetched else "note"
        value = (
            f"{place.bare} of {place.fetched} pages hold no JSON-LD, such as {place.bare_page[:200]}; what a script "
            "adds in the browser is not seen"
        )
        found.append(Problem("PAGES_WITHOUT_RECORDS", severity, value=value))  # type: ignore[arg-type]
    if place.failed or place.broken:
        value = f"{place.failed} listed pages could not be read, and {place.broken} hold JSON-LD that cannot"
        found.append(Problem("LIST_INCOMPLETE", "warning", value=value))
    if place.gone:
        found.append(Problem("PAGES_GONE", "note", value=f"{place.gone} listed pages are not there"))
    if files:
        found.append(Problem("PAGES_NOT_READ", "note", value=f"{files} listed addresses are files, not pages"))
    if place.withheld:
        value = f"robots.txt keeps {place.withheld} of {listed} listed pages from harvesters"
        found.append(Problem("PAGES_WITHHELD", "warning", value=value))
    if place.ahead:
        found.append(
            Problem("DATESTAMP_UNUSABLE", "note", value=f"{place.ahead} lastmods lie in the future or are no dates")
        )
    if not listed:
        found.append(Problem("LIST_EMPTY", "warning", value="the sitemap lists no page at all"))
    return tuple(found)
