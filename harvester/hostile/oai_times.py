"""OAI-PMH repositories with odd clocks, odd datestamps, odd deletions and odd identities."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from harvester.hostile.repository import (
    DAYS,
    Item,
    Repository,
    an_item,
    answer,
    dublin_core,
    fault,
    names_xml,
    some_items,
    token_xml,
)
from harvester.hostile.scenario import OAI_PMH, Call, Play, Reply, Scenario
from harvester.hostile.wire import cut_short
from harvester.protocols.oai_requests import READS

_OLD_DATE, _FAR_DATE = "2001-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


def _repository(items: Sequence[Item], **settings: str) -> Callable[[], Play]:
    return lambda: Repository(items, **settings)  # type: ignore[arg-type]


def _then(first: Sequence[Item], later: Sequence[Item], **settings: str) -> Callable[[], Play]:
    """Give a repository that holds other records from its second harvest on."""

    def make() -> Play:
        repository = Repository(first, **settings)  # type: ignore[arg-type]

        def play(call: Call) -> Reply:
            if repository.harvests > 1:
                repository.items = later
            return repository(call)

        return play

    return make


def _refuses_seconds() -> Play:
    repository = Repository(some_items(3))

    def play(call: Call) -> Reply:
        if "T" in call.query.get("from", ""):
            return fault("badArgument", "from is no date")
        return repository(call)

    return play


def _strict_about_dates() -> Play:
    repository = Repository(some_items(3), at="2024-05-01T12:00:00.123456Z")

    def play(call: Call) -> Reply:
        given = call.query.get("from", "2024-05-01T12:00:00Z")
        fits = len(given) == len("2024-05-01T12:00:00Z") and given.endswith("Z") and "until" not in call.query
        return repository(call) if fits else fault("badArgument", f"{given} is no date")

    return play


def _unordered() -> Play:
    items = [an_item(n, datestamp=f"2024-0{1 + n * 7 % 4}-01T00:00:00Z") for n in range(1, 21)]
    repository, broken = Repository(items), [READS]

    def play(call: Call) -> Reply:
        reply = repository(call)
        if "resumptionToken" in call.query and broken[0]:
            broken[0] -= 1
            return cut_short(reply, by=60)
        return reply

    return play


def _comes_and_goes() -> Play:
    live, gone = [an_item(1), an_item(2)], [an_item(1), an_item(2, deleted=True, datestamp="2024-05-02T00:00:00Z")]
    repository = Repository(live)

    def play(call: Call) -> Reply:
        repository.items = gone if repository.harvests == 2 else [replace(item, datestamp=_STAMP_3) for item in live]
        return repository(call)

    return play


_STAMP_3 = "2024-05-03T00:00:00Z"


def _another_library() -> Play:
    repository = Repository(some_items(10))

    def play(call: Call) -> Reply:
        if call.query.get("verb") == "Identify" and repository.harvests == 1:
            repository.name, repository.base_url = "Another library", "https://other.example/oai"
            repository.repository = "other.example"
            repository.items = [
                replace(item, identifier=f"oai:other.example:{n}") for n, item in enumerate(some_items(3))
            ]
        return repository(call)

    return play


def _skewed(clock_s: int, stamps_s: int) -> Callable[[], Play]:
    """Give a repository whose clock and datestamps are off; a fourth record is published after the first harvest."""

    def make() -> Play:
        repository = Repository(some_items(3), ahead_s=clock_s)

        def play(call: Call) -> Reply:
            if repository.harvests == 1 and call.query.get("verb") == "Identify":
                at = datetime.now(UTC) + timedelta(seconds=stamps_s)
                repository.items = [*some_items(3), an_item(4, datestamp=at.strftime("%Y-%m-%dT%H:%M:%SZ"))]
            return repository(call)

        return play

    return make


def _names_cut_short() -> Play:
    repository = Repository(some_items(20), page_size=20)

    def play(call: Call) -> Reply:
        if call.query.get("verb") == "ListIdentifiers" and repository.harvests > 1:
            return answer(names_xml(some_items(15), token_xml("", 20)))
        return repository(call)

    return play


def _renamed() -> Play:
    repository = Repository(some_items(3))

    def play(call: Call) -> Reply:
        repository.name = "A library" if repository.harvests == 0 else "The library of the coast"
        return repository(call)

    return play


_HOUR_S = 3600
_DEAD = [an_item(number, deleted=True, datestamp="2024-05-02T00:00:00Z") for number in range(1, 21)]
_STRANGE = [
    replace(an_item(1), datestamp=""),
    replace(an_item(2), datestamp="2031-07-01T00:00:00Z"),
    replace(an_item(3), datestamp="1970-01-01T00:00:00Z"),
    replace(an_item(4), datestamp="2024-03-01 08:00:00"),
    replace(an_item(5), datestamp="yesterday"),
]
_CASES = ("Report A", "report a", "Report  A", "REPORT A", "oai:library.example:" + "x" * 3000)


def _scenario(ids: str, does: str, must: str, make: Callable[[], Play], **settings: str) -> Scenario:
    return Scenario(tuple(ids.split()), OAI_PMH, does, must, make, settings)


OAI_TIMES: Mapping[str, Scenario] = {
    "oai-days-only": _scenario(
        "H18 F33", "It knows days only.",
        "The next window begins a whole day earlier, and records seen again are unchanged.",
        _repository([an_item(n, datestamp="2024-05-01") for n in range(1, 4)], granularity=DAYS),
    ),
    "oai-refuses-its-granularity": _scenario(
        "H19", "It announces seconds and refuses them.", "It is asked by day instead.", _refuses_seconds,
    ),
    "oai-clock-behind": _scenario(
        "H17 F35", "Its clock stands in 2001.", "The next window begins by its clock, never by ours.",
        _repository([an_item(n, datestamp=_OLD_DATE) for n in range(1, 4)], at="2001-01-01T12:00:00Z"),
    ),
    "oai-clock-far-ahead": _scenario(
        "H17 F39", "One answer says it is 2099.", "The window does not move; nothing published until then is lost.",
        _repository(some_items(3), at=_FAR_DATE),
    ),
    "oai-first-day-of-time": _scenario(
        "own", "It says that it is the first of January of the year 1.",
        "The window does not move; all records arrive.", _repository(some_items(3), at="0001-01-01T00:00:00Z"),
    ),
    "oai-before-time": _scenario(
        "own", "Its date leaves the calendar once its zone is taken off.",
        "The window does not move; all records arrive.", _repository(some_items(3), at="0001-01-01T00:00:00+14:00"),
    ),
    "oai-local-time-called-utc": _scenario(
        "F35", "It answers in local time, two hours ahead, and writes Z; its datestamps are true.",
        "A record published after the harvest is not lost, though its datestamp lies before the answer's date.",
        _skewed(2 * _HOUR_S, 0),
    ),
    "oai-clock-two-hours-ahead": _scenario(
        "F35 H17", "Its clock is two hours ahead, its datestamps too.",
        "The offset is learnt and told; what is published after the harvest arrives.",
        _skewed(2 * _HOUR_S, 2 * _HOUR_S),
    ),
    "oai-clock-two-hours-behind": _scenario(
        "F35 H17", "Its clock is two hours behind, its datestamps too.",
        "The offset is learnt and told; what is published after the harvest arrives.",
        _skewed(-2 * _HOUR_S, -2 * _HOUR_S),
    ),
    "oai-late-record": _scenario(
        "H25 own", "A record appears an hour after its datestamp, when the window has moved past it.",
        "The list of all names shows it, it is fetched, and later windows reach further back.",
        _then(some_items(20), [*some_items(20), an_item(21, datestamp="2024-05-01T11:00:00Z")]),
    ),
    "oai-names-cut-short": _scenario(
        "F02 F05 H25", "From the second harvest on, its list of identifiers announces 20 and brings 15.",
        "That list proves nothing; nothing is removed.", _names_cut_short,
    ),
    "oai-transient-deletions": _scenario(
        "H24 F18", "It forgets its deletions after a while, and one of 20 records is gone without a word.",
        "Absence from two complete lists removes the record.",
        _then(some_items(20), some_items(19), deleted="transient"),
    ),
    "oai-renamed": _scenario(
        "H37", "It has another name from the second harvest on, and the same records.",
        "That is told; the harvest goes on.", _renamed,
    ),
    "oai-fractions": _scenario(
        "H20 F37", "It writes fractions of seconds, and refuses them.", "Dates are sent in the form of the standard.",
        _strict_about_dates,
    ),
    "oai-unordered": _scenario(
        "H21", "Datestamps come in no order, and the second page breaks off in the first harvest.",
        "What is left is not told by the last datestamp; all records arrive.", _unordered,
    ),
    "oai-strange-datestamps": _scenario(
        "H22 F39", "Datestamps are missing, of 1970, of 2031, without zone, or no date.",
        "The records arrive, and it is told; the window moves by the answer's date alone.", _repository(_STRANGE),
    ),
    "oai-late-earliest": _scenario(
        "F38", "earliestDatestamp is later than the records.",
        "The first harvest asks without from; all records arrive.",
        _repository(some_items(3), earliest="2024-06-01T00:00:00Z"),
    ),
    "oai-bare-deletion": _scenario(
        "F19", "A deleted record is a header alone.", "It leaves the index; the run goes on.",
        _then(some_items(3), [an_item(1), an_item(2, deleted=True, datestamp=_STAMP_3), an_item(3)]),
    ),
    "oai-deleted-with-metadata": _scenario(
        "H27", "A deleted record still has its metadata.", "It leaves the index; the metadata is not looked at.",
        _then(some_items(3), [replace(an_item(2), deleted=True, datestamp=_STAMP_3)]),
    ),
    "oai-unknown-deleted": _scenario(
        "H27 F11", "A record is deleted that never came, in every harvest.",
        "It is no error, and nothing else changes.",
        _repository([an_item(1), an_item(9, deleted=True, datestamp=_STAMP_3)]),
    ),
    "oai-comes-and-goes": _scenario(
        "F10", "A record is deleted and comes back.", "It comes back under its old global id.", _comes_and_goes,
    ),
    "oai-odd-identifiers": _scenario(
        "H38", "Identifiers differ in case and spaces only; one has 3 kB.",
        "They are different records; the one that is too long is set aside and told.",
        _repository([Item(name, dublin_core(f"Report {n}")) for n, name in enumerate(_CASES)]),
    ),
    "oai-placeholders": _scenario(
        "F57", "Every record names “TODO” as its identifier.", "They are different things.",
        _repository([an_item(n, more="<dc:identifier>TODO</dc:identifier>") for n in range(1, 4)]),
    ),
    "oai-other-base-url": _scenario(
        "H36", "Identify names another host as base URL.", "Our address is kept; the other host is never asked.",
        _repository(some_items(3), base_url="http://192.0.2.1/oai"),
    ),
    "oai-empties": _scenario(
        "F01 H26", "From the second harvest on there is not one record.", "Nothing is removed; the run is held.",
        _then(some_items(20), []),
    ),
    "oai-halves": _scenario(
        "F02", "From the second harvest on 60 % of the list comes, with a proper end.",
        "Nothing is removed; the run is held.", _then(some_items(20), some_items(12), deleted="no"),
    ),
    "oai-forgets-deletions": _scenario(
        "H23 F18", "It keeps no deletions, and one of 20 records is gone.",
        "Absence from two complete lists removes the record.", _then(some_items(20), some_items(19), deleted="no"),
    ),
    "oai-deletes-everything": _scenario(
        "H26 F08", "All 20 records are deleted at once.", "The run is held until a person releases it.",
        _then(some_items(20), _DEAD),
    ),
    "oai-another-library": _scenario(
        "H37", "Another repository answers under the same address.", "The run stops and asks a person.",
        _another_library,
    ),
}  # fmt: skip
