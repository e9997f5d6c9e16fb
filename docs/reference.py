"""Writes the reference pages of docs/guides from the programs themselves: settings, commands, problems, crosswalks.

Run it with ``make docs`` after a change; tests/test_docs.py fails while a page is behind.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic.fields import FieldInfo
from typer.main import get_command

import chm_node.cli
import chm_node.errors
import chm_node.publishing.settings_source
import chm_node.settings
import harvester.cli
import harvester.crosswalks.field_paths
import harvester.errors
import harvester.operating_errors
import harvester.settings
from chm_node.publishing.settings_source import CommonSettings
from chm_node.shell.http_problems import HTTP_PROBLEMS
from chm_node.shell.terminal import ChmError
from docs import crosswalk_table
from vocabularies.concepts import load_scheme, schemes_for
from vocabularies.formats.tabular_columns import columns_for
from vocabularies.problems import PROBLEMS, Problem, Rule, fix, message
from vocabularies.record import RECORD_TYPES

KINDS = {
    "text": "text",
    "languages": "text in one language",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "instant": "a date and time",
}
_COLUMNS = """\
# Columns of a table of records

A table to import is a CSV, XLSX or ODS file with one record a row. The first row names the columns. Only `type` and one
`title[…]` are needed; their order does not matter, and columns you do not need are left out.

- Text that people read says its language in brackets: `title[en]`, `title[fr]`, `summary[ar]`. One column a language.
- Where a cell may hold several values, a semicolon parts them: `KE;TZ`. Columns that begin alike keep step: the second
  value of `links.name[en]` names the second of `links.url`.
- Dates are `2024`, `2024-06` or `2024-06-30`.
- Terms may be written as their id, their code or their name in any language of the vocabulary. A node shows its
  vocabularies at `/vocabularies`.
- `id` may be a name of your own, such as `mangroves-lamu`. With it, importing the table again changes the same record;
  without it, every import makes a new record.
"""
_SETTINGS = """\
# Settings

A setting is looked for in three places. The first that has it wins:

1. a flag of the command, such as `--home` or `--port`;
2. a variable of the environment, such as `CHM_PORT`;
3. the file `config.toml` in the home of the service.

`init` writes that file. Settings of both services may stand at its top. Those of a node stand under `[node]`, those of
a centre under `[harvester]`. A name that is no setting is refused. A list such as `languages` is written
`languages = ["en", "fr"]` in the file and `CHM_LANGUAGES=en,fr` in the environment.
"""
_RECORD_PROBLEMS = """\
# Problems and what to do

Every message names a code. This page lists them all. Where a sentence has “…”, the message shows your own value.

