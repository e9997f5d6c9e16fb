"""A node harvested by its change list: a real node over loopback, and answers no node should give."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
import uvicorn
from sqlalchemy import MetaData

from chm_node.publishing.catalogue import SqlCatalogue
from chm_node.publishing.publication import Publication, Withdrawal, publish
from chm_node.publishing.routes import Publishing, add_publishing, new_app, pages_for
from chm_node.publishing.search.live import LiveSearch
from chm_node.publishing.search.tantivy_engine import TantivyEngine
from chm_node.publishing.site import Site
from chm_node.publishing.sql import make_engine, write
from chm_node.publishing.tables import add_publication_tables
from harvester.configs import NativeConfig, OaiPmhConfig
from harvester.crosswalks import CROSSWALKS, Context
from harvester.errors import CursorExpired, ListLoops, SourceRefused, UnrecognisedSource, WrongAnswer
from harvester.fetch import FetchSettings, HttpFetcher, Response
from harvester.protocols import PROTOCOLS, Page, Window, recognise
from harvester.sources import Source
from harvester.testing import Recorded, serve_recorded
from vocabularies.record import Record, new_record
from vocabularies.text import LangText

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONTEXT = Context("ke", "Kenya", "http://x", "KE", "en", NOW, "native")


def _record(local_id: str) -> Record:
    return new_record(
        "resource",
        id=f"urn:chm:ke:{local_id}",
        title={"en": f"Wetlands {local_id}", "ar": "الأراضي الرطبة"},
        publisher={"node": "ke", "name": {"en": "Kenya"}},
    )


class RealNode:
    """A published catalogue on SQLite behind the read side's own routes."""

    def __init__(self, database_url: str, base_url: str) -> None:
        metadata = MetaData()
        self.tables = add_publication_tables(metadata)
        self.engine = make_engine(database_url)
        metadata.create_all(self.engine)
        self.site = Site(
            "ke", LangText(en="Kenya", fr="Le Kenya"), base_url, "chm@example.org", "chm.example.org", "KE"
        )
        self.site = replace(self.site, token_secret=b"s" * 32)
        self.catalogue = SqlCatalogue(self.engine, self.tables, self.site)
        self.app = new_app("Kenya")
        search = LiveSearch(self.catalogue, TantivyEngine())
        add_publishing(self.app, Publishing(self.catalogue, search, pages_for(self.site)))

    def publish(self, records: Iterable[Record], withdrawn: Iterable[str] = ()) -> None:
        changes: list[Publication | Withdrawal] = [
            Publication(record.id.rsplit(":", 1)[1], record) for record in records
        ]
        changes += [Withdrawal(local_id, LangText(en="Old")) for local_id in withdrawn]
        with write(self.engine) as connection:
            publish(connection, self.tables, changes, site=self.site, now=NOW)


@contextmanager
def _serve(database_url: str) -> Iterator[RealNode]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        node = RealNode(database_url, f"http://127.0.0.1:{listener.getsockname()[1]}")
        yield from _run(node, listener)


