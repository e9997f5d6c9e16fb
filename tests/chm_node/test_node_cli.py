"""The command line chm-node as an operator and a script meet it."""

from __future__ import annotations

import json
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.chm_node.command_line import INIT, Cli


def test_a_process_of_its_own_answers_alike(empty: Cli, records: Path) -> None:
    assert empty.process(*INIT).returncode == 0
    done = empty.process("import", records, "--publish", "--json")
    assert (done.returncode, json.loads(done.stdout)["state"]) == (3, "done-with-errors")
    shown = empty.process("export", "--format", "csv")
    assert (shown.returncode, shown.stdout.count("urn:chm:ke:")) == (0, 2)
    unknown = empty.process("withdraw", "zzz", "--reason", "x")
    assert unknown.returncode == 2 and "zzz" in unknown.stderr


def test_init_makes_a_node_once_and_keeps_its_secret_private(empty: Cli) -> None:
    first = empty.json(*INIT)
    assert (first["node"], first["home"]) == ("ke", str(empty.home))
    config = empty.home / "config.toml"
    before = config.read_text()
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    again = empty(*INIT, "--json")
    assert (again.returncode, json.loads(again.stdout)["error"]["code"]) == (2, "ALREADY_INITIALISED")
    assert config.read_text() == before


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("init", "--defaults", "--country", "KE"), "--email"),
        (("init", "--defaults", "--email", "a@example.org"), "--name"),
        (("init", "--defaults", "--country", "Narnia", "--email", "a@example.org"), "Narnia"),
        ((*INIT, "--id", "Not An Id"), "node_id"),
    ],
)
def test_init_says_what_it_lacks_and_leaves_nothing_behind(empty: Cli, arguments: tuple[str, ...], word: str) -> None:
    done = empty(*arguments)
    assert done.returncode == 2 and word in done.stderr and "Traceback" not in done.stderr
    assert not (empty.home / "config.toml").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("import", "nothing.jsonl"),
        ("export", "--format", "native"),
        ("publish", "--all"),
        ("withdraw", "x", "--reason", "y"),
        ("check", "--all"),
        ("token", "list"),
        ("user", "list"),
        ("serve",),
        ("backup", "x.zip"),
    ],
)
def test_without_a_node_every_command_says_so_with_exit_10(empty: Cli, arguments: tuple[str, ...]) -> None:
    done = empty(*arguments, "--json")
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["code"], error["exit_code"]) == (10, "NOT_INITIALISED", 10)
    assert "chm-node init" in error["fix"]


def test_import_keeps_good_rows_and_exits_3(cli: Cli, records: Path, tmp_path: Path) -> None:
    tried = cli("import", records, "-n", "--publish", "--json")
    assert (tried.returncode, cli.json("status")["records"]) == (3, 0)
    done = cli("import", records, "--publish", "--report", tmp_path / "r.csv")
    assert done.returncode == 3
    assert "Done with errors: 3 read, 2 created" in done.stdout and "success" not in done.stdout.lower()
    assert "row 2" in done.stderr and "banana" in (tmp_path / "r.csv").read_text()
    again = cli.json("import", records, "--publish")
    assert (again["unchanged"], again["refused"], again["errors"][0]["code"]) == (2, 1, "TYPE_UNKNOWN")
    found = cli.json("status")
    assert (found["states"], found["types"], found["sequence"]) == ({"approved": 2}, {"news": 2}, 2)


def test_publish_withdraw_and_export_follow_a_record(cli: Cli, records: Path, tmp_path: Path) -> None:
    cli("import", records)
    assert cli("export", "--format", "native").stdout == ""
    assert cli("publish", "a", "-n").returncode == 0
    assert cli("export", "--format", "native").stdout == ""
    assert cli.json("publish", "urn:chm:ke:a")["published"] == ["urn:chm:ke:a"]
    assert cli.json("publish", "--all")["published"] == ["urn:chm:ke:c"]
    assert cli("withdraw", "a", "--reason", "Over").returncode == 0
    done = cli.json("export", "--format", "native", "-o", tmp_path / "out.jsonl")
    assert done["records"] == 1
    assert json.loads((tmp_path / "out.jsonl").read_text())["id"] == "urn:chm:ke:c"
    unknown = cli("publish", "zzz")
    assert unknown.returncode == 2 and "zzz" in unknown.stderr
    assert cli("export", "--format", "papyrus").returncode == 2
    assert cli("publish").returncode == 2


def test_check_finds_without_taking_in_and_exits_4_at_the_level_asked(cli: Cli, records: Path, tmp_path: Path) -> None:
    done = cli("check", records, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["checked"], found["findings"]) == (4, 3, 1)
    assert cli.json("status")["records"] == 0
    warned = tmp_path / "warned.jsonl"
    warned.write_text('{"id": "w", "type": "news", "title": {"en": "W"}}\n')
    assert cli("check", warned).returncode == 0
    assert cli("check", warned, "--fail-on", "warning").returncode == 4
    cli("import", warned)
    assert (cli("check", "--all").returncode, cli("check", "--all", "--fail-on", "warning").returncode) == (0, 4)


def test_tokens_and_accounts_are_made_and_shown_once(cli: Cli) -> None:
    made = cli("token", "create", "--scope", "draft", "--expires", "30", "-q").stdout.strip()
    assert made.startswith("chm_live_")
    (listed,) = cli.json("token", "list")
    assert made not in json.dumps(listed) and made.startswith(f"chm_live_{listed['prefix']}")
    assert cli("token", "revoke", listed["prefix"]).returncode == 0
    assert cli("token", "revoke", listed["prefix"]).returncode == 2
    assert cli("token", "create", "--scope", "everything").returncode == 2
    person = cli.json("user", "add", "a@example.org", "--role", "author")
    assert len(person["password"]) >= 12
    assert cli("user", "add", "a@example.org", "--role", "author").returncode == 2
    assert [each["role"] for each in cli.json("user", "list")] == ["author"]


