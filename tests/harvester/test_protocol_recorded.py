"""Recorded answers of real OAI-PMH repositories and of other projects' trials: read without a crash, nothing lost."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from harvester.configs import OaiPmhConfig
from harvester.crosswalks import CROSSWALKS, Context
from harvester.errors import AnswerUnreadable, SourceRefused
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.protocols import PROTOCOLS, Window
from harvester.protocols.oai_answers import Answer as OaiAnswer
from harvester.protocols.oai_answers import list_part, parse_answer
from harvester.sources import Source
from harvester.testing import Answer, serve_recorded
from vocabularies.formats.native import dump_native, parse_native

SHARED = Path(os.environ.get("CHM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
TRAFFIC = SHARED / "data" / "corpora" / "oai-pmh"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not TRAFFIC.is_dir(), reason="no recorded traffic beside the checkout (../shared, CHM_SHARED)"),
]
CONTEXT = Context("lib", "Library", "https://example.org/oai", None, None, datetime(2026, 1, 1, tzinfo=UTC))
HEAD = b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'


def _count(answer: OaiAnswer, prefix: str) -> Counter[str]:
    part = list_part(answer, prefix)
    found = Counter(deleted=sum(raw.deleted for raw in part.records), problems=len(part.problems))
    for raw in part.records:
        if raw.deleted:
            continue
        found["live"] += 1
        if prefix == "oai_dc":
            record = CROSSWALKS[prefix](raw, CONTEXT).record
            assert record is not None, raw.payload
            assert parse_native(dump_native(record)).record == record
            found["titled"] += bool(record.title)
    return found


def _files(folder: str) -> list[Path]:
    return sorted((TRAFFIC / folder).glob("*.xml"))


@pytest.mark.parametrize("path", _files("sickle"), ids=lambda path: path.stem)
def test_answers_recorded_by_sickle_are_read(path: Path) -> None:
    if path.stem == "ListRecordsBroken":
        with pytest.raises(AnswerUnreadable, match="line"):
            parse_answer(path.read_bytes(), url="x")
        return
    answer = parse_answer(path.read_bytes(), url="x")
    found = _count(answer, "oai_dc")
    print(path.name, dict(found), [fault.code for fault in answer.faults])
    assert answer.faults or answer.content is not None


@pytest.mark.parametrize("path", _files("pycsw-oaipmh/oaipmh/expected"), ids=lambda path: path.stem)
def test_answers_recorded_from_pycsw_are_read(path: Path) -> None:
    answer = parse_answer(path.read_bytes(), url="x")
    found = _count(answer, "oai_dc" if path.stem.endswith("oai_dc") else "other")
    print(path.name, dict(found), [fault.code for fault in answer.faults])
    assert answer.faults or answer.content is not None


@pytest.mark.parametrize(
    "path", _files("mit-transmogrifier") + _files("mit-transmogrifier/oai_dc"), ids=lambda path: path.stem
)
def test_records_collected_by_others_are_cut_out_one_by_one(path: Path) -> None:
    body = path.read_bytes()
    records = body[body.find(b"<record ") : body.rfind(b"</record>") + len(b"</record>")]
    found = _count(parse_answer(HEAD + records + b"</ListRecords></OAI-PMH>", url="x"), "oai_dc")
    print(path.name, dict(found))
    assert found["live"] + found["deleted"] + found["problems"] == records.count(b"</record>")


def _cassette(name: str) -> list[tuple[str, bytes]]:
    path = TRAFFIC / "oaipmh-scythe" / "cassettes" / f"{name}.yaml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]
    return [(entry["request"]["uri"], entry["response"]["body"]["content"].encode()) for entry in entries]


def test_every_list_recorded_by_scythe_is_read() -> None:
    found: Counter[str] = Counter()
    for uri, body in _cassette("list_records"):
        if "XXX" in uri:
            assert parse_answer(body, url=uri).faults
        else:
            found += _count(parse_answer(body, url=uri), "datacite" if "datacite" in uri else "oai_dc")
    print(dict(found))
    assert found["live"] >= 250
    assert not found["problems"]


def test_a_recorded_harvest_of_a_live_repository_is_repeated_page_by_page() -> None:
    answers: dict[str, Answer] = {}
    for name in ("identify", "list_metadata_formats", "list_records"):
        for uri, body in _cassette(name):
            answers.setdefault(f"{urlsplit(uri).path}?{urlsplit(uri).query}", body)
    with serve_recorded(answers) as server, HttpFetcher(FetchSettings(allow_loopback=True)) as fetcher:
        source = Source("zenodo", "Zenodo", f"{server.url}/oai2d", "oai_pmh", OaiPmhConfig())
        pages = []
        with pytest.raises(SourceRefused):  # the recording ends in the middle of the list
            for page in PROTOCOLS["oai_pmh"].pages(fetcher, source, Window(since="2026-04-01")):
                pages.append(page)
    assert [len(page.records) for page in pages] == [50]
    outcomes = [CROSSWALKS["oai_dc"](raw, CONTEXT) for page in pages for raw in page.records]
    assert all(parsed.record is not None and parsed.record.title for parsed in outcomes)
