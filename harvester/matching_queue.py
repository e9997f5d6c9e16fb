"""Takes what waits to be matched through, batch by batch, each in one transaction with what it changes in the index."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, select

from chm_node.publishing import sql
from harvester import index
from harvester.automatic_joining import show_again
from harvester.centre import Centre
from harvester.database import lock_index, named_failures
from harvester.operating_errors import DatabaseUnreachable, Interrupted
from harvester.records.isolation import Fault, attempt
from harvester.resolution.graph.judgements import Place
from harvester.resolution.graph.policy import find_policy
from harvester.resolution.matching.scoring import Model, load_model
from harvester.resolution.matching.stage import BATCH, forget, match, next_places
from harvester.resolution.rescoring import find_rescoring, note_model, take_up
from harvester.resolution.resolver import Resolution
from harvester.tables import matching_queue, resolution_state

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

    def told(self) -> str:
        """Give it as a sentence for a person."""
        text = f"{self.records} records matched, {self.changed} things of the index changed by it."
        return f"{text} {self.failed} could not be matched and stand alone; the log says why." if self.failed else text


def follow(centre: Centre, *, on_batch: OnBatch | None = None) -> Followed:
    """Match all that waits, until nothing does or the centre is told to stop; DatabaseUnreachable where it is away.

    Threads of one process take turns; processes wait for one another batch by batch. A record that cannot be matched is
    logged and leaves the queue, so that it keeps no other from being matched; its next change brings it again.
    """
    done = Followed()
    model = load_model()
    with _ONE_AT_A_TIME, named_failures():
        _notice(centre, model)
        _settle_rest(centre)
        while not centre.stop.is_set() and is_waiting(centre):
            fault = attempt(lambda: _match(centre, None, model, done))
            if isinstance(fault, Fault):
                with sql.read(centre.engine) as connection:
                    places = next_places(connection, BATCH)
                _take(centre, places, model, done)
            if on_batch is not None:
                on_batch(done)
    return done


def follow_quietly(centre: Centre) -> None:
    """Match all that waits as a job of ``work``: where the database fails it is logged, and the next look goes on.

    Where nothing waits, a few of the records are taken up that another model than the one in use has scored.
    """
    try:
        if is_waiting(centre) or _take_up(centre):
            log.info("%s", follow(centre).told())
    except Interrupted:
        log.info("Matching stops; the next work goes on with it.")
    except DatabaseUnreachable as error:
        log.error("%s Matching goes on when it answers. %s", error.message, error.remedy)


def is_waiting(centre: Centre) -> bool:
    """Tell whether anything waits to be matched."""
    with named_failures(), sql.read(centre.engine) as connection:
        return connection.execute(matching_queue.select().limit(1)).first() is not None


def _notice(centre: Centre, model: Model) -> None:
    """Note a model that is in use for the first time, and whether it may join by itself."""
    with sql.read(centre.engine) as connection:
        if _is_noted(connection, model):
            return
    with sql.write(centre.engine) as connection:
        lock_index(connection)
        if not _is_noted(connection, model):
            show_again(connection, model, now=centre.clock())
            note_model(connection, model.version)


def _is_noted(connection: Connection, model: Model) -> bool:
    noted = find_rescoring(connection)
    return noted is not None and noted.model_version == model.version


def _take_up(centre: Centre) -> int:
    """Queue some of the records another model has scored, if there are any, and give how many."""
    model = load_model()
    with named_failures():
        _notice(centre, model)
        with sql.read(centre.engine) as connection:
            at = find_rescoring(connection)
        if at is None or at.is_done:
            return 0
        with sql.write(centre.engine) as connection:
            lock_index(connection)
            at = find_rescoring(connection)
            return take_up(connection, at, now=centre.clock()) if at is not None else 0


def _settle_rest(centre: Centre) -> None:
    """Settle what a swap of ``dupes rebuild`` that was interrupted left in its queue."""
    with sql.read(centre.engine) as connection:
        left = connection.execute(select(resolution_state.c.key).where(resolution_state.c.key.startswith("settle:")))
        if left.first() is None:
            return
    from harvester.resolution.batch.rebuild import settle

    settle(centre.engine, lambda connection, places: _resettle(connection, places, centre))


def _resettle(connection: Connection, places: Collection[Place], centre: Centre) -> Resolution:
    if centre.stop.is_set():
        raise Interrupted
    return index.resettle(connection, places, site=centre.site, now=centre.clock())


def _take(centre: Centre, places: Sequence[Place], model: Model, done: Followed) -> None:
    """Match these; where it cannot be, their halves, until the record that is in the way is alone and left out."""
    if not places or centre.stop.is_set():
        return
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


def _match(centre: Centre, places: Sequence[Place] | None, model: Model, done: Followed) -> None:
    """Match these records, or without any the first that wait, chosen under the lock: no two take the same."""
    now = centre.clock()
    with sql.write(centre.engine) as connection:
        lock_index(connection)
        chosen = next_places(connection, BATCH) if places is None else places
        if not chosen:
            return
        policy = find_policy(connection).holds_for(model.version)
        matched = match(connection, chosen, model=model, policy=policy, now=now)
        changed = 0
        if matched.touched:
            changed = len(index.resettle(connection, matched.touched, site=centre.site, now=now).touched)
    done.records += matched.records
    done.compared += matched.compared
    done.changed += changed