def test_doctor_says_what_is_wrong_and_how_to_put_it_right(cli: Cli) -> None:
    done = cli("doctor", "--json")
    checks = {each["check"]: each for each in json.loads(done.stdout)["checks"]}
    assert done.returncode == 0 and len(checks) >= 10
    assert checks["address"]["level"] == "warning" and "base_url" in checks["address"]["fix"]
    ill = cli("doctor", "--json", CHM_EMAIL="nobody", CHM_TOKEN_SECRET="ab", CHM_BASE_URL="http://127.0.0.1:9")
    found = {each["check"]: each["level"] for each in json.loads(ill.stdout)["checks"]}
    assert ill.returncode == 4
    assert (found["e-mail"], found["token secret"], found["address"]) == ("error", "error", "warning")
    broken = cli("doctor", CHM_DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:9/none")
    assert broken.returncode == 4 and "CHM_DATABASE_URL" in broken.stdout and "Traceback" not in broken.stderr


def test_migrate_says_what_it_would_do_and_does_it(cli: Cli) -> None:
    (cli.home / "node.sqlite").unlink()
    outdated = cli("status", "--json")
    assert (outdated.returncode, json.loads(outdated.stdout)["error"]["code"]) == (10, "DATABASE_OUTDATED")
    tried = cli.json("migrate", "-n")
    assert tried["after"] == tried["before"] != tried["head"]
    assert cli.json("migrate")["after"] == tried["head"]
    assert cli("status").returncode == 0


def test_a_variable_wins_over_the_file_and_a_flag_over_both(cli: Cli, tmp_path: Path) -> None:
    assert cli.json("status")["name"] == "Kenya CHM"
    assert json.loads(cli("status", "--json", CHM_NAME="Other").stdout)["name"] == "Other"
    elsewhere = Cli(tmp_path / "elsewhere")
    assert elsewhere.json("status", "--home", cli.home)["name"] == "Kenya CHM"


@pytest.mark.parametrize(
    ("line", "word"),
    [("emial = 'x'", "email"), ("port = 'many'", "port"), ("= broken", "TOML"), ("oai_host = 'nodot'", "oai_host")],
)
def test_a_wrong_setting_is_named_with_its_place(cli: Cli, line: str, word: str) -> None:
    config = cli.home / "config.toml"
    kept = [each for each in config.read_text().splitlines() if not each.startswith("oai_host")]
    config.write_text("\n".join([*kept, line]))
    done = cli("status")
    assert done.returncode == 2 and word in done.stderr and "config.toml" in done.stderr


def test_loopback_is_refused_in_production(cli: Cli) -> None:
    done = cli("status", CHM_ALLOW_LOOPBACK="1", CHM_ENV="production")
    assert done.returncode == 2 and "CHM_ALLOW_LOOPBACK" in done.stderr
    assert cli("status", CHM_ALLOW_LOOPBACK="1").returncode == 0


def test_errors_in_json_are_one_document_on_stdout(cli: Cli) -> None:
    for arguments, code in ((("nope",), 2), (("import",), 2), (("import", "missing.csv"), 2), (("withdraw", "a"), 2)):
        done = cli(*arguments, "--json")
        assert done.returncode == code
        assert json.loads(done.stdout)["error"]["exit_code"] == code


def test_help_is_quick_and_needs_nothing_heavy(cli: Cli) -> None:
    heavy = ("sqlalchemy", "fastapi", "pydantic", "lxml", "rich")
    code = f"import sys; from chm_node import cli; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=cli.env, check=True)
    assert loaded.stdout.strip() == "[]"
    done = cli("--help")
    assert done.returncode == 0
    for name in ("init", "serve", "import", "export", "publish", "withdraw", "status", "check", "doctor", "migrate"):
        assert f"\n  {name} " in done.stdout


def test_a_backup_makes_the_same_node_elsewhere(cli: Cli, records: Path, tmp_path: Path) -> None:
    cli("import", records, "--publish")
    cli("backup", tmp_path / "b.zip")
    elsewhere = Cli(tmp_path / "elsewhere")
    assert elsewhere("restore", tmp_path / "b.zip").returncode == 0
    assert elsewhere.json("status") == cli.json("status")
    assert elsewhere("restore", tmp_path / "b.zip").returncode == 2
    assert elsewhere("restore", tmp_path / "b.zip", "--yes").returncode == 0
    assert elsewhere.json("status")["records"] == 2


def test_serve_answers_writes_and_stops_when_told(cli: Cli, records: Path) -> None:
    cli("import", records, "--publish")
    token = cli("token", "create", "--scope", "publish", "-q").stdout.strip()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        cli.command("serve", "--port", port, "-q"), env=cli.env, stderr=subprocess.PIPE, text=True
    )
    try:
        _wait_for(f"{base}/healthz", server)
        body = json.dumps({"type": "news", "title": {"en": "New"}}).encode()
        request = urllib.request.Request(
            f"{base}/api/v1/records?publish=true", body, {"Authorization": f"Bearer {token}"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            made = json.loads(answer.read())
        with urllib.request.urlopen(f"{base}/oai?verb=ListRecords&metadataPrefix=oai_dc", timeout=10) as answer:
            listed = answer.read().decode()
        assert listed.count("<header>") == 3 and made["local_id"] in listed
    finally:
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=10)
    assert "Traceback" not in errors


def _wait_for(url: str, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answered at {url}")
