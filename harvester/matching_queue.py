"""Takes what waits to be matched through, batch by batch, each in one transaction with what it changes in the index."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

from chm_node.publishing import sql
from harvester import index
from harvester.centre import Centre
from harvester.database import lock_index, named_failures
from harvester.records import ledger
from harvester.records.isolation import Fault, attempt
from harvester.resolution.graph.judgements import Place
from harvester.resolution.graph.policy import find_policy
from harvester.resolution.matching.scoring import Model, load_model
from harvester.resolution.matching.stage import BATCH, forget, match, next_places
from harvester.resolution.resolver import recluster
from harvester.tables import matching_queue

log = logging.getLogger(__name__)
_ONE_AT_A_TIME = Lock()
OnBatch = Callable[["Followed"], None]


@dataclass(slots=True)
class Followed:
    """What following the queue came to: records matched, pairs compared, things changed, records that failed."""

    records: int = 0
    compared: int = 0
    changed: int = 0
    failed: int = 0


def follow(centre: Centre, *, on_batch: OnBatch | None = None) -> Followed:
    """Match all that waits, until nothing does or the centre is told to stop; DatabaseUnreachable where it is away.

    Threads of one process take turns; processes wait for one another batch by batch.
    """
    done = Followed()
    model = load_model()
    with _ONE_AT_A_TIME, named_failures():
        while not centre.stop.is_set():
            with sql.read(centre.engine) as connection:
                places = next_places(connection, BATCH)
            if not places:
                break
            _take(centre, places, model, done)
            if on_batch is not None:
                on_batch(done)
    return done


def is_waiting(centre: Centre) -> bool:
    """Tell whether anything waits to be matched."""
    with named_failures(), sql.read(centre.engine) as connection:
        return connection.execute(matching_queue.select().limit(1)).first() is not None


def _take(centre: Centre, places: Sequence[Place], model: Model, done: Followed) -> None:
    """Match a batch; where it cannot be, its halves, until the record that is in the way is alone and left out."""
    fault = attempt(lambda: _match(centre, places, model, done))
    if not isinstance(fault, Fault):
        return
    if len(places) > 1:
        middle = len(places) // 2
        _take(centre, places[:middle], model, done)
        _take(centre, places[middle:], model, done)
        return
    log.error("%s of %s cannot be matched and stands alone", places[0][1], places[0][0], exc_info=fault.error)
    with sql.write(centre.engine) as connection:
        forget(connection, places)
    done.failed += 1


def _match(centre: Centre, places: Sequence[Place], model: Model, done: Followed) -> None:
    now = centre.clock()
    with sql.write(centre.engine) as connection:
        lock_index(connection)
        policy = find_policy(connection).holds_for(model.version)
        matched = match(connection, places, model=model, policy=policy, now=now)
        changed = 0
        if matched.touched:
            resolution = recluster(connection, matched.touched, mint=lambda: str(uuid4()))
            ledger.move_members(connection, resolution.moved)
            index.publish_resolution(connection, resolution, site=centre.site, now=now)
            changed = len(resolution.clusters) + len(resolution.emptied)
    done.records += matched.records
    done.compared += matched.compared
    done.changed += changed
