"""Tables as Parquet, the only module that knows pyarrow; it is an extra, and its absence is said in plain words."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, TypeVar

from harvester.operating_errors import ExtraMissing
from harvester.resolution.batch.members import Row
from harvester.resolution.batch.reading import Portions, Told
from harvester.resolution.batch.store import StoredForms, load_portion

_AT_ONCE = 20_000
FORMS = {"number": "int32", "source_id": "string", "identifier": "string", "payload": "binary"}
KEYS = {"key": "int64", "number": "int32"}
MEMBERS = {
    "number": "int32",
    "source_id": "string",
    "identifier": "string",
    "rank": "int32",
    "protocol": "string",
    "url": "string",
    "namespace": "string",
    "said": "binary",
    "keys": "list",
    "form": "binary",
}
_Item = TypeVar("_Item")
Values = Sequence[Any]


def check_installed() -> None:
    """Raise ExtraMissing where Parquet cannot be written here."""
    if find_spec("pyarrow") is None:
        raise ExtraMissing(what="Parquet", package="pyarrow", extra="parquet")


def write_table(columns: Mapping[str, str], rows: Iterable[Values], stream: BinaryIO) -> int:
    """Write rows of values as a Parquet file to a stream, and give their number.

    ``columns`` names each value's type: string, binary, int32, int64, float64 or list (of strings).
    """
    check_installed()
    with TemporaryFile() as file:  # a pipe cannot tell where it is, as the format has to
        written = _write(columns, rows, file)
        file.seek(0)
        shutil.copyfileobj(file, stream)
    return written


def _write(columns: Mapping[str, str], rows: Iterable[Values], file: IO[bytes]) -> int:
    import pyarrow
    from pyarrow import parquet

    types = {name: pyarrow.list_(pyarrow.string()) if kind == "list" else kind for name, kind in columns.items()}
    schema = pyarrow.schema(list(types.items()))
    written = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for some in _parts(rows):
            values = [list(each) for each in zip(*some, strict=True)]
            arrays = [pyarrow.array(each, field.type) for each, field in zip(values, schema, strict=True)]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            written += len(some)
    return written


def _parts(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    iterator = iter(items)
    while some := list(islice(iterator, _AT_ONCE)):
        yield some


def export_forms(portions: Portions, members: Iterable[tuple[int, Row]], folder: Path, *, told: Told) -> None:
    """Write forms, blocking keys and what grouping looks at of the records as Parquet, a file a portion.

    The folders ``forms``, ``keys`` and ``members`` are what a cluster reads; records go by their number.
    """
    check_installed()
    for name in ("forms", "keys", "members"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    forms = StoredForms(portions.paths)
    start = 0
    for path in portions.paths:
        portion = load_portion(path)
        numbers = range(start, start + len(portion.payloads.ends))
        rows = ((number, *portions.records[number].place, forms.payload(number)) for number in numbers)
        _file(folder / "forms" / f"{path.name}.parquet", FORMS, rows)
        lengths = portion.keys.lengths().tolist()
        bearers = chain.from_iterable([number] * length for number, length in zip(numbers, lengths, strict=True))
        _file(
            folder / "keys" / f"{path.name}.parquet",
            KEYS,
            zip(portion.keys.values.tolist(), bearers, strict=True),
        )
        start = numbers.stop
        told(f"{start} of {len(portions.records)} records written as Parquet")
    _file(folder / "members" / "all.parquet", MEMBERS, ((number, *row) for number, row in members))


def _file(path: Path, columns: Mapping[str, str], rows: Iterable[Values]) -> int:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        written = _write(columns, rows, file)
    part.replace(path)
    return written


def read_table(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file by the names of its columns."""
    check_installed()
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        for some in file.iter_batches(_AT_ONCE):
            yield from some.to_pylist()