def _run(node: RealNode, listener: socket.socket) -> Iterator[RealNode]:
    server = uvicorn.Server(uvicorn.Config(node.app, log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield node
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def node(sqlite_url: str) -> Iterator[RealNode]:
    with _serve(sqlite_url) as node:
        yield node


@pytest.fixture
def fetcher() -> Iterator[HttpFetcher]:
    with HttpFetcher(FetchSettings(allow_loopback=True)) as fetcher:
        yield fetcher


def _pages(fetcher: HttpFetcher, url: str, window: Window | None = None, page_size: int = 500) -> list[Page]:
    source = Source("ke", "Kenya", url, "native", NativeConfig(page_size))
    return list(PROTOCOLS["native"].pages(fetcher, source, window or Window()))


def test_a_real_node_is_harvested_page_by_page_and_then_only_for_what_changed(
    node: RealNode, fetcher: HttpFetcher
) -> None:
    records = [_record(f"r{number}") for number in range(7)]
    node.publish(records)
    pages = _pages(fetcher, node.site.base_url, page_size=3)
    assert [len(page.records) for page in pages] == [3, 3, 1]
    assert pages[-1].cursor is None
    parsed = [CROSSWALKS["native"](raw, CONTEXT).record for page in pages for raw in page.records]
    assert [record and record.with_(provenance=()) for record in parsed] == records

    node.publish([_record("r9")], withdrawn=["r0"])
    [news] = _pages(fetcher, node.site.base_url, Window(since=pages[-1].next_since))
    assert {(raw.identifier, raw.deleted) for raw in news.records} == {
        ("urn:chm:ke:r9", False),
        ("urn:chm:ke:r0", True),
    }
    [nothing] = _pages(fetcher, node.site.base_url, Window(since=news.next_since))
    assert (nothing.records, nothing.next_since) == ((), news.next_since)


def test_a_cursor_resumes_a_real_nodes_list(node: RealNode, fetcher: HttpFetcher) -> None:
    node.publish([_record(f"r{number}") for number in range(5)])
    first = _pages(fetcher, node.site.base_url, page_size=2)[0]
    rest = _pages(fetcher, node.site.base_url, Window(cursor=first.cursor), page_size=2)
    assert [len(page.records) for page in rest] == [2, 1]


def test_a_real_node_that_was_set_up_anew_is_read_again_from_the_start(node: RealNode, fetcher: HttpFetcher) -> None:
    with pytest.raises(CursorExpired, match="410"):
        _pages(fetcher, node.site.base_url, Window(since="999"))


def test_a_real_node_names_all_it_has_and_gives_one_record(node: RealNode, fetcher: HttpFetcher) -> None:
    identifiers, fetch_one = PROTOCOLS["native"].identifiers, PROTOCOLS["native"].fetch_one
    assert identifiers is not None
    assert fetch_one is not None
    node.publish([_record(f"r{number}") for number in range(5)])
    node.publish([], withdrawn=["r0"])
    source = Source("ke", "Kenya", node.site.base_url, "native", NativeConfig(2))
    rolls = list(identifiers(fetcher, source))
    assert [roll.last for roll in rolls] == [False] * (len(rolls) - 1) + [True]
    named = [each for roll in rolls for each in roll.named]
    assert sorted(each.identifier for each in named if not each.deleted) == [f"urn:chm:ke:r{n}" for n in range(1, 5)]
    assert [each.identifier for each in named if each.deleted] == ["urn:chm:ke:r0"]
    listed = {raw.identifier: raw for page in _pages(fetcher, node.site.base_url) for raw in page.records}
    [one] = fetch_one(fetcher, source, "urn:chm:ke:r1").records
    assert (one.payload, one.sha256) == (listed["urn:chm:ke:r1"].payload, listed["urn:chm:ke:r1"].sha256)
    [gone] = fetch_one(fetcher, source, "urn:chm:ke:r0").records
    assert gone.deleted
    [problem] = fetch_one(fetcher, source, "urn:chm:ke:r9").problems
    assert (problem.code, problem.record_id) == ("RECORD_UNREACHABLE", "urn:chm:ke:r9")


def test_a_whole_change_list_is_evidence_and_a_part_of_it_is_not(node: RealNode, fetcher: HttpFetcher) -> None:
    node.publish([_record(f"r{number}") for number in range(3)])
    pages = _pages(fetcher, node.site.base_url, page_size=2)
    assert [page.whole for page in pages] == [True, True]
    assert [page.next_since is None for page in pages] == [True, False]
    rest = _pages(fetcher, node.site.base_url, Window(cursor=pages[0].cursor), page_size=2)
    assert [page.whole for page in rest] == [False]


def test_a_real_node_also_answers_oai_pmh_in_its_own_format(node: RealNode, fetcher: HttpFetcher) -> None:
    node.publish([_record("r1")])
    node.publish([], withdrawn=["r1"])
    node.publish([_record("r2")])
    source = Source("ke", "Kenya", f"{node.site.base_url}/oai", "oai_pmh", OaiPmhConfig())
    [page] = PROTOCOLS["oai_pmh"].pages(fetcher, source, Window())
    assert [(raw.identifier, raw.deleted, raw.format) for raw in page.records] == [
        ("oai:chm.example.org:r1", True, "chm"),
        ("oai:chm.example.org:r2", False, "chm"),
    ]
    record = CROSSWALKS["chm"](page.records[1], CONTEXT).record
    assert record is not None
    assert record.with_(provenance=()) == _record("r2")
    assert page.tracks_deletions


def test_a_real_node_is_recognised_whatever_page_of_it_is_given(node: RealNode, fetcher: HttpFetcher) -> None:
    for url in (node.site.base_url, f"{node.site.base_url}/", f"{node.site.base_url}/records"):
        probe = recognise(fetcher, url)
        assert (probe.protocol, probe.url, probe.name, probe.identifier) == (
            "native",
            node.site.base_url,
            "Kenya",
            "ke",
        )
        assert probe.details["country"] == "KE"


IDENTIFY = b"""<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2024-01-01T00:00:00Z</responseDate>
<Identify><repositoryName>Library</repositoryName><baseURL>http://library.example/oai</baseURL>
<deletedRecord>no</deletedRecord></Identify></OAI-PMH>"""


@pytest.mark.parametrize("given", ["/repo/oai/request?verb=Identify", "/repo/oai/request", "/repo", "/repo/"])
def test_an_oai_endpoint_is_found_at_and_below_the_address(fetcher: HttpFetcher, given: str) -> None:
    with serve_recorded({"/repo/oai/request?verb=Identify": IDENTIFY}) as server:
        probe = recognise(fetcher, server.url + given)
        assert (probe.protocol, probe.url) == ("oai_pmh", f"{server.url}/repo/oai/request")
    assert (probe.name, probe.identifier) == ("Library", "http://library.example/oai")
    assert probe.details["deletedRecord"] == "no"


def test_what_was_seen_is_said_when_nothing_is_recognised(fetcher: HttpFetcher) -> None:
    page = Recorded(b"<!DOCTYPE html><html>Welcome</html>", 200, {"Content-Type": "text/html"})
    with serve_recorded({"/": page}) as server, pytest.raises(UnrecognisedSource, match="a web page.*404") as raised:
        recognise(fetcher, server.url)
    assert "None" not in str(raised.value)
    assert len(str(raised.value)) < 700, "a wall of text says nothing"
    assert str(raised.value).count("refused the request") == 1


def test_a_host_that_does_not_answer_is_not_asked_at_every_usual_path(fetcher: HttpFetcher) -> None:
    asked: list[str] = []

    class Counting:
        def get(self, url: str, **how: Any) -> Response:
            asked.append(url)
            return fetcher.get(url, **how)

    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(UnrecognisedSource, match="No answer from"):
            recognise(Counting(), f"http://127.0.0.1:{closed.getsockname()[1]}/chm")
    assert 2 <= len(asked) <= 4


LINE = orjson.dumps({"seq": 1, "op": "upsert", "id": "urn:chm:ke:1", "record": {"type": "event"}})
HEADERS = {"Content-Type": "application/x-ndjson", "CHM-Next-Since": "7"}


def test_a_broken_line_is_that_records_problem(fetcher: HttpFetcher) -> None:
    lines = [
        b'{"seq": 1, "op": ',
        b'{"seq":2,"op":"upsert"}',
        b'{"op":"upsert","id":"urn:chm:ke:2"}',
        b"",
        LINE,
        b"[1]",
    ]
    with serve_recorded({"/api/v1/changes": Recorded(b"\n".join(lines), 200, HEADERS)}) as server:
        [page] = _pages(fetcher, server.url)
    assert [raw.identifier for raw in page.records] == ["urn:chm:ke:1"]
    assert page.records[0].payload == b'{"type":"event"}'
    assert [problem.code for problem in page.problems] == ["JSON_SYNTAX", "ID_SYNTAX", "VALUE_MISSING", "ID_SYNTAX"]
    assert page.next_since == "7"


def test_a_change_list_that_leads_back_to_itself_ends(fetcher: HttpFetcher) -> None:
    headers = {**HEADERS, "Link": '</api/v1/changes?since=7>; rel="next"'}
    with serve_recorded({"/api/v1/changes": Recorded(LINE, 200, headers)}) as server, pytest.raises(ListLoops):
        _pages(fetcher, server.url)
    assert len(server.requests) == 2


def test_other_answers_are_no_empty_change_list(fetcher: HttpFetcher) -> None:
    page = Recorded(b"<!DOCTYPE html><html>Log in</html>", 200, {"Content-Type": "text/html"})
    with serve_recorded({"/api/v1/changes": page}) as server, pytest.raises(WrongAnswer, match="a web page"):
        _pages(fetcher, server.url)
    with serve_recorded({}) as server, pytest.raises(SourceRefused, match="404"):
        _pages(fetcher, server.url)
