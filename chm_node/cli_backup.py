"""Commands that save a node to one file and bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chm_node.cli_opening import node_for, settings_for
from chm_node.shell.terminal import Output, command


def add_backup_commands(app: typer.Typer) -> None:
    """Add the commands to the program."""
    command(app, "backup")(backup)
    command(app, "restore")(restore)


def backup(out: Output, file: Annotated[Path, typer.Argument(help="Zip file to write.")]) -> None:
    """Save everything the node holds to one file, while it runs."""
    from chm_node.backup import save_backup

    rows = save_backup(node_for(out), file)
    out.document(
        {"file": str(file), "rows": rows}, f"{sum(rows.values())} rows in {file}. It holds secrets: keep it safe."
    )


def restore(
    out: Output,
    file: Annotated[Path, typer.Argument(help="What chm-node backup wrote.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Replace what the node holds now.")] = False,
) -> None:
    """Bring a node back from a backup; into a new home it brings the settings too."""
    from chm_node.backup import load_backup, restore_settings

    if restored := restore_settings(file, out.home):
        out.note(f"Settings restored to {restored}.")
    rows = load_backup(settings_for(out), file, replace=yes)
    out.document({"file": str(file), "rows": rows}, f"{sum(rows.values())} rows restored.")
