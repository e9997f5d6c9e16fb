"""The command dupes rebuild: everything resolved anew, what that would change, and the change itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chm_node.shell.terminal import Output
from harvester.commands.opening import centre_for
from harvester.commands.runs import match_waiting

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from harvester.centre import Centre
    from harvester.resolution.batch.shadow import Difference, Shadow
    from harvester.resolution.graph.judgements import Place
    from harvester.resolution.matching.scoring import Model

_MOST = 5
_PROCESSES = 2
_KINDS = {
    "merged": "Things that come of joining others",
    "split": "Things that come apart",
    "moved": "Records that go to another thing",
}
_SAMPLES = {
    "merged": ("Joined, {shown} of {of}:", "one thing of"),
    "split": ("Taken apart, {shown} of {of}:", "no longer one thing:"),
    "moved": ("To another thing, {shown} of {of}:", "out of"),
}


def rebuild(
    out: Output,
    *,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Only say what would change.")] = False,
    spark: Annotated[
        str, typer.Option("--spark", metavar="MASTER", help="Have Spark do it: local[2], or a cluster's address.")
    ] = "",
    processes: Annotated[int, typer.Option(min=1, max=64, help="Processes on this machine.")] = _PROCESSES,
    samples: Annotated[int, typer.Option(min=0, max=100, help="Samples of each kind of change.")] = _MOST,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is put in place.")] = False,
) -> None:
    """Resolve everything anew from what is stored, say what that changes, and put it in place.

    People's and owners' judgements stay. Readers see each thing as it was or as it is. Where it is interrupted run it
    again: nothing is lost, and what was read is read no more. With --json an event a line.
    """
    from chm_node.publishing import sql
    from harvester.resolution.matching.scoring import load_model

    centre = centre_for(out)
    if not dry_run:
        match_waiting(out, centre)

    def told(text: str) -> None:
        out.event("progress", step=text) if out.json else out.note(text)

    shadow, difference = _resolve(centre, load_model(), spark, processes=processes, samples=samples, told=told)
    with sql.read(centre.engine) as connection:
        titles = _titles(connection, difference)
    out.event("difference", "\n".join(_lines(shadow, difference, titles)), **_document(shadow, difference, titles))
    if not dry_run and (yes or _may_go_on(out, difference)):
        _put_in_place(out, centre, (shadow, difference), told)
        return
    out.event("done", "Nothing was changed.", dry_run=dry_run)


def _may_go_on(out: Output, difference: Difference) -> bool:
    """Ask whoever sits at a terminal before anything changes; without one, and where nothing does, it goes on."""
    if out.json or not sys.stdin.isatty() or not (difference.touched or difference.added or difference.ended):
        return True
    return typer.confirm("Put that in place?", err=True)


def _titles(connection: Connection, difference: Difference) -> dict[Place, str]:
    from harvester.telling.pairs import find_stored

    places = {place for some in difference.samples.values() for each in some for place in each.places}
    return {place: each.title for place, each in find_stored(connection, places).items()}


def _resolve(
    centre: Centre, model: Model, master: str, *, processes: int, samples: int, told: Callable[[str], None]
) -> tuple[Shadow, Difference]:
    from chm_node.publishing import sql
    from harvester.resolution.batch.making import Cluster, make_shadow
    from harvester.resolution.batch.shadow import find_difference

    home = centre.settings.home
    cluster: Cluster | None = None
    if master:
        from harvester.resolution.batch.on_cluster import cluster_at

        cluster = cluster_at(master, home / "resolution" / "parquet", told=told)
    with sql.read(centre.engine) as connection:
        shadow = make_shadow(connection, home, model, processes=processes, told=told, cluster=cluster)
        return shadow, find_difference(connection, shadow, samples=samples)


def _put_in_place(out: Output, centre: Centre, found: tuple[Shadow, Difference], told: Callable[[str], None]) -> None:
    from harvester import index
    from harvester.resolution.batch.rebuild import settle, swap

    shadow, difference = found
    swapped = swap(centre.engine, shadow, difference, now=centre.clock(), told=told)
    settled = settle(
        centre.engine,
        lambda connection, places: index.resettle(connection, places, site=centre.site, now=centre.clock()),
        told=told,
    )
    facts = {"added": swapped.added, "ended": swapped.ended, "settled": settled, "dry_run": False}
    counts = f"Judgements added: {swapped.added:,}, ended: {swapped.ended:,}. Records settled anew: {settled:,}."
    text = f"It is in place. {counts}"
    out.event("done", text, **facts)


def _document(shadow: Shadow, difference: Difference, titles: Mapping[Place, str]) -> dict[str, Any]:
    return {
        "records": shadow.counts["records"],
        "things": shadow.counts["things"],
        "judgements": shadow.counts["judgements"],
        "merged": difference.merged,
        "split": difference.split,
        "moved": difference.moved,
        "added": difference.added,
        "ended": difference.ended,
        "samples": {
            kind: [
                {
                    "things": list(each.local_ids),
                    "records": [{"record": "/".join(at), "title": titles.get(at, "")} for at in each.places],
                }
                for each in some
            ]
            for kind, some in difference.samples.items()
        },
    }


def _lines(shadow: Shadow, difference: Difference, titles: Mapping[Place, str]) -> list[str]:
    numbers = {"merged": difference.merged, "split": difference.split, "moved": difference.moved}
    lines = [
        f"Resolved anew, {shadow.counts['records']:,} records make {shadow.counts['things']:,} things of several.",
        *(f"  {head}: {numbers[kind]:,}" for kind, head in _KINDS.items()),
        f"  Judgements by rules and model that are new: {difference.added:,}",
        f"  Judgements by rules and model that no longer hold: {difference.ended:,}",
    ]
    for kind, (head, of) in _SAMPLES.items():
        some = difference.samples.get(kind, ())
        lines += [head.format(shown=len(some), of=numbers[kind])] if some else []
        for each in some:
            lines.append(f"  {of} {', '.join(each.local_ids) or 'no thing yet'}")
            lines += [f"      {'/'.join(place)}  {titles.get(place, '')}" for place in each.places]
    return lines
