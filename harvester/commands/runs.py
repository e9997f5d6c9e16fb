"""The commands that run something: run, replay, work."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from chm_node.shell.terminal import Exit, Output, command
from harvester.commands.opening import centre_for, exit_of

if TYPE_CHECKING:
    from harvester.centre import Centre
    from harvester.runs import Order, Report

DryRun = Annotated[bool, typer.Option("-n", "--dry-run", help="Take the same way and keep nothing.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Sources, by id.")]


def add_run_commands(app: typer.Typer) -> None:
    """Add the commands."""
    commands = (
        ("run", run),
        ("replay", replay),
        ("work", work),
    )
    for name, function in commands:
        command(app, name)(function)


def run(
    out: Output,
    ids: Ids = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every source that is not paused.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Every source whose last run failed.")] = False,
    dry_run: DryRun = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many records.")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read the whole list and take every record through again.")
    ] = False,
    shadow: Annotated[
        bool, typer.Option("--shadow", help="Keep nothing, and say what would change in the index.")
    ] = False,
    since: Annotated[str | None, typer.Option(help="Read from here: a date, or a sequence number of a node.")] = None,
    later: Annotated[
        bool, typer.Option("--later", help="Leave it to chm-harvester work, which takes it up at its turn.")
    ] = False,
) -> None:
    """Harvest sources now."""
    from harvester.operating_errors import BadRequest
    from harvester.runs import Order

    centre = centre_for(out)
    chosen = _chosen(centre, ids or [], every=every, failed=failed)
    if since is not None:
        _check_since(centre, chosen, since)
    order = Order(full=full, since=since, limit=limit, dry=dry_run, shadow=shadow)
    if not later:
        _run_and_tell(out, centre, chosen, order)
    if order.is_trial:
        raise BadRequest(reason="What is only tried out cannot wait; leave --later out.")
    _queue_and_tell(out, centre, chosen, order)


def _queue_and_tell(out: Output, centre: Centre, chosen: Sequence[str], order: Order) -> None:
    from chm_node.publishing import sql
    from harvester.database import named_failures
    from harvester.running.queueing import enqueue

    with named_failures(), sql.write(centre.engine) as connection:
        queued = {
            source_id: enqueue(connection, source_id, order, now=centre.clock(), later=True) for source_id in chosen
        }
    for source_id, run_id in queued.items():
        facts = {"source": source_id, "run": run_id, "state": "queued"}
        out.document(facts, f"{source_id}: queued as run {run_id}; chm-harvester work takes it up.")
    if not chosen:
        out.note("There is nothing to run.")


def _check_since(centre: Centre, chosen: Sequence[str], since: str) -> None:
    """Refuse what no source of these could begin from; it would read its whole list instead."""
    from chm_node.publishing import sql
    from harvester.operating_errors import BadRequest
    from harvester.protocols.oai_windows import parse_instant
    from harvester.registry import get_source

    with sql.read(centre.engine) as connection:
        protocols = {source_id: get_source(connection, source_id).protocol for source_id in chosen}
    for source_id, protocol in protocols.items():
        if protocol == "native" and not since.isdecimal():
            reason = f"{source_id} counts its changes. Write --since with a sequence number, for example 1200."
            raise BadRequest(reason=reason)
        if protocol == "oai_pmh" and (since.isdecimal() or parse_instant(since) is None):
            raise BadRequest(reason=f"“{since}” is no date {source_id} could begin from. Write for example 2026-05-31.")


def replay(
    out: Output,
    ids: Ids = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every source.")] = False,
    record: Annotated[
        str | None, typer.Option(metavar="IDENTIFIER", help="Only this record, by the identifier its source uses.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Take the stored bytes of sources, or of one record, to the index again, without the network."""
    from harvester.runs import Order

    centre = centre_for(out)
    chosen = _chosen(centre, ids or [], every=every, paused_too=True)
    if record is not None:
        _check_record(centre, chosen, record)
    _run_and_tell(out, centre, chosen, Order(replay=True, record=record, dry=dry_run))


def _check_record(centre: Centre, chosen: Sequence[str], record: str) -> None:
    from chm_node.publishing import sql
    from harvester.operating_errors import BadRequest
    from harvester.replay import check_stored

    if len(chosen) != 1:
        raise BadRequest(reason="Name the one source whose record it is.")
    with sql.read(centre.engine) as connection:
        check_stored(connection, chosen[0], record)


