"""Labelled sets: records as rows of tables or in our own format, and the pairs of them that are one thing; reads files.

Tables are told by their columns, so that sets in the shapes they are usually published in are read as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harvester.operating_errors import BadRequest
from harvester.resolution.forms.form import Facts
from harvester.resolution.forms.reading import facts_of
from harvester.resolution.labelled.columns import id_of, plan_of, text_of, to_facts
from harvester.resolution.labelled.joined import find_ends, find_sides, split_row
from harvester.resolution.labelled.labels import CLUSTERS, Labels, Names, find_clusters, read_clusters, read_gold
from harvester.resolution.labelled.rows import SUFFIXES, Row, columns_of, is_table, read_rows, shown
from vocabularies.formats.native import parse_native_object
from vocabularies.record import RECORD_CLASSES, Record

_RECORDS, _GOLD = ("records",), ("gold_pairs", "pairs")
"""Names of files that settle which is which, whatever else is in the folder."""
_PLACES = frozenset({"a_source", "b_source", "b_identifier"})
"""Columns, besides ``a_identifier``, of judgements that name records kept elsewhere."""
_SHAPES = (
    "A set is a folder with a table of records (columns id, title, authors, year …) and one of pairs (columns a and b, "
    "perhaps label), two tables and their pairs, or a table with a column that names each record's true thing "
    f"({', '.join(CLUSTERS[:3])} …)."
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A record of a labelled set: its name in the set, the source it came from (empty: not told), what it says.

    ``record`` is the record itself, where the set holds records in our own format.
    """

    name: str
    source: str
    facts: Facts
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class DataSet:
    """A labelled set; ``same`` are the pairs that are one thing, by names, ``different`` those said not to be.

    With ``exhaustive`` a pair that is not named is different. ``remarks`` say what of its files was left out.
    """

    name: str
    records: tuple[Labelled, ...]
    same: frozenset[tuple[str, str]]
    different: frozenset[tuple[str, str]]
    exhaustive: bool = True
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """The records of one file by the id each bears in it, and the true things a column of it names."""

    name: str
    records: dict[str, Labelled]
    cluster_of: dict[str, str]


def load_dataset(path: Path) -> DataSet:
    """Read a labelled set, a folder or a single file; BadRequest says what is missing and what would do.

    Columns are told by their names (title, title_fr, authors, year, venue, doi, country, source …). What names a
    record's true thing is never looked at as a fact. Pairs are those of a file of pairs, else records of one true
    thing. Where a file has a column of labels only the pairs it names are judged; otherwise all others are different.
    """
    columns = {each: columns_of(each) for each in _files(path)}
    found, gold = _load_tables(path, columns)
    tables = _with_names_of_their_own(found)
    labels = Labels()
    names = [_names_of(table) for table in tables]
    for each in gold:
        read_gold(each, columns[each], names, labels)
    column = next(filter(None, (find_clusters(names) for each, names in columns.items() if each not in gold)), None)
    if column and not (labels.same or labels.different):
        things = {one.name: table.cluster_of.get(id, "") for table in tables for id, one in table.records.items()}
        read_clusters(path.name, column, things, labels)
    if not (labels.same or labels.different):
        why = " ".join(labels.remarks) or _SHAPES
        raise BadRequest(reason=f"{path} does not say which records are one thing. {why}")
    same = frozenset(ordered(*pair) for pair in labels.same if pair[0] != pair[1])
    return DataSet(
        path.stem if path.is_file() else path.name,
        tuple(record for table in tables for record in table.records.values()),
        same,
        frozenset(ordered(*pair) for pair in labels.different) - same,
        exhaustive=not labels.told,
        remarks=tuple(labels.remarks),
    )


def holds_records(path: Path) -> bool:
    """Tell whether a path is a labelled set; a file that only names records kept elsewhere is none."""
    if not path.is_file():
        return True
    columns = columns_of(path) if is_table(path) else []
    if not columns or "a_identifier" in columns:
        return False
    return bool(_has_titles(columns) or find_sides(columns) or _PLACES.isdisjoint(columns))


