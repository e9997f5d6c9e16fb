"""The commands about sources: add, list, remove, test."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from typing import Annotated

import typer

from chm_node.shell.terminal import Exit, Output, command
from harvester.cli_opening import centre_for, parse_interval, parse_settings


def add_source_commands(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (("add", add), ("list", list_), ("remove", remove), ("test", test)):
        command(app, name)(function)


def add(
    out: Output,
    url: Annotated[
        str, typer.Argument(help="Address of a node, an OAI-PMH endpoint or a page below which there is one.")
    ],
    *,
    source_id: Annotated[str, typer.Option("--id", help="Short id, for example ke.")] = "",
    protocol: Annotated[str, typer.Option(help="auto finds it out; else native or oai_pmh.")] = "auto",
    every: Annotated[str, typer.Option(help="How often to harvest: 30m, 24h, 7d.")] = "24h",
    country: Annotated[str, typer.Option(help="Two-letter code of the country the source speaks for.")] = "",
    name: Annotated[str, typer.Option(help="Name as the secretariat sees it.")] = "",
    rank: Annotated[int, typer.Option(help="Whose text wins where several describe one thing; 1 is strongest.")] = 50,
    settings: Annotated[list[str] | None, typer.Option("--set", help="A setting of the protocol, KEY=VALUE.")] = None,
    paused: Annotated[bool, typer.Option("--paused", help="Do not harvest it by itself yet.")] = False,
) -> None:
    """Add a source, finding out by itself how it is harvested."""
    from chm_node.publishing import sql
    from harvester import registry
    from harvester.preview import to_source
    from harvester.protocols import Probe, recognise
    from harvester.sources import config_from_settings

    centre = centre_for(out)
    if protocol == "auto":
        with centre.new_fetcher() as fetcher:
            probe = recognise(fetcher, url)
    else:
        probe = Probe(protocol, url, name, "")
    config = config_from_settings(probe.protocol, parse_settings(settings or []))
    with sql.write(centre.engine) as connection:
        chosen = source_id or registry.free_id(connection, probe.url, probe.identifier)
        found = to_source(probe, source_id=chosen, country=country.upper() or None)
        new = replace(found, name=name or probe.name or chosen, config=config, every_s=parse_interval(every))
        new = replace(new, rank=rank, paused=paused)
        registry.add_source(connection, new, now=centre.clock())
    text = f"Added {new.id}: {new.name}, {new.protocol} at {new.url}. Next: chm-harvester run {new.id}"
    out.document({**asdict(new), "details": dict(probe.details)}, text)


def list_(out: Output) -> None:
    """List the sources."""
    from chm_node.publishing import sql
    from harvester.registry import count_records, list_sources

    centre = centre_for(out)
    with sql.read(centre.engine) as connection:
        counted = count_records(connection)
        rows = [
            {
                "id": source.id,
                "name": source.name,
                "protocol": source.protocol,
                "country": source.country,
                "every_s": source.every_s,
                "paused": source.paused,
                "records": counted.get(source.id, {}).get("accepted", 0),
                "url": source.url,
            }
            for source in list_sources(connection)
        ]
    out.table(rows, "There is no source yet. Add one: chm-harvester add URL")


def remove(
    out: Output,
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Only say what would be done.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a source and withdraw from the index what only it describes."""
    from chm_node.publishing import sql
    from harvester.registry import count_records, get_source
    from harvester.removal import remove_source

    centre = centre_for(out)
    with sql.read(centre.engine) as connection:
        get_source(connection, source_id)
        records = count_records(connection).get(source_id, {}).get("accepted", 0)
    if not dry_run:
        if not yes and not out.json and sys.stdin.isatty():
            typer.confirm(f"Remove {source_id} and its {records} records?", abort=True, err=True)
        records = remove_source(centre, source_id)
    words = "Would remove" if dry_run else "Removed"
    out.document(
        {"source": source_id, "records": records, "dry_run": dry_run}, f"{words} {source_id}: {records} records."
    )


def test(
    out: Output,
    url: Annotated[str, typer.Argument(help="Address to look at, or the id of a source.")],
    *,
    limit: Annotated[int, typer.Option(help="Records to look at.")] = 100,
) -> None:
    """Look at an address without storing anything: what it is, and what would become of its first records."""
    from chm_node.publishing import sql
    from harvester.operating_errors import UnknownSource
    from harvester.preview import preview_source, preview_url
    from harvester.registry import get_source
    from vocabularies.problems import as_dict

    centre = centre_for(out)
    try:
        with sql.read(centre.engine) as connection:
            source = get_source(connection, url)
    except UnknownSource:
        source = None
    with centre.new_fetcher() as fetcher:
        if source is None:
            seen = preview_url(fetcher, url, now=centre.clock(), limit=limit)
        else:
            seen = preview_source(fetcher, source, now=centre.clock(), limit=limit)
    problems = [{"identifier": identifier, **as_dict(found)} for identifier, found in seen.problems]
    numbers = {"read": seen.read, "accepted": seen.accepted, "refused": seen.refused, "failed": seen.failed}
    document = {"protocol": seen.source.protocol, "url": seen.source.url, "name": seen.source.name, "total": seen.total}
    lines = [f"{seen.source.name}: {seen.source.protocol} at {seen.source.url}"]
    lines += [f"Looked at {seen.read} records: {seen.accepted} good, {seen.refused} refused, {seen.failed} failed."]
    lines += [f"  {found['severity']}: {found['identifier']}: {found['message']}" for found in problems]
    out.document({**document, **numbers, "types": seen.types, "problems": problems}, "\n".join(lines))
    if seen.refused or seen.failed:
        raise typer.Exit(Exit.FINDINGS)