def _chosen(
    centre: Centre, ids: Sequence[str], *, every: bool = False, failed: bool = False, paused_too: bool = False
) -> list[str]:
    from chm_node.publishing import sql
    from harvester.operating_errors import BadRequest
    from harvester.registry import get_source, list_sources
    from harvester.telling.reports import list_nodes

    if bool(ids) + every + failed != 1:
        raise BadRequest(reason="Name the sources, or say --all or --failed.")
    with sql.read(centre.engine) as connection:
        if ids:
            return [get_source(connection, source_id).id for source_id in dict.fromkeys(ids)]
        if failed:
            return [node["id"] for node in list_nodes(connection, centre.clock()) if node["failures"]]
        return [source.id for source in list_sources(connection) if paused_too or not source.paused]


def _run_and_tell(out: Output, centre: Centre, chosen: Sequence[str], order: Order) -> NoReturn:
    from harvester.runs import run_many

    collect_garbage_seldom()
    reports: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    workers = 1 if order.is_trial else centre.settings.workers
    with out.progress(None, f"{len(chosen)} sources") as advance:

        def on_page(source_id: str, counts: Any, total: int | None) -> None:
            advance(counts.read - seen.get(source_id, 0))
            seen[source_id] = counts.read
            out.detail(f"{source_id}: {counts.read} of {total or '?'} records")

        try:
            for report in run_many(centre, chosen, order, workers=workers, on_page=on_page):
                reports.append(report.as_dict())
                out.document(reports[-1], told(report, dry=order.is_trial))
        except KeyboardInterrupt:
            _leave_at_once(out, centre)
    if not order.is_trial:
        match_waiting(out, centre)
    if not chosen:
        out.note("There is nothing to run.")
    raise typer.Exit(exit_of(reports))


def match_waiting(out: Output, centre: Centre) -> None:
    """Match what waits, so that what a command brought is one with what it describes before the command ends."""
    from harvester.matching_queue import follow

    with out.progress(None, "matching") as advance:
        seen = 0

        def on_batch(done: Any) -> None:
            nonlocal seen
            advance(done.records - seen)
            seen = done.records

        done = follow(centre, on_batch=on_batch)
    if done.records or done.failed:
        out.note(done.told())


def collect_garbage_seldom() -> None:
    """Have this process look for circles among its objects less often."""
    # records are trees without circles: looking for circles after every 700 of them costs an eighth of the time
    gc.set_threshold(100_000, 50, 50)


def _leave_at_once(out: Output, centre: Centre) -> NoReturn:
    """Leave though threads still wait for slow sources: what is saved is whole, and nothing more is written."""
    from contextlib import suppress

    from harvester.operating_errors import DatabaseUnreachable
    from harvester.runs import abandon

    centre.stop.set()
    with suppress(DatabaseUnreachable):  # what was running is found by the next worker
        abandon(centre)
    out.event("interrupted", "Interrupted. What was read is kept; the next run goes on from here.")
    _exit_now(Exit.INTERRUPTED)


def _exit_now(code: Exit) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def told(report: Report, *, dry: bool = False) -> str:
    """Give a report as one line for a person."""
    numbers = report.counts.as_dict()
    named = ", ".join(f"{number} {name}" for name, number in numbers.items() if number and name != "read")
    line = f"{report.source}: {report.state}, {numbers['read']} read" + (f" ({named})" if named else "")
    line += f" in {report.duration_s:.1f} s" + (" – dry run, nothing was kept" if dry else "")
    line = f"{line}. {report.reason}" if report.reason else line
    return f"{line}\n{report.difference.told()}" if report.difference else line


def work(
    out: Output,
    *,
    workers: Annotated[int | None, typer.Option(min=1, max=200, help="Sources harvested at the same time.")] = None,
    tick_s: Annotated[
        int | None, typer.Option("--tick", min=1, help="Seconds between two looks at what is due.")
    ] = None,
) -> None:
    """Harvest whatever is due, until stopped; any number of these may work side by side."""
    import signal
    from threading import Event

    from harvester.schedule import work_until

    centre = centre_for(out)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    collect_garbage_seldom()
    out.note("Working; stop with Ctrl-C.")
    settings = centre.settings
    ended = work_until(
        centre,
        stop,
        workers=workers or settings.workers,
        tick_s=tick_s or settings.tick_s,
        on_report=lambda report: out.event("run", told(report), **report.as_dict()),
    )
    if not ended:
        _exit_now(Exit.OK)
