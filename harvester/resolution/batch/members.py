"""Members of things by the hundred thousand: of each record only what grouping looks at; pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import orjson

from harvester.resolution.clusters import MAX_HOLDERS, Cluster, Known, Member, Origin, cluster
from harvester.resolution.graph.judgements import Judgement, Place
from harvester.resolution.keys import certain
from harvester.resolution.origin import is_copy
from vocabularies.parts import Provenance
from vocabularies.record import RECORD_CLASSES, Record

_LOOKED_AT = ("id", "type", "government", "provenance")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    """A record and its source as grouping needs them, in values that any file holds.

    ``said`` is JSON of the record, empty for a copy that stands in no thing (``silent``); ``form`` is its stored form,
    by which vetoes are found.
    """

    source_id: str
    identifier: str
    rank: int
    protocol: str
    url: str
    namespace: str
    said: bytes
    keys: tuple[str, ...]
    form: bytes = b""

    @property
    def place(self) -> Place:
        """Where it is stored."""
        return self.source_id, self.identifier


def said_of(native: Mapping[str, Any]) -> bytes:
    """Give what grouping looks at of a native record."""
    kept = {name: native[name] for name in _LOOKED_AT if native.get(name)}
    return orjson.dumps(kept)


@cache
def _blank(kind: str) -> Record:
    """Give a record of a type that says nothing; one is made with a hundred defaults, and copied at a tenth of that."""
    construct: Callable[..., Record] = RECORD_CLASSES[kind].model_construct
    return construct(type=kind)


def to_member(row: Row, registered: Set[str]) -> Member:
    """Give a record as a member whose record holds no more than its row does.

    ``registered`` are the namespaces sources speak for.
    """
    said = orjson.loads(row.said)
    record = _blank(said["type"]).model_copy(
        update={
            "id": said.get("id"),
            "government": said.get("government"),
            "provenance": tuple(Provenance.model_validate(entry) for entry in said.get("provenance", ())),
        }
    )
    origin = Origin(row.source_id, row.rank, row.protocol, row.url, row.namespace)
    member = Member(origin, row.identifier, record, row.keys, _LONG_AGO, native=row.form)
    return replace(member, is_copy=is_copy(member, registered))


def group_rows(
    rows: Sequence[Row], judgements: Iterable[Judgement], registered: Set[str], repeating: Set[str]
) -> Iterator[tuple[Place, ...]]:
    """Yield the places of each thing of more than one member; the very grouping the pipeline does (``cluster``)."""
    known = Known(repeating)
    for members in cluster([to_member(row, registered) for row in rows if row.said], judgements, known):
        if len(members) > 1:
            yield places_of(members)


def places_of(members: Cluster) -> tuple[Place, ...]:
    """Give where the members of a thing are stored, in order."""
    return tuple(sorted(member.place for member in members))


class Ties(NamedTuple):
    """Pairs of records that share a certain key, and the keys that too many bear to tie any."""

    pairs: list[tuple[int, int]]
    crowded: frozenset[str]


def tied_by_keys(borne: Iterable[tuple[str, int]]) -> Ties:
    """Give ties between the bearers of each certain key, as a star; ``borne`` are keys with the number of a bearer."""
    bearers: dict[str, list[int]] = defaultdict(list)
    for key, number in borne:
        if certain((key,)):
            bearers[key].append(number)
    pairs = [
        (numbers[0], number) for numbers in bearers.values() if len(numbers) <= MAX_HOLDERS for number in numbers[1:]
    ]
    return Ties(pairs, frozenset(key for key, numbers in bearers.items() if len(numbers) > MAX_HOLDERS))
