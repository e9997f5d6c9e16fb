"""Matching follows the pipeline: records that came, changed or left are compared with those like them, in batches.

What was found is kept as judgements; what they change is resolved and published in the same transaction, so that a
process that is killed leaves the rest of the queue and nothing by halves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from harvester.resolution.among import among
from harvester.resolution.forms.form import Form
from harvester.resolution.graph import judgements
from harvester.resolution.graph.judgements import Judgement, Place, is_derived
from harvester.resolution.graph.policy import Policy
from harvester.resolution.matching.candidates import settle_keys
from harvester.resolution.matching.meeting import bring_together
from harvester.resolution.matching.ruling import Placed, judge_pair
from harvester.resolution.matching.scoring import Model
from harvester.resolution.matching.stored_forms import Renewed, find_numbered, renew
from harvester.resolution.matching.vetoes import forbids_kept
from harvester.resolution.ties import ties
from harvester.resolution.waiting import enqueue
from harvester.tables import form as form_table
from harvester.tables import matching_queue

BATCH = 500
_CHUNK = 400
_OWN = frozenset({"rule", "model"})


@dataclass(slots=True)
class Matched:
    """What matching a batch came to: how many records, pairs compared, and the places whose things may change."""

    records: int = 0
    compared: int = 0
    touched: set[Place] = field(default_factory=set)


def next_places(connection: Connection, limit: int = BATCH) -> list[Place]:
    """Give the records that wait to be matched, those queued first before others."""
    table = matching_queue.c
    query = select(table.source_id, table.identifier).order_by(table.source_id, table.identifier).limit(limit)
    return [(source_id, identifier) for source_id, identifier in connection.execute(query)]


def match(connection: Connection, places: Sequence[Place], *, model: Model, policy: Policy, now: datetime) -> Matched:
    """Compare records with all that share a key with them and keep what was found as judgements.

    Takes the records out of the queue. Records whose keys became too common, or common no more, by these are queued.
    """
    renewed = renew(connection, places)
    meeting = bring_together(connection, renewed)
    partners = meeting.partners
    forms = _forms_of(connection, renewed, partners)
    matched = Matched(records=len(places))
    found: dict[tuple[Place, Place], Judgement] = {}
    for no, others in partners.items():
        for other in others:
            if other in partners and other < no:
                continue  # the pair is met from the other side as well
            judgement = judge_pair(forms[no], forms[other], model, policy)
            matched.compared += 1
            if judgement is not None:
                found[judgement.pair] = judgement
    new = {each.place for each in renewed if each.is_new} - {place for pair in found for place in pair}
    matched.touched = _keep(connection, [place for place in places if place not in new], found, now=now)
    forget(connection, places)
    settle_keys(connection)
    again = _places_of(connection, meeting.common_no_more)
    again += _judged(connection, _places_of(connection, meeting.too_common))
    if again:
        enqueue(connection, again, now=now)
    return matched


def _judged(connection: Connection, places: Sequence[Place]) -> list[Place]:
    """Give those of the records of which matching found something that may rest on a key they are no more met by."""
    ends = {place for each in judgements.find_live(connection, places) if each.by_kind in _OWN for place in each.pair}
    return [place for place in places if place in ends]


def _forms_of(
    connection: Connection, renewed: Sequence[Renewed], partners: Mapping[int, set[int]]
) -> dict[int, Placed]:
    forms = {each.no: (each.place, each.now) for each in renewed if each.now is not None}
    asked_by: dict[int, list[Form]] = defaultdict(list)
    for no, others in partners.items():
        for other in others:
            if other not in forms:
                asked_by[other].append(forms[no][1])

    def wanted(no: int, values: Sequence[Any]) -> bool:
        return not all(forbids_kept(form, values) for form in asked_by[no])

    forms |= find_numbered(connection, asked_by, wanted)
    for others in partners.values():
        others.intersection_update(forms)
    return forms


def _keep(
    connection: Connection,
    places: Sequence[Place],
    found: Mapping[tuple[Place, Place], Judgement],
    *,
    now: datetime,
) -> set[Place]:
    """Keep what was found of the places' pairs, end what no longer holds, and give the places it may move.

    Of records that are left out nothing was found, neither now nor before.
    """
    live = judgements.find_live(connection, places)
    own = {each.slot: each for each in live if each.by_kind in _OWN and not is_derived(each)}
    wanted = {each.slot: each for each in found.values()}
    ended = [each for slot, each in own.items() if slot not in wanted]
    news = [each for slot, each in wanted.items() if slot not in own or not each.says_the_same(own[slot])]
    if ended:
        ids = [each.id for each in ended if each.id is not None]
        judgements.end(connection, ids, by="matching", why="the records no longer say so", now=now)
    if news:
        judgements.judge(connection, news, now=now)
    moving = [*ended, *news]
    moving += [own[each.slot] for each in news if each.slot in own]
    return {place for each in moving if each.verdict == "same" or ties(each) for place in each.pair}


def forget(connection: Connection, places: Sequence[Place]) -> None:
    """Take records out of the queue."""
    for start in range(0, len(places), _CHUNK):
        chunk = places[start : start + _CHUNK]
        table = matching_queue.c
        connection.execute(delete(matching_queue).where(among(table.source_id, table.identifier, chunk)))


def _places_of(connection: Connection, numbers: Iterable[int]) -> list[Place]:
    wanted = sorted(numbers)
    places: list[Place] = []
    for start in range(0, len(wanted), _CHUNK):
        query = select(form_table.c.source_id, form_table.c.identifier).where(
            form_table.c.no.in_(wanted[start : start + _CHUNK])
        )
        places += [(source_id, identifier) for source_id, identifier in connection.execute(query)]
    return places
