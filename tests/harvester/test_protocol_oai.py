"""OAI-PMH as repositories speak it, with their faults, over real loopback HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from harvester.configs import OaiPmhConfig
from harvester.errors import (
    AnswerUnreadable,
    CursorExpired,
    ListLoops,
    ProtocolFault,
    SourceBusy,
    SourceRefused,
    WrongAnswer,
)
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.protocols import PROTOCOLS, Page, Window
from harvester.sources import Source
from harvester.testing import Answer, Recorded, RecordedServer, serve_recorded
from vocabularies.problems import Problem

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>2024-05-02T00:00:30Z</responseDate><request>http://x/oai</request>"
)
TAIL = "</OAI-PMH>"
DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
)
LIST = "/oai?verb=ListRecords&metadataPrefix=oai_dc"


@pytest.fixture
def fetcher() -> Iterator[HttpFetcher]:
    with HttpFetcher(FetchSettings(allow_loopback=True)) as fetcher:
        yield fetcher


def _record(identifier: str, title: str = "Title", stamp: str = "2024-05-01T10:00:00Z") -> str:
    header = (
        f"<header><identifier>{identifier}</identifier><datestamp>{stamp}</datestamp><setSpec>a:b</setSpec></header>"
    )
    return f"<record>{header}<metadata>{DC}<dc:title>{title}</dc:title></oai_dc:dc></metadata></record>"


def _deleted(identifier: str, rest: str = "") -> str:
    header = f'<header status="deleted"><identifier>{identifier}</identifier><datestamp>2024-05-01</datestamp></header>'
    return f"<record>{header}{rest}</record>"


def _list(*records: str, token: str = "") -> bytes:
    return f"{HEAD}<ListRecords>{''.join(records)}{token}</ListRecords>{TAIL}".encode()


def _token(text: str, total: int | None = None) -> str:
    size = f' completeListSize="{total}"' if total is not None else ""
    return f"<resumptionToken{size}>{text}</resumptionToken>"


def _error(code: str, text: str = "") -> bytes:
    return f'{HEAD}<error code="{code}">{text}</error>{TAIL}'.encode()


def _identify(granularity: str = "YYYY-MM-DDThh:mm:ssZ", deleted: str = "persistent") -> bytes:
    return (
        f"{HEAD}<Identify><repositoryName>Library</repositoryName>"
        f"<protocolVersion>2.0</protocolVersion><deletedRecord>{deleted}</deletedRecord>"
        f"<granularity>{granularity}</granularity></Identify>{TAIL}"
    ).encode()


def _formats(*prefixes: str) -> bytes:
    entries = "".join(
        f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix></metadataFormat>" for prefix in prefixes
    )
    return f"{HEAD}<ListMetadataFormats>{entries}</ListMetadataFormats>{TAIL}".encode()


def _repository(lists: Mapping[str, Answer], identify: bytes | None = None, *prefixes: str) -> dict[str, Answer]:
    return {
        "/oai?verb=Identify": identify or _identify(),
        "/oai?verb=ListMetadataFormats": _formats(*(prefixes or ("oai_dc", "mets"))),
        **lists,
    }


def _source(server: RecordedServer, config: OaiPmhConfig | None = None) -> Source:
    return Source("lib", "Library", f"{server.url}/oai", "oai_pmh", config or OaiPmhConfig())


def _harvest(
    fetcher: HttpFetcher,
    answers: Mapping[str, Answer],
    config: OaiPmhConfig | None = None,
    window: Window | None = None,
) -> list[Page]:
    with serve_recorded(answers) as server:
        return list(PROTOCOLS["oai_pmh"].pages(fetcher, _source(server, config), window or Window()))


def _ids(pages: list[Page]) -> list[str]:
    return [record.identifier for page in pages for record in page.records]


def _remarks(page: Page) -> list[Problem]:
    """What is told of a page, but for the clock: these answers are of 2024."""
    return [remark for remark in page.remarks if remark.code != "CLOCK_OFFSET"]


def _resume(token: str) -> str:
    return f"/oai?verb=ListRecords&resumptionToken={token}"


@pytest.mark.parametrize("end", ["", "<resumptionToken/>", "<resumptionToken> </resumptionToken>", _token("", 3)])
def test_a_list_is_read_to_its_end_however_the_end_is_said(fetcher: HttpFetcher, end: str) -> None:
    first = _list(_record("oai:x:1"), _record("oai:x:2"), token=_token("t1", 3))
    pages = _harvest(fetcher, _repository({LIST: first, _resume("t1"): _list(_record("oai:x:3"), token=end)}))
    assert _ids(pages) == ["oai:x:1", "oai:x:2", "oai:x:3"]
    assert [page.cursor is None for page in pages] == [False, True]
    assert pages[0].total == 3
    assert not any(page.problems for page in pages)
    record = pages[0].records[0]
    assert (record.format, record.datestamp, record.sets) == ("oai_dc", "2024-05-01T10:00:00Z", ("a:b",))


def test_a_token_is_the_only_argument_and_goes_back_as_it_came(fetcher: HttpFetcher) -> None:
    token = "a+b/c=d%20e&amp;f|1,2"
    answers = _repository({LIST: _list(_record("oai:x:1"), token=_token(token)), "/oai": _list(_record("oai:x:2"))})
    with serve_recorded(answers) as server:
        pages = list(PROTOCOLS["oai_pmh"].pages(fetcher, _source(server), Window()))
    assert server.requests[-1].query == {"verb": "ListRecords", "resumptionToken": "a+b/c=d%20e&f|1,2"}
    assert len(_ids(pages)) == 2


def test_a_cursor_resumes_in_another_process(fetcher: HttpFetcher) -> None:
    answers = _repository(
        {LIST: _list(_record("oai:x:1"), token=_token("t1", 2)), _resume("t1"): _list(_record("oai:x:2"))}
    )
    with serve_recorded(answers) as server:
        first = next(iter(PROTOCOLS["oai_pmh"].pages(fetcher, _source(server), Window())))
        asked = len(server.requests)
        rest = list(PROTOCOLS["oai_pmh"].pages(fetcher, _source(server), Window(cursor=first.cursor)))
    assert _ids(rest) == ["oai:x:2"]
    assert [request.query["verb"] for request in server.requests[asked:]] == ["Identify", "ListRecords"]
    assert (first.next_since, rest[-1].next_since) == (None, "2024-05-01T23:58:30Z")


def test_the_same_bytes_have_the_same_digest_whatever_the_page_around_them(fetcher: HttpFetcher) -> None:
    other_page = _list(_record("oai:x:1")).replace(b"<OAI-PMH ", b'<OAI-PMH xmlns:y="urn:y" ')
    [one] = _harvest(fetcher, _repository({LIST: _list(_record("oai:x:1"))}))
    [two] = _harvest(fetcher, _repository({LIST: other_page}))
    assert one.records[0].sha256 == two.records[0].sha256
    assert one.records[0].payload.startswith(b"<oai_dc:dc")


def test_chm_is_preferred_where_it_is_offered(fetcher: HttpFetcher) -> None:
    lists = {LIST.replace("oai_dc", "chm"): _list(_record("oai:x:1")), LIST: _list(_record("oai:x:2"))}
    assert _ids(_harvest(fetcher, _repository(lists, None, "oai_dc", "chm"))) == ["oai:x:1"]
    assert _ids(_harvest(fetcher, _repository(lists, None, "oai_dc"))) == ["oai:x:2"]
    refused = {**lists, LIST.replace("oai_dc", "chm"): _error("cannotDisseminateFormat")}
    assert _ids(_harvest(fetcher, _repository(refused, None, "chm"))) == ["oai:x:2"]


def test_the_next_window_begins_before_the_repositorys_own_date(fetcher: HttpFetcher) -> None:
    lists = {LIST: _list(_record("oai:x:1"))}
    [by_second] = _harvest(fetcher, _repository(lists), OaiPmhConfig(overlap_s=60))
    [by_day] = _harvest(fetcher, _repository(lists, _identify("YYYY-MM-DD")))
    assert by_second.next_since == "2024-05-01T23:59:30Z"
    assert by_day.next_since == "2024-05-01"


@pytest.mark.parametrize(
    ("since", "granularity", "sent"),
    [
        ("2024-05-01T10:00:00.123Z", "YYYY-MM-DDThh:mm:ssZ", "2024-05-01T10:00:00Z"),
        ("2024-05-01T10:00:00+02:00", "YYYY-MM-DDThh:mm:ssZ", "2024-05-01T08:00:00Z"),
        ("2024-05-01", "YYYY-MM-DDThh:mm:ssZ", "2024-05-01"),
        ("2024-05-01T10:00:00Z", "YYYY-MM-DD", "2024-05-01"),
        ("2024-05-01T10:00:00Z", "", "2024-05-01"),
    ],
)
def test_from_is_sent_at_the_repositorys_granularity(
    fetcher: HttpFetcher, since: str, granularity: str, sent: str
) -> None:
    with serve_recorded(_repository({"/oai": _list(_record("oai:x:1"))}, _identify(granularity))) as server:
        list(PROTOCOLS["oai_pmh"].pages(fetcher, _source(server), Window(since=since)))
    assert server.requests[-1].query["from"] == sent


def test_a_repository_that_refuses_its_own_granularity_is_asked_by_day(fetcher: HttpFetcher) -> None:
    lists = {
        LIST + "&from=2024-05-01T10:00:00Z": _error("badArgument"),
        LIST + "&from=2024-05-01": _list(_record("oai:x:1")),
    }
    [page] = _harvest(fetcher, _repository(lists), window=Window(since="2024-05-01T10:00:00Z"))
    assert _ids([page]) == ["oai:x:1"]
    assert page.next_since == "2024-05-01"


@pytest.mark.parametrize("status", [200, 404, 422])
def test_no_records_is_success(fetcher: HttpFetcher, status: int) -> None:
    [page] = _harvest(fetcher, _repository({LIST: Recorded(_error("noRecordsMatch"), status)}))
    assert (page.records, page.cursor, page.problems) == ((), None, ())
    assert page.next_since == "2024-05-01T23:58:30Z"
    [empty] = _harvest(fetcher, _repository({LIST: _list()}))
    assert (empty.records, empty.cursor) == ((), None)


def test_a_set_is_asked_for(fetcher: HttpFetcher) -> None:
    pages = _harvest(fetcher, _repository({LIST + "&set=gbf:3": _list(_record("oai:x:1"))}), OaiPmhConfig(set="gbf:3"))
    assert _ids(pages) == ["oai:x:1"]


@pytest.mark.parametrize(
    "code", ["badArgument", "badVerb", "cannotDisseminateFormat", "noSetHierarchy", "somethingNew"]
)
def test_other_errors_are_reported_with_their_words(fetcher: HttpFetcher, code: str) -> None:
    with pytest.raises(ProtocolFault, match=f"{code}.*because") as raised:
        _harvest(fetcher, _repository({LIST: _error(code, "because")}))
    assert raised.value.fault == code


def test_an_expired_token_is_told_apart_and_carries_the_cursor(fetcher: HttpFetcher) -> None:
    lists = {
        LIST: _list(_record("oai:x:1"), token=_token("t1")),
        _resume("t1"): _error("badResumptionToken", "expired"),
    }
    with pytest.raises(CursorExpired, match="expired") as raised:
        _harvest(fetcher, _repository(lists))
    assert "t1" in raised.value.cursor
    with pytest.raises(CursorExpired):
        _harvest(fetcher, _repository(lists), window=Window(cursor="not ours"))


def test_a_repository_that_wants_the_prefix_with_the_token_gets_it(fetcher: HttpFetcher) -> None:
    with_prefix = _resume("t1") + "&metadataPrefix=oai_dc"
    lists = {LIST: _list(_record("oai:x:1"), token=_token("t1")), _resume("t1"): _error("badArgument")}
    assert len(_ids(_harvest(fetcher, _repository({**lists, with_prefix: _list(_record("oai:x:2"))})))) == 2


def test_deletions_are_kept_and_their_metadata_is_not(fetcher: HttpFetcher) -> None:
    leftover = f"<metadata>{DC}<dc:title>gone</dc:title></oai_dc:dc></metadata>"
    [page] = _harvest(fetcher, _repository({LIST: _list(_deleted("oai:x:1"), _deleted("oai:x:2", leftover))}))
    assert [(record.deleted, record.payload) for record in page.records] == [(True, b""), (True, b"")]


@pytest.mark.parametrize(("deleted", "tracks"), [("persistent", True), ("transient", False), ("no", False)])
def test_a_page_says_whether_deletions_are_tracked(fetcher: HttpFetcher, deleted: str, tracks: bool) -> None:
    answers = _repository({LIST: _list(_record("oai:x:1"))}, _identify(deleted=deleted))
    assert _harvest(fetcher, answers)[0].tracks_deletions is tracks


def test_a_record_that_cannot_be_cut_out_is_a_problem_and_the_rest_goes_on(fetcher: HttpFetcher) -> None:
    no_identifier = _record("")
    no_metadata = "<record><header><identifier>oai:x:2</identifier></header></record>"
    too_long = _record("oai:x:" + "y" * 3000)
    page = _list(no_identifier, no_metadata, too_long, "<record/>", _record("oai:x:5"), token=_token("", 5))
    [answer] = _harvest(fetcher, _repository({LIST: page}))
    assert _ids([answer]) == ["oai:x:5"]
    assert [problem.code for problem in answer.problems] == ["ID_SYNTAX", "VALUE_MISSING", "ID_SYNTAX", "ID_SYNTAX"]
    assert answer.problems[1].record_id == "oai:x:2"


def test_a_list_shorter_than_announced_is_noted(fetcher: HttpFetcher) -> None:
    [page] = _harvest(fetcher, _repository({LIST: _list(_record("oai:x:1"), token=_token("", 10))}))
    assert page.problems == ()
    assert [(remark.code, remark.value) for remark in _remarks(page)] == [
        ("LIST_INCOMPLETE", "only 1 of 10 announced records were sent")
    ]


def test_a_window_moves_once_a_second_list_lacks_as_many_records(fetcher: HttpFetcher) -> None:
    lists = [
        _list(_record("oai:x:1"), token=_token("", 10)),
        _list(_record("oai:x:1"), _record("oai:x:2"), token=_token("", 11)),
    ]
    with serve_recorded(_repository({LIST: lists})) as server:
        [first] = PROTOCOLS["oai_pmh"].pages(fetcher, _source(server), Window())
        known = replace(_source(server), quirks=first.learnt)
        [second] = PROTOCOLS["oai_pmh"].pages(fetcher, known, Window())
    assert (first.next_since, second.next_since) == (None, "2024-05-01T23:58:30Z")


def test_a_source_that_asks_to_be_left_alone_is_not_asked_in_smaller_windows(fetcher: HttpFetcher) -> None:
    lists = {LIST: _list(_record("oai:x:1"), token=_token("t1")), _resume("t1"): Recorded(b"down", 500)}
    busy = Recorded(b"busy", 503, {"Retry-After": "3600"})
    with serve_recorded(_repository({**lists, "/oai": busy})) as server, pytest.raises(SourceBusy) as raised:
        list(PROTOCOLS["oai_pmh"].pages(fetcher, _source(server), Window()))
    assert raised.value.retry_after_s == 3600
    assert len(server.requests) == 5


def test_a_window_that_is_known_to_come_late_reaches_further_back(fetcher: HttpFetcher) -> None:
    with serve_recorded(_repository({LIST: _list(_record("oai:x:1"))})) as server:
        source = replace(_source(server, OaiPmhConfig(overlap_s=60)), quirks={"lateness_s": "3600"})
        [page] = PROTOCOLS["oai_pmh"].pages(fetcher, source, Window())
    assert page.next_since == "2024-05-01T22:59:30Z"


def test_a_token_that_returns_ends_the_list(fetcher: HttpFetcher) -> None:
    lists = {
        LIST: _list(_record("oai:x:1"), token=_token("A")),
        _resume("A"): _list(_record("oai:x:2"), token=_token("B")),
        _resume("B"): _list(_record("oai:x:3"), token=_token("A")),
    }
    pages: list[Page] = []
    with serve_recorded(_repository(lists)) as server, pytest.raises(ListLoops, match="came back"):
        for page in PROTOCOLS["oai_pmh"].pages(fetcher, _source(server), Window()):
            pages.append(page)
    assert _ids(pages) == ["oai:x:1", "oai:x:2", "oai:x:3"]


@pytest.mark.parametrize("records", [[], [_record("oai:x:1")]], ids=["empty", "repeated"])
def test_new_tokens_without_new_records_end_the_list(fetcher: HttpFetcher, records: list[str]) -> None:
    endless = [_list(*records, token=_token(f"t{number}")) for number in range(1, 50)]
    answers = _repository({LIST: endless[0], "/oai": endless[1:]})
    with serve_recorded(answers) as server, pytest.raises(ListLoops, match="nothing new"):
        list(PROTOCOLS["oai_pmh"].pages(fetcher, _source(server), Window()))
    assert len(server.requests) < 10


def test_a_list_that_starts_again_after_all_announced_records_is_complete(fetcher: HttpFetcher) -> None:
    lists = {
        LIST: _list(_record("oai:x:1"), _record("oai:x:2"), token=_token("1", 2)),
        _resume("1"): _list(_record("oai:x:1"), _record("oai:x:2"), token=_token("0", 2)),
    }
    pages = _harvest(fetcher, _repository(lists))
    assert _ids(pages) == ["oai:x:1", "oai:x:2"]
    assert pages[-1].cursor is None


def test_too_many_pages_end_the_list(fetcher: HttpFetcher) -> None:
    endless = [_list(_record(f"oai:x:{number}"), token=_token(f"t{number}")) for number in range(1, 9)]
    with pytest.raises(ListLoops, match="more than 4 pages"):
        _harvest(fetcher, _repository({LIST: endless[0], "/oai": endless[1:]}), OaiPmhConfig(max_pages=4))


@pytest.mark.parametrize("dirt", ["\x01", "&#1;", "&#x1F;", "\x00", "\ufffe"])
def test_characters_xml_forbids_are_removed_and_noted(fetcher: HttpFetcher, dirt: str) -> None:
    page = _list(_record("oai:x:1", f"Wa{dirt}ter &#233;"), _record("oai:x:2"))
    [answer] = _harvest(fetcher, _repository({LIST: page}))
    assert len(answer.records) == 2
    assert "Water é".encode() in answer.records[0].payload
    assert answer.problems == ()
    assert [(remark.code, remark.severity) for remark in _remarks(answer)] == [("ENCODING", "note")]


def test_text_after_the_document_is_left_out_and_noted(fetcher: HttpFetcher) -> None:
    [answer] = _harvest(fetcher, _repository({LIST: _list(_record("oai:x:1")) + b"\n<br />Notice: undefined index"}))
    assert len(answer.records) == 1
    assert "after the end" in answer.remarks[0].value


def test_a_record_with_letters_that_are_not_utf8_is_set_aside_or_read_as_windows_1252(fetcher: HttpFetcher) -> None:
    page = _list(_record("oai:x:1", "For\u00eat"), _record("oai:x:2")).replace("ê".encode(), b"\xea")
    [aside] = _harvest(fetcher, _repository({LIST: page}))
    assert _ids([aside]) == ["oai:x:2"]
    assert [(found.code, found.record_id) for found in aside.problems] == [("ENCODING", "oai:x:1")]
    [read] = _harvest(fetcher, _repository({LIST: page}), OaiPmhConfig(cp1252=True))
    assert "Forêt".encode() in read.records[0].payload


def test_utf16_with_a_byte_order_mark_is_read(fetcher: HttpFetcher) -> None:
    page = _list(_record("oai:x:1", "Forêt")).decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    [answer] = _harvest(fetcher, _repository({LIST: page}))
    assert "Forêt".encode() in answer.records[0].payload


def test_document_types_and_entities_are_refused(fetcher: HttpFetcher) -> None:
    for encoding in ("utf-8", "utf-16"):
        text = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
        with pytest.raises(Exception, match="document type or entity"):
            _harvest(fetcher, _repository({LIST: text.encode(encoding)}))


def test_a_web_page_is_no_empty_list(fetcher: HttpFetcher) -> None:
    with pytest.raises(WrongAnswer, match="a web page"):
        _harvest(fetcher, _repository({LIST: b"<!DOCTYPE html><html><body>Log in</body></html>"}))
    with pytest.raises(WrongAnswer, match="rss"):
        _harvest(fetcher, _repository({LIST: b"<rss/>"}))
    with pytest.raises(SourceRefused, match="404"):
        _harvest(fetcher, _repository({LIST: Recorded(b"<html>gone</html>", 404)}))


@pytest.mark.parametrize("broken", [b"", b"   ", _list(_record("oai:x:1"))[:-40]], ids=["empty", "blank", "cut off"])
def test_an_unreadable_page_is_asked_for_again_and_then_reported(fetcher: HttpFetcher, broken: bytes) -> None:
    [page] = _harvest(fetcher, _repository({LIST: [broken, _list(_record("oai:x:1"))]}))
    assert len(page.records) == 1
    with pytest.raises(AnswerUnreadable) as raised:
        _harvest(fetcher, _repository({LIST: broken}))
    assert raised.value.temporary


def test_a_prefix_instead_of_the_default_namespace_is_read(fetcher: HttpFetcher) -> None:
    text = _list(_record("oai:x:1")).decode().replace('xmlns="http', 'xmlns:oai="http')
    for name in (
        "OAI-PMH",
        "responseDate",
        "request",
        "ListRecords",
        "record",
        "header",
        "identifier",
        "datestamp",
        "setSpec",
        "metadata",
    ):
        text = (
            text.replace(f"<{name}>", f"<oai:{name}>")
            .replace(f"<{name} ", f"<oai:{name} ")
            .replace(f"</{name}>", f"</oai:{name}>")
        )
    [page] = _harvest(fetcher, _repository({LIST: text.encode()}))
    assert _ids([page]) == ["oai:x:1"]
    assert page.response_date == "2024-05-02T00:00:30Z"
