"""The command line chm-harvester: what sets a centre up and keeps it running; commands import their work late."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from chm_node.shell.terminal import Exit, Output, command, run_cli
from harvester.commands.dupes import add_dupes_commands
from harvester.commands.holds import add_hold_commands
from harvester.commands.hostile import add_hostile_commands
from harvester.commands.index import add_index_commands
from harvester.commands.missing import add_missing_command
from harvester.commands.notify import add_notify_command
from harvester.commands.opening import centre_for, settings_for
from harvester.commands.reports import add_report_commands
from harvester.commands.runs import add_run_commands
from harvester.commands.sources import add_source_commands
from harvester.commands.terms import add_terms_commands
from harvester.commands.test import add_test_command

HELP = """The centre of a federation: collects records from many sources and publishes them as one.

Examples:

  chm-harvester init --defaults

  chm-harvester add https://chm.example.org

  chm-harvester run --all

  chm-harvester errors ke --csv
"""

app = typer.Typer(help=HELP, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


@command(app, "init")
def init(
    out: Output,
    *,
    defaults: Annotated[bool, typer.Option("--defaults", help="Ask nothing.")] = False,
    name: Annotated[str, typer.Option(help="Name of the centre as readers see it.")] = "",
    email: Annotated[str, typer.Option(help="Whom sources and readers can write to.")] = "",
    centre_id: Annotated[str, typer.Option("--id", help="Short id, part of every canonical id.")] = "",
    base_url: Annotated[str, typer.Option(help="Public address, for example https://centre.example.org.")] = "",
    database_url: Annotated[str, typer.Option(help="PostgreSQL address; SQLite in the home otherwise.")] = "",
) -> None:
    """Make a centre: its home, its settings and its database. What is there already stays."""
    from harvester.opening import initialise

    if not defaults and sys.stdin.isatty():
        name = name or typer.prompt("Name of the centre", default="CHM Federation", err=True)
        email = email or typer.prompt("E-mail of its contact", default="", show_default=False, err=True)
    facts = {"centre_id": centre_id, "name": name, "email": email, "base_url": base_url, "database_url": database_url}
    centre = initialise(out.home, **facts)
    home = f" --home {centre.settings.home}" if out.home else ""
    steps = [f"chm-harvester add URL{home}", f"chm-harvester run --all{home}", f"chm-harvester serve{home}"]
    text = "\n  ".join([f"The centre {centre.settings.centre_id} is ready in {centre.settings.home}. Next:", *steps])
    out.document({"centre": centre.settings.centre_id, "home": str(centre.settings.home), "next": steps}, text)


@command(app, "serve")
def serve(
    out: Output,
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the index and the pages of the secretariat over HTTP until it is stopped."""
    from chm_node.shell import listening
    from harvester.app import app_for
    from harvester.opening import check_ready
    from harvester.rendering import start_rendering

    settings = settings_for(out, host=host, port=port)
    centre = check_ready(settings)
    listening.serve(app_for(centre), settings, out, when_listening=lambda: start_rendering(centre))


@command(app, "doctor")
def doctor(out: Output) -> None:
    """Check the centre and say how to put right what is wrong; exit 4 when something is."""
    from harvester.telling.diagnosis import diagnose

    findings = diagnose(centre_for(out, any_version=True))
    wrong = [each for each in findings if each.level == "error"]
    words = {"ok": "ok     ", "warning": "warning", "error": "wrong  "}
    lines = [
        f"{words[each.level]}  {each.message}" + (f"\n         {each.fix}" if each.fix else "") for each in findings
    ]
    out.document({"healthy": not wrong, "checks": [each.as_dict() for each in findings]}, "\n".join(lines))
    if wrong:
        raise typer.Exit(Exit.FINDINGS)


@command(app, "migrate")
def migrate(
    out: Output,
    *,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Bring the database to the form this version needs."""
    import migrations

    engine = centre_for(out, any_version=True).engine
    before, newest = migrations.current(engine), migrations.head("harvester")
    if not dry_run:
        migrations.upgrade(engine, "harvester")
    words = "nothing to do" if before == newest else f"{before or 'empty'} to {newest}"
    done = {"before": before, "after": before if dry_run else newest, "head": newest, "dry_run": dry_run}
    out.document(done, f"Migration: {words}{' (nothing was changed)' if dry_run else ''}.")


add_source_commands(app)
add_test_command(app)
add_run_commands(app)
add_report_commands(app)
add_missing_command(app)
add_hold_commands(app)
add_dupes_commands(app)
add_notify_command(app)
add_index_commands(app)
add_terms_commands(app)
add_hostile_commands(app)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run_cli(app, argv, name="chm-harvester"))


if __name__ == "__main__":
    main()
