"""A shadow: what all records would come to by the rules and weights of now, in files, beside what is live."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from harvester.resolution.batch.edges import Edge
from harvester.resolution.batch.reading import Listed, Portions
from harvester.resolution.graph.exchange import find_all
from harvester.resolution.graph.judgements import Judgement, Place, is_derived
from harvester.resolution.matching.scoring import Model

_DERIVED = frozenset({"rule", "model"})


@dataclass(frozen=True, slots=True)
class Shadow:
    """A shadow at rest: ``records`` as they were when it was made, and the judgements and things made of them.

    The things of one record alone are not listed. ``silent`` are copies that stand in no thing: their owners deleted
    the records.
    """

    folder: Path
    portions: Portions
    model: Model
    counts: Mapping[str, int]
    silent: frozenset[Place] = frozenset()

    @property
    def records(self) -> list[Listed]:
        """Give the records by their number."""
        return self.portions.records

    def edges(self) -> Iterator[Edge]:
        """Read the judgements by rules and model, of records by number."""
        for line in _lines(self.folder / "edges.jsonl"):
            yield Edge(*line)

    def things(self) -> Iterator[list[int]]:
        """Read the things of several records, by number."""
        yield from _lines(self.folder / "things.jsonl")


def _lines(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        yield from map(orjson.loads, file)


def _write(path: Path, values: Iterable[Any]) -> int:
    part, count = path.with_suffix(".part"), 0
    with part.open("wb") as file:
        for value in values:
            file.write(orjson.dumps(value) + b"\n")
            count += 1
    part.replace(path)
    return count


def keep_shadow(shadow: Shadow, edges: Iterable[Edge], things: Iterable[Sequence[int]]) -> Shadow:
    """Write a shadow's judgements and things, and give it with their numbers."""
    shadow.folder.mkdir(parents=True, exist_ok=True)
    counts = {
        "records": len(shadow.records),
        "judgements": _write(shadow.folder / "edges.jsonl", map(tuple, edges)),
        "things": _write(shadow.folder / "things.jsonl", things),
    }
    return replace(shadow, counts={**shadow.counts, **counts})


class Sample(NamedTuple):
    """One of the differences: the canonical ids it concerns, and the records."""

    local_ids: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a swap would change: things joined, things taken apart, records that go to another thing; with samples.

    ``touched`` are the records of all those things, ``added`` and ``ended`` count judgements by rules and model.
    """

    merged: int
    split: int
    moved: int
    added: int
    ended: int
    samples: Mapping[str, tuple[Sample, ...]]
    touched: tuple[int, ...]


def find_difference(connection: Connection, shadow: Shadow, *, samples: int = 5) -> Difference:
    """Compare a shadow with what is live."""
    records = shadow.records
    thing_of = {number: at for at, thing in enumerate(shadow.things()) for number in thing}
    things = [tuple(thing) for thing in shadow.things()]
    homes: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(records):
        if each.local_id and each.place not in shadow.silent:
            homes[each.local_id].append(number)
    ids_of = [sorted({records[number].local_id for number in thing} - {""}) for thing in things]
    merged = [at for at, ids in enumerate(ids_of) if len(ids) > 1]
    split = [
        local_id
        for local_id, numbers in homes.items()
        if len(numbers) > 1 and len({thing_of.get(number, -1 - number) for number in numbers}) > 1
    ]
    touched = {number for at in merged for number in things[at]} | {n for local_id in split for n in homes[local_id]}
    added, ended = count_changes(connection, shadow)
    moved = _moved(shadow, [things[at] for at in merged], split, homes, thing_of)
    return Difference(
        len(merged),
        len(split),
        len(moved),
        added,
        ended,
        {
            "merged": tuple(_sample(records, ids_of[at], things[at]) for at in merged[:samples]),
            "split": tuple(_sample(records, [local_id], homes[local_id]) for local_id in split[:samples]),
            "moved": tuple(_sample(records, [records[number].local_id], [number]) for number in moved[:samples]),
        },
        tuple(sorted(touched)),
    )


def _moved(
    shadow: Shadow,
    merged: Sequence[Sequence[int]],
    split: Sequence[str],
    homes: Mapping[str, Sequence[int]],
    thing_of: Mapping[int, int],
) -> list[int]:
    """Give the records that will not bear the id they bear: an id stays with the first of its records."""
    leaving = {
        number
        for local_id in split
        for number in homes[local_id]
        if thing_of.get(number, -1 - number) != thing_of.get(homes[local_id][0], -1 - homes[local_id][0])
    }
    for thing in merged:
        kept = shadow.records[min(thing)].local_id
        leaving.update(number for number in thing if shadow.records[number].local_id != kept)
    return sorted(leaving)


def _sample(records: Sequence[Listed], local_ids: Iterable[str], numbers: Iterable[int]) -> Sample:
    return Sample(tuple(local_ids), tuple(records[number].place for number in list(numbers)[:10]))


def count_changes(connection: Connection, shadow: Shadow) -> tuple[int, int]:
    """Give how many judgements by rules and model a swap would add, and how many it would end."""
    changes = find_changes(connection, shadow, lambda _: True)
    return len(changes.added), len(changes.ended)


class Changes(NamedTuple):
    """Judgements a swap adds, and the live ones it ends."""

    added: list[Edge]
    ended: list[Judgement]


Pair = tuple[Place, Place]


def find_changes(connection: Connection, shadow: Shadow, counts: Callable[[Place], bool]) -> Changes:
    """Compare the judgements of a shadow with the live ones by rules and model, of records that still ``counts``."""
    records = shadow.records
    live: dict[tuple[Pair, str], Judgement] = {}
    for each in find_all(connection, people_only=False):
        if each.by_kind in _DERIVED and not is_derived(each):
            live[each.pair, each.by_kind] = each
    added: list[Edge] = []
    for edge in shadow.edges():
        a, b = records[edge.a].place, records[edge.b].place
        if not (counts(a) and counts(b)):
            continue
        judgement = edge.judgement(a, b, shadow.model.version)
        before = live.pop((judgement.pair, judgement.by_kind), None)
        if before is None or not _is_alike(judgement, before):
            added.append(edge)
    return Changes(added, [each for each in live.values() if counts(each.a) and counts(each.b)])


def _is_alike(one: Judgement, other: Judgement) -> bool:
    told = ("verdict", "by", "relation", "model_version", "probability", "note")
    return all(getattr(one, name) == getattr(other, name) for name in told)
