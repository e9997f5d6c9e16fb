"""Commands for records: import, export, publish, withdraw, check."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chm_node.cli_opening import DryRun, approval_for, node_for, settings_for
from chm_node.shell.terminal import Exit, Output, command

if TYPE_CHECKING:
    from chm_node.authoring.approval import Approved
    from vocabularies.problems import Problem

_SHOWN = 20


def add_record_commands(app: typer.Typer) -> None:
    """Add the commands to the program."""
    command(app, "import")(import_records)
    command(app, "export")(export_records)
    command(app, "publish")(publish_records)
    command(app, "withdraw")(withdraw_record)
    command(app, "check")(check_records)


def import_records(
    out: Output,
    file: Annotated[Path, typer.Argument(help="A .jsonl, .json, .csv, .xlsx or .ods file.")],
    *,
    dry_run: DryRun = False,
    publish: Annotated[bool, typer.Option("--publish", help="Publish the records taken in.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write every problem to this .csv, .xlsx or .json file.")] = None,
) -> None:
    """Take the records of a file in; good rows are kept, the others told of (exit 3)."""
    from chm_node.authoring.importing import import_entries, row_defaults
    from chm_node.authoring.reports import check_place, save_report
    from chm_node.authoring.sheets import load_entries

    node = node_for(out)
    if report is not None:
        check_place(report)
    entries = load_entries(file, row_defaults(node.settings))
    problems: list[Problem] = []
    with out.progress(len(entries), file.name) as advance:

        def on_chunk(rows: int, found: list[Problem]) -> None:
            problems.extend(found)
            advance(rows)

        approval = approval_for(node)
        summary = import_entries(node, entries, approval=approval, publish=publish, dry_run=dry_run, on_chunk=on_chunk)
    if report is not None:
        save_report(report, problems, node.settings.language)
    _say_imported(out, {**summary.as_dict(), "file": str(file)}, _as_dicts(problems, node.settings.language), report)


def _say_imported(
    out: Output, found: dict[str, object], problems: list[dict[str, object]], report: Path | None
) -> None:
    errors = [each for each in problems if each["severity"] == "error"]
    out.document({**found, "errors": errors}, _import_text(found, report))
    for each in errors[:_SHOWN]:
        out.note(f"row {each['row']}, {each['field'] or 'record'}: {each['message']}")
    if len(errors) > _SHOWN:
        out.note(f"… and {len(errors) - _SHOWN} more; --report FILE writes them all.")
    if found["refused"]:
        raise typer.Exit(Exit.PARTIAL)


def _import_text(found: dict[str, object], report: Path | None) -> str:
    words = {"done": "Done", "done-with-errors": "Done with errors", "failed": "Nothing was taken in"}[
        str(found["state"])
    ]
    counts = ", ".join(f"{found[name]} {name}" for name in ("created", "updated", "unchanged", "refused", "published"))
    tried = " Dry run: nothing was kept." if found["dry_run"] else ""
    told = f" Problems: {report}." if report else ""
    return f"{words}: {found['read']} read, {counts}.{told}{tried}"


def export_records(
    out: Output,
    *,
    format_name: Annotated[str, typer.Option("--format", help="native, csv, oai_dc, dcat, atom or xlsx.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="File to write; standard output otherwise.")
    ] = None,
) -> None:
    """Write everything that is published to a file or standard output."""
    from chm_node.exporting import WRITERS, export
    from chm_node.publishing.catalogue import SqlCatalogue
    from chm_node.tables import publication
    from chm_node.whole_file import whole_file

    if format_name not in WRITERS:
        raise typer.BadParameter(f"{format_name!r} is none of {', '.join(WRITERS)}.", param_hint="--format")
    node = node_for(out)
    catalogue = SqlCatalogue(node.engine, publication, node.site)
    with whole_file(output) if output else contextlib.nullcontext(sys.stdout.buffer) as file:
        written = export(catalogue, format_name, file, output or Path("-"))
    if output is not None:
        out.document(
            {"format": format_name, "records": written, "file": str(output)}, f"{written} records in {output}."
        )


def publish_records(
    out: Output,
    ids: Annotated[list[str] | None, typer.Argument(help="Local ids or whole record ids.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every record that is a draft or waits.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Publish working copies; those with errors stay as they are and are told of (exit 3)."""
    from chm_node.authoring.approval import approve, approve_waiting
    from chm_node.authoring.drafts import own_local_id
    from chm_node.database import write_or_try

    if bool(ids) == every:
        raise typer.BadParameter("Give ids, or --all.", param_hint="ID")
    node = node_for(out)
    with write_or_try(node.engine, dry_run=dry_run) as connection:
        approval = approval_for(node)
        wanted = [own_local_id(each, node.site.node_id) for each in ids or []]
        done = approve(connection, wanted, approval) if ids else approve_waiting(connection, approval)
    _say_published(out, done, dry_run=dry_run, language=node.settings.language)


