"""The OAI-PMH address inside a whole service: headers, compression, proxies, odd requests, restarts."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from loopback_server import free_port, serve
from lxml import etree
from published_pages import ReadSide, make_read_side
from published_site import SITE, sample_record
from sqlalchemy import text
from starlette.testclient import TestClient

OAI = "{http://www.openarchives.org/OAI/2.0/}"
PREFIXES = ("oai_dc", "chm", "dcat_ap")
"""The formats that every item is in; a dataset is in `eml` too."""
THEIR_SCHEMAS = {
    "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
    "https://eml.ecoinformatics.org/eml-2.2.0/eml.xsd",
}
REQUESTS = (
    "verb=Identify",
    "verb=ListMetadataFormats",
    "verb=ListSets",
    "verb=ListIdentifiers&metadataPrefix=oai_dc",
    "verb=ListRecords&metadataPrefix=chm",
    "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:chm.example.org:r1",
    "verb=junk",
    "",
)


@pytest.fixture
def service(sqlite_url: str) -> Iterator[ReadSide]:
    """A whole read side: seven records on pages of three, ``r2`` withdrawn."""
    made = make_read_side(sqlite_url, replace(SITE, page_size=3))
    made.site.publish(sample_record(f"r{n}") for n in range(7))
    made.site.withdraw("r2")
    yield made
    made.site.engine.dispose()


def ask(service: ReadSide, query: str, **headers: str) -> etree._Element:
    answer = service.get(f"/oai?{query}", **headers)
    assert answer.status_code == 200, answer.text
    return etree.fromstring(answer.content)


def errors(root: etree._Element) -> set[str]:
    return {str(error.get("code")) for error in root.findall(f"{OAI}error")}


def identifiers(headers: list[etree._Element]) -> list[str]:
    return [str(header.findtext(f"{OAI}identifier")) for header in headers]


def walk(service: ReadSide, query: str) -> list[etree._Element]:
    """Follow the tokens of a list as a client does and give its headers."""
    found: list[etree._Element] = []
    verb = query.split("&")[0]
    while query:
        root = ask(service, query)
        found += root.findall(f".//{OAI}header")
        token = root.findtext(f".//{OAI}resumptionToken")
        query = f"{verb}&resumptionToken={quote(token, safe='')}" if token else ""
    return found


@pytest.mark.parametrize("query", REQUESTS)
def test_every_answer_is_xml_alone_in_utf_8(service: ReadSide, query: str) -> None:
    """P01, P71: one prolog at the start, none in a record, and no document type."""
    answer = service.get(f"/oai?{query}")
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/xml; charset=utf-8"
    body = answer.content
    assert body.startswith(b"<?xml") and body.count(b"<?xml") == 1 and b"<!DOCTYPE" not in body
    assert etree.fromstring(body).tag == f"{OAI}OAI-PMH"


def test_the_base_url_is_the_public_one_whatever_a_proxy_says(service: ReadSide) -> None:
    """P07: the configured address, as validators compare it, and never a header of the request."""
    behind = {"host": "10.0.0.7:8000", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    root = ask(service, "verb=Identify", **behind)
    assert root.findtext(f".//{OAI}baseURL") == root.findtext(f"{OAI}request") == "http://chm.example.org/oai"


def test_a_service_under_a_path_says_so(tmp_path: Path) -> None:
    """P07, P82: scheme, host and path of the base URL are the public ones; the sample identifier is a record."""
    made = make_read_side(f"sqlite:///{tmp_path}/b.db", replace(SITE, base_url="https://example.org/chm"))
    made.site.publish([sample_record("a")])
    made.client = TestClient(made.app)  # as a proxy asks that cuts the path off
    root = ask(made, "verb=Identify")
    assert root.findtext(f".//{OAI}baseURL") == "https://example.org/chm/oai"
    sample = root.findtext(".//{*}sampleIdentifier")
    assert not errors(ask(made, f"verb=GetRecord&metadataPrefix=oai_dc&identifier={sample}"))
    made.site.engine.dispose()


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("gzip;q=0", False),
        ("identity", False),
        ("*;q=0, identity", False),
        ("deflate, gzip;q=0.5", True),
    ],
)
def test_compression_is_what_the_client_asks_for(service: ReadSide, accepted: str, packed: bool) -> None:
    """P12: Identify names gzip, so gzip is given to those who take it and to nobody else."""
    query = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    with service.client.stream("GET", query, headers={"accept-encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == ("gzip" if packed else None)
    assert "Accept-Encoding" in answer.headers["vary"]
    plain = gzip.decompress(raw) if packed else raw
    assert etree.fromstring(plain).find(f".//{OAI}record") is not None
    assert [e.text for e in ask(service, "verb=Identify").iter(f"{OAI}compression")] == ["gzip"]


def test_other_methods_are_refused_and_head_is_empty(service: ReadSide) -> None:
    """P21."""
    head = service.client.head("/oai?verb=Identify")
    assert head.status_code == 200 and head.content == b"" and int(head.headers["content-length"]) > 0
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        told = service.client.request(method, "/oai?verb=Identify")
        assert told.status_code == 405 and told.headers["allow"] == "GET, HEAD, POST"


def test_a_huge_token_or_identifier_is_an_error_at_once(tmp_path: Path) -> None:
    """P25: over real HTTP, by GET and by POST: an error of the protocol or of HTTP, never a fault, within 200 ms."""
    port = free_port()
    made = make_read_side(f"sqlite:///{tmp_path}/c.db", replace(SITE, base_url=f"http://127.0.0.1:{port}"))
    made.site.publish([sample_record("a")])
    form = {"content-type": "application/x-www-form-urlencoded"}
    with serve(made.app, port):
        for arguments in (
            "verb=GetRecord&metadataPrefix=oai_dc&identifier=" + "a" * 8_192,
            "verb=ListRecords&resumptionToken=" + "A" * 50_000,
            "verb=ListRecords&resumptionToken=" + "A" * 100_000,
        ):
            for method, path, body in (("GET", f"/oai?{arguments}", None), ("POST", "/oai", arguments.encode())):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request(method, path, body, form if body else {})
                began = time.monotonic()
                answer = connection.getresponse()
                content = answer.read()
                took_s = time.monotonic() - began
                connection.close()
                assert answer.status in (200, 400, 413, 414), (method, len(arguments))
                assert answer.status != 200 or errors(etree.fromstring(content)) & {"badArgument", "badResumptionToken"}
                assert took_s < 0.2
    made.site.engine.dispose()


def test_the_schemas_named_are_those_of_the_protocol_or_here(service: ReadSide) -> None:
    """P26: our schema is served here, as XML, and its target namespace is the one the format names."""
    formats = ask(service, "verb=ListMetadataFormats").findall(f".//{OAI}metadataFormat")
    assert [entry.findtext(f"{OAI}metadataPrefix") for entry in formats] == [*PREFIXES, "eml"]
    for entry in formats:
        schema, namespace = str(entry.findtext(f"{OAI}schema")), entry.findtext(f"{OAI}metadataNamespace")
        if schema.startswith(SITE.base_url):
            document = etree.fromstring(service.client.get(schema).content)
            assert document.get("targetNamespace") == namespace
        else:
            assert schema in THEIR_SCHEMAS
    for number, prefix in ((1, "chm"), (2, "dcat_ap")):
        metadata = ask(service, f"verb=ListRecords&metadataPrefix={prefix}").find(f".//{OAI}metadata")
        namespace = formats[number].findtext(f"{OAI}metadataNamespace")
        assert metadata is not None and etree.QName(metadata[0]).namespace == namespace


def test_every_item_is_in_every_format_that_is_for_all_types(service: ReadSide) -> None:
    """P42: the lists by prefix and the database agree."""
    walked = {prefix: identifiers(walk(service, f"verb=ListRecords&metadataPrefix={prefix}")) for prefix in PREFIXES}
    assert walked["oai_dc"] == walked["chm"] == walked["dcat_ap"]
    assert len(walked["oai_dc"]) == service.site.catalogue.count() == 7
    for identifier in walked["oai_dc"]:
        for prefix in PREFIXES:
            assert not errors(ask(service, f"verb=GetRecord&metadataPrefix={prefix}&identifier={identifier}"))


def test_two_wrong_arguments_are_at_least_one_of_their_errors(service: ReadSide) -> None:
    """P39."""
    both = errors(ask(service, "verb=GetRecord&metadataPrefix=nonsense&identifier=oai:chm.example.org:nobody"))
    assert both and both <= {"idDoesNotExist", "cannotDisseminateFormat"}


def test_a_record_that_moves_leaves_one_set_and_enters_another_with_a_new_stamp(service: ReadSide) -> None:
    """P56: a client of the new set sees it; one of the old set no longer finds it there (§2.6)."""
    before = ask(service, "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:chm.example.org:r1")
    service.site.now = service.site.now.replace(hour=15)
    service.site.publish([sample_record("r1", government="FJ")])
    after = ask(service, "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:chm.example.org:r1")
    assert str(after.findtext(f".//{OAI}datestamp")) > str(before.findtext(f".//{OAI}datestamp"))
    assert {s.text for s in after.iter(f"{OAI}setSpec")} >= {"country", "country:FJ"}
    names = {
        country: {
            str(h.findtext(f"{OAI}identifier"))[-2:]
            for h in walk(service, f"verb=ListIdentifiers&metadataPrefix=oai_dc&set=country:{country}")
        }
        for country in ("KE", "FJ")
    }
    assert "r1" not in names["KE"] and names["FJ"] == {"r1"}


def test_a_token_needs_no_escaping_and_may_be_escaped(service: ReadSide) -> None:
    """P66: nothing in it means anything in a query or in XML; escaped, it is the same token."""
    token = str(ask(service, "verb=ListRecords&metadataPrefix=oai_dc").findtext(f".//{OAI}resumptionToken"))
    assert re.fullmatch(r"[A-Za-z0-9_.~-]+", token)
    every_byte = "".join(f"%{ord(character):02X}" for character in token)
    pages = [ask(service, f"verb=ListRecords&resumptionToken={sent}") for sent in (token, every_byte)]
    plain, escaped = (identifiers(page.findall(f".//{OAI}header")) for page in pages)
    assert plain == escaped and len(plain) == 3


def test_a_deletion_outlives_a_restart_in_every_format_and_set(service: ReadSide, sqlite_url: str) -> None:
    """P68: another process on the same database says the same."""
    service.site.engine.dispose()
    again = make_read_side(sqlite_url, replace(SITE, page_size=3))
    for prefix in PREFIXES:
        for narrowed in ("", "&set=country:KE", "&set=type:resource", "&set=gbf:target-02"):
            listed = walk(again, f"verb=ListRecords&metadataPrefix={prefix}{narrowed}")
            gone = [h.findtext(f"{OAI}identifier") for h in listed if h.get("status") == "deleted"]
            assert gone == ["oai:chm.example.org:r2"], (prefix, narrowed)
    again.site.engine.dispose()


@pytest.mark.parametrize("prefix", PREFIXES)
def test_text_no_xml_may_hold_is_left_out_and_the_rest_kept(service: ReadSide, prefix: str) -> None:
    """P70: control characters, non-characters and lone surrogates; everything else comes through as it was."""
    kept = "é 泥炭地 \u202bأراضي\u202c 😀 ]]> & < > \" '"
    odd = "\x00\x01\x1f\ufffe\uffff\ud800\udfff"
    service.site.publish([sample_record("odd", title={"en": f"A{odd}{kept}"}, summary={"en": f"{odd}{kept}"})])
    root = ask(service, f"verb=GetRecord&metadataPrefix={prefix}&identifier=oai:chm.example.org:odd")
    assert f"A{kept}" in [element.text for element in root.iter()]
    title = service.get("/records/odd.json").json()["title"]["en"]
    assert title == f"A{kept}"


def test_a_date_of_the_client_never_hides_what_is_new(service: ReadSide) -> None:
    """P76: no answer is stored or answered 304: a list with the same arguments is another list a second later."""
    for query in ("verb=Identify", "verb=ListSets", "verb=ListRecords&metadataPrefix=oai_dc"):
        answer = service.get(
            f"/oai?{query}", **{"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT", "if-none-match": "*"}
        )
        assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store" and answer.content


def test_a_database_that_is_away_is_a_wait_and_no_broken_xml(service: ReadSide) -> None:
    """P74: 503 with seconds to wait, which clients understand; the same request works once it is back."""
    query = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    with service.site.engine.begin() as connection:
        connection.execute(text("alter table item rename to item_away"))
    told = service.get(query)
    assert told.status_code == 503 and 0 < int(told.headers["retry-after"]) <= 3_600
    assert told.json()["code"] == "BUSY"
    with service.site.engine.begin() as connection:
        connection.execute(text("alter table item_away rename to item"))
    assert service.get(query).status_code == 200


def test_a_record_kept_back_loses_its_text_under_a_new_stamp(service: ReadSide) -> None:
    """P69: an incremental client learns that a record was withheld, and no format tells what it said."""
    service.site.now = service.site.now.replace(hour=16)
    service.site.publish([sample_record("r1", summary={"en": "Nesting place"}, access={"level": "withheld"})])
    root = ask(service, "verb=ListRecords&metadataPrefix=chm&from=2026-03-01T16:00:00Z")
    assert [h.findtext(f"{OAI}identifier") for h in root.iter(f"{OAI}header")] == ["oai:chm.example.org:r1"]
    assert "Nesting place" not in etree.tostring(root, encoding="unicode")
