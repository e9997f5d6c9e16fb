"""Rows about two records: which columns name them, and where a row holds both records, either side of it; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from harvester.resolution.labelled.columns import id_of, plan_of, text_of
from harvester.resolution.labelled.rows import Row

_ENDS = (
    ("a", "b"), ("ida", "idb"), ("id_a", "id_b"), ("a_id", "b_id"), ("ltable_id", "rtable_id"), ("left_id", "right_id"),
    ("id1", "id2"), ("id_1", "id_2"), ("left", "right"), ("id_left", "id_right"), ("id_l", "id_r"),
    ("unique_id_l", "unique_id_r"), ("record_a", "record_b"), ("record1", "record2"), ("source_id", "target_id"),
    ("source", "target"), ("a_identifier", "b_identifier"), ("p1", "p2"), ("e1", "e2"), ("d1", "d2"),
)  # fmt: skip
_BEFORE = (("left_", "right_"), ("ltable_", "rtable_"), ("l_", "r_"), ("a_", "b_"))
_BEHIND = (("_left", "_right"), ("_l", "_r"), ("_a", "_b"), ("_1", "_2"), ("1", "2"))


@dataclass(frozen=True, slots=True)
class Sides:
    """The columns of either record of a row, by what they are called without their side."""

    left: Mapping[str, str]
    right: Mapping[str, str]


def find_sides(columns: Sequence[str]) -> Sides | None:
    """Give both sides of a table whose rows are pairs (left_title, right_title …), or None where they are not."""
    for one, other in _BEFORE:
        if sides := _sides(columns, lambda name, mark: name.removeprefix(mark), str.startswith, (one, other)):
            return sides
    for one, other in _BEHIND:
        if sides := _sides(columns, lambda name, mark: name.removesuffix(mark), str.endswith, (one, other)):
            return sides
    return None


def _sides(
    columns: Sequence[str],
    bare: Callable[[str, str], str],
    bears: Callable[[str, str], bool],
    marks: tuple[str, str],
) -> Sides | None:
    left, right = ({bare(name, mark): name for name in columns if bears(name, mark)} for mark in marks)
    plan = plan_of(tuple(left))
    return Sides(left, right) if left.keys() == right.keys() and (plan.plain or plan.titles) else None


def split_row(row: Row, columns: Sequence[str]) -> Iterator[tuple[str, Row]]:
    """Yield the id and the row of both records, the left one first; an id that is not told is made of what is said."""
    sides, ends = find_sides(columns), find_ends(columns)
    for at, side in enumerate((sides.left, sides.right) if sides else ()):
        record = {name: row.get(column) for name, column in side.items()}
        said = "|".join(f"{name}={text_of(value)}" for name, value in sorted(record.items()))
        named = text_of(row.get(ends[at])) if ends else id_of(record)
        yield named or sha256(said.encode()).hexdigest()[:12], record


def find_ends(columns: Sequence[str]) -> tuple[str, str] | None:
    """Give the columns that name both records of a pair, or None where these are not a table of pairs."""
    for one, other in _ENDS:
        if one in columns and other in columns:
            return one, other
    if len(columns) == 2 and all("id" in name for name in columns):  # idDBLP, idACM
        return columns[0], columns[1]
    return None
