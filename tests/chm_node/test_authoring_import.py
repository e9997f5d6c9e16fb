"""Files of records: good rows are kept, bad ones told of by row and column, and nothing is half-written."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from openpyxl import Workbook, load_workbook

from chm_node import tables
from chm_node.authoring.approval import Approval
from chm_node.authoring.drafts import list_copies
from chm_node.authoring.importing import CHUNK, ImportSummary, import_entries, row_defaults
from chm_node.authoring.reports import save_report
from chm_node.authoring.sheets import Entry, load_entries
from chm_node.database import Node, open_node
from chm_node.errors import FileUnreadable
from chm_node.exporting import export
from chm_node.initialisation import initialise
from chm_node.publishing.catalogue import SqlCatalogue
from chm_node.publishing.sql import read
from vocabularies.problems import Problem, problem

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANSWERS = {"country": "KE", "name": "Kenya CHM", "email": "chm@example.org"}


@pytest.fixture
def node(database_url: str, tmp_path: Path) -> Iterator[Node]:
    opened = open_node(initialise(tmp_path / "home", {**ANSWERS, "database_url": database_url}))
    yield opened
    opened.engine.dispose()


def bring_in(node: Node, path: Path, **options: bool) -> tuple[ImportSummary, list[Problem]]:
    problems: list[Problem] = []
    entries = load_entries(path, row_defaults(node.settings))
    by = Approval("tester", NOW, node.site)
    summary = import_entries(
        node, entries, approval=by, on_chunk=lambda _rows, found: problems.extend(found), **options
    )
    return summary, problems


def titles(node: Node) -> dict[str, str]:
    with read(node.engine) as connection:
        return {copy.local_id: copy.record.title["en"] for copy in list_copies(connection)}


def lines(path: Path, *records: dict[str, Any] | str) -> Path:
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in records), "utf-8")
    return path


def test_good_rows_are_kept_and_bad_ones_named_by_row_field_and_value(node: Node, tmp_path: Path) -> None:
    file = lines(
        tmp_path / "in.jsonl",
        {"id": "a", "type": "news", "title": {"en": "A"}, "summary": {"en": "S"}},
        {"id": "b", "type": "news", "title": {"en": "B"}, "dates": {"issued": "31/12/2024"}},
        '{"type": ',
        {"id": "a", "type": "news", "title": {"en": "A again"}},
        {"id": "c", "type": "news", "title": {"en": "C"}, "summary": {"en": "S"}},
    )
    summary, problems = bring_in(node, file, publish=True)
    assert titles(node) == {"a": "A", "c": "C"}
    assert (summary.state, summary.read, summary.published) == ("done-with-errors", 5, 2)
    assert summary.as_dict()["refused"] == 3
    errors = [(each.row, each.code, each.path, each.value) for each in problems if each.severity == "error"]
    assert (2, "DATE_IMPOSSIBLE", "/dates/issued", "31/12/2024") in errors
    assert (4, "ID_DUPLICATE", "/id", "urn:chm:ke:a") in errors
    assert {row for row, code, _, _ in errors if code == "JSON_SYNTAX"} == {3}


def test_a_file_of_bad_rows_only_is_never_called_done(node: Node, tmp_path: Path) -> None:
    summary, _ = bring_in(node, lines(tmp_path / "in.jsonl", "{", "["), publish=True)
    assert (summary.state, titles(node)) == ("failed", {})


def test_the_same_file_again_updates_by_id_and_adds_nothing(node: Node, tmp_path: Path) -> None:
    first = lines(tmp_path / "1.jsonl", *({"id": each, "type": "news", "title": {"en": each}} for each in "ab"))
    second = lines(tmp_path / "2.jsonl", *({"id": each, "type": "news", "title": {"en": "a"}} for each in "ab"))
    bring_in(node, first, publish=True)
    summary, _ = bring_in(node, second, publish=True)
    assert (summary.outcomes["unchanged"], summary.outcomes["updated"], summary.published) == (1, 1, 1)
    assert titles(node) == {"a": "a", "b": "a"}


def test_a_dry_run_reports_what_the_real_run_does_and_keeps_nothing(node: Node, tmp_path: Path) -> None:
    count = CHUNK + 3
    file = lines(
        tmp_path / "in.jsonl", *({"id": f"r{n}", "type": "news", "title": {"en": str(n)}} for n in range(count)), "{"
    )
    tried, _ = bring_in(node, file, publish=True, dry_run=True)
    assert titles(node) == {}
    real, _ = bring_in(node, file, publish=True)
    assert real.outcomes == {"created": count, "refused": 1}
    assert {**tried.as_dict(), "dry_run": False} == real.as_dict()
    assert SqlCatalogue(node.engine, tables.publication, node.site).count() == count


def test_a_table_gives_the_same_records_as_csv_and_as_a_spreadsheet(node: Node, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["id", "type", "title", "title[fr]", "dates.issued", "gbfTargets", "colour"],
        ["a", "news", "Wetlands", "Zones humides", "2024-05-01", "GBF-TARGET-03; GBF-TARGET-04", "blue"],
        ["b", "news", "Forests", "", "2024-13-01", "", ""],
        ["c", "news", "Rivers", "", "", "NOPE", ""],
    ]
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    book = Workbook()
    sheet = book.active
    rows[1][4] = date(2024, 5, 1)
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "in.xlsx")
    for name in ("in.csv", "in.xlsx"):
        summary, problems = bring_in(node, tmp_path / name, dry_run=True)
        assert summary.outcomes == {"created": 1, "refused": 2}, name
        found = {(each.row, each.code, each.value, each.params.get("column")) for each in problems}
        assert (3, "DATE_IMPOSSIBLE", "2024-13-01", "dates.issued") in found, name
        assert (4, "TERM_UNKNOWN", "NOPE", "gbfTargets") in found, name
        assert (1, "COLUMN_UNKNOWN", "colour", "colour") in found, name
    bring_in(node, tmp_path / "in.xlsx")
    with read(node.engine) as connection:
        (copy,) = list_copies(connection)
    assert copy.record.title == {"en": "Wetlands", "fr": "Zones humides"}
    assert copy.record.gbf_targets == ("GBF-TARGET-03", "GBF-TARGET-04")
    assert copy.record.dates.issued == "2024-05-01"


OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"
MANIFEST = f"""<m:manifest xmlns:m="{OPEN_DOCUMENT}:manifest:1.0">
<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>"""
CONTENT = f"""<office:document-content office:version="1.3" xmlns:office="{OPEN_DOCUMENT}:office:1.0"
 xmlns:table="{OPEN_DOCUMENT}:table:1.0" xmlns:text="{OPEN_DOCUMENT}:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Records">{{rows}}</table:table><table:table table:name="Notes"/>
