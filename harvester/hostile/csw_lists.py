"""Catalogue services that go wrong: wrong nextRecord, counts that change, records that break their page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harvester.hostile.csw_service import (
    CswService,
    Entry,
    arguments,
    capabilities,
    core,
    document,
    exception,
    iso,
    place,
    results,
    some_entries,
)
from harvester.hostile.scenario import CSW, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, web_page
from harvester.testing import Recorded

_Answer = Callable[[CswService, Call, int, int], Reply]
_INTERNAL = "http://10.0.0.7:8080/geonetwork"


def _lists(count: int, answer: _Answer, most: int = 1000) -> Callable[[], Play]:
    """Give a service that is right but for GetRecords; the answer is told position and number."""

    def make() -> Play:
        service = CswService(some_entries(count), most=most)

        def play(call: Call) -> Reply:
            if arguments(call).get("request") != "GetRecords":
                return service(call)
            return answer(service, call, *place(call))

        return play

    return make


def _later(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give a service whose GetRecords is right in the first harvest only."""

    def later(service: CswService, call: Call, start: int, rows: int) -> Reply:
        good = service(call)
        return good if service.lists < 2 else answer(service, call, start, rows)

    return _lists(count, later)


def _following(following: Callable[[int, int], object], count: int = 25) -> Callable[[], Play]:
    """Give a service whose nextRecord is what a function makes of position and number."""

    def answer(service: CswService, call: Call, start: int, rows: int) -> Reply:
        shown = service.found(call)[start : start + rows]
        return results(service.written(call, shown), count, following(start, len(shown)))

    return _lists(count, answer)


def _matched(matched: Callable[[int], object]) -> Callable[[], Play]:
    def answer(service: CswService, call: Call, start: int, rows: int) -> Reply:
        shown = service.found(call)[start : start + rows]
        return results(service.written(call, shown), matched(start), start + len(shown) + 1)

    return _lists(25, answer)


def _leaves_out(service: CswService, call: Call, start: int, rows: int) -> Reply:
    """Leave the thirteenth record out of its page, and count it all the same."""
    shown = [entry for entry in service.found(call)[start : start + rows] if entry.identifier != "reef-013"]
    following = start + rows + 1
    return results(service.written(call, shown), 25, following if following <= 25 else 0)


def _poisoned(service: CswService, call: Call, start: int, rows: int) -> Reply:
    """Fail wherever the thirteenth record would be given."""
    if start <= 12 < start + rows:
        return exception("NoApplicableCode", "java.lang.NullPointerException", 500)
    return service(call)


def _always_down(service: CswService, call: Call, start: int, rows: int) -> Reply:
    return Recorded(b"Bad luck", 500) if start >= 10 else service(call)


def _shrinks(service: CswService, call: Call, start: int, rows: int) -> Reply:
    """Take the first record away once the first page was given."""
    reply = service(call)
    if start == 0:
        service.entries = service.entries[1:]
    return reply


def _cut_once() -> Play:
    service, cut = CswService(some_entries(25)), [False]

    def play(call: Call) -> Reply:
        reply = service(call)
        if arguments(call).get("startposition") == "11" and not cut[0]:
            cut[0] = True
            return cut_short(reply, by=300)
        return reply

    return play


def _broken(*records: str) -> Callable[[], Play]:
    return _lists(0, lambda service, call, start, rows: results(list(records)[start : start + rows], len(records), 0))


def _doctype(service: CswService, call: Call, start: int, rows: int) -> Reply:
    reply = service(call)
    return Recorded(reply.body.replace(b"?>\n", b'?>\n<!DOCTYPE a [<!ENTITY b "c">]>\n', 1), 200, reply.headers)


def _plain(call: Call) -> Reply:
    service = CswService(some_entries(5))
    return capabilities(call.root, schemas=[]) if arguments(call).get("request") == "GetCapabilities" else service(call)


def _only_core(service: CswService, call: Call, start: int, rows: int) -> Reply:
    """Refuse every schema but its own, though others are offered."""
    if arguments(call).get("outputschema") != "http://www.opengis.net/cat/csw/2.0.2":
        return exception("InvalidParameterValue", "outputSchema", 400)
    return service(call)


def _no_constraint(service: CswService, call: Call, start: int, rows: int) -> Reply:
    if "constraint" in arguments(call):
        return exception("InvalidParameterValue", "constraint: no such queryable", 400)
    return service(call)


def _inside(call: Call) -> Reply:
    service = CswService(some_entries(5))
    return capabilities(_INTERNAL) if arguments(call).get("request") == "GetCapabilities" else service(call)


_LOOP = "The run stops and names the loop; the records read are kept."
_ALL = "All records arrive, each once."
_OTHERS = "It is told as failed; the others arrive."
_KEPT = "Nothing is removed."
_NO_SERVICE = "The run fails; nothing is removed and the place stays."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), CSW, does, must, make, {"page_size": "10", **settings})


