"""A DCAT catalogue in any syntax becomes raw records of its datasets' own triples, page after page."""

from __future__ import annotations

import orjson
import pytest

from harvester.configs import DcatConfig
from harvester.errors import CursorExpired, ResponseTooLarge, SourceRefused
from harvester.fetch import Response
from harvester.protocols import dcat
from harvester.protocols.dcat_syntax import find_syntax
from harvester.protocols.link_header import find_next_link
from harvester.protocols.next_address import to_onward
from harvester.protocols.pages import Page, Window
from harvester.sources import Source
from harvester.testing import FakeFetch
from tests.harvester.dcat_documents import JSON_LD, N_TRIPLES, RDF_XML, TURTLE

URL = "https://data.example/catalog"
ALL = Window()


def read(body: bytes, window: Window = ALL, quirks: dict[str, str] | None = None, **headers: str) -> list[Page]:
    answer = Response(200, {"date": "Fri, 01 May 2026 10:00:00 GMT", **headers}, body, URL)
    source = Source("x", "X", URL, "dcat", DcatConfig(), quirks=quirks or {})
    return list(dcat.pages(FakeFetch({URL: answer}), source, window))


@pytest.mark.parametrize("body", [TURTLE, RDF_XML, JSON_LD, N_TRIPLES], ids=["turtle", "xml", "json-ld", "nt"])
def test_every_syntax_gives_the_same_bytes_of_a_dataset(body: bytes) -> None:
    [page] = read(body)
    [record] = page.records
    [expected] = read(TURTLE)[0].records
    assert (record.identifier, record.format) == ("https://data.example/dataset/1", "dcat")
    assert record.payload == expected.payload
    assert record.datestamp == "2026-02-01"
    assert page.whole
    assert not page.tracks_deletions
    assert (page.cursor, page.next_since) == (None, "Fri, 01 May 2026 10:00:00 GMT")


def test_a_dataset_s_bytes_do_not_depend_on_the_page_around_it() -> None:
    more = b"""<https://data.example/dataset/2> a dcat:Dataset ; dct:title "Other" ; dct:relation [ dct:title "x" ] ."""
    [alone], [first, _] = read(TURTLE)[0].records, read(TURTLE + more)[0].records
    assert alone == first


def test_what_a_dataset_names_is_described_with_it_but_other_datasets_are_not() -> None:
    more = b"""<https://data.example/dataset/1> dct:relation <https://data.example/dataset/2> .
    <https://data.example/dataset/2> a dcat:Dataset ; dct:title "Other" ."""
    payload = read(TURTLE + more)[0].records[0].payload.decode()
    assert '"Wetland Agency"@en' in payload
    assert "<https://data.example/dataset/2> ." in payload
    assert '"Other"' not in payload


def test_a_long_catalogue_is_given_in_pages_that_all_resume_at_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dcat, "RECORDS_A_PAGE", 2)
    datasets = "".join(f'<urn:x:{number}> a dcat:Dataset ; dct:title "T{number}" .\n' for number in range(5))
    pages = read(TURTLE[: TURTLE.index(b"<https://data.example/>")] + datasets.encode())
    assert [len(page.records) for page in pages] == [2, 2, 1]
    assert [page.cursor is None for page in pages] == [False, False, True]
    again = read(TURTLE, Window(cursor=pages[0].cursor))
    assert all(page.whole for page in (*pages, *again))


def test_a_catalogue_resumed_at_a_later_page_is_not_whole() -> None:
    place = orjson.dumps({"address": URL, "pages": 3, "delivered": 40, "total": 41}).decode()
    [page] = read(TURTLE, Window(cursor=place))
    assert not page.whole
    assert page.remarks == ()


@pytest.mark.parametrize("cursor", ["abc", "[]", '{"address": 1}', '{"place": "x"}'])
def test_a_cursor_of_another_protocol_is_refused(cursor: str) -> None:
    with pytest.raises(CursorExpired):
        read(TURTLE, Window(cursor=cursor))


def test_a_validator_is_learnt_and_sent_only_where_a_window_was_asked_for() -> None:
    [page] = read(TURTLE, etag='"v1"')
    assert page.learnt == {"etag": '"v1"'}
    [same] = read(TURTLE, Window(since="x"), {"etag": '"v1"'}, etag='"v1"')
    assert (same.records, same.whole, same.cursor, same.next_since) == ((), False, None, "x")
    assert same.learnt == {"unchanged_runs": "1"}
    [whole] = read(TURTLE, Window(), {"etag": '"v1"'}, etag='"v1"')
    assert len(whole.records) == 1


