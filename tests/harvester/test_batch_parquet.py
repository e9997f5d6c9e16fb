"""What is written as Parquet reads back as it was; without the package it is said how to get it."""

from __future__ import annotations

import csv
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from fake_node import a_record, new_federation
from pyarrow import parquet

from harvester.index import open_catalogue
from harvester.operating_errors import ExtraMissing
from harvester.resolution.batch.members import Row
from harvester.resolution.batch.parquet import export_forms, write_table
from harvester.resolution.forms.form import parse_form
from harvester.resolution.forms.reading import facts_of, to_form
from harvester.resolution.matching.blocking import hashes_of
from harvester.runs import run_source
from harvester.telling.exports import write_csv, write_parquet
from tests.bench.corpus import make_corpus
from tests.bench.generated import iter_records


def test_forms_keys_and_members_read_back_as_they_were(tmp_path: Path) -> None:
    corpus = make_corpus(60)
    portions = corpus.portions(tmp_path / "portions", 1)
    export_forms(portions, enumerate(corpus.members), tmp_path / "out", told=str)
    forms = [to_form(facts_of(record)) for _, record in iter_records(60)]
    rows = parquet.read_table(tmp_path / "out" / "forms").to_pylist()
    assert [parse_form(row["payload"]) for row in rows] == forms
    assert [(row["source_id"], row["identifier"]) for row in rows] == [row.place for row in corpus.members]
    keys = parquet.read_table(tmp_path / "out" / "keys").to_pylist()
    borne = {(row["key"], row["number"]) for row in keys}
    assert borne == {(key, number) for number, form in enumerate(forms) for key in hashes_of(form)}
    members = parquet.read_table(tmp_path / "out" / "members").to_pylist()
    assert [Row(**{name: row[name] for name in Row._fields} | {"keys": tuple(row["keys"])}) for row in members] == (
        corpus.members
    )


def test_the_index_as_parquet_holds_the_columns_and_cells_of_its_csv(tmp_path: Path) -> None:
    federation = next(new_federation(f"sqlite:///{tmp_path / 'centre.db'}", tmp_path))
    node = federation.add("one")
    for number in range(3):
        node.put(a_record("one", str(number), f"Guide, part {number}\nof three"))
    assert run_source(federation.centre, "one").state == "done"
    catalogue = open_catalogue(federation.centre.engine, federation.centre.site)
    table, text = BytesIO(), BytesIO()
    assert write_parquet(catalogue, table) == write_csv(catalogue, text) == 3
    read = parquet.read_table(BytesIO(table.getvalue()))
    head, *rows = csv.reader(StringIO(text.getvalue().decode("utf-8-sig"), newline=""))
    assert read.column_names == head
    assert [list(row.values()) for row in read.to_pylist()] == rows


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExtraMissing) as caught:
        write_table({"id": "string"}, [("a",)], BytesIO())
    assert "pip install 'chm-federation[parquet]'" in caught.value.remedy
