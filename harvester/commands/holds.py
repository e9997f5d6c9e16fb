"""The commands about held runs: hold list, show, release, discard."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chm_node.shell.terminal import Exit, Output, command
from harvester.commands.opening import centre_for

if TYPE_CHECKING:
    from harvester.proof.decisions import Decided
    from harvester.proof.holding import Held

Run = Annotated[int, typer.Argument(metavar="RUN", min=1, help="The held run, as hold list shows it.")]
By = Annotated[str, typer.Option("--by", help="Who decides; your user name otherwise.")]
_MOST_SHOWN = 50


def add_hold_commands(app: typer.Typer) -> None:
    """Add the commands."""
    holds = typer.Typer(help="Runs that wait for a person, and the person's decision.", no_args_is_help=True)
    for name, function in (("list", list_), ("show", show), ("release", release), ("discard", discard)):
        command(holds, name)(function)
    app.add_typer(holds, name="hold")


def list_(out: Output) -> None:
    """List the runs that wait for a decision; exit 6 when there is one."""
    from chm_node.publishing import sql
    from harvester.proof.holding import list_open

    with sql.read(centre_for(out).engine) as connection:
        held = list_open(connection)
    rows = [_row(each) for each in held]
    if not out.json:
        rows = [
            {name: row[name] for name in ("run", "source", "code", "waiting", "opened_at", "reason")} for row in rows
        ]
    out.table(rows, "Nothing is held.")
    if held:
        raise typer.Exit(Exit.HELD)


def show(
    out: Output,
    run: Run,
    *,
    limit: Annotated[int, typer.Option(min=1, help="Records to show.")] = _MOST_SHOWN,
) -> None:
    """Show why a run is held and which records would change."""
    from chm_node.publishing import sql
    from harvester.proof.holding import get_hold, list_waiting

    with sql.read(centre_for(out).engine) as connection:
        held = get_hold(connection, run)
        waiting = list(list_waiting(connection, held.id, limit=limit))
    row = _row(held)
    lines = [f"Run {held.run} of {held.source}: {held.reason}"]
    lines += [f"  {each['reason']:<10} {each['identifier']}  {each['title']}" for each in waiting]
    more = row["waiting"] - len(waiting)
    lines += [f"  and {more} more; see them with --limit"] if more > 0 else []
    out.document(row | {"records": waiting}, "\n".join(lines), asked=True)


def release(out: Output, run: Run, *, by: By = "") -> None:
    """Carry out what a held run would change; its records change once, however often this is asked."""
    from harvester.commands.runs import match_waiting
    from harvester.proof.decisions import release as carry_out

    centre = centre_for(out)
    decided = carry_out(centre, run, by=by or getpass.getuser())
    match_waiting(out, centre)
    numbers = ", ".join(f"{number} {name}" for name, number in decided.counts.as_dict().items() if number)
    _tell(out, decided, f"Released run {run} of {decided.held.source}: {numbers or 'nothing was waiting'}.")


def discard(out: Output, run: Run, *, by: By = "") -> None:
    """Leave the records as they are, whatever a held run found."""
    from harvester.proof.decisions import discard as put_aside

    decided = put_aside(centre_for(out), run, by=by or getpass.getuser())
    _tell(out, decided, f"Discarded run {run} of {decided.held.source}: its records stay as they are.")


def _tell(out: Output, decided: Decided, text: str) -> None:
    out.document(decided.as_dict(), text)


def _row(held: Held) -> dict[str, Any]:
    numbers = {name: number for name, number in held.difference.items() if isinstance(number, int) and name != "live"}
    return {
        "run": held.run,
        "source": held.source,
        "code": held.code,
        "waiting": sum(numbers.values()),
        "by_reason": numbers,
        "live": held.difference.get("live"),
        "opened_at": held.opened_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "decision": held.decision,
        "reason": held.reason,
    }
