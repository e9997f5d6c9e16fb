"""The records of a labelled set alone, without what it says of pairs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harvester.resolution.labelled.columns import id_of
from harvester.resolution.labelled.datasets import Labelled, to_labelled
from harvester.resolution.labelled.rows import read_rows


def load_records(path: Path) -> Iterator[Labelled]:
    """Read the records of a table, or of a file of records in our own format."""
    for number, row in enumerate(read_rows(path)):
        yield to_labelled(row, id_of(row) or str(number), "")