def _say_published(out: Output, done: list[Approved], *, dry_run: bool, language: str) -> None:
    names = ("published", "unchanged", "refused")
    outcomes = {name: [each.copy.record.id for each in done if each.outcome == name] for name in names}
    problems = _as_dicts([found for each in done if each.outcome == "refused" for found in each.problems], language)
    counts = ", ".join(f"{len(found)} {name}" for name, found in outcomes.items())
    text = f"{counts}.{' Dry run: nothing was kept.' if dry_run else ''}"
    out.document({**outcomes, "dry_run": dry_run, "errors": problems}, text)
    for each in problems:
        out.note(f"{each['record_id']}: {each['message']}")
    if outcomes["refused"]:
        raise typer.Exit(Exit.PARTIAL)


def withdraw_record(
    out: Output,
    record_id: Annotated[str, typer.Argument(help="Local id or whole record id.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; readers see it where the record was.")],
    dry_run: DryRun = False,
) -> None:
    """Take a published record back; a note with the reason stays in its place."""
    from chm_node.authoring.approval import withdraw
    from chm_node.authoring.drafts import own_local_id
    from chm_node.database import write_or_try

    node = node_for(out)
    with write_or_try(node.engine, dry_run=dry_run) as connection:
        copy = withdraw(connection, own_local_id(record_id, node.site.node_id), reason, approval_for(node))
    done = {"id": copy.record.id, "state": copy.state, "reason": reason, "dry_run": dry_run}
    out.document(done, f"{copy.record.id} is withdrawn.{' Dry run: nothing was kept.' if dry_run else ''}")


def check_records(
    out: Output,
    file: Annotated[Path | None, typer.Argument(help="A file of records, as import takes it.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every record of the node.")] = False,
    fail_on: Annotated[str, typer.Option(help="Exit 4 for findings this grave: note, warning or error.")] = "error",
) -> None:
    """Say what is wrong with the records of a file or of the node, and change nothing."""
    from chm_node.authoring.checking import LEVELS, check_all, check_file

    if (file is not None) == every:
        raise typer.BadParameter("Give a file, or --all.", param_hint="FILE")
    if fail_on not in LEVELS:
        raise typer.BadParameter(f"{fail_on!r} is none of {', '.join(LEVELS)}.", param_hint="--fail-on")
    settings = settings_for(out)
    checked, problems = check_file(file, settings) if file is not None else check_all(node_for(out))
    grave = [found for found in problems if LEVELS.index(found.severity) >= LEVELS.index(fail_on)]
    shown = _as_dicts(problems, settings.language)
    if not out.json:
        for each in shown:
            place = f"row {each['row']}" if each["row"] else each["record_id"]
            out.event("problem", f"{each['severity']}: {place}, {each['field'] or 'record'}: {each['message']}")
    text = f"{checked} records checked, {len(problems)} findings, {len(grave)} of them {fail_on} or graver."
    out.document({"checked": checked, "findings": len(grave), "fail_on": fail_on, "problems": shown}, text)
    if grave:
        raise typer.Exit(Exit.FINDINGS)


def _as_dicts(problems: list[Problem], language: str) -> list[dict[str, object]]:
    from vocabularies.problems import as_dict

    return [as_dict(found, language) for found in problems]
