"""Labelled sets are read in the shapes they are published in, and what cannot be read says what would do."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest

from harvester.operating_errors import BadRequest
from harvester.resolution.labelled.columns import split_people, to_facts
from harvester.resolution.labelled.datasets import DataSet, holds_records, load_dataset
from harvester.resolution.labelled.evaluating import evaluate
from harvester.resolution.matching.scoring import load_model

ABOUT = "Restoring seagrass meadows along the coast", "Register of protected forests in the highlands"


def load(folder: Path, files: Mapping[str, str | bytes]) -> DataSet:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_dataset(folder)


def named(dataset: DataSet) -> dict[str, tuple[str, list[str]]]:
    return {each.name: (each.source, list(each.facts.titles.values())) for each in dataset.records}


def test_records_and_pairs_in_any_kind_of_table(tmp_path: Path) -> None:
    rows = [{"id": str(at), "title": ABOUT[at // 2], "authors": ["Njoroge, W.", "Lee, A."]} for at in range(3)]
    pairs = [{"a": "0", "b": "1", "verdict": "same"}, {"a": "0", "b": "2", "verdict": "different"}]
    as_csv = "id;title;authors\r\n" + "".join(f'{r["id"]};{r["title"]};"Njoroge, W.; Lee, A."\r\n' for r in rows)
    as_tsv = "a\tb\tverdict\n0\t1\tsame\n0\t2\tdifferent\n"
    found = [
        load(tmp_path / "1", {"records.csv": as_csv, "pairs.tsv": as_tsv}),
        load(tmp_path / "2", {"records.json": orjson.dumps(rows), "gold_pairs.json": orjson.dumps({"pairs": pairs})}),
        load(
            tmp_path / "3", {"bib.jsonl": b"\n".join(map(orjson.dumps, rows)), "pairs.csv": as_tsv.replace("\t", "|")}
        ),
    ]
    for each in found:
        assert [record.facts.people for record in each.records] == [["Njoroge, W.", "Lee, A."]] * 3
        assert (set(each.same), set(each.different), each.exhaustive) == ({("0", "1")}, {("0", "2")}, False)


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is an extra")
def test_a_parquet_table_is_read(tmp_path: Path) -> None:
    from harvester.resolution.batch.parquet import write_table

    with (tmp_path / "records.parquet").open("wb") as file:
        write_table({"id": "string", "title": "string", "cluster_id": "int64"}, [("x", "A", 1), ("y", "B", 1)], file)
    assert load_dataset(tmp_path).same == {("x", "y")}


def test_two_tables_of_one_numbering_and_labelled_pairs_of_them(tmp_path: Path) -> None:
    table = f"id,title,authors,venue,year\n0,{ABOUT[0]},A Lee,VLDB,1999\n1,{ABOUT[1]},B Ito,VLDB,2001\n"
    dataset = load(
        tmp_path / "magellan",
        {
            "tableA.csv": table,
            "tableB.csv": table,
            "train.csv": "ltable_id,rtable_id,label\n0,0,1\n0,1,0\n",
            "valid.csv": "ltable_id,rtable_id,label\n1,1,1\n",
            "test.csv": "ltable_id,rtable_id,label\n1,0,0\n",
            "SOURCES.md": "# where it came from",
        },
    )
    assert named(dataset)["tableA:0"] == ("tableA", [ABOUT[0]])
    assert dataset.same == {("tableA:0", "tableB:0"), ("tableA:1", "tableB:1")}
    assert dataset.different == {("tableA:0", "tableB:1"), ("tableA:1", "tableB:0")}
    found = evaluate(dataset, load_model())
    assert (found.pairs.right, found.pairs.wrong) == (2, 0)


def test_two_tables_and_a_perfect_mapping_in_the_code_page_of_windows(tmp_path: Path) -> None:
    dataset = load(
        tmp_path / "leipzig",
        {
            "DBLP2.csv": '"id","title","authors","venue","year"\n"j/x","Müller’s é","K. Bö","VLDB","2001"\n'.encode(
                "cp1252"
            ),
            "ACM.csv": '"id","title","authors","venue","year"\n375678,"Mueller","K. Boe","VLDB",2001\n',
            "DBLP-ACM_perfectMapping.csv": '"idDBLP","idACM"\n"j/x","375678"\n',
        },
    )
    assert named(dataset)["j/x"] == ("DBLP2", ["Müller’s é"])
    assert (set(dataset.same), dataset.exhaustive) == ({("375678", "j/x")}, True)


@pytest.mark.parametrize("column", ["cluster_id", "entity_id", "truth", "Cluster ID"])
def test_one_table_with_the_true_thing_in_a_column(tmp_path: Path, column: str) -> None:
    path = tmp_path / "set.csv"
    path.write_text(f"unique_id,name,{column}\n1,{ABOUT[0]},e1\n2,{ABOUT[0]},e1\n3,{ABOUT[1]},\n4,{ABOUT[1]},\n")
    assert load_dataset(path).same == {("1", "2")}


def test_true_things_in_a_file_of_their_own(tmp_path: Path) -> None:
    records = f"id,title\nx,{ABOUT[0]}\ny,{ABOUT[0]}\nz,{ABOUT[1]}\n"
    dataset = load(tmp_path / "clusters", {"a.csv": records, "truth.csv": "id,cluster\nx,1\ny,1\nz,2\n"})
    assert dataset.same == {("x", "y")}


def test_pairs_without_a_head(tmp_path: Path) -> None:
    records = f"id,title\nX1,{ABOUT[0]}\nY1,{ABOUT[0]}\nz,{ABOUT[1]}\n"
    dataset = load(tmp_path / "bare", {"records.csv": records, "gold_pairs.csv": "X1,Y1\nY1,z\n"})
    assert dataset.same == {("X1", "Y1"), ("Y1", "z")}


def test_rows_that_hold_both_records(tmp_path: Path) -> None:
    rows = f"id,label,left_title,left_year,right_title,right_year\n0,1,{ABOUT[0]},1999,{ABOUT[0]}!,1999\n"
    rows += f"1,0,{ABOUT[0]},1999,{ABOUT[1]},2001\n"
    dataset = load(tmp_path / "joined", {"train.csv": rows})
    assert sorted(source for source, _ in named(dataset).values()) == ["left", "right", "right"]
    assert (len(dataset.same), len(dataset.different), dataset.exhaustive) == (1, 1, False)


def test_the_list_of_pairs_that_wait_is_a_set_once_it_is_judged(tmp_path: Path) -> None:
    rows = "a,b,verdict,title_a,title_b\nke/1,tz/1,same,Seagrass,Seagrass\nke/1,tz/2,unsure,Seagrass,Forests\n"
    dataset = load(tmp_path / "judged", {"pairs.csv": rows})
    assert named(dataset)["tz/2"] == ("right", ["Forests"])
    assert (set(dataset.same), set(dataset.different)) == ({("ke/1", "tz/1")}, set())


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("f korn, n faloutsos, z", ["f korn", "n faloutsos", "z"]),
        ("jcg ramirez, la smith", ["jcg ramirez", "la smith"]),
        ("Smith, J. A., Jones, B.", ["Smith, J. A.", "Jones, B."]),
        ("Le Quintrec, M., Zuber, J.", ["Le Quintrec, M.", "Zuber, J."]),
        ("li, q, wang, j", ["li, q", "wang, j"]),
    ],
)
def test_a_list_of_people_is_parted_by_how_its_names_stand_and_may_be_cut_off(told: str, names: list[str]) -> None:
    assert split_people(told) == names


def test_columns_are_told_by_their_usual_names() -> None:
    facts = to_facts(
        {
            "titre": "Rapport",
            "title_en": "Report",
            "auteurs": "x",
            "author": "Lee, A.",
            "publication_year": 2001.0,
            "country": "South Africa; KE",
            "doi": "https://doi.org/10.1000/ABC",
            "first_page": "3",
            "last_page": "9",
            "url": ["https://a.example/1", "https://b.example/2"],
            "cluster_id": "secret",
        }
    )
    assert (facts.titles, facts.date, facts.pages) == ({"en": "Report", "und": "Rapport"}, "2001", "3-9")
    assert (facts.people, facts.countries, facts.ids) == (["Lee, A."], ["SOUTH AFRICA", "KE"], ["doi:10.1000/abc"])
    assert facts.addresses == ["https://a.example/1", "https://b.example/2"]
    assert "secret" not in repr(facts)


def test_a_file_that_only_names_records_kept_elsewhere_is_no_set(tmp_path: Path) -> None:
    judged, table = tmp_path / "judged.csv", tmp_path / "set.csv"
    judged.write_text("a_source,a_identifier,b_source,b_identifier,verdict,title_a,title_b\nke,1,tz,1,same,A,A\n")
    table.write_text("id,title,cluster_id\n1,A,x\n")
    assert (holds_records(judged), holds_records(table), holds_records(tmp_path)) == (False, True, True)


REFUSED = {
    "nothing there": ({}, "no folder of such"),
    "no titles": ({"records.csv": "id,colour\n1,red\n", "pairs.csv": "a,b\n1,1\n"}, "records.csv has id, colour"),
    "no truth": ({"records.csv": f"id,title\n1,{ABOUT[0]}\n"}, "does not say which records are one thing"),
    "strangers": (
        {"records.csv": "id,title\n1,A\n", "pairs.csv": "a,b\n1,7\n"},
        "names 1 records that no table holds: 7",
    ),
    "twice": ({"records.csv": "id,title\n1,A\n1,B\n", "pairs.csv": "a,b\n1,1\n"}, "two records named 1"),
    "broken": ({"records.json": "[{", "pairs.csv": "a,b\n1,1\n"}, "cannot be read as a table"),
    "no objects": ({"records.json": "[1]", "pairs.csv": "a,b\n1,1\n"}, "should hold objects"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_says_what_would_do(tmp_path: Path, case: str) -> None:
    files, says = REFUSED[case]
    with pytest.raises(BadRequest, match=says):
        load(tmp_path / "set", files)
