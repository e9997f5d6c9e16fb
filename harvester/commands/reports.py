"""The commands that say how sources and runs are: status, runs, errors. They change nothing."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from chm_node.shell.terminal import Output, command
from harvester.commands.opening import centre_for


def add_report_commands(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (("status", status), ("runs", runs), ("errors", errors)):
        command(app, name)(function)


def status(out: Output) -> None:
    """Say how every source is doing, those that fail first."""
    from chm_node.publishing import sql
    from harvester.telling.reports import list_nodes

    centre = centre_for(out)
    with sql.read(centre.engine) as connection:
        nodes = list_nodes(connection, centre.clock())
    if out.json:
        out.document(nodes)
        return
    shown = ("id", "state", "records", "missing", "refused", "failed", "last_success_at", "next_due_at", "last_error")
    out.table([{name: _with_missing(node)[name] for name in shown} for node in nodes], "There is no source yet.")
    _tell_books(out, [node["last_run"] for node in nodes if node["last_run"]])


def runs(
    out: Output,
    source_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Of this source only.")] = None,
    *,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="So many, the newest first.")] = 20,
) -> None:
    """List the latest runs."""
    from chm_node.publishing import sql
    from harvester.registry import get_source
    from harvester.telling.reports import list_runs

    centre = centre_for(out)
    with sql.read(centre.engine) as connection:
        if source_id is not None:
            get_source(connection, source_id)
        found = list_runs(connection, centre.clock(), source_id, limit)
    if out.json:
        out.document(found)
        return
    numbers = ("read", "created", "updated", "unchanged", "deleted", "refused", "failed", "held")
    shown = ("run", "source", "kind", "state", "started_at", "duration_s", *numbers, "reason")
    out.table([{name: row[name] for name in shown} for row in found], "There is no run yet.")
    _tell_books(out, found)


def _with_missing(node: dict[str, Any]) -> dict[str, Any]:
    books = (node["last_run"] or {}).get("reconciliation") or {}
    return node | {"missing": books.get("missing", "")}


def _tell_books(out: Output, found: Sequence[dict[str, Any]]) -> None:
    from harvester.records.reconciliation import tell

    for row in found:
        if row["reconciliation"]:
            out.detail(f"{row['source']}, run {row['run']}: {tell(row['reconciliation'])}")


def errors(
    out: Output,
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    run_id: Annotated[int | None, typer.Option("--run", help="What this run met, instead of what stands now.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Give comma-separated values.")] = False,
    language: Annotated[str, typer.Option("--lang", help="Language of the messages.")] = "en",
) -> None:
    """List every problem with a source's records: which record, field and value, what is wrong and how to mend it."""
    from chm_node.publishing import sql
    from harvester.registry import get_source
    from harvester.telling.reports import get_run, problems_of_run, problems_of_source

    centre = centre_for(out)
    with sql.read(centre.engine) as connection:
        get_source(connection, source_id)
        if run_id is None:
            rows = problems_of_source(connection, source_id, language=language)
        else:
            get_run(connection, run_id, centre.clock())
            rows = (row for row in problems_of_run(connection, run_id, language=language) if row["source"] == source_id)
        if as_csv:
            _write_csv(rows)
        elif out.json:
            out.document(list(rows))
        else:
            shown = ("identifier", "severity", "code", "field", "value", "message")
            cut = [{name: str(row[name] or "")[:120] for name in shown} for row in rows]
            out.table(cut, "Nothing is wrong with the records of this source.")


def _write_csv(rows: Iterator[dict[str, Any]]) -> None:
    from harvester.desk.cells import ERROR_COLUMNS, safe_cell

    writer = csv.DictWriter(sys.stdout, ERROR_COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: safe_cell(value) for name, value in row.items()} for row in rows)