CSW_LISTS: Mapping[str, Scenario] = {
    "csw-next-past-the-end": _scenario(
        "H50", "nextRecord of the last page is not 0 but lies behind the last record.", _ALL,
        _following(lambda start, shown: start + shown + 1),
    ),
    "csw-next-far-away": _scenario("H50", "nextRecord is 9999 on every page.", _ALL, _following(lambda *_: 9999)),
    "csw-next-is-zero": _scenario("H50", "nextRecord is 0 on every page.", _ALL, _following(lambda *_: 0)),
    "csw-next-is-itself": _scenario(
        "H50", "nextRecord is the record the page begins with.", _ALL, _following(lambda start, shown: start + 1),
    ),
    "csw-next-goes-back": _scenario("H50", "nextRecord is 1 on every page.", _ALL, _following(lambda *_: 1)),
    "csw-next-is-no-number": _scenario("H50", "nextRecord is “NaN”.", _ALL, _following(lambda *_: "NaN")),
    "csw-count-absurd": _scenario(
        "H50", "A hundred million records match; 25 come.", "All arrive, and the run is not simply done.",
        _matched(lambda start: 100_000_000),
    ),
    "csw-count-changes": _scenario(
        "H50", "Another number of records matches on every page.", "All records arrive; the run ends.",
        _matched(lambda start: 25 + (start // 10) % 2),
    ),
    "csw-shrinks-while-read": _scenario(
        "H50", "A record before the place reached is deleted between two pages.",
        "The part that moved is read again; no other record is missed.", _lists(25, _shrinks),
    ),
    "csw-ten-at-a-time": _scenario(
        "H50", "Pages hold ten records, however many are asked for.", _ALL,
        lambda: CswService(some_entries(25), most=10), page_size="100",
    ),
    "csw-start-ignored": _scenario(
        "H07 F23", "Every page is the first page.", _LOOP,
        _lists(25, lambda service, call, start, rows: service.page(call, 0, rows)),
    ),
    "csw-endless-empty-pages": _scenario(
        "H14 F26", "Empty pages follow, each with a further nextRecord.", _LOOP,
        _lists(0, lambda service, call, start, rows: results([], 1000, start + rows + 1)),
    ),
    "csw-leaves-a-record-out": _scenario(
        "H50 F05", "One record is left out of its page, and counted.", "All others arrive; the missing one is told.",
        _lists(25, _leaves_out),
    ),
    "csw-poisoned-record": _scenario(
        "F04 H01", "Whatever page holds the thirteenth record is an exception.",
        "The record is found out and told; all others arrive.", _lists(25, _poisoned),
    ),
    "csw-always-down": _scenario(
        "F04 F03", "From the second page on all is answered with status 500.",
        "The first page is kept; the run fails and goes on there the next time.", _lists(25, _always_down),
    ),
    "csw-cut-short-once": _scenario("H01", "The second page breaks off, once.", _ALL, _cut_once),
    "csw-repeats-across-pages": _scenario(
        "H15", "The last records of a page come again on the next.", "Each record is there once.",
        _lists(25, lambda service, call, start, rows: service.page(call, max(0, start - 3), rows + min(start, 3))),
    ),
    "csw-empty-later": _scenario(
        "F01", "From the second harvest on no record matches.", _KEPT,
        _later(25, lambda service, call, start, rows: results([], 0, 0)), incremental="no",
    ),
    "csw-truncated-later": _scenario(
        "F02", "From the second harvest on the list ends after the first page.",
        "Nothing is removed; the missing ones are told.",
        _later(25, lambda service, call, start, rows: service.page(call, 0, 10) if start == 0 else results([], 25, 0)),
        incremental="no",
    ),
    "csw-login-page": _scenario(
        "H06 F07", "From the second harvest on there is a login page with status 200.", _NO_SERVICE,
        _later(3, lambda service, call, start, rows: web_page("Please log in")),
    ),
    "csw-other-document": _scenario(
        "F07", "From the second harvest on there is another XML document.", _NO_SERVICE,
        _later(3, lambda service, call, start, rows: document("<feed><entry/></feed>")),
    ),
    "csw-exception": _scenario(
        "H39 H40", "From the second harvest on there is an exception report with status 200.",
        "The run fails in the service's own words; nothing is removed.",
        _later(3, lambda service, call, start, rows: exception("OperationNotSupported", "closed for repairs")),
    ),
    "csw-doctype": _scenario(
        "F46 H42", "GetRecords answers hold a document type.", "They are refused; nothing is unfolded.",
        _lists(5, _doctype),
    ),
    "csw-broken-records": _scenario(
        "F44 F56", "Among good records one has no identifier, one is of an unknown form.", _OTHERS,
        _broken(iso(Entry("reef-1", "Reef map 1")), iso(Entry("", "Nameless")), "<ows:Thing/>",
                iso(Entry("reef-2", "Reef map 2"))),
    ),
    "csw-no-title": _scenario(
        "F44", "A record has no title.", "It is refused with the reason; the others arrive.",
        _broken(iso(Entry("reef-1", "Reef map 1")), iso(Entry("reef-2", "")), core(Entry("reef-3", "Reef map 3"))),
    ),
    "csw-internal-address": _scenario(
        "F30 H36", "GetCapabilities names an address behind its proxy.", "That host is never asked; all arrive.",
        lambda: _inside,
    ),
    "csw-no-schemas": _scenario(
        "own", "GetCapabilities lists no output schema.", "The richest one is asked for; all arrive.", lambda: _plain,
    ),
    "csw-only-dublin-core": _scenario(
        "H44", "ISO records are offered and refused.", "Dublin Core is asked for, and that is remembered.",
        _lists(5, _only_core),
    ),
    "csw-window-refused": _scenario(
        "own", "A constraint by date of change is an exception.", "All is read without it, and that is remembered.",
        _lists(5, _no_constraint),
    ),
}  # fmt: skip
