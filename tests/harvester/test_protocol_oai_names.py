"""The names of all an OAI-PMH repository has, one record by its name, and what is remembered of a repository."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from harvester.configs import OaiPmhConfig
from harvester.errors import RepositoryReplaced
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.hostile import SCENARIOS, HostileServer, Scenario, serve_hostile
from harvester.hostile.oai_breaks import BAD, in_order
from harvester.hostile.repository import Repository, an_item, names_xml, some_items, token_xml
from harvester.hostile.repository import answer as oai_answer
from harvester.hostile.scenario import Call, Play, Reply
from harvester.proof.evidence import Listing
from harvester.protocols import PROTOCOLS, Page, Window
from harvester.protocols.oai_loops import Hashes
from harvester.protocols.oai_opening import CLOCK_OFFSET, IDENTITY, MOVED_TO
from harvester.protocols.oai_places import Place, around_moment, divide, dump_place, narrowed, parse_place
from harvester.sources import Source
from harvester.testing import Recorded, serve_recorded

OAI = PROTOCOLS["oai_pmh"]
NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
identifiers, fetch_one = OAI.identifiers, OAI.fetch_one
assert identifiers is not None
assert fetch_one is not None


@pytest.fixture
def fetcher() -> Iterator[HttpFetcher]:
    with HttpFetcher(FetchSettings(allow_loopback=True, back_off_s=0.01)) as fetcher:
        yield fetcher


@contextmanager
def _serve(play: Play) -> Iterator[tuple[Source, HostileServer]]:
    scenario = Scenario((), "oai_pmh", "", "", lambda: play)
    with serve_hostile({"library": scenario}) as server:
        yield Source("library", "Library", server.source_url("library"), "oai_pmh", OaiPmhConfig()), server


def _learnt(pages: list[Page]) -> dict[str, str]:
    return {key: value for page in pages for key, value in page.learnt.items()}


def _knowing(source: Source, learnt: Mapping[str, str]) -> Source:
    return replace(source, quirks={**source.quirks, **learnt})


def _listing(source: Source, fetcher: HttpFetcher) -> Listing:
    listing = Listing()
    for roll in identifiers(fetcher, source):
        listing.add_roll(roll)
    return listing


def test_all_names_are_listed_and_the_deleted_are_told_apart(fetcher: HttpFetcher) -> None:
    repository = Repository([*some_items(25), an_item(26, deleted=True)])
    with _serve(repository) as (source, _):
        rolls = list(identifiers(fetcher, source))
    assert [len(roll.named) for roll in rolls] == [10, 10, 6]
    assert [roll.last for roll in rolls] == [False, False, True]
    assert rolls[-1].named[-1].deleted
    assert not any(roll.remarks for roll in rolls)
    assert rolls[0].total == 26


def _names(*pages: tuple[int, str]) -> Play:
    """Give ListIdentifiers pages of so many new names each, ended as said; the last again and again."""
    repository, given = Repository(some_items(3)), [0]

    def play(call: Call) -> Reply:
        if call.query.get("verb") != "ListIdentifiers":
            return repository(call)
        count, end = pages[min(given[0], len(pages) - 1)]
        given[0] += 1
        return oai_answer(names_xml(some_items(count, 1 + 100 * given[0]), end))

    return play


@pytest.mark.parametrize(
    ("play", "fault"),
    [
        (_names((3, token_xml("a")), (2, token_xml("a"))), "its end was not reached"),
        (_names((3, token_xml("a")), (2, "")), "no proper end"),
        (_names((3, token_xml("a", 20)), (2, token_xml(""))), "only 5 of 20"),
    ],
    ids=["loop", "end unsaid", "short"],
)
def test_a_doubtful_list_of_names_is_no_evidence(fetcher: HttpFetcher, play: Play, fault: str) -> None:
    with _serve(play) as (source, _):
        assert fault in _listing(source, fetcher).fault()


def test_a_list_of_names_with_a_proper_end_is_evidence(fetcher: HttpFetcher) -> None:
    with _serve(_names((3, token_xml("a")), (2, token_xml("")))) as (source, _):
        listing = _listing(source, fetcher)
    assert (listing.fault(), len(listing)) == ("", 5)


def test_one_record_is_had_by_its_name(fetcher: HttpFetcher) -> None:
    with _serve(Repository([an_item(1), an_item(2, deleted=True)])) as (source, _):
        live = fetch_one(fetcher, source, "oai:library.example:1")
        gone = fetch_one(fetcher, source, "oai:library.example:2")
        [listed] = OAI.pages(fetcher, source, Window())
        unknown = fetch_one(fetcher, source, "oai:library.example:3")
    assert live.records == listed.records[:1]
    assert gone.records[0].deleted
    assert [(found.code, found.record_id) for found in unknown.problems] == [
        ("RECORD_UNREACHABLE", "oai:library.example:3")
    ]


def test_a_record_that_breaks_the_source_is_a_problem(fetcher: HttpFetcher) -> None:
    with _serve(SCENARIOS["oai-poison-record"].make()) as (source, _):
        page = fetch_one(fetcher, source, BAD)
    assert [(found.code, found.record_id, found.value) for found in page.problems] == [
        ("RECORD_UNREACHABLE", BAD, "HTTP status 500")
    ]


@pytest.mark.parametrize("name", ["oai-poison-record", "oai-poison-same-second", "oai-tokens-live-a-minute"])
def test_a_run_killed_after_any_page_goes_on_inside_its_windows(fetcher: HttpFetcher, name: str) -> None:
    found: set[str] = set()
    lost: list[str] = []
    cursor: str | None = None
    with _serve(SCENARIOS[name].make()) as (source, _):
        for _round in range(80):
            page = next(iter(OAI.pages(fetcher, source, Window(cursor=cursor))))
            found.update(raw.identifier for raw in page.records)
            lost += [problem.record_id or "" for problem in page.problems]
            cursor = page.cursor
            if cursor is None:
                break
    assert cursor is None
    assert page.next_since == "2024-05-01T11:58:00Z"
    every = {"oai-poison-record": 100, "oai-poison-same-second": 80, "oai-tokens-live-a-minute": 60}[name]
    assert found | set(lost) == {f"oai:library.example:{number}" for number in range(1, every + 1)}
    assert lost == ([] if name == "oai-tokens-live-a-minute" else [BAD])


def test_a_token_that_expired_between_two_runs_costs_no_page(fetcher: HttpFetcher) -> None:
    with _serve(SCENARIOS["oai-token-expires-late"].make()) as (source, server):
        read = iter(OAI.pages(fetcher, source, Window()))
        before = [next(read) for _ in range(8)]
        asked = len(server.requests)
        rest = list(OAI.pages(fetcher, source, Window(cursor=before[-1].cursor)))
        queries = [call.query for call in list(server.requests)[asked:]]
    assert [len(page.records) for page in rest] == [10, 10, 1]
    assert len({raw.identifier for page in (*before, *rest) for raw in page.records}) == 100
    assert [query.get("from") for query in queries if query["verb"] == "ListRecords"][1] == "2024-01-04T08:00:00Z"
    assert not any(page.whole for page in rest), "a list put together by date is no proof of what is gone"


def test_a_second_run_does_not_pay_for_what_is_known(fetcher: HttpFetcher) -> None:
    with _serve(Repository(some_items(3), repository="library.example")) as (source, server):
        first = list(OAI.pages(fetcher, source, Window()))
        asked = len(server.requests)
        [page] = OAI.pages(fetcher, _knowing(source, _learnt(first)), Window(since=first[-1].next_since))
        verbs = [call.query["verb"] for call in list(server.requests)[asked:]]
    assert verbs == ["Identify", "ListRecords"]
    assert set(page.learnt) <= {CLOCK_OFFSET}
    assert page.remarks == ()


def test_records_of_another_namespace_are_those_of_another_repository(fetcher: HttpFetcher) -> None:
    repository = Repository(some_items(3))
    with _serve(repository) as (source, _):
        known = _knowing(source, _learnt(list(OAI.pages(fetcher, source, Window()))))
        repository.items = [
            replace(item, identifier=item.identifier.replace("library", "museum")) for item in some_items(3)
        ]
        with pytest.raises(RepositoryReplaced, match=r"library\.example.*museum\.example"):
            list(OAI.pages(fetcher, known, Window()))
        anew = replace(known, quirks={key: value for key, value in known.quirks.items() if key != IDENTITY})
        assert len(list(OAI.pages(fetcher, anew, Window()))[0].records) == 3, "released, it is harvested"


def test_a_new_repository_identifier_over_the_same_records_is_only_told(fetcher: HttpFetcher) -> None:
    repository = Repository(some_items(3), repository="library.example")
    with _serve(repository) as (source, _):
        known = _knowing(source, _learnt(list(OAI.pages(fetcher, source, Window()))))
        repository.repository = "books.example"
        [page] = OAI.pages(fetcher, known, Window())
    assert [remark.code for remark in page.remarks] == ["NAME_CHANGED"]


def test_a_permanent_move_to_another_host_is_followed_and_told_once(fetcher: HttpFetcher) -> None:
    with _serve(Repository(some_items(3))) as (there, _):
        moved = Recorded(b"", 301, {"Location": there.url})
        with serve_recorded({"/oai": moved}) as server:
            source = Source("library", "Library", f"{server.url}/oai", "oai_pmh", OaiPmhConfig())
            [page] = OAI.pages(fetcher, source, Window())
            [again] = OAI.pages(fetcher, _knowing(source, page.learnt), Window())
    assert len(page.records) == 3
    assert page.learnt[MOVED_TO] == there.url
    assert "SOURCE_MOVED" in [remark.code for remark in page.remarks]
    assert "SOURCE_MOVED" not in [remark.code for remark in again.remarks]


def test_a_cursor_keeps_every_window_that_waits() -> None:
    place = replace(Place("oai_dc", False, waiting=(("a", "b"), ("c", None))), narrowed=True, token="t|1")
    assert parse_place(dump_place(place)) == place
    assert parse_place("no cursor") is None


@pytest.mark.parametrize("by_day", [True, False])
@pytest.mark.parametrize("earliest", ["2020-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "yesterday", None])
@pytest.mark.parametrize("span", [(None, None), ("2024-03-01T00:00:00Z", None), (None, "2010-01-01T00:00:00Z")])
def test_dividing_loses_no_moment(span: tuple[str | None, str | None], earliest: str | None, by_day: bool) -> None:
    window = narrowed(Place("oai_dc", by_day, asked_at="2024-05-01T12:00:00Z"), [span])
    parts = divide(window, earliest=earliest, now=NOW)
    assert parts[0][0] is None or parts[0][0][:10] == (span[0] or "1950-01-01")[:10]
    assert parts[-1][1] is None or parts[-1][1][:10] == (span[1] or "")[:10]
    for (_, end), (start, _) in zip(parts, parts[1:], strict=False):
        assert end is not None
        assert start is not None
        gap = datetime.fromisoformat(start) - datetime.fromisoformat(end)
        assert gap.total_seconds() == (86_400 if by_day else 1)


def test_a_window_is_divided_down_to_one_moment() -> None:
    window = narrowed(Place("oai_dc", False), [("2024-03-01T00:00:00Z", "2024-03-01T00:00:01Z")])
    first, second = divide(window, earliest=None, now=NOW)
    assert (first, second) == (("2024-03-01T00:00:00Z",) * 2, ("2024-03-01T00:00:01Z",) * 2)
    assert divide(narrowed(window, [first]), earliest=None, now=NOW) == (first,)
    at = datetime(2024, 3, 1, tzinfo=UTC)
    assert around_moment(window, at) == (first, second)


def test_noticing_loops_takes_some_ten_bytes_a_record() -> None:
    numbers = [(number * 0x9E3779B97F4A7C15) % 2**64 for number in range(100_000)]
    hashes = Hashes()
    tracemalloc.start()
    added = sum([hashes.add(number) for number in numbers])
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (added, len(hashes), sum([hashes.add(number) for number in numbers])) == (100_000, 100_000, 0)
    assert numbers[7] in hashes
    assert 7 not in hashes
    assert peak_bytes < 2_500_000


def test_the_poison_is_among_many(fetcher: HttpFetcher) -> None:
    """The scenario is what it says: without it the list is whole."""
    with _serve(Repository(in_order(100))) as (source, _):
        assert sum(len(page.records) for page in OAI.pages(fetcher, source, Window())) == 100
