"""What the documentation promises: generated pages are true, commands and addresses exist, links lead somewhere."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

import chm_node.cli
import harvester.cli
from chm_node.app import create_app
from chm_node.publishing.settings_source import read_settings
from chm_node.settings import Settings
from tests.chm_node.loopback_server import free_port, serve

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ROOT / "docs" / "guides"
PROGRAMS = {"chm-node": get_command(chm_node.cli.app), "chm-harvester": get_command(harvester.cli.app)}
PAGES = [ROOT / "README.md", *sorted(GUIDES.glob("*.md"))]
GENERATED = ("settings.md", "columns.md", "commands.md", "problems.md", "crosswalks.md")
WRITTEN = [page for page in PAGES if page.name not in GENERATED]
MARKDOWN = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("vocabularies/schemes/*.md")})
USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]
FIXED_COMMANDS = """
chm-node init --defaults --country KE --name N --email chm@example.org --home DIR
chm-node serve --host 127.0.0.1 --port 8000
chm-node check FILE
chm-node check --all
chm-node doctor
chm-node import FILE -n --publish --report OUT
chm-node export --format native -o FILE
chm-node publish ID ID
chm-node publish --all
chm-node withdraw ID --reason TEXT
chm-node token create --scope publish --expires 30
chm-node user add EMAIL --role author
chm-node status
chm-node migrate
chm-node backup FILE
chm-node restore FILE
chm-harvester init --defaults --home DIR
chm-harvester add URL --id ke --protocol auto --every 24h --country KE --set KEY=VALUE --paused
chm-harvester list
chm-harvester remove ID
chm-harvester test URL
chm-harvester run ID ID -n --limit 5 --full --since WHEN
chm-harvester run --all
chm-harvester run --failed
chm-harvester replay ID
chm-harvester replay --all
chm-harvester work --workers 4
chm-harvester status
chm-harvester runs ID
chm-harvester errors ID --run 3 --csv
chm-harvester dupes list --likely 0.9 --json
chm-harvester dupes decide A B same
chm-harvester dupes split ID
chm-harvester dupes rebuild -n
chm-harvester dupes export --format csv -o FILE
chm-harvester dupes import FILE
chm-harvester dupes evaluate DATASET
chm-harvester search QUERY --type T --country C --target T --lang L
chm-harvester export --format ndjson -o FILE
chm-harvester reindex
chm-harvester serve --host 127.0.0.1 --port 8400
chm-harvester doctor
chm-harvester migrate
""".strip().splitlines()
"""What scripts of others rely on: these may grow and must not change."""


def load_reference() -> Any:
    spec = importlib.util.spec_from_file_location("chm_reference_pages", ROOT / "docs" / "reference.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def code_of(page: Path, languages: tuple[str, ...] = ("", "sh", "cron", "ini")) -> str:
    """The fenced blocks of a page in these languages, lines that end with a backslash joined."""
    blocks = re.findall(r"^ *```(\w*)\n(.*?)^ *```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return "\n".join(text for language, text in blocks if language in languages).replace("\\\n", " ")


def commands_of(page: Path) -> tuple[list[str], list[str]]:
    """The calls of our programs in a page's blocks of code, and those that stand in its prose."""
    prose = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    code = re.sub(r"\$\((?!chm-)[^)]*\)", "x", code_of(page))
    word = r"""(?: (?:"[^"]*"|'[^']*'|[^\s|;&<>)#"'])+)"""
    called = re.findall(rf"(?:^|[\s/(])((?:chm-node|chm-harvester){word}+)", re.sub(r" +", " ", code), re.MULTILINE)
    return called, re.findall(r"`((?:chm-node|chm-harvester) [a-z][^`]*)`", prose)


def check_call(call: str, *, whole: bool = True) -> None:
    """Let the program's own parser read a call; raises its usage error where it would be refused.

    A call that is not ``whole`` may be no more than the name of a command.
    """
    program, *arguments = shlex.split(call)
    command: Any = PROGRAMS[program]
    while hasattr(command, "commands") and arguments and not arguments[0].startswith("-"):
        name = arguments.pop(0)
        if name not in command.commands:
            raise typer.BadParameter(f"no such command: {name}")
        command = command.commands[name]
    if (arguments or whole) and not hasattr(command, "commands"):
        command.make_context(program, arguments)


