"""The commands about sources: add, set, list, remove."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chm_node.shell.terminal import Output, command
from harvester.commands.opening import centre_for, dump_interval, parse_country, parse_interval, parse_settings
from harvester.commands.site_list import add_from_list

if TYPE_CHECKING:
    from harvester.fetch import Fetcher
    from harvester.protocols import Probe
    from harvester.sources import Source

_ROADS = (
    "native, oai_pmh, dcat, cbd, ckan, csw, ogc_records, sitemap, feed, gbif, ipt, informea, bioland, files, "
    "protected_planet or panorama"
)


def add_source_commands(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (("add", add), ("set", set_), ("list", list_), ("remove", remove)):
        command(app, name)(function)


def add(
    out: Output,
    url: Annotated[
        str, typer.Argument(help="Address of a node, repository, catalogue, service, feed, site or file.")
    ] = "",
    *,
    from_list: Annotated[
        Path | None, typer.Option("--from-list", metavar="FILE", help="Add every site of a CSV table, paused.")
    ] = None,
    source_id: Annotated[str, typer.Option("--id", help="Short id, for example ke.")] = "",
    protocol: Annotated[str, typer.Option(help=f"auto finds it out; else {_ROADS}.")] = "auto",
    every: Annotated[str, typer.Option(help="How often to harvest: 30m, 24h, 7d.")] = "24h",
    country: Annotated[str, typer.Option(help="Two-letter code of the country the source speaks for.")] = "",
    name: Annotated[str, typer.Option(help="Name as the secretariat sees it.")] = "",
    rank: Annotated[
        int, typer.Option(min=1, help="Whose text wins where several describe one thing; 1 is strongest.")
    ] = 50,
    settings: Annotated[list[str] | None, typer.Option("--set", help="A setting of the protocol, KEY=VALUE.")] = None,
    hours: Annotated[str, typer.Option(help="When it may be harvested: 22:00-06:00 Africa/Nairobi.")] = "",
    contact: Annotated[str, typer.Option(help="E-mail address that is told when it is broken.")] = "",
    grace: Annotated[str, typer.Option(help="How long a record stays that lists no longer name.")] = "24h",
    paused: Annotated[bool, typer.Option("--paused", help="Do not harvest it by itself yet.")] = False,
) -> None:
    """Add a source, finding out by itself how it is harvested."""
    from chm_node.publishing import sql
    from harvester import registry
    from harvester.operating_errors import BadRequest, OwnAddress
    from harvester.preview import to_source
    from harvester.protocols import recognise
    from harvester.sources import config_from_settings

    if from_list is not None:
        pattern = _pattern(protocol, parse_settings(settings or []), every=every, grace=grace, hours=hours)
        _refuse_with_list(url=url, id=source_id, name=name, country=country)
        add_from_list(out, from_list, replace(pattern, rank=rank, contact=contact.strip()))
        return
    if not url:
        raise BadRequest(reason="Give the address of a source, or a table of them with --from-list FILE.")
    centre = centre_for(out)
    with centre.new_fetcher() as fetcher:
        probe = recognise(fetcher, url) if protocol == "auto" else _ask(fetcher, protocol, url)
    if probe.identifier in (centre.settings.centre_id, centre.settings.oai_host):
        raise OwnAddress(url=url)
    config = config_from_settings(probe.protocol, parse_settings(settings or []))
    with sql.write(centre.engine) as connection:
        chosen = source_id or registry.free_id(connection, probe.url, probe.identifier)
        found = to_source(probe, source_id=chosen, country=parse_country(country))
        new = replace(found, name=name or probe.name or chosen, config=config, every_s=parse_interval(every))
        namespace = registry.free_namespace(connection, probe.protocol, probe.identifier)
        new = replace(new, rank=rank, paused=paused, namespace=namespace, contact=contact.strip())
        new = replace(new, hours=_checked_hours(hours), grace_s=parse_interval(grace))
        registry.add_source(connection, new, now=centre.clock())
    text = f"Added {new.id}: {new.name}, {new.protocol} at {new.url}. Next: chm-harvester run {new.id}"
    out.document({**asdict(new), "details": dict(probe.details)}, text)


def _pattern(protocol: str, settings: dict[str, str], *, every: str, grace: str, hours: str) -> Source:
    """Give what is the same for all the sites of a list; settings need a protocol they belong to."""
    from harvester.configs import Config
    from harvester.operating_errors import BadRequest
    from harvester.sources import Source, config_from_settings

    if settings and protocol == "auto":
        raise BadRequest(reason="Settings for a whole list need their protocol: add --protocol.")
    config = Config() if protocol == "auto" else config_from_settings(protocol, settings)
    pattern = Source("list", "", "", protocol, config, paused=True, hours=_checked_hours(hours))
    return replace(pattern, every_s=parse_interval(every), grace_s=parse_interval(grace))


def _refuse_with_list(**given: str) -> None:
    from harvester.operating_errors import BadRequest

    if named := [name for name, value in given.items() if value]:
        reason = f"--from-list takes {', '.join(named)} from the table, a row a site; leave it out."
        raise BadRequest(reason=reason)


def _ask(fetcher: Fetcher, protocol: str, url: str) -> Probe:
    """Give what a source says of itself by a protocol named by hand; one that does not answer is taken as it is."""
    from harvester.errors import SourceError
    from harvester.protocols import PROTOCOLS, Probe

    entry = PROTOCOLS.get(protocol)
    try:
        found = entry.probe(fetcher, url) if entry else None
    except SourceError:
        found = None
    return replace(found, url=url) if found else Probe(protocol, url, "", "")


def set_(
    out: Output,
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    url: Annotated[str | None, typer.Option(help="Where it is now; its records and their ids stay.")] = None,
    every: Annotated[str | None, typer.Option(help="How often to harvest: 30m, 24h, 7d.")] = None,
    country: Annotated[str | None, typer.Option(help="Two-letter code; empty for none.")] = None,
    name: Annotated[str | None, typer.Option(help="Name as the secretariat sees it.")] = None,
    rank: Annotated[int | None, typer.Option(min=1, help="Whose text wins; 1 is strongest.")] = None,
    namespace: Annotated[str | None, typer.Option(help="The node or repository it speaks for; empty for none.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="A setting of the protocol, KEY=VALUE.")] = None,
    hours: Annotated[str | None, typer.Option(help="When it may be harvested; empty for any time.")] = None,
    contact: Annotated[str | None, typer.Option(help="E-mail address that is told when it is broken.")] = None,
    grace: Annotated[str | None, typer.Option(help="How long a record stays that lists no longer name.")] = None,
    paused: Annotated[bool | None, typer.Option("--paused/--not-paused", help="Harvest it by itself or not.")] = None,
) -> None:
    """Change a source; what was harvested of it stays, with its ids and its runs."""
    from chm_node.publishing import sql
    from harvester.registry import change_source, get_source
    from harvester.sources import config_from_settings, settings_of

    centre = centre_for(out)
    given: dict[str, Any] = {"url": url, "name": name, "rank": rank, "paused": paused, "namespace": namespace}
    given |= {"hours": None if hours is None else _checked_hours(hours), "contact": contact}
    changes = {name: value for name, value in given.items() if value is not None}
    if every is not None:
        changes["every_s"] = parse_interval(every)
    if grace is not None:
        changes["grace_s"] = parse_interval(grace)
    if country is not None:
        changes["country"] = parse_country(country)
    with sql.write(centre.engine) as connection:
        before = get_source(connection, source_id)
        if settings:
            wanted = settings_of(before.config) | parse_settings(settings)
            changes["config"] = config_from_settings(before.protocol, wanted)
        changed = replace(before, **changes)
        change_source(connection, changed, now=centre.clock())
    text = f"{source_id}: {_told_changes(before, changed) or 'nothing changed'}."
    if (before.country, before.rank, before.namespace) != (changed.country, changed.rank, changed.namespace):
        text += f" The records it sent before follow with chm-harvester replay {source_id}."
    out.document(asdict(changed), text)


def _checked_hours(text: str) -> str:
    from harvester.running.hours import parse_hours

    parse_hours(text)
    return text.strip()


def _told_changes(before: Source, changed: Source) -> str:
    old, new = _shown(before), _shown(changed)
    differing = [name for name in old.keys() | new.keys() if old.get(name) != new.get(name)]
    return ", ".join(f"{name} {old.get(name, 'as usual')} → {new.get(name, 'as usual')}" for name in sorted(differing))


def _shown(source: Source) -> dict[str, str]:
    from harvester.sources import settings_of

    words = {"name": source.name, "url": source.url, "country": source.country or "none", "rank": str(source.rank)}
    words |= {"namespace": source.namespace or "none"}
    words |= {"every": dump_interval(source.every_s), "paused": "yes" if source.paused else "no"}
    words |= {"hours": source.hours or "any", "contact": source.contact or "none"}
    words |= {"grace": dump_interval(source.grace_s)}
    return words | settings_of(source.config)


def list_(out: Output) -> None:
    """List the sources."""
    from chm_node.publishing import sql
    from harvester.registry import count_records, list_sources

    centre = centre_for(out)
    with sql.read(centre.engine) as connection:
        counted = count_records(connection)
        rows: list[dict[str, Any]] = [
            {
                "id": source.id,
                "name": source.name,
                "protocol": source.protocol,
                "country": source.country,
                "every_s": source.every_s,
                "rank": source.rank,
                "namespace": source.namespace,
                "paused": source.paused,
                "records": counted.get(source.id, {}).get("accepted", 0),
                "url": source.url,
            }
            for source in list_sources(connection)
        ]
    if not out.json:
        every = [{"every": dump_interval(row["every_s"]), "paused": "yes" if row["paused"] else ""} for row in rows]
        shown = ("id", "name", "protocol", "country", "every", "paused", "rank", "records", "url")
        rows = [{name: (row | more)[name] for name in shown} for row, more in zip(rows, every, strict=True)]
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
    from harvester.commands.runs import match_waiting
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
        match_waiting(out, centre)
    words = "Would remove" if dry_run else "Removed"
    out.document(
        {"source": source_id, "records": records, "dry_run": dry_run}, f"{words} {source_id}: {records} records."
    )
