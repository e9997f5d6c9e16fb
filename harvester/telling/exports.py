"""The whole index written to a stream, a writer a format; streams, so that the size of the index does not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from chm_node.publishing.catalogue import Catalogue
from vocabularies.formats.dcat_tree import to_tree
from vocabularies.formats.native import parse_native
from vocabularies.formats.rdf_tree import IRI, PREFIXES, Literal, Node
from vocabularies.formats.tabular import columns_of, dump_csv, dump_rows
from vocabularies.record import Record
from vocabularies.text import UNDETERMINED

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_FORBIDDEN_IN_IRI = str.maketrans({character: f"%{ord(character):02X}" for character in '<>"{}|^`\\ \t\n\r'})
_TYPE = f"<{PREFIXES['rdf']}type>"


def write_ndjson(catalogue: Catalogue, stream: BinaryIO) -> int:
    """Write a native record a line and give their number."""
    written = 0
    for _, native in catalogue.iter_native():
        stream.write(native + b"\n")
        written += 1
    return written


def write_csv(catalogue: Catalogue, stream: BinaryIO) -> int:
    """Write a row a record under the columns the records use, and give the number of records."""
    used = columns_of(record for _, record in _records(catalogue))
    lines = dump_csv((record for _, record in _records(catalogue)), used)
    written = -1
    for line in lines:
        stream.write(line)
        written += 1
    return max(written, 0)


def write_parquet(catalogue: Catalogue, stream: BinaryIO) -> int:
    """Write a Parquet file of text: the columns of the CSV, and give the number of records."""
    from harvester.resolution.batch.parquet import write_table

    used = columns_of(record for _, record in _records(catalogue))
    rows = dump_rows((record for _, record in _records(catalogue)), used)
    return write_table(dict.fromkeys(used, "string"), rows, stream)


def write_nquads(catalogue: Catalogue, stream: BinaryIO) -> int:
    """Write the DCAT description of each record as N-Quads (RDF 1.1), the record's page naming the graph."""
    written = 0
    for local_id, record in _records(catalogue):
        address = catalogue.site.address(local_id)
        graph = _iri(address.record_url)
        for statement in _statements(to_tree(record, address)):
            stream.write(f"{statement} {graph} .\n".encode())
        written += 1
    return written


def _records(catalogue: Catalogue) -> Iterator[tuple[str, Record]]:
    for item, native in catalogue.iter_native():
        record = parse_native(native).record
        if record is not None:
            yield item.local_id, record


def _statements(node: Node) -> Iterator[str]:
    subject = _iri(node.iri)
    for name in node.types:
        yield f"{subject} {_TYPE} {_named(name)}"
    for name, values in node.properties:
        for value in values:
            if isinstance(value, Literal):
                yield f"{subject} {_named(name)} {_literal(value)}"
            elif isinstance(value, IRI):
                yield f"{subject} {_named(name)} {_iri(value.value)}"
            else:
                yield f"{subject} {_named(name)} {_iri(value.iri)}"
                yield from _statements(value)


def _iri(value: str) -> str:
    return f"<{value.translate(_FORBIDDEN_IN_IRI)}>"


def _named(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


def _literal(value: Literal) -> str:
    quoted = f'"{value.text.translate(_ESCAPES)}"'
    if value.datatype:
        return f"{quoted}^^{_named(value.datatype)}"
    return quoted if value.language == UNDETERMINED else f"{quoted}@{value.language}"


WRITERS: Mapping[str, Callable[[Catalogue, BinaryIO], int]] = {
    "ndjson": write_ndjson,
    "csv": write_csv,
    "parquet": write_parquet,
    "nquads": write_nquads,
}
