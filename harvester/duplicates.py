"""What the secretariat does about duplicates: its word and what that changes in the index, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from chm_node.publishing import sql
from harvester import index
from harvester.centre import Centre
from harvester.database import lock_index, named_failures
from harvester.errors import NothingToSplit
from harvester.operating_errors import BadRequest
from harvester.resolution.graph import decisions
from harvester.resolution.graph.decisions import Decision
from harvester.resolution.graph.exchange import RELATIONS
from harvester.resolution.graph.judgements import Place, Verdict
from harvester.resolution.graph.keeping import find_redirect
from harvester.resolution.graph.taking import Taken, take
from harvester.resolution.references import get_pair, get_place, get_thing
from harvester.tables import source_record

VERDICTS: Mapping[str, Verdict] = {"same": "same", "different": "different", "unsure": "unsure"}
_OF_ANOTHER_THING = frozenset({"version_of", "part_of", "has_version", "has_part"})
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Settled:
    """What a decision came to: its judgements (none where it said nothing new), and what that changed.

    ``things`` are those of the records concerned now, ``before`` what they were until then. ``leading`` are ids that
    lead to another since, with where.
    """

    judgements: tuple[int, ...]
    things: Mapping[Place, str]
    before: Mapping[Place, str]
    leading: Mapping[str, str]

    @property
    def returned(self) -> list[str]:
        """Give the ids that are a thing's own since: given anew, or again after they led to another."""
        return sorted(set(self.things.values()) - set(self.before.values()))

    def as_dict(self) -> dict[str, Any]:
        """Give the object commands and API answer with."""
        records = [
            {"source": place[0], "identifier": place[1], "thing": thing, "was": self.before.get(place)}
            for place, thing in sorted(self.things.items())
        ]
        return {
            "judgements": list(self.judgements),
            "changed": bool(self.leading or self.returned) or dict(self.before) != dict(self.things),
            "things": sorted(set(self.things.values())),
            "records": records,
            "redirects": [{"id": old, "leads_to": new} for old, new in sorted(self.leading.items())],
            "returned": self.returned,
        }


def decide_pair(
    centre: Centre, a: str, b: str, verdict: str, *, by: str, note: str = "", relation: str = ""
) -> Settled:
    """Keep a person's word on two records, named as people name them, and settle their things.

    BadRequest for a verdict or relation there is none of, or one record twice; the errors of ``get_pair`` and
    ``decisions.decide`` besides.
    """
    said = VERDICTS.get(verdict.strip().lower())
    if said is None:
        raise BadRequest(reason=f"“{verdict}” is no verdict. Write one of: {', '.join(VERDICTS)}.")
    kind = relation.strip().lower().replace("-", "_")
    if kind not in RELATIONS:
        raise BadRequest(reason=f"“{relation}” is no relation. Write one of: {', '.join(RELATIONS[1:])}.")
    if said == "same" and kind in _OF_ANOTHER_THING:
        raise BadRequest(reason="A version or a part of a thing is another thing. Write different.")

    def act(connection: Connection) -> Decision:
        one, two = get_pair(connection, a, b, centre.site.node_id)
        return decisions.decide(connection, one, two, said, by=by, now=centre.clock(), note=note, relation=kind)

    return _settle(centre, act)


def split_thing(centre: Centre, thing: str, parts: Sequence[str], *, by: str, note: str = "") -> Settled:
    """Keep a person's word that some records of a thing are another thing; without any, that each stands alone."""

    def act(connection: Connection) -> Decision:
        local_id = get_thing(connection, thing, centre.site.node_id)
        members = _members_of(connection, local_id)
        chosen = [{get_place(connection, each, centre.site.node_id) for each in parts}] if parts else None
        if chosen is None:
            chosen = [{place} for place in members[1:]]
        if not chosen:
            raise NothingToSplit(local_id=local_id, given=0, of=len(members))
        made: list[int] = []
        for part in chosen:
            done = decisions.split(connection, local_id, part, by=by, now=centre.clock(), note=note)
            made += done.judgements
        return Decision(tuple(made), frozenset(members))

    return _settle(centre, act)


def undo_judgement(centre: Centre, judgement: int, *, by: str, why: str = "") -> Settled:
    """Take back a person's judgement and settle its things; JudgementNotUndone where it does not count."""
    return _settle(centre, lambda connection: decisions.undo(connection, judgement, by=by, now=centre.clock(), why=why))


def take_judgements(centre: Centre, rows: Iterable[tuple[int, Mapping[str, Any]]], *, by: str) -> Taken:
    """Keep judgements from outside and settle their things; gives what became of every row."""
    with named_failures(), sql.write(centre.engine) as connection:
        lock_index(connection)
        now = centre.clock()
        taken = take(connection, rows, by=by, now=now)
        places = taken.places
        for start in range(0, len(places), _AT_ONCE):
            index.resettle(connection, places[start : start + _AT_ONCE], site=centre.site, now=now)
    return taken


def _members_of(connection: Connection, local_id: str) -> list[Place]:
    table = source_record.c
    query = select(table.source_id, table.identifier).where(table.local_id == local_id, table.record.is_not(None))
    return [
        (row.source_id, row.identifier) for row in connection.execute(query.order_by(table.source_id, table.identifier))
    ]


def _homes_of(connection: Connection, places: Iterable[Place]) -> dict[Place, str]:
    table = source_record.c
    found: dict[Place, str] = {}
    for source_id, identifier in places:
        query = select(table.local_id).where(table.source_id == source_id, table.identifier == identifier)
        if local_id := connection.execute(query).scalar():
            found[source_id, identifier] = local_id
    return found


def _settle(centre: Centre, act: Callable[[Connection], Decision]) -> Settled:
    with named_failures(), sql.write(centre.engine) as connection:
        lock_index(connection)
        decision = act(connection)
        homes = _homes_of(connection, decision.places)
        for local_id in set(homes.values()):
            homes |= dict.fromkeys(_members_of(connection, local_id), local_id)
        index.resettle(connection, decision.places, site=centre.site, now=centre.clock())
        things = _homes_of(connection, homes)
        left = sorted(set(homes.values()) - set(things.values()))
        leading = {old: lead.target for old in left if (lead := find_redirect(connection, old)) is not None}
    return Settled(decision.judgements, things, homes, leading)