def test_a_catalogue_that_never_changes_is_read_again_now_and_then() -> None:
    [page] = read(TURTLE, Window(since="x"), {"etag": '"v1"', "unchanged_runs": "6"}, etag='"v1"')
    assert page.whole
    assert page.learnt == {"etag": '"v1"', "unchanged_runs": ""}


def test_no_validator_is_kept_of_a_catalogue_with_faults() -> None:
    body = TURTLE.replace(b"Wetland count", b"Wetland \xff count")
    [page] = read(body, quirks={"etag": '"v0"'}, etag='"v1"')
    assert page.learnt == {"etag": ""}
    assert [problem.code for problem in page.problems] == ["ENCODING"]


def test_a_document_of_rdf_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dcat, "PARSED_BYTES", 100)
    with pytest.raises(ResponseTooLarge):
        read(TURTLE)


def test_a_refused_page_is_no_empty_catalogue() -> None:
    source = Source("x", "X", URL, "dcat", DcatConfig())
    with pytest.raises(SourceRefused):
        list(dcat.pages(FakeFetch({URL: Response(403, {}, b"no", URL)}), source, Window()))


@pytest.mark.parametrize(
    ("head", "media_type", "syntax"),
    [
        (b"@prefix a: <b> .", "", "turtle"),
        (b"PREFIX a: <b>", "text/plain", "turtle"),
        (b"<http://a/b> a <http://c/d> ;", "", "turtle"),
        (b'<http://a/b> <http://c/d> "e" .\n', "", "nt"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><rdf:RDF>", "", "xml"),
        (b"<RDF xmlns='x'>", "", "xml"),
        (b"<?xml version='1.0'?><OAI-PMH>", "text/xml", None),
        (b"<!doctype HTML><html>", "text/turtle", None),
        (b"<html><body>", "", None),
        (b'{"a":1}', "text/turtle", "json"),
        (b"[ a <x> ] .", "text/turtle", "turtle"),
        (b"Not found", "text/plain", None),
        (b"", "text/turtle", None),
    ],
)
def test_a_syntax_is_told_from_the_first_bytes(head: bytes, media_type: str, syntax: str | None) -> None:
    assert find_syntax(Response(200, {"content-type": media_type}, head, URL)) == syntax


@pytest.mark.parametrize(
    ("named", "address", "code"),
    [
        (None, None, ""),
        ("?page=2", "https://data.example/catalog?page=2", ""),
        ("https://data.example:443/other", "https://data.example:443/other", ""),
        ("http://ckan:5000/catalog?page=2", "https://data.example/catalog?page=2", "note"),
        ("http://data.example/catalog/2", "https://data.example/catalog/2", "note"),
        ("http://evil.example/page", None, "warning"),
        ("file:///etc/passwd", None, "warning"),
        ("http://[bad/catalog", None, "warning"),
    ],
)
def test_a_next_page_stays_with_the_source(named: str | None, address: str | None, code: str) -> None:
    onward = to_onward(named, URL)
    assert (onward.address, onward.remark.severity if onward.remark else "") == (address, code)


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ('<a?p=1>; rel="prev", <a?p=2,3>; title="x, y"; rel="next"', "a?p=2,3"),
        ("<b>; rel=next", "b"),
        ('<c>; rel="last next"', "c"),
        ('<d>; rel="nextish"', None),
        ("", None),
    ],
)
def test_a_link_header_is_read_as_rfc_8288_writes_it(header: str, address: str | None) -> None:
    assert find_next_link(Response(200, {"link": header}, b"", URL)) == address


@pytest.mark.parametrize(
    ("body", "syntax", "name"),
    [(TURTLE, "turtle", "Wetland data"), (b'{"dataset":[{"title":"x"}],"title":"T"}', "data.json", "T")],
)
def test_a_catalogue_is_recognised_by_what_it_holds(body: bytes, syntax: str, name: str) -> None:
    found = dcat.probe(FakeFetch({URL: body}), URL)
    assert found is not None
    assert (found.protocol, found.name, found.details["syntax"]) == ("dcat", name, syntax)


@pytest.mark.parametrize("body", [RDF_XML, b"<html></html>", b'{"result": []}', b"<OAI-PMH/>", b"", b"plain words"])
def test_anything_else_is_left_to_the_other_protocols(body: bytes) -> None:
    assert dcat.probe(FakeFetch({URL: body}), URL) is None
