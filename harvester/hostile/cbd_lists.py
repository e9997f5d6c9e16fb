"""CBD clearing-houses whose index or documents go wrong: counts that change, entries twice, documents that fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harvester.hostile.cbd_site import (
    DOCUMENTS_PATH,
    SELECT_PATH,
    CbdSite,
    a_document,
    an_entry,
    as_json,
    failure,
    identifier_of,
    page,
    position,
    some_entries,
)
from harvester.hostile.scenario import CBD, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, web_page
from harvester.testing import Recorded

_Answer = Callable[[CbdSite, Call, int, int], Reply]


def _indexes(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give a clearing-house that is right but for its index; the answer is told position and rows."""

    def make() -> Play:
        site = CbdSite(some_entries(count))

        def play(call: Call) -> Reply:
            return answer(site, call, *position(call)) if call.path == SELECT_PATH else site(call)

        return play

    return make


def _holds(*entries: Any) -> Callable[[], Play]:
    """Give a clearing-house that holds these entries; some may be none."""

    def answer(site: CbdSite, call: Call, start: int, rows: int) -> Reply:
        return page(list(entries)[start : start + rows], len(entries), start)

    return _indexes(0, answer)


def _later(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give a clearing-house whose index is right in the first harvest only, which lists it once."""

    def make() -> Play:
        site, done = CbdSite(some_entries(count)), [False]

        def play(call: Call) -> Reply:
            start, rows = position(call)
            if site.lists and start == 0 and not done[0]:
                done[0] = True
            good = site(call)
            return answer(site, call, start, rows) if done[0] and call.path == SELECT_PATH else good

        return play

    return make


def _documented(count: int, answer: Callable[[CbdSite, Call, int], Reply]) -> Callable[[], Play]:
    """Give a clearing-house with documents; the answer is told the number of the one asked for."""

    def make() -> Play:
        documents = {identifier_of(number): a_document(number) for number in range(1, count + 1)}
        site = CbdSite(some_entries(count), documents)

        def play(call: Call) -> Reply:
            return answer(site, call, int(call.path[-4:])) if call.path.startswith(DOCUMENTS_PATH) else site(call)

        return play

    return make


def _shrinks(site: CbdSite, call: Call, start: int, rows: int) -> Reply:
    """Take the first entry away once the first page was given."""
    reply = site(call)
    if start == 0 and rows:
        site.entries = site.entries[1:]
    return reply


def _flickers() -> Play:
    site, asked = CbdSite(some_entries(25)), [0]

    def play(call: Call) -> Reply:
        start, rows = position(call)
        asked[0] += 1
        return page(site.found(call)[start : start + rows], 25 + 7 * (asked[0] % 2), start)

    return play


def _first_page(site: CbdSite, call: Call, start: int, rows: int) -> Reply:
    return page(site.found(call)[:10], 25)


def _absurd(site: CbdSite, call: Call, start: int, rows: int) -> Reply:
    return page(site.found(call)[start : start + rows], 99_999_999, start)


def _poisoned(site: CbdSite, call: Call, start: int, rows: int) -> Reply:
    """Fail wherever the thirteenth entry would be given."""
    return Recorded(b"Internal Server Error", 500) if start <= 12 < start + rows else site(call)


def _no_dates(site: CbdSite, call: Call, start: int, rows: int) -> Reply:
    """Pass over every filter."""
    return page(site.entries[start : start + rows], len(site.entries), start)


def _refuses_dates(site: CbdSite, call: Call, start: int, rows: int) -> Reply:
    return failure("undefined field updatedDate_dt") if "updatedDate_dt" in call.query.get("fq", "") else site(call)


def _cut_once() -> Play:
    site, cut = CbdSite(some_entries(25)), [False]

    def play(call: Call) -> Reply:
        reply = site(call)
        if position(call)[0] == 10 and not cut[0]:
            cut[0] = True
            return cut_short(reply, by=200)
        return reply

    return play


def _without(*numbers: int) -> Callable[[CbdSite, Call, int], Reply]:
    def answer(site: CbdSite, call: Call, number: int) -> Reply:
        return Recorded(b"Internal Server Error", 500) if number in numbers else site(call)

    return answer


def _secret(site: CbdSite, call: Call, number: int) -> Reply:
    if number == 2:
        return as_json(a_document(2, isConfidential=True))
    return (
        site(call)
        if number != 3
        else as_json(
            a_document(
                3, subjectMatter={"en": "A secret root"}, subjectMatterConfidential=True, keywordOther={"en": "root"}
            )
        )
    )


_KEPT = "Nothing is removed, and the place stays."
_LOOP = "The run stops and names the loop; the records read are kept."
_ALL = "All records arrive, each once."
_OTHERS = "It is told; the others arrive."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), CBD, does, must, make, {"page_size": "10", **settings})


CBD_LISTS: Mapping[str, Scenario] = {
    "cbd-shrinks-while-read": _scenario(
        "H50", "An entry before the place reached is withdrawn between two pages.",
        "The part that moved is read again; no other record is missed.", _indexes(25, _shrinks),
    ),
    "cbd-count-flickers": _scenario("H50", "numFound is another on every page.", _ALL, _flickers),
    "cbd-count-absurd": _scenario(
        "H50", "numFound says a hundred million for every question; 25 entries come.",
        "All arrive, the index is not divided for ever, and the run is not simply done.", _indexes(25, _absurd),
    ),
    "cbd-start-ignored": _scenario("H07 F23", "Every page is the first page.", _LOOP, _indexes(25, _first_page)),
    "cbd-rows-capped": _scenario(
        "H50", "Pages hold ten entries, however many are asked for.", _ALL,
        lambda: CbdSite(some_entries(25), most=10), page_size="100",
    ),
    "cbd-large-index": _scenario(
        "own", "There are more entries than may be paged through at once.",
        "The index is read by spans of time, with what bears no date.", lambda: CbdSite(_over_years()), deep="10",
    ),
    "cbd-poisoned-entry": _scenario(
        "F04 H01", "Whatever page holds the thirteenth entry is answered with status 500.",
        "The entry is found out and told; all others arrive, and the window does not move past it.",
        _indexes(25, _poisoned),
    ),
    "cbd-cut-short-once": _scenario("H01", "The second page breaks off, once.", _ALL, _cut_once),
    "cbd-web-page": _scenario(
        "H06 F07", "From the second harvest on there is a web page with status 200.",
        "The run fails as “not CBD”; nothing is removed and the place stays.",
        _later(3, lambda site, call, start, rows: web_page("Please log in")),
    ),
    "cbd-error-object": _scenario(
        "H39 H40", "Every question is answered with Solr's error and status 400.",
        "The run fails in the index' own words.",
        _indexes(3, lambda site, call, start, rows: failure("no field name specified in query")),
    ),
    "cbd-other-json": _scenario(
        "H06", "From the second harvest on there is JSON of another service.",
        "The run fails as “not CBD”; nothing is removed and the place stays.",
        _later(3, lambda site, call, start, rows: as_json({"statusCode": 200, "message": "ok"})),
    ),
    "cbd-empty-later": _scenario(
        "F01", "From the second harvest on the index is empty.", _KEPT,
        _later(25, lambda site, call, start, rows: page([], 0)), incremental="no",
    ),
    "cbd-truncated-later": _scenario(
        "F02", "From the second harvest on the list ends after the first page; numFound says 25.",
        "Nothing is removed; the missing ones are told.",
        _later(25, lambda site, call, start, rows: page(site.found(call)[:rows] if start == 0 else [], 25)),
        incremental="no",
    ),
    "cbd-withdrawn-silently": _scenario(
        "own",
        "From the second harvest on one record is missing without a word.",
        "Lists of names show it: it leaves the index, and the others stay.",
        lambda: _withdraws(),
    ),
    "cbd-entries-twice": _scenario(
        "H15 F55", "Records have an entry in each of two realms, and earlier versions stand beside them.",
        "Each record is there once, in its latest revision, and the list is whole.", lambda: CbdSite(_twice()),
    ),
    "cbd-broken-entry": _scenario(
        "F44 F56", "Among good entries one has nothing that names it, one is a text.", _OTHERS,
        _holds(an_entry(1), {"title_s": "Nameless"}, "a text", an_entry(2, identifier_s="x" * 3000), an_entry(3)),
    ),
    "cbd-wrong-types": _scenario(
        "F51", "Titles are numbers, dates are words, links are broken JSON, terms are null.",
        "Each arrives or is refused with the reason; the others arrive.",
        _holds(an_entry(1), an_entry(2, title_EN_s=7, title_FR_s=[None]), an_entry(3, updatedDate_dt="yesterday"),
               an_entry(4, documentLinks_s='[{"url": ', cbdSubjects_ss=[None], url_ss="not an address")),
    ),
    "cbd-not-public": _scenario(
        "F08", "The index gives drafts, confidential records, and contacts nobody refers to.",
        "They are not published; the others arrive.",
        _holds(an_entry(1), an_entry(2, _state_s="draft"), an_entry(3, confidential_b=True),
               an_entry(4, schema_s="contact"), an_entry(5, schema_s="contact", refNationalRecords_ss=["x"])),
    ),
    "cbd-no-state": _scenario(
        "own", "No entry says that it is public.", "The index is asked without the state, and all arrive.",
        lambda: CbdSite([an_entry(number, _state_s=None) for number in range(1, 4)]),
    ),
    "cbd-window-ignored": _scenario(
        "own", "The filter by date of change is passed over.", "Everything is read again, and the run is done.",
        _indexes(5, _no_dates),
    ),
    "cbd-window-refused": _scenario(
        "own", "The filter by date of change is an error.", "Everything is read without it, and the run is done.",
        _indexes(5, _refuses_dates),
    ),
    "cbd-document-fails": _scenario(
        "F04", "One document is answered with status 500.", "The record is told; the others arrive with theirs.",
        _documented(5, _without(3)), documents="yes",
    ),
    "cbd-documents-down": _scenario(
        "F03 F04", "Every document is answered with status 500.", "The run stops and is tried again; nothing is lost.",
        _documented(8, _without(*range(1, 9))), documents="yes",
    ),
    "cbd-confidential-document": _scenario(
        "own", "One document is confidential, of another one field is.",
        "Neither is in the index or in what is stored of the record.", _documented(3, _secret), documents="yes",
    ),
}  # fmt: skip


def _withdraws() -> Play:
    site, begun = CbdSite(some_entries(12)), [False]

    def play(call: Call) -> Reply:
        if begun[0] and position(call) == (0, 0):
            site.entries = [entry for entry in site.entries if not entry["identifier_s"].endswith("0004")]
        begun[0] = begun[0] or position(call)[0] > 0
        return site(call)

    return play


def _over_years() -> list[dict[str, Any]]:
    dated = [
        an_entry(number, updatedDate_dt=f"{1996 + number % 28}-0{1 + number % 9}-02T00:00:00Z")
        for number in range(1, 61)
    ]
    return [*dated, *(an_entry(number, updatedDate_dt=None) for number in range(61, 66))]


def _twice() -> list[dict[str, Any]]:
    again = [an_entry(number, id=f"z{number}", realm_ss=["bch"], _revision_i=1) for number in range(1, 13)]
    earlier = [an_entry(number, id=f"y{number}", version_s="1", title_EN_s="Old") for number in range(1, 3)]
    newer = [an_entry(number, _revision_i=2) for number in range(1, 13)]
    return [*newer, *again, *earlier]
