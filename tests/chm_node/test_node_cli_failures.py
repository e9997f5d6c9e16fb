"""What a script sees when a command fails: one JSON document, the exit code of its kind, no traceback, nothing lost."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import stat
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import typer

from chm_node.shell.terminal import Output, command, run_cli
from tests.chm_node.command_line import INIT, Cli


def run_failing(error: Exception, *arguments: str) -> int:
    """Run a program whose one command fails with the error."""
    app = typer.Typer(pretty_exceptions_enable=False)

    @command(app, "fail")
    def fail(out: Output) -> None:
        """Fail."""
        raise error

    return run_cli(app, arguments, name="program")


def test_an_unforeseen_error_is_one_json_document_with_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_failing(ZeroDivisionError("division by zero"), "--json") == 1
    shown = capsys.readouterr()
    error = json.loads(shown.out)["error"]
    assert (error["code"], error["exit_code"]) == ("UNFORESEEN", 1)
    assert "division by zero" in error["message"] and "-v" in error["fix"]
    assert shown.err == ""


def test_where_an_unforeseen_error_arose_is_shown_with_v_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_failing(KeyError("colour")) == 1
    quiet = capsys.readouterr()
    assert quiet.out == "" and "KeyError: 'colour'" in quiet.err and "Traceback" not in quiet.err
    assert run_failing(KeyError("colour"), "-v", "--json") == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["error"]["code"] == "UNFORESEEN"
    assert "Traceback" in told.err and "run_failing" not in told.out


def test_a_reader_who_has_read_enough_meets_no_complaint(cli: Cli) -> None:
    many = "".join(f'{{"id": "r{n}", "type": "news", "title": {{"en": "{"x" * 500}"}}}}\n' for n in range(400))
    (cli.home / "many.jsonl").write_text(many)
    cli("import", cli.home / "many.jsonl", "--publish")
    with subprocess.Popen(
        cli.command("export", "--format", "native"), env=cli.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read().decode()
        assert process.wait(timeout=20) == 1
    assert errors == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("token", "create", "--scope", "draft", "--expires", "99999999"), "USAGE"),
        (("token", "create", "--scope", "draft", "--expires", "99999999999999999999"), "USAGE"),
        (("user", "add", "nobody", "--role", "author"), "ADDRESS_WRONG"),
        (("publish", "urn:chm:ug:a"), "RECORD_UNKNOWN"),
        (("publish", "a/b"), "RECORD_UNKNOWN"),
        (("withdraw", "urn:chm:ug:a", "--reason", "Over"), "RECORD_UNKNOWN"),
        (("withdraw", "a", "--reason", " "), "REASON_MISSING"),
        (("import", "records.jsonl", "--report", "report.pdf"), "FILE_UNWRITABLE"),
        (("import", "records.jsonl", "--report", "/nowhere/report.csv"), "FILE_UNWRITABLE"),
        (("serve", "--host", "192.0.2.1"), "ADDRESS_UNUSABLE"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_2_and_changes_nothing(
    cli: Cli, records: Path, arguments: Sequence[str], code: str
) -> None:
    cli("import", records, "--publish")
    before = cli.json("status")
    given = [str(records) if each == "records.jsonl" else each for each in arguments]
    done = cli(*given, "--json")
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["code"], error["exit_code"]) == (2, code, 2)
    assert error["message"] and error["fix"]
    assert (cli.json("status"), cli.json("token", "list"), cli.json("user", "list")) == (before, [], [])


def test_a_port_somebody_uses_is_named(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = cli("serve", "--port", port)
    assert done.returncode == 2 and str(port) in done.stderr and "--port" in done.stderr


def test_a_file_that_is_no_database_is_said_to_be_none(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("not a database, whatever its name says")
    done = cli("status", "--json", CHM_DATABASE_URL=f"sqlite:///{tmp_path / 'x.sqlite'}")
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["code"]) == (1, "DATABASE_UNREACHABLE") and "not a database" in error["message"]


def test_init_takes_no_address_that_is_none(empty: Cli) -> None:
    done = empty(*INIT[:-1], "nobody", "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (2, "ADDRESS_WRONG")
    assert not empty.home.exists()


def test_a_database_somebody_else_writes_to_is_exit_11(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chm_node.publishing.sql.BUSY_TIMEOUT_S", 0.2)
    other = sqlite3.connect(cli.home / "node.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for arguments in (("token", "create", "--scope", "draft"), ("publish", "--all"), ("status",)):
        done = cli(*arguments, "--json")
        assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (11, "DATABASE_LOCKED")
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.parametrize("write", ["export", "backup"])
def test_a_device_is_written_to_and_not_replaced(cli: Cli, records: Path, tmp_path: Path, write: str) -> None:
    cli("import", records, "--publish")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    given = ("export", "--format", "native", "-o", pipe) if write == "export" else ("backup", pipe)
    with subprocess.Popen(cli.command(*given), env=cli.env, stdout=subprocess.PIPE) as process:
        content = pipe.read_bytes()
        process.communicate(timeout=20)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert content.count(b"urn:chm:ke:") >= 1 if write == "export" else content.startswith(b"PK")
    assert list(tmp_path.glob("*.part")) == []


def test_an_import_killed_halfway_leaves_whole_records_and_can_be_repeated(cli: Cli) -> None:
    lines = (f'{{"id": "k{n}", "type": "news", "title": {{"en": "{n}"}}}}\n' for n in range(4000))
    (cli.home / "many.jsonl").write_text("".join(lines))
    with subprocess.Popen(cli.command("import", cli.home / "many.jsonl", "--publish"), env=cli.env) as process:
        _wait_until(lambda: cli.json("status")["records"] > 0)
        process.kill()
    half = cli.json("status")
    assert 0 < half["records"] < 4000 and half["records"] % 500 == 0
    assert half["states"] == {"approved": half["records"]} and half["sequence"] == half["records"]
    again = cli.json("import", cli.home / "many.jsonl", "--publish")
    assert (again["unchanged"], again["created"]) == (half["records"], 4000 - half["records"])
    assert cli.json("status")["sequence"] == 4000


def _wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