</office:spreadsheet></office:body></office:document-content>"""


def save_ods(path: Path, rows: list[list[str]]) -> None:
    """Write the least an OpenDocument spreadsheet can be; a cell that begins with ``date:`` is a date."""

    def cell(text: str) -> str:
        kind, _, day = text.partition(":")
        typed = f'"date" office:date-value="{day}"' if kind == "date" else '"string"'
        return f"<table:table-cell office:value-type={typed}><text:p>{escape(day or text)}</text:p></table:table-cell>"

    lines = (f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", CONTENT.format(rows="".join(lines)))


def test_an_open_document_sheet_is_taken_in_row_by_row(node: Node, tmp_path: Path) -> None:
    rows = [
        ["id", "type", "title[en]", "title[ar]", "dates.issued"],
        ["o1", "news", "Rain & sun", "يوم الأراضي الرطبة", "date:2024-02-02"],
        ["o2", "banana", "No such type", "", ""],
        ["o3", "news", "Third", "", "2024"],
    ]
    save_ods(tmp_path / "in.ods", rows)
    summary, problems = bring_in(node, tmp_path / "in.ods")
    assert dict(summary.outcomes) == {"created": 2, "refused": 1}
    assert [(each.row, each.code, each.value) for each in problems if each.severity == "error"] == [
        (3, "TYPE_UNKNOWN", "banana")
    ]
    with read(node.engine) as connection:
        first, third = list_copies(connection)
    assert first.record.title["en"] == "Rain & sun"
    assert (first.record.title["ar"], first.record.dates.issued) == ("يوم الأراضي الرطبة", "2024-02-02")
    assert (third.record.title["en"], third.record.dates.issued) == ("Third", "2024")


def test_a_cell_of_ten_megabytes_is_told_of_and_the_other_rows_are_kept(node: Node, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f"id,type,title\na,news,A\nb,news,{'x' * 10_000_000}\nc,news,C\n")
    _, problems = bring_in(node, tmp_path / "in.csv")
    errors = [each for each in problems if each.severity == "error"]
    assert [each.row for each in errors] == [3]
    assert errors[0].code in ("RECORD_TOO_LARGE", "TEXT_TOO_LONG")
    assert {"a", "c"} <= set(titles(node)) and "b" not in titles(node)


def test_a_number_json_does_not_have_spoils_its_own_record_only(node: Node, tmp_path: Path) -> None:
    digits = "9" * 40
    (tmp_path / "in.json").write_text(
        '[{"id": "a", "type": "news", "title": {"en": "A"}, "extra": {"n": NaN}},'
        f'{{"id": "b", "type": "news", "title": {{"en": "B"}}, "extra": {{"n": {digits}}}}}]'
    )
    summary, problems = bring_in(node, tmp_path / "in.json")
    assert dict(summary.outcomes) == {"refused": 1, "created": 1}
    assert [(each.row, each.code) for each in problems if each.severity == "error"] == [(1, "JSON_SYNTAX")]
    with read(node.engine) as connection:
        (kept,) = list_copies(connection)
    assert kept.record.extra["n"] == int(digits)


@pytest.mark.parametrize("name", ["missing.csv", "picture.png", "broken.xlsx", "folder.csv"])
def test_a_file_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path, name: str, sqlite_url: str) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (tmp_path / "folder.csv").mkdir()
    settings = initialise(tmp_path / "home", {**ANSWERS, "database_url": sqlite_url})
    with pytest.raises(FileUnreadable, match=name):
        load_entries(tmp_path / name, row_defaults(settings))


def test_json_may_be_a_list_a_wrapped_list_or_one_record(tmp_path: Path, sqlite_url: str) -> None:
    settings = initialise(tmp_path / "home", {**ANSWERS, "database_url": sqlite_url})
    for text, expected in (
        ('[{"a": 1}, 2]', [Entry(1, b'{"a":1}'), Entry(2, b"2")]),
        ('{"results": [{"a": 1}]}', [Entry(1, b'{"a":1}')]),
        ('{"type": "news"}', [Entry(1, b'{"type":"news"}')]),
        ("nonsense", [Entry(1, b"nonsense")]),
    ):
        (tmp_path / "in.json").write_text(text)
        assert load_entries(tmp_path / "in.json", row_defaults(settings)) == expected


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".json"])
def test_a_report_names_each_problem_and_holds_no_formula(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"report{suffix}"
    save_report(path, [problem("TYPE_UNKNOWN", "/type", "=HYPERLINK(1)")])
    if suffix == ".json":
        (row,) = json.loads(path.read_text())
        assert (row["code"], row["field"], row["value"]) == ("TYPE_UNKNOWN", "type", "=HYPERLINK(1)")
        return
    if suffix == ".csv":
        with path.open(newline="") as file:
            header, cells = csv.reader(file)
    else:
        sheet = load_workbook(path).active
        header, cells = ([cell.value for cell in row] for row in sheet.iter_rows())
    row = dict(zip(header, cells, strict=True))
    assert (row["code"], row["field"], row["value"]) == ("TYPE_UNKNOWN", "type", "'=HYPERLINK(1)")
    assert "16 record types" in row["fix"]


@pytest.mark.parametrize(
    ("format_name", "name", "mark"),
    [
        ("native", "o.jsonl", b'"urn:chm:ke:a"'),
        ("csv", "o.csv", b"urn:chm:ke:a"),
        ("oai_dc", "o.xml", b"<dc:title"),
        ("dcat", "o.ttl", b"dcat:Catalog"),
        ("dcat", "o.jsonld", b'"dcat:Catalog"'),
        ("atom", "o.atom", b"</feed>"),
    ],
)
def test_an_export_holds_what_is_published_and_nothing_else(
    node: Node, tmp_path: Path, format_name: str, name: str, mark: bytes
) -> None:
    bring_in(node, lines(tmp_path / "a.jsonl", {"id": "a", "type": "news", "title": {"en": "Open"}}), publish=True)
    bring_in(node, lines(tmp_path / "b.jsonl", {"id": "b", "type": "news", "title": {"en": "Hidden"}}))
    with (tmp_path / name).open("wb") as file:
        written = export(SqlCatalogue(node.engine, tables.publication, node.site), format_name, file, Path(name))
    content = (tmp_path / name).read_bytes()
    assert written == 1
    assert mark in content and b"Open" in content and b"Hidden" not in content


def test_an_exported_table_comes_back_as_the_same_records(node: Node, tmp_path: Path) -> None:
    given = {"id": "a", "type": "news", "title": {"en": "=1+1", "ar": "يوم"}, "gbfTargets": ["GBF-TARGET-03"]}
    bring_in(node, lines(tmp_path / "a.jsonl", given), publish=True)
    for format_name in ("csv", "xlsx"):
        path = tmp_path / f"out.{format_name}"
        with path.open("wb") as file:
            export(SqlCatalogue(node.engine, tables.publication, node.site), format_name, file, path)
        summary, problems = bring_in(node, path, dry_run=True)
        assert summary.outcomes["unchanged"] == 1, [each for each in problems if each.severity == "error"]
