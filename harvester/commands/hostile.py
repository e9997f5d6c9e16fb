"""The command hostile: a provider on this machine that misbehaves on purpose, for whoever writes a harvester."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated

import typer

from chm_node.shell.terminal import Output, command


def add_hostile_commands(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "hostile")(hostile)


def hostile(
    out: Output,
    *,
    serve: Annotated[bool, typer.Option("--serve", help="Play every scenario until stopped.")] = False,
    listed: Annotated[
        bool, typer.Option("--list", help="List the scenarios; this is also what it does alone.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port on 127.0.0.1 to listen on; 0 takes a free one.")
    ] = 8499,
) -> None:
    """Play providers that misbehave, each at an address of its own, to try a harvester against. Loopback only."""
    from harvester.hostile import SCENARIOS, HostileServer
    from harvester.operating_errors import BadRequest

    if listed or not serve:
        _tell(out, {name: {"scenario": name} for name in SCENARIOS})
        return
    try:
        server = HostileServer(SCENARIOS, port)
    except OSError as error:
        raise BadRequest(reason=f"Port {port} cannot be used ({error.strerror}); give another with --port.") from None
    _tell(out, {name: {"url": server.source_url(name)} for name in SCENARIOS})
    out.note(f"Misbehaving at {server.url} (stop with Ctrl-C). Scenarios begin anew when it is started again.")
    with suppress(KeyboardInterrupt):
        server.serve()
    server.close()


def _tell(out: Output, named: Mapping[str, Mapping[str, str]]) -> None:
    from harvester.hostile import SCENARIOS

    rows: list[dict[str, str]] = []
    for name, place in named.items():
        scenario = SCENARIOS[name]
        row = {"ids": " ".join(scenario.ids), **place, "does": scenario.does}
        more = {"scenario": name, "protocol": scenario.protocol, "must": scenario.must}
        rows.append(row | more if out.json else row)
    out.table(rows)
