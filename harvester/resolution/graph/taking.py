"""Judgements from rows of a file kept here: what was news, what is history, and what was passed over, each with why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from harvester.resolution.graph.exchange import PassedOver, Refused, read_row
from harvester.resolution.graph.judgements import (
    Judgement,
    Place,
    check_contradiction,
    end,
    find_live,
    history,
    judge,
    keep_ended,
)

THERE = "are here already"
_ENDED_OF_OWNER = "were said by records themselves, and count no more"


@dataclass(slots=True)
class Taken:
    """What became of the rows of a file: every one is in just one of ``news``, ``ended``, ``passed`` and ``refused``.

    ``ended`` are decisions that count no more and were kept as history, ``passed`` how many rows were passed over for
    which reason. ``remarks`` name rows that were taken although somebody had said something else, with who.
    """

    news: list[Judgement] = field(default_factory=list)
    ended: list[Judgement] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    remarks: list[Refused] = field(default_factory=list)
    changed: set[Place] = field(default_factory=set)
    _row_of: dict[object, int] = field(default_factory=dict)

    @property
    def places(self) -> list[Place]:
        """Give the records whose things may be others now."""
        return sorted(self.changed)


def take(connection: Connection, rows: Iterable[tuple[int, Mapping[str, Any]]], *, by: str, now: datetime) -> Taken:
    """Keep judgements of people from rows, in their order, and tell what became of each row.

    What is there already is not written again, so that a file may be taken twice. Decisions of people that count no
    more are kept as history; where the very same one counts here it ends, as it did there. Rows of rules and models
    are passed over, as they are made anew from the records, and rows nobody put a verdict into.
    """
    taken = Taken()
    for number, row in rows:
        found = read_row(row, by)
        if isinstance(found, str):
            taken.refused.append(Refused(number, found))
        elif isinstance(found, PassedOver):
            taken.passed[found.reason] += 1
        elif found.ended_at is not None:
            _take_ended(connection, found, taken)
        else:
            _take_live(connection, number, found, taken=taken, now=now)
    return taken


def _take_live(connection: Connection, number: int, said: Judgement, *, taken: Taken, now: datetime) -> None:
    if path := check_contradiction(connection, said):
        way = " – ".join(f"{source}/{identifier}" for source, identifier in path)
        taken.refused.append(Refused(number, f"people have said the opposite along {way}; end one of those first"))
        return
    before = next((each for each in find_live(connection, [said.a]) if each.slot == said.slot), None)
    if not judge(connection, [said], now=now):
        taken.passed[THERE] += 1
    else:
        taken.news.append(said)
        taken.changed |= set(said.pair)
        if before is not None and (before.verdict, before.relation) != (said.verdict, said.relation):
            taken.remarks.append(Refused(number, _told_otherwise(said, before, taken._row_of.get(said.slot))))
    taken._row_of[said.slot] = number


def _told_otherwise(said: Judgement, before: Judgement, row: int | None) -> str:
    where = "here" if row is None else f"in row {row}"
    return (
        f"{said.by} says {_verdict(said)}, where {before.by} had said {_verdict(before)} {where}: the later counts, "
        "the other is history"
    )


def _verdict(said: Judgement) -> str:
    return f"{said.verdict} ({said.relation})" if said.relation else said.verdict


def _take_ended(connection: Connection, said: Judgement, taken: Taken) -> None:
    if said.by_kind != "person":
        taken.passed[_ENDED_OF_OWNER] += 1
        return
    same = [each for each in history(connection, said.a) if _is_the_very(each, said)]
    if any(each.ended_at is not None for each in same):
        taken.passed[THERE] += 1
        return
    if same and said.ended_at is not None:
        why, who = said.ended_why or "", said.ended_by or said.by
        end(connection, [each.id for each in same if each.id is not None], by=who, why=why, now=said.ended_at)
        taken.changed |= set(said.pair)
    else:
        keep_ended(connection, said)
    taken.ended.append(said)


def _is_the_very(one: Judgement, other: Judgement) -> bool:
    """Tell whether two rows are one decision: the same person said the same of the pair at the same moment."""
    return one.made_at == other.made_at and one.says_the_same(other)
