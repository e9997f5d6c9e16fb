"""Commands for who may write: tokens of programs and accounts of people."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated

import typer

from chm_node.cli_opening import node_for
from chm_node.shell.terminal import Output, command

token_app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
user_app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@command(token_app, "create")
def create(
    out: Output,
    *,
    scope: Annotated[str, typer.Option(help="What it may do: read, draft, publish or admin.")],
    expires: Annotated[
        int | None, typer.Option(help="Days until it stops working; never otherwise.", min=0, max=36_500)
    ] = None,
    label: Annotated[str, typer.Option(help="What it is for; noted beside whatever it does.")] = "",
) -> None:
    """Make a token and show it, this once."""
    from chm_node.authoring.moderation import SCOPES
    from chm_node.authoring.tokens import create_token
    from chm_node.database import write_or_try

    _check_choice("--scope", scope, SCOPES)
    node = node_for(out)
    with write_or_try(node.engine) as connection:
        token = create_token(connection, scope, label=label, expires_days=expires, now=datetime.now(UTC))
    out.note("Keep it safe: it is not shown again.")
    out.document({"token": token, "scope": scope, "expires_days": expires, "label": label}, token, asked=True)


@command(token_app, "list")
def list_all(out: Output) -> None:
    """List the tokens; the tokens themselves are not kept."""
    from chm_node.authoring.tokens import list_tokens
    from chm_node.publishing.sql import read

    with read(node_for(out).engine) as connection:
        out.table(list_tokens(connection), empty="There are no tokens.")


@command(token_app, "revoke")
def revoke(
    out: Output, prefix: Annotated[str, typer.Argument(help="Its first letters, as token list shows them.")]
) -> None:
    """Make a token stop working, now."""
    from chm_node.authoring.tokens import revoke_token
    from chm_node.database import write_or_try
    from chm_node.errors import TokenUnknown

    with write_or_try(node_for(out).engine) as connection:
        if not revoke_token(connection, prefix, now=datetime.now(UTC)):
            raise TokenUnknown(prefix=prefix)
    out.document({"revoked": prefix}, f"The token {prefix} no longer works.")


@command(user_app, "add")
def add(
    out: Output,
    email: Annotated[str, typer.Argument(help="Address to sign in with.")],
    *,
    role: Annotated[str, typer.Option(help="reader, author, publisher or administrator.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Make an account; without --password-stdin a password is made and shown, this once."""
    from chm_node.authoring.accounts import create_account
    from chm_node.authoring.moderation import ROLES
    from chm_node.database import write_or_try

    _check_choice("--role", role, ROLES)
    given = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    password = given if password_stdin else secrets.token_urlsafe(15)
    with write_or_try(node_for(out).engine) as connection:
        create_account(connection, email, role=role, password=password, now=datetime.now(UTC))
    shown = {} if password_stdin else {"password": password}
    text = f"{email} may sign in as {role}." + ("" if password_stdin else f" Password: {password}")
    out.document({"email": email, "role": role, **shown}, text, asked=not password_stdin)


@command(user_app, "list")
def list_people(out: Output) -> None:
    """List the accounts."""
    from chm_node.authoring.accounts import list_accounts
    from chm_node.publishing.sql import read

    with read(node_for(out).engine) as connection:
        out.table(list_accounts(connection), empty="There are no accounts.")


def _check_choice(option: str, value: str, choices: Iterable[str]) -> None:
    known = list(choices)
    if value not in known:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}.", param_hint=option)