def ordered(one: str, other: str) -> tuple[str, str]:
    """Give a pair of names in the order pairs are kept in."""
    return (one, other) if one <= other else (other, one)


def _files(path: Path) -> list[Path]:
    if path.is_file() and is_table(path):
        return [path]
    found = sorted(each for each in path.iterdir() if is_table(each) and each.is_file()) if path.is_dir() else []
    if not found:
        raise BadRequest(reason=f"{path} is no file ending in {', '.join(SUFFIXES)} and no folder of such. {_SHAPES}")
    return found


def _load_tables(path: Path, columns: Mapping[Path, Sequence[str]]) -> tuple[list[_Table], list[Path]]:
    """Give the tables of records, and the files that may say which are one thing."""
    files = [each for each in _named(columns, _RECORDS) if _has_titles(columns[each])]
    files = files or [each for each, names in columns.items() if _is_of_records(names)]
    gold = [each for each in (_named(columns, _GOLD) or columns) if each not in files]
    if files:
        return [_load_table(each, several=len(files) > 1) for each in files], gold
    joined = [each for each, names in columns.items() if find_sides(names)]
    if not joined:
        seen = "; ".join(f"{each.name} has {shown(names)}" for each, names in columns.items())
        raise BadRequest(reason=f"{path} has no table with a column of titles (title, name …): {seen}. {_SHAPES}")
    return _load_joined(joined, columns), joined


def _named(files: Iterable[Path], names: Sequence[str]) -> list[Path]:
    """Give the first of the files with one of these names."""
    return [each for name in names for each in files if each.stem == name][:1]


def _is_of_records(columns: Sequence[str]) -> bool:
    return _has_titles(columns) and not (find_ends(columns) or find_sides(columns))


def _has_titles(columns: Sequence[str]) -> bool:
    plan = plan_of(tuple(columns))
    return bool("record" in columns or plan.titles or plan.plain)


def _load_table(path: Path, *, several: bool) -> _Table:
    table = _Table(path.stem, {}, {})
    for number, row in enumerate(read_rows(path)):
        name = id_of(row) or str(number)
        if name in table.records:
            raise BadRequest(reason=f"{path} holds two records named {name}; each needs an id of its own.")
        table.records[name] = to_labelled(row, name, path.stem if several else "")
        if column := find_clusters(row):
            table.cluster_of[name] = text_of(row[column])
    return table


def to_labelled(row: Row, name: str, table: str) -> Labelled:
    """Give a row as a record of that name; where there are several tables, each is a source."""
    native = row.get("record", row)
    source = text_of(row.get("source")) or table
    if isinstance(native, dict) and isinstance(native.get("title"), dict) and native.get("type") in RECORD_CLASSES:
        return Labelled(name, source, facts_of(native), parse_native_object(native).record)
    return Labelled(name, source, to_facts(row))


def _load_joined(paths: Sequence[Path], columns: Mapping[Path, Sequence[str]]) -> list[_Table]:
    """Give both sides of rows that hold two records each, as two tables."""
    tables = _Table("left", {}, {}), _Table("right", {}, {})
    for path in paths:
        for row in read_rows(path):
            for table, (name, record) in zip(tables, split_row(row, columns[path]), strict=True):
                table.records.setdefault(name, Labelled(name, table.name, to_facts(record)))
    return list(tables)


def _names_of(table: _Table) -> Names:
    by_id = {id: one.name for id, one in table.records.items()}
    return Names(by_id, frozenset(by_id.values()))


def _with_names_of_their_own(tables: Sequence[_Table]) -> Sequence[_Table]:
    """Give the tables with the name of each before its records' where two tables use one id."""
    if len(tables) < 2 or len({id for each in tables for id in each.records}) == sum(len(t.records) for t in tables):
        return tables
    return [
        replace(each, records={id: replace(one, name=f"{each.name}:{id}") for id, one in each.records.items()})
        for each in tables
    ]
