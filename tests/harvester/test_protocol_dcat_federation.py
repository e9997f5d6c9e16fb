"""What a node publishes as DCAT comes back as the same datasets, in every syntax it publishes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harvester.configs import DcatConfig
from harvester.crosswalks.context import Context
from harvester.crosswalks.dcat import crosswalk
from harvester.fetch import Response
from harvester.protocols import dcat
from harvester.protocols.pages import Page, Window
from harvester.sources import Source
from harvester.testing import FakeFetch
from vocabularies.formats.address import Address
from vocabularies.formats.dcat import CatalogueHead, dump_catalogue, render_jsonld, render_rdfxml, render_turtle
from vocabularies.formats.rdf_tree import Syntax
from vocabularies.record import Box, Dates, Link, Publisher, Record, Spatial, Temporal, new_record
from vocabularies.text import LangText

NODE = "https://ke.example"
URL = f"{NODE}/catalog"
RENDER = {"ttl": render_turtle, "jsonld": render_jsonld, "rdf": render_rdfxml}
CONTEXT = Context("ke-dcat", "Kenya", URL, None, None, datetime(2026, 5, 1, tzinfo=UTC), "dcat")


def a_record(number: int, kind: str = "dataset") -> Record:
    return new_record(
        kind,
        id=f"urn:chm:ke:d-{number}",
        title=LangText(en=f"Mangrove extent {number}", fr="Étendue des mangroves"),
        summary=LangText(en="Where mangroves stand."),
        languages=("en", "fr"),
        publisher=Publisher(node="ke", name=LangText(en="Kenya")),
        country_regions=("KE",),
        subjects=("CBD-SUBJECT-NEW",),
        temporal=Temporal(start="2001", end="2003-05"),
        spatial=Spatial(box=Box(west=33, south=-5, east=42, north=5)),
        dates=Dates(issued="2024-05", modified="2026-02-01"),
        links=(Link(url="https://ke.example/1.csv", rel="data", media_type="text/csv", name=LangText(en="Table")),),
        license="https://creativecommons.org/licenses/by/4.0/",
    )


def harvest(syntax: Syntax, *records: Record) -> list[Page]:
    """Publish the records one a page and read them back."""
    answers: dict[str, bytes | Response] = {}
    for number, record in enumerate(records, 1):
        here = URL if number == 1 else f"{URL}?page={number}"
        following = f"{URL}?page={number + 1}" if number < len(records) else None
        head = CatalogueHead(
            iri=URL, title=LangText(en="Kenya"), description=LangText(en="All"), publisher_iri="urn:chm:ke",
            publisher_name=LangText(en="Kenya"), page_url=here, total=len(records), page_size=1, first_url=URL,
            last_url=f"{URL}?page={len(records)}", next_url=following,
        )  # fmt: skip
        address = Address(NODE, record.id.rpartition(":")[2], f"oai:ke.example:{record.id}")
        answers[here] = dump_catalogue([RENDER[syntax](record, address)], head, syntax)
    source = Source("ke-dcat", "Kenya", URL, "dcat", DcatConfig())
    return list(dcat.pages(FakeFetch(answers), source, Window()))


@pytest.mark.parametrize("syntax", ["ttl", "jsonld", "rdf"])
def test_a_dataset_survives_the_way_out_and_back(syntax: Syntax) -> None:
    pages = harvest(syntax, a_record(1), a_record(2))
    assert [len(page.records) for page in pages] == [1, 1]
    assert all(page.whole and page.total == 2 and not page.remarks for page in pages)
    sent, found = a_record(1), crosswalk(pages[0].records[0], CONTEXT).record
    assert found is not None
    for name in ("type", "title", "summary", "country_regions", "subjects", "temporal", "spatial", "license"):
        assert getattr(found, name) == getattr(sent, name), name
    assert set(found.languages) == set(sent.languages)
    assert (found.dates.issued, found.dates.modified) == (sent.dates.issued, sent.dates.modified)
    assert ("chm", sent.id) in {(each.scheme, each.value) for each in found.source_ids}
    assert sent.links[0] in found.links


def test_every_syntax_gives_the_same_bytes() -> None:
    payloads = {harvest(syntax, a_record(1))[0].records[0].payload for syntax in RENDER}  # type: ignore[arg-type]
    assert len(payloads) == 1


def test_a_resource_that_states_one_of_our_types_is_a_record_of_that_type() -> None:
    pages = harvest("ttl", a_record(1), a_record(2, "event"))
    assert [len(page.records) for page in pages] == [1, 1]
    assert not pages[1].remarks
    found = crosswalk(pages[1].records[0], CONTEXT).record
    assert found is not None and (found.type, found.title) == ("event", a_record(2).title)


def test_entries_of_any_other_kind_are_left_out_and_owe_nothing() -> None:
    other = (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        f"<{URL}> a dcat:Catalog ; dcat:dataset <{NODE}/1> ; dcat:resource <{NODE}/2> .\n"
        f'<{NODE}/1> a dcat:Dataset ; dct:title "Reefs"@en . <{NODE}/2> a dcat:Resource ; dct:title "A map"@en .'
    )
    source = Source("ke-dcat", "Kenya", URL, "dcat", DcatConfig())
    [page] = dcat.pages(FakeFetch({URL: other.encode()}), source, Window())
    assert [raw.identifier for raw in page.records] == [f"{NODE}/1"]
    assert [(remark.code, remark.severity) for remark in page.remarks] == [("ENTRIES_LEFT_OUT", "note")]
