"""Everything resolved anew and put in the place of what was: a shadow first, then one transaction, then a queue.

What is killed at any moment loses nothing: portions already written are used again, the swap happens or not, and what
is left to settle stands in the database as rows. A reader sees each thing as it was or as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
from sqlalchemy import Connection, Engine, delete, func, insert, select

from chm_node.publishing import sql
from harvester.database import lock_index
from harvester.records.isolation import Fault, attempt
from harvester.resolution.batch.edges import Edge, repeating_of
from harvester.resolution.batch.making import Cluster, make_shadow
from harvester.resolution.batch.reading import Listed, Told
from harvester.resolution.batch.shadow import Difference, Shadow, find_changes, find_difference
from harvester.resolution.batch.store import StoredForms
from harvester.resolution.graph import judgements
from harvester.resolution.graph.judgements import Judgement, Place
from harvester.resolution.graph.policy import Policy, find_policy
from harvester.resolution.matching.bearers import bearings_of
from harvester.resolution.matching.candidates import add_keys, remove_keys, reset_keys, settle_keys
from harvester.resolution.matching.ruling import judge_pair
from harvester.resolution.matching.scoring import Model
from harvester.resolution.matching.stage import forget
from harvester.resolution.matching.stored_forms import count_outdated, distrust, renew
from harvester.resolution.repeating import keep_repeating
from harvester.resolution.rescoring import finish
from harvester.resolution.waiting import enqueue
from harvester.tables import matching_queue, resolution_state, source_record

WHO = "dupes rebuild"
_QUEUE = "settle:"
_AT_ONCE = 200
_CHUNK = 400
Resettle = Callable[[Connection, Collection[Place]], object]
"""Solves and publishes the things of some records anew, inside the transaction (``index.resettle``)."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """What a swap did: judgements added and ended, records put in the queue to be settled."""

    added: int
    ended: int
    queued: int


def rebuild(
    engine: Engine,
    home: Path,
    model: Model,
    *,
    processes: int = 2,
    told: Told = lambda _: None,
    cluster: Cluster | None = None,
) -> tuple[Shadow, Difference]:
    """Resolve everything anew into a shadow and give it with its difference to what is live; nothing live changes.

    A ``cluster`` (``on_cluster.cluster_at``) may work it out.
    """
    with sql.read(engine) as connection:
        shadow = make_shadow(connection, home, model, processes=processes, told=told, cluster=cluster)
        return shadow, find_difference(connection, shadow)


def swap(engine: Engine, shadow: Shadow, difference: Difference, *, now: datetime, told: Told) -> Swapped:
    """Put a shadow's judgements in the place of the live ones by rules and model, and queue what they change.

    It is one transaction. Records that came or changed since the shadow was made keep what is said of them: they are
    matched as they come, and once more where the keys of all were made anew. People's and owners' judgements are not
    touched.
    """
    anew = _forget_outdated(engine, told)
    refresh_forms(engine, [each.place for each in shadow.records if anew or not each.is_kept], told=told)
    with sql.write(engine) as connection:
        lock_index(connection)
        records = shadow.records
        changed = _changed(connection, records)
        changes = find_changes(connection, shadow, lambda place: place not in changed)
        ids = [each.id for each in changes.ended if each.id is not None]
        judgements.end(connection, ids, by=WHO, why="no longer found when everything was resolved anew", now=now)
        for some in _with_evidence(connection, shadow, changes.added):
            judgements.judge(connection, some, now=now)
        places = {shadow.records[number].place for number in difference.touched}
        places |= {place for each in changes.ended if _moves(each) for place in each.pair}
        places |= {shadow.records[number].place for each in changes.added if _moves(each) for number in each[:2]}
        _queue(connection, sorted(places))
        _forget_matched(connection, {each.place for each in shadow.records} - changed)
        if anew:
            enqueue(connection, sorted(changed), now=now)
        keep_repeating(connection, repeating_of(shadow.edges(), lambda number: records[number].place))
        finish(connection, shadow.model.version)
    told(f"{len(changes.added)} judgements added, {len(ids)} ended, {len(places)} records to settle")
    return Swapped(len(changes.added), len(ids), len(places))


def settle(engine: Engine, resettle: Resettle, *, told: Told = lambda _: None) -> int:
    """Settle what the queue of a swap holds, a few hundred records a transaction, and give how many there were."""
    settled = 0
    while True:
        with sql.write(engine) as connection:
            lock_index(connection)
            first = _first_queued(connection)
            if first is None:
                return settled
            key, places = first
            resettle(connection, places)
            connection.execute(delete(resolution_state).where(resolution_state.c.key == key))
        settled += len(places)
        told(f"{settled} records settled")


def _moves(said: Judgement | Edge) -> bool:
    """Tell whether a judgement joins things, or ties them in what is published of both."""
    return said.verdict == "same" or (said.by_kind == "rule" and bool(said.relation))


def refresh_forms(engine: Engine, places: Sequence[Place], *, told: Told) -> None:
    """Bring stored forms and their keys up to date with records and rules, as matching does for what arrives."""
    for start in range(0, len(places), _CHUNK):
        _refresh(engine, places[start : start + _CHUNK])
        told(f"{min(start + _CHUNK, len(places))} of {len(places)} forms kept")


def _refresh(engine: Engine, places: Sequence[Place]) -> None:
    """Refresh the forms of these; where it cannot be, of their halves, but for the record that is in the way."""
    what = f"Keeping the form of {places[0][1]} of {places[0][0]}" if len(places) == 1 else ""
    if isinstance(attempt(lambda: _refresh_all(engine, places), what), Fault) and not what:
        middle = len(places) // 2
        _refresh(engine, places[:middle])
        _refresh(engine, places[middle:])


def _refresh_all(engine: Engine, places: Sequence[Place]) -> None:
    with sql.write(engine) as connection:
        renewed = renew(connection, places)
        now = {bearing for each in renewed if each.now for bearing in bearings_of(each.no, each.now)}
        before = {bearing for each in renewed if each.before for bearing in bearings_of(each.no, each.before)}
        remove_keys(connection, before - now)
        add_keys(connection, now)  # all: those borne before may have been made by other rules
        settle_keys(connection)


def _forget_outdated(engine: Engine, told: Told) -> bool:
    """Forget all keys where other rules made some of the forms, and tell whether it was so.

    One that is killed after that finds the forms not yet made anew, and begins again.
    """
    with sql.write(engine) as connection:
        lock_index(connection)
        outdated = count_outdated(connection)
        if outdated:
            reset_keys(connection)
            distrust(connection)
    if outdated:
        told(f"other rules made the keys of {outdated} records: all are made anew")
    return outdated > 0


def _changed(connection: Connection, records: Sequence[Listed]) -> set[Place]:
    """Give the records that came, are gone, or say something else, since they were listed."""
    table = source_record.c
    query = select(table.source_id, table.identifier, table.fingerprint).where(table.record.is_not(None))
    now: Mapping[Place, str | None] = {
        (source_id, identifier): fingerprint
        for source_id, identifier, fingerprint in connection.execute(query).yield_per(10_000)
    }
    before = {each.place: each.fingerprint for each in records}
    stayed = before.keys() & now.keys()
    return (before.keys() ^ now.keys()) | {place for place in stayed if (now[place] or "") != before[place]}


def _with_evidence(connection: Connection, shadow: Shadow, added: Sequence[Edge]) -> Iterator[list[Judgement]]:
    """Yield the judgements in parts, each compared once more for its evidence."""
    forms = StoredForms(shadow.portions.paths)
    policy = find_policy(connection).holds_for(shadow.model.version)
    for start in range(0, len(added), _CHUNK):
        made = (_judgement(shadow, forms, edge, policy) for edge in added[start : start + _CHUNK])
        yield [each for each in made if each is not None]


def _judgement(shadow: Shadow, forms: StoredForms, edge: Edge, policy: Policy) -> Judgement | None:
    one, other = ((shadow.records[number].place, forms.form(number)) for number in (edge.a, edge.b))
    return judge_pair(one, other, shadow.model, policy)


def _queue(connection: Connection, places: Sequence[Place]) -> None:
    query = select(func.max(resolution_state.c.key)).where(resolution_state.c.key.startswith(_QUEUE))
    last = connection.execute(query).scalar()
    number = int(last.removeprefix(_QUEUE)) + 1 if last else 0
    rows = [
        {"key": f"{_QUEUE}{number + at // _AT_ONCE:09}", "value": orjson.dumps(places[at : at + _AT_ONCE]).decode()}
        for at in range(0, len(places), _AT_ONCE)
    ]
    if rows:
        connection.execute(insert(resolution_state), rows)


def _first_queued(connection: Connection) -> tuple[str, list[Place]] | None:
    table = resolution_state.c
    query = select(table.key, table.value).where(table.key.startswith(_QUEUE)).order_by(table.key).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return row.key, [(source_id, identifier) for source_id, identifier in orjson.loads(row.value)]


def _forget_matched(connection: Connection, matched: Collection[Place]) -> None:
    """Take records out of the matching queue that are as they were when everything was resolved."""
    table = matching_queue.c
    waiting = [(row.source_id, row.identifier) for row in connection.execute(select(table.source_id, table.identifier))]
    forget(connection, [place for place in waiting if place in matched])
