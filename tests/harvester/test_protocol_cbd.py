"""The CBD road: realms, spans, places, names, documents and what an address is, over real HTTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from harvester.configs import CbdConfig
from harvester.errors import CursorExpired, SettingError, UnrecognisedSource
from harvester.hostile.cbd_site import SELECT_PATH, CbdSite, a_document, an_entry, identifier_of, some_entries
from harvester.hostile.scenario import Call
from harvester.protocols import Window, cbd, recognise
from harvester.protocols.cbd_course import UNDATED, Part, plan_all, plan_window
from harvester.protocols.cbd_entries import find_identifier
from harvester.protocols.cbd_select import NOT_EARLIER, PUBLIC, api_root, filters_of
from harvester.sources import config_from_settings
from harvester.testing import FakeFetch, Recorded, serve_recorded
from tests.harvester.played_source import identifiers_of, played

NOW = datetime(2026, 5, 1, tzinfo=UTC)
GUID = "1A72C663-4D42-4132-266D-CEBA10E01C8E"


def lists(asked: list[Call]) -> list[dict[str, str]]:
    return [dict(call.query) for call in asked if call.path == SELECT_PATH and call.query["rows"] != "0"]


def test_an_index_is_read_in_the_order_of_ids_and_says_that_it_is_whole() -> None:
    with played("cbd", CbdSite(some_entries(25)), page_size="10") as stage:
        pages = stage.pages()
        assert [len(page.records) for page in pages] == [10, 10, 5]
        assert all(page.whole and not page.tracks_deletions and page.total == 25 for page in pages)
        assert [page.cursor is None for page in pages] == [False, False, True]
        assert [page.next_since is not None for page in pages] == [False, False, True]
        assert {question["sort"] for question in lists(stage.asked)} == {"id asc"}


def test_the_filters_say_what_is_public_and_current_and_of_which_realm() -> None:
    root = "https://api.cbd.int/api/v2013"
    assert filters_of(root, CbdConfig()) == (PUBLIC, NOT_EARLIER)
    several = CbdConfig(realms="CHM, ort", schemas="bbiRequest")
    assert filters_of(root, several)[2:] == ("realm_ss:(chm OR ort)", "schema_s:bbiRequest")
    assert filters_of("https://absch.cbd.int/api/v2013", CbdConfig())[2:] == ("realm_ss:abs",)
    assert filters_of(f"{root}?realm=bch", CbdConfig())[2:] == ("realm_ss:bch",)
    assert filters_of(root, CbdConfig(schemas='a" OR *:*'))[2:] == ('schema_s:"a\\" OR *:*"',)


def test_a_cursor_goes_on_behind_its_page_in_another_process() -> None:
    with played("cbd", CbdSite(some_entries(25)), page_size="10") as stage:
        first = stage.pages()[0]
        rest = stage.pages(Window(cursor=first.cursor))
        assert identifiers_of(rest) == [identifier_of(number) for number in range(11, 26)]
        assert not any(page.whole for page in rest)


def test_a_cursor_goes_on_in_the_next_part_of_a_divided_index() -> None:
    entries = [an_entry(number, updatedDate_dt=f"{2000 + number}-01-02T00:00:00Z") for number in range(1, 21)]
    with played("cbd", CbdSite([*entries, an_entry(21, updatedDate_dt=None)]), page_size="10", deep="8") as stage:
        pages = stage.pages()
        assert sorted(identifiers_of(pages)) == [identifier_of(number) for number in range(1, 22)]
        assert {page.total for page in pages} == {21}
        assert len(pages) >= 4
        for number, page in enumerate(pages[:-1]):
            assert identifiers_of(stage.pages(Window(cursor=page.cursor))) == identifiers_of(pages[number + 1 :])


@pytest.mark.parametrize(
    "cursor", ["", "[]", '{"parts": [], "at": 0}', '{"start": 5}', '{"parts": [["", 1]], "at": 4}']
)
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    with played("cbd", CbdSite(some_entries(1))) as stage, pytest.raises(CursorExpired):
        stage.pages(Window(cursor=cursor))


def test_a_window_asks_for_what_changed_and_for_what_bears_no_date() -> None:
    site = CbdSite([an_entry(1), an_entry(2, updatedDate_dt="2026-04-01T10:00:00Z"), an_entry(3, updatedDate_dt=None)])
    with played("cbd", site) as stage:
        pages = stage.pages(Window(since="2026-03-01T00:00:00Z"))
        assert identifiers_of(pages) == [identifier_of(2), identifier_of(3)]
        assert [question["fq"] for question in lists(stage.asked)] == [
            "updatedDate_dt:[2026-03-01T00:00:00Z TO *]",
            UNDATED,
        ]
        assert not any(page.whole for page in pages)
        assert (pages[0].next_since, pages[1].cursor) == (None, None)
        assert pages[1].next_since is not None


def test_a_window_that_is_passed_over_is_learnt_and_not_asked_again() -> None:
    def no_filters(call: Call) -> Recorded:
        return CbdSite(some_entries(3))(replace(call, query=dict(call.query) | {"fq": ""}))

    with played("cbd", no_filters) as stage:
        pages = stage.pages(Window(since="2026-03-01T00:00:00Z"))
        assert pages[0].learnt == {cbd.WINDOW_QUIRK: "ignored"}
        stage.server.requests.clear()
        [page] = stage.pages(Window(since="2026-03-01T00:00:00Z"), **pages[0].learnt)
        assert page.whole
        assert not any("updatedDate_dt" in call.query["fq"] for call in stage.asked)


def test_spans_are_halved_until_each_can_be_paged_through() -> None:
    years = range(1996, 2026)

    def count(wanted: str) -> int:
        if wanted == UNDATED:
            return 4
        low, high = (text.strip("*") for text in wanted.removeprefix("updatedDate_dt:[").rstrip("]").split(" TO "))
        return sum(10 for year in years if low <= f"{year}-06-01T00:00:00Z" <= (high or "9999"))

    parts = plan_all(count, total=304, deep=50, now=NOW)
    assert sum(part.count or 0 for part in parts) == 304
    assert max(part.count or 0 for part in parts) <= 50
    assert parts[0].filter.startswith("updatedDate_dt:[* TO ")
    assert parts[-2].filter.endswith(" TO *]"), "what changes while we read moves into the open end"
    assert parts[-1] == Part(UNDATED, 4)
    assert plan_all(count, total=304, deep=1000, now=NOW) == (Part("", 304),)
    assert plan_all(lambda _: 304, total=304, deep=50, now=NOW) == (Part("", 304),), "dates are passed over"
    assert len(plan_window(count, "2010-01-01T00:00:00Z", deep=50, now=NOW)) > 3


def test_names_are_asked_for_without_content() -> None:
    with played("cbd", CbdSite([*some_entries(3), an_entry(4, schema_s="contact")])) as stage:
        [roll] = cbd.identifiers(stage.fetcher, stage.source)
        assert [(named.identifier, named.deleted) for named in roll.named] == [
            *((identifier_of(number), False) for number in range(1, 4)), (identifier_of(4), True),
        ]  # fmt: skip
        assert (roll.last, roll.total) == (True, 4)
        assert "title_s" not in lists(stage.asked)[0]["fl"]


def test_one_record_is_given_anew_from_the_index() -> None:
    with played("cbd", CbdSite(some_entries(3))) as stage:
        page = cbd.fetch_one(stage.fetcher, stage.source, identifier_of(2))
        assert page.records == (stage.pages()[0].records[1],)
        gone = cbd.fetch_one(stage.fetcher, stage.source, identifier_of(9))
        assert [(each.code, each.record_id) for each in gone.problems] == [("RECORD_UNREACHABLE", identifier_of(9))]


def test_one_record_is_given_from_its_document_where_the_index_lacks_it() -> None:
    site = CbdSite(
        some_entries(1),
        {identifier_of(9): a_document(9), f"{identifier_of(9)}/info": {"revision": 2, "createdBy": {"email": "a@b"}}},
    )
    with played("cbd", site) as stage:
        [raw] = cbd.fetch_one(stage.fetcher, stage.source, identifier_of(9)).records
        assert (raw.identifier, raw.format) == (identifier_of(9), "cbd_document")
        assert orjson.loads(raw.payload)["info"] == {"revision": 2}, "who wrote it is not kept"


def test_a_contact_the_index_lacks_is_not_given_from_its_document() -> None:
    contact = a_document(9, header={"identifier": identifier_of(9), "schema": "contact", "languages": ["en"]})
    with played("cbd", CbdSite(some_entries(1), {identifier_of(9): contact})) as stage:
        page = cbd.fetch_one(stage.fetcher, stage.source, identifier_of(9))
    assert page.records == ()
    assert [each.code for each in page.problems] == ["RECORD_UNREACHABLE"]


def test_documents_are_fetched_of_what_changed_only_and_told_about_only_where_needed() -> None:
    entries = [an_entry(1), an_entry(2, updatedDate_dt="2026-04-01T10:00:00Z"), an_entry(3, _revision_i=None)]
    documents = {identifier_of(number): a_document(number) for number in range(1, 4)}
    with played("cbd", CbdSite(entries, documents), documents="yes") as stage:
        [page] = stage.pages()
        assert {raw.format for raw in page.records} == {"cbd_document"}
        fetched = [call.path.rpartition("/documents/")[2] for call in stage.asked if "/documents/" in call.path]
        assert fetched == [*(identifier_of(number) for number in range(1, 4)), f"{identifier_of(3)}/info"]
        stage.server.requests.clear()
        stage.pages(Window(since="2026-03-01T00:00:00Z"))
        assert [call.path[-4:] for call in stage.asked if "/documents/" in call.path] == ["0002"]


def test_a_record_whose_document_is_given_to_nobody_keeps_its_entry() -> None:
    with played("cbd", CbdSite(some_entries(1)), documents="yes") as stage:
        [page] = stage.pages()
        assert ([raw.format for raw in page.records], page.problems) == (["cbd_index"], ())


def test_another_document_than_the_one_asked_for_is_a_problem() -> None:
    site = CbdSite(some_entries(2), {identifier_of(1): a_document(1), identifier_of(2): a_document(1)})
    with played("cbd", site, documents="yes") as stage:
        [page] = stage.pages()
        assert [problem.record_id for problem in page.problems] == [identifier_of(2)]


def test_equal_entries_have_equal_bytes_whatever_the_index_adds() -> None:
    with played("cbd", CbdSite([an_entry(1, _version_=7, score=1.5, indexedDate_dt="2026-01-01T00:00:00Z")])) as stage:
        noisy = stage.pages()[0].records[0]
    with played("cbd", CbdSite([an_entry(1)])) as stage:
        assert stage.pages()[0].records[0].sha256 == noisy.sha256


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ({"identifier_s": "ABC@3", "id": "x"}, "ABC"),
        ({"url_ss": [f"https://ort.example/a/{GUID}/view"], "id": "x"}, GUID),
        ({"uniqueIdentifier_s": "chm-nfp-tg-209716-4", "url_ss": ["https://e.example/5779"]}, "chm-nfp-tg-209716"),
        ({"id": "x"}, "x"),
        ({"title_s": "x"}, None),
    ],
)  # fmt: skip
def test_a_record_is_named_by_its_document_else_by_its_number(entry: dict[str, object], name: str | None) -> None:
    assert find_identifier(entry) == name


def test_the_road_is_recognised_at_the_api_and_at_its_host() -> None:
    answer = Recorded(b'{"response": {"numFound": 2, "start": 0, "docs": []}}')
    with serve_recorded({SELECT_PATH: answer}) as server, played("cbd", CbdSite()) as stage:
        for address in (
            server.url,
            f"{server.url}/api/v2013",
            f"{server.url}{SELECT_PATH}?q=*:*",
            f"{server.url}/en/home",
        ):
            found = recognise(stage.fetcher, address)
            assert (found.protocol, found.url) == ("cbd", f"{server.url}/api/v2013")
            assert found.details == {"entries": "2"}


def test_the_hosts_of_the_cbd_lead_to_its_api_with_their_realm() -> None:
    select = "https://api.cbd.int/api/v2013/index/select?q=*:*&sort=id asc&start=0&rows=0&wt=json"
    fetcher = FakeFetch({select: b'{"response": {"numFound": 7, "start": 0, "docs": []}}'})
    found = cbd.probe(fetcher, "https://absch.cbd.int/en/")
    assert found is not None
    assert (found.url, found.name, found.details) == (
        "https://api.cbd.int/api/v2013?realm=abs", "ABS Clearing-House", {"entries": "7", "realm": "abs"},
    )  # fmt: skip
    assert api_root(found.url) == "https://api.cbd.int/api/v2013"


@pytest.mark.parametrize("body", [b"<html></html>", b"", b'{"response": {}}', b'{"error": {"msg": "no"}}', b"[]"])
def test_other_answers_are_not_this_road(body: bytes) -> None:
    with serve_recorded({SELECT_PATH: Recorded(body)}) as server, played("cbd", CbdSite()) as stage:
        assert cbd.probe(stage.fetcher, server.url) is None
        with pytest.raises(UnrecognisedSource):
            recognise(stage.fetcher, server.url)


def test_settings_are_checked() -> None:
    assert config_from_settings("cbd", {"documents": "yes", "deep": "500"}) == CbdConfig(documents=True, deep=500)
    with pytest.raises(SettingError):
        config_from_settings("cbd", {"deep": "0"})
