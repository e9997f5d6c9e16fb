"""The commands about the index: search, export, reindex."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from chm_node.shell.terminal import Output, command
from harvester.cli_opening import centre_for
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
    out.note(f"{answer.total} found.")
    out.table([{name: row[name] for name in ("type", "language", "title", "id")} for row in rows], "Nothing found.")


def export(
    out: Output,
    *,
    format_: Annotated[str, typer.Option("--format", help="ndjson, csv or nquads.")] = "ndjson",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File; standard output otherwise.")] = None,
) -> None:
    """Write the whole index out, as it is at one moment."""
    from harvester.exports import WRITERS
    from harvester.index import open_catalogue

    if format_ == "parquet":
        raise BadRequest(
            reason="Parquet is not available. Write --format ndjson, csv or nquads; most tools convert ndjson."
        )
    if format_ not in WRITERS:
        raise BadRequest(reason=f"“{format_}” is no format of export. Choose one of: {', '.join(WRITERS)}.")
    centre = centre_for(out)
    catalogue = open_catalogue(centre.engine, centre.site)
    part = output.with_name(output.name + ".part") if output else None
    with part.open("wb") if part else nullcontext(sys.stdout.buffer) as stream:
        written = WRITERS[format_](catalogue, stream)
    if part and output:
        part.replace(output)
        out.document({"file": str(output), "format": format_, "records": written}, f"{written} records in {output}.")


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