- [Problems with records](#problems-with-records): found by the import, the API, `check` and the centre alike.
- [Problems with requests](#problems-with-requests): answers of the web service.
- [Errors of commands](#errors-of-commands): what `chm-node` and `chm-harvester` print, with their exit codes.

## Problems with records

An **error** refuses the record; the version accepted before stays. A **warning** lets it in, but readers get less from
it. A **note** says what was noticed and changes nothing.
"""
_REQUEST_PROBLEMS = """\
## Problems with requests

Programs get them as `application/problem+json` with `code`, `title`, `status` and `detail` (what to do); browsers get a
page.
"""
_COMMAND_ERRORS = """\
## Errors of commands

A word in braces stands for your own value. [Scripting](scripting.md#exit-codes) explains the exit codes.
"""
GUIDES = Path(__file__).resolve().parent / "guides"
NOTICE = "<!-- Written by `make docs`: change the programs, not this page. -->"
WIDTH = 100
PROGRAMS: Mapping[str, Any] = {"chm-node": chm_node.cli.app, "chm-harvester": harvester.cli.app}
WHO = {
    "owner": "you, who wrote the record",
    "it": "your IT service",
    "secretariat": "the Secretariat",
    "nobody": "nobody; it only tells",
}


def settings_page() -> str:
    """Give the page of every setting of both services."""
    parts: list[tuple[str, Iterable[tuple[str, FieldInfo]]]] = [
        ("Both services", CommonSettings.model_fields.items()),
        ("chm-node", _own(chm_node.settings.Settings.model_fields)),
        ("chm-harvester", _own(harvester.settings.Settings.model_fields)),
    ]
    tables = "\n".join(f"## {title}\n\n" + "\n".join(_settings_table(fields)) + "\n" for title, fields in parts)
    return f"{NOTICE}\n{_SETTINGS}\n{tables}"


def _own(fields: Mapping[str, FieldInfo]) -> list[tuple[str, FieldInfo]]:
    return [(name, field) for name, field in fields.items() if name not in CommonSettings.model_fields]


def _settings_table(fields: Iterable[tuple[str, FieldInfo]]) -> Iterator[str]:
    yield "| variable | key in config.toml | default | meaning |"
    yield "|---|---|---|---|"
    for name, field in fields:
        key = "– (the file lies in it)" if name == "home" else f"`{name}`"
        yield f"| `CHM_{name.upper()}` | {key} | {_default(name, field)} | {_cell(field.description or '')} |"


def _default(name: str, field: FieldInfo) -> str:
    if name == "home":
        return f"`./{chm_node.publishing.settings_source.DEFAULT_HOME}`"
    value = field.default
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        value = ",".join(value)
    return f"`{value}`" if value != "" else "none"


def commands_page() -> str:
    """Give the page of the help of every command of both programs."""
    parts = [NOTICE, "# Commands", "", "What `--help` says, for every command of both programs.", ""]
    for program, app in PROGRAMS.items():
        for name, text in _helps(get_command(app), program, None):
            level = "#" * min(2 + name.count(" "), 3)
            parts += [f"{level} {name}", "", "```text", text.rstrip(), "```", ""]
    return "\n".join(parts)


def _helps(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    sizes = {"terminal_width": WIDTH, "max_content_width": WIDTH}
    context = command.context_class(command, info_name=name.split()[-1], parent=parent, color=False, **sizes)
    yield name, "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    for each, below in getattr(command, "commands", {}).items():
        yield from _helps(below, f"{name} {each}", context)


def problems_page() -> str:
    """Give the page of every problem with data, every HTTP problem and every error of a command."""
    records = "\n".join(line for code, rule in PROBLEMS.items() for line in _problem(code, rule))
    requests = "\n".join(_request_problems())
    commands = "\n".join(_command_errors())
    return (
        f"{NOTICE}\n{_RECORD_PROBLEMS}\n{records}\n{_REQUEST_PROBLEMS}\n{requests}\n\n{_COMMAND_ERRORS}\n{commands}\n"
    )


def _problem(code: str, rule: Rule) -> Iterator[str]:
    bare = Problem(code, rule.severity)
    todo, _, example = fix(bare).partition("Example: ")
    yield from (f'### <a id="{code}"></a>{code}', "")
    yield f"- **Severity:** {rule.severity}"
    yield f"- **What happened:** {_cell(message(bare).removesuffix(fix(bare)).strip())}"
    yield f"- **What to do:** {_cell(todo.strip())}"
    if example and set(example) != set("…."):
        yield f"- **Example:** {_cell(example)}"
    yield f"- **Who can fix it:** {WHO[rule.who]}"
    yield ""


def _request_problems() -> Iterator[str]:
    yield "| code | status | what happened | what to do |"
    yield "|---|---|---|---|"
    for code, rule in HTTP_PROBLEMS.items():
        yield f"| `{code}` | {rule.status} | {_cell(_bare(rule.title))} | {_cell(_bare(rule.fix))} |"


def _bare(text: str) -> str:
    for name in ("method", "allowed", "offered", "date"):
        text = text.replace(f"%({name})s", "…")
    return text


def _command_errors() -> Iterator[str]:
    yield "| code | exit | what happened | what to do |"
    yield "|---|---|---|---|"
    rows = set()
    for error in _errors_of(
        chm_node.publishing.settings_source, chm_node.errors, harvester.errors, harvester.operating_errors
    ):
        rows.add((_code_of(error), int(error.exit_code), " ".join((error.__doc__ or "").split()), error.fix))
    for code, exit_code, what, todo in sorted(rows):
        yield f"| `{code}` | {exit_code} | {_cell(what)} | {_cell(todo)} |"


def _errors_of(*modules: ModuleType) -> Iterator[type[ChmError]]:
    for module in modules:
        for value in vars(module).values():
            own = inspect.isclass(value) and issubclass(value, ChmError) and value.__module__ == module.__name__
            if own and value.__doc__ and not value.__subclasses__():
                yield value


def _code_of(error: type[ChmError]) -> str:
    return error.code if isinstance(error.code, str) else error().code


def _cell(text: str) -> str:
    escaped = text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;").replace("*", "\\*")
    return escaped.replace("[", "\\[").replace("]", "\\]") if "](" in text else escaped


def columns_page() -> str:
    """Give the page of every column a table of records may have, by record type."""
    shared = set.intersection(*(set(columns_for(record_type)) for record_type in RECORD_TYPES))
    parts = [("Every record", "\n".join(_columns_table(RECORD_TYPES[0], shared)))]
    for record_type in RECORD_TYPES:
        own = set(columns_for(record_type)) - shared
        parts.append((f"{record_type}: {_type_label(record_type)}", "\n".join(_columns_table(record_type, own))))
    return f"{NOTICE}\n{_COLUMNS}\n" + "\n".join(f"## {title}\n\n{table}\n" for title, table in parts)


def _type_label(record_type: str) -> str:
    concept = load_scheme("record-types").get(record_type)
    return concept.label("en")[0] if concept else record_type


def _columns_table(record_type: str, wanted: Container[str]) -> Iterator[str]:
    yield "| column | holds | several | terms |"
    yield "|---|---|---|---|"
    for column in columns_for(record_type).values():
        if column.name not in wanted:
            continue
        name = f"{column.name}[en]" if column.kind == "languages" else column.name
        choices = RECORD_TYPES if column.name == "type" else column.choices
        schemes = ", ".join(f"`{scheme}`" for scheme in schemes_for(column.attribute, record_type))
        terms = ", ".join(f"`{choice}`" for choice in choices) or schemes
        several = "yes" if column.many or column.group else ""
        yield f"| `{name}` | {KINDS[column.kind]} | {several} | {terms} |"


def crosswalks_page() -> str:
    """Give the page of which place in a source's record fills which field, by format."""
    return f"{NOTICE}\n{crosswalk_table.page()}"


PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "columns.md": columns_page,
    "commands.md": commands_page,
    "problems.md": problems_page,
    "crosswalks.md": crosswalks_page,
}
FIELD_PATHS = Path(harvester.crosswalks.field_paths.__file__).with_suffix(".json")


def main() -> None:
    """Write every generated page, and the table the harvester reads, and name those that changed."""
    written = {GUIDES / name: page for name, page in PAGES.items()} | {FIELD_PATHS: crosswalk_table.field_paths}
    for path, make in written.items():
        text = make()
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"{path.relative_to(GUIDES.parent.parent)} written\n")


if __name__ == "__main__":
    main()
