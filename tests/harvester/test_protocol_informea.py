"""The InforMEA road: array shapes, entity sets, windows, places, names and single entities, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from harvester.errors import AnswerUnreadable, CursorExpired, ProtocolFault, WrongAnswer
from harvester.fetch import Response
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
)
from harvester.hostile.scenario import Call
from harvester.protocols import Window, informea, recognise
from harvester.protocols.odata_answers import parse_answer
from harvester.protocols.odata_entities import deferred_of, find_identifier, find_stamp, to_plain
from harvester.testing import Recorded
from tests.harvester.played_source import identifiers_of, played

SINCE = Window(since="2024-01-03T12:00:00Z")


def answer(value: object) -> Any:
    return parse_answer(Response(200, {}, value if isinstance(value, bytes) else orjson.dumps(value), "http://x/Sites"))


@pytest.mark.parametrize(
    "value",
    [
        {"d": {"results": [{"id": "1"}], "__count": "7"}},
        {"d": [{"id": "1"}], "odata.count": "7"},
        {"value": [{"id": "1"}], "odata.count": "7"},
        {"@odata.count": 7, "value": [{"id": "1"}]},
    ],
)
def test_every_array_shape_gives_the_same_entities(value: object) -> None:
    found = answer(value)
    assert (found.entities, found.total, found.next) == (({"id": "1"},), 7, None)


def test_a_bare_list_and_a_single_entity_are_read_too() -> None:
    assert answer([{"id": "1"}]).entities == ({"id": "1"},)
    assert answer({"d": {"__metadata": {}, "id": "1"}}).entities == ({"__metadata": {}, "id": "1"},)


@pytest.mark.parametrize(
    ("value", "following"),
    [
        ({"d": {"results": [], "__next": "Sites?$skiptoken=2"}}, "Sites?$skiptoken=2"),
        ({"value": [], "odata.nextLink": "Sites?$skip=5"}, "Sites?$skip=5"),
        ({"value": [], "@odata.nextLink": "http://x/Sites?$skip=5"}, "http://x/Sites?$skip=5"),
    ],
)
def test_the_next_page_is_named_in_any_version(value: object, following: str) -> None:
    assert answer(value).next == following


@pytest.mark.parametrize("value", [b"", b"{", b'{"d": {"results": ['])
def test_what_breaks_off_is_unreadable(value: bytes) -> None:
    with pytest.raises(AnswerUnreadable):
        answer(value)


@pytest.mark.parametrize(
    "value", [b"<html><body>Log in</body></html>", b"<rss/>", b'{"status": "ok"}', b'"text"', b"7"]
)
def test_another_kind_of_answer_is_no_empty_list(value: bytes) -> None:
    with pytest.raises(WrongAnswer):
        answer(value)


@pytest.mark.parametrize(
    "value",
    [
        {"error": {"code": "", "message": {"lang": "en", "value": "Not now"}}},
        {"odata.error": {"code": "x", "message": "Not now"}},
        b'<m:error xmlns:m="urn:m"><m:code/><m:message>Not now</m:message></m:error>',
    ],
)
def test_an_error_is_told_in_the_services_words(value: object) -> None:
    with pytest.raises(ProtocolFault, match="Not now"):
        answer(value)


def test_raw_control_characters_are_repaired_and_told() -> None:
    found = answer(b'{"d": [{"id": "1", "note": "a\x0bb\nc"}]}')
    assert found.entities[0]["note"] == "ab c"
    assert "control characters" in found.repairs
    assert not found.lost_letters


def test_an_entity_is_the_same_whatever_odata_adds_to_it() -> None:
    rich = {
        "__metadata": {"uri": "http://x/Decisions('d')"},
        "id": "d",
        "title": {"results": [{"__metadata": {}, "language": "en", "value": "Fen\x02", "up": {"__deferred": {}}}]},
        "summary": [{"__metadata": {"type": "Decision"}}],
        "keywords": {"__deferred": {"uri": "http://x/keywords"}},
    }  # fmt: skip
    assert to_plain(rich) == {"id": "d", "title": [{"language": "en", "value": "Fen"}], "summary": []}
    assert deferred_of(rich) == {"keywords": "http://x/keywords"}


def test_the_bytes_of_a_file_are_kept_as_their_digest() -> None:
    [file] = to_plain({"files": [{"filename": "a.pdf", "content": "QUJD"}]})["files"]
    assert (file["filename"], file["contentBase64Bytes"]) == ("a.pdf", 4)
    assert "content" not in file


def test_what_is_nested_without_end_is_cut_off() -> None:
    deep: dict[str, Any] = {}
    for _ in range(900):
        deep = {"inner": [deep]}
    assert len(orjson.dumps(to_plain({"id": "1", "note": deep}))) < 1000


@pytest.mark.parametrize(
    ("entity", "identifier"),
    [
        ({"id": 7}, "7"),
        ({"__metadata": {"uri": "http://x/Sites(guid'0a-1')"}}, "0a-1"),
        ({"treaty": "cbd", "country": "KE"}, "cbd/KE"),
        ({"country": "KE"}, None),
        ({"id": "a\x00b"}, "ab"),
    ],
)
def test_an_id_is_found_where_it_stands(entity: dict[str, Any], identifier: str | None) -> None:
    assert find_identifier(entity, to_plain(entity)) == identifier


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("/Date(1398998810120)/", "2014-05-02T02:46:50Z"),
        ("/Date(1398998810120+0060)/", "2014-05-02T02:46:50Z"),
        ("/Date(-86400000)/", "1969-12-31"),
        ("2014-05-02T02:46:50", "2014-05-02T02:46:50Z"),
        ("soon", "soon"),
        (None, None),
    ],
)
def test_a_date_of_change_is_read_in_every_spelling(text: object, stamp: str | None) -> None:
    assert find_stamp(text) == stamp


def test_all_sets_are_read_whole_under_their_names() -> None:
    with played("informea", InformeaService(some_decisions(25)), page_size="10") as stage:
        pages = stage.pages()
        assert identifiers_of(pages) == [f"Decisions/decision-of-the-fens-{number:04}" for number in range(1, 26)]
        assert all(each.whole and not each.tracks_deletions for each in pages)
        assert [each.cursor is None for each in pages] == [False, False, False, True]
        assert (pages[-1].total, pages[0].next_since) == (25, None)
        assert pages[0].records[0].format == "informea_decision"
        assert {call.path for call in stage.asked} == {ROOT, DECISIONS, f"{ROOT}/Meetings"}


def test_a_cursor_goes_on_behind_its_page_in_another_process() -> None:
    with played("informea", InformeaService(some_decisions(25)), page_size="10") as stage:
        first = stage.pages()[0]
        rest = stage.pages(Window(cursor=first.cursor))
        assert len(identifiers_of(rest)) == 15
        assert not any(each.whole for each in rest)


@pytest.mark.parametrize("cursor", ["", "[]", '{"left": []}', '{"left": [["Files", "u"]], "place": {}}', "x"])
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    with played("informea", InformeaService()) as stage, pytest.raises(CursorExpired):
        stage.pages(Window(cursor=cursor or " "))


def test_a_window_asks_for_what_changed_and_is_not_whole() -> None:
    with played("informea", InformeaService(some_decisions(5))) as stage:
        pages = stage.pages(SINCE)
        assert identifiers_of(pages) == [f"Decisions/decision-of-the-fens-{number:04}" for number in (3, 4, 5)]
        assert not any(each.whole for each in pages)
        asked = [call.query["$filter"] for call in stage.asked if call.path == DECISIONS]
    assert asked == ["updated gt datetime'2024-01-03T12:00:00'"]


def test_sets_without_dates_are_learnt_and_always_read_whole() -> None:
    undated = [{name: value for name, value in each.items() if name != "updated"} for each in some_decisions(3)]
    with played("informea", InformeaService(undated)) as stage:
        learnt = stage.pages()[0].learnt
        assert learnt == {informea.SETS_QUIRK: "Decisions", informea.WHOLE_QUIRK: "Decisions"}
        assert len(identifiers_of(stage.pages(SINCE, **learnt))) == 3


def test_links_to_the_next_page_are_followed_where_there_are_any() -> None:
    service = InformeaService(some_decisions(25))

    def by_token(call: Call) -> Recorded:
        if call.path != DECISIONS:
            return service(call)
        at = int(call.query.get("$skiptoken", "0"))
        following = f"{call.root}{DECISIONS}?$skiptoken={at + 7}" if at + 7 < 25 else None
        return page(service.decisions[at : at + 7], None, following)

    with played("informea", by_token) as stage:
        assert len(identifiers_of(stage.pages())) == 25
        assert not any("$skip" in call.query for call in stage.asked)


def test_a_service_without_a_document_of_itself_is_tried_by_names() -> None:
    service = InformeaService(some_decisions(2))

    def silent(call: Call) -> Recorded:
        return Recorded(b"<html><body>Hello</body></html>") if call.path == ROOT else service(call)

    with played("informea", silent) as stage:
        pages = stage.pages()
    assert len(identifiers_of(pages)) == 2
    told = [remark for each in pages for remark in each.remarks]
    assert "there is no entity set Sites" in [remark.value for remark in told]
    assert {remark.severity for remark in told} == {"note"}


def test_a_service_of_which_nothing_answers_is_no_empty_list() -> None:
    with played("informea", lambda call: refusal("no", 404)) as stage, pytest.raises(WrongAnswer):
        stage.pages()


def test_only_the_sets_that_are_named_are_read() -> None:
    with played("informea", InformeaService(some_decisions(2)), entity_sets="meetings") as stage:
        assert identifiers_of(stage.pages()) == []
        assert DECISIONS not in {call.path for call in stage.asked}


def test_names_are_all_ids_without_what_belongs_to_them() -> None:
    with played("informea", InformeaService(some_decisions(3))) as stage:
        rolls = list(informea.identifiers(stage.fetcher, stage.source))
        assert {call.query.get("$select") for call in stage.asked if call.path == DECISIONS} == {"id,updated"}
    assert [len(roll.named) for roll in rolls] == [3, 0]
    assert [roll.last for roll in rolls] == [False, True]
    assert rolls[0].named[0].datestamp == "2024-01-02"


def test_one_entity_is_fetched_anew_as_it_is_in_the_list_or_told_as_missing() -> None:
    with played("informea", InformeaService(some_decisions(2))) as stage:
        listed = stage.pages()[0].records[1]
        [record] = informea.fetch_one(stage.fetcher, stage.source, listed.identifier).records
        missing = informea.fetch_one(stage.fetcher, stage.source, "Decisions/nobody")
    assert record == listed
    assert (missing.records, missing.problems[0].record_id) == ((), "Decisions/nobody")


def test_titles_and_files_inside_atom_are_read_as_in_json() -> None:
    found = parse_answer(Response(200, {}, atom([a_decision(1)]).body, "http://x/Decisions"))
    assert to_plain(found.entities[0])["title"] == texts("Care for fen 1", fr="Soin du marais 1")


@pytest.mark.parametrize("path", ["", "/", "/Decisions", "/Decisions?$format=json&$top=5", "/Decisions('x')"])
def test_a_service_is_recognised_from_any_address_of_it(path: str) -> None:
    with played("informea", InformeaService(some_decisions(3))) as stage:
        found = recognise(stage.fetcher, stage.source.url + path)
    assert (found.protocol, found.url) == ("informea", stage.source.url)
    assert found.details["entity_sets"] == "Decisions, Meetings"


def test_a_service_is_found_below_the_address_of_its_host() -> None:
    with played("informea", InformeaService(some_decisions(3))) as stage:
        found = recognise(stage.fetcher, stage.source.url.removesuffix(ROOT))
    assert (found.protocol, found.url) == ("informea", stage.source.url)


@pytest.mark.parametrize(
    "reply",
    [lambda: dump({"value": [{"name": "Orders", "url": "Orders"}]}), lambda: dump({"d": {"EntitySets": []}}),
     lambda: Recorded(b"<html></html>"), lambda: dump([])],
)  # fmt: skip
def test_another_service_is_no_informea(reply: Callable[[], Recorded]) -> None:
    with played("informea", lambda call: reply()) as stage:
        assert informea.probe(stage.fetcher, stage.source.url.removesuffix(ROOT) + "/api") is None
