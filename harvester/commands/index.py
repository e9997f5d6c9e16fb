"""The commands about the index: search, export, reindex."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from chm_node.shell.terminal import Output, command
from harvester.commands.opening import centre_for
from harvester.operating_errors import BadRequest

FORMATS = ("ndjson", "csv", "nquads")


def add_index_commands(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (("search", search), ("export", export), ("reindex", reindex)):
        command(app, name)(function)


def search(
    out: Output,
    query: Annotated[str, typer.Argument(help="Words in any language.")],
    *,
    types: Annotated[list[str] | None, typer.Option("--type", help="Record type, for example offer.")] = None,
    countries: Annotated[list[str] | None, typer.Option("--country", help="Two-letter code.")] = None,
    targets: Annotated[list[str] | None, typer.Option("--target", help="For example GBF-TARGET-03.")] = None,
    languages: Annotated[
        list[str] | None, typer.Option("--lang", help="Language of the record, for example fr.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
) -> None:
    """Search the index; facets count what the query finds."""
    from chm_node.publishing.search.engine import SearchRequest
    from harvester.index import open_catalogue, open_search

    centre = centre_for(out)
    catalogue = open_catalogue(centre.engine, centre.site)
    given = {"type": types, "country": countries, "target": targets, "language": languages}
    filters = {name: tuple(values) for name, values in given.items() if values}
    answer = open_search(catalogue, centre.settings).search(SearchRequest(query, filters, limit=limit))
    rows = []
    for hit in answer.hits:
        item = catalogue.get_item(hit.local_id)
        if item is not None and not item.deleted:
            tag, title = item.title.best("en") or ("", "")
            url = f"{centre.site.base_url}/records/{item.local_id}"
            rows.append({"id": item.record_id, "type": item.type, "language": tag, "title": title, "url": url})
    facets = {
        name: [{"value": each.value, "count": each.count} for each in counts] for name, counts in answer.facets.items()
    }
    if out.json:
        out.document({"total": answer.total, "facets": facets, "results": rows})
        return
    if answer.total:
        out.note(f"{answer.total} found.")
    out.table([{name: row[name] for name in ("type", "language", "title", "id")} for row in rows], "Nothing found.")


def export(
    out: Output,
    *,
    format_: Annotated[str, typer.Option("--format", help="ndjson, csv, parquet or nquads.")] = "ndjson",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File; standard output otherwise.")] = None,
) -> None:
    """Write the whole index out, as it is at one moment."""
    from harvester.index import open_catalogue
    from harvester.telling.exports import WRITERS

    if format_ not in WRITERS:
        raise BadRequest(reason=f"“{format_}” is no format of export. Choose one of: {', '.join(WRITERS)}.")
    centre = centre_for(out)
    catalogue = open_catalogue(centre.engine, centre.site)
    if output is None:
        WRITERS[format_](catalogue, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with _whole_file(output) as stream:
        written = WRITERS[format_](catalogue, stream)
    out.document({"file": str(output), "format": format_, "records": written}, f"{written} records in {output}.")


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file that stands under its name only once it is whole; a device, pipe or link is written to as it is."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        with path.open("wb") as stream:
            yield stream
        return
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def reindex(out: Output) -> None:
    """Make the search index anew from what is stored; readers see the old one until the new one is whole."""
    from harvester.index import open_catalogue, open_search

    centre = centre_for(out)
    catalogue = open_catalogue(centre.engine, centre.site)
    sequence = open_search(catalogue, centre.settings).rebuild()
    records = catalogue.count()
    out.document(
        {"sequence": sequence, "records": records}, f"The search index holds everything up to change {sequence}."
    )
