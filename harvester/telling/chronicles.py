"""The history of a thing: what it is made of, which record each field is from, what ties them; it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select

from harvester.resolution.field_sources import field_sources
from harvester.resolution.graph.judgements import OUTRANKING, Judgement, Place, find_live, history
from harvester.resolution.relating import shown_things
from harvester.tables import id_redirect, source_record
from harvester.telling.pairs import Stored, find_stored, told_judgements


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What a thing is made of, which record each field is from, what ties its records, and all ever said of them.

    ``related`` are records of other things it is tied to as a translation, version or part, with what says so.
    ``led_here`` are ids that lead to it, or led to it once.
    """

    thing: str
    members: tuple[Stored, ...]
    gone: tuple[Stored, ...]
    fields: Mapping[str, Place]
    ties: tuple[Judgement, ...]
    past: tuple[Judgement, ...]
    led_here: tuple[Mapping[str, Any], ...]
    related: tuple[tuple[Stored, Judgement], ...]


def chronicle_of(connection: Connection, local_id: str) -> Chronicle:
    """Give the history of a thing by its canonical id; empty lists where nothing ever bore it."""
    table = source_record.c
    places = [
        (row.source_id, row.identifier)
        for row in connection.execute(
            select(table.source_id, table.identifier)
            .where(table.local_id == local_id)
            .order_by(table.first_at, table.source_id, table.identifier)
        )
    ]
    stored = find_stored(connection, places)
    everyone = [stored[place] for place in places]
    here = [each for each in everyone if each.thing == local_id and each.native is not None]
    shown = shown_things(connection, {local_id}).get(local_id)
    inside = {each.place for each in here}
    live = find_live(connection, inside)
    ties = [each for each in live if inside.issuperset(each.pair) and each.verdict == "same"]
    past = {each.id: each for place in places for each in history(connection, place)}
    return Chronicle(
        local_id,
        tuple(here),
        tuple(each for each in everyone if each not in here),
        field_sources(shown) if shown else {},
        tuple(ties),
        tuple(past[number] for number in sorted(past, key=lambda number: number or 0)),
        tuple(_led_to(connection, local_id)),
        tuple(_related(connection, live, inside)),
    )


def _related(
    connection: Connection, live: Iterable[Judgement], inside: Set[Place]
) -> Iterable[tuple[Stored, Judgement]]:
    """Give living records outside that are tied otherwise than by being the same; once for each, by whose word counts.

    What only the model found is told where nobody said otherwise.
    """
    said: dict[tuple[Place, Place], Judgement] = {}
    rank = {kind: at for at, kinds in enumerate(OUTRANKING) for kind in kinds}
    for each in sorted(live, key=lambda each: (rank[each.by_kind], each.id or 0)):
        if not inside >= set(each.pair):
            said.setdefault(each.pair, each)
    told = [each for each in said.values() if each.relation and not each.joins]
    stored = find_stored(connection, {place for each in told for place in each.pair})
    for each in told:
        other = stored.get(each.b if each.a in inside else each.a)
        if other is not None and other.native is not None:
            yield other, each


def _led_to(connection: Connection, local_id: str) -> Iterable[Mapping[str, Any]]:
    query = select(id_redirect).where(id_redirect.c.target == local_id).order_by(id_redirect.c.made_at)
    for row in connection.execute(query):
        yield {
            "id": row.local_id,
            "why": orjson.loads(row.why),
            "made_at": _instant(row.made_at),
            "ended_at": _instant(row.ended_at),
        }


def chronicle_document(chronicle: Chronicle, *, named: bool = True) -> dict[str, Any]:
    """Give a history as JSON; without ``named`` it does not tell which persons said what."""
    led = [dict(each) for each in chronicle.led_here]
    if not named:
        for each in led:
            each["why"] = {"kind": each["why"].get("kind")} if each["why"].get("kind") == "person" else each["why"]
    return {
        "thing": chronicle.thing,
        "members": [_member(each) for each in chronicle.members],
        "former": [_member(each) for each in chronicle.gone],
        "field_sources": {
            path: {"source": place[0], "identifier": place[1]} for path, place in sorted(chronicle.fields.items())
        },
        "joined_by": told_judgements(chronicle.ties, named=named),
        "related": [
            {"relation": said.relation_from(said.other(each.place)), "decided_by": said.by_kind} | each.as_dict()
            for each, said in chronicle.related
        ],
        "history": told_judgements(chronicle.past, named=named),
        "led_here": led,
    }


def _member(stored: Stored) -> dict[str, Any]:
    return stored.as_dict() | {"first_at": _instant(stored.first_at), "brought": stored.own_id}


def _instant(at: Any) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")
