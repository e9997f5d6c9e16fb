"""Decisions carried from one centre to another: the same graph and history there, and no row without a word."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_node import Federation, a_record, new_federation

from harvester.matching_queue import follow
from harvester.runs import run_source

Command = Callable[..., tuple[int, str]]
TITLES = {"a": "Restoring seagrass meadows along the coast of Zanzibar", "b": "Birds of the lakes of the Rift Valley"}
HEAD = "a_source,a_identifier,b_source,b_identifier,verdict,by\n"
PAIRS = (("urn:chm:ke:a", "urn:chm:tz:a"), ("urn:chm:ke:b", "urn:chm:tz:b"))


@pytest.fixture
def federation(home: Path, command: Command) -> Iterator[Federation]:
    """A centre made by the command; two sources tell of two projects each, in like words."""
    command("init", "--defaults", "--id", "hub")
    for made in new_federation(f"sqlite:///{home / 'harvester.sqlite'}", home):
        for name, more in (("ke", ""), ("tz", ", Tanzania")):
            node = made.add(name)
            for local, title in TITLES.items():
                node.put(a_record(name, local, title + more))
            run_source(made.centre, name)
        follow(made.centre)
        yield made


def ask(command: Command, *arguments: str, code: int = 0) -> Any:
    got, out = command("dupes", *arguments, "--json")
    assert got == code, out
    return json.loads(out)


def decided(command: Command) -> None:
    """One pair is decided, decided otherwise and back; the other is decided and that taken back."""
    for verdict, by in (("same", "Ann"), ("different", "Bob"), ("same", "Cho")):
        ask(command, "decide", *PAIRS[0], verdict, "--by", by)
    [number] = ask(command, "decide", *PAIRS[1], "same", "--by", "Ann")["judgements"]
    ask(command, "undo", str(number), "--by", "Dee", "--why", "another phase")


def said(file: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    return [row for row in rows if row["by_kind"] == "person"]


def emptied(federation: Federation) -> None:
    from chm_node.publishing import sql
    from harvester.tables import judgement

    with sql.write(federation.centre.engine) as connection:
        connection.execute(judgement.delete())


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_with_its_history_replayed_elsewhere_gives_the_same_history_and_tells_of_every_row(
    federation: Federation, command: Command, tmp_path: Path, form: str
) -> None:
    decided(command)
    before, file = tmp_path / "before.jsonl", tmp_path / f"all.{form}"
    ask(command, "export", "--format", "jsonl", "--all", "--ended", "-o", str(before))
    rows = ask(command, "export", "--format", form, "--all", "--ended", "-o", str(file))["judgements"]
    things = set(federation.published())
    emptied(federation)
    found = ask(command, "import", str(file), "--by", "Eve")
    assert (found["taken"], found["history"], found["refused"], found["remarks"]) == (1, 3, [], [])
    [over] = found["passed_over"]
    assert "rules or the model" in over["reason"] and over["rows"] == rows - 4
    after = tmp_path / "after.jsonl"
    ask(command, "export", "--format", "jsonl", "--ended", "-o", str(after))
    assert sorted(said(after), key=str) == sorted(said(before), key=str)
    assert set(federation.published()) == things
    again = ask(command, "import", str(file))
    assert (again["taken"], again["history"], sum(each["rows"] for each in again["passed_over"])) == (0, 0, rows)
    assert f"Passed over: {rows - 4} rows that were said by rules" in command("dupes", "import", str(file))[1]


def test_what_was_taken_back_elsewhere_ends_here_too(federation: Federation, command: Command, tmp_path: Path) -> None:
    [number] = ask(command, "decide", *PAIRS[0], "same", "--by", "Ann")["judgements"]
    live, file = tmp_path / "live.jsonl", tmp_path / "ended.jsonl"
    ask(command, "export", "--format", "jsonl", "-o", str(live))
    ask(command, "undo", str(number), "--by", "Dee", "--why", "another phase")
    ask(command, "export", "--format", "jsonl", "--ended", "-o", str(file))
    emptied(federation)
    assert ask(command, "import", str(live))["taken"] == 1
    assert len(federation.published()) == 3
    assert ask(command, "import", str(file))["history"] == 1
    assert len(federation.published()) == 4


def test_two_people_who_contradict_one_another_in_a_file_are_named(
    federation: Federation, command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "said.csv"
    rows = [f"ke,{PAIRS[0][0]},tz,{PAIRS[0][1]},{said},{by}\n" for said, by in (("same", "Ann"), ("different", "Bob"))]
    file.write_text(HEAD + "".join(rows))
    found = ask(command, "import", str(file))
    [remark] = found["remarks"]
    assert remark["row"] == 2
    assert remark["reason"].startswith("Bob says different, where Ann had said same in row 1")
    file.write_text(HEAD + rows[0].replace("Ann", "Cho"))
    [remark] = ask(command, "import", str(file))["remarks"]
    assert remark["reason"].startswith("Cho says same, where Bob had said different here")
    assert "Cho" not in command("dupes", "import", str(file))[1], "it is here already"


def test_rows_nobody_can_read_are_told_and_the_others_taken(
    federation: Federation, command: Command, tmp_path: Path
) -> None:
    row = {"a_source": "ke", "a_identifier": PAIRS[0][0], "b_source": "tz", "b_identifier": PAIRS[0][1]}
    rows = [row | {"verdict": "same"}, [1], row | {"verdict": "same", "ended_at": "yesterday"}, row | {"verdict": ""}]
    file = tmp_path / "said.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    found = ask(command, "import", str(file), code=3)
    assert [each["row"] for each in found["refused"]] == [2, 3]
    assert found["taken"] == 1
    assert [each["reason"] for each in found["passed_over"]] == ["have no verdict yet"]
