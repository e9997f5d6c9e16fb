"""The command missing: every record of a source the index does not show as the source has it, and why."""

from __future__ import annotations

import csv
import sys
from typing import Annotated

import typer

from chm_node.shell.terminal import Output, command
from harvester.commands.opening import centre_for


def add_missing_command(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "missing")(missing)


def missing(
    out: Output,
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="Give comma-separated values.")] = False,
) -> None:
    """List every record of a source that the index lacks, or shows in an earlier version, and where each is stuck."""
    from chm_node.publishing import sql
    from harvester.desk.cells import MISSING_COLUMNS, safe_cell
    from harvester.records.reconciliation import balance, list_missing, tell
    from harvester.registry import get_source

    centre = centre_for(out)
    with sql.read(centre.engine) as connection:
        get_source(connection, source_id)
        rows = list_missing(connection, source_id)
        if as_csv:
            writer = csv.DictWriter(sys.stdout, MISSING_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: safe_cell(value) for name, value in row.items()} for row in rows)
        elif out.json:
            out.document(balance(connection, source_id).as_dict() | {"samples": list(rows)})
        else:
            out.note(f"{source_id}: {tell(balance(connection, source_id).as_dict())}")
            out.table(list(rows), "Everything of this source that has a name is in the index.")
