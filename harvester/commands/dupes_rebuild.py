"""The command dupes rebuild: everything resolved anew, what that would change, and the change itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chm_node.shell.terminal import Output
from harvester.commands.opening import centre_for
from harvester.commands.runs import match_waiting

if TYPE_CHECKING:
    from harvester.centre import Centre
    from harvester.resolution.batch.shadow import Difference, Shadow
    from harvester.resolution.matching.scoring import Model

_MOST = 5
_PROCESSES = 2
_KINDS = {"merged": "Would join", "split": "Would part", "moved": "Would go to another thing"}


def rebuild(
    out: Output,
    *,
    dry_run: Annotated[bool, typer.Option("-n", "--dry-run", help="Only say what would change.")] = False,
    spark: Annotated[
        str, typer.Option("--spark", metavar="MASTER", help="Have Spark do it: local[2], or a cluster's address.")
    ] = "",
    processes: Annotated[int, typer.Option(min=1, max=64, help="Processes on this machine.")] = _PROCESSES,
    samples: Annotated[int, typer.Option(min=0, max=100, help="Samples of each kind of change.")] = _MOST,
) -> None:
    """Resolve everything anew from what is stored, say what that changes, and put it in place.

    People's and owners' judgements stay. Readers see each thing as it was or as it is. With --json an event a line.
    """
    from harvester.resolution.matching.scoring import load_model

    centre = centre_for(out)
    if not dry_run:
        match_waiting(out, centre)

    def told(text: str) -> None:
        out.event("progress", step=text) if out.json else out.note(text)

    shadow, difference = _resolve(centre, load_model(), spark, processes=processes, samples=samples, told=told)
    out.event("difference", "\n".join(_lines(difference)), **_document(shadow, difference))
    if dry_run:
        out.event("done", "Nothing was changed.", dry_run=True)
        return
    _put_in_place(out, centre, (shadow, difference), told)


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
    text = f"In place: {swapped.added} judgements added, {swapped.ended} ended, {settled} records settled."
    out.event("done", text, **facts)


def _document(shadow: Shadow, difference: Difference) -> dict[str, Any]:
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
            kind: [{"things": list(each.local_ids), "records": ["/".join(at) for at in each.places]} for each in some]
            for kind, some in difference.samples.items()
        },
    }


def _lines(difference: Difference) -> list[str]:
    lines = [
        f"Things joined: {difference.merged}. Taken apart: {difference.split}. "
        f"Records that go to another thing: {difference.moved}. "
        f"Judgements new: {difference.added}, over: {difference.ended}."
    ]
    for kind, head in _KINDS.items():
        for each in difference.samples.get(kind, ()):
            lines.append(f"  {head}: {', '.join(each.local_ids)}")
            lines += [f"      {'/'.join(place)}" for place in each.places]
    return lines
