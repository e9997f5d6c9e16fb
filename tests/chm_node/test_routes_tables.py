"""The results of a search as tables, and every dataset as data.json."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest
from published_pages import BROWSER, ReadSide, make_read_side
from published_site import sample_record

from vocabularies.formats.tabular import RowDefaults, parse_csv

SHARED = Path(os.environ.get("CHM_SHARED", Path(__file__).resolve().parents[3] / "shared"))
SCHEMAS = SHARED / "data/conformance/dcat-us-1.1"
CATALOGUE = "https://project-open-data.cio.gov/v1.1/schema/"


@pytest.fixture(scope="module")
def read_side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadSide]:
    made = make_read_side(f"sqlite:///{tmp_path_factory.mktemp('tables')}/site.db")
    file = {"url": "https://x.example/a.csv", "rel": "data", "mediaType": "text/csv"}
    made.site.publish(
        [
            sample_record("a", type="dataset", title={"en": "=HYPERLINK(1)"}, links=(file,)),
            sample_record("b", type="dataset", government="UG", summary={}),
            sample_record("c", type="news"),
            sample_record("gone", type="dataset"),
        ]
    )
    made.site.withdraw("gone")
    yield made
    made.site.engine.dispose()


def test_a_search_as_csv_is_what_an_import_takes(read_side: ReadSide) -> None:
    answer = read_side.get("/api/v1/search.csv?type=dataset")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "records.csv" in answer.headers["content-disposition"]
    rows = list(parse_csv(answer.content, RowDefaults("ke")))
    assert {row.parsed.record.id for row in rows if row.parsed.record} == {"urn:chm:ke:a", "urn:chm:ke:b"}
    assert b"'=HYPERLINK(1)" in answer.content
    again = read_side.get("/api/v1/search.csv?type=dataset", **{"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    other = read_side.get("/api/v1/search.csv?type=news", **{"if-none-match": answer.headers["etag"]})
    assert other.status_code == 200


def test_a_search_as_xlsx_holds_text_only(read_side: ReadSide) -> None:
    answer = read_side.get("/api/v1/search.xlsx?q=hyperlink")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    header, row = (list(cells) for cells in sheet.iter_rows())
    title = row[[cell.value for cell in header].index("title[en]")]
    assert (title.value, title.data_type) == ("=HYPERLINK(1)", "s")


def test_the_search_page_leads_to_its_tables(read_side: ReadSide) -> None:
    page = read_side.client.get("/records?type=dataset", headers=BROWSER)
    assert "/api/v1/search.csv?type=dataset" in page.text and "/api/v1/search.xlsx?type=dataset" in page.text
    assert 'rel="alternate"; type="text/csv"' in page.headers["link"]


def entries(read_side: ReadSide) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_side.get("/data.json").json()["dataset"]
    return found


def test_data_json_lists_every_dataset_and_nothing_else(read_side: ReadSide) -> None:
    found = {entry["identifier"]: entry for entry in entries(read_side)}
    assert set(found) == {"urn:chm:ke:a", "urn:chm:ke:b"}
    first = found["urn:chm:ke:a"]
    assert first["distribution"][0]["downloadURL"] == "https://x.example/a.csv"
    assert first["contactPoint"]["hasEmail"] == "mailto:chm@example.org" and first["spatial"] == "Kenya"
    assert first["landingPage"] == "http://chm.example.org/records/a" and first["modified"] == "2024-06-01"
    etag = read_side.get("/data.json").headers["etag"]
    assert read_side.get("/data.json", **{"if-none-match": etag}).status_code == 304


@pytest.mark.shared
@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the schemas of DCAT-US 1.1 are not beside the checkout")
def test_data_json_is_valid(read_side: ReadSide) -> None:
    from jsonschema import Draft4Validator
    from referencing import Registry, Resource

    registry: Registry[Any] = Registry()
    for path in SCHEMAS.glob("*.json"):
        document = orjson.loads(path.read_bytes())
        registry = registry.with_resource(CATALOGUE + path.name, Resource.from_contents(document))
    validator = Draft4Validator({"$ref": f"{CATALOGUE}catalog.json"}, registry=registry)
    document = read_side.get("/data.json").json()
    validator.validate(document)
    del document["dataset"][0]["title"]
    assert list(validator.iter_errors(document)), "the schema must miss a title"
