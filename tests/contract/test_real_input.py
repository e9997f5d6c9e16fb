"""Real input through the whole pipeline: recorded repositories, two demo nodes and 5,000 generated records."""

from __future__ import annotations

import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from chm_node.publishing import sql
from chm_node.publishing.catalogue import SqlCatalogue
from harvester.centre import Centre, open_centre
from harvester.counts import OUTCOMES
from harvester.demo.__main__ import NODES, RECORDS, initialise
from harvester.demo.processes import serving
from harvester.registry import add_source
from harvester.runs import Report, run_many
from harvester.settings import Settings
from harvester.sources import Source, config_from_settings
from harvester.tables import outcome, publication, raw_record
from harvester.testing import serve_recorded
from migrations import upgrade
from tests.bench.pages import serving_pages, write_pages

SHARED = Path(os.environ.get("CHM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
TRAFFIC = SHARED / "data" / "corpora" / "oai-pmh"
GENERATED = 5_000
IDENTIFY = (
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-05-01T00:00:00Z</responseDate>'
    b"<request>http://recorded.example.org/oai</request><Identify><repositoryName>Recorded</repositoryName>"
    b"<baseURL>http://recorded.example.org/oai</baseURL><protocolVersion>2.0</protocolVersion>"
    b"<adminEmail>a@example.org</adminEmail><earliestDatestamp>1990-01-01</earliestDatestamp>"
    b"<deletedRecord>transient</deletedRecord><granularity>YYYY-MM-DD</granularity></Identify></OAI-PMH>"
)
LIST_HEAD = (
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-05-01T00:00:00Z</responseDate>'
    b"<request>http://recorded.example.org/oai</request><ListRecords>"
)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not TRAFFIC.is_dir(), reason="no recorded traffic beside the checkout (../shared, CHM_SHARED)"),
]


def recorded_sickle() -> dict[str, bytes]:
    """Eight records on four pages, chained by tokens that are file names."""
    folder = TRAFFIC / "sickle"
    answers = {"/oai?verb=ListRecords&metadataPrefix=oai_dc": (folder / "ListRecords.xml").read_bytes()}
    for name in ("ListRecords2.xml", "ListRecords3.xml", "ListRecords4.xml"):
        answers[f"/oai?verb=ListRecords&resumptionToken={name}"] = (folder / name).read_bytes()
    return answers | {"/oai?verb=Identify": IDENTIFY}


def recorded_pycsw() -> dict[str, bytes]:
    """A page with the protocol's namespace under a prefix, empty datestamps and empty setSpecs."""
    body = (TRAFFIC / "pycsw-oaipmh" / "oaipmh" / "expected" / "get_ListRecords_oai_dc.xml").read_bytes()
    return {"/oai?verb=ListRecords&metadataPrefix=oai_dc": body, "/oai?verb=Identify": IDENTIFY}


def recorded_transmogrifier() -> dict[str, bytes]:
    """Single records collected by others: all fields, blank and missing ones, deleted, without a title."""
    folder = TRAFFIC / "mit-transmogrifier"
    parts = []
    for path in sorted([*folder.glob("*.xml"), *(folder / "oai_dc").rglob("*.xml")]):
        body = path.read_bytes()
        parts.append(body[body.find(b"<record ") : body.rfind(b"</record>") + len(b"</record>")])
    listed = LIST_HEAD + b"".join(part for part in parts if part.strip()) + b"</ListRecords></OAI-PMH>"
    return {"/oai?verb=ListRecords&metadataPrefix=oai_dc": listed, "/oai?verb=Identify": IDENTIFY}


def recorded_scythe() -> dict[str, bytes]:
    """Live traffic of a large repository; the recording ends in the middle of the list."""
    answers: dict[str, bytes] = {}
    for name in ("identify", "list_metadata_formats", "list_records"):
        path = TRAFFIC / "oaipmh-scythe" / "cassettes" / f"{name}.yaml"
        for entry in yaml.safe_load(path.read_text("utf-8"))["interactions"]:
            uri = urlsplit(entry["request"]["uri"])
            if uri.path == "/oai2d":
                answers.setdefault(f"/oai?{uri.query}", entry["response"]["body"]["content"].encode())
    lists = [
        key for key in answers if "verb=ListRecords" in key and "metadataPrefix=oai_dc" in key and "set=" not in key
    ]
    answers["/oai?verb=ListRecords&metadataPrefix=oai_dc"] = answers[lists[0]]
    return answers


RECORDED = {
    "sickle": recorded_sickle,
    "pycsw": recorded_pycsw,
    "transmogrifier": recorded_transmogrifier,
    "scythe": recorded_scythe,
}


@dataclass
class Federation:
    """The centre after its run, with the report of each source."""

    centre: Centre
    reports: dict[str, Report]
    seconds: float