def slug(heading: str) -> str:
    plain = re.sub(r"<[^>]+>|`", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors_of(page: Path) -> set[str]:
    text = page.read_text("utf-8")
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {slug(heading) for heading in headings} | set(re.findall(r'<a id="([^"]+)"', text))


@pytest.fixture(scope="module")
def node_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A node of its own with the example records of the guides, as its programs make it."""
    home = tmp_path_factory.mktemp("guides") / "home"
    port = free_port()
    given = ["--home", str(home), "-q"]
    init = ["init", "--defaults", "--country", "KE", "--name", "Kenya CHM", "--email", "chm@example.org"]
    for arguments in (init, ["import", str(GUIDES / "records.csv"), "--publish"]):
        with pytest.raises(SystemExit) as left:
            chm_node.cli.main([*arguments, *given])
        assert left.value.code == 0
    settings = read_settings(Settings, home, environ={"CHM_BASE_URL": f"http://127.0.0.1:{port}"})
    with serve(create_app(settings), port) as address:
        yield address


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_says_what_the_programs_do(name: str) -> None:
    written = (GUIDES / name).read_text("utf-8")
    assert load_reference().PAGES[name]() == written, "run: make docs"


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_every_command_a_page_shows_is_accepted(page: Path) -> None:
    called, named = commands_of(page)
    refused = []
    for call, whole in (*((call, True) for call in called), *((call, False) for call in named)):
        try:
            check_call(call, whole=whole)
        except USAGE_ERROR as error:
            refused.append(f"{call}: {error}")
    assert not refused


def test_every_command_stands_in_a_guide_that_people_read() -> None:
    shown = {" ".join(call.split()[:2]) for page in WRITTEN for calls in commands_of(page) for call in calls}
    programs = {f"{program} {name}" for program, command in PROGRAMS.items() for name in vars(command)["commands"]}
    assert programs - shown == {"chm-node user"}  # no page lets people sign in yet: the reference alone names it


@pytest.mark.parametrize(
    "call", ["chm-node import a.csv --publsh", "chm-harvester harvest ke", "chm-harvester run --limit x"]
)
def test_a_command_that_does_not_exist_is_noticed(call: str) -> None:
    with pytest.raises(USAGE_ERROR):
        check_call(call)


@pytest.mark.parametrize("call", FIXED_COMMANDS)
def test_a_command_that_others_rely_on_is_there_with_its_options(call: str) -> None:
    check_call(f"{call} --json -q -v")


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (anchor and found.suffix == ".md" and anchor not in anchors_of(found)):
            broken.append(target)
    assert not broken


def test_every_address_the_guides_read_is_answered(node_address: str) -> None:
    shown = "".join(code_of(GUIDES / name) for name in ("api.md", "scripting.md"))
    lines = [line for line in shown.splitlines() if "-X" not in line and " -d " not in line and "$SINCE" not in line]
    urls = {url for line in lines for url in re.findall(r"http://127\.0\.0\.1:8000(/[^\s'\"]*)", line)}
    assert len(urls) >= 15
    failed = {url: status for url in sorted(urls) if (status := status_of(node_address + url)) != 200}
    assert not failed


def status_of(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_table_of_exit_codes_is_that_of_the_programs() -> None:
    from chm_node.shell.terminal import Exit

    text = (GUIDES / "scripting.md").read_text("utf-8")
    table = text.split("## Exit codes")[1].split("##")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == [int(code) for code in Exit]


def test_every_json_example_of_the_guides_is_json() -> None:
    examples = [code_of(page, ("json",)) for page in WRITTEN]
    assert sum(bool(example) for example in examples) >= 1
    for page in WRITTEN:
        for block in re.findall(r"^```json\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
            assert json.loads(block), page.name
