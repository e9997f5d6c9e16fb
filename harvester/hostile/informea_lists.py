"""InforMEA services that go wrong: filters that do not filter, lists that lead back, entities nobody could parse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harvester.hostile.informea_service import (
    DECISIONS,
    ROOT,
    InformeaService,
    a_decision,
    atom,
    dump,
    page,
    refusal,
    some_decisions,
    texts,
    where,
)
from harvester.hostile.scenario import INFORMEA, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short, web_page
from harvester.testing import Recorded

_Answer = Callable[[InformeaService, Call, int, int], Reply]
_INTERNAL = "http://10.0.0.7:8080/informea.svc/Decisions"


def _lists(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give a service that is right but for its list of decisions; the answer is told position and number."""

    def make() -> Play:
        service = InformeaService(some_decisions(count))
        return lambda call: answer(service, call, *where(call)) if call.path == DECISIONS else service(call)

    return make


def _later(count: int, answer: _Answer) -> Callable[[], Play]:
    """Give a service whose list is right in the first harvest only."""

    def later(service: InformeaService, call: Call, skip: int, top: int) -> Reply:
        good = service(call)
        return good if service.lists < 2 else answer(service, call, skip, top)

    return _lists(count, later)


def _decisions(*decisions: Any) -> Callable[[], Play]:
    return _lists(0, lambda service, call, skip, top: page(decisions[skip : skip + top], len(decisions)))


def _deaf(service: InformeaService, call: Call, skip: int, top: int) -> Reply:
    """Pass over every filter."""
    return page(service.decisions[skip : skip + top], len(service.decisions))


def _hides(service: InformeaService, call: Call, skip: int, top: int) -> Reply:
    """Answer every filter with nothing; a decision changes every day."""
    service.decisions[0] |= {"updated": "/Date(4102444800000)/"}
    return page([], 0) if "$filter" in call.query else service(call)


def _plain_only(service: InformeaService, call: Call, skip: int, top: int) -> Reply:
    """Know $top, $skip and $format, as small services do."""
    if {"$expand", "$orderby", "$inlinecount", "$filter"} & call.query.keys():
        return refusal("The query option is not supported")
    return dump({"d": service.decisions[skip : skip + top]})


def _atom_only(service: InformeaService, call: Call, skip: int, top: int) -> Reply:
    if "$format" in call.query:
        return refusal("Unsupported media type requested", 415)
    return atom(service.decisions[skip : skip + top])


def _links(link: Callable[[Call, int], str]) -> Callable[[], Play]:
    """Give a service of 25 decisions in tens whose next link is what a function makes of the position."""

    def answer(service: InformeaService, call: Call, skip: int, top: int) -> Reply:
        at = int(call.query.get("$skiptoken", skip))
        following = link(call, at) if at + 10 < 25 else None
        return page(service.decisions[at : at + 10], None, following)

    return _lists(25, answer)


def _cycle(service: InformeaService, call: Call, skip: int, top: int) -> Reply:
    at = int(call.query.get("$skiptoken", 0))
    onward = {0: 10, 10: 20, 20: 10}[at]
    return page(service.decisions[at : at + 10], None, f"{call.root}{DECISIONS}?$skiptoken={onward}")


def _poisoned(service: InformeaService, call: Call, skip: int, top: int) -> Reply:
    """Fail wherever the thirteenth decision would be given."""
    return Recorded(b"Internal Server Error", 500) if skip <= 12 < skip + top else service(call)


def _controls(service: InformeaService, call: Call, skip: int, top: int) -> Reply:
    """Put raw control characters into a title, as old databases hold them."""
    good = service(call)
    return Recorded(good.body.replace(b"Care for fen 2", b"Care \x0bfor\n fen\x02 2"), 200, good.headers)


def _not_utf8(service: InformeaService, call: Call, skip: int, top: int) -> Reply:
    good = service(call)
    return Recorded(good.body.replace(b"Care for fen 2", b"Care f\xf6r fen 2"), 200, good.headers)


def _cut_once() -> Play:
    service, cut = InformeaService(some_decisions(25)), [False]

    def play(call: Call) -> Reply:
        reply = service(call)
        if call.query.get("$skip") == "10" and not cut[0]:
            cut[0] = True
            return cut_short(reply, by=200)
        return reply

    return play


def _set_gone() -> Play:
    """Have decisions in the first harvest, and no entity set of them afterwards."""
    service = InformeaService(some_decisions(3))

    def play(call: Call) -> Reply:
        good = service(call)
        if service.lists < 2 and call.path != ROOT:
            return good
        if call.path == ROOT:
            return dump({"d": {"EntitySets": ["Decisions", "Meetings"] if service.lists < 1 else ["Meetings"]}})
        return refusal("Resource not found", 404) if call.path.startswith(DECISIONS) else good

    return play


def _deferred() -> Play:
    """Keep titles in a table of their own, named by a host behind the proxy."""
    service = InformeaService(some_decisions(3))

    def play(call: Call) -> Reply:
        if call.path.endswith("/title"):
            return page(texts(f"Fen of {call.path[-9:-8]}"))
        if call.path == DECISIONS and "$expand" in call.query:
            return refusal("No property title exists")
        if call.path == DECISIONS:
            elsewhere = [{**each, "title": {"__deferred": {"uri": f"{_INTERNAL}('{each['id']}')/title"}}}
                         for each in service.decisions]  # fmt: skip
            return page(elsewhere, len(elsewhere))
        return service(call)

    return play


