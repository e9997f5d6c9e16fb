"""Which sources tell one thing in several records, as the likeliest pairs show; reads and writes what was learnt.

A source is taken to tell a thing once, which keeps apart what looks alike. Where records of others are seen to be the
same as several of a source's, that holds no longer. What a rebuild has learnt is kept until everything is resolved
again, so that records that arrive meanwhile come to the same things in whatever order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

import orjson
from sqlalchemy import Connection, select

from chm_node.publishing.sql import upsert
from harvester.resolution.graph.judgements import Judgement
from harvester.tables import resolution_state

SURE = 0.99
"""From this probability on a pair shows something, where nothing is left to a person."""
LEAST = 20
"""So many records must each be the same as several of the source's."""
SHARE = 1 / 16
"""So large a share they must be of the records that are the same as any of the source's."""
_KEY = "repeating"
_Record = TypeVar("_Record", int, str, tuple[str, str])


def find_repeating(pairs: Iterable[tuple[tuple[_Record, str], tuple[_Record, str]]]) -> frozenset[str]:
    """Give the sources that repeat themselves, by sure pairs of records, each with its source, each given once."""
    tied: Counter[tuple[_Record, str]] = Counter()
    for (a, source), (b, source_too) in pairs:
        if source != source_too:
            tied[a, source_too] += 1
            tied[b, source] += 1
    met = Counter(source for _, source in tied)
    several = Counter(source for (_, source), records in tied.items() if records > 1)
    return frozenset(source for source, seen in several.items() if seen >= max(LEAST, SHARE * met[source]))


def is_sure(by_kind: str, probability: float | None, note: str) -> bool:
    """Tell whether what was said of a pair shows anything about its sources."""
    return by_kind == "model" and (probability or 0.0) >= SURE and not note


def repeating_in(judgements: Iterable[Judgement]) -> frozenset[str]:
    """Give the sources that repeat themselves for all that was judged."""
    sure = (each for each in judgements if is_sure(each.by_kind, each.probability, each.note))
    return find_repeating(((each.a, each.a[0]), (each.b, each.b[0])) for each in sure)


def kept_repeating(connection: Connection) -> frozenset[str]:
    """Give what was learnt last."""
    value = connection.execute(select(resolution_state.c.value).where(resolution_state.c.key == _KEY)).scalar()
    return frozenset(orjson.loads(value)) if value else frozenset()


def keep_repeating(connection: Connection, sources: frozenset[str]) -> None:
    """Keep what was learnt, in the place of what was before."""
    row = {"key": _KEY, "value": orjson.dumps(sorted(sources)).decode()}
    upsert(connection, resolution_state, [row], key=("key",))