def free_ports(number: int) -> list[int]:
    """Give ports nobody listens on."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def demo_services(home: Path) -> dict[str, tuple[object, str]]:
    """Load two demo nodes through their own command line and give their services."""
    services = {}
    chosen = [node for node in NODES if node.id in ("cbd-demo", "tech-demo")]
    for node, port in zip(chosen, free_ports(2), strict=True):
        service = node.service(home, port - node.port_offset)
        service.home.mkdir(parents=True)
        initialise(node, service)
        for name in node.files:
            service.run("import", str(RECORDS / name), "--publish", allowed=(0, 3))
        services[node.id] = (service, node.protocol)
    return services


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    """One run over everything, all of it over real HTTP on loopback."""
    home = tmp_path_factory.mktemp("real")
    settings = Settings(
        home=home, allow_loopback=True, pause_s=0, base_url="http://127.0.0.1:1", token_secret="00" * 32
    )
    centre = open_centre(settings)
    upgrade(centre.engine, "harvester")
    write_pages(home / "pages", GENERATED)
    with ExitStack() as stack:
        dublin_core = config_from_settings("oai_pmh", {"metadata_prefix": "oai_dc"})
        sources = []
        for name, record in RECORDED.items():
            server = stack.enter_context(serve_recorded(record()))
            sources.append(Source(name, name, f"{server.url}/oai", "oai_pmh", dublin_core))
        address = stack.enter_context(serving_pages(home / "pages"))
        sources.append(Source("generated", "Generated", address, "oai_pmh", dublin_core))
        demo = demo_services(home)
        stack.enter_context(serving([service for service, _ in demo.values()]))
        for name, (service, protocol) in demo.items():
            url = service.url if protocol == "native" else f"{service.url}/oai"
            sources.append(Source(name, name, url, protocol, config_from_settings(protocol, {})))
        with sql.write(centre.engine) as connection:
            for source in sources:
                add_source(connection, source, now=centre.clock())
        began = time.perf_counter()
        reports = {report.source: report for report in run_many(centre, [source.id for source in sources])}
        yield Federation(centre, reports, time.perf_counter() - began)
    centre.engine.dispose()


def test_every_record_read_has_one_outcome(federation: Federation) -> None:
    for report in federation.reports.values():
        numbers = report.counts.as_dict()
        assert numbers["read"] == sum(numbers[name] for name in OUTCOMES), report
        print(f"{report.source:<16}{report.state:<18}", {name: number for name, number in numbers.items() if number})
    read = sum(report.counts.read for report in federation.reports.values())
    print(f"{read} records in {federation.seconds:.1f} s, {read / federation.seconds:.0f} records/s")
    with sql.read(federation.centre.engine) as connection:
        rows = connection.execute(outcome.select()).mappings().all()
    codes = Counter(f"{row['source_id']} {row['code']}" for row in rows if row["outcome"] in ("refused", "failed"))
    print("refusals by code:", dict(codes))


def test_only_recordings_that_break_off_fail_and_their_first_page_is_kept(federation: Federation) -> None:
    failed = {name for name, report in federation.reports.items() if report.state == "failed"}
    assert failed == {"scythe", "pycsw"}  # both recordings name a next page that was not recorded
    assert federation.reports["scythe"].counts.read == 50
    assert federation.reports["pycsw"].counts.read == 10
    assert all(federation.reports[name].reason for name in failed)


def test_the_generated_repository_arrives_whole(federation: Federation) -> None:
    counts = federation.reports["generated"].counts
    assert (counts.read, counts.created) == (GENERATED, GENERATED)


def test_a_title_nobody_wrote_refuses_the_record_and_nothing_else(federation: Federation) -> None:
    counts = federation.reports["transmogrifier"].counts
    assert counts.refused > 0
    assert counts.created > 0
    with sql.read(federation.centre.engine) as connection:
        rows = connection.execute(outcome.select().where(outcome.c.source_id == "transmogrifier")).mappings().all()
    assert all(row["code"] for row in rows if row["outcome"] == "refused")


def test_the_bytes_of_every_live_record_are_kept(federation: Federation) -> None:
    with sql.read(federation.centre.engine) as connection:
        kept = Counter(row.source_id for row in connection.execute(raw_record.select()))
    assert kept["generated"] == GENERATED
    assert kept["sickle"] == 2  # its eight records bear two identifiers


def test_records_of_both_demo_nodes_that_are_one_thing_are_one_in_the_index(federation: Federation) -> None:
    catalogue = SqlCatalogue(federation.centre.engine, publication, federation.centre.site)
    accepted = sum(report.counts.created for report in federation.reports.values())
    assert catalogue.count() < accepted
