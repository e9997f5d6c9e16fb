"""The command line chm-node: what sets a node up and keeps it running; each command imports its work when it runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from chm_node.cli_access import token_app, user_app
from chm_node.cli_backup import add_backup_commands
from chm_node.cli_opening import node_for, settings_for
from chm_node.cli_records import add_record_commands
from chm_node.shell.terminal import Exit, Output, command, run_cli

HELP = """A national clearing-house node: write, import and publish records.

Examples:

  chm-node init --defaults --country KE --name "Kenya CHM" --email chm@example.org

  chm-node import records.csv --publish

  chm-node serve
"""

app = typer.Typer(help=HELP, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


@command(app, "init")
def init(
    out: Output,
    *,
    defaults: Annotated[bool, typer.Option("--defaults", help="Ask nothing.")] = False,
    country: Annotated[str, typer.Option(help="Two-letter code, for example KE.")] = "",
    name: Annotated[str, typer.Option(help="Name of the node as readers see it.")] = "",
    email: Annotated[str, typer.Option(help="Whom harvesters and readers can write to.")] = "",
    node_id: Annotated[
        str, typer.Option("--id", help="Short id, part of every record id; the country otherwise.")
    ] = "",
    languages: Annotated[str, typer.Option(help="Languages of the node, the main one first: en,sw.")] = "",
    base_url: Annotated[str, typer.Option(help="Public address, for example https://chm.example.org.")] = "",
    database_url: Annotated[str, typer.Option(help="PostgreSQL address; SQLite in the home otherwise.")] = "",
) -> None:
    """Make a node: its home, its settings and its database."""
    from chm_node.initialisation import initialise

    answers = {"country": country, "name": name, "email": email, "node_id": node_id, "languages": languages}
    answers |= {"base_url": base_url, "database_url": database_url}
    settings = initialise(out.home, _asked(answers, defaults=defaults))
    home = f" --home {settings.home}" if out.home else ""
    steps = [f"chm-node import FILE --publish{home}", f"chm-node serve{home}", f"chm-node doctor{home}"]
    text = "\n  ".join([f"The node {settings.node_id} is ready in {settings.home}. Next:", *steps])
    node = {"node": settings.node_id, "home": str(settings.home), "oai_host": settings.oai_host, "next": steps}
    out.document(node, text)


def _asked(answers: dict[str, str], *, defaults: bool) -> dict[str, str]:
    from chm_node.errors import AnswerMissing

    questions = {
        "country": "Country (two letters, empty for none)",
        "name": "Name of the node",
        "email": "E-mail of its contact",
    }
    may_ask = not defaults and sys.stdin.isatty()
    for option, question in questions.items():
        if may_ask and not answers[option]:
            answers[option] = typer.prompt(question, default="", show_default=False, err=True)
    if not answers["email"]:
        raise AnswerMissing(option="--email", example="--email chm@example.org")
    if not (answers["country"] or answers["name"]):
        raise AnswerMissing(option="--name", example='--name "Kenya CHM"')
    return answers


@command(app, "serve")
def serve(
    out: Output,
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the node over HTTP until it is stopped."""
    from threading import Thread

    from chm_node.app import app_for, fill_renditions
    from chm_node.database import open_node
    from chm_node.shell import listening

    settings = settings_for(out, host=host, port=port)
    node = open_node(settings)
    fill = Thread(target=fill_renditions, args=(node,), daemon=True)
    listening.serve(app_for(node), settings, out, when_listening=fill.start)


@command(app, "status")
def status(out: Output) -> None:
    """Say how many records there are in each state, and when something last changed."""
    from chm_node.inspection import node_status, status_text

    node = node_for(out)
    found = node_status(node)
    out.document(found, status_text(found), asked=True)


@command(app, "doctor")
def doctor(out: Output) -> None:
    """Check the node and say how to put right what is wrong; exit 4 when something is."""
    from chm_node.diagnosis import diagnose

    findings = diagnose(settings_for(out))
    wrong = [each for each in findings if each.level == "error"]
    words = {"ok": "ok     ", "warning": "warning", "error": "wrong  "}
    lines = [
        f"{words[each.level]}  {each.message}" + (f"\n         {each.fix}" if each.fix else "") for each in findings
    ]
    out.document({"healthy": not wrong, "checks": [each.as_dict() for each in findings]}, "\n".join(lines), asked=True)
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
    from chm_node.database import connect

    engine = connect(settings_for(out))
    before, newest = migrations.current(engine), migrations.head("node")
    if not dry_run:
        migrations.upgrade(engine, "node")
    words = "nothing to do" if before == newest else f"{before or 'empty'} to {newest}"
    done = {"before": before, "after": before if dry_run else newest, "head": newest, "dry_run": dry_run}
    out.document(done, f"Migration: {words}{' (nothing was changed)' if dry_run else ''}.")


add_record_commands(app)
add_backup_commands(app)
app.add_typer(token_app, name="token", help="Tokens for programs that write.")
app.add_typer(user_app, name="user", help="Accounts of people.")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run_cli(app, argv, name="chm-node"))


if __name__ == "__main__":
    main()
