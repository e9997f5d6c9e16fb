"""The switch by which the model may join records without a person: on only on evidence of this installation's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from chm_node.publishing import sql
from harvester.centre import Centre
from harvester.database import lock_index, named_failures
from harvester.operating_errors import PrecisionNotShown
from harvester.resolution.graph.judgements import Place
from harvester.resolution.graph.model_joins import count_joined, count_waiting
from harvester.resolution.graph.own_labels import LEAST_IN_BAND, LEAST_PAIRS, AtThreshold, Own, judge_model
from harvester.resolution.graph.policy import Policy, find_policy, keep_policy
from harvester.resolution.labelled.metrics import lower_bound
from harvester.resolution.matching.scoring import Model
from harvester.resolution.rescoring import LIVE_OF_MODEL
from harvester.resolution.waiting import enqueue
from harvester.tables import judgement as table

_MOST_ASKED = 100_000
_USUAL = 0.9


@dataclass(frozen=True, slots=True)
class Switch:
    """How the switch stands: the policy kept, and whether it counts for the model in use.

    ``joined`` are joins that rest on the model alone, ``waiting_above`` those it would make besides.
    """

    policy: Policy
    counts: bool
    model_version: str
    joined: int
    waiting_above: int

    def as_dict(self) -> dict[str, Any]:
        """Give the object commands answer with."""
        policy = self.policy
        return {
            "automatic": self.counts,
            "switched_on": policy.automatic,
            "threshold": policy.threshold if policy.automatic else None,
            "precision_asked": policy.asked if policy.automatic else None,
            "precision_shown": round(policy.precision, 4) if policy.automatic else None,
            "pairs": policy.pairs,
            "model": self.model_version,
            "model_shown": policy.model_version,
            "by": policy.by,
            "since": policy.since,
            "joined_by_model": self.joined,
            "waiting_above": self.waiting_above,
        }


def switch_on(centre: Centre, model: Model, *, asked: float, by: str) -> int:
    """Let the model join from the lowest threshold on that shows the precision; give how many records wait for it.

    Raises PrecisionNotShown with what is missing. Nothing is joined before the queue is followed.
    """
    with named_failures(), sql.write(centre.engine) as connection:
        lock_index(connection)
        own = judge_model(connection, model)
        shown = own.find_threshold(asked)
        if shown is None:
            raise PrecisionNotShown(asked=f"{asked:g}", found=_found(own), missing=_missing(own, asked))
        since = centre.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        policy = Policy(True, shown.threshold, asked, shown.precision, shown.pairs, model.version, by, since)
        keep_policy(connection, policy)
        chance = table.c.probability
        concerned = or_(
            (table.c.verdict == "unsure") & (chance >= shown.threshold),
            (table.c.verdict == "same") & (chance < shown.threshold),
        )
        return _match_again(connection, centre, concerned)


def show_again(connection: Connection, model: Model, *, now: datetime) -> bool:
    """Put a new model to what people decided here, where joining is switched on for another; tell whether it may join.

    It has to show the precision that was asked of the other one, on the same terms. Where it does not, the switch stays
    as it is, and joins nothing for a model it was not shown for.
    """
    policy = find_policy(connection)
    if not policy.automatic or policy.model_version == model.version:
        return policy.automatic
    shown = judge_model(connection, model).find_threshold(policy.asked)
    if shown is None:
        return False
    since = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    found = replace(policy, threshold=shown.threshold, precision=shown.precision, pairs=shown.pairs)
    keep_policy(connection, replace(found, model_version=model.version, since=since))
    return True


def switch_off(centre: Centre, *, by: str) -> int:
    """Let the model join nothing any more; give how many records wait to be parted where only it had joined them.

    What it joined is ended softly and waits for a person, once the queue is followed.
    """
    with named_failures(), sql.write(centre.engine) as connection:
        lock_index(connection)
        since = centre.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        keep_policy(connection, replace(Policy(), by=by, since=since))
        return _match_again(connection, centre, table.c.verdict == "same")


def find_switch(connection: Connection, model: Model) -> Switch:
    """Tell how the switch stands; what was shown for another model does not count for this one."""
    policy = find_policy(connection)
    counting = policy.holds_for(model.version)
    waiting = count_waiting(connection, policy.threshold if policy.automatic else model.join)
    return Switch(policy, counting.automatic, model.version, count_joined(connection), waiting)


def _match_again(connection: Connection, centre: Centre, concerned: ColumnElement[bool]) -> int:
    query = select(table.c.a_source, table.c.a_identifier, table.c.b_source, table.c.b_identifier)
    places: set[Place] = set()
    for a_source, a_identifier, b_source, b_identifier in connection.execute(query.where(LIVE_OF_MODEL, concerned)):
        places |= {(a_source, a_identifier), (b_source, b_identifier)}
    if places:
        enqueue(connection, sorted(places), now=centre.clock())
    return len(places)


def _found(own: Own) -> str:
    rows = [each for each in own.table() if each.pairs]
    if not rows:
        return "people have judged no pair yet that the model scores"
    best = max(rows, key=lambda each: each.surely)
    told = (
        f"from {best.threshold:g} on people judged {best.pairs} pairs and called {best.right} the same, "
        f"which is surely above {best.surely:.3f}"
    )
    band = own.lowest_band(best.threshold)
    if band.below is None:
        return told
    return f"{told}; but only {band.pairs} of them, {band.right} the same, {to_range(band)}, which would be joined too"


def to_range(at: AtThreshold) -> str:
    """Give in words which pairs are counted."""
    return f"from {at.threshold:g} on" if at.below is None else f"between {at.threshold:g} and {at.below:g}"


def _missing(own: Own, asked: float) -> str:
    """Say how many more pairs would do, if every one of them were right: where fewest are needed."""
    bands = [own.lowest_band(each.threshold) for each in own.table()]
    needs = [(_more_from(own, band, asked), band) for band in bands]
    more, nearest = min(needs, key=lambda each: (each[0], -each[1].threshold))
    if more >= _MOST_ASKED:
        return "Too many pairs above every threshold were called different; ask for less with --precision."
    where = to_range(nearest) if own.scored else f"from {_USUAL:g} on"
    enough = "that is enough" if own.scored else "that may be enough"
    return f"Judge {more} more pairs {where}: if all are the same, {enough}."


def _more_from(own: Own, band: AtThreshold, asked: float) -> int:
    """Give how many more in a band would do, both for it and for all pairs from its lower end on."""
    return max(_more(own.at(band.threshold), asked, LEAST_PAIRS), _more(band, asked, LEAST_IN_BAND))


def _more(at: AtThreshold, asked: float, least: int) -> int:
    low, high = max(0, least - at.pairs), _MOST_ASKED
    if lower_bound(at.right + low, at.pairs + low) >= asked:
        return low
    while high - low > 1:
        middle = (low + high) // 2
        if lower_bound(at.right + middle, at.pairs + middle) >= asked:
            high = middle
        else:
            low = middle
    return high
