"""Commands that save a node to one file and bring it back."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from chm_node.cli_opening import DryRun, node_for, settings_for
from chm_node.shell.terminal import ChmError, Output, command


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
    dry_run: DryRun = False,
) -> None:
    """Bring a node back from a backup; into a new home it brings the settings too."""
    from chm_node.backup import restore_settings
    from chm_node.publishing.settings_source import find_home

    home = find_home(out.home)
    with tempfile.TemporaryDirectory(prefix="chm-restore-") as trial:
        # A dry run into a new home happens elsewhere; the settings are there first, the rows need them.
        tried = Path(trial) if dry_run and not (home / "config.toml").exists() else home
        restored = restore_settings(file, tried)
        try:
            rows = _load(replace(out, home=tried), file, yes=yes, dry_run=dry_run)
        except ChmError:
            if restored:
                restored.unlink()
            raise
    done = {"file": str(file), "rows": rows, "settings": bool(restored), "dry_run": dry_run}
    kept = " Dry run: nothing was kept." if dry_run else ""
    out.document(done, f"{sum(rows.values())} rows restored.{kept}")


def _load(out: Output, file: Path, *, yes: bool, dry_run: bool) -> dict[str, int]:
    from chm_node.backup import load_backup

    return load_backup(settings_for(out), file, replace=yes, dry_run=dry_run)
