"""The condition that a row is about one of some records, in the words every database has an index for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, false, or_


def among(
    source_id: ColumnElement[str], identifier: ColumnElement[str], places: Iterable[tuple[str, str]]
) -> ColumnElement[bool]:
    """Give the condition that the two columns name one of the records.

    A pair of columns compared with a list of pairs is no use: SQLite 3.40 (2022-12) reads the whole table for it.
    """
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, name in places:
        by_source[source].append(name)
    sources = [(source_id == source) & identifier.in_(names) for source, names in sorted(by_source.items())]
    return or_(false(), *sources)
