"""What a labelled set says of pairs: which records are one thing, in any of the usual shapes; reads files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from harvester.resolution.labelled.columns import find_id, text_of
from harvester.resolution.labelled.joined import find_ends, find_sides, split_row
from harvester.resolution.labelled.rows import Row, plain, read_rows

Pair = tuple[str, str]
CLUSTERS = (
    "cluster_id", "cluster", "clusterid", "entity_id", "entityid", "entity", "true_id", "truth", "gold_label", "gold",
    "group_id", "group", "true_cluster", "cluster_label", "duplicate_group",
)  # fmt: skip
"""Columns that name the true thing of a record."""
LABELS = ("verdict", "label", "gold_label", "match", "is_match", "ismatch", "is_duplicate", "duplicate", "same", "gold")
"""Columns that say whether a pair is one thing."""
_LEFT, _RIGHT = "\0left", "\0right"
_MOST_NAMED = 5
_SAYS_PAIRS = ("map", "pair", "match", "gold", "truth", "duplicate", "link")
_SAME = frozenset({"same", "1", "1.0", "true", "yes", "y", "match", "positive", "duplicate", "t"})
_DIFFERENT = frozenset({
    "different", "0", "0.0", "false", "no", "n", "non-match", "non_match", "negative", "distinct", "f",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a table's records in the set by their ids in the table, and all of them."""

    by_id: Mapping[str, str]
    all: frozenset[str]


@dataclass(slots=True)
class Labels:
    """Pairs as they are named in a set, each in the order of its file, and whether any file tells both kinds apart."""

    same: set[Pair] = field(default_factory=set)
    different: set[Pair] = field(default_factory=set)
    told: bool = False
    remarks: list[str] = field(default_factory=list)
    """What of the files was left out or taken in a way somebody should know of, as sentences."""


def find_clusters(columns: Iterable[str]) -> str | None:
    """Give the column that names the true thing of a record, or None."""
    there = set(columns)
    return next((name for name in CLUSTERS if name in there), None)


def read_gold(path: Path, columns: Sequence[str], tables: Sequence[Names], labels: Labels) -> None:
    """Take in what a file says of pairs; one that is not about pairs is passed over.

    ``tables`` are the records' names in each table. What names other records is left out, with a remark.
    """
    ends = _ends_of(path, columns)
    rows: list[dict[str, Any]] = [dict(row) for row in read_rows(path)]
    if ends is None and find_sides(columns):
        ends = _LEFT, _RIGHT
        for row in rows:
            row[_LEFT], row[_RIGHT] = (id for id, _ in split_row(row, columns))
    if len(columns) > 1 and all(_find_written(tables, name) for name in columns[:2]):
        ends = (columns[0], columns[1])  # no head: the first line is a pair as well
        rows.insert(0, {name: _find_written(tables, name) for name in ends})
    if ends is not None:
        _read_pairs(path, rows, ends, tables, labels)
    elif (column := find_clusters(columns)) and find_id(columns):
        given = {text_of(row.get(find_id(columns) or "")): text_of(row.get(column)) for row in rows}
        strangers = {id for id in given if not _find(tables, id)}
        _remark_strangers(path, strangers, f"{len(strangers)} of its {len(given)} rows", labels)
        held = {_find(tables, id): cluster for id, cluster in given.items() if id not in strangers}
        read_clusters(path.name, column, held, labels)


def _ends_of(path: Path, columns: Sequence[str]) -> Pair | None:
    if len(columns) == 2 and find_clusters(columns) and find_id(columns):
        return None  # id, cluster_id
    if ends := find_ends(columns):
        return ends
    is_said = any(word in path.stem.lower() for word in _SAYS_PAIRS)
    return (columns[0], columns[1]) if is_said and len(columns) == 2 and not find_clusters(columns) else None