_LOOP = "The run stops and names the loop; the decisions read are kept."
_ALL = "All decisions arrive, each once."
_OTHERS = "It is told as failed; the others arrive."
_AGAIN = "Everything is read again, now and from then on, and the run is done."


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), INFORMEA, does, must, make, {"page_size": "10", **settings})


INFORMEA_LISTS: Mapping[str, Scenario] = {
    "informea-filter-ignored": _scenario(
        "own", "The filter by date of change is passed over.", _AGAIN, _lists(5, _deaf),
    ),
    "informea-filter-empty": _scenario(
        "own", "The filter by date of change leaves nothing, though a decision changed.", _AGAIN, _lists(5, _hides),
    ),
    "informea-plain-only": _scenario(
        "own", "Only $top, $skip and $format are known, and the list is a bare array.", _ALL, _lists(25, _plain_only),
    ),
    "informea-atom-only": _scenario("own", "JSON is refused, Atom is given.", _ALL, _lists(25, _atom_only)),
    "informea-skip-ignored": _scenario(
        "H07 F23", "Every page is the first page.", _LOOP,
        _lists(25, lambda service, call, skip, top: page(service.decisions[:10], 25)),
    ),
    "informea-next-is-itself": _scenario(
        "H07", "The next link of every page is the first page.", _LOOP,
        _links(lambda call, at: f"{call.root}{DECISIONS}"),
    ),
    "informea-cycle": _scenario("H08 F24", "The second and third page lead to each other.", _LOOP, _lists(30, _cycle)),
    "informea-internal-next": _scenario(
        "F30", "The next link names a host behind the proxy.", "That host is never asked; all decisions arrive.",
        _links(lambda call, at: f"{_INTERNAL}?$skiptoken={at + 10}"),
    ),
    "informea-file-next": _scenario(
        "F87 F30", "The next link is a file: address.", "It is not opened; the list is read on by position.",
        _links(lambda call, at: "file:///etc/passwd"),
    ),
    "informea-deferred-titles": _scenario(
        "own", "Titles need a request of their own, to a host behind the proxy.",
        "They are asked of the service itself; all decisions arrive with their titles.", _deferred,
    ),
    "informea-control-characters": _scenario(
        "F42 H02", "Titles hold raw control characters, which JSON forbids.", "All decisions arrive without them.",
        _lists(5, _controls),
    ),
    "informea-not-utf8": _scenario(
        "F42", "A title holds a byte that is not UTF-8.", _OTHERS, _lists(5, _not_utf8),
    ),
    "informea-poisoned-entity": _scenario(
        "F04 H01", "Whatever page holds the thirteenth decision is answered with status 500.",
        "The decision is found out and told; all others arrive.", _lists(25, _poisoned),
    ),
    "informea-cut-short-once": _scenario("H01", "The second page breaks off, once.", _ALL, _cut_once),
    "informea-empty-later": _scenario(
        "F01", "From the second harvest on there is no decision any more.", "Nothing is removed.",
        _later(25, lambda service, call, skip, top: page([], 0)), incremental="no",
    ),
    "informea-truncated-later": _scenario(
        "F02", "From the second harvest on the list ends after the first page; the count says 25.",
        "Nothing is removed; the missing ones are told.",
        _later(25, lambda service, call, skip, top: page(service.decisions[:10] if skip == 0 else [], 25)),
        incremental="no",
    ),
    "informea-set-gone": _scenario(
        "F05", "From the second harvest on there is no entity set of decisions.", "Nothing is removed; it is told.",
        _set_gone, incremental="no",
    ),
    "informea-login-page": _scenario(
        "H06 F07", "From the second harvest on there is a login page with status 200.",
        "The run fails as “not OData”; nothing is removed and the place stays.",
        _later(3, lambda service, call, skip, top: web_page("Please log in")),
    ),
    "informea-error-object": _scenario(
        "H39 H40", "From the second harvest on there is an error with status 200.",
        "The run fails in the service's own words.",
        _later(3, lambda service, call, skip, top: refusal("Maintenance until Monday", 200)), incremental="no",
    ),
    "informea-broken-entity": _scenario(
        "F44 F56", "Among good decisions one has no id, one is a text, one has an id of 3 kB.", _OTHERS,
        _decisions(a_decision(1), {"title": texts("Nameless")}, "a text", a_decision(2, id="x" * 3000), a_decision(3)),
    ),
    "informea-wrong-types": _scenario(
        "F51", "Titles, files, keywords and dates are of wrong types.",
        "Each arrives or is refused with the reason; the others arrive.",
        _decisions(a_decision(1), a_decision(2, files="none") | {"title": 7}, a_decision(3) | {"title": None},
                   a_decision(4, published="/Date(x)/", updated=[1], keywords=[3, None], treaty={"a": 1}),
                   a_decision(5) | {"title": {"results": [{"language": 7, "value": ["x"]}]}}),
    ),
}  # fmt: skip
