"""What a person decides of records: that they are one thing or not, that a thing comes apart, that it was a mistake.

It writes judgements only; ``index.resettle`` then solves and publishes what they concern, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from sqlalchemy import Connection, select

from harvester.errors import JudgementContradicts, JudgementNotUndone, NothingToSplit, UnknownRecord
from harvester.resolution.among import among
from harvester.resolution.graph.judgements import (
    JUDGED_AGAIN,
    Judgement,
    Place,
    Verdict,
    check_contradiction,
    end,
    find_judgement,
    history,
    judge,
)
from harvester.tables import source_record


@dataclass(frozen=True, slots=True)
class Decision:
    """The ids of the judgements a decision made (none where it said nothing new), and the records it concerns."""

    judgements: tuple[int, ...]
    places: frozenset[Place]


def decide(
    connection: Connection,
    a: Place,
    b: Place,
    verdict: Verdict,
    *,
    by: str,
    now: datetime,
    note: str = "",
    relation: str = "",
) -> Decision:
    """Keep a person's word on two records; what the same or another person said of the pair before is ended.

    Raises UnknownRecord for records never accepted here, JudgementContradicts where it goes against what people said of
    other pairs, with the chain of records on which they did.
    """
    _check_known(connection, {a, b})
    said = Judgement(a, b, verdict, "person", by, relation=relation, note=note)
    _check(connection, said)
    return Decision(tuple(judge(connection, [said], now=now)), frozenset({a, b}))


def split(
    connection: Connection, local_id: str, places: Collection[Place], *, by: str, now: datetime, note: str = ""
) -> Decision:
    """Keep a person's word that these records of a thing are another thing than the rest of it.

    Raises NothingToSplit where they are none of it or all of it, JudgementContradicts where people called records of
    both sides the same by way of others that are no part of it now.
    """
    table = source_record.c
    query = select(table.source_id, table.identifier).where(table.local_id == local_id, table.record.is_not(None))
    members = {(row.source_id, row.identifier) for row in connection.execute(query)}
    part = set(places)
    rest = members - part
    if not part or not rest or not part <= members:
        raise NothingToSplit(local_id=local_id, given=len(part), of=len(members))
    said = [Judgement(one, two, "different", "person", by, note=note) for one, two in product(sorted(part), rest)]
    made = judge(connection, said, now=now)
    for each in said:
        _check(connection, each)
    return Decision(tuple(made), frozenset(members))


def undo(connection: Connection, judgement_id: int, *, by: str, now: datetime, why: str = "") -> Decision:
    """Take a person's judgement back; what a person had said of the pair before it counts again.

    Raises JudgementNotUndone for one that is no person's or counts no more already.
    """
    said = find_judgement(connection, judgement_id)
    if said is None or said.ended_at is not None or said.by_kind != "person":
        raise JudgementNotUndone(judgement=judgement_id)
    end(connection, [judgement_id], by=by, why=why or "taken back", now=now)
    before = _said_before(connection, said)
    if before is None:
        return Decision((), frozenset(said.pair))
    again = replace(before, id=None, ended_at=None, ended_by=None, ended_why=None)
    _check(connection, again)
    return Decision(tuple(judge(connection, [again], now=now)), frozenset(said.pair))


def _said_before(connection: Connection, said: Judgement) -> Judgement | None:
    """Give the person's judgement of the pair that this one ended."""
    earlier = [
        each
        for each in history(connection, said.a)
        if each.pair == said.pair and each.by_kind == "person" and (each.ended_why or "").startswith(JUDGED_AGAIN)
    ]
    return next((each for each in reversed(earlier) if each.ended_at == said.made_at and each.id != said.id), None)


def _check(connection: Connection, said: Judgement) -> None:
    path = check_contradiction(connection, said)
    if path:
        raise JudgementContradicts(
            a=_named(said.a), b=_named(said.b), verdict=said.verdict, path=" – ".join(map(_named, path)), places=path
        )


def _named(place: Place) -> str:
    return f"{place[1]} of {place[0]}"


def _check_known(connection: Connection, places: Iterable[Place]) -> None:
    table = source_record.c
    wanted: Sequence[Place] = sorted(set(places))
    query = select(table.source_id, table.identifier).where(
        among(table.source_id, table.identifier, wanted), table.local_id.is_not(None)
    )
    known = {(row.source_id, row.identifier) for row in connection.execute(query)}
    for place in wanted:
        if place not in known:
            raise UnknownRecord(source=place[0], identifier=place[1])
