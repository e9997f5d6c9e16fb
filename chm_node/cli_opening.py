"""How the commands of a node open it; nothing heavy is imported before a command runs."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chm_node.shell.terminal import Output

DryRun = Annotated[bool, typer.Option("-n", "--dry-run", help="Do everything, keep nothing.")]

if TYPE_CHECKING:
    from chm_node.authoring.approval import Approval
    from chm_node.database import Node
    from chm_node.settings import Settings


def settings_for(out: Output, **flags: Any) -> Settings:
    """Read the settings of the node a command works on."""
    from chm_node.publishing.settings_source import read_settings
    from chm_node.settings import Settings

    return read_settings(Settings, out.home, **flags)


def node_for(out: Output) -> Node:
    """Open the node a command works on."""
    from chm_node.database import open_node

    return open_node(settings_for(out))


def approval_for(node: Node) -> Approval:
    """Give who approves what is done at the command line, and when."""
    from chm_node.authoring.approval import Approval

    return Approval(f"cli:{os.environ.get('USER') or 'operator'}", datetime.now(UTC), node.site)
