"""CKAN sites whose search goes wrong: pages that come again, counts that change, packages that break their page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harvester.hostile.ckan_site import SEARCH_PATH, CkanSite, a_package, failure, page, some_packages
from harvester.hostile.scenario import CKAN, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, web_page
from harvester.testing import Recorded

_Answer = Callable[[CkanSite, Call, int, int], Reply]


def _searches(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give a site that is right but for its search; the answer is told position and rows."""

    def make() -> Play:
        site = CkanSite(some_packages(count))

        def play(call: Call) -> Reply:
            if call.path != SEARCH_PATH:
                return site(call)
            return answer(site, call, int(call.query.get("start", "0")), int(call.query.get("rows", "10")))

        return play

    return make


def _packages(*packages: Any) -> Callable[[], Play]:
    return _searches(0, lambda site, call, start, rows: page(list(packages)[start : start + rows], len(packages)))


def _later(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give a site whose search is right in the first harvest only."""

    def later(site: CkanSite, call: Call, start: int, rows: int) -> Reply:
        good = site(call)
        return good if site.lists < 2 else answer(site, call, start, rows)

    return _searches(count, later)


def _shrinks(site: CkanSite, call: Call, start: int, rows: int) -> Reply:
    """Take the first package away once the first page was given."""
    reply = site(call)
    if start == 0:
        site.packages = site.packages[1:]
    return reply


def _grows(site: CkanSite, call: Call, start: int, rows: int) -> Reply:
    """Put a package at the head once the first page was given."""
    reply = site(call)
    if start == 0:
        site.packages = [a_package(0), *site.packages]
    return reply


def _flickers() -> Play:
    site, asked = CkanSite(some_packages(25)), [0]

    def play(call: Call) -> Reply:
        start, rows = int(call.query.get("start", "0")), int(call.query.get("rows", "10"))
        asked[0] += 1
        return page(site.found(call)[start : start + rows], 25 + 7 * (asked[0] % 2))

    return play


def _poisoned(site: CkanSite, call: Call, start: int, rows: int) -> Reply:
    """Fail wherever the thirteenth package would be given."""
    return Recorded(b"Internal Server Error", 500) if start <= 12 < start + rows else site(call)


def _cut_once() -> Play:
    site, cut = CkanSite(some_packages(25)), [False]

    def play(call: Call) -> Reply:
        reply = site(call)
        if call.query.get("start") == "10" and not cut[0]:
            cut[0] = True
            return cut_short(reply, by=200)
        return reply

    return play


def _goes_down() -> Play:
    """Break down at the second page, in the first harvest only."""
    site, down = CkanSite(some_packages(25)), [0]

    def play(call: Call) -> Reply:
        if int(call.query.get("start", "0")) >= 10 and down[0] < 8:
            down[0] += 1
            return Recorded(b"Internal Server Error", 500)
        return site(call)

    return play


def _moves_within(site: CkanSite, call: Call, start: int, rows: int) -> Reply:
    """Give every page the same packages in another order."""
    return page(site.found(call)[:10][:: 1 if start % 20 else -1], 500)


def _no_window(site: CkanSite, call: Call, start: int, rows: int) -> Reply:
    """Pass over every filter."""
    return page(site.packages[start : start + rows], len(site.packages))


def _refuses_window(site: CkanSite, call: Call, start: int, rows: int) -> Reply:
    if "metadata_modified" in call.query.get("fq", ""):
        return failure("Search Query Error", "SOLR returned an error running query")
    return site(call)


_LOOP = "The run stops and names the loop; the packages read are kept."
_ALL = "All packages arrive, each once."
_OTHERS = "It is told as failed; the others arrive."
_KEPT = "Nothing is removed, and the place stays."
_NO_SITE = "The run fails as “not CKAN”; nothing is removed and the place stays."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), CKAN, does, must, make, {"page_size": "10", **settings})


CKAN_LISTS: Mapping[str, Scenario] = {
    "ckan-shrinks-while-read": _scenario(
        "H50", "A package before the place reached is deleted between two pages.",
        "The part that moved is read again; no other package is missed.", _searches(25, _shrinks),
    ),
    "ckan-grows-while-read": _scenario(
        "H50", "A package appears before the place reached between two pages.", _ALL, _searches(25, _grows),
    ),
    "ckan-count-flickers": _scenario(
        "H50", "The count is another on every page.", "All packages arrive; the run ends.", _flickers,
    ),
    "ckan-count-absurd": _scenario(
        "H50", "The count says ten million; 25 packages come.", "All arrive, and the run is not simply done.",
        _searches(25, lambda site, call, start, rows: page(site.found(call)[start : start + rows], 10_000_000)),
    ),
    "ckan-count-is-no-number": _scenario(
        "H50", "The count is null.", _ALL,
        _searches(25, lambda site, call, start, rows: page(site.found(call)[start : start + rows], None)),
    ),
    "ckan-start-ignored": _scenario(
        "H07 F23", "Every page is the first page.", _LOOP,
        _searches(25, lambda site, call, start, rows: page(site.found(call)[:10], 25)),
    ),
    "ckan-old-packages": _scenario(
        "H09", "Every page holds the same packages in another order.", _LOOP, _searches(25, _moves_within),
    ),
    "ckan-rows-ignored": _scenario(
        "H50", "Pages hold ten packages, however many are asked for.", _ALL,
        lambda: CkanSite(some_packages(25), most=10), page_size="100",
    ),
    "ckan-repeats-across-pages": _scenario(
        "H15 F55", "The last packages of a page come again on the next.", "Each package is there once.",
        _searches(25, lambda site, call, start, rows: page(site.found(call)[max(0, start - 3) : start + rows], 25)),
    ),
    "ckan-poisoned-package": _scenario(
        "F04 H01", "Whatever page holds the thirteenth package is answered with status 500.",
        "The package is found out and told; all others arrive, and the window does not move past it.",
        _searches(25, _poisoned),
    ),
    "ckan-goes-down": _scenario(
        "F03 F04", "From the second page on all is answered with status 500; the next day it is well again.",
        "The first page is kept, and the next run goes on behind it.", _goes_down,
    ),
    "ckan-cut-short-once": _scenario("H01", "The second page breaks off, once.", _ALL, _cut_once),
    "ckan-empty-later": _scenario(
        "F01", "From the second harvest on there is no package any more.", _KEPT,
        _later(25, lambda site, call, start, rows: page([], 0)), incremental="no",
    ),
    "ckan-truncated-later": _scenario(
        "F02", "From the second harvest on the list ends after the first page; the count says 25.",
        "Nothing is removed; the missing ones are told.",
        _later(25, lambda site, call, start, rows: page(site.found(call)[:10] if start == 0 else [], 25)),
        incremental="no",
    ),
    "ckan-login-page": _scenario(
        "H06 F07", "From the second harvest on there is a login page with status 200.", _NO_SITE,
        _later(3, lambda site, call, start, rows: web_page("Please log in")),
    ),
    "ckan-empty-body": _scenario(
        "F48", "From the second harvest on the body is empty.", "The run fails; nothing is removed.",
        _later(3, lambda site, call, start, rows: Recorded(b"", 200)),
    ),
    "ckan-no-success": _scenario(
        "H39 H40", "Every search is answered with success: false and status 200.",
        "The run fails in the site's own words.",
        _searches(3, lambda site, call, start, rows: failure("Authorization Error", "Access denied", 200)),
    ),
    "ckan-broken-package": _scenario(
        "F44 F56", "Among good packages one has no id, one is a text, one has an id of 3 kB.", _OTHERS,
        _packages(a_package(1), {"title": "Nameless"}, "a text", a_package(2, id="x" * 3000), a_package(3)),
    ),
    "ckan-wrong-types": _scenario(
        "F51", "A title is null, tags are numbers, extras are a text, resources are null.",
        "Each arrives or is refused with the reason; the others arrive.",
        _packages(a_package(1), {**a_package(2), "title": None, "name": None},
                  a_package(3, tags=[1, None], extras="none"),
                  a_package(4, resources=None, organization=7, groups={}), a_package(5)),
    ),
    "ckan-private-package": _scenario(
        "F08", "A search gives private, deleted and draft packages.", "They are not published; the others arrive.",
        _packages(a_package(1), a_package(2, private=True), a_package(3, state="deleted"), a_package(4, state="draft")),
    ),
    "ckan-window-ignored": _scenario(
        "own", "The filter by date of change is passed over.", "Everything is read again, and the run is done.",
        _searches(5, _no_window),
    ),
    "ckan-window-refused": _scenario(
        "own", "The filter by date of change is an error.", "Everything is read without it, and the run is done.",
        _searches(5, _refuses_window),
    ),
    "ckan-views-counted": _scenario(
        "own", "View counts change every day, packages do not.", "The packages are unchanged.",
        lambda: _viewed(),
    ),
}  # fmt: skip


def _viewed() -> Play:
    site, views = CkanSite(some_packages(3)), [0]

    def play(call: Call) -> Reply:
        views[0] += 1
        site.packages = [
            {**package, "tracking_summary": {"total": views[0], "recent": 1}} for package in some_packages(3)
        ]
        return site(call)

    return play
