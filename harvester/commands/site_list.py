"""Adding the sites of a list from the command line: what became of each, and an exit code that says so."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from chm_node.shell.terminal import Exit, Output

if TYPE_CHECKING:
    from harvester.sources import Source


def add_from_list(out: Output, path: Path, pattern: Source) -> None:
    """Add every site of a table as a paused source and tell what became of each; exit 3 where one was not added."""
    from harvester.commands.opening import centre_for
    from harvester.operating_errors import BadRequest
    from harvester.site_list import add_sites, parse_site_list

    try:
        sites = parse_site_list(path.read_bytes())
    except OSError as error:
        raise BadRequest(reason=f"{path} cannot be read: {error.strerror}.") from None
    rows, left_out = [], 0
    for added in add_sites(centre_for(out), sites, pattern=pattern):
        source = added.source
        left_out += source is None
        row = {"line": added.site.line, "url": added.site.url, "id": source.id if source else ""}
        row |= {"protocol": source.protocol if source else "", "country": (source and source.country) or ""}
        rows.append(row | {"told": added.told} | ({"source": asdict(source)} if source and out.json else {}))
    out.table(rows, "The list names no site.")
    out.note(
        f"{len(rows) - left_out} added, {left_out} not. Next: chm-harvester run ID --shadow, then set ID --not-paused"
    )
    if left_out:
        raise typer.Exit(Exit.PARTIAL)
