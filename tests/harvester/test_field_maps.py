"""A record of the index says which place of which source fed which of its fields."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from fake_node import START, Federation, a_record, new_federation
from fastapi.testclient import TestClient
from played_source import played

from chm_node.publishing.sql import read, write
from harvester.app import create_app
from harvester.crosswalks import CROSSWALKS, Context
from harvester.crosswalks.field_paths import load_field_paths, paths_of
from harvester.crosswalks.source_paths import list_places
from harvester.hostile.repository import Item, Repository, dublin_core
from harvester.raw import new_raw
from harvester.registry import add_source
from harvester.runs import run_source
from harvester.telling.field_maps import list_field_maps
from vocabularies.formats.native import parse_native
from vocabularies.record import Provenance, Record

DOI = "<dc:identifier>doi:10.1234/cores</dc:identifier><dc:language>en</dc:language>"
PLAIN = Item("oai:plain.example:1", dublin_core("Peat cores", f"{DOI}<dc:subject>peat</dc:subject>"))
TOLD = Item("oai:told.example:1", dublin_core("Peat cores", f"{DOI}<dc:description>Of bogs.</dc:description>"))


@pytest.fixture
def federation(database_url: str, tmp_path: Path) -> Iterator[Federation]:
    yield from new_federation(database_url, tmp_path)


def harvest(federation: Federation, *items: Item) -> None:
    """Harvest a repository of Dublin Core for each item, all of which are one thing."""
    for number, item in enumerate(items):
        with played("oai_pmh", Repository([item])) as found:
            source = replace(found.source, id=f"repository-{number}", name="Repository")
            with write(federation.centre.engine) as connection:
                add_source(connection, source, now=federation.clock())
            centre = replace(federation.centre, new_fetcher=lambda door=found.fetcher: nullcontext(door))
            assert run_source(centre, source.id).counts.created == 1


def client_of(federation: Federation) -> TestClient:
    return TestClient(create_app(federation.centre.settings))


def the_record(federation: Federation) -> tuple[str, Record]:
    [(local_id, shown)] = federation.published().items()
    record = parse_native(orjson.dumps(shown)).record
    assert record is not None
    return local_id, record


def provenance_of(federation: Federation) -> list[dict[str, Any]]:
    local_id, _ = the_record(federation)
    with client_of(federation) as client:
        answer = client.get(f"/api/v1/records/{local_id}/provenance")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["provenance"]
    return found


def test_a_record_names_the_format_it_was_read_by(federation: Federation) -> None:
    harvest(federation, PLAIN)
    _, record = the_record(federation)
    assert [entry.crosswalk for entry in record.provenance] == ["oai_dc"]


def test_each_source_tells_what_fed_the_fields_it_brought(federation: Federation) -> None:
    harvest(federation, PLAIN, TOLD)
    plain, told = (entry["fieldMap"] for entry in provenance_of(federation))
    assert "title" in plain["title"]
    assert "title" in told["title"]
    assert plain["keywords"] == ["subject"]
    assert "summary" not in plain
    assert "description" in told["summary"]
    assert "keywords" not in told


def test_the_page_of_a_record_shows_what_fed_its_fields(federation: Federation) -> None:
    harvest(federation, PLAIN)
    local_id, _ = the_record(federation)
    with client_of(federation) as client:
        page = client.get(f"/records/{local_id}", headers={"Accept": "text/html"}).text
        in_french = client.get(f"/records/{local_id}?lang=fr", headers={"Accept": "text/html"}).text
    assert "What each field was read from" in page
    assert "<dt><code>keywords</code></dt><dd><code><bdi>subject</bdi></code>" in page
    assert "D’où chaque champ a été lu" in in_french


def test_a_record_of_before_formats_were_noted_is_told_by_the_bytes_kept(federation: Federation) -> None:
    harvest(federation, PLAIN)
    local_id, record = the_record(federation)
    old = record.with_(provenance=tuple(each.model_copy(update={"crosswalk": None}) for each in record.provenance))
    with read(federation.centre.engine) as connection:
        assert list_field_maps(connection, local_id, old) == list_field_maps(connection, local_id, record) != [{}]


def test_a_field_that_is_kept_back_is_not_told(federation: Federation) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a", access={"confidential": ["summary"]}))
    run_source(federation.centre, "ke")
    [entry] = provenance_of(federation)
    assert entry["crosswalk"] == "native"
    assert "title" in entry["fieldMap"]
    assert "summary" not in entry["fieldMap"]


def test_the_table_of_a_format_is_there_to_read(federation: Federation) -> None:
    with client_of(federation) as client:
        table = client.get("/api/v1/crosswalks/marcxml").json()
        assert client.get("/api/v1/crosswalks/papyrus").status_code == 404
        assert client.get("/api/v1/records/nobody/provenance").status_code == 404
    assert table["crosswalk"] == "marcxml"
    assert table["fields"]["links"] == list(load_field_paths()["marcxml"]["links"])


def test_a_withdrawn_record_tells_nothing(federation: Federation) -> None:
    node = federation.add("ke")
    for name in "abcdefghijkl":  # one of many: a centre asks a person before an index is emptied
        node.put(a_record("ke", name, f"Nursery {name}"))
    run_source(federation.centre, "ke")
    [local_id] = [key for key, shown in federation.published().items() if shown["title"]["en"] == "Nursery a"]
    node.delete("urn:chm:ke:a")
    run_source(federation.centre, "ke")
    with client_of(federation) as client:
        assert client.get(f"/api/v1/records/{local_id}/provenance").status_code == 410


def a_target(**fields: object) -> tuple[Provenance, Record, list[str]]:
    header = {"identifier": "3F2504E0-4F89-41D3-9A0C-0305E82C3301", "schema": "nationalTarget7", "languages": ["es"]}
    payload = orjson.dumps({"document": {"header": header, **fields}})
    context = Context("cbd", "CBD", "https://api.cbd.example", None, None, START)
    record = CROSSWALKS["cbd_document"](new_raw("x", payload, format="cbd_document"), context).record
    assert record is not None
    return record.provenance[-1], record, list_places("cbd_document", payload)


def test_only_places_that_are_there_are_told_in_whatever_language_they_are() -> None:
    entry, record, places = a_target(title={"es": "Humedales"}, description={"es": "Agua"})
    assert "firstName" in paths_of(entry, record)["title"]  # the format has places for titles of other schemas
    assert paths_of(entry, record, places)["title"] == ("title.es",)
    assert paths_of(entry, record, places)["summary"] == ("description.es",)
    assert "government" not in paths_of(entry, record, places)


def test_a_record_in_a_wrapper_is_told_by_the_same_places() -> None:
    payload = b'<r><oai_dc:dc xmlns:oai_dc="urn:x" xmlns:dc="urn:y"><dc:title>Nursery</dc:title></oai_dc:dc></r>'
    entry = Provenance(source="x", crosswalk="oai_dc")
    assert paths_of(entry, a_record("ke", "a"), list_places("oai_dc", payload)) == {"title": ("title",)}


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"<a>", b"\xff\xfe", b'{"a": 1}', b'{"a": "' + b"x" * 1_000_001 + b'"}']
)
def test_bytes_nobody_can_read_leave_the_table_as_it_is(payload: bytes) -> None:
    record, entry = a_record("ke", "a"), Provenance(source="x", crosswalk="dcat_us")
    assert paths_of(entry, record, list_places("dcat_us", payload)) == paths_of(entry, record)


def test_what_an_entry_says_itself_goes_before_the_table() -> None:
    record = a_record("ke", "a")
    entry = Provenance(source="x", crosswalk="table_row", field_map={"title[en]": "Titre", "links.url": ["A", "B"]})
    assert paths_of(entry, record) == {"title[en]": ("Titre",), "links.url": ("A", "B")}
    one = Provenance(source="x", crosswalk="oai_dc", field_map={"title": "description"})
    assert paths_of(one, record)["title"] == ("description",)
    assert paths_of(one, record)["languages"] == load_field_paths()["oai_dc"]["languages"]
    assert paths_of(Provenance(source="x"), record) == {}
    assert paths_of(Provenance(source="x", crosswalk="papyrus"), record) == {}
