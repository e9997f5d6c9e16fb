"""The command notify: tells people what broke and what is well again, once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from chm_node.shell.terminal import Output, command
from harvester.commands.opening import centre_for

if TYPE_CHECKING:
    from harvester.telling.notices import Change


def add_notify_command(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "notify")(notify)


def notify(
    out: Output,
    *,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Only say what would be told.")] = False,
) -> None:
    """Tell people by mail which sources broke or are well again since the last time; work does this by itself."""
    from harvester.telling.notices import tell

    told = tell(centre_for(out), dry=dry_run)
    changes, untold = _rows(told.changes), _rows(told.untold)
    mails, delivery = [str(path) for path in told.mails], told.delivery
    lines = [f"{each['source']}: {each['state']}. {each['reason']}".rstrip() for each in (*changes, *untold)]
    lines = lines or ["Nothing has changed; nobody is told."]
    if untold:
        names = ", ".join(each["source"] for each in untold)
        lines.append(f"There is nobody to tell of {names}: set CHM_EMAIL, or a contact: chm-harvester set ID --contact")
    if not dry_run:
        lines.append(f"Mails written: {len(mails)}, handed in: {delivery.taken}, in the outbox: {delivery.waiting}.")
        lines += [f"The mail server could not be used: {delivery.reason}"] if delivery.reason else []
    numbers = {"taken": delivery.taken, "waiting": delivery.waiting, "refused": list(delivery.refused)}
    document = {"changes": changes, "untold": untold, "mails": mails, **numbers, "reason": delivery.reason}
    out.document(document, "\n".join(lines))


def _rows(changes: Sequence[Change]) -> list[dict[str, str]]:
    return [{"source": each.source_id, "state": each.state, "reason": each.reason} for each in changes]
