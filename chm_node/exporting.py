"""Everything a node publishes, written to one file; what is not public is not in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import PurePath
from typing import BinaryIO

from chm_node.publishing.catalogue import Catalogue
from chm_node.publishing.spreadsheet import dump_xlsx
from vocabularies import namespaces
from vocabularies.formats.dcat import CatalogueHead, dump_catalogue
from vocabularies.formats.feeds import FeedHead, dump_feed
from vocabularies.formats.native import parse_native
from vocabularies.formats.rdf_tree import Syntax
from vocabularies.formats.tabular import dump_csv
from vocabularies.record import Record

_PAGE = 500
_SYNTAX: Mapping[str, Syntax] = {".jsonld": "jsonld", ".json": "jsonld", ".rdf": "rdf", ".xml": "rdf"}


def export(catalogue: Catalogue, format_name: str, file: BinaryIO, path: PurePath) -> int:
    """Write every published record and give how many; the suffix of ``path`` decides the syntax of DCAT."""
    return WRITERS[format_name](catalogue, file, path)


def _fragments(catalogue: Catalogue, format_name: str) -> Iterator[tuple[datetime, bytes]]:
    after = 0
    while window := catalogue.window(format_name, after=after, limit=_PAGE):
        yield from ((item.datestamp, body) for item, body in window if body is not None)
        after = window[-1][0].sequence


def _records(catalogue: Catalogue) -> Iterator[Record]:
    for _, native in catalogue.iter_native():
        if (record := parse_native(native).record) is not None:
            yield record


def _native(catalogue: Catalogue, file: BinaryIO, _path: PurePath) -> int:
    written = 0
    for _, native in catalogue.iter_native():
        file.write(native + b"\n")
        written += 1
    return written


def _oai_dc(catalogue: Catalogue, file: BinaryIO, _path: PurePath) -> int:
    written = 0
    file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<records xmlns="{namespaces.CHM}">\n'.encode())
    for _, fragment in _fragments(catalogue, "oai_dc"):
        file.write(fragment + b"\n")
        written += 1
    file.write(b"</records>\n")
    return written


def _dcat(catalogue: Catalogue, file: BinaryIO, path: PurePath) -> int:
    syntax = _SYNTAX.get(path.suffix.lower(), "ttl")
    fragments = [body for _, body in _fragments(catalogue, f"dcat_{syntax}")]
    site = catalogue.site
    url = f"{site.base_url}/catalog.{syntax}"
    head = CatalogueHead(
        iri=f"{site.base_url}/catalog",
        title=site.name,
        description=site.name,
        publisher_iri=site.base_url,
        publisher_name=site.name,
        page_url=url,
        total=len(fragments),
        page_size=max(1, len(fragments)),
        first_url=url,
        last_url=url,
        languages=site.languages,
        homepage=site.base_url,
    )
    file.write(dump_catalogue(fragments, head, syntax))
    return len(fragments)


def _atom(catalogue: Catalogue, file: BinaryIO, _path: PurePath) -> int:
    entries = [body for _, body in _fragments(catalogue, "atom")]
    site = catalogue.site
    _, name = site.name.best() or ("", site.node_id)
    url = f"{site.base_url}/feed.atom"
    head = FeedHead(url, name, url, site.base_url, catalogue.modified_at(), author=name)
    file.write(dump_feed(reversed(entries), head, "atom"))
    return len(entries)


def _csv(catalogue: Catalogue, file: BinaryIO, _path: PurePath) -> int:
    records = list(_records(catalogue))
    for line in dump_csv(records):
        file.write(line if isinstance(line, bytes) else line.encode())
    return len(records)


def _xlsx(catalogue: Catalogue, file: BinaryIO, _path: PurePath) -> int:
    records = list(_records(catalogue))
    dump_xlsx(records, file)
    return len(records)


Writer = Callable[[Catalogue, BinaryIO, PurePath], int]
WRITERS: Mapping[str, Writer] = {
    "native": _native,
    "oai_dc": _oai_dc,
    "dcat": _dcat,
    "atom": _atom,
    "csv": _csv,
    "xlsx": _xlsx,
}
"""What an export can be written as."""
