"""What the command dupes evaluate says of sets that are faulty: where the fault is, what would do, what it left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., tuple[int, str]]
ONE, TWO = "Restoring seagrass meadows along the coast", "Register of protected forests in the highlands"
RECORDS = f"id,title\n1,{ONE}\n2,{ONE}\n3,{TWO}\n"
LINES = [json.dumps({"id": str(at), "title": f"{ONE} {at}", "cluster_id": at // 2}) for at in range(300)]
JUDGED = [
    {"a_source": "ke", "a_identifier": f"r{at}", "b_source": "tz", "b_identifier": f"s{at}", "verdict": "same"}
    for at in range(85)
]

FAULTY: Mapping[str, tuple[Mapping[str, str], list[str]]] = {
    "a word that is no label": (
        {"records.csv": RECORDS, "pairs.csv": "a,b,label\n1,2,perhaps\n1,3,perhaps\n"},
        ["pairs.csv says “perhaps” in label of 2 of its 2 pairs", "Write same or different"],
    ),
    "every thing is single": (
        {"set.csv": f"id,title,cluster_id\n1,{ONE},a\n2,{TWO},b\n"},
        ["a column cluster_id in which no value stands twice"],
    ),
    "a quote that is never closed": (
        {"set.csv": f'id,title,cluster_id\n1,{ONE},a\n2,"{ONE},a\n3,{TWO},b\n4,{TWO},b\n'},
        ["a quotation mark in the row that begins on line 3 is never closed"],
    ),
    "true things without titles": (
        {"set.csv": "id,cluster_id\n1,a\n2,a\n"},
        ["no table with a column of titles", "set.csv has id, cluster_id"],
    ),
    "a broken line": (
        {"set.jsonl": "\n".join([*LINES[:200], "{broken", *LINES[200:]])},
        ["set.jsonl, line 201 is no JSON"],
    ),
    "nobody known in any pair": (
        {"records.csv": RECORDS, "pairs.csv": "a,b\n1,77\n78,3\n"},
        ["pairs.csv names 2 records that no table holds: 77, 78", "2 of its 2 pairs are left out"],
    ),
}


@pytest.mark.parametrize("case", FAULTY)
@pytest.mark.parametrize("single", [False, True])
def test_a_set_that_cannot_be_measured_by_says_where_the_fault_is(
    home: Path, command: Command, tmp_path: Path, case: str, single: bool
) -> None:
    files, says = FAULTY[case]
    folder = tmp_path / "set"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    path = folder / name if single and len(files) == 1 else folder
    code, out = command("dupes", "evaluate", str(path), "--json")
    assert code == 2
    for each in says:
        assert each in json.loads(out)["error"]["message"]


def evaluated(command: Command, folder: Path, files: Mapping[str, str]) -> Any:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    code, out = command("dupes", "evaluate", str(folder), "--json")
    assert code == 0, out
    found = json.loads(out)
    _, text = command("dupes", "evaluate", str(folder))
    assert all(each in text for each in found["remarks"])
    return found


def test_what_is_left_out_of_a_set_is_named_and_the_rest_measured(home: Path, command: Command, tmp_path: Path) -> None:
    pairs = "a,b,label\n1,2,1\n1,99,1\n2,3,0\n1,3,perhaps\n"
    found = evaluated(command, tmp_path / "pairs", {"records.csv": RECORDS, "pairs.csv": pairs})
    strangers, unread = found["remarks"]
    assert "names 1 records that no table holds: 99. 1 of its 4 pairs" in strangers
    assert "“perhaps” in label of 1 of its 4 pairs" in unread
    assert (found["pairs"]["right"], found["pairs"]["wrong"]) == (1, 0)
    things = {"records.csv": RECORDS, "truth.csv": "id,cluster_id\n1,a\n2,a\n3,\n9,b\n"}
    strangers, unnamed = evaluated(command, tmp_path / "things", things)["remarks"]
    assert "no table holds: 9. 1 of its 4 rows" in strangers
    assert "1 of 3 records without cluster_id: each counts as a thing of its own" in unnamed
    column = {"set.csv": f"id,title,cluster_id\n1,{ONE},a\n2,{ONE},a\n3,{TWO},\n"}
    [unnamed] = evaluated(command, tmp_path / "column", column)["remarks"]
    assert "1 of 3 records without cluster_id" in unnamed
    whole = {"set.csv": f"id,title,cluster_id\n1,{ONE},a\n2,{ONE},a\n"}
    assert evaluated(command, tmp_path / "whole", whole)["remarks"] == []


def test_no_precision_is_told_where_nothing_was_joined(home: Path, command: Command, tmp_path: Path) -> None:
    found = evaluated(command, tmp_path / "set", {"set.csv": f"id,title,cluster_id\n1,{ONE},a\n2,{TWO},a\n"})
    assert (found["pairs"]["precision"], found["pairs"]["recall"]) == (None, 0)
    assert "precision –" in command("dupes", "evaluate", str(tmp_path / "set"))[1]


def test_a_list_of_judgements_in_json_is_read_an_object_a_row(home: Path, command: Command, tmp_path: Path) -> None:
    command("init", "--defaults", "--id", "hub")
    path = tmp_path / "judged.json"
    path.write_text(json.dumps(JUDGED, indent=2))
    code, out = command("dupes", "evaluate", str(path), "--json")
    assert (code, json.loads(out)["gone"]) == (0, 85)
    path.write_text(json.dumps([each | {"verdict": "alike"} for each in JUDGED], indent=2))
    assert "(85 rows in all)" in command("dupes", "evaluate", str(path), "--json")[1]
    code, out = command("dupes", "import", str(path), "--json")
    assert (code, len(json.loads(out)["refused"])) == (3, 85)
