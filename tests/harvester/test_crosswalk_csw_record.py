"""A catalogue service's Dublin Core becomes records: as oai_dc, with box, links and date of change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harvester.crosswalks import csw_record
from harvester.crosswalks.context import Context
from harvester.raw import new_raw
from vocabularies.record import Record

CONTEXT = Context("geo", "Geo", "https://geo.example/csw", None, "en", datetime(2026, 5, 1, tzinfo=UTC), "csw")
SPACES = (
    'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dct="http://purl.org/dc/terms/" xmlns:ows="http://www.opengis.net/ows"'
)


def record(inner: str) -> Record:
    body = f"<csw:Record {SPACES}><dc:identifier>geo-1</dc:identifier><dc:title>Reefs</dc:title>{inner}</csw:Record>"
    parsed = csw_record.crosswalk(new_raw("geo-1", body.encode(), format="csw_record"), CONTEXT)
    assert parsed.record is not None, parsed.problems
    return parsed.record


def test_the_fields_are_those_of_dublin_core_with_the_date_of_change() -> None:
    found = record(
        "<dc:type>dataset</dc:type><dct:abstract>Where they are</dct:abstract><dct:modified>2024-05-01</dct:modified>"
    )
    assert (found.type, found.title, found.summary) == ("dataset", {"en": "Reefs"}, {"en": "Where they are"})
    assert found.dates.modified == "2024-05-01"
    assert found.extra == {}


@pytest.mark.parametrize(
    ("box", "south", "west"),
    [
        ('<ows:BoundingBox crs="urn:x-ogc:def:crs:EPSG:6.11:4326">{}</ows:BoundingBox>', 1.0, 2.0),
        ('<ows:BoundingBox crs="urn:ogc:def:crs:OGC:1.3:CRS84">{}</ows:BoundingBox>', 2.0, 1.0),
        ("<ows:WGS84BoundingBox>{}</ows:WGS84BoundingBox>", 2.0, 1.0),
    ],
)
def test_a_box_is_read_in_the_order_of_its_reference_system(box: str, south: float, west: float) -> None:
    corners = "<ows:LowerCorner>1 2</ows:LowerCorner><ows:UpperCorner>3 4</ows:UpperCorner>"
    found = record(box.format(corners)).spatial
    assert found is not None
    assert found.box is not None
    assert (found.box.south, found.box.west) == (south, west)


@pytest.mark.parametrize(
    "corners", ["", "<ows:LowerCorner>1</ows:LowerCorner>", "<ows:LowerCorner>a b</ows:LowerCorner>"]
)
def test_a_broken_box_is_no_place(corners: str) -> None:
    assert record(f"<ows:BoundingBox>{corners}</ows:BoundingBox>").spatial is None


def test_references_are_links_by_what_they_are_and_no_relations() -> None:
    found = record(
        '<dct:references scheme="OGC:WMS">https://geo.example/wms</dct:references>'
        '<dct:references scheme="WWW:LINK">https://geo.example/about</dct:references>'
        '<dc:URI protocol="WWW:DOWNLOAD" name="All reefs">https://geo.example/a.zip</dc:URI>'
    )
    assert [(link.url, link.rel) for link in found.links] == [
        ("https://geo.example/wms", "api"),
        ("https://geo.example/about", "landing"),
        ("https://geo.example/a.zip", "data"),
    ]
    assert found.relations == ()
    assert found.provenance[0].original_url == "https://geo.example/about"


def test_bytes_that_are_no_xml_are_a_problem() -> None:
    [problem] = csw_record.crosswalk(new_raw("geo-1", b"<a>", format="csw_record"), CONTEXT).problems
    assert problem.code == "XML_SYNTAX"