def _read_pairs(path: Path, rows: Sequence[Row], ends: Pair, tables: Sequence[Names], labels: Labels) -> None:
    """Take in pairs; one that is called neither the same nor different is left out."""
    told = [(_verdict(row, labels), text_of(row.get(ends[0])), text_of(row.get(ends[1]))) for row in rows]
    first, second = _sides(tables, [(one, other) for _, one, other in told])
    strangers: set[str] = set()
    left = 0
    for verdict, one, other in told:
        pair = _find(first, one), _find(second, other)
        if not all(pair):
            strangers |= {id for id, name in zip((one, other), pair, strict=True) if not name}
            left += 1
        elif verdict is not None:
            (labels.same if verdict else labels.different).add((pair[0], pair[1]))
    _remark_strangers(path, strangers, f"{left} of its {len(rows)} pairs", labels)
    _remark_unread(path, rows, labels)


def _remark_unread(path: Path, rows: Sequence[Row], labels: Labels) -> None:
    column = next((name for name in LABELS if rows and name in rows[0]), None)
    said = [text_of(row.get(column)).casefold() for row in rows] if column else []
    if unread := [each for each in said if each not in _SAME | _DIFFERENT]:
        words = ", ".join(f"“{each}”" if each else "nothing" for each in sorted(set(unread))[:_MOST_NAMED])
        labels.remarks.append(
            f"{path.name} says {words} in {column} of {len(unread)} of its {len(rows)} pairs: they are left out. "
            "Write same or different there, or 1 or 0."
        )


def _verdict(row: Row, labels: Labels) -> bool | None:
    column = next((name for name in LABELS if name in row), None)
    if column is None:
        return True
    labels.told = True
    said = text_of(row[column]).casefold()
    return True if said in _SAME else False if said in _DIFFERENT else None


def _sides(tables: Sequence[Names], pairs: Sequence[Pair]) -> tuple[Sequence[Names], Sequence[Names]]:
    """Give the tables either end of the pairs names: of two tables the one each, whichever way round more is there."""
    if len(tables) != 2:
        return tables, tables
    here, there = (sum(one in a.by_id and other in b.by_id for one, other in pairs) for a, b in (tables, tables[::-1]))
    if max(here, there) < len(pairs):
        return tables, tables
    return ([tables[0]], [tables[1]]) if here >= there else ([tables[1]], [tables[0]])


def _find(tables: Sequence[Names], id: str) -> str:
    """Give the name of a record by its id, or nothing; also by its name, where the table stands before the id."""
    for names in tables:
        if id in names.by_id:
            return names.by_id[id]
        if ":" in id and id in names.all:
            return id
    return ""


def _find_written(tables: Sequence[Names], head: str) -> str:
    """Give the name of a record by its id as the head of a column would be written, or nothing."""
    written = ((plain(id), name) for names in tables for id, name in names.by_id.items())
    return _find(tables, head) or next((name for each, name in written if head in (each, name)), "")


def _remark_strangers(path: Path, strangers: set[str], left_out: str, labels: Labels) -> None:
    if strangers:
        some = ", ".join(each or "(empty)" for each in sorted(strangers)[:_MOST_NAMED])
        more = " …" if len(strangers) > _MOST_NAMED else ""
        labels.remarks.append(
            f"{path.name} names {len(strangers)} records that no table holds: {some}{more}. {left_out} are left out; "
            "records are named by id."
        )


def read_clusters(name: str, column: str, cluster_of: Mapping[str, str], labels: Labels) -> None:
    """Take in the true things records are of, by their names in the set, with a remark on what says nothing."""
    pairs = pairs_of_clusters(cluster_of)
    labels.same |= pairs
    if unnamed := sum(not cluster for cluster in cluster_of.values()):
        labels.remarks.append(
            f"{name} has {unnamed} of {len(cluster_of)} records without {column}: each counts as a thing of its own."
        )
    if cluster_of and not pairs:
        labels.remarks.append(
            f"{name} has a column {column} in which no value stands twice: give records of one thing the same value."
        )


def pairs_of_clusters(cluster_of: Mapping[str, str]) -> set[Pair]:
    """Give every pair of records of one thing; a record whose thing is not named is alone."""
    members: dict[str, list[str]] = defaultdict(list)
    for name, cluster in cluster_of.items():
        if cluster:
            members[cluster].append(name)
    return {pair for each in members.values() for pair in combinations(sorted(each), 2)}
