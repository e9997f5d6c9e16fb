"""OWSLib, a client that others wrote, reads our catalogue fakes and our ISO 19139 as our own readers do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from owslib.catalogue.csw2 import CatalogueServiceWeb
from owslib.iso import MD_Metadata
from owslib.ogcapi.records import Records

from harvester.crosswalks import iso19139
from harvester.crosswalks.context import Context
from harvester.fetch import FetchSettings, HttpFetcher
from harvester.hostile import HostileServer, serve_hostile
from harvester.hostile.csw_service import CSW_NAMESPACE, GMD, CswService, some_entries
from harvester.hostile.records_service import COLLECTION, RecordsService, some_features
from harvester.hostile.scenario import CSW, OGC_RECORDS, Scenario
from harvester.protocols import PROTOCOLS
from harvester.protocols.pages import Window
from harvester.raw import RawRecord, new_raw
from harvester.sources import Source, config_from_settings
from vocabularies.record import Record

CONTEXT = Context("geo", "Geo", "https://geo.example/csw", None, None, datetime(2026, 5, 1, tzinfo=UTC), "csw")
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "crosswalks" / "iso19139.xml"
TITLES = {f"reef-{number:03}": f"Reef map {number}" for number in range(1, 26)}


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    """A catalogue service and a records endpoint that behave well, with 25 records each."""
    plays = {
        "csw": Scenario((), CSW, "Nothing wrong.", "All arrives.", lambda: CswService(some_entries(25))),
        "records": Scenario(
            (), OGC_RECORDS, "Nothing wrong.", "All arrives.", lambda: RecordsService(some_features(25))
        ),
    }
    with serve_hostile(plays) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: HostileServer) -> CatalogueServiceWeb:
    return CatalogueServiceWeb(server.source_url("csw"), version="2.0.2")


def test_the_service_says_what_it_can_do(client: CatalogueServiceWeb) -> None:
    assert client.identification.title == "Reef catalogue"
    assert {each.name for each in client.operations} == {"GetCapabilities", "GetRecords", "GetRecordById"}
    schemas = client.get_operation_by_name("GetRecords").parameters["outputSchema"]["values"]
    assert set(schemas) == {CSW_NAMESPACE, GMD}


@pytest.mark.parametrize("by_address", [False, True])
@pytest.mark.parametrize(
    ("elements", "schema"),
    [("brief", CSW_NAMESPACE), ("summary", CSW_NAMESPACE), ("full", CSW_NAMESPACE), ("full", GMD)],
)
def test_every_record_is_read_page_by_page(
    client: CatalogueServiceWeb, elements: str, schema: str, *, by_address: bool
) -> None:
    found: dict[str, str] = {}
    start = 1
    while start:
        query = (
            f"service=CSW&version=2.0.2&request=GetRecords&resultType=results&typeNames=csw:Record&outputSchema={schema}"
            f"&elementSetName={elements}&startPosition={start}&maxRecords=10"
        )
        client.getrecords2(
            xml=query if by_address else None, esn=elements, outputschema=schema, startposition=start, maxrecords=10
        )
        assert client.results["matches"] == 25
        found |= {name: title_of(record) for name, record in client.records.items()}
        start = client.results["nextrecord"]
    assert found == TITLES


def title_of(record: object) -> str:
    if isinstance(record, MD_Metadata):
        return str(record.identification[0].title)
    return str(getattr(record, "title", ""))


def test_a_search_is_narrowed_by_what_a_client_posts(client: CatalogueServiceWeb) -> None:
    client.getrecords2(cql="dct:modified >= '2030-01-01'")
    assert (client.results["matches"], len(client.records)) == (0, 0)


def test_a_record_is_found_by_its_id(client: CatalogueServiceWeb) -> None:
    client.getrecordbyid(["reef-003"], outputschema=GMD)
    assert [title_of(each) for each in client.records.values()] == ["Reef map 3"]


def test_a_records_endpoint_is_walked_from_its_root(server: HostileServer) -> None:
    endpoint = Records(server.source_url("records"))
    assert endpoint.records() == [COLLECTION] and len(endpoint.conformance()["conformsTo"]) == 2
    page = endpoint.collection_items(COLLECTION, limit=20, offset=20)
    assert (page["numberMatched"], len(page["features"])) == (25, 5)
    assert endpoint.collection_item(COLLECTION, "lake-003")["properties"]["title"] == "Lake depths 3"


def crosswalked(raw: RawRecord) -> Record:
    parsed = iso19139.crosswalk(raw, CONTEXT)
    assert parsed.record is not None, parsed.problems
    return parsed.record


def test_our_protocol_and_crosswalk_find_the_same_records_as_owslib(server: HostileServer) -> None:
    source = Source("geo", "Geo", server.source_url("csw"), "csw", config_from_settings("csw", {}))
    with HttpFetcher(FetchSettings(allow_loopback=True)) as fetcher:
        raws = [raw for page in PROTOCOLS["csw"].pages(fetcher, source, Window()) for raw in page.records]
    theirs = {raw.identifier: MD_Metadata(etree.fromstring(raw.payload)) for raw in raws}
    assert {name: title_of(each) for name, each in theirs.items()} == TITLES
    for raw in raws:
        ours, read = crosswalked(raw), theirs[raw.identifier]
        assert (raw.identifier, read.datestamp) == (read.identifier, ours.dates.modified)
        assert list(ours.title.values()) == [title_of(read)]
        assert list(ours.summary.values()) == [read.identification[0].abstract]


def test_our_crosswalk_finds_in_iso_19139_what_owslib_finds() -> None:
    document = EXAMPLE.read_bytes()
    theirs = MD_Metadata(etree.fromstring(document))
    ours = crosswalked(new_raw(theirs.identifier, document, format="iso19139"))
    [about] = theirs.identification
    box = ours.spatial.box if ours.spatial else None
    assert about.title in ours.title.values() and about.abstract in ours.summary.values()
    assert theirs.identifier in {each.value for each in ours.source_ids}
    assert box and [float(about.bbox.minx), float(about.bbox.maxy)] == [box.west, box.north]
    assert {each.url for each in theirs.distribution.online} <= {link.url for link in ours.links}
