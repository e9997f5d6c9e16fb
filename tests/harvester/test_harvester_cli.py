"""The command line as scripts rely on it: what it prints, in which form, and the code it leaves with."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from fake_node import Federation, a_record, new_federation

from harvester.protocols import PROTOCOLS
from harvester.runs import run_source

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def federation(home: Path, command: Command) -> Iterator[Federation]:
    """A centre made by the command, whose nodes exist in memory."""
    command("init", "--defaults")
    yield from new_federation(f"sqlite:///{home / 'harvester.sqlite'}", home)


def test_init_asks_nothing_and_may_be_repeated(command: Command, home: Path) -> None:
    code, out = command("init", "--defaults", "--json")
    assert (code, json.loads(out)["home"]) == (0, str(home))
    secret = (home / "config.toml").read_text()
    assert command("init", "--defaults")[0] == 0
    assert (home / "config.toml").read_text() == secret
    assert command("doctor")[0] == 0


def test_init_leaves_nothing_for_other_eyes(command: Command, home: Path) -> None:
    before = os.umask(0o022)
    try:
        command("init", "--defaults")
    finally:
        os.umask(before)
    assert home.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in home.iterdir()} >= {"config.toml", "harvester.sqlite"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in home.iterdir())


def test_help_and_guide_name_every_road_a_source_can_be_harvested_by(command: Command) -> None:
    guide = Path(__file__).parents[2].joinpath("docs/guides/harvester.md").read_text("utf-8")
    helped = command("add", "--help")[1]
    for protocol in PROTOCOLS:
        assert re.search(rf"\b{protocol}\b", helped), protocol
        assert re.search(rf"^\| .*`{protocol}`.* \|.*\|$", guide, re.MULTILINE), protocol


def test_init_with_a_wrong_answer_leaves_nothing_behind_that_a_second_try_stumbles_over(
    command: Command, home: Path
) -> None:
    assert command("init", "--defaults", "--id", "Not An Id")[0] != 0
    assert command("init", "--defaults", "--id", "an-id")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("status",), 10, "NOT_INITIALISED"),
        (("run", "--all"), 10, "NOT_INITIALISED"),
        (("nonsense",), 2, "USAGE"),
    ],
)
def test_without_a_centre_every_command_says_so_in_json_too(
    command: Command, arguments: tuple[str, ...], code: int, error: str
) -> None:
    given, out = command(*arguments, "--json")
    told = json.loads(out)["error"]
    assert (given, told["code"], told["exit_code"]) == (code, error, code)


def test_sources_are_added_listed_and_removed(command: Command) -> None:
    command("init", "--defaults")
    options = ("--id", "repo", "--every", "12h", "--country", "ke", "--set", "metadata_prefix=oai_dc")
    code, out = command("add", "https://repo.example/oai", "--protocol", "oai_pmh", *options, "--json")
    assert code == 0
    assert json.loads(out)["config"]["metadata_prefix"] == "oai_dc"
    [row] = json.loads(command("list", "--json")[1])
    assert (row["id"], row["every_s"], row["country"]) == ("repo", 43_200, "KE")
    assert command("add", "https://repo.example/oai", "--protocol", "oai_pmh", "--id", "repo")[0] == 2
    assert command("remove", "repo", "-n")[0] == 0
    assert command("remove", "repo", "--yes")[0] == 0
    assert json.loads(command("list", "--json")[1]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        ("--every", "sometimes"),
        ("--every", "5s"),
        ("--set", "metadata_prefix"),
        ("--set", "colour=blue"),
        ("--id", "Not An Id"),
        ("--protocol", "gopher"),
    ],
)
def test_what_is_typed_wrong_is_refused_and_adds_nothing(command: Command, wrong: tuple[str, str]) -> None:
    command("init", "--defaults")
    protocol = () if wrong[0] == "--protocol" else ("--protocol", "oai_pmh")
    assert command("add", "https://repo.example/oai", *protocol, *wrong)[0] == 2
    assert json.loads(command("list", "--json")[1]) == []


def test_unknown_names_are_usage_errors(command: Command) -> None:
    command("init", "--defaults")
    assert command("run", "nobody")[0] == 2
    assert command("run")[0] == 2
    assert command("errors", "nobody")[0] == 2
    assert command("runs", "nobody")[0] == 2
    assert command("export", "--format", "nothing")[0] == 2


def test_run_says_unreachable_with_its_own_exit_code_and_one_object_a_source(command: Command) -> None:
    command("init", "--defaults")
    for name in ("one", "two"):
        command("add", f"http://{name}.invalid/oai", "--protocol", "oai_pmh", "--id", name)
    code, out = command("run", "--all", "--json")
    reports = [json.loads(line) for line in out.splitlines()]
    assert (code, sorted(report["source"] for report in reports)) == (5, ["one", "two"])
    wanted = {
        "source",
        "run",
        "state",
        "read",
        "created",
        "updated",
        "unchanged",
        "deleted",
        "refused",
        "failed",
        "held",
    }
    assert all(wanted | {"duration_s", "reason"} <= report.keys() and report["state"] == "failed" for report in reports)
    assert {row["state"] for row in json.loads(command("status", "--json")[1])} == {"failing"}


def test_replay_of_refused_records_leaves_with_three_and_errors_name_each(
    command: Command, federation: Federation
) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "good"))
    node.put_json("urn:chm:ke:bad", {"id": "urn:chm:ke:bad", "type": "=cmd()", "title": {"en": "A"}})
    run_source(federation.centre, "ke")
    code, out = command("replay", "ke", "--json")
    report: dict[str, Any] = json.loads(out)
    assert (code, report["state"], report["refused"], report["unchanged"]) == (3, "done-with-errors", 1, 1)
    [row] = csv.DictReader(io.StringIO(command("errors", "ke", "--csv")[1]))
    assert (row["identifier"], row["code"], row["value"]) == ("urn:chm:ke:bad", "TYPE_UNKNOWN", "'=cmd()")
    assert row["message"]
    assert row["fix"]
    french = json.loads(command("errors", "ke", "--json", "--lang", "fr")[1])[0]
    assert french["message"] != row["message"]
    of_run = json.loads(command("errors", "ke", "--run", str(report["run"]), "--json")[1])
    assert [each["code"] for each in of_run] == ["TYPE_UNKNOWN"]


@pytest.mark.parametrize(
    ("source", "since"), [("ke", "2026-05-01"), ("ke", "soon"), ("lib", "soon"), ("lib", "2026-13-41"), ("lib", "12")]
)
def test_a_beginning_no_source_knows_is_refused(
    command: Command, federation: Federation, source: str, since: str
) -> None:
    federation.add("ke").put(a_record("ke", "a"))
    command("add", "https://lib.example/oai", "--protocol", "oai_pmh", "--id", "lib")
    code, out = command("run", source, "--since", since, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (2, "BAD_REQUEST")


def test_a_locked_source_leaves_with_eleven(command: Command, federation: Federation) -> None:
    from chm_node.publishing import sql
    from harvester.centre import utc_now
    from harvester.running import leases

    federation.add("ke")
    with sql.write(federation.centre.engine) as connection:
        leases.claim(connection, "ke", now=utc_now())
    assert command("replay", "ke")[0] == 11


def test_search_and_exports_show_what_the_index_holds(command: Command, federation: Federation, tmp_path: Path) -> None:
    node = federation.add("ke")
    node.put(a_record("ke", "a", {"en": "Mangrove nursery", "ar": "مشتل المانغروف"}, government="KE"))
    node.put(a_record("ke", "b", 'Seed "bank"\n\\ in Turkana'))
    run_source(federation.centre, "ke")
    found = json.loads(command("search", "مشتل", "--json")[1])
    assert (found["total"], [row["title"] for row in found["results"]]) == (1, ["Mangrove nursery"])
    assert json.loads(command("search", "nursery", "--country", "UG", "--json")[1])["total"] == 0
    for format_ in ("ndjson", "csv", "parquet", "nquads"):
        file = tmp_path / f"all.{format_}"
        code, out = command("export", "--format", format_, "-o", str(file), "--json")
        assert (code, json.loads(out)["records"]) == (0, 2)
        assert file.stat().st_size > 100
    assert json.loads(command("reindex", "--json")[1])["records"] == 2


def test_an_export_replaces_a_file_whole_and_never_what_is_no_file(
    command: Command, federation: Federation, tmp_path: Path
) -> None:
    federation.add("ke").put(a_record("ke", "a"))
    run_source(federation.centre, "ke")
    target, link, pipe = tmp_path / "target", tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(target)
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    for path in (target, link, pipe):
        assert command("export", "-o", str(path))[0] == 0
    reader.join(timeout=10)
    assert link.is_symlink()
    assert pipe.is_fifo()
    assert read == [target.read_bytes()]
    assert command("export", "-o", "/dev/full")[0] == 1
    assert Path("/dev/full").is_char_device()
    assert command("export", "-o", str(tmp_path / "nowhere" / "x"))[0] == 1
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # the reader warns of itself
def test_nquads_are_read_back_by_another_reader(command: Command, federation: Federation, tmp_path: Path) -> None:
    import rdflib

    node = federation.add("ke")
    node.put(a_record("ke", "b", 'Seed "bank"\n\\ in Turkana'))
    run_source(federation.centre, "ke")
    file = tmp_path / "all.nq"
    command("export", "--format", "nquads", "-o", str(file))
    dataset = rdflib.Dataset()
    dataset.parse(data=file.read_text("utf-8"), format="nquads")
    titles = {str(quad[2]) for quad in dataset.quads((None, rdflib.DCTERMS.title, None, None))}
    assert 'Seed "bank"\n\\ in Turkana' in titles
